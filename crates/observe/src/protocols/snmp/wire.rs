//! Bytes to messages: version, community or security parameters, PDU, variable bindings.

use crate::dissector::Probe;
use core::fmt::Write;
use wire::{Ber, Defect, Malformed, Reader, TextBuffer};

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;

/// One message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// Who is let in.
    pub(crate) security: Security<'a>,
    /// What is asked or told; `None` when it is encrypted.
    pub(crate) pdu: Option<Pdu<'a>>,
}

/// The security of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Security<'a> {
    /// Versions 1 and 2c.
    Community(&'a [u8]),
    /// Version 3 with the user-based model (RFC 3414, 2.4).
    User {
        /// The agent whose clock and keys count.
        engine: &'a [u8],
        /// User name.
        name: &'a [u8],
    },
}

/// One protocol data unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pdu<'a> {
    /// Number of the tag: 0 get to 8 report.
    pub(crate) kind: u8,
    /// Pairs a response with its request; 0 in a trap of version 1.
    pub(crate) request: u32,
    /// The error status of a response.
    pub(crate) error: u32,
    /// The enterprise of a trap of version 1, as encoded.
    pub(crate) enterprise: &'a [u8],
    bindings: &'a [u8],
}

/// One variable binding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Binding<'a> {
    /// Object identifier as encoded.
    pub(crate) object: &'a [u8],
    /// Its value.
    pub(crate) value: Ber<'a>,
}

/// A sequence that begins with a version.
pub(crate) fn probe(head: &[u8]) -> Probe {
    let mut reader = Reader::new(head);
    let Ok(first) = reader.u8() else { return Probe::Maybe };
    // The length may take up to five octets; the version follows it.
    let version = match reader.u8() {
        Ok(len @ 0x81..=0x84) => reader.skip(usize::from(len & 0x7f)).and_then(|()| reader.array::<3>()),
        Ok(0x80 | 0x85..) => return Probe::No,
        Ok(_) => reader.array::<3>(),
        Err(_) => return Probe::Maybe,
    };
    match (first, version) {
        (SEQUENCE, Ok([INTEGER, 1, 0 | 1 | 3]) | Err(_)) => Probe::Maybe,
        _ => Probe::No,
    }
}

/// Reads one whole message.
pub(crate) fn parse(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let mut reader = element(&mut reader, SEQUENCE)?.inside();
    let version = element(&mut reader, INTEGER)?.unsigned();
    match version {
        Some(0 | 1) => {
            let community = element(&mut reader, OCTETS)?.contents;
            Ok(Message { security: Security::Community(community), pdu: Some(pdu(&mut reader)?) })
        }
        Some(3) => version_3(&mut reader),
        _ => Err(Malformed::new(2, Defect::BadValue)),
    }
}

/// Header data, security parameters, and a scoped PDU that may be encrypted (RFC 3412, section 6).
fn version_3<'a>(reader: &mut Reader<'a>) -> Result<Message<'a>, Malformed> {
    element(reader, SEQUENCE)?;
    let parameters = element(reader, OCTETS)?;
    let security = user(parameters.inside()).unwrap_or(Security::User { engine: &[], name: &[] });
    let scoped = Ber::read(reader)?;
    if scoped.tag.first != SEQUENCE {
        return Ok(Message { security, pdu: None });
    }
    let mut scoped = scoped.inside();
    element(&mut scoped, OCTETS)?;
    element(&mut scoped, OCTETS)?;
    Ok(Message { security, pdu: Some(pdu(&mut scoped)?) })
}

/// Engine, boots, time, user name (RFC 3414, 2.4); other security models have other parameters.
fn user(mut parameters: Reader<'_>) -> Result<Security<'_>, Malformed> {
    let mut inner = element(&mut parameters, SEQUENCE)?.inside();
    let engine = element(&mut inner, OCTETS)?.contents;
    element(&mut inner, INTEGER)?;
    element(&mut inner, INTEGER)?;
    let name = element(&mut inner, OCTETS)?.contents;
    Ok(Security::User { engine, name })
}

fn pdu<'a>(reader: &mut Reader<'a>) -> Result<Pdu<'a>, Malformed> {
    let outer = Ber::read(reader)?;
    let kind = outer.tag.first.wrapping_sub(0xa0);
    reader.ensure(kind <= 8, Defect::BadValue)?;
    let mut inner = outer.inside();
    let number =
        |element: Ber<'_>| element.unsigned().and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
    let (mut request, mut error, mut enterprise) = (0, 0, &[][..]);
    if kind == 4 {
        // Enterprise, agent address, generic and specific trap, time stamp (RFC 1157, 4.1.6).
        enterprise = Ber::read(&mut inner)?.contents;
        for _ in 0..4 {
            Ber::read(&mut inner)?;
        }
    } else {
        request = number(element(&mut inner, INTEGER)?);
        // In a get-bulk these two are the counts of its two kinds of variables.
        let status = number(element(&mut inner, INTEGER)?);
        element(&mut inner, INTEGER)?;
        error = if kind == 5 { 0 } else { status };
    }
    let bindings = element(&mut inner, SEQUENCE)?.contents;
    Ok(Pdu { kind, request, error, enterprise, bindings })
}

fn element<'a>(reader: &mut Reader<'a>, tag: u8) -> Result<Ber<'a>, Malformed> {
    reader.ensure(reader.peek().is_none_or(|first| first == tag), Defect::BadValue)?;
    Ber::read(reader)
}

impl<'a> Pdu<'a> {
    /// Its variable bindings, as far as they are whole.
    pub(crate) fn bindings(&self) -> impl Iterator<Item = Binding<'a>> {
        let mut reader = Reader::new(self.bindings);
        core::iter::from_fn(move || {
            let mut inner = element(&mut reader, SEQUENCE).ok()?.inside();
            let object = element(&mut inner, 0x06).ok()?.contents;
            Some(Binding { object, value: Ber::read(&mut inner).ok()? })
        })
    }
}

/// An object identifier as numbers with dots (X.690, 8.19); one that is cut or too large ends where it is damaged.
pub(crate) fn dotted(object: &[u8]) -> TextBuffer {
    let mut text = TextBuffer::default();
    let (mut number, mut octets, mut first) = (0u64, 0, true);
    for octet in object {
        number = number << 7 | u64::from(octet & 0x7f);
        octets += 1;
        if octets > 5 {
            break;
        }
        if octet & 0x80 == 0 {
            // Writing to a text buffer cannot fail.
            let _ = if first {
                let top = (number / 40).min(2);
                write!(text, "{top}.{}", number - top * 40)
            } else {
                write!(text, ".{number}")
            };
            (number, octets, first) = (0, 0, false);
        }
    }
    text
}
