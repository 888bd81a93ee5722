//! DCE/RPC over connections (C706 chapter 12, [MS-RPCE]): interfaces, operations, answers of the endpoint mapper.
//!
//! Port 135, dynamic ports by the header, and pipes of SMB. Fragments of one call each count as a message; only the
//! first names the operation. Log-ins of NTLM in the security trailer are told like those of SMB.

mod interface;
#[cfg(test)]
mod tests;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::{Expected, Out};
use crate::protocols::{Protocol, smb};
use facts::{Command, LoginOutcome, OutcomeKind, Part, Phase, Property, Subject, Target, Transport};
use interface::{EPMAPPER, Uuid, interface, operation};
use wire::{Defect, Digits, Direction, Malformed, Reader};

/// Presentation contexts that a conversation remembers.
const CONTEXTS_MAX: usize = 8;
/// Calls without answers that a conversation remembers.
const CALLS_MAX: usize = 4;
/// Bytes of the common header.
const HEADER: usize = 16;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Dcerpc {}

/// What the conversation remembers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    /// Interface by context identifier: its place in the table, 0 for an unknown one.
    contexts: [u8; CONTEXTS_MAX],
    calls: [Call; CALLS_MAX],
    next: u8,
}

#[derive(Clone, Copy, Debug, Default)]
struct Call {
    id: u32,
    operation: u16,
    interface: u8,
}

/// One protocol data unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    kind: u8,
    first: bool,
    call: u32,
    little: bool,
    /// Behind the common header, without the security trailer.
    body: &'a [u8],
    /// The token of the security trailer.
    token: &'a [u8],
}

const REQUEST: u8 = 0;
const RESPONSE: u8 = 2;
const FAULT: u8 = 3;
const BIND: u8 = 11;
const BIND_NAK: u8 = 13;
const ALTER_CONTEXT: u8 = 14;

impl Dissector for Dcerpc {
    const NAME: &'static str = "dcerpc";
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(135), Carrier::Inner("smb")];
    const MESSAGE_MAX: usize = 65_535;
    type Message<'a> = Message<'a>;
    type Session = Session;
    type Pool = ();

    fn probe(head: &[u8], direction: Direction) -> Probe {
        let mut reader = Reader::new(head);
        // Version 5.0 or 5.1.
        if !matches!(head, [5] | [5, 0 | 1, ..]) {
            return Probe::No;
        }
        let Ok([_, _, kind, flags, drep, float, 0, 0]) = reader.array::<8>() else {
            return if head.len() < 8 { Probe::Maybe } else { Probe::No };
        };
        let sides = match direction {
            Direction::ToServer => [REQUEST, BIND, ALTER_CONTEXT, 16, 18, 19],
            Direction::ToClient => [RESPONSE, FAULT, 12, BIND_NAK, 15, 18],
        };
        if !sides.contains(&kind) || !matches!(drep, 0 | 0x10) || float > 3 {
            return Probe::No;
        }
        let len = if drep == 0x10 { reader.u16_le() } else { reader.u16() };
        match len {
            Ok(len) if usize::from(len) < HEADER => Probe::No,
            // A bind is one fragment and its data are ASCII, little-endian, IEEE.
            Ok(_) if flags & 3 == 3 && float == 0 => Probe::Yes,
            _ => Probe::Maybe,
        }
    }

    fn frame(bytes: &[u8], _: Direction, _: &Session) -> Frame {
        let [5, 0 | 1, _, _, drep, _, _, _, a, b, ..] = *bytes else {
            return if bytes.len() < 10 { Frame::Need(10) } else { Frame::Lost };
        };
        let len = if drep & 0x10 == 0 { u16::from_be_bytes([a, b]) } else { u16::from_le_bytes([a, b]) };
        if usize::from(len) < HEADER { Frame::Lost } else { Frame::Whole(usize::from(len)) }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Session) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        let [version, _, kind, flags, drep, _, _, _] = reader.array::<8>()?;
        reader.ensure(version == 5, Defect::BadMagic)?;
        reader.ensure(kind <= 20, Defect::BadValue)?;
        let little = drep & 0x10 != 0;
        reader.skip(2)?;
        let auth = usize::from(if little { reader.u16_le()? } else { reader.u16()? });
        let call = if little { reader.u32_le()? } else { reader.u32()? };
        // The trailer has eight bytes of its own before the token (C706, 13.2.6.1).
        let trailer = if auth == 0 { 0 } else { auth + 8 };
        let len = reader.remaining().checked_sub(trailer).ok_or(reader.defect(Defect::BadLength))?;
        let body = reader.take(len)?;
        if auth > 0 {
            reader.skip(8)?;
        }
        Ok(Message { kind, first: flags & 1 != 0, call, little, body, token: reader.rest() })
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        // A damaged body has already said what it could.
        let _ = match message.kind {
            REQUEST if message.first => request(message, context.session, out),
            RESPONSE | FAULT if message.first => response(message, context, out),
            BIND | ALTER_CONTEXT => bind(message, context.session, out),
            BIND_NAK => {
                let status = reader(message).u16_le().unwrap_or(0);
                out.outcome("bind", 0, OutcomeKind::Refused, u32::from(status), "bind rejected");
                Ok(())
            }
            _ => Ok(()),
        };
        if let Some(ntlm) = smb::ntlm::find(message.token) {
            smb::ntlm::tell(&ntlm, out);
            if let smb::ntlm::Ntlm::Authenticate { user, .. } = ntlm {
                out.login(user, "ntlm", LoginOutcome::Attempted);
            }
        }
    }
}

fn reader<'a>(message: &Message<'a>) -> Reader<'a> {
    Reader::new(message.body)
}

/// Numbers in the byte order of the sender.
struct Ordered<'a> {
    reader: Reader<'a>,
    little: bool,
}

impl Ordered<'_> {
    fn u16(&mut self) -> Result<u16, Malformed> {
        if self.little { self.reader.u16_le() } else { self.reader.u16() }
    }

    fn u32(&mut self) -> Result<u32, Malformed> {
        if self.little { self.reader.u32_le() } else { self.reader.u32() }
    }
}

fn ordered<'a>(message: &Message<'a>) -> Ordered<'a> {
    Ordered { reader: reader(message), little: message.little }
}

/// Presentation context list (C706, 12.6.4.3): which interface each context identifier stands for.
fn bind(message: &Message<'_>, session: &mut Session, out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    let mut fields = ordered(message);
    fields.reader.skip(8)?;
    let count = fields.reader.u8()?;
    fields.reader.skip(3)?;
    for _ in 0..count {
        let id = fields.u16()?;
        let transfer_syntaxes = fields.reader.u8()?;
        fields.reader.skip(1)?;
        let uuid = Uuid {
            first: fields.u32()?,
            second: fields.u16()?,
            third: fields.u16()?,
            rest: fields.reader.array()?,
        };
        fields.reader.skip(4 + 20 * usize::from(transfer_syntaxes))?;
        let known = interface(&uuid);
        if let Some(place) = session.contexts.get_mut(usize::from(id)) {
            *place = known;
        }
        let text = uuid.text();
        out.identity(Subject::Server, Property::Other, "interface", text.as_text());
        let name = interface::name(known);
        out.identity(Subject::Server, Property::Other, "interface-name", wire::Text::utf8(name.as_bytes()));
    }
    Ok(())
}

fn request(message: &Message<'_>, session: &mut Session, out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    let mut fields = ordered(message);
    let (_hint, id, number) = (fields.u32()?, fields.u16()?, fields.u16()?);
    let interface = session.contexts.get(usize::from(id)).copied().unwrap_or_default();
    if let Some(place) = session.calls.get_mut(usize::from(session.next) % CALLS_MAX) {
        *place = Call { id: message.call, operation: number, interface };
        session.next = session.next.wrapping_add(1);
    }
    command(interface, number, Phase::Request, out);
    Ok(())
}

fn response(
    message: &Message<'_>,
    context: &mut Context<'_, Dcerpc>,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    let Some(call) = context.session.calls.iter().rev().find(|call| call.id == message.call) else {
        return Ok(());
    };
    command(call.interface, call.operation, Phase::Response, out);
    let mut fields = ordered(message);
    fields.reader.skip(8)?;
    if message.kind == FAULT {
        let (group, code) = (interface::name(call.interface), u64::from(call.operation));
        out.outcome(group, code, OutcomeKind::Failed, fields.u32()?, "fault");
    } else if interface::name(call.interface) == EPMAPPER && call.operation == 3 {
        let Some(server) = context.seen.server().ip else { return Ok(()) };
        if let Some(port) = mapped_port(&mut fields)? {
            let protocol = Protocol::Dcerpc;
            out.expect(Expected { server, port, transport: Transport::Tcp, protocol });
        }
    }
    Ok(())
}

fn command(known: u8, number: u16, phase: Phase, out: &mut Out<'_, '_>) {
    let (name, verb) = operation(known, number);
    let (code, group) = (u64::from(number), interface::name(known));
    out.command(Command { group, code, name, verb, phase, part: Part::Whole, target: Target::None });
}

/// The TCP port of the first tower of `ept_map` (C706, appendix O): a floor with protocol identifier 7.
fn mapped_port(fields: &mut Ordered<'_>) -> Result<Option<u16>, Malformed> {
    // Entry handle, number of towers, array bounds, one referent for each tower.
    fields.reader.skip(20)?;
    let _towers = fields.u32()?;
    fields.reader.skip(8)?;
    let count = fields.u32()?;
    let referents = usize::try_from(count.min(64)).unwrap_or(0) * 4;
    fields.reader.skip(referents)?;
    if count == 0 {
        return Ok(None);
    }
    fields.reader.skip(8)?;
    // Towers are little-endian whatever the message is.
    let floors = fields.reader.u16_le()?;
    for _ in 0..floors.min(16) {
        let left = usize::from(fields.reader.u16_le()?);
        let identifier = fields.reader.take(left)?;
        let right = usize::from(fields.reader.u16_le()?);
        let mut address = fields.reader.sub(right)?;
        if identifier.first() == Some(&7) {
            return Ok(Some(address.u16()?).filter(|port| *port != 0));
        }
    }
    Ok(None)
}

impl Uuid {
    fn text(&self) -> Digits {
        let [a, b, c, d, e, f, g, h] = self.rest;
        let tail = u64::from_be_bytes([0, 0, c, d, e, f, g, h]);
        let (first, second, third) = (self.first, self.second, self.third);
        Digits::format(format_args!("{first:08x}-{second:04x}-{third:04x}-{a:02x}{b:02x}-{tail:012x}"))
    }
}
