//! The form of Rust's own types.

use crate::{Code, Decoder, Encoder};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use wire::{Defect, Malformed};

macro_rules! unsigned {
    ($($type:ty)*) => {$(
        impl<'a> Code<'a> for $type {
            fn encode(&self, encoder: &mut Encoder) {
                encoder.unsigned(u64::from(*self));
            }

            fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
                let number = decoder.unsigned()?;
                Self::try_from(number).map_err(|_| decoder.defect(Defect::BadValue))
            }
        }
    )*};
}

unsigned! { u16 u32 u64 }

impl<'a> Code<'a> for u8 {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.byte(*self);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        decoder.byte()
    }
}

impl<'a> Code<'a> for bool {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.byte(u8::from(*self));
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        match decoder.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(decoder.defect(Defect::BadValue)),
        }
    }
}

impl<'a> Code<'a> for i64 {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.signed(*self);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        decoder.signed()
    }
}

impl<'a> Code<'a> for f64 {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.raw(&self.to_le_bytes());
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        decoder.array().map(Self::from_le_bytes)
    }
}

impl<'a> Code<'a> for &'a [u8] {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.sized(self);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        decoder.sized()
    }
}

impl<'a> Code<'a> for String {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.sized(self.as_bytes());
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        let bytes = decoder.sized()?.to_vec();
        Self::from_utf8(bytes).map_err(|_| decoder.defect(Defect::BadValue))
    }
}

/// A word of the program, not a text of a device.
impl<'a> Code<'a> for &'static str {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.word(self);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        decoder.word()
    }
}

impl<'a, T: Code<'a>> Code<'a> for Option<T> {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.byte(u8::from(self.is_some()));
        if let Some(value) = self {
            value.encode(encoder);
        }
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        bool::decode(decoder)?.then(|| T::decode(decoder)).transpose()
    }
}

impl<'a, T: Code<'a> + Copy + Default, const N: usize> Code<'a> for [T; N] {
    fn encode(&self, encoder: &mut Encoder) {
        self.iter().for_each(|value| value.encode(encoder));
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        let mut values = [T::default(); N];
        for value in &mut values {
            *value = T::decode(decoder)?;
        }
        Ok(values)
    }
}

macro_rules! tuples {
    ($(($($name:ident $part:tt),*))*) => {$(
        impl<'a, $($name: Code<'a>),*> Code<'a> for ($($name,)*) {
            fn encode(&self, encoder: &mut Encoder) {
                $(self.$part.encode(encoder);)*
            }

            fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
                Ok(($($name::decode(decoder)?,)*))
            }
        }
    )*};
}

tuples! { (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) }

impl<'a> Code<'a> for IpAddr {
    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::V4(ip) => {
                encoder.byte(4);
                encoder.raw(&ip.octets());
            }
            Self::V6(ip) => {
                encoder.byte(6);
                encoder.raw(&ip.octets());
            }
        }
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        match decoder.byte()? {
            4 => Ok(Self::V4(Ipv4Addr::from(decoder.array::<4>()?))),
            6 => Ok(Self::V6(Ipv6Addr::from(decoder.array::<16>()?))),
            _ => Err(decoder.defect(Defect::BadValue)),
        }
    }
}
