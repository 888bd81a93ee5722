//! Classic pcap: a file header, then records (the libpcap file format, "savefile").

use wire::{CaptureId, LinkType, Malformed, Reader, Time};

use super::order::{Order, size};
use super::window::Window;
use super::{Interface, RECORD_MAX, RESYNCHRONISE_MAX, Record, Report, Stop};

/// Seconds that neighbouring records may lie apart when the reader has lost its place.
const NEIGHBOURS_MAX: u32 = 86_400;
/// Whole records in a row that convince the reader it has found its place again.
const CONVINCING: usize = 3;

/// What the file header says about the records.
pub(super) struct Pcap {
    order: Order,
    /// 16 bytes, or 24 in the variant that adds the interface and the protocol.
    header_len: usize,
    /// Nanoseconds in one step of a record's fraction, 1 or 1,000.
    step: u32,
    link: LinkType,
    capture: CaptureId,
    /// Seconds of the last record, to judge what follows damage.
    seconds: Option<u32>,
}

/// One record header.
#[derive(Clone, Copy)]
struct Header {
    seconds: u32,
    fraction: u32,
    captured: u32,
    original: u32,
}

/// Whether these are the first bytes of a pcap file.
pub(super) fn is_pcap(head: &[u8]) -> bool {
    magic(head).is_some()
}

/// Byte order, record header length and nanoseconds per step, from the first four bytes.
fn magic(head: &[u8]) -> Option<(Order, usize, u32)> {
    match head.first_chunk()? {
        [0xd4, 0xc3, 0xb2, 0xa1] => Some((Order::Little, 16, 1_000)),
        [0xa1, 0xb2, 0xc3, 0xd4] => Some((Order::Big, 16, 1_000)),
        [0x4d, 0x3c, 0xb2, 0xa1] => Some((Order::Little, 16, 1)),
        [0xa1, 0xb2, 0x3c, 0x4d] => Some((Order::Big, 16, 1)),
        [0x34, 0xcd, 0xb2, 0xa1] => Some((Order::Little, 24, 1_000)),
        [0xa1, 0xb2, 0xcd, 0x34] => Some((Order::Big, 24, 1_000)),
        _ => None,
    }
}

impl Pcap {
    /// Reads the file header and describes the one interface in the report.
    pub(super) fn open(
        window: &mut Window,
        report: &mut Report,
        capture: CaptureId,
    ) -> Result<Self, &'static str> {
        if !window.ensure(4) {
            return Err(if window.available().is_empty() { "it is empty" } else { "it is too short" });
        }
        let (order, header_len, step) =
            magic(window.available()).ok_or("its first four bytes are of no known capture format")?;
        window.ensure(24);
        let (snap_length, link) =
            file_header(window.available(), order).map_err(|_| "it ends inside its file header")?;
        window.pass(24);
        report.interfaces.push(Interface {
            capture,
            name: None,
            link,
            ticks_per_second: u64::from(1_000_000_000 / step.max(1)),
            snap_length,
            packets: 0,
        });
        Ok(Self { order, header_len, step, link, capture, seconds: None })
    }

    /// The next record; the window stands behind it.
    #[inline]
    pub(super) fn next(&mut self, window: &mut Window, report: &mut Report) -> Result<Record, Stop> {
        loop {
            if !window.ensure(self.header_len) {
                report.cut_record += u64::from(!window.available().is_empty());
                return Err(if window.available().is_empty() { Stop::End } else { Stop::Cut });
            }
            let Ok(header) = self.header(window.available()) else { return Err(Stop::Cut) };
            let len = self.header_len + size(header.captured);
            if self.is_usual(header) || self.is_odd_but_whole(header, window) {
                if !window.ensure(len) {
                    report.cut_record += 1;
                    return Err(Stop::Cut);
                }
                let at = window.pass(len) + self.header_len;
                return Ok(self.record(header, at));
            }
            report.bad_record += 1;
            if !self.resynchronise(window) {
                return Err(Stop::Damaged);
            }
        }
    }

    #[inline]
    fn record(&mut self, header: Header, at: usize) -> Record {
        self.seconds = Some(header.seconds);
        let nanoseconds = i64::from(header.fraction) * i64::from(self.step);
        Record {
            time: Time(i64::from(header.seconds) * 1_000_000_000 + nanoseconds),
            interface: 0,
            capture: self.capture,
            link: self.link,
            original_len: header.original.max(header.captured),
            at,
            len: size(header.captured),
        }
    }

    #[inline]
    fn header(&self, bytes: &[u8]) -> Result<Header, Malformed> {
        let mut reader = Reader::new(bytes);
        let [seconds, fraction, captured, original] = self.order.u32s(&mut reader)?;
        reader.skip(self.header_len - 16)?;
        Ok(Header { seconds, fraction, captured, original })
    }

    /// Whether a header is as every correct writer makes it. The snap length of the file header proves
    /// nothing: several writers state a wrong one.
    #[inline]
    fn is_usual(&self, header: Header) -> bool {
        size(header.captured) <= RECORD_MAX
            && header.captured <= header.original
            && header.original > 0
            && u64::from(header.fraction) * u64::from(self.step) < 1_000_000_000
    }

    /// Whether a header that breaks a rule still leads to another record or to the end of the file.
    ///
    /// Some writers set no original length or a fraction above one second; their files are read. A
    /// header that was overwritten leads nowhere.
    #[cold]
    fn is_odd_but_whole(&self, header: Header, window: &mut Window) -> bool {
        let len = self.header_len + size(header.captured);
        if size(header.captured) > RECORD_MAX || (header.captured, header.original) == (0, 0) {
            return false;
        }
        window.ensure(len + self.header_len);
        let Some(behind) = window.available().get(len..) else { return false };
        match self.header(behind) {
            Ok(next) => {
                size(next.captured) <= RECORD_MAX
                    && (next.captured, next.original) != (0, 0)
                    && next.seconds.abs_diff(header.seconds) <= NEIGHBOURS_MAX
            }
            Err(_) => behind.is_empty(),
        }
    }

    /// Moves the window to the next place behind damage where records follow each other again.
    ///
    /// Looks at no more than [`RESYNCHRONISE_MAX`] bytes; false when nothing convincing is there.
    #[cold]
    fn resynchronise(&self, window: &mut Window) -> bool {
        let mut looked_at = 0;
        window.pass(1);
        while looked_at < RESYNCHRONISE_MAX {
            window.ensure_sight();
            let available = window.available();
            // What lies behind the first half keeps the successors of a record in sight.
            let look = if window.is_last() { available.len() } else { available.len() / 2 };
            let found = (0..look).find(|at| {
                let candidate = available.get(*at..).unwrap_or_default();
                self.is_convincing(candidate, window.is_last())
            });
            window.pass(found.unwrap_or(look));
            if found.is_some() {
                return true;
            }
            if window.is_last() {
                return false;
            }
            looked_at += look;
        }
        false
    }

    /// Whether records that correct writers make follow each other from here: three, or two and one
    /// that ends outside, or one that ends exactly with the file.
    fn is_convincing(&self, bytes: &[u8], is_last: bool) -> bool {
        let mut rest = bytes;
        let mut neighbour = self.seconds;
        for number in 0..CONVINCING {
            let Ok(header) = self.header(rest) else { return rest.is_empty() && is_last && number > 0 };
            let is_near = neighbour.is_none_or(|seconds| seconds.abs_diff(header.seconds) <= NEIGHBOURS_MAX);
            let is_sane = self.is_usual(header) && header.captured > 0 && size(header.original) <= RECORD_MAX;
            if !is_near || !is_sane {
                return false;
            }
            neighbour = Some(header.seconds);
            match rest.get(self.header_len + size(header.captured)..) {
                Some(behind) => rest = behind,
                None => return number > 0,
            }
        }
        true
    }
}

/// The snap length and the link type of a file header; the upper bits of the latter describe the
/// frame check sequence and are dropped.
fn file_header(bytes: &[u8], order: Order) -> Result<(u32, LinkType), Malformed> {
    let mut reader = Reader::new(bytes);
    reader.skip(16)?; // Magic number, version, time zone, accuracy.
    let snap_length = order.u32(&mut reader)?;
    let link = order.u32(&mut reader)?;
    Ok((snap_length, LinkType(u16::try_from(link & 0xffff).unwrap_or(0))))
}
