//! How far the mirror can be trusted: what the sensor says of itself every second.

use crate::fields::{Fields, number, small, table, text};
use std::collections::BTreeMap;
use wire::{CaptureId, Malformed, Reader, Time};

/// The state of a sensor. All counts are since this sensor process began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Each port or file that it listens to.
    pub captures: Vec<CaptureAccount>,
    /// What the evidence ring did; `None` without one.
    pub evidence: Option<capture::evidence::Counters>,
    /// Batches that wait to be acknowledged.
    pub waiting_batches: u64,
    /// Bytes of them.
    pub waiting_bytes: u64,
    /// Batches that were dropped, because too many waited.
    pub lost_batches: u64,
    /// Bytes of them.
    pub lost_bytes: u64,
}

/// What was heard on one port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureAccount {
    /// Which frames are its.
    pub capture: CaptureId,
    /// Name of the interface, or of what stands for it.
    pub name: String,
    /// The interface is down or absent at present.
    pub is_down: bool,
    /// Frames read.
    pub packets: u64,
    /// Captured bytes of them.
    pub bytes: u64,
    /// Frames of which the snap length cut a part.
    pub truncated: u64,
    /// Time of the first frame.
    pub first: Option<Time>,
    /// Time of the latest frame.
    pub last: Option<Time>,
    /// Frames that the kernel saw for us.
    pub kernel_received: u64,
    /// Frames that the kernel dropped, because the ring was full.
    pub kernel_dropped: u64,
    /// How often the ring was full.
    pub kernel_freezes: u64,
    /// Frames, or layers of them, that could not be decoded, by reason.
    pub undecoded: BTreeMap<String, u64>,
    /// Exact copies: the mirror delivered a frame twice.
    pub duplicates: u64,
    /// Packets heard again on the other side of a router.
    pub routed: u64,
    /// Values of busy cyclic polls that were passed over.
    pub values_sampled: u64,
    /// Holes in TCP streams.
    pub gaps: u64,
    /// TCP conversations heard in one direction only.
    pub one_way_flows: u64,
    /// VLAN ids seen, with their packets; 0 stands for untagged frames.
    pub vlans: BTreeMap<u16, u64>,
}

impl Account {
    pub(crate) fn write(&self, fields: Fields) -> Fields {
        let counters = self.evidence.unwrap_or_default();
        fields
            .number(u8::from(self.evidence.is_some()))
            .number(counters.written)
            .number(counters.left_out)
            .number(counters.lost)
            .number(counters.segments)
            .number(u8::from(counters.is_failing))
            .number(self.waiting_batches)
            .number(self.waiting_bytes)
            .number(self.lost_batches)
            .number(self.lost_bytes)
            .table(self.captures.iter(), |fields, capture| capture.write(fields))
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let with_evidence = number(reader)? != 0;
        let counters = capture::evidence::Counters {
            written: number(reader)?,
            left_out: number(reader)?,
            lost: number(reader)?,
            segments: number(reader)?,
            is_failing: number(reader)? != 0,
        };
        Ok(Self {
            evidence: with_evidence.then_some(counters),
            waiting_batches: number(reader)?,
            waiting_bytes: number(reader)?,
            lost_batches: number(reader)?,
            lost_bytes: number(reader)?,
            captures: table(reader, CaptureAccount::read)?,
        })
    }
}

impl CaptureAccount {
    fn write(&self, fields: Fields) -> Fields {
        let time = |time: Option<Time>| time.map_or(0, |time| u64::try_from(time.0).unwrap_or(0));
        fields
            .number(self.capture.0)
            .text(&self.name)
            .number(u8::from(self.is_down))
            .number(self.packets)
            .number(self.bytes)
            .number(self.truncated)
            .number(time(self.first))
            .number(time(self.last))
            .number(self.kernel_received)
            .number(self.kernel_dropped)
            .number(self.kernel_freezes)
            .table(self.undecoded.iter(), |fields, (why, count)| fields.text(why).number(*count))
            .number(self.duplicates)
            .number(self.routed)
            .number(self.values_sampled)
            .number(self.gaps)
            .number(self.one_way_flows)
            .table(self.vlans.iter(), |fields, (vlan, count)| fields.number(*vlan).number(*count))
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        // No frame is of the first moment of 1970: 0 stands for none.
        let time = |nanoseconds: i64| (nanoseconds != 0).then_some(Time(nanoseconds));
        Ok(Self {
            capture: CaptureId(small(reader)?),
            name: text(reader)?,
            is_down: number(reader)? != 0,
            packets: number(reader)?,
            bytes: number(reader)?,
            truncated: number(reader)?,
            first: time(small(reader)?),
            last: time(small(reader)?),
            kernel_received: number(reader)?,
            kernel_dropped: number(reader)?,
            kernel_freezes: number(reader)?,
            undecoded: table(reader, |reader| Ok((text(reader)?, number(reader)?)))?.into_iter().collect(),
            duplicates: number(reader)?,
            routed: number(reader)?,
            values_sampled: number(reader)?,
            gaps: number(reader)?,
            one_way_flows: number(reader)?,
            vlans: table(reader, |reader| Ok((small(reader)?, number(reader)?)))?.into_iter().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_arrives_as_it_was_sent_and_cut_ones_are_refused() {
        let capture = CaptureAccount {
            capture: CaptureId(3),
            name: "ミラー".into(),
            packets: 7,
            first: Some(Time(5)),
            undecoded: [("truncated_tcp".to_owned(), 2)].into(),
            vlans: [(0, 4), (7, 3)].into(),
            one_way_flows: 9,
            ..CaptureAccount::default()
        };
        let account = Account {
            captures: vec![capture, CaptureAccount::default()],
            evidence: Some(capture::evidence::Counters { lost: 2, ..Default::default() }),
            waiting_bytes: 11,
            ..Account::default()
        };
        let bytes = account.write(Fields::default()).0;
        assert_eq!(Account::read(&mut Reader::new(&bytes)), Ok(account));
        for len in 0..bytes.len() {
            assert!(Account::read(&mut Reader::new(&bytes[..len])).is_err());
        }
    }
}
