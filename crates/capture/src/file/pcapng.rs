//! pcapng: sections of blocks (draft-ietf-opsawg-pcapng, section 4).

use std::mem;

use wire::{CaptureId, LinkType, Malformed, Reader, Time};

use super::order::{Order, size};
use super::resolution::Resolution;
use super::window::Window;
use super::{Interface, RECORD_MAX, RESYNCHRONISE_MAX, Record, Report, Stop};

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

/// The longest block that is read as a whole: the largest packet and 64 KiB of options.
const BLOCK_MAX: usize = RECORD_MAX + 64 * 1024;
/// More options than this behind a packet are possible but not usual.
const OPTIONS_USUAL: usize = 1_024;
/// The longest block that is skipped on the word of its length field alone, such as embedded secrets.
const SKIP_MAX: usize = 64 * 1024 * 1024;
/// The most interfaces of a file; hostile files describe more.
const INTERFACES_MAX: usize = 256;
/// The most characters of an interface's name that are kept.
const NAME_MAX: usize = 128;

/// What the blocks of the present section mean.
pub(super) struct Pcapng {
    order: Order,
    /// The section's interfaces in the order of their descriptions.
    interfaces: Vec<Described>,
    first_id: CaptureId,
    /// The interfaces of the section before.
    earlier: Vec<Described>,
}

/// What a packet needs to know of its interface.
#[derive(Clone, Copy)]
struct Described {
    /// Index into the interfaces of the report.
    index: usize,
    capture: CaptureId,
    link: LinkType,
    resolution: Resolution,
    snap_length: u32,
}

/// What a block holds, of the things that matter here.
enum Block {
    Packet(Record),
    Other,
}

/// Whether these are the first bytes of a section header block.
pub(super) fn is_section(head: &[u8]) -> bool {
    head.first_chunk() == Some(&SECTION_HEADER.to_be_bytes())
}

/// The byte order of the section whose header block starts here.
fn section_order(bytes: &[u8]) -> Option<Order> {
    let mut reader = Reader::new(bytes);
    reader.skip(8).ok()?;
    match reader.array().ok()? {
        [0x4d, 0x3c, 0x2b, 0x1a] => Some(Order::Little),
        [0x1a, 0x2b, 0x3c, 0x4d] => Some(Order::Big),
        _ => None,
    }
}

impl Pcapng {
    /// Checks the section header block and leaves the window in front of it.
    pub(super) fn open(window: &mut Window, first_id: CaptureId) -> Result<Self, &'static str> {
        if !window.ensure(28) {
            return Err("it ends inside its section header");
        }
        let order = section_order(window.available()).ok_or("its section header names no byte order")?;
        Ok(Self { order, interfaces: Vec::new(), first_id, earlier: Vec::new() })
    }

    /// The next packet; the window stands behind its block.
    #[inline]
    pub(super) fn next(&mut self, window: &mut Window, report: &mut Report) -> Result<Record, Stop> {
        loop {
            if !window.ensure(12) {
                report.cut_record += u64::from(!window.available().is_empty());
                return Err(if window.available().is_empty() { Stop::End } else { Stop::Cut });
            }
            let Some((kind, len)) = self.block_header(window.available()) else {
                self.recover(window, report)?;
                continue;
            };
            if len > BLOCK_MAX {
                self.skip_large(kind, len, window, report)?;
                continue;
            }
            if !window.ensure(len) {
                if self.is_overlong(kind, window.available(), len) {
                    self.recover(window, report)?;
                    continue;
                }
                report.cut_record += 1;
                return Err(Stop::Cut);
            }
            if !self.ends_whole(window.available(), len) && !self.leads_on(window, len) {
                self.recover(window, report)?;
                continue;
            }
            let at = window.pass(len);
            let body = window.bytes(at + 8, len - 12);
            match self.block(kind, body, at + 8, report) {
                Ok(Block::Packet(record)) => return Ok(record),
                Ok(Block::Other) => {}
                Err(_) => report.bad_record += 1,
            }
        }
    }

    /// Type and total length of the block at the start of `bytes`, when they can be those of a block.
    #[inline]
    fn block_header(&mut self, bytes: &[u8]) -> Option<(u32, usize)> {
        if is_section(bytes) {
            self.order = section_order(bytes)?;
        }
        let (kind, len) = header(bytes, self.order).ok()?;
        (len >= 12 && len.is_multiple_of(4) && len <= SKIP_MAX).then_some((kind, len))
    }

    /// Whether the block's second length field agrees with the first.
    #[inline]
    fn ends_whole(&self, bytes: &[u8], len: usize) -> bool {
        let mut reader = Reader::new(bytes.get(len - 4..).unwrap_or_default());
        self.order.u32(&mut reader).is_ok_and(|again| size(again) == len)
    }

    /// Whether another block, or the end of the file, follows a block whose two lengths differ: then
    /// only the second one was damaged.
    #[cold]
    fn leads_on(&self, window: &mut Window, len: usize) -> bool {
        window.ensure(len + 12);
        let behind = window.available().get(len..).unwrap_or_default();
        behind.is_empty() || is_known_block(behind, self.order)
    }

    /// Whether a packet block that does not fit into the file claims far more than its packet: then its
    /// length is damaged, otherwise the file was cut.
    #[cold]
    fn is_overlong(&self, kind: u32, bytes: &[u8], len: usize) -> bool {
        let (place, fixed) = match kind {
            ENHANCED_PACKET | OBSOLETE_PACKET => (20, 32),
            SIMPLE_PACKET => (8, 16),
            _ => return false,
        };
        let mut reader = Reader::new(bytes.get(place..).unwrap_or_default());
        let captured = self.order.u32(&mut reader).map(size);
        captured.is_ok_and(|captured| len > captured.saturating_add(fixed + OPTIONS_USUAL))
    }

    #[cold]
    fn skip_large(
        &mut self,
        kind: u32,
        len: usize,
        window: &mut Window,
        report: &mut Report,
    ) -> Result<(), Stop> {
        if is_known(kind) {
            return self.recover(window, report);
        }
        if window.skip(len) {
            return Ok(());
        }
        report.cut_record += 1;
        Err(Stop::Cut)
    }

    /// Counts the damaged block here and moves the window to the next whole one behind it, looking at no
    /// more than [`RESYNCHRONISE_MAX`] bytes.
    #[cold]
    fn recover(&mut self, window: &mut Window, report: &mut Report) -> Result<(), Stop> {
        report.bad_record += 1;
        let mut looked_at = 0;
        while looked_at < RESYNCHRONISE_MAX {
            window.pass(1);
            looked_at += 1;
            if !window.ensure(12) {
                return Err(Stop::Damaged);
            }
            let available = window.available();
            let look = available.len() - 11;
            let order = self.order;
            let candidate = |at: &usize| is_known_block(available.get(*at..).unwrap_or_default(), order);
            let found = (0..look).find(candidate);
            looked_at += found.unwrap_or(look - 1);
            window.pass(found.unwrap_or(look - 1));
            if found.is_some() && self.is_whole(window) {
                return Ok(());
            }
        }
        Err(Stop::Damaged)
    }

    /// Whether the block here, with its header and its end, is all there.
    fn is_whole(&self, window: &mut Window) -> bool {
        let order = if is_section(window.available()) {
            section_order(window.available()).unwrap_or(self.order)
        } else {
            self.order
        };
        let Ok((_, len)) = header(window.available(), order) else { return false };
        window.ensure(len)
            && Reader::new(window.available().get(len - 4..).unwrap_or_default())
                .array()
                .is_ok_and(|again: [u8; 4]| window.available().get(4..8) == Some(&again[..]))
    }

    #[inline]
    fn block(&mut self, kind: u32, body: &[u8], at: usize, report: &mut Report) -> Result<Block, Malformed> {
        let reader = Reader::new(body);
        match kind {
            ENHANCED_PACKET => self.enhanced_packet(reader, at, report),
            SIMPLE_PACKET => self.simple_packet(reader, at, report),
            OBSOLETE_PACKET => self.obsolete_packet(reader, at, report),
            INTERFACE_DESCRIPTION => self.describe(reader, report).map(|()| Block::Other),
            SECTION_HEADER => {
                self.earlier = mem::take(&mut self.interfaces);
                Ok(Block::Other)
            }
            _ => Ok(Block::Other),
        }
    }

    /// Section 4.3.
    #[inline]
    fn enhanced_packet(
        &self,
        mut reader: Reader<'_>,
        at: usize,
        report: &mut Report,
    ) -> Result<Block, Malformed> {
        let interface = size(self.order.u32(&mut reader)?);
        self.timed_packet(interface, reader, at, report)
    }

    /// Appendix A: the interface has 16 bits, the rest counts drops.
    fn obsolete_packet(
        &self,
        mut reader: Reader<'_>,
        at: usize,
        report: &mut Report,
    ) -> Result<Block, Malformed> {
        let interface = usize::from(self.order.u16(&mut reader)?);
        reader.skip(2)?;
        self.timed_packet(interface, reader, at, report)
    }

    #[inline]
    fn timed_packet(
        &self,
        interface: usize,
        mut reader: Reader<'_>,
        at: usize,
        report: &mut Report,
    ) -> Result<Block, Malformed> {
        let high = self.order.u32(&mut reader)?;
        let low = self.order.u32(&mut reader)?;
        let captured = size(self.order.u32(&mut reader)?);
        let original = self.order.u32(&mut reader)?;
        let at = at + reader.at();
        reader.skip(captured)?;
        let Some(interface) = self.interfaces.get(interface) else {
            report.unknown_interface += 1;
            return Ok(Block::Other);
        };
        let time = interface.resolution.time(u64::from(high) << 32 | u64::from(low));
        Ok(Block::Packet(interface.record(time, original, at, captured)))
    }

    /// Section 4.4: no time, no interface and no captured length.
    fn simple_packet(
        &self,
        mut reader: Reader<'_>,
        at: usize,
        report: &mut Report,
    ) -> Result<Block, Malformed> {
        let original = self.order.u32(&mut reader)?;
        let Some(interface) = self.interfaces.first() else {
            report.unknown_interface += 1;
            return Ok(Block::Other);
        };
        let snap_length = if interface.snap_length == 0 { u32::MAX } else { interface.snap_length };
        let at = at + reader.at();
        let captured = size(original.min(snap_length)).min(reader.remaining());
        report.untimed += 1;
        let time = report.previous.unwrap_or_default();
        Ok(Block::Packet(interface.record(time, original, at, captured)))
    }

    /// Section 4.2.
    fn describe(&mut self, mut reader: Reader<'_>, report: &mut Report) -> Result<(), Malformed> {
        let link = LinkType(self.order.u16(&mut reader)?);
        reader.skip(2)?;
        let snap_length = self.order.u32(&mut reader)?;
        let options = Options::read(reader, self.order);
        let resolution = Resolution::new(options.resolution, options.offset);
        let known = self.known(options.name.as_deref(), link, report);
        let (index, capture) = match known.and_then(|index| Some((index, report.interfaces.get(index)?))) {
            Some((index, interface)) => (index, interface.capture),
            None if report.interfaces.len() < INTERFACES_MAX => {
                let index = report.interfaces.len();
                let number = u16::try_from(index).unwrap_or(u16::MAX);
                let capture = CaptureId(self.first_id.0.saturating_add(number));
                let ticks_per_second = resolution.ticks_per_second();
                let name = options.name;
                report.interfaces.push(Interface {
                    capture,
                    name,
                    link,
                    ticks_per_second,
                    snap_length,
                    packets: 0,
                });
                (index, capture)
            }
            None => {
                report.excess_interface += 1;
                return Ok(());
            }
        };
        self.interfaces.push(Described { index, capture, link, resolution, snap_length });
        Ok(())
    }

    /// The interface of the report that is being described once more, if it is.
    ///
    /// It is one of an earlier section with the same name and link, or without a name and at the same
    /// place: capture tools start a new section when they continue a file. Within a section every
    /// description is an interface of its own.
    fn known(&self, name: Option<&str>, link: LinkType, report: &Report) -> Option<usize> {
        let is_same = |known: &Interface| known.name.as_deref() == name && known.link == link;
        let index = match name {
            Some(_) => report.interfaces.iter().position(is_same)?,
            None => self.earlier.get(self.interfaces.len())?.index,
        };
        let is_taken = self.interfaces.iter().any(|mine| mine.index == index);
        report.interfaces.get(index).filter(|known| is_same(known) && !is_taken).map(|_| index)
    }
}

impl Described {
    #[inline]
    fn record(&self, time: Time, original: u32, at: usize, len: usize) -> Record {
        let original_len = original.max(u32::try_from(len).unwrap_or(u32::MAX));
        Record { time, interface: self.index, capture: self.capture, link: self.link, original_len, at, len }
    }
}

/// The options of an interface description that matter here.
#[derive(Default)]
struct Options {
    name: Option<String>,
    resolution: Option<u8>,
    offset: i64,
}

impl Options {
    /// Section 3.5: a code, a length, the value, padding to four bytes. Damaged ones end the list.
    fn read(mut reader: Reader<'_>, order: Order) -> Self {
        let mut options = Self::default();
        while let Ok(code) = order.u16(&mut reader) {
            let Ok(len) = order.u16(&mut reader) else { break };
            let Ok(value) = reader.take(usize::from(len)) else { break };
            reader.take_up_to(usize::from(len.wrapping_neg() % 4));
            match code {
                0 => break,
                2 => options.name = text(value),
                3 => options.name = options.name.or_else(|| text(value)),
                9 => options.resolution = value.first().copied(),
                14 => options.offset = seconds(value, order).unwrap_or(0),
                _ => {}
            }
        }
        options
    }
}

/// A name that is fit to be shown: no control characters, bounded.
fn text(value: &[u8]) -> Option<String> {
    let name: String =
        String::from_utf8_lossy(value).chars().filter(|char| !char.is_control()).take(NAME_MAX).collect();
    (!name.is_empty()).then_some(name)
}

fn seconds(value: &[u8], order: Order) -> Option<i64> {
    let mut reader = Reader::new(value);
    match order {
        Order::Little => reader.i64_le().ok(),
        Order::Big => reader.i64().ok(),
    }
}

#[inline]
fn header(bytes: &[u8], order: Order) -> Result<(u32, usize), Malformed> {
    let mut reader = Reader::new(bytes);
    Ok((order.u32(&mut reader)?, size(order.u32(&mut reader)?)))
}

/// The block types that are defined in section 11.1, without the vendors' own ones.
fn is_known(kind: u32) -> bool {
    matches!(kind, 1..=10 | SECTION_HEADER | 0x0bad | 0x4000_0bad)
}

/// Whether a block of a known type and a sane length seems to start here.
fn is_known_block(bytes: &[u8], order: Order) -> bool {
    let order = if is_section(bytes) { section_order(bytes) } else { Some(order) };
    let Some(Ok((kind, len))) = order.map(|order| header(bytes, order)) else { return false };
    is_known(kind) && (12..=BLOCK_MAX).contains(&len) && len.is_multiple_of(4)
}
