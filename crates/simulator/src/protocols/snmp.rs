//! SNMP v1 and v2c (RFC 1157, 3416), UDP port 161.

use crate::bytes::{Put, len8, len16};
use crate::item::Item;
use crate::protocols::neighbours::describe;
use crate::protocols::{Dialogue, Turn};
use crate::script::Script;

const GET: u8 = 0xa0;
const RESPONSE: u8 = 0xa2;
const SET: u8 = 0xa3;
const OCTETS: u8 = 0x04;
const OBJECT: u8 = 0x06;
const TIME_TICKS: u8 = 0x43;
/// 1.3.6.1.2.1.1, the system group (RFC 3418), encoded.
const SYSTEM: [u8; 6] = [0x2b, 6, 1, 2, 1, 1];

/// The last request identifier.
#[derive(Default)]
pub(crate) struct Snmp {
    request: u16,
}

impl Dialogue for Snmp {
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        self.request = self.request.wrapping_add(1) & 0x7fff;
        let identity = &turn.server.identity;
        // Enterprises 9 is Cisco, 248 Hirschmann, 4196 Siemens: the product is known by more than its text.
        let enterprise: &[u8] = match identity.vendor.as_str() {
            vendor if vendor.starts_with("Cisco") => &[0x2b, 6, 1, 4, 1, 9, 1, 0x8a, 0x24],
            vendor if vendor.starts_with("Siemens") => &[0x2b, 6, 1, 4, 1, 0xa0, 0x64, 1, 1],
            _ => &[0x2b, 6, 1, 4, 1, 0x81, 0x78, 14, 10],
        };
        let location = crate::text::encode_octets(&identity.location, identity.encoding);
        let uptime = u32::try_from(turn.time / 10_000_000 % 400_000_000).unwrap_or_default().to_be_bytes();
        let values: Vec<(u8, u8, Vec<u8>)> = match item.word(0) {
            "identify" => vec![
                (1, OCTETS, describe(turn.server).into_bytes()),
                (2, OBJECT, enterprise.to_vec()),
                (3, TIME_TICKS, uptime.to_vec()),
                (5, OCTETS, turn.server.label()),
                (6, OCTETS, location),
            ],
            "uptime" => vec![(3, TIME_TICKS, uptime.to_vec())],
            "set-location" => vec![(6, OCTETS, crate::text::encode_octets(item.text(), identity.encoding))],
            _ => return Err("known items: identify, uptime, set-location = TEXT"),
        };
        let sets = item.word(0) == "set-location";
        let empty: Vec<(u8, u8, Vec<u8>)> =
            values.iter().map(|(object, ..)| (*object, 0x05, Vec::new())).collect();
        script.ask(self.message(if sets { SET } else { GET }, if sets { &values } else { &empty }));
        script.answer(self.message(RESPONSE, &values));
        Ok(())
    }
}

impl Snmp {
    /// Version 1 is v2c; the community is the one that everybody leaves.
    fn message(&self, kind: u8, values: &[(u8, u8, Vec<u8>)]) -> Vec<u8> {
        let mut bindings = Vec::new();
        for (object, tag, value) in values {
            let name = ber(OBJECT, &[&SYSTEM[..], &[*object, 0]].concat());
            bindings.put(&ber(0x30, &[name, ber(*tag, value)].concat()));
        }
        let pdu =
            [ber(2, &self.request.to_be_bytes()), ber(2, &[0]), ber(2, &[0]), ber(0x30, &bindings)].concat();
        ber(0x30, &[ber(2, &[1]), ber(OCTETS, b"public"), ber(kind, &pdu)].concat())
    }
}

/// Tag, definite length and contents (X.690, 8.1).
pub(crate) fn ber(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match contents.len() {
        len @ 0..128 => out.u8(len8(len)),
        len @ 128..256 => out.u8(0x81).u8(len8(len)),
        len => out.u8(0x82).u16(len16(len)),
    };
    out.put(contents);
    out
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, holds};

    #[test]
    fn system_name_and_location_are_in_the_devices_encoding() {
        let messages = converse("snmp", 0, &["identify"]);
        assert_eq!(messages[0].bytes[..5], [0x30, 95, 2, 1, 1]);
        assert!(holds(&messages[1].bytes, &[4, 8, 0x8f, 0x5b, 0x93, 0x55, 0x8b, 0x40, 0x87, 0x41]));
        assert!(
            holds(&messages[1].bytes, &[4, 8, 0xbc, 0xde, 0xad, 0xb3, 0xc3, 0xdd, 0xb7, 0x32]),
            "ｼﾞｭｳﾃﾝｷ2"
        );
        assert_eq!(super::ber(4, &[0; 200])[..3], [4, 0x81, 200]);
    }
}
