//! From a frame to a packet.

use crate::packet::{Content, Ip, Link, LinkProtocol, Packet, Segment, Undecoded};
use core::net::IpAddr;
use wire::{Defect, Frame, LinkType, Mac, Malformed, Reader};

/// Decodes frames; keeps the fragments of datagrams that are not whole yet.
#[derive(Debug, Default)]
pub struct Decoder {}

impl Decoder {
    /// A decoder with its tables allocated.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decodes one frame as deep as the transport layer.
    pub fn decode<'a>(&'a mut self, frame: &Frame<'a>) -> Result<Packet<'a>, Undecoded> {
        if frame.link != LinkType::ETHERNET {
            return Err(Undecoded::LinkType(frame.link.0));
        }
        let mut reader = Reader::new(frame.bytes);
        let mut link = Link::default();
        let kind = ethernet(&mut reader, &mut link).map_err(|_| Undecoded::TruncatedLink)?;
        let (ip, content) = match kind {
            LinkProtocol::EtherType(0x0800) => ipv4(&mut reader).map_err(|_| Undecoded::TruncatedIpv4)?,
            kind => (None, Content::Link { kind, payload: reader.rest() }),
        };
        Ok(Packet {
            time: frame.time,
            capture: frame.capture,
            wire_len: frame.original_len,
            link,
            ip,
            content,
            outer: None,
        })
    }
}

fn ethernet(reader: &mut Reader<'_>, link: &mut Link) -> Result<LinkProtocol, Malformed> {
    link.destination = Some(Mac(reader.array()?));
    link.source = Some(Mac(reader.array()?));
    Ok(LinkProtocol::EtherType(reader.u16()?))
}

fn ipv4<'a>(reader: &mut Reader<'a>) -> Result<(Option<Ip>, Content<'a>), Malformed> {
    let header_len = usize::from(reader.u8()? & 15) * 4;
    reader.skip(1)?;
    let total_len = usize::from(reader.u16()?);
    let id = reader.u16()?;
    reader.skip(2)?;
    let (ttl, protocol) = (reader.u8()?, reader.u8()?);
    reader.skip(2)?;
    let source = IpAddr::from(reader.array::<4>()?);
    let destination = IpAddr::from(reader.array::<4>()?);
    reader.ensure(header_len >= 20 && total_len >= header_len, Defect::BadLength)?;
    reader.skip(header_len - 20)?;
    let payload = reader.take_up_to(total_len - header_len);
    let ip = Ip { source, destination, protocol, ttl, id, reassembled: false };
    let mut inner = Reader::new(payload);
    let content = match protocol {
        6 => Content::Tcp(tcp(&mut inner)?),
        17 => {
            let (source_port, destination_port) = (inner.u16()?, inner.u16()?);
            inner.skip(4)?;
            Content::Udp { source_port, destination_port, payload: inner.rest() }
        }
        _ => Content::Ip { payload },
    };
    Ok((Some(ip), content))
}

fn tcp<'a>(reader: &mut Reader<'a>) -> Result<Segment<'a>, Malformed> {
    let (source_port, destination_port) = (reader.u16()?, reader.u16()?);
    let (sequence, acknowledgement) = (reader.u32()?, reader.u32()?);
    let header_len = usize::from(reader.u8()? >> 4) * 4;
    let flags = reader.u8()?;
    let window = reader.u16()?;
    reader.skip(4)?;
    reader.ensure(header_len >= 20, Defect::BadLength)?;
    reader.skip(header_len - 20)?;
    let payload = reader.rest();
    Ok(Segment { source_port, destination_port, sequence, acknowledgement, flags, window, payload, missing: 0 })
}
