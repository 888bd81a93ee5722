//! Messages to observations.

use super::wire::{self, Item, Message, items};
use crate::Protocol;
use crate::out::{Expected, Out};
use crate::protocols::cip::{DeviceIdentity, tag_of_connection, tag_of_context};
use ::wire::{Direction, Reader, Text};
use core::net::{IpAddr, Ipv4Addr};
use facts::{Command, OutcomeKind, Part, Phase, Property, Seen, Subject, Target, Transport, Verb};

const ITEM_IDENTITY: u16 = 0x000c;
const ITEM_CONNECTED_ADDRESS: u16 = 0x00a1;
const ITEM_CONNECTED_DATA: u16 = 0x00b1;
const ITEM_UNCONNECTED_DATA: u16 = 0x00b2;
const ITEM_SERVICE: u16 = 0x0100;
const ITEM_SOCKET_TO_TARGET: u16 = 0x8000;
const ITEM_SOCKET_TO_ORIGINATOR: u16 = 0x8001;

pub(super) fn observe<'a>(message: &Message<'a>, seen: &Seen, out: &mut Out<'a, '_>) {
    let request = seen.direction == Direction::ToServer;
    let (name, verb) = command(message.command);
    let phase = if request { Phase::Request } else { Phase::Response };
    let code = u64::from(message.command);
    out.command(Command { group: "", code, name, verb, phase, part: Part::Whole, target: Target::None });
    if message.status != 0 && !request {
        out.outcome("", code, OutcomeKind::Refused, message.status, wire::status_name(message.status));
    }
    let mut connection = 0;
    for item in items(message.items) {
        match item.kind {
            ITEM_IDENTITY => identity(item.data, out),
            ITEM_SERVICE => service(item.data, out),
            ITEM_CONNECTED_ADDRESS => connection = Reader::new(item.data).u32_le().unwrap_or(0),
            ITEM_CONNECTED_DATA => {
                let mut reader = Reader::new(item.data);
                if let Ok(sequence) = reader.u16_le() {
                    out.inner_as(Protocol::Cip, reader.rest(), tag_of_connection(connection, sequence));
                }
            }
            ITEM_UNCONNECTED_DATA => {
                out.inner_as(Protocol::Cip, item.data, tag_of_context(message.sender_context));
            }
            ITEM_SOCKET_TO_TARGET | ITEM_SOCKET_TO_ORIGINATOR => expect_data(item, seen, out),
            _ => {}
        }
    }
}

/// Name and verb of an encapsulation command (Volume 2, 2-3.2).
fn command(command: u16) -> (&'static str, Verb) {
    match command {
        wire::NOP => ("nop", Verb::Diagnose),
        wire::LIST_TARGETS => ("list targets", Verb::Discover),
        wire::LIST_SERVICES => ("list services", Verb::Discover),
        wire::LIST_IDENTITY => ("list identity", Verb::Discover),
        wire::LIST_INTERFACES => ("list interfaces", Verb::Discover),
        wire::REGISTER_SESSION => ("register session", Verb::Login),
        wire::UNREGISTER_SESSION => ("unregister session", Verb::Logout),
        wire::SEND_RR_DATA => ("send rr data", Verb::Other),
        wire::SEND_UNIT_DATA => ("send unit data", Verb::Other),
        wire::INDICATE_STATUS => ("indicate status", Verb::Diagnose),
        wire::CANCEL => ("cancel", Verb::Other),
        wire::START_DTLS => ("start dtls", Verb::Login),
        _ => ("", Verb::Other),
    }
}

/// The identity item (Volume 2, 2-4.2): protocol version, socket address, then the Identity object's attributes 1 to
/// 7 and the state.
fn identity(data: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(data);
    if reader.skip(2).is_err() {
        return;
    }
    let address = socket_address(&mut reader);
    let Ok(identity) = DeviceIdentity::read(&mut reader) else { return };
    identity.say(Subject::Sender, Part::Whole, out);
    if let Some((IpAddr::V4(address), _)) = address {
        let text = ::wire::Digits::dotted(&address.octets());
        out.identity(Subject::Sender, Property::Other, "identity.socket-address", text.as_text());
    }
}

/// The services item (Volume 2, 2-4.6.3): version, capability flags, name.
fn service(data: &[u8], out: &mut Out<'_, '_>) {
    if let Some(name) = data.get(4..) {
        out.identity(Subject::Sender, Property::Other, "list-services.name", Text::unknown(name));
    }
}

/// A socket address as in BSD: family, port and IPv4 address in network order, eight zero bytes.
fn socket_address(reader: &mut Reader<'_>) -> Option<(IpAddr, u16)> {
    let mut reader = reader.sub(16).ok()?;
    let _family = reader.u16().ok()?;
    let port = reader.u16().ok()?;
    let address = reader.array::<4>().ok()?;
    Some((IpAddr::V4(Ipv4Addr::from(address)), port))
}

/// A Forward Open that states sockets announces where the cyclic data will go (Volume 2, 3-3.9).
fn expect_data(item: Item<'_>, seen: &Seen, out: &mut Out<'_, '_>) {
    let Some((address, port)) = socket_address(&mut Reader::new(item.data)) else { return };
    let producer = if item.kind == ITEM_SOCKET_TO_TARGET { seen.server().ip } else { seen.client().ip };
    let server = if ::wire::is_group_ip(address) && item.kind == ITEM_SOCKET_TO_ORIGINATOR {
        Some(address)
    } else {
        producer
    };
    if let (Some(server), 1..) = (server, port) {
        out.expect(Expected { server, port, transport: Transport::Udp, protocol: Protocol::CipIo });
    }
}
