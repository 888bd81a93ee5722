//! What stands before a batch in the journal, and before the model in a snapshot: how far everybody's batches have come.

use crate::remote::Remote;
use facts::id::SensorId;
use sensor::Position;
use std::collections::BTreeMap;
use uuid::Uuid;
use wire::{CaptureId, Malformed, Reader};

/// First bytes of a snapshot; the last one is the version.
const SNAPSHOT: [u8; 8] = *b"YGMODEL\x02";
/// First bytes of a record; the last one is the version.
const RECORD: [u8; 4] = *b"YGB\x02";
/// Sensors of one snapshot: more than there are blocks of capture numbers.
const SENSORS_MAX: u32 = 10_000;

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
}

impl SnapshotHead {
    pub(crate) fn write(&self, into: &mut Vec<u8>) {
        into.extend(SNAPSHOT);
        into.extend(self.next.to_le_bytes());
        write_position(self.last.unwrap_or(NOWHERE), into);
        let count = u32::try_from(self.remotes.len()).unwrap_or(u32::MAX).min(SENSORS_MAX);
        into.extend(count.to_le_bytes());
        for (sensor, position) in self.remotes.iter().take(usize::try_from(count).unwrap_or(0)) {
            into.extend(sensor.0.as_bytes());
            write_position(*position, into);
        }
    }

    /// The head and the model behind it; why not, in words that fit after "was passed over:".
    pub(crate) fn read(bytes: &[u8]) -> Result<(Self, &[u8]), String> {
        let Some((magic, rest)) = bytes.split_first_chunk::<8>() else { return Err("it is cut".into()) };
        if *magic != SNAPSHOT {
            return Err("it is not of version 2, which this program writes".into());
        }
        let mut reader = Reader::new(rest);
        let head = Self::fields(&mut reader).map_err(|_| "it is cut".to_owned())?;
        Ok((head, reader.rest()))
    }

    fn fields(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let next = reader.u64_le()?;
        let last = Some(position(reader)?).filter(|last| last.incarnation > 0);
        let count = reader.u32_le()?;
        reader.ensure(count <= SENSORS_MAX, wire::Defect::TooMany)?;
        let mut remotes = BTreeMap::new();
        for _ in 0..count {
            remotes.insert(sensor(reader)?, position(reader)?);
        }
        Ok(Self { next, last, remotes })
    }
}

/// Before a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordHead {
    /// Its place among those of its sensor; incarnation 0 for batches of files, which have none.
    pub(crate) position: Position,
    /// The sensor on another machine that it comes from.
    pub(crate) remote: Option<Remote>,
}

impl RecordHead {
    /// The whole record.
    pub(crate) fn record(&self, batch: &[u8]) -> Vec<u8> {
        let mut record = Vec::with_capacity(batch.len() + 64);
        record.extend(RECORD);
        write_position(self.position, &mut record);
        record.push(u8::from(self.remote.is_some()));
        if let Some(remote) = self.remote {
            record.extend(remote.sensor.0.as_bytes());
            record.extend(remote.first.0.to_le_bytes());
        }
        record.extend(batch);
        record
    }

    /// The head and the batch behind it; `None` for a record of another version.
    pub(crate) fn read(record: &[u8]) -> Option<(Self, &[u8])> {
        let (magic, rest) = record.split_first_chunk::<4>()?;
        let mut reader = Reader::new(rest);
        let head = Self::fields(&mut reader).ok().filter(|_| *magic == RECORD)?;
        Some((head, reader.rest()))
    }

    fn fields(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let position = position(reader)?;
        let remote = match reader.u8()? {
            0 => None,
            _ => Some(Remote { sensor: sensor(reader)?, first: CaptureId(reader.u16_le()?) }),
        };
        Ok(Self { position, remote })
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

    #[test]
    fn heads_are_read_as_they_were_written_and_other_versions_are_told() {
        let at = |sequence| Position { incarnation: 9, sequence };
        let head = SnapshotHead { next: 5, last: Some(at(3)), remotes: [(SENSOR, at(4))].into() };
        let mut bytes = Vec::new();
        head.write(&mut bytes);
        let len = bytes.len();
        bytes.extend(b"model");
        assert_eq!(SnapshotHead::read(&bytes), Ok((head, b"model".as_slice())));
        (0..len).for_each(|end| assert!(SnapshotHead::read(bytes.get(..end).unwrap_or_default()).is_err()));
        let old = 5_u64.to_le_bytes().repeat(3);
        assert!(SnapshotHead::read(&old).is_err_and(|why| why.contains("version 2")));
        for remote in [None, Some(Remote { sensor: SENSOR, first: CaptureId(4_128) })] {
            let head = RecordHead { position: at(1), remote };
            assert_eq!(RecordHead::read(&head.record(b"batch")), Some((head, b"batch".as_slice())));
        }
        assert_eq!(RecordHead::read(&old), None);
    }
}
