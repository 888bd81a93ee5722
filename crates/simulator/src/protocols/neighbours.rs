//! What machines tell their neighbours on Ethernet: gratuitous ARP (RFC 5227), LLDP (IEEE 802.1AB) and CDP.

use core::net::Ipv4Addr;

use wire::Mac;

use crate::bytes::{Put, len8, len16, low16};
use crate::net::frame;
use crate::plant::Device;
use crate::protocols::Turn;
use crate::script::{Script, To, Via};

/// Reached by the nearest bridge only.
const LLDP_GROUP: Mac = Mac([0x01, 0x80, 0xc2, 0, 0, 0x0e]);
const LLDP: u16 = 0x88cc;
const CDP_GROUP: Mac = Mac([0x01, 0, 0x0c, 0xcc, 0xcc, 0xcc]);

/// Asks whether the own address is taken (sender address 0), then announces it.
pub(crate) fn arp(turn: &mut Turn<'_>, script: &mut Script) {
    let (mac, ip) = (turn.client.mac(), turn.client.ip());
    for (number, sender) in [(0, Ipv4Addr::UNSPECIFIED), (1, Ipv4Addr::UNSPECIFIED), (2, ip)] {
        let mut body = Vec::new();
        body.u16(1).u16(frame::IPV4).u8(6).u8(4).u16(1).put(&mac.0).put(&sender.octets());
        body.put(&[0; 6]).put(&ip.octets());
        script.ask(body).via(Via::Link(frame::ARP)).to(To::Everybody);
        if number > 0 {
            script.wait_ms(1_000);
        }
    }
}

/// One LLDP frame: chassis and port, name and description, capabilities, management address.
pub(crate) fn lldp(turn: &mut Turn<'_>, script: &mut Script) {
    let device = turn.client;
    let identity = &device.identity;
    let mut out = Vec::new();
    tlv(&mut out, 1, &[&[4][..], &device.mac().0].concat());
    tlv(&mut out, 2, b"\x07port-001");
    tlv(&mut out, 3, &20_u16.to_be_bytes());
    tlv(&mut out, 4, b"Port 1");
    tlv(&mut out, 5, &device.label());
    let description = describe(device);
    tlv(&mut out, 6, description.as_bytes());
    let capabilities = match device.kind.as_str() {
        "switch" | "access-point" => 0x0004,
        "router" | "firewall" => 0x0010,
        _ => 0x0080_u16,
    };
    tlv(&mut out, 7, &[capabilities.to_be_bytes(), capabilities.to_be_bytes()].concat());
    if !device.ip().is_unspecified() {
        // Length, IPv4, address; interface numbering by ifIndex 1; no object identifier.
        let address = [&[5, 1][..], &device.ip().octets(), &[2, 0, 0, 0, 1, 0]].concat();
        tlv(&mut out, 8, &address);
    }
    if identity.vendor.contains("Siemens") {
        // PROFINET's own: chassis MAC (organisation 00-0e-cf, subtype 5).
        tlv(&mut out, 127, &[&[0, 0x0e, 0xcf, 5][..], &device.mac().0].concat());
    }
    tlv(&mut out, 0, &[]);
    script.ask(out).via(Via::Link(LLDP)).to(To::Group(LLDP_GROUP, Ipv4Addr::UNSPECIFIED));
}

/// One CDP frame in LLC/SNAP, with its checksum.
pub(crate) fn cdp(turn: &mut Turn<'_>, script: &mut Script) {
    let device = turn.client;
    let mut out = vec![2, 180, 0, 0];
    let mut field = |kind: u16, value: &[u8]| {
        out.u16(kind).u16(len16(value.len() + 4)).put(value);
    };
    field(1, device.name.as_bytes());
    let address = [&[0, 0, 0, 1, 1, 1, 0xcc, 0, 4][..], &device.ip().octets()].concat();
    field(2, &address);
    field(3, b"GigabitEthernet1/0/1");
    field(4, &[0, 0, 0, if device.kind == "switch" { 0x28 } else { 0x01 }]);
    field(5, device.identity.firmware.as_bytes());
    field(6, device.identity.model.as_bytes());
    if out.len() % 2 == 1 {
        // Cisco's checksum treats a last odd octet in its own way, so that ours never is odd.
        let padding = *b"VTP";
        out.u16(9).u16(7).put(&padding);
    }
    let mut sum = frame::sum(&out);
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    let checksum = !low16(u64::from(sum));
    out.patch(2, &checksum.to_be_bytes());
    let llc = [&[0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0][..], &out].concat();
    script.ask(llc).via(Via::Llc).to(To::Group(CDP_GROUP, Ipv4Addr::UNSPECIFIED));
}

/// Vendor, model, order number, hardware and firmware in one line, as devices describe themselves.
pub(crate) fn describe(device: &Device) -> String {
    let identity = &device.identity;
    let mut text = format!("{}, {}", identity.vendor, identity.model);
    for (name, value) in [("", &identity.order), ("HW: ", &identity.hardware), ("FW: ", &identity.firmware)] {
        if !value.is_empty() {
            text.push_str(&format!(", {name}{value}"));
        }
    }
    if !identity.serial.is_empty() {
        text.push_str(&format!(", S/N: {}", identity.serial));
    }
    text
}

/// Type in seven bits, length in nine, value.
fn tlv(out: &mut Vec<u8>, kind: u16, value: &[u8]) {
    let value = value.get(..value.len().min(511)).unwrap_or_default();
    out.u16(kind << 9 | len16(value.len())).put(value);
    debug_assert!(len8(usize::from(kind)) <= 127, "the type has seven bits");
}

#[cfg(test)]
mod tests {
    use crate::testing::{announce, holds};

    #[test]
    fn the_own_name_is_told_in_the_own_encoding() {
        let lldp = &announce("lldp")[0].bytes;
        assert_eq!(lldp[..4], [2, 7, 4, 0]);
        assert!(holds(lldp, &[0x0a, 8, 0x8f, 0x5b, 0x93, 0x55]), "system name in CP932");
        assert!(holds(lldp, b"Vendor, MODEL-1, ORDER 1, HW: 4, FW: 3.2.6, S/N: SN 99"));
        assert!(lldp.ends_with(&[0, 0]));
    }

    #[test]
    fn cdp_has_an_even_length_and_a_checksum() {
        let cdp = &announce("cdp")[0].bytes;
        assert_eq!(cdp.len() % 2, 0);
        assert_eq!(crate::net::frame::sum(&cdp[8..]) % 0xffff, 0);
    }
}
