//! Bounds-checked reading of bytes, and the few plain types that every stage shares.
//!
//! This is the only crate that indexes into captured bytes. Nothing here allocates, performs I/O or
//! reads a clock, and no function panics, whatever the bytes are.

mod address;
mod ber;
mod both;
mod buffer;
mod defect;
mod digits;
mod frame;
mod name;
mod reader;
mod text;
mod time;

pub use address::{Mac, is_group_ip};
pub use ber::{Ber, Tag};
pub use both::Both;
pub use buffer::{ShortText, TextBuffer};
pub use defect::{Defect, Malformed};
pub use digits::Digits;
pub use frame::{CaptureId, Frame, LinkType};
pub use name::{DomainName, Labels};
pub use reader::Reader;
pub use text::{Charset, Text, trim};
pub use time::Time;

/// Which way a message travels, seen from the side that offers the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the client (the side that opened the conversation) to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

impl Direction {
    /// The other way.
    #[must_use]
    pub fn reverse(self) -> Self {
        match self {
            Self::ToServer => Self::ToClient,
            Self::ToClient => Self::ToServer,
        }
    }

    /// 0 to the server, 1 to the client: an index into a pair.
    #[must_use]
    pub fn index(self) -> usize {
        match self {
            Self::ToServer => 0,
            Self::ToClient => 1,
        }
    }
}
