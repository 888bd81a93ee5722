//! Remote Desktop (MS-RDPBCGR 2.2.1): connection request with the user's cookie, then the old standard security
//! with the client's name in the clear (Windows XP), or TLS (newer systems).

use crate::bytes::{Put, len8, len16};
use crate::file::System;
use crate::item::Item;
use crate::protocols::s7comm::tpkt;
use crate::protocols::snmp::ber;
use crate::protocols::{Dialogue, Turn, tls};
use crate::script::Script;
use crate::text::{Encoding, encode};

/// A session has no state that we would need.
#[derive(Default)]
pub(crate) struct Rdp;

impl Dialogue for Rdp {
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        match item.word(0) {
            "connect" => {
                let old = turn.server.system == System::WindowsXp;
                let cookie = format!("Cookie: mstshash={}\r\n", item.text());
                // Negotiation: TLS and CredSSP (3) or nothing but standard security (0).
                let wanted = if old { 0 } else { 3 };
                let request =
                    [&[0xe0, 0, 0, 0, 0, 0][..], cookie.as_bytes(), &[1, 0, 8, 0, wanted, 0, 0, 0]].concat();
                let chosen = if old { 0 } else { 1 };
                let confirm = [0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, chosen, 0, 0, 0];
                script.ask(tpkt(&counted(&request))).answer(tpkt(&counted(&confirm)));
                if old {
                    script.ask(tpkt(&[&[2, 0xf0, 0x80][..], &connect_initial(turn)].concat()));
                } else {
                    tls::handshake(turn, script);
                }
                Ok(())
            }
            _ => Err("known items: connect = USER"),
        }
    }
}

/// An X.224 TPDU begins with its length without that octet.
fn counted(tpdu: &[u8]) -> Vec<u8> {
    let mut out = vec![len8(tpdu.len())];
    out.put(tpdu);
    out
}

/// MCS Connect-Initial (T.125) around a GCC conference create request (T.124) with the client's core data.
fn connect_initial(turn: &Turn<'_>) -> Vec<u8> {
    let name = encode(&turn.client.host_name().to_uppercase(), Encoding::Utf16Le);
    let mut core = vec![1, 0xc0];
    core.u16_le(216).u32_le(0x0008_0004).u16_le(1_024).u16_le(768).u16_le(0xca01).u16_le(0xaa03);
    // Keyboard layout Japanese, build of the client (Windows 10), name, keyboard 106/109 keys.
    core.u32_le(0x0411).u32_le(19_041).fixed(&name, 32, 0).u32_le(7).u32_le(2).u32_le(12).fixed(&[], 64, 0);
    core.u16_le(0xca01).u16_le(1).u32_le(0).u16_le(16).u16_le(7).u16_le(1).fixed(&[], 64, 0);
    core.u8(0).u8(0).u32_le(0);
    let security = [2, 0xc0, 12, 0, 0x1b, 0, 0, 0, 0, 0, 0, 0];
    let blocks = [&core[..], &security].concat();
    // GCC: key of T.124, lengths in PER with two octets, h221 non-standard key "Duca".
    let mut create = vec![0, 8, 0, 0x10, 0, 1, 0xc0, 0];
    create.put(b"Duca").u16(0x8000 | len16(blocks.len())).put(&blocks);
    let mut conference = vec![0, 5, 0, 0x14, 0x7c, 0, 1];
    conference.u16(0x8000 | len16(create.len())).put(&create);
    let parameters = |values: [u16; 8]| {
        let numbers: Vec<u8> = values.iter().flat_map(|value| ber(2, &value.to_be_bytes())).collect();
        ber(0x30, &numbers)
    };
    let body = [
        ber(4, &[1]),
        ber(4, &[1]),
        ber(1, &[0xff]),
        parameters([34, 2, 0, 1, 0, 1, 0x7fff, 2]),
        parameters([1, 1, 1, 1, 0, 1, 0x0420, 2]),
        parameters([0x7fff, 0x7c17, 0x7fff, 1, 0, 1, 0x7fff, 2]),
        ber(4, &conference),
    ]
    .concat();
    [&[0x7f][..], &ber(0x65, &body)].concat()
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, holds};

    #[test]
    fn the_cookie_names_the_user() {
        let messages = converse("rdp", 0, &["connect = operator"]);
        assert!(holds(&messages[0].bytes, b"Cookie: mstshash=operator\r\n"));
        assert_eq!(usize::from(messages[0].bytes[4]), messages[0].bytes.len() - 5);
        assert_eq!(messages[2].bytes[0], 22, "a TLS handshake follows");
    }
}
