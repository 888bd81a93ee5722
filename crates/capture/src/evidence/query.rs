//! Finding packets in the ring, while another process goes on writing it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::Path;

use wire::{CaptureId, LinkType, Time};

use super::files::{Segment, open_to_read};
use super::index::{HEADER_LEN, Header, PCAP_RECORD_LEN, RECORD_LEN, Record, is_whole};
use super::key::{Address, End, Flow};

/// Which end of a conversation is meant. `None` is any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndFilter {
    /// Its address. Frames that carry IP are found by their IP addresses only.
    pub address: Option<Address>,
    /// Its port.
    pub port: Option<u16>,
}

/// Which conversations are meant, in both directions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowFilter {
    /// One end.
    pub one: EndFilter,
    /// The other end.
    pub other: EndFilter,
    /// IP protocol number; `None` is any.
    pub protocol: Option<u8>,
    /// Names of the interfaces that heard it; `None` is any. Two lines may have the same addresses, told apart only by
    /// the interfaces that listen to them.
    pub interfaces: Option<Vec<String>>,
}

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Not before this moment.
    pub from: Option<Time>,
    /// Before this moment.
    pub until: Option<Time>,
    /// Any of these conversations; empty is every one.
    pub flows: Vec<FlowFilter>,
    /// At most as many packets, the newest ones.
    pub packets_max: usize,
}

impl Default for Query {
    /// Everything, at most a million packets.
    fn default() -> Self {
        Self { from: None, until: None, flows: Vec::new(), packets_max: 1_000_000 }
    }
}

/// A packet that the ring has, as its index describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// When it was captured.
    pub time: Time,
    /// Where it was captured.
    pub capture: CaptureId,
    /// Bytes kept of it.
    pub len: u32,
    /// Its length on the wire.
    pub original_len: u32,
    /// Between whom it travelled.
    pub flow: Flow,
}

/// What the ring has of a query.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The packets, in the order in which they were written.
    pub packets: Vec<Packet>,
    /// The earliest and the latest packet that the ring holds at all: what was before is gone.
    pub held: Option<(Time, Time)>,
    /// Matching packets beyond the query's limit; the older ones are left out.
    pub beyond_limit: u64,
    /// Packets that the writer left out of the segments searched, because one conversation had its share.
    pub left_out: u64,
}

impl EndFilter {
    fn takes(&self, end: End) -> bool {
        self.address.is_none_or(|address| address == end.address)
            && self.port.is_none_or(|port| port == end.port)
    }
}

impl FlowFilter {
    fn takes(&self, flow: &Flow) -> bool {
        let along = |source: &EndFilter, destination: &EndFilter| {
            source.takes(flow.source) && destination.takes(flow.destination)
        };
        self.protocol.is_none_or(|protocol| protocol == flow.protocol)
            && (along(&self.one, &self.other) || along(&self.other, &self.one))
    }
}

impl Query {
    /// Whether a packet of a segment with this header is meant.
    fn takes(&self, record: &Record, header: &Header) -> bool {
        let is_there = |flow: &FlowFilter| {
            let name = || header.name(record.capture).1;
            flow.interfaces.as_ref().is_none_or(|interfaces| interfaces.contains(&name()))
        };
        let takes = |flow: &FlowFilter| flow.takes(&record.flow) && is_there(flow);
        self.from.is_none_or(|from| record.time >= from)
            && self.until.is_none_or(|until| record.time < until)
            && (self.flows.is_empty() || self.flows.iter().any(takes))
    }
}

/// Looks for packets. A folder without a ring holds none.
pub fn find(folder: &Path, query: &Query) -> io::Result<Found> {
    search(folder, query).map(|search| Found {
        packets: search.hits.iter().map(|hit| hit.packet()).collect(),
        held: search.held,
        beyond_limit: search.beyond_limit,
        left_out: search.left_out,
    })
}

/// What was found, with all that is needed to read the packets.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) parts: Vec<Part>,
    pub(super) hits: std::collections::VecDeque<Hit>,
    pub(super) held: Option<(Time, Time)>,
    pub(super) beyond_limit: u64,
    pub(super) left_out: u64,
}

/// A segment as it was when it was looked at.
#[derive(Debug)]
pub(super) struct Part {
    segment: Segment,
    header: Header,
}

/// A matching record and the number of its part.
#[derive(Debug)]
pub(super) struct Hit {
    part: usize,
    bytes: [u8; RECORD_LEN],
    record: Record,
}

impl Hit {
    pub(super) fn packet(&self) -> Packet {
        let Record { time, len, original_len, capture, flow, .. } = self.record;
        Packet { time, capture, len, original_len, flow }
    }
}

impl Search {
    /// Reads the packet into `bytes`; false when it was overwritten since it was found.
    pub(super) fn read(&self, hit: &Hit, bytes: &mut Vec<u8>) -> bool {
        self.parts.get(hit.part).is_some_and(|part| {
            packet(&part.segment, &hit.record, bytes) && is_whole(&hit.bytes, part.header.generation, bytes)
        })
    }

    /// What the interface of a packet is called, and how its frames begin.
    pub(super) fn name(&self, hit: &Hit) -> (LinkType, String) {
        match self.parts.get(hit.part) {
            Some(part) => part.header.name(hit.record.capture),
            None => Header::default().name(hit.record.capture),
        }
    }
}

pub(super) fn search(folder: &Path, query: &Query) -> io::Result<Search> {
    let mut search = Search::default();
    let mut parts = Vec::new();
    for segment in open_to_read(folder) {
        let mut head = vec![0; HEADER_LEN];
        if read_at(&segment.index, &mut head, 0)
            && let Some(header) = Header::read(&head)
        {
            parts.push(Part { segment, header });
        }
    }
    parts.sort_by_key(|part| part.header.generation);
    for (number, part) in parts.iter().enumerate() {
        search_part(number, part, query, &mut search)?;
    }
    search.parts = parts;
    Ok(search)
}

fn search_part(number: usize, part: &Part, query: &Query, search: &mut Search) -> io::Result<()> {
    let mut index = &part.segment.index;
    index.seek(SeekFrom::Start(u64::try_from(HEADER_LEN).unwrap_or(0)))?;
    let mut reader = BufReader::with_capacity(RECORD_LEN * 1024, index);
    let mut has_hits = false;
    loop {
        let available = reader.fill_buf()?;
        let (records, _) = available.as_chunks::<RECORD_LEN>();
        if records.is_empty() {
            break;
        }
        for bytes in records {
            let Ok(record) = Record::read(bytes) else { continue };
            let (first, last) = search.held.unwrap_or((record.time, record.time));
            search.held = Some((first.min(record.time), last.max(record.time)));
            if query.takes(&record, &part.header) {
                has_hits = true;
                search.hits.push_back(Hit { part: number, bytes: *bytes, record });
                if search.hits.len() > query.packets_max {
                    search.hits.pop_front();
                    search.beyond_limit += 1;
                }
            }
        }
        let used = records.len() * RECORD_LEN;
        reader.consume(used);
    }
    search.left_out += if has_hits || query.flows.is_empty() { part.header.left_out } else { 0 };
    Ok(())
}

/// Reads the captured bytes of a record.
pub(super) fn packet(segment: &Segment, record: &Record, bytes: &mut Vec<u8>) -> bool {
    let len = usize::try_from(record.len).unwrap_or(usize::MAX);
    if len > crate::RECORD_MAX {
        return false;
    }
    bytes.clear();
    bytes.resize(len, 0);
    read_at(&segment.data, bytes, u64::from(record.offset) + PCAP_RECORD_LEN)
}

/// Fills `bytes` from a file; false when it has fewer.
pub(super) fn read_at(file: &File, bytes: &mut [u8], at: u64) -> bool {
    file.read_exact_at(bytes, at).is_ok()
}
