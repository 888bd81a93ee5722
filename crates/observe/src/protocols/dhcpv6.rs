//! DHCP for IPv6 (RFC 8415; client name RFC 4704).
//!
//! UDP ports 546 (client) and 547 (server). Clients name themselves by a DUID that often holds a hardware address;
//! relays wrap what they pass on, at most four of them are looked into.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Command, Part, Phase, Property, Role, Subject, Target, Verb};
use wire::{Defect, Digits, Direction, DomainName, Mac, Malformed, Reader, Text, TextBuffer};

/// Relays one behind the other.
const RELAYS_MAX: usize = 4;
/// Relay-forward and relay-reply.
const RELAY: core::ops::RangeInclusive<u8> = 12..=13;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Dhcpv6 {}

/// The message of client or server, out of its relays' wrapping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// The outermost message type, which is the command.
    code: u8,
    /// The innermost.
    inner: u8,
    relayed: bool,
    options: &'a [u8],
}

impl Dissector for Dhcpv6 {
    const NAME: &'static str = "dhcpv6";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(547), Carrier::Udp(546)];
    const MESSAGE_MAX: usize = 9000;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        match head.first() {
            Some(0 | 37..) => Probe::No,
            _ => Probe::Maybe,
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &()) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        let code = reader.u8()?;
        reader.ensure((1..=36).contains(&code), Defect::BadValue)?;
        let (mut inner, mut relayed) = (code, false);
        for _ in 0..RELAYS_MAX {
            if !RELAY.contains(&inner) {
                break;
            }
            // Hop count, link address, peer address; the message itself is option 9.
            reader.skip(33)?;
            relayed = true;
            let Some((_, message)) = options(reader.rest()).find(|(code, _)| *code == 9) else { break };
            reader = Reader::new(message);
            inner = reader.u8()?;
        }
        if !RELAY.contains(&inner) {
            // Transaction identifier.
            reader.skip(3)?;
        }
        Ok(Message { code, inner, relayed, options: reader.rest() })
    }

    fn observe<'a>(message: &Message<'a>, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let (name, verb) = message_type(message.code);
        let client = !matches!(message.inner, 2 | 7 | 10 | 13);
        let phase = if matches!(message.code, 2 | 7 | 10 | 13) { Phase::Response } else { Phase::Request };
        let code = u64::from(message.code);
        out.command(Command { group: "", code, name, verb, phase, part: Part::Whole, target: Target::None });
        for (code, data) in options(message.options) {
            match (message.relayed, client) {
                (false, true) => told_by_client(code, data, out),
                // The relay is the sender, but not who is meant; its evidence still shows whom it serves.
                (true, true) if code == 16 => {
                    vendor_class(data, Property::Other, "relayed.vendor-class", out)
                }
                _ => {}
            }
        }
        if !message.relayed && matches!(message.inner, 2 | 7) {
            out.role(Subject::Sender, Part::Whole, Role::Server);
        }
    }
}

/// Options that are whole: code, length, data.
fn options(bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut reader = Reader::new(bytes);
    core::iter::from_fn(move || {
        let code = reader.u16().ok()?;
        let len = usize::from(reader.u16().ok()?);
        Some((code, reader.take(len).ok()?))
    })
}

fn told_by_client(code: u16, data: &[u8], out: &mut Out<'_, '_>) {
    match code {
        1 => {
            out.identity(Subject::Sender, Property::Other, "duid", TextBuffer::hex(data).as_text());
            if let Some(mac) = hardware_address(data) {
                let mac = TextBuffer::of(format_args!("{mac}"));
                out.identity(Subject::Sender, Property::Other, "duid.hardware-address", mac.as_text());
            }
        }
        16 => vendor_class(data, Property::Description, "vendor-class", out),
        39 => {
            let mut name = Reader::new(data.get(1..).unwrap_or_default());
            // A name of one label need not be ended by the root (RFC 4704, 4.2).
            let partial = |reader: &mut Reader<'_>| reader.u8().ok().map(usize::from);
            let mut buffer = [0; 256];
            let text = match DomainName::read(&mut name.clone()) {
                Ok(name) => name.dotted(&mut buffer),
                Err(_) => partial(&mut name).map(|len| name.take_up_to(len)).unwrap_or_default(),
            };
            out.identity(Subject::Sender, Property::Name, "fqdn", Text::utf8(text));
        }
        _ => {}
    }
}

/// The hardware address of a DUID of type 1 (with time) or 3 (RFC 8415, 11.2 and 11.4), on Ethernet.
fn hardware_address(duid: &[u8]) -> Option<Mac> {
    let mut reader = Reader::new(duid);
    let (kind, hardware) = (reader.u16().ok()?, reader.u16().ok()?);
    match kind {
        1 => reader.skip(4).ok()?,
        3 => {}
        _ => return None,
    }
    let mac = Mac(reader.array().ok()?);
    (hardware == 1 && mac.is_host()).then_some(mac)
}

/// Enterprise number, then strings with their lengths (RFC 8415, 21.16).
fn vendor_class(data: &[u8], property: Property, key: &'static str, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(data);
    let Ok(enterprise) = reader.u32() else { return };
    let enterprise = Digits::decimal(u64::from(enterprise));
    out.identity(Subject::Sender, Property::Other, "vendor-class.enterprise", enterprise.as_text());
    while let Ok(len) = reader.u16() {
        let Ok(text) = reader.take(usize::from(len)) else { return };
        out.identity(Subject::Sender, property, key, Text::unknown(text));
    }
}

/// Message types (RFC 8415, 7.3).
fn message_type(code: u8) -> (&'static str, Verb) {
    match code {
        1 => ("solicit", Verb::Discover),
        2 => ("advertise", Verb::Report),
        3 => ("request", Verb::Other),
        4 => ("confirm", Verb::Other),
        5 => ("renew", Verb::Other),
        6 => ("rebind", Verb::Other),
        7 => ("reply", Verb::Report),
        8 => ("release", Verb::Other),
        9 => ("decline", Verb::Other),
        10 => ("reconfigure", Verb::Other),
        11 => ("information-request", Verb::Read),
        12 => ("relay-forward", Verb::Other),
        13 => ("relay-reply", Verb::Other),
        _ => ("", Verb::Other),
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn a_client_tells_who_it_is() {
        check::datagrams(
            547,
            &["> 01 123456 0001 000e 0001 0001 12345678 001b1b410011
                0010 000e 00000137 0008 4d53465420352e30 0027 0006 00 03706331 00"],
            r#"
            > dhcpv6 command 1 "solicit" verb=discover Request
            > dhcpv6 identity sender Other duid="0001000112345678001b1b410011"
            > dhcpv6 identity sender Other duid.hardware-address="00:1b:1b:41:00:11"
            > dhcpv6 identity sender Other vendor-class.enterprise="311"
            > dhcpv6 identity sender Description vendor-class="MSFT 5.0"
            > dhcpv6 identity sender Name fqdn="pc1"
            "#,
        );
    }

    #[test]
    fn real_captures() {
        check::shared("it/tcpdump__dhcpv6-mud.pcap", &["dhcpv6 messages=5 malformed=0"]);
    }
}
