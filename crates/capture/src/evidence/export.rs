//! Packets of the ring as a pcapng file (IETF draft-ietf-opsawg-pcapng) that says where they come from.

use std::io::{self, Write};
use std::path::Path;

use wire::{LinkType, Time};

use super::query::{Query, Search, search};

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const INTERFACE_STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;
const COMMENT: u16 = 1;
const USER_APPLICATION: u16 = 4;
const IF_NAME: u16 = 2;
const IF_TIME_RESOLUTION: u16 = 9;

/// What stands at the head of the file, so that whoever gets it knows what it is.
#[derive(Clone, Debug, Default)]
pub struct Heading {
    /// Name of the site.
    pub site: String,
    /// The filter in words.
    pub filter: String,
    /// When the export was made, in words.
    pub made: String,
    /// The program and its version.
    pub program: String,
}

/// What was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Packets written.
    pub packets: u64,
    /// Captured bytes of them.
    pub bytes: u64,
    /// Packets that were found, but overwritten by newer ones before they were read.
    pub overwritten: u64,
    /// Matching packets beyond the query's limit, the older ones.
    pub beyond_limit: u64,
    /// Packets that were never kept, because one conversation had its share of the ring.
    pub left_out: u64,
    /// The earliest and the latest packet of the ring: what was before is gone.
    pub held: Option<(Time, Time)>,
}

/// Writes the packets of a query as pcapng. `utc` says a moment in words.
pub fn export(
    folder: &Path,
    query: &Query,
    heading: &Heading,
    utc: fn(Time) -> String,
    out: &mut impl Write,
) -> io::Result<Exported> {
    let search = search(folder, query)?;
    let found = search.hits.len();
    let mut exported = Exported {
        beyond_limit: search.beyond_limit,
        left_out: search.left_out,
        held: search.held,
        ..Exported::default()
    };
    section(out, heading, &comment(heading, query, found, &exported, utc))?;
    let mut interfaces: Vec<(LinkType, String)> = Vec::new();
    let mut bytes = Vec::new();
    for hit in &search.hits {
        if !search.read(hit, &mut bytes) {
            exported.overwritten += 1;
            continue;
        }
        let number = interface(out, &mut interfaces, &search, hit)?;
        let packet = hit.packet();
        enhanced_packet(out, number, packet.time, packet.original_len, &bytes)?;
        exported.packets += 1;
        exported.bytes += u64::from(packet.len);
    }
    if !interfaces.is_empty() {
        let text = format!(
            "end of export: {} packets written, {} overwritten by newer ones meanwhile",
            exported.packets, exported.overwritten
        );
        let mut body = vec![0; 12];
        option(&mut body, COMMENT, text.as_bytes());
        option(&mut body, 0, &[]);
        block(out, INTERFACE_STATISTICS, &body)?;
    }
    out.flush()?;
    Ok(exported)
}

fn comment(
    heading: &Heading,
    query: &Query,
    found: usize,
    exported: &Exported,
    utc: fn(Time) -> String,
) -> String {
    let moment = |time: Option<Time>| time.map_or_else(|| "open".to_owned(), utc);
    let held = exported.held.map_or_else(
        || "no packets at all".to_owned(),
        |(first, last)| format!("packets from {} to {}; earlier ones are gone", utc(first), utc(last)),
    );
    format!(
        "site: {}\nfilter: {}\ntime: from {} until {}\nmade: {}\nfound: {found} packets\nthe ring holds {held}\n\
         older matches beyond the limit of {}: {}\nnever kept, because one conversation had its share: {}",
        heading.site,
        heading.filter,
        moment(query.from),
        moment(query.until),
        heading.made,
        query.packets_max,
        exported.beyond_limit,
        exported.left_out,
    )
}

fn section(out: &mut impl Write, heading: &Heading, comment: &str) -> io::Result<()> {
    let mut body = Vec::new();
    body.extend(0x1a2b_3c4d_u32.to_le_bytes());
    body.extend([1, 0, 0, 0]);
    // The length of the section is not known beforehand.
    body.extend((-1_i64).to_le_bytes());
    option(&mut body, COMMENT, comment.as_bytes());
    option(&mut body, USER_APPLICATION, heading.program.as_bytes());
    option(&mut body, 0, &[]);
    block(out, SECTION_HEADER, &body)
}

/// The number of the packet's interface, described when it is the first of it.
fn interface(
    out: &mut impl Write,
    interfaces: &mut Vec<(LinkType, String)>,
    search: &Search,
    hit: &super::query::Hit,
) -> io::Result<u32> {
    let name = search.name(hit);
    let number = match interfaces.iter().position(|known| *known == name) {
        Some(number) => number,
        None => {
            let mut body = Vec::new();
            body.extend(name.0.0.to_le_bytes());
            body.extend([0; 6]);
            option(&mut body, IF_NAME, name.1.as_bytes());
            option(&mut body, IF_TIME_RESOLUTION, &[9]);
            option(&mut body, 0, &[]);
            block(out, INTERFACE_DESCRIPTION, &body)?;
            interfaces.push(name);
            interfaces.len() - 1
        }
    };
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

fn enhanced_packet(
    out: &mut impl Write,
    interface: u32,
    time: Time,
    original_len: u32,
    bytes: &[u8],
) -> io::Result<()> {
    let ticks = u64::try_from(time.0).unwrap_or(0);
    let mut body = Vec::with_capacity(bytes.len() + 24);
    body.extend(interface.to_le_bytes());
    body.extend(u32::try_from(ticks >> 32).unwrap_or(0).to_le_bytes());
    body.extend(u32::try_from(ticks & 0xffff_ffff).unwrap_or(0).to_le_bytes());
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    body.extend(len.to_le_bytes());
    body.extend(original_len.max(len).to_le_bytes());
    body.extend(bytes);
    pad(&mut body);
    block(out, ENHANCED_PACKET, &body)
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = value.get(..usize::from(u16::MAX)).unwrap_or(value);
    body.extend(code.to_le_bytes());
    body.extend(u16::try_from(value.len()).unwrap_or(0).to_le_bytes());
    body.extend(value);
    pad(body);
}

fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}

fn block(out: &mut impl Write, kind: u32, body: &[u8]) -> io::Result<()> {
    let len = u32::try_from(body.len() + 12).unwrap_or(u32::MAX).to_le_bytes();
    out.write_all(&kind.to_le_bytes())?;
    out.write_all(&len)?;
    out.write_all(body)?;
    out.write_all(&len)
}
