//! The trait of everything that has a form as bytes, and macros that write it for plain types.

use crate::{Decoder, Encoder};
use wire::Malformed;

/// Has a compact form as bytes. What `decode` reads from the bytes of `encode` is the same value.
///
/// Numbers are of variable length; words (`&'static str`) are numbers of a dictionary; text is its bytes.
pub trait Code<'a>: Sized {
    /// Writes the value behind what was written before.
    fn encode(&self, encoder: &mut Encoder);

    /// Reads a value; fails at the place where the bytes are none.
    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed>;
}

/// Writes [`Code`] for a struct: its named fields in the order given here, which may never change.
#[macro_export]
macro_rules! code_struct {
    ($($type:ty { $($field:ident),* $(,)? })*) => {$(
        impl<'a> $crate::Code<'a> for $type {
            fn encode(&self, encoder: &mut $crate::Encoder) {
                $($crate::Code::encode(&self.$field, encoder);)*
            }

            fn decode(decoder: &mut $crate::Decoder<'a, '_>) -> Result<Self, wire::Malformed> {
                Ok(Self { $($field: $crate::Code::decode(decoder)?,)* })
            }
        }
    )*};
}

/// Writes [`Code`] for an enum: each variant with the number that stands for it, which may never change.
#[macro_export]
macro_rules! code_enum {
    ($($type:ty {
        $($number:literal => $variant:ident
            $({ $($field:ident),* $(,)? })?
            $(( $($item:ident),* $(,)? ))?
        ),* $(,)?
    })*) => {$(
        impl<'a> $crate::Code<'a> for $type {
            fn encode(&self, encoder: &mut $crate::Encoder) {
                match self {
                    $(Self::$variant $({ $($field),* })? $(( $($item),* ))? => {
                        encoder.byte($number);
                        $($($crate::Code::encode($field, encoder);)*)?
                        $($($crate::Code::encode($item, encoder);)*)?
                    })*
                }
            }

            fn decode(decoder: &mut $crate::Decoder<'a, '_>) -> Result<Self, wire::Malformed> {
                match decoder.byte()? {
                    $($number => Ok(Self::$variant
                        $({ $($field: $crate::Code::decode(decoder)?),* })?
                        $(( $({ let $item = $crate::Code::decode(decoder)?; $item }),* ))?
                    ),)*
                    _ => Err(decoder.defect(wire::Defect::BadValue)),
                }
            }
        }
    )*};
}
