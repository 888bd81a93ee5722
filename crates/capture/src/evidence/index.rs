//! The bytes of an index file: a header page with the names of the interfaces, then records of fixed size.
//! All numbers are little-endian. A reader and a writer may be of different processes, but are of one version.

use std::net::{IpAddr, Ipv6Addr};

use wire::{CaptureId, LinkType, Mac, Malformed, Reader, Time};

use super::key::{Address, End, Flow};

/// Bytes of the header.
pub(super) const HEADER_LEN: usize = 4_096;
/// Bytes of a record.
pub(super) const RECORD_LEN: usize = 64;
/// Bytes of the header that a pcap file begins with, and of that of each of its records.
pub(super) const PCAP_HEADER_LEN: u64 = 24;
pub(super) const PCAP_RECORD_LEN: u64 = 16;
/// More interfaces than this are written without a name.
const NAMES_MAX: usize = 56;
/// Longer names are cut.
const NAME_LEN_MAX: usize = 60;
/// Raised with every change of this file's layout: segments of another version are written over.
const MAGIC: &[u8; 8] = b"YGREVID1";

/// What the header of an index says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    /// Counts how often any segment was begun: the segment with the lowest number holds the oldest packets.
    pub(super) generation: u64,
    /// Packets left out of this segment because one conversation had its share.
    pub(super) left_out: u64,
    /// The interfaces that were listened to.
    pub(super) names: Vec<Name>,
}

/// An interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) capture: CaptureId,
    pub(super) link: LinkType,
    pub(super) name: String,
}

/// What the index says of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) time: Time,
    /// Where its pcap record begins in the segment.
    pub(super) offset: u32,
    /// Captured bytes.
    pub(super) len: u32,
    pub(super) original_len: u32,
    pub(super) capture: CaptureId,
    pub(super) flow: Flow,
}

impl Header {
    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_LEN);
        bytes.extend(MAGIC);
        bytes.extend(self.generation.to_le_bytes());
        bytes.extend(self.left_out.to_le_bytes());
        for name in self.names.iter().take(NAMES_MAX) {
            let text = name.name.get(..name.name.floor_char_boundary(NAME_LEN_MAX)).unwrap_or_default();
            bytes.extend(name.capture.0.to_le_bytes());
            bytes.extend(name.link.0.to_le_bytes());
            bytes.push(u8::try_from(text.len()).unwrap_or(0));
            bytes.extend(text.as_bytes());
        }
        bytes.resize(HEADER_LEN - 4, 0);
        let check = crc32fast::hash(&bytes);
        bytes.extend(check.to_le_bytes());
        bytes
    }

    /// What an interface is called, and how its frames begin.
    pub(super) fn name(&self, capture: CaptureId) -> (LinkType, String) {
        match self.names.iter().find(|name| name.capture == capture) {
            Some(Name { link, name, .. }) => (*link, name.clone()),
            None => (LinkType::ETHERNET, format!("capture {}", capture.0)),
        }
    }

    /// `None` when the bytes are not a whole header of this version.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (covered, check) = bytes.get(..HEADER_LEN)?.split_at_checked(HEADER_LEN - 4)?;
        let is_whole = covered.starts_with(MAGIC) && crc32fast::hash(covered).to_le_bytes() == check;
        is_whole.then(|| Self::fields(covered).ok()).flatten()
    }

    fn fields(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        reader.skip(MAGIC.len())?;
        let mut header = Self { generation: reader.u64_le()?, left_out: reader.u64_le()?, names: Vec::new() };
        while header.names.len() < NAMES_MAX && reader.remaining() >= 5 {
            let (capture, link) = (CaptureId(reader.u16_le()?), LinkType(reader.u16_le()?));
            let len = usize::from(reader.u8()?);
            if len == 0 {
                break;
            }
            let name = String::from_utf8_lossy(reader.take(len)?).into_owned();
            header.names.push(Name { capture, link, name });
        }
        Ok(header)
    }
}

impl Record {
    /// The record, with a checksum over itself, the segment's generation and the packet.
    pub(super) fn write(&self, generation: u64, packet: &[u8]) -> [u8; RECORD_LEN] {
        let mut bytes = [0; RECORD_LEN];
        let (kind, addresses) = addresses(&self.flow);
        let fields: [&[u8]; 12] = [
            &self.time.0.to_le_bytes(),
            &self.offset.to_le_bytes(),
            &self.len.to_le_bytes(),
            &self.original_len.to_le_bytes(),
            &self.capture.0.to_le_bytes(),
            &[self.flow.protocol],
            &[kind],
            &addresses[0],
            &addresses[1],
            &self.flow.source.port.to_le_bytes(),
            &self.flow.destination.port.to_le_bytes(),
            &[],
        ];
        let mut rest = bytes.as_mut_slice();
        for field in fields {
            let Some((place, behind)) = rest.split_at_mut_checked(field.len()) else { break };
            place.copy_from_slice(field);
            rest = behind;
        }
        let check = check(&bytes, generation, packet);
        if let Some(place) = bytes.last_chunk_mut() {
            *place = check;
        }
        bytes
    }

    /// The fields; whether they are true is known only together with the packet: [`is_whole`].
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let time = Time(i64::from_le_bytes(reader.array()?));
        let (offset, len, original_len) = (reader.u32_le()?, reader.u32_le()?, reader.u32_le()?);
        let capture = CaptureId(reader.u16_le()?);
        let (protocol, kind) = (reader.u8()?, reader.u8()?);
        let addresses: [[u8; 16]; 2] = [reader.array()?, reader.array()?];
        let [source, destination] = addresses.map(|bytes| address(kind, bytes));
        let flow = Flow {
            source: End { address: source, port: reader.u16_le()? },
            destination: End { address: destination, port: reader.u16_le()? },
            protocol,
        };
        Ok(Self { time, offset, len, original_len, capture, flow })
    }
}

/// Whether the record is as it was written, of this generation, and belongs to this packet.
pub(super) fn is_whole(record: &[u8], generation: u64, packet: &[u8]) -> bool {
    record.len() == RECORD_LEN
        && record.last_chunk::<4>().is_some_and(|found| *found == check(record, generation, packet))
}

fn check(record: &[u8], generation: u64, packet: &[u8]) -> [u8; 4] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(record.get(..RECORD_LEN - 4).unwrap_or_default());
    hasher.update(&generation.to_le_bytes());
    hasher.update(packet);
    hasher.finalize().to_le_bytes()
}

/// The kind of the addresses, 1 for hardware and 2 for IP, and their bytes; IPv4 is written as IPv6 writes it.
fn addresses(flow: &Flow) -> (u8, [[u8; 16]; 2]) {
    let bytes = |end: End| match end.address {
        Address::Ip(IpAddr::V4(ip)) => ip.to_ipv6_mapped().octets(),
        Address::Ip(IpAddr::V6(ip)) => ip.octets(),
        Address::Mac(Mac([a, b, c, d, e, f])) => [a, b, c, d, e, f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    };
    let kind = if matches!(flow.source.address, Address::Ip(_)) { 2 } else { 1 };
    (kind, [bytes(flow.source), bytes(flow.destination)])
}

fn address(kind: u8, bytes: [u8; 16]) -> Address {
    if kind == 2 {
        Address::Ip(Ipv6Addr::from(bytes).to_canonical())
    } else {
        Address::Mac(Mac(bytes.first_chunk().copied().unwrap_or_default()))
    }
}
