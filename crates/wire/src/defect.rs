//! What can be wrong with a message: small values that are counted, never text.

/// A message that breaks its protocol, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Malformed {
    /// Offset in bytes from the start of the message at which reading stopped; saturates at 65,535.
    pub at: u16,
    /// What was wrong there.
    pub defect: Defect,
}

impl Malformed {
    /// A defect at an offset.
    #[must_use]
    pub fn new(at: usize, defect: Defect) -> Self {
        Self { at: u16::try_from(at).unwrap_or(u16::MAX), defect }
    }
}

/// Kinds of damage, shared by all protocols so that they can be counted per protocol and kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Defect {
    /// The message ends before a field that its standard requires.
    Truncated,
    /// A length field contradicts the bytes that are there.
    BadLength,
    /// A fixed field (magic number, protocol identifier, version) has a value that is not this protocol's.
    BadMagic,
    /// A value that the standard forbids or reserves.
    BadValue,
    /// A checksum that is not an offloading artefact does not match.
    BadChecksum,
    /// The message is longer than the protocol allows.
    TooLong,
    /// More nesting or more elements than the limit of the dissector.
    TooMany,
}

impl Defect {
    /// Stable name, used in counters and documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::BadLength => "bad_length",
            Self::BadMagic => "bad_magic",
            Self::BadValue => "bad_value",
            Self::BadChecksum => "bad_checksum",
            Self::TooLong => "too_long",
            Self::TooMany => "too_many",
        }
    }
}
