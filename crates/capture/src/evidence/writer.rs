//! Writing packets into the ring.

use std::cmp::Reverse;
use std::io::{self, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

use wire::{CaptureId, Frame, LinkType};

use super::files::{Files, Limits, Segment};
use super::index::{self, HEADER_LEN, Header, Name, PCAP_HEADER_LEN, PCAP_RECORD_LEN, RECORD_LEN, Record};
use super::key::Flow;
use super::query::read_at;
use crate::write;

/// Packets are collected until this much, and then written at once.
const WRITE_AT: usize = 256 * 1024;
/// Conversations whose share is counted at a time; a power of two.
const SHARES: usize = 1 << 16;

/// What happened to the packets since this writer began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Packets written.
    pub written: u64,
    /// Packets left out because their conversation had filled its share of the segment.
    pub left_out: u64,
    /// Packets lost because the system refused to write, such as on a full disk.
    pub lost: u64,
    /// Segments begun.
    pub segments: u64,
    /// The last write was refused.
    pub is_failing: bool,
}

/// Writes packets into a ring. One writer at a time.
#[derive(Debug)]
pub struct Writer {
    segments: Vec<Segment>,
    limits: Limits,
    current: usize,
    header: Header,
    /// The segment has no valid headers on disk yet.
    is_new: bool,
    /// Where the collected packets will be written.
    data_at: u64,
    /// Bytes that were offered to this segment, those left out included: it ends when they would have filled it, so that
    /// conversations that have their share do not stop the ring.
    offered: u64,
    /// Records on disk, and those collected.
    records: u64,
    data: Vec<u8>,
    index: Vec<u8>,
    shares: Box<[Share]>,
    counters: Counters,
}

/// What one conversation has in the present segment.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    tag: u32,
    bytes: u32,
}

impl Writer {
    /// Goes on behind the last whole record of the newest segment; what lies behind it is cut off.
    pub fn new(files: Files) -> io::Result<Self> {
        let Files { segments, limits } = files;
        let headers: Vec<Option<Header>> = segments.iter().map(header).collect();
        let newest = headers
            .iter()
            .enumerate()
            .map(|(number, header)| (header.as_ref().map_or(0, |header| header.generation), Reverse(number)))
            .max();
        let (_, Reverse(current)) = newest.ok_or(io::ErrorKind::InvalidInput)?;
        let found = headers.get(current).cloned().flatten();
        let mut writer = Self {
            segments,
            limits,
            current,
            header: found.clone().unwrap_or_default(),
            is_new: found.is_none(),
            data_at: PCAP_HEADER_LEN,
            offered: 0,
            records: 0,
            data: Vec::with_capacity(WRITE_AT + crate::RECORD_MAX + 64),
            index: Vec::with_capacity((WRITE_AT / 16) * 4 + RECORD_LEN),
            shares: vec![Share::default(); SHARES].into_boxed_slice(),
            counters: Counters::default(),
        };
        match found {
            Some(header) => writer.resume(&header)?,
            None => writer.header.generation = 1,
        }
        Ok(writer)
    }

    /// Says the name of an interface before its first packet. At most 56 are kept.
    pub fn name(&mut self, capture: CaptureId, link: LinkType, name: &str) {
        let name = Name { capture, link, name: name.to_owned() };
        if self.header.names.contains(&name) {
            return;
        }
        // What was collected, and what the segment holds, belongs to the interface that had this number before: by the
        // name two lines with the same addresses are told apart.
        self.flush();
        if self.records > 0 && self.header.names.iter().any(|known| known.capture == capture) {
            self.rewind();
        }
        self.header.names.retain(|known| known.capture != capture);
        self.header.names.push(name);
        if !self.is_new {
            self.write_header();
        }
    }

    /// Takes one frame. It is on disk after the next [`Writer::flush`] at the latest.
    #[inline]
    pub fn write(&mut self, frame: &Frame<'_>) {
        let kept = usize::try_from(self.limits.snap).unwrap_or(usize::MAX).min(crate::RECORD_MAX);
        let bytes = frame.bytes.get(..kept).unwrap_or(frame.bytes);
        let flow = Flow::of(frame.link, frame.bytes);
        let size = u64::try_from(bytes.len()).unwrap_or(0) + PCAP_RECORD_LEN;
        let offset = self.data_at + u64::try_from(self.data.len()).unwrap_or(0);
        let is_full = offset.max(self.offered) + size > self.limits.data_bytes_max();
        if is_full || self.records >= self.limits.records_max() {
            self.flush();
            self.rewind();
            return self.write(frame);
        }
        self.offered += size;
        if !self.takes(frame.capture, &flow, size) {
            self.counters.left_out += 1;
            self.header.left_out += 1;
            return;
        }
        let record = Record {
            time: frame.time,
            offset: u32::try_from(offset).unwrap_or(u32::MAX),
            len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            original_len: frame.original_len,
            capture: frame.capture,
            flow,
        };
        self.index.extend_from_slice(&record.write(self.header.generation, bytes));
        // Writing to memory does not fail.
        write::record(&mut self.data, frame.time, frame.original_len, bytes).ok();
        self.records += 1;
        if self.data.len() >= WRITE_AT {
            self.flush();
        }
    }

    /// Writes what was collected. Call it a few times a second. What the system refuses is lost and counted.
    pub fn flush(&mut self) {
        if self.data.is_empty() {
            return;
        }
        let collected = self.index.len() / RECORD_LEN;
        let packets = u64::try_from(collected).unwrap_or(0);
        let result = self.write_out();
        self.counters.is_failing = result.is_err();
        match result {
            Ok(()) => {
                self.data_at += u64::try_from(self.data.len()).unwrap_or(0);
                self.counters.written += packets;
            }
            Err(_) => {
                // The next attempt overwrites the same place; the index does not name it meanwhile.
                self.records = self.records.saturating_sub(packets);
                self.counters.lost += packets;
            }
        }
        self.data.clear();
        self.index.clear();
    }

    /// What happened so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Packets first, then the index that names them: whoever is killed between the two leaves packets without a name,
    /// which are overwritten.
    fn write_out(&mut self) -> io::Result<()> {
        let segment = self.segments.get(self.current).ok_or(io::ErrorKind::NotFound)?;
        if self.is_new {
            segment.index.set_len(0)?;
            segment.data.set_len(0)?;
            let mut head = Vec::new();
            write::header(&mut head)?;
            segment.data.write_all_at(&head, 0)?;
            segment.index.write_all_at(&self.header.write(), 0)?;
            self.is_new = false;
            self.counters.segments += 1;
        }
        segment.data.write_all_at(&self.data, self.data_at)?;
        let before = self.records.saturating_sub(u64::try_from(self.index.len() / RECORD_LEN).unwrap_or(0));
        segment.index.write_all_at(&self.index, record_at(before))
    }

    fn write_header(&mut self) {
        let bytes = self.header.write();
        let written = self.segments.get(self.current).map(|segment| segment.index.write_all_at(&bytes, 0));
        self.counters.is_failing = !matches!(written, Some(Ok(())));
    }

    /// Turns to the next segment, which holds the oldest packets. Its files are emptied with the first packet.
    fn rewind(&mut self) {
        if !self.is_new {
            self.write_header();
            self.current = (self.current + 1) % self.segments.len().max(1);
            self.header.generation += 1;
        }
        self.header.left_out = 0;
        self.is_new = true;
        self.data_at = PCAP_HEADER_LEN;
        self.offered = 0;
        self.records = 0;
        self.shares.fill(Share::default());
    }

    /// Whether the conversation still has room in this segment. Two conversations that fall on the same place take
    /// it from each other: then one may get more than its share, never less.
    fn takes(&mut self, capture: CaptureId, flow: &Flow, size: u64) -> bool {
        // The same addresses on another interface may be another line's.
        let hash = flow.hash() ^ u64::from(capture.0).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let place = usize::try_from(hash & 0xffff_ffff).unwrap_or(0) & (SHARES - 1);
        let tag = u32::try_from(hash >> 32).unwrap_or(0);
        let Some(share) = self.shares.get_mut(place) else { return true };
        if share.tag != tag {
            *share = Share { tag, bytes: 0 };
        }
        if share.bytes >= self.limits.flow_bytes_max() {
            return false;
        }
        share.bytes = share.bytes.saturating_add(u32::try_from(size).unwrap_or(u32::MAX));
        true
    }

    /// Finds the last record whose packet is whole and cuts off what follows it.
    fn resume(&mut self, header: &Header) -> io::Result<()> {
        let Some(segment) = self.segments.get(self.current) else { return Ok(()) };
        // A process in a sandbox may not ask for a file's length, but may look where its end is.
        let len = (&segment.index).seek(SeekFrom::End(0))?;
        let mut records = len.saturating_sub(record_at(0)) / u64::try_from(RECORD_LEN).unwrap_or(1);
        let mut bytes = [0; RECORD_LEN];
        let mut packet = Vec::new();
        while let Some(last) = records.checked_sub(1) {
            let whole = read_at(&segment.index, &mut bytes, record_at(last))
                .then(|| Record::read(&bytes).ok())
                .flatten()
                .filter(|record| super::query::packet(segment, record, &mut packet))
                .filter(|_| index::is_whole(&bytes, header.generation, &packet));
            if let Some(record) = whole {
                self.data_at = u64::from(record.offset) + PCAP_RECORD_LEN + u64::from(record.len);
                break;
            }
            records = last;
        }
        segment.index.set_len(record_at(records))?;
        segment.data.set_len(self.data_at)?;
        self.records = records;
        // Without any record, not even the head of the pcap file is certain.
        self.is_new = records == 0;
        Ok(())
    }
}

fn header(segment: &Segment) -> Option<Header> {
    let mut bytes = vec![0; HEADER_LEN];
    read_at(&segment.index, &mut bytes, 0).then(|| Header::read(&bytes)).flatten()
}

/// Where a record stands in the index file.
fn record_at(number: u64) -> u64 {
    number
        .saturating_mul(u64::try_from(RECORD_LEN).unwrap_or(0))
        .saturating_add(u64::try_from(HEADER_LEN).unwrap_or(0))
}
