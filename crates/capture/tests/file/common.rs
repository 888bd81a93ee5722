//! Small captures of every kind, written by hand.

use std::io::Cursor;

use capture::{OpenError, Report, Source};
use wire::{CaptureId, LinkType, Time};

/// A frame as it should come out: time, interface number, link type, length on the wire, bytes.
pub(crate) type Seen = (Time, u16, u16, u32, Vec<u8>);

/// Everything that a source yields for these bytes.
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Seen>, Report), OpenError> {
    let reader = Box::new(Cursor::new(bytes.to_vec()));
    let mut source = Source::from_reader(reader, "test".to_owned(), CaptureId(0))?;
    let mut seen = Vec::new();
    while let Some(frame) = source.next() {
        let LinkType(link) = frame.link;
        seen.push((frame.time, frame.capture.0, link, frame.original_len, frame.bytes.to_vec()));
    }
    assert!(source.next().is_none(), "the end is final");
    Ok((seen, source.report().clone()))
}

pub(crate) fn undecoded(report: &Report) -> Vec<(&'static str, u64)> {
    report.undecoded().collect()
}

/// Numbers in one byte order.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Order {
    pub(crate) fn u16(self, value: u16) -> [u8; 2] {
        if self == Self::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub(crate) fn u32(self, value: u32) -> [u8; 4] {
        if self == Self::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub(crate) fn numbers(self, values: &[u32]) -> Vec<u8> {
        values.iter().flat_map(|value| self.u32(*value)).collect()
    }
}

/// The payload of the test packet of this number: 20 to 60 bytes that look like nothing else.
pub(crate) fn payload(number: u32) -> Vec<u8> {
    (0..20 + number * 7 % 41).map(|at| (number * 31 + at * 17 + 128).to_le_bytes()[0] | 0x80).collect()
}

pub(crate) const SECOND: u32 = 1_700_000_000;

/// A pcap with `count` test packets, one a second. `fraction` stands in each record.
pub(crate) fn pcap(order: Order, magic: u32, fraction: u32, count: u32) -> Vec<u8> {
    let mut file = order.numbers(&[magic]);
    file.extend(order.u16(2));
    file.extend(order.u16(4));
    file.extend(order.numbers(&[0, 0, 65_535, 0x1400_0001]));
    for number in 0..count {
        let payload = payload(number);
        let len = payload.len() as u32;
        file.extend(order.numbers(&[SECOND + number, fraction, len, len + number % 2]));
        if magic == 0xa1b2_cd34 {
            file.extend(order.numbers(&[3, 0x0800_0000]));
        }
        file.extend(payload);
    }
    file
}

/// A pcapng block: type, length, body with padding, length.
pub(crate) fn block(order: Order, kind: u32, body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len().wrapping_neg() % 4];
    let len = (12 + body.len() + padding.len()) as u32;
    [&order.numbers(&[kind, len])[..], body, &padding, &order.u32(len)].concat()
}

pub(crate) fn section(order: Order) -> Vec<u8> {
    let version = [order.u16(1), order.u16(0)].concat();
    let body = [&order.u32(0x1a2b_3c4d)[..], &version, &[0xff; 8]].concat();
    block(order, 0x0a0d_0d0a, &body)
}

pub(crate) fn interface(order: Order, link: u16, snap_length: u32, options: &[(u16, &[u8])]) -> Vec<u8> {
    let mut body = [&order.u16(link)[..], &[0; 2], &order.u32(snap_length)].concat();
    for (code, value) in options {
        body.extend(order.u16(*code));
        body.extend(order.u16(value.len() as u16));
        body.extend(*value);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    block(order, 1, &body)
}

pub(crate) fn enhanced(order: Order, interface: u32, ticks: u64, payload: &[u8]) -> Vec<u8> {
    let len = payload.len() as u32;
    let head = order.numbers(&[interface, (ticks >> 32) as u32, ticks as u32, len, len]);
    let mut body = [&head[..], payload].concat();
    body.resize(body.len().next_multiple_of(4), 0);
    body.extend([0; 4]); // End of options.
    block(order, 6, &body)
}

/// A pcapng with `count` test packets of one interface, one a second.
pub(crate) fn pcapng(order: Order, count: u32) -> Vec<u8> {
    let mut file = [section(order), interface(order, 1, 0, &[])].concat();
    for number in 0..count {
        let ticks = u64::from(SECOND + number) * 1_000_000;
        file.extend(enhanced(order, 0, ticks, &payload(number)));
    }
    file
}

/// A stream of numbers that is the same in every run.
fn next_random(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 11) as usize
}

/// Damages a file in one to four places behind its first `keep` bytes.
pub(crate) fn mutate(file: &mut Vec<u8>, keep: usize, state: &mut u64) {
    for _ in 0..=next_random(state) % 4 {
        let at = keep + next_random(state) % (file.len() - keep);
        match next_random(state) % 6 {
            0 => file[at] ^= 1 << (next_random(state) % 8),
            1 => file[at] = next_random(state) as u8,
            2 => {
                let value = [0, u32::MAX, 0x7fff_ffff, 0x0004_0000, 12, 1][next_random(state) % 6];
                let end = (at + 4).min(file.len());
                file[at..end].copy_from_slice(&value.to_le_bytes()[..end - at]);
            }
            3 => drop(file.drain(at..(at + next_random(state) % 64).min(file.len()))),
            4 => drop(file.splice(at..at, vec![0xff; next_random(state) % 64])),
            _ => file.truncate(at + 1),
        }
        if file.len() == keep {
            file.push(0);
        }
    }
}
