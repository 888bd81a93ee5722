//! Virtual links (annexes J and U, MS/TP in clause 9) and the network layer (clause 6).

use crate::dissector::Probe;
use core::net::{IpAddr, Ipv4Addr};
use wire::{Defect, Direction, Malformed, Reader};

/// The OUI under which recorders of MS/TP lines write its frames to Ethernet captures.
pub(super) const MSTP_RECORDER: u32 = 0x00_1090;
const BVLC_IPV4: u8 = 0x81;
const BVLC_IPV6: u8 = 0x82;
const NPDU_VERSION: u8 = 1;
/// Reserved bits of the NPDU's control octet (6.2.2).
const NPDU_RESERVED: u8 = 0x50;

/// One message of any link.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// BVLC function, where the link has one.
    pub(crate) function: Option<u8>,
    /// The device whose broadcast a broadcast manager forwards.
    pub(crate) origin: Option<IpAddr>,
    /// What it carries.
    pub(crate) body: Body<'a>,
}

/// What a link message carries.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body<'a> {
    /// Link management: its parameters.
    Link(&'a [u8]),
    /// A network-layer message and its parameters.
    Network(Npdu<'a>, u8, &'a [u8]),
    /// An application PDU.
    Application(Npdu<'a>, &'a [u8]),
}

/// Addresses of the network layer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Npdu<'a> {
    /// Network and address it is routed to.
    pub(crate) destination: Option<(u16, &'a [u8])>,
    /// Network and address it comes from.
    pub(crate) source: Option<(u16, &'a [u8])>,
}

/// Both ends use the same port, so that the first datagram of a conversation is no proof of who asks: the kind of
/// PDU is.
pub(super) fn probe(head: &[u8], direction: Direction) -> Probe {
    let mut reader = Reader::new(head);
    if mstp(&mut reader.clone()).is_ok() {
        return Probe::Yes;
    }
    let Ok(first) = reader.u8() else { return Probe::Maybe };
    match first {
        BVLC_IPV4 | BVLC_IPV6 => {
            let (Ok(function), Ok(len)) = (reader.u8(), reader.u16()) else { return Probe::Maybe };
            let (function_max, whole) = (if first == BVLC_IPV4 { 12 } else { 13 }, head.len() < 64);
            if function > function_max || len < 4 || (whole && head.len() < usize::from(len)) {
                return Probe::No;
            }
            match parse(head).map(|message| message.body) {
                Ok(Body::Application(_, apdu))
                    if told_way(function, apdu).is_some_and(|way| way != direction) =>
                {
                    Probe::No
                }
                Ok(Body::Application(..)) if usize::from(len) == head.len() || !whole => Probe::Yes,
                Ok(_) => Probe::Maybe,
                Err(_) => Probe::No,
            }
        }
        NPDU_VERSION if npdu(&mut Reader::new(head)).is_ok() => Probe::Maybe,
        _ => Probe::No,
    }
}

/// Which way an application PDU goes: answers and notifications come from the server. Broadcasts say nothing.
fn told_way(function: u8, apdu: &[u8]) -> Option<Direction> {
    let unicast = function == 10;
    match apdu {
        [first, _, _, 1 | 2, ..] if first >> 4 == 0 => Some(Direction::ToClient),
        [first, ..] if first >> 4 == 0 => Some(Direction::ToServer),
        [first, 0..=3, ..] if first >> 4 == 1 && unicast => Some(Direction::ToClient),
        [first, ..] if matches!(first >> 4, 2 | 3 | 5) => Some(Direction::ToClient),
        _ => None,
    }
}

pub(super) fn parse(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    if let Ok(data) = mstp(&mut reader.clone()) {
        return network(None, None, Reader::new(data));
    }
    match reader.peek() {
        Some(BVLC_IPV4) => ipv4(&mut reader),
        Some(BVLC_IPV6) => ipv6(&mut reader),
        _ => network(None, None, reader),
    }
}

/// A frame of MS/TP as recorders keep it, from behind the preamble: type, destination, source, length and a
/// header CRC. Only frames that carry data are of interest.
fn mstp<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let (_delta, _port) = (reader.u16()?, reader.u8()?);
    let header = reader.array::<5>()?;
    let crc = reader.u8()?;
    reader.ensure(!header.iter().fold(0xff, mstp_crc) == crc, Defect::BadChecksum)?;
    let [kind, _destination, _source, high, low] = header;
    reader.ensure(matches!(kind, 5 | 6), Defect::BadValue)?;
    Ok(reader.take_up_to(usize::from(u16::from_be_bytes([high, low]))))
}

/// The header CRC of MS/TP (annex G): x^8 + x^7 + 1, lowest bit first.
fn mstp_crc(crc: u8, byte: &u8) -> u8 {
    let mut crc = crc ^ byte;
    for _ in 0..8 {
        crc = if crc & 1 == 1 { crc >> 1 ^ 0x81 } else { crc >> 1 };
    }
    crc
}

fn ipv4<'a>(reader: &mut Reader<'a>) -> Result<Message<'a>, Malformed> {
    let (function, content) = bvlc(reader)?;
    let mut reader = Reader::new(content);
    let origin = if function == 4 {
        let [a, b, c, d] = reader.array::<4>()?;
        reader.skip(2)?;
        Some(IpAddr::from(Ipv4Addr::new(a, b, c, d)))
    } else {
        None
    };
    match function {
        4 | 9..=11 => network(Some(function), origin, reader),
        _ => Ok(Message { function: Some(function), origin, body: Body::Link(reader.rest()) }),
    }
}

/// BVLC for IPv6 (annex U): virtual addresses of three octets before the NPDU.
fn ipv6<'a>(reader: &mut Reader<'a>) -> Result<Message<'a>, Malformed> {
    let (function, content) = bvlc(reader)?;
    let mut reader = Reader::new(content);
    let origin = match function {
        1 => reader.skip(6).map(|()| None)?,
        2 | 12 => reader.skip(3).map(|()| None)?,
        8 => {
            reader.skip(3)?;
            let address = reader.array::<16>()?;
            reader.skip(2)?;
            Some(IpAddr::from(address))
        }
        _ => return Ok(Message { function: None, origin: None, body: Body::Link(&[]) }),
    };
    network(None, origin, reader)
}

fn bvlc<'a>(reader: &mut Reader<'a>) -> Result<(u8, &'a [u8]), Malformed> {
    let (_kind, function, len) = (reader.u8()?, reader.u8()?, reader.u16()?);
    reader.ensure(len >= 4, Defect::BadLength)?;
    Ok((function, reader.take_up_to(usize::from(len) - 4)))
}

fn network<'a>(
    function: Option<u8>,
    origin: Option<IpAddr>,
    mut reader: Reader<'a>,
) -> Result<Message<'a>, Malformed> {
    let (npdu, control) = npdu(&mut reader)?;
    let body = if control & 0x80 == 0 {
        Body::Application(npdu, reader.rest())
    } else {
        let kind = reader.u8()?;
        if kind >= 0x80 {
            // Vendors' own messages name the vendor.
            reader.skip(2)?;
        }
        Body::Network(npdu, kind, reader.rest())
    };
    Ok(Message { function, origin, body })
}

fn npdu<'a>(reader: &mut Reader<'a>) -> Result<(Npdu<'a>, u8), Malformed> {
    let (version, control) = (reader.u8()?, reader.u8()?);
    reader.ensure(version == NPDU_VERSION, Defect::BadMagic)?;
    reader.ensure(control & NPDU_RESERVED == 0, Defect::BadValue)?;
    let mut npdu = Npdu::default();
    if control & 0x20 != 0 {
        npdu.destination = Some(address(reader)?);
    }
    if control & 0x08 != 0 {
        npdu.source = Some(address(reader)?);
    }
    if control & 0x20 != 0 {
        let _hop_count = reader.u8()?;
    }
    Ok((npdu, control))
}

fn address<'a>(reader: &mut Reader<'a>) -> Result<(u16, &'a [u8]), Malformed> {
    let (network, len) = (reader.u16()?, reader.u8()?);
    Ok((network, reader.take(usize::from(len))?))
}
