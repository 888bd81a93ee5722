//! A borrowing reader of ASN.1 BER/DER (ITU-T X.690): tag, length, value.

use crate::{Defect, Malformed, Reader};

/// Identifier octets (X.690, 8.1.2): class and constructed bit in the top three bits of `first`, and the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The first identifier octet as sent.
    pub first: u8,
    /// The tag number, also when it needed more octets.
    pub number: u32,
}

/// One element: its tag and its contents.
#[derive(Clone, Copy, Debug)]
pub struct Ber<'a> {
    /// What it is.
    pub tag: Tag,
    /// Its contents octets.
    pub contents: &'a [u8],
}

impl<'a> Ber<'a> {
    /// Reads one element. Indefinite length (X.690, 8.1.3.6) takes all that is left.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let first = reader.u8()?;
        let mut number = u32::from(first & 0x1f);
        if number == 0x1f {
            number = 0;
            for count in 0.. {
                reader.ensure(count < 4, Defect::TooLong)?;
                let octet = reader.u8()?;
                number = number << 7 | u32::from(octet & 0x7f);
                if octet & 0x80 == 0 {
                    break;
                }
            }
        }
        let len = match reader.u8()? {
            0x80 => reader.remaining(),
            short @ 0..0x80 => usize::from(short),
            long => {
                let octets = usize::from(long & 0x7f);
                reader.ensure(octets <= 4, Defect::BadLength)?;
                let mut len = 0usize;
                for octet in reader.take(octets)? {
                    len = len << 8 | usize::from(*octet);
                }
                len
            }
        };
        Ok(Self { tag: Tag { first, number }, contents: reader.take(len)? })
    }

    /// The elements inside a constructed one.
    #[must_use]
    pub fn inside(&self) -> Reader<'a> {
        Reader::new(self.contents)
    }

    /// The contents as an unsigned number of at most eight octets.
    #[must_use]
    pub fn unsigned(&self) -> Option<u64> {
        let octets = self.contents.strip_prefix(&[0]).unwrap_or(self.contents);
        (octets.len() <= 8).then(|| octets.iter().fold(0, |number, octet| number << 8 | u64::from(*octet)))
    }

    /// The contents as a signed number of at most eight octets (X.690, 8.3).
    #[must_use]
    pub fn signed(&self) -> Option<i64> {
        let start = if self.contents.first()? & 0x80 == 0 { 0 } else { -1 };
        (self.contents.len() <= 8)
            .then(|| self.contents.iter().fold(start, |number, octet| number << 8 | i64::from(*octet)))
    }
}
