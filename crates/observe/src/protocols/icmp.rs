//! ICMP (RFC 792), ICMPv6 (RFC 4443) and neighbour discovery (RFC 4861).
//!
//! Directly on IP, protocols 1 and 58; commands of version 6 stand in group `v6`. Neighbour discovery binds hardware
//! to IP addresses as ARP does.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use facts::{Command, Observation, Part, Phase, Property, Role, Subject, Target, Verb};
use wire::{Direction, Mac, Malformed, Reader, TextBuffer};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Icmp {}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    kind: u8,
    /// What follows type, code and checksum.
    body: &'a [u8],
}

impl Dissector for Icmp {
    const NAME: &'static str = "icmp";
    const CARRIERS: &'static [Carrier] = &[Carrier::Ip(1), Carrier::Ip(58)];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(_: &[u8], _: Direction) -> Probe {
        Probe::Yes
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &()) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u8()?;
        reader.skip(3)?;
        Ok(Message { kind, body: reader.rest() })
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let source = context.seen.source.ip;
        let version_6 = matches!(source, Some(IpAddr::V6(_)));
        let (group, (name, verb, phase)) = if version_6 {
            ("v6", type_of_version_6(message.kind))
        } else {
            ("", type_of_version_4(message.kind))
        };
        let code = u64::from(message.kind);
        out.command(Command { group, code, name, verb, phase, part: Part::Whole, target: Target::None });
        match (version_6, message.kind) {
            (false, 5 | 9) | (true, 134) => out.role(Subject::Sender, Part::Whole, Role::Router),
            _ => {}
        }
        match (version_6, message.kind) {
            (false, 5) => redirect(message.body, out),
            (true, 133..=136) => neighbour(message, source, out),
            _ => {}
        }
    }
}

/// The better router for a destination (RFC 792, redirect): hosts believe it, so it is worth knowing who said it.
fn redirect(body: &[u8], out: &mut Out<'_, '_>) {
    if let Ok(gateway) = Reader::new(body).array::<4>() {
        let gateway = TextBuffer::of(format_args!("{}", Ipv4Addr::from(gateway)));
        out.identity(Subject::Sender, Property::Other, "redirect.gateway", gateway.as_text());
    }
}

/// Source (1) and target (2) link-layer address options (RFC 4861, 4.6.1). The target of an advertisement, else the
/// sender, has the address; a sender without an address is only trying one out.
fn neighbour(message: &Message<'_>, source: Option<IpAddr>, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(message.body);
    // Flags or lifetimes, then the target address in solicitation and advertisement.
    let target = match message.kind {
        133 => reader.skip(4).ok().map(|()| None),
        134 => reader.skip(12).ok().map(|()| None),
        _ => reader.skip(4).and_then(|()| reader.array::<16>()).ok().map(|ip| Some(Ipv6Addr::from(ip))),
    };
    let Some(target) = target else { return };
    let (wanted, holder) = if message.kind == 136 { (2, target.map(IpAddr::V6)) } else { (1, source) };
    while let (Ok(kind), Ok(units @ 1..)) = (reader.u8(), reader.u8()) {
        let Ok(mut option) = reader.sub(usize::from(units) * 8 - 2) else { return };
        if let (true, Ok(mac), Some(ip)) = (kind == wanted, option.array().map(Mac), holder)
            && mac.is_host()
            && !wire::is_group_ip(ip)
        {
            out.push(&Observation::Bound { mac, ip });
        }
    }
}

fn type_of_version_4(kind: u8) -> (&'static str, Verb, Phase) {
    match kind {
        0 => ("echo reply", Verb::Diagnose, Phase::Response),
        3 => ("destination unreachable", Verb::Report, Phase::Unsolicited),
        4 => ("source quench", Verb::Report, Phase::Unsolicited),
        5 => ("redirect", Verb::Report, Phase::Unsolicited),
        8 => ("echo request", Verb::Diagnose, Phase::Request),
        9 => ("router advertisement", Verb::Report, Phase::Unsolicited),
        10 => ("router solicitation", Verb::Discover, Phase::Request),
        11 => ("time exceeded", Verb::Report, Phase::Unsolicited),
        12 => ("parameter problem", Verb::Report, Phase::Unsolicited),
        13 => ("timestamp request", Verb::Diagnose, Phase::Request),
        14 => ("timestamp reply", Verb::Diagnose, Phase::Response),
        17 => ("address mask request", Verb::Diagnose, Phase::Request),
        18 => ("address mask reply", Verb::Diagnose, Phase::Response),
        _ => ("", Verb::Other, Phase::Unsolicited),
    }
}

fn type_of_version_6(kind: u8) -> (&'static str, Verb, Phase) {
    match kind {
        1 => ("destination unreachable", Verb::Report, Phase::Unsolicited),
        2 => ("packet too big", Verb::Report, Phase::Unsolicited),
        3 => ("time exceeded", Verb::Report, Phase::Unsolicited),
        4 => ("parameter problem", Verb::Report, Phase::Unsolicited),
        128 => ("echo request", Verb::Diagnose, Phase::Request),
        129 => ("echo reply", Verb::Diagnose, Phase::Response),
        130 => ("multicast listener query", Verb::Other, Phase::Request),
        131 => ("multicast listener report", Verb::Report, Phase::Response),
        132 => ("multicast listener done", Verb::Report, Phase::Unsolicited),
        133 => ("router solicitation", Verb::Discover, Phase::Request),
        134 => ("router advertisement", Verb::Report, Phase::Unsolicited),
        135 => ("neighbour solicitation", Verb::Discover, Phase::Request),
        136 => ("neighbour advertisement", Verb::Report, Phase::Response),
        137 => ("redirect", Verb::Report, Phase::Unsolicited),
        143 => ("multicast listener report version 2", Verb::Report, Phase::Unsolicited),
        _ => ("", Verb::Other, Phase::Unsolicited),
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn echo_and_redirect() {
        let ip = "020000000002 020000000001 0800 4500 0024 0001 0000 40 01 0000 0a000001 0a000002";
        check::frames(
            ip,
            &["0800 0000 0001 0001 6162636465666768", "0501 0000 0a000009 4500001c 00000000"],
            r#"
            > icmp command 8 "echo request" verb=diagnose Request
            > icmp command 5 "redirect" verb=report Unsolicited
            > icmp role sender Router
            > icmp identity sender Other redirect.gateway="10.0.0.9"
            "#,
        );
    }

    #[test]
    fn neighbours_say_where_they_are() {
        let ip = "3333ff000001 001b1b410011 86dd 60000000 0020 3a ff fe800000000000000000000000000011 ff0200000000000000000001ff000001";
        check::frames(
            ip,
            &[
                "8700 0000 00000000 fe800000000000000000000000000001 0101 001b1b410011",
                "8800 0000 60000000 fe800000000000000000000000000011 0201 001b1b410011",
                "8600 0000 40000708 00000000 00000000 0101 001b1b410011 0000000000000000",
            ],
            r#"
            > icmp command v6 135 "neighbour solicitation" verb=discover Request
            > icmp bound fe80::11 is at 00:1b:1b:41:00:11
            > icmp command v6 136 "neighbour advertisement" verb=report Response
            > icmp bound fe80::11 is at 00:1b:1b:41:00:11
            > icmp command v6 134 "router advertisement" verb=report Unsolicited
            > icmp role sender Router
            > icmp bound fe80::11 is at 00:1b:1b:41:00:11
            "#,
        );
    }
}
