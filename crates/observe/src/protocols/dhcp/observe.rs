//! Messages to observations.

use super::wire::Message;
use crate::out::Out;
use core::fmt::Write;
use core::net::{IpAddr, Ipv4Addr};
use facts::{Command, Observation, Part, Phase, Property, Role, Seen, Subject, Target, Verb};
use wire::{DomainName, Reader, Text, TextBuffer};

pub(super) fn observe(message: &Message<'_>, seen: &Seen, out: &mut Out<'_, '_>) {
    let code = message.option(53).and_then(|data| data.first().copied());
    if let Some(code) = code {
        command(code, message.request, out);
    }
    if let Some(mac) = message.mac {
        let mac = TextBuffer::of(format_args!("{mac}"));
        let key = if message.request { "hardware-address" } else { "client.hardware-address" };
        out.identity(Subject::Sender, Property::Other, key, mac.as_text());
    }
    if message.request {
        client(message, out);
    } else {
        server(message, code, seen, out);
    }
}

fn command(code: u8, request: bool, out: &mut Out<'_, '_>) {
    let (name, verb) = message_type(code);
    let phase = if request { Phase::Request } else { Phase::Response };
    let code = u64::from(code);
    out.command(Command { group: "", code, name, verb, phase, part: Part::Whole, target: Target::None });
}

/// DHCP message types (RFC 2132, 9.6; RFC 3203; RFC 4388).
fn message_type(code: u8) -> (&'static str, Verb) {
    match code {
        1 => ("discover", Verb::Discover),
        2 => ("offer", Verb::Report),
        3 => ("request", Verb::Other),
        4 => ("decline", Verb::Other),
        5 => ("ack", Verb::Report),
        6 => ("nak", Verb::Report),
        7 => ("release", Verb::Other),
        8 => ("inform", Verb::Other),
        9 => ("force renew", Verb::Other),
        10 => ("lease query", Verb::Read),
        11 => ("lease unassigned", Verb::Report),
        12 => ("lease unknown", Verb::Report),
        13 => ("lease active", Verb::Report),
        _ => ("", Verb::Other),
    }
}

/// What a client says of itself. Behind a relay the sender is the relay, so the client is named by hardware address.
fn client(message: &Message<'_>, out: &mut Out<'_, '_>) {
    let subject = match message.mac {
        Some(mac) if !message.relay.is_unspecified() => Subject::Mac(mac),
        _ => Subject::Sender,
    };
    for (code, data) in message.options() {
        match code {
            12 => out.identity(subject, Property::Name, "host-name", Text::unknown(data)),
            60 => out.identity(subject, Property::Description, "vendor-class", Text::unknown(data)),
            77 => out.identity(subject, Property::Other, "user-class", Text::unknown(data)),
            81 => full_name(data, subject, out),
            // A hardware address here repeats the one of the fixed part.
            61 if data.first() != Some(&1) => {
                out.identity(subject, Property::Other, "client-id", TextBuffer::hex(data).as_text());
            }
            50 => addresses(data, subject, "requested-address", out),
            55 => fingerprint(data, subject, out),
            _ => {}
        }
    }
}

/// Flags, two result codes, then a name in ASCII or, with flag E, in the form of DNS (RFC 4702, section 2).
fn full_name(data: &[u8], subject: Subject, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(data);
    let (Ok(flags), Ok(())) = (reader.u8(), reader.skip(2)) else { return };
    let mut labels = Reader::new(reader.rest());
    let mut buffer = [0; 256];
    let name = match DomainName::read(&mut labels) {
        Ok(name) if flags & 4 != 0 => name.dotted(&mut buffer),
        _ => reader.rest(),
    };
    out.identity(subject, Property::Name, "fqdn", Text::unknown(name));
}

/// The order in which options are asked for is typical of the operating system.
fn fingerprint(data: &[u8], subject: Subject, out: &mut Out<'_, '_>) {
    let mut list = TextBuffer::default();
    for (at, code) in data.iter().enumerate() {
        // Writing to a text buffer cannot fail.
        let _ = write!(list, "{}{code}", if at == 0 { "" } else { "," });
    }
    out.identity(subject, Property::Fingerprint, "parameter-list", list.as_text());
}

/// What a server gives. A rogue one shows by offering itself as router or name server.
fn server(message: &Message<'_>, code: Option<u8>, seen: &Seen, out: &mut Out<'_, '_>) {
    for (code, data) in message.options() {
        match code {
            3 => addresses(data, Subject::Sender, "offers.router", out),
            6 => addresses(data, Subject::Sender, "offers.name-server", out),
            12 => out.identity(Subject::Sender, Property::Other, "client.host-name", Text::unknown(data)),
            15 => out.identity(Subject::Sender, Property::Other, "offers.domain", Text::unknown(data)),
            42 => addresses(data, Subject::Sender, "offers.time-server", out),
            54 => addresses(data, Subject::Sender, "server-id", out),
            60 => out.identity(Subject::Sender, Property::Other, "client.vendor-class", Text::unknown(data)),
            66 => out.identity(Subject::Sender, Property::Other, "offers.tftp-server", Text::unknown(data)),
            67 => out.identity(Subject::Sender, Property::Other, "offers.boot-file", Text::unknown(data)),
            _ => {}
        }
    }
    let own =
        |data: &[u8]| data.first_chunk::<4>().map(|ip| IpAddr::V4(Ipv4Addr::from(*ip))) == seen.source.ip;
    if message.option(54).is_some_and(own) {
        out.role(Subject::Sender, Part::Whole, Role::Server);
    }
    // An acknowledgement of an inform gives no address: the client has had its own.
    let ip = if message.given.is_unspecified() { message.client } else { message.given };
    if let (Some(5), Some(mac), false) = (code, message.mac, ip.is_unspecified())
        && message.relay.is_unspecified()
    {
        out.push(&Observation::Bound { mac, ip: IpAddr::V4(ip) });
    }
}

fn addresses(data: &[u8], subject: Subject, key: &'static str, out: &mut Out<'_, '_>) {
    for address in data.as_chunks::<4>().0.iter().take(4) {
        let address = TextBuffer::of(format_args!("{}", Ipv4Addr::from(*address)));
        out.identity(subject, Property::Other, key, address.as_text());
    }
}
