//! The bundle: everything that is known, in one signed file. `docs/bundle.md` describes the format.
//!
//! A bundle comes from outside, on a stick or over a one-way link. Nothing of it is unpacked before its signature is one
//! of a trusted key and every part has the hash that was signed; every length has a limit by name in [`limits`].

mod content;
mod header;
mod key;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use content::Content;
pub use header::{FORMAT, Header, Held, MAGIC, Origin, PartHeader, Reach};
pub(crate) use key::hex;
pub use key::{BadKey, PublicKey, SigningKey};
pub use read::{Refusal, Verified, peek, verify};
pub use write::{WriteError, write};

/// What a bundle may not exceed.
pub mod limits {
    /// Longest header, in bytes.
    pub const HEADER: u32 = 4 << 20;
    /// Most parts.
    pub const PARTS: usize = 64;
    /// Most origins of a part.
    pub const ORIGINS: usize = 10_000;
    /// Longest part as stored, in bytes.
    pub const STORED: u64 = 4 << 30;
    /// Longest part unpacked, in bytes.
    pub const UNPACKED: u64 = 32 << 30;
    /// Longest item unpacked, in bytes.
    pub const ITEM: u64 = 64 << 20;
    /// Most items of a part.
    pub const ITEMS: u64 = 10_000_000;
    /// Logarithm of the largest window that unpacking may ask for: 128 MiB.
    pub const WINDOW_LOG: u32 = 27;
}
