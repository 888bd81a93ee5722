//! What a capture held, and what could not be read of it.

use std::io;

use wire::{CaptureId, LinkType, Time};

use super::{Record, Stop};

/// A step back of more than this is a clock jump: capture cards reorder by less.
const BACKWARDS_MAX: i64 = 1_000_000_000;
/// A gap of more than this is a clock jump, or a capture that was paused.
const FORWARDS_MAX: i64 = 3_600_000_000_000;

/// What a capture held, and what could not be read of it. Complete when the source has ended.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The file as the caller named it, or `-`.
    pub path: String,
    /// `pcap` or `pcapng`.
    pub format: &'static str,
    /// `gzip` or `zstd`.
    pub compression: Option<&'static str>,
    /// Packets handed out.
    pub packets: u64,
    /// Captured bytes of all packets.
    pub bytes: u64,
    /// Bytes of all packets on the wire.
    pub original_bytes: u64,
    /// The earliest packet time.
    pub first: Option<Time>,
    /// The latest packet time.
    pub last: Option<Time>,
    /// Packets of which the snap length cut a part.
    pub truncated: u64,
    /// Packets without a time of their own; they take that of the packet before them.
    pub untimed: u64,
    /// Steps of more than a second back from one packet to the next.
    pub jumps_back: u64,
    /// Steps of more than an hour ahead from one packet to the next.
    pub jumps_ahead: u64,
    /// The interfaces that the file describes, in its order; pcap has one.
    pub interfaces: Vec<Interface>,
    /// One line when the capture does not end where a whole one would: where reading stopped, and why.
    pub remark: Option<String>,
    /// Records that end behind the end of the file: 0 or 1.
    pub cut_record: u64,
    /// Records whose header contradicts itself or the file; reading went on at the next whole one.
    pub bad_record: u64,
    /// Packets of an interface that the file does not describe.
    pub unknown_interface: u64,
    /// Interfaces beyond the limit of 256; their packets count as `unknown_interface`.
    pub excess_interface: u64,
    /// The system, or the compression, broke off before the end: 0 or 1.
    pub read_error: u64,
    /// Time of the packet before, to find jumps.
    pub(super) previous: Option<Time>,
}

/// One interface of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Which frames are its.
    pub capture: CaptureId,
    /// Its name, or its description when it has only that; at most 128 characters.
    pub name: Option<String>,
    /// How its frames begin.
    pub link: LinkType,
    /// Steps of its clock in a second, before any rounding to nanoseconds; saturates.
    pub ticks_per_second: u64,
    /// The most bytes captured of a frame; 0 is no limit.
    pub snap_length: u32,
    /// Packets handed out.
    pub packets: u64,
}

impl Report {
    pub(super) fn new(path: String, compression: Option<&'static str>) -> Self {
        Self { path, compression, ..Self::default() }
    }

    /// What could not be read, as names and numbers: only those that are not zero.
    pub fn undecoded(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counters = [
            ("bad_record", self.bad_record),
            ("cut_record", self.cut_record),
            ("excess_interface", self.excess_interface),
            ("read_error", self.read_error),
            ("unknown_interface", self.unknown_interface),
        ];
        counters.into_iter().filter(|(_, count)| *count > 0)
    }

    #[inline]
    pub(super) fn add(&mut self, record: &Record) {
        let len = u64::try_from(record.len).unwrap_or(u64::MAX);
        self.packets += 1;
        self.bytes += len;
        self.original_bytes += u64::from(record.original_len).max(len);
        self.truncated += u64::from(u64::from(record.original_len) > len);
        if let Some(interface) = self.interfaces.get_mut(record.interface) {
            interface.packets += 1;
        }
        let previous = self.previous.replace(record.time).unwrap_or(record.time);
        let step = record.time.since(previous);
        self.jumps_back += u64::from(step < -BACKWARDS_MAX);
        self.jumps_ahead += u64::from(step > FORWARDS_MAX);
        self.first = Some(self.first.map_or(record.time, |first| first.min(record.time)));
        self.last = Some(self.last.map_or(record.time, |last| last.max(record.time)));
    }

    /// Notes why reading stopped at byte `position` of the decompressed file.
    pub(super) fn stop(&mut self, stop: &Stop, position: u64, error: Option<io::Error>) {
        let next = self.packets + 1;
        self.read_error += u64::from(error.is_some());
        self.remark = match (error, stop) {
            (Some(error), _) => {
                Some(format!("reading broke off at byte {position}, before packet {next} was whole: {error}"))
            }
            (None, Stop::End) => None,
            (None, Stop::Cut) => Some(format!(
                "the file ends inside a record, at byte {position}: read to the last whole packet, number {}",
                self.packets
            )),
            (None, Stop::Damaged) => Some(format!(
                "damaged from byte {position} on: no whole record found behind packet {}",
                self.packets
            )),
        };
    }
}
