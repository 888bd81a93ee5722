//! TLS 1.2 (RFC 5246): hello messages and certificate in the clear, then records that nobody can read.

use crate::bytes::{Put, len8, len16, len32};
use crate::file::System;
use crate::item::Item;
use crate::protocols::certificate::{self, random_bytes};
use crate::protocols::{Dialogue, Turn};
use crate::script::{Script, Side};

const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;

/// A session has no state that we would need.
#[derive(Default)]
pub(crate) struct Tls;

impl Dialogue for Tls {
    fn open(&mut self, turn: &mut Turn<'_>, script: &mut Script) {
        handshake(turn, script);
    }

    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        if item.word(0) != "exchange" {
            return Err("known items: exchange [REQUEST-LENGTH ANSWER-LENGTH]");
        }
        for (side, len) in [(Side::Client, item.number16(1, 220)), (Side::Server, item.number16(2, 900))] {
            let mut data = Vec::new();
            random_bytes(&mut data, turn.random, usize::from(len.clamp(24, 16_000)));
            script.say(side, record(APPLICATION_DATA, &data));
        }
        Ok(())
    }
}

/// The whole handshake with RSA key exchange, as embedded servers still do it.
pub(crate) fn handshake(turn: &mut Turn<'_>, script: &mut Script) {
    script.ask(record(HANDSHAKE, &message(1, &client_hello(turn))));
    let mut hello = vec![3, 3];
    random_bytes(&mut hello, turn.random, 32);
    hello.u8(32);
    random_bytes(&mut hello, turn.random, 32);
    // TLS_RSA_WITH_AES_128_GCM_SHA256, no compression, secure renegotiation.
    hello.put(&[0, 0x9c, 0]).u16(5).put(&[0xff, 1, 0, 1, 0]);
    let certificate = certificate::self_signed(turn.server, turn.time);
    let mut list = Vec::new();
    list.u24(len32(certificate.len() + 3)).u24(len32(certificate.len())).put(&certificate);
    script.answer(
        [
            record(HANDSHAKE, &message(2, &hello)),
            record(HANDSHAKE, &message(11, &list)),
            record(HANDSHAKE, &message(14, &[])),
        ]
        .concat(),
    );
    let mut key = Vec::new();
    key.u16(256);
    random_bytes(&mut key, turn.random, 256);
    let finished = |turn: &mut Turn<'_>| {
        let mut encrypted = Vec::new();
        random_bytes(&mut encrypted, turn.random, 40);
        [record(CHANGE_CIPHER_SPEC, &[1]), record(HANDSHAKE, &encrypted)].concat()
    };
    let client_finished = finished(turn);
    script.ask([record(HANDSHAKE, &message(16, &key)), client_finished].concat());
    let server_finished = finished(turn);
    script.answer(server_finished);
}

fn client_hello(turn: &mut Turn<'_>) -> Vec<u8> {
    let (suites, groups): (&[u16], &[u16]) = match turn.client.system {
        System::WindowsXp => (&[0x0005, 0x000a, 0x002f, 0x0035, 0x009c], &[23]),
        System::Windows => (
            &[0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035],
            &[29, 23, 24],
        ),
        _ => (
            &[0xc030, 0xc02f, 0xc028, 0xc027, 0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0x00ff],
            &[23, 24, 25],
        ),
    };
    let mut out = vec![3, 3];
    random_bytes(&mut out, turn.random, 32);
    out.u8(0).u16(len16(suites.len() * 2));
    for suite in suites {
        out.u16(*suite);
    }
    out.put(&[1, 0]);
    let mut extensions = Vec::new();
    let name = format!("{}.plant.local", turn.server.host_name());
    let mut server_name = Vec::new();
    server_name.u16(len16(name.len() + 3)).u8(0).u16(len16(name.len())).put(name.as_bytes());
    extension(&mut extensions, 0, &server_name);
    let mut list = Vec::new();
    list.u16(len16(groups.len() * 2));
    for group in groups {
        list.u16(*group);
    }
    extension(&mut extensions, 10, &list);
    extension(&mut extensions, 11, &[1, 0]);
    extension(&mut extensions, 13, &[0, 8, 4, 3, 8, 4, 4, 1, 2, 1]);
    if turn.client.system == System::Windows {
        let protocols = [&[8][..], b"http/1.1"].concat();
        let mut list = Vec::new();
        list.u16(len16(protocols.len())).put(&protocols);
        extension(&mut extensions, 16, &list);
    }
    extension(&mut extensions, 23, &[]);
    extension(&mut extensions, 0xff01, &[0]);
    out.u16(len16(extensions.len())).put(&extensions);
    debug_assert!(len8(suites.len()) < 64, "a short list of suites");
    out
}

fn extension(out: &mut Vec<u8>, kind: u16, data: &[u8]) {
    out.u16(kind).u16(len16(data.len())).put(data);
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![kind];
    out.u24(len32(body.len())).put(body);
    out
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![kind, 3, 3];
    out.u16(len16(body.len())).put(body);
    out
}

#[cfg(test)]
mod tests {
    use crate::protocols::{Dialogue, tls::Tls};
    use crate::script::Script;
    use crate::testing::{holds, with_turn};

    #[test]
    fn the_certificate_names_the_product() {
        let script = with_turn(|turn| {
            let mut script = Script::default();
            Tls.open(turn, &mut script);
            script
        });
        assert!(holds(&script.messages[0].bytes, b"server.plant.local"));
        assert!(
            holds(&script.messages[1].bytes, b"MODEL-1 192.168.5.20")
                && holds(&script.messages[1].bytes, b"SN 99")
        );
        assert_eq!(script.messages[2].bytes[..6], [22, 3, 3, 1, 6, 16], "client key exchange");
    }
}
