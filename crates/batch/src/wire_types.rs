//! The form of the types of `wire`.

use crate::{Code, Decoder, Encoder, code_enum, code_struct};
use wire::{CaptureId, Charset, Defect, Direction, Mac, Malformed, Text, Time};

impl<'a> Code<'a> for Mac {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.raw(&self.0);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        decoder.array().map(Self)
    }
}

impl<'a> Code<'a> for Time {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.signed(self.0.wrapping_sub(encoder.base.0));
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        decoder.time()
    }
}

impl<'a> Code<'a> for CaptureId {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        Code::decode(decoder).map(Self)
    }
}

code_struct! {
    Malformed { at, defect }
    Text<'a> { charset, bytes }
}

code_enum! {
    Direction { 0 => ToServer, 1 => ToClient }
    Defect {
        0 => Truncated, 1 => BadLength, 2 => BadMagic, 3 => BadValue, 4 => BadChecksum, 5 => TooLong, 6 => TooMany,
    }
    Charset {
        0 => Unknown, 1 => Utf8, 2 => Utf16Le, 3 => Utf16Be, 4 => Cp932, 5 => EucJp, 6 => Latin1,
    }
}
