//! Names on the wire: DNS (RFC 1035), mDNS (RFC 6762), LLMNR (RFC 4795) and the NetBIOS name service (RFC 1002).

use core::net::Ipv4Addr;

use wire::Mac;

use crate::bytes::{Put, len8, len16};
use crate::item::Item;
use crate::protocols::{Dialogue, Turn};
use crate::script::{Script, To, Via};

const MDNS: u16 = 5_353;
const MDNS_GROUP: To = To::Group(Mac([1, 0, 0x5e, 0, 0, 0xfb]), Ipv4Addr::new(224, 0, 0, 251));
const LLMNR: u16 = 5_355;
const LLMNR_GROUP: To = To::Group(Mac([1, 0, 0x5e, 0, 0, 0xfc]), Ipv4Addr::new(224, 0, 0, 252));
const NBNS: u16 = 137;
const TYPE_A: u16 = 1;
const TYPE_PTR: u16 = 12;
const TYPE_TXT: u16 = 16;
const TYPE_SRV: u16 = 33;
const IN: u16 = 1;
/// Class IN with the bit that replaces what others cached (RFC 6762, 10.2).
const IN_FLUSH: u16 = 0x8001;

/// Questions have no state.
#[derive(Default)]
pub(crate) struct Dns;

impl Dialogue for Dns {
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        let name = match item.word(0) {
            "query" => item.word(1),
            _ => return Err("known items: query NAME = ADDRESS (nothing for a name that does not exist)"),
        };
        let id = turn.random.u16();
        let mut ask = header(id, 0x0100, [1, 0, 0, 0]);
        question(&mut ask, name, TYPE_A);
        let address: Option<Ipv4Addr> = item.text().parse().ok();
        let (flags, count) = if address.is_some() { (0x8580, 1) } else { (0x8583, 0) };
        let mut answer = header(id, flags, [1, count, 0, 0]);
        question(&mut answer, name, TYPE_A);
        if let Some(address) = address {
            record(&mut answer, name, TYPE_A, IN, 3_600, &address.octets());
        }
        script.ask(ask).answer(answer);
        Ok(())
    }
}

/// A machine announces its name, address and a service, as printers and laptops do.
pub(crate) fn mdns(turn: &mut Turn<'_>, script: &mut Script) {
    let host = format!("{}.local", turn.client.host_name());
    let (kind, port) = match turn.client.kind.as_str() {
        "printer" => ("_ipp._tcp.local", 631_u16),
        "camera" => ("_rtsp._tcp.local", 554),
        _ => ("_workstation._tcp.local", 9),
    };
    let identity = &turn.client.identity;
    let label = turn.client.label_text();
    let mut out = header(0, 0x8400, [0, 4, 0, 0]);
    let mut instance = Vec::new();
    // An instance name is one label of UTF-8 text (RFC 6763, 4.1.1).
    instance.u8(len8(label.len())).put(label.as_bytes()).put(&labels(kind));
    record(&mut out, kind, TYPE_PTR, IN, 4_500, &instance);
    let mut service = vec![0, 0, 0, 0];
    service.u16(port).put(&labels(&host));
    raw_record(&mut out, &instance, (TYPE_SRV, IN_FLUSH), 120, &service);
    let mut text = Vec::new();
    for pair in [format!("ty={} {}", identity.vendor, identity.model), format!("fw={}", identity.firmware)] {
        text.u8(len8(pair.len())).put(pair.as_bytes());
    }
    raw_record(&mut out, &instance, (TYPE_TXT, IN_FLUSH), 4_500, &text);
    record(&mut out, &host, TYPE_A, IN_FLUSH, 120, &turn.client.ip().octets());
    script.ask(out).via(Via::Udp(MDNS, MDNS)).to(MDNS_GROUP);
}

/// A Windows machine asks whether somebody has its name.
pub(crate) fn llmnr(turn: &mut Turn<'_>, script: &mut Script) {
    let mut out = header(turn.random.u16(), 0, [1, 0, 0, 0]);
    question(&mut out, &turn.client.host_name(), TYPE_A);
    let port = 50_000 + turn.random.u16() % 10_000;
    script.ask(out).via(Via::Udp(port, LLMNR)).to(LLMNR_GROUP);
}

/// A Windows machine registers its names by broadcast: itself, its server service and its group.
pub(crate) fn nbns(turn: &mut Turn<'_>, script: &mut Script) {
    let names = [
        (turn.client.host_name(), 0x00, 0x0000),
        (turn.client.host_name(), 0x20, 0x0000),
        (turn.client.identity.domain.clone(), 0x00, 0x8000_u16),
    ];
    for (name, suffix, group) in names {
        if name.is_empty() {
            continue;
        }
        let encoded = netbios_name(&name.to_uppercase(), suffix);
        let mut out = header(turn.random.u16(), 0x2910, [1, 0, 0, 1]);
        out.put(&encoded).u16(0x20).u16(IN);
        out.u16(0xc00c).u16(0x20).u16(IN).u32(300_000).u16(6).u16(group).put(&turn.client.ip().octets());
        script.ask(out).via(Via::Udp(NBNS, NBNS)).to(To::Subnet);
    }
}

/// First-level encoding (RFC 1001, 14.1): sixteen octets, each as two letters.
pub(crate) fn netbios_name(name: &str, suffix: u8) -> Vec<u8> {
    let mut padded = Vec::new();
    padded.fixed(name.as_bytes(), 15, b' ').u8(suffix);
    let mut out = vec![32];
    for byte in padded {
        out.u8(b'A' + (byte >> 4)).u8(b'A' + (byte & 15));
    }
    out.u8(0);
    out
}

fn header(id: u16, flags: u16, counts: [u16; 4]) -> Vec<u8> {
    let mut out = Vec::new();
    out.u16(id).u16(flags);
    for count in counts {
        out.u16(count);
    }
    out
}

fn question(out: &mut Vec<u8>, name: &str, kind: u16) {
    out.put(&labels(name)).u16(kind).u16(IN);
}

fn record(out: &mut Vec<u8>, name: &str, kind: u16, class: u16, ttl: u32, data: &[u8]) {
    raw_record(out, &labels(name), (kind, class), ttl, data);
}

fn raw_record(out: &mut Vec<u8>, name: &[u8], (kind, class): (u16, u16), ttl: u32, data: &[u8]) {
    out.put(name).u16(kind).u16(class).u32(ttl).u16(len16(data.len())).put(data);
}

/// A name as labels, without compression.
fn labels(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        out.u8(len8(label.len())).put(label.as_bytes());
    }
    out.u8(0);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{announce, converse, holds};

    #[test]
    fn netbios_names_are_letters() {
        assert_eq!(netbios_name("A", 0x20), b"\x20EBCACACACACACACACACACACACACACACA\0");
    }

    #[test]
    fn a_name_is_found_or_not() {
        let messages = converse("dns", 0, &["query hist.plant = 10.0.0.9", "query gone.plant"]);
        assert!(messages[1].bytes.ends_with(&[0, 4, 10, 0, 0, 9]));
        assert_eq!(messages[3].bytes[3] & 15, 3, "name error");
        assert_eq!(messages[0].bytes[12..23], *b"\x04hist\x05plant");
    }

    #[test]
    fn announcements_carry_the_name() {
        assert!(holds(&announce("mdns")[0].bytes, "充填機②".as_bytes()));
        assert!(holds(&announce("llmnr")[0].bytes, b"\x06server"));
        assert_eq!(announce("nbns").len(), 3);
    }
}
