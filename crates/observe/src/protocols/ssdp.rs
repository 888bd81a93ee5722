//! Simple Service Discovery Protocol (UPnP Device Architecture 2.0, section 1).
//!
//! UDP port 1900, 239.255.255.250. Messages look like HTTP: `NOTIFY` announces, `M-SEARCH` asks, a status line answers.
//! The `SERVER` header names operating system and product.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Command, Part, Phase, Property, Role, Subject, Target, Verb};
use wire::{Direction, Malformed, Reader, Text};

/// Header lines read of one message.
const HEADERS_MAX: usize = 64;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Ssdp {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Notify,
    Search,
    Response,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    kind: Kind,
    headers: &'a [u8],
}

impl Dissector for Ssdp {
    const NAME: &'static str = "ssdp";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(1900)];
    const MESSAGE_MAX: usize = 9000;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        match kind(head.get(..head.len().min(17)).unwrap_or(head)) {
            // HTTP over UDP hardly exists otherwise, but a response alone could be another protocol's.
            Some((Kind::Response, _)) => Probe::Maybe,
            Some(_) => Probe::Yes,
            None => Probe::No,
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &()) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        let line = reader.until(b'\n');
        match kind(line) {
            Some((kind, _)) => Ok(Message { kind, headers: reader.rest() }),
            None => Err(Malformed::new(0, wire::Defect::BadMagic)),
        }
    }

    fn observe<'a>(message: &Message<'a>, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let sought = value(message.headers, if message.kind == Kind::Notify { b"NT" } else { b"ST" });
        let (method, name, verb, phase) = match message.kind {
            Kind::Notify => (&b"NOTIFY"[..], "notify", Verb::Report, Phase::Unsolicited),
            Kind::Search => (&b"M-SEARCH"[..], "m-search", Verb::Discover, Phase::Request),
            Kind::Response => (&b"M-SEARCH"[..], "m-search", Verb::Discover, Phase::Response),
        };
        let code = method.iter().fold(0, |code, letter| code << 8 | u64::from(*letter));
        let target = if sought.is_empty() {
            Target::None
        } else {
            Target::Name { space: "search-target", name: sought }
        };
        out.command(Command { group: "", code, name, verb, phase, part: Part::Whole, target });
        for (name, value) in headers(message.headers) {
            header(message.kind, name, value, out);
        }
        if message.kind != Kind::Search {
            device_type(sought, out);
        }
    }
}

/// What a start line says, and what follows the method in it.
fn kind(line: &[u8]) -> Option<(Kind, &[u8])> {
    [
        (&b"NOTIFY * HTTP/1."[..], Kind::Notify),
        (b"M-SEARCH * HTTP/1", Kind::Search),
        (b"HTTP/1.1 200", Kind::Response),
    ]
    .into_iter()
    .find_map(|(start, kind)| Some((kind, line.strip_prefix(start)?)))
}

fn headers(bytes: &[u8]) -> impl Iterator<Item = (&[u8], Text<'_>)> {
    let mut reader = Reader::new(bytes);
    let lines =
        core::iter::from_fn(move || Some(reader.until(b'\n').trim_ascii()).filter(|line| !line.is_empty()));
    lines.take(HEADERS_MAX).map(|line| {
        let mut line = Reader::new(line);
        (line.until(b':'), Text::utf8(line.rest()))
    })
}

fn value<'a>(bytes: &'a [u8], wanted: &[u8]) -> Text<'a> {
    headers(bytes)
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        .map(|(_, value)| value)
        .unwrap_or_default()
}

fn header(kind: Kind, name: &[u8], value: Text<'_>, out: &mut Out<'_, '_>) {
    let is = |wanted: &[u8]| name.eq_ignore_ascii_case(wanted);
    let (property, key) = match kind {
        Kind::Search if is(b"USER-AGENT") => (Property::Software, "user-agent"),
        Kind::Search => return,
        _ if is(b"SERVER") => (Property::Software, "server"),
        _ if is(b"LOCATION") => (Property::Other, "location"),
        _ if is(b"USN") => (Property::Other, "usn"),
        _ => return,
    };
    out.identity(Subject::Sender, property, key, value);
}

/// `urn:schemas-upnp-org:device:Printer:1` and its like.
fn device_type(target: Text<'_>, out: &mut Out<'_, '_>) {
    let mut parts = target.bytes.split(|byte| *byte == b':').skip(2);
    if parts.next() != Some(b"device") {
        return;
    }
    let role = match parts.next() {
        Some(b"InternetGatewayDevice") => Role::Router,
        Some(b"WLANAccessPointDevice") => Role::AccessPoint,
        Some(b"Printer" | b"PrinterBasic") => Role::Printer,
        Some(b"DigitalSecurityCamera") => Role::Camera,
        _ => return,
    };
    out.role(Subject::Sender, Part::Whole, role);
}

#[cfg(test)]
mod tests {
    use crate::check;

    /// A message as hex with a direction mark.
    fn text(mark: char, lines: &str) -> String {
        let hex: String = lines.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!("{mark} {hex}")
    }

    #[test]
    fn a_router_announces_itself() {
        check::datagrams(
            1900,
            &[
                &text('>', "M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\nUSER-AGENT: Linux UPnP/1.0\r\n\r\n"),
                &text(
                    '<',
                    "NOTIFY * HTTP/1.1\r\nNT: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\nServer: POSIX\r\n\
                     LOCATION:http://10.0.0.2/d.xml\r\n\r\n",
                ),
            ],
            r#"
            > ssdp command 5561192671786189640 "m-search" verb=discover Request search-target="ssdp:all"
            > ssdp identity sender Software user-agent="Linux UPnP/1.0"
            < ssdp command 86102623471193 "notify" verb=report Unsolicited search-target="urn:schemas-upnp-org:device:InternetGatewayDevice:1"
            < ssdp identity sender Software server="POSIX"
            < ssdp identity sender Other location="http://10.0.0.2/d.xml"
            < ssdp role sender Router
            "#,
        );
    }

    #[test]
    fn real_captures() {
        check::shared("it/suricata__sip-ssdp-pm-ssdp.pcap", &["ssdp 86102623471193 notify=1"]);
    }
}
