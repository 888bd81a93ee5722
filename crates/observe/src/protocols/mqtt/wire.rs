//! Bytes to messages: fixed header, variable header, payload (MQTT 5.0, section 2 and 3).

use crate::dissector::{Frame, Probe};
use wire::{Defect, Direction, Malformed, Reader, Text};

/// Level of MQTT 5.0, from which on packets carry properties.
const VERSION_5: u8 = 5;

/// One control packet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// Packet type.
    pub(crate) kind: u8,
    /// What it says.
    pub(crate) body: Body<'a>,
}

/// What a packet says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body<'a> {
    /// A client opens a session.
    Connect(Connect<'a>),
    /// Reason code of the answer.
    ConnectAnswer(u8),
    /// A publication.
    Publish {
        /// Topic; empty in version 5 when an alias stands for it.
        topic: Text<'a>,
        /// Its content.
        payload: &'a [u8],
    },
    /// Topic filters, each with a length before and, in a subscription, options behind it.
    Filters(Reader<'a>),
    /// Reason codes of a subscription's answer.
    Granted(&'a [u8]),
    /// Nothing that is looked into.
    Other,
}

/// What a client says of itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Connect<'a> {
    /// Protocol level: 3, 4 or 5.
    pub(crate) version: u8,
    /// Client identifier.
    pub(crate) client: Text<'a>,
    /// Topic of the will.
    pub(crate) will: Text<'a>,
    /// User name.
    pub(crate) user: Text<'a>,
    /// Whether a password is sent.
    pub(crate) password: bool,
    /// Where it is damaged; what stands before that is told all the same.
    pub(crate) damage: Option<Malformed>,
}

/// Type and flags that go together (MQTT 5.0, 2.1.3).
fn valid(first: u8) -> bool {
    match first >> 4 {
        0 => false,
        // Quality of service 3 does not exist.
        3 => first & 0x06 != 0x06,
        6 | 8 | 10 => first & 0x0f == 2,
        _ => first & 0x0f == 0,
    }
}

/// `CONNECT` names its protocol; the other packets are known by who may send them and by how long they are.
pub(crate) fn probe(head: &[u8], direction: Direction) -> Probe {
    let mut reader = Reader::new(head);
    let Ok(first) = reader.u8() else { return Probe::Maybe };
    if !valid(first) {
        return Probe::No;
    }
    let Some(len) = length(&mut reader) else {
        return if head.len() < 5 { Probe::Maybe } else { Probe::No };
    };
    let to_server = direction == Direction::ToServer;
    let possible = match first >> 4 {
        1 => {
            let named =
                [&b"\0\x04MQTT"[..], b"\0\x06MQIsdp"].iter().any(|name| reader.rest().starts_with(name));
            if named && to_server {
                return Probe::Yes;
            }
            to_server && reader.remaining() < 8
        }
        // Session present is the only flag; in version 5 properties follow.
        2 => !to_server && matches!((len, reader.peek()), (2 | 3.., None | Some(0 | 1))),
        3 => published(&mut reader, len),
        4..=7 => (2..=4).contains(&len),
        8 | 10 => to_server && len >= 5,
        9 => !to_server && len >= 3,
        11 => !to_server && len >= 2,
        12 => to_server && len == 0,
        13 => !to_server && len == 0,
        14 => len == 0 || (len >= 1 && reader.peek().is_none_or(|reason| reason == 0 || reason >= 0x80)),
        _ => len >= 1 && reader.peek().is_none_or(|reason| matches!(reason, 0 | 0x18 | 0x19)),
    };
    if possible { Probe::Maybe } else { Probe::No }
}

/// A topic that is text without wildcards, as far as it can be seen.
fn published(reader: &mut Reader<'_>, len: usize) -> bool {
    let Ok(topic) = reader.u16().map(usize::from) else { return true };
    let text = reader.take_up_to(topic);
    topic > 0
        && topic + 2 <= len
        && text.iter().all(|byte| !byte.is_ascii_control() && !matches!(byte, b'#' | b'+'))
}

pub(crate) fn frame(bytes: &[u8], message_max: usize) -> Frame {
    let mut reader = Reader::new(bytes);
    match reader.u8() {
        Ok(first) if valid(first) => {}
        Ok(_) => return Frame::Lost,
        Err(_) => return Frame::Need(2),
    }
    match length(&mut reader) {
        Some(len) if reader.at() + len > message_max => Frame::Skip(reader.at() + len),
        Some(len) => Frame::Whole(reader.at() + len),
        None if bytes.len() < 5 => Frame::Need(bytes.len() + 1),
        None => Frame::Lost,
    }
}

/// A variable byte integer: seven bits each, the lowest first, at most four bytes (MQTT 5.0, 1.5.5).
fn length(reader: &mut Reader<'_>) -> Option<usize> {
    let mut value = 0;
    for place in 0..4 {
        let byte = reader.u8().ok()?;
        value |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Reads one whole packet of a session of this version (0 when its start was not seen).
pub(crate) fn parse(bytes: &[u8], version: u8) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let first = reader.u8()?;
    length(&mut reader).ok_or(reader.defect(Defect::BadLength))?;
    let kind = first >> 4;
    let body = match kind {
        1 => Body::Connect(connect(&mut reader)?),
        2 => {
            reader.skip(1)?;
            Body::ConnectAnswer(reader.u8()?)
        }
        3 => {
            let topic = string(&mut reader)?;
            if first & 0x06 != 0 {
                reader.skip(2)?;
            }
            properties(&mut reader, version)?;
            Body::Publish { topic, payload: reader.rest() }
        }
        8 | 10 => {
            reader.skip(2)?;
            properties(&mut reader, version)?;
            Body::Filters(reader)
        }
        9 => {
            reader.skip(2)?;
            properties(&mut reader, version)?;
            Body::Granted(reader.rest())
        }
        _ => Body::Other,
    };
    Ok(Message { kind, body })
}

/// Once the protocol is named the packet is a connect, however damaged: brokers differ in what they let pass.
fn connect<'a>(reader: &mut Reader<'a>) -> Result<Connect<'a>, Malformed> {
    let name = string(reader)?;
    reader.ensure(matches!(name.bytes, b"MQTT" | b"MQIsdp"), Defect::BadMagic)?;
    // A bridge between brokers sets the top bit of the level.
    let version = reader.u8()? & 0x7f;
    let flags = reader.u8()?;
    let mut connect = Connect { version, password: flags & 0x40 != 0, ..Connect::default() };
    connect.damage = client(flags, reader, &mut connect).err();
    Ok(connect)
}

fn client<'a>(flags: u8, reader: &mut Reader<'a>, connect: &mut Connect<'a>) -> Result<(), Malformed> {
    reader.skip(2)?;
    properties(reader, connect.version)?;
    connect.client = string(reader)?;
    if flags & 0x04 != 0 {
        properties(reader, connect.version)?;
        connect.will = string(reader)?;
        string(reader)?;
    }
    if flags & 0x80 != 0 {
        connect.user = string(reader)?;
    }
    Ok(())
}

fn properties(reader: &mut Reader<'_>, version: u8) -> Result<(), Malformed> {
    if version < VERSION_5 {
        return Ok(());
    }
    let len = length(reader).ok_or(reader.defect(Defect::BadLength))?;
    reader.skip(len)
}

/// A string with its length before it.
pub(super) fn string<'a>(reader: &mut Reader<'a>) -> Result<Text<'a>, Malformed> {
    let len = usize::from(reader.u16()?);
    Ok(Text::utf8(reader.take(len)?))
}
