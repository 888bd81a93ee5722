//! The head of a batch: whose it is, which one, from when, and what it had to leave out.

use facts::id::SensorId;
use uuid::Uuid;
use wire::{Defect, Malformed, Reader, Time};

/// The first bytes of every batch.
const MAGIC: [u8; 4] = *b"YGOB";
/// Version of the format. Kinds of records and fields behind the known ones need no new version.
const VERSION: u16 = 1;
/// Bytes of the head as this version writes it; a longer one of a later version is read as far as it is known.
pub(crate) const HEADER_LEN: usize = 4 + 2 + 2 + 16 + 8 + 3 * 8 + 6 * 8;

/// Records that found no room because the other side was too slow, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// Observations; one that stands for several counts as often.
    pub observations: u64,
    /// Machines heard, and reports of who speaks.
    pub heard: u64,
    /// Accounts of conversations.
    pub flows: u64,
    /// Packets seen to pass a router.
    pub forwarded: u64,
    /// Networks that are one.
    pub same_network: u64,
    /// Accounts of captures and counters of the stages.
    pub accounts: u64,
}

impl Refused {
    /// All of them together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.in_order().iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    fn in_order(&self) -> [u64; 6] {
        let Self { observations, heard, flows, forwarded, same_network, accounts } = *self;
        [observations, heard, flows, forwarded, same_network, accounts]
    }
}

/// What a batch says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Who listened.
    pub sensor: SensorId,
    /// Number of the batch; each batch of a sensor has the next one.
    pub sequence: u64,
    /// Times are written as distances from this: the first time that the batch was told.
    pub base: Time,
    /// Earliest time of a record; `base` in a batch without any.
    pub first: Time,
    /// Latest time of a record.
    pub last: Time,
    /// What was left out since the batch before.
    pub refused: Refused,
}

impl Header {
    /// Reads the head of a batch without the records behind it.
    pub fn read(batch: &[u8]) -> Result<Self, Malformed> {
        Self::split(batch).map(|(header, _)| header)
    }

    /// The head, and the records behind it.
    pub(crate) fn split(batch: &[u8]) -> Result<(Self, Reader<'_>), Malformed> {
        let mut reader = Reader::new(batch);
        let magic = reader.array()?;
        reader.ensure(magic == MAGIC, Defect::BadMagic)?;
        let version = reader.u16_le()?;
        reader.ensure(version == VERSION, Defect::BadMagic)?;
        let len = usize::from(reader.u16_le()?);
        reader.ensure(len >= HEADER_LEN, Defect::BadLength)?;
        let sensor = SensorId(Uuid::from_bytes(reader.array()?));
        let sequence = reader.u64_le()?;
        let [base, first, last] = [reader.i64_le()?, reader.i64_le()?, reader.i64_le()?].map(Time);
        let refused = Refused {
            observations: reader.u64_le()?,
            heard: reader.u64_le()?,
            flows: reader.u64_le()?,
            forwarded: reader.u64_le()?,
            same_network: reader.u64_le()?,
            accounts: reader.u64_le()?,
        };
        reader.skip(len - HEADER_LEN)?;
        Ok((Self { sensor, sequence, base, first, last, refused }, reader))
    }

    /// The head as bytes.
    pub(crate) fn to_bytes(self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        let mut rest = bytes.as_mut_slice();
        let mut put = |value: &[u8]| {
            let (place, behind) = core::mem::take(&mut rest).split_at_mut(value.len());
            place.copy_from_slice(value);
            rest = behind;
        };
        put(&MAGIC);
        put(&VERSION.to_le_bytes());
        put(&u16::try_from(HEADER_LEN).unwrap_or(u16::MAX).to_le_bytes());
        put(self.sensor.0.as_bytes());
        put(&self.sequence.to_le_bytes());
        [self.base, self.first, self.last].iter().for_each(|time| put(&time.0.to_le_bytes()));
        self.refused.in_order().iter().for_each(|count| put(&count.to_le_bytes()));
        bytes
    }
}
