//! What stands before a batch in the journal, and before the model in a snapshot: how far everybody's batches have come.
//!
//! Version 3 knows captures that are being read. Version 2, without them, is still read.

use crate::remote::Remote;
use facts::id::SensorId;
use sensor::Position;
use std::collections::BTreeMap;
use uuid::Uuid;
use wire::{CaptureId, Malformed, Reader};

/// First bytes of a snapshot; the version follows.
const SNAPSHOT: [u8; 7] = *b"YGMODEL";
/// First bytes of a record; the version follows.
const RECORD: [u8; 3] = *b"YGB";
/// What is written.
const VERSION: u8 = 3;
/// The oldest version that is read.
const OLDEST: u8 = 2;
/// Sensors of one snapshot: more than there are blocks of capture numbers.
const SENSORS_MAX: u32 = 10_000;
/// Captures of one snapshot that are being read: a few at a time, and those that were left.
const READINGS_MAX: u32 = 10_000;

const NOWHERE: Position = Position { incarnation: 0, sequence: 0 };

/// Before the model.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SnapshotHead {
    /// The journal's record that follows.
    pub(crate) next: u64,
    /// The last batch of the sensor on this machine.
    pub(crate) last: Option<Position>,
    /// The last batch of each sensor on another machine.
    pub(crate) remotes: BTreeMap<SensorId, Position>,
    /// How much of each capture that is being read.
    pub(crate) readings: BTreeMap<ReadingId, Taken>,
}

/// A capture that is read, by its contents or by its upload. Reading it again is the same reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReadingId(pub(crate) Uuid);

/// What was taken of a capture. Reading the same bytes gives the same batches, so that it can be gone on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The number of its first interface.
    pub(crate) first: CaptureId,
    /// The number of the last batch, which is also how many.
    pub(crate) batches: u64,
}

impl SnapshotHead {
    pub(crate) fn write(&self, into: &mut Vec<u8>) {
        into.extend(SNAPSHOT);
        into.push(VERSION);
        into.extend(self.next.to_le_bytes());
        write_position(self.last.unwrap_or(NOWHERE), into);
        let count = u32::try_from(self.remotes.len()).unwrap_or(u32::MAX).min(SENSORS_MAX);
        into.extend(count.to_le_bytes());
        for (sensor, position) in self.remotes.iter().take(usize::try_from(count).unwrap_or(0)) {
            into.extend(sensor.0.as_bytes());
            write_position(*position, into);
        }
        let count = u32::try_from(self.readings.len()).unwrap_or(u32::MAX).min(READINGS_MAX);
        into.extend(count.to_le_bytes());
        for (reading, taken) in self.readings.iter().take(usize::try_from(count).unwrap_or(0)) {
            into.extend(reading.0.as_bytes());
            into.extend(taken.first.0.to_le_bytes());
            into.extend(taken.batches.to_le_bytes());
        }
    }

    /// The head and the model behind it; why not, in words that fit after "was passed over:".
    pub(crate) fn read(bytes: &[u8]) -> Result<(Self, &[u8]), String> {
        let mut reader = Reader::new(bytes);
        let begin = |reader: &mut Reader<'_>| Ok::<_, Malformed>((reader.array()?, reader.u8()?));
        let (magic, version) = begin(&mut reader).map_err(|_| "it is cut")?;
        if magic != SNAPSHOT || !(OLDEST..=VERSION).contains(&version) {
            return Err(format!("it is not of version {VERSION}, which this program writes"));
        }
        let head = Self::fields(&mut reader, version).map_err(|_| "it is cut".to_owned())?;
        Ok((head, reader.rest()))
    }

    fn fields(reader: &mut Reader<'_>, version: u8) -> Result<Self, Malformed> {
        let next = reader.u64_le()?;
        let last = Some(position(reader)?).filter(|last| last.incarnation > 0);
        let count = reader.u32_le()?;
        reader.ensure(count <= SENSORS_MAX, wire::Defect::TooMany)?;
        let mut remotes = BTreeMap::new();
        for _ in 0..count {
            remotes.insert(sensor(reader)?, position(reader)?);
        }
        let mut readings = BTreeMap::new();
        let count = if version < 3 { 0 } else { reader.u32_le()? };
        reader.ensure(count <= READINGS_MAX, wire::Defect::TooMany)?;
        for _ in 0..count {
            let id = ReadingId(Uuid::from_bytes(reader.array()?));
            readings.insert(id, Taken { first: CaptureId(reader.u16_le()?), batches: reader.u64_le()? });
        }
        Ok(Self { next, last, remotes, readings })
    }
}

/// Whose a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The sensor's on this machine.
    Here(Position),
    /// A sensor's on another machine.
    Remote(Remote, Position),
    /// A capture's; with it everything up to its number was taken.
    Reading(ReadingId, Taken),
    /// Nobody's: what became of this capture is noted elsewhere, and it will not be read again.
    Read(ReadingId),
}

/// Before a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordHead(pub(crate) Origin);

impl RecordHead {
    /// The whole record.
    pub(crate) fn record(self, batch: &[u8]) -> Vec<u8> {
        let mut record = Vec::with_capacity(batch.len() + 64);
        record.extend(RECORD);
        record.push(VERSION);
        match self.0 {
            Origin::Here(position) => {
                write_position(position, &mut record);
                record.push(0);
            }
            Origin::Remote(remote, position) => {
                write_position(position, &mut record);
                record.push(1);
                record.extend(remote.sensor.0.as_bytes());
                record.extend(remote.first.0.to_le_bytes());
            }
            Origin::Reading(id, Taken { first, batches }) => {
                write_position(Position { incarnation: 0, sequence: batches }, &mut record);
                record.push(2);
                record.extend(id.0.as_bytes());
                record.extend(first.0.to_le_bytes());
            }
            Origin::Read(id) => {
                write_position(NOWHERE, &mut record);
                record.push(3);
                record.extend(id.0.as_bytes());
            }
        }
        record.extend(batch);
        record
    }

    /// The head and the batch behind it; `None` for a record of another version.
    pub(crate) fn read(record: &[u8]) -> Option<(Self, &[u8])> {
        let mut reader = Reader::new(record);
        let head = Self::fields(&mut reader).ok()??;
        Some((head, reader.rest()))
    }

    fn fields(reader: &mut Reader<'_>) -> Result<Option<Self>, Malformed> {
        let (magic, version): ([u8; 3], u8) = (reader.array()?, reader.u8()?);
        if magic != RECORD || !(OLDEST..=VERSION).contains(&version) {
            return Ok(None);
        }
        let position = position(reader)?;
        Ok(Some(Self(match reader.u8()? {
            0 => Origin::Here(position),
            1 => Origin::Remote(
                Remote { sensor: sensor(reader)?, first: CaptureId(reader.u16_le()?) },
                position,
            ),
            2 => {
                let id = ReadingId(Uuid::from_bytes(reader.array()?));
                let first = CaptureId(reader.u16_le()?);
                Origin::Reading(id, Taken { first, batches: position.sequence })
            }
            3 => Origin::Read(ReadingId(Uuid::from_bytes(reader.array()?))),
            _ => return Ok(None),
        })))
    }
}

fn position(reader: &mut Reader<'_>) -> Result<Position, Malformed> {
    Ok(Position { incarnation: reader.u64_le()?, sequence: reader.u64_le()? })
}

fn write_position(position: Position, into: &mut Vec<u8>) {
    into.extend(position.incarnation.to_le_bytes());
    into.extend(position.sequence.to_le_bytes());
}

fn sensor(reader: &mut Reader<'_>) -> Result<SensorId, Malformed> {
    Ok(SensorId(Uuid::from_bytes(reader.array()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENSOR: SensorId = SensorId(Uuid::from_u128(7));

    const READING: ReadingId = ReadingId(Uuid::from_u128(8));

    #[test]
    fn heads_are_read_as_they_were_written_and_other_versions_are_told() {
        let at = |sequence| Position { incarnation: 9, sequence };
        let taken = Taken { first: CaptureId(2_016), batches: 6 };
        let (remotes, readings) = ([(SENSOR, at(4))].into(), [(READING, taken)].into());
        let head = SnapshotHead { next: 5, last: Some(at(3)), remotes, readings };
        let mut bytes = Vec::new();
        head.write(&mut bytes);
        let len = bytes.len();
        bytes.extend(b"model");
        assert_eq!(SnapshotHead::read(&bytes), Ok((head, b"model".as_slice())));
        (0..len).for_each(|end| assert!(SnapshotHead::read(bytes.get(..end).unwrap_or_default()).is_err()));
        let old = 5_u64.to_le_bytes().repeat(3);
        assert!(SnapshotHead::read(&old).is_err_and(|why| why.contains("version 3")));
        let remote = Remote { sensor: SENSOR, first: CaptureId(4_128) };
        for origin in [
            Origin::Here(at(1)),
            Origin::Remote(remote, at(2)),
            Origin::Reading(READING, taken),
            Origin::Read(READING),
        ] {
            let head = RecordHead(origin);
            assert_eq!(RecordHead::read(&head.record(b"batch")), Some((head, b"batch".as_slice())));
        }
        assert_eq!(RecordHead::read(&old), None);
    }

    #[test]
    fn what_the_version_before_wrote_is_read() {
        let at = Position { incarnation: 9, sequence: 3 };
        let mut snapshot = b"YGMODEL\x02".to_vec();
        snapshot.extend(5_u64.to_le_bytes());
        write_position(at, &mut snapshot);
        snapshot.extend(0_u32.to_le_bytes());
        snapshot.extend(b"model");
        let head = SnapshotHead { next: 5, last: Some(at), ..SnapshotHead::default() };
        assert_eq!(SnapshotHead::read(&snapshot), Ok((head, b"model".as_slice())));
        let mut record = b"YGB\x02".to_vec();
        write_position(at, &mut record);
        record.push(0);
        record.extend(b"batch");
        assert_eq!(RecordHead::read(&record), Some((RecordHead(Origin::Here(at)), b"batch".as_slice())));
    }
}
