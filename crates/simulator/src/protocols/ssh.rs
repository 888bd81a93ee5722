//! SSH (RFC 4253): version strings, key exchange in the clear, then packets that nobody can read.

use crate::bytes::{Put, len8, len32};
use crate::file::System;
use crate::item::Item;
use crate::protocols::certificate::random_bytes;
use crate::protocols::{Dialogue, Turn};
use crate::random::Random;
use crate::script::{Script, Side};

const KEXINIT: u8 = 20;
const NEWKEYS: u8 = 21;
const ECDH_INIT: u8 = 30;
const ECDH_REPLY: u8 = 31;
/// Algorithms in the order of RFC 4253, 7.1: the same both ways for cipher, MAC and compression.
const ALGORITHMS: [&str; 10] = [
    "curve25519-sha256,ecdh-sha2-nistp256",
    "ssh-ed25519,rsa-sha2-512",
    "aes128-ctr,aes256-ctr",
    "aes128-ctr,aes256-ctr",
    "hmac-sha2-256",
    "hmac-sha2-256",
    "none",
    "none",
    "",
    "",
];

/// A session has no state that we would need.
#[derive(Default)]
pub(crate) struct Ssh;

impl Dialogue for Ssh {
    fn open(&mut self, turn: &mut Turn<'_>, script: &mut Script) {
        let client =
            if turn.client.system == System::Windows { "PuTTY_Release_0.78" } else { "OpenSSH_9.2p1" };
        let server = match turn.server.system {
            System::Linux => "OpenSSH_8.4p1 Debian-5+deb11u1",
            System::Network => "Cisco-1.25",
            _ => "dropbear_2019.78",
        };
        script
            .answer(format!("SSH-2.0-{server}\r\n").into_bytes())
            .ask(format!("SSH-2.0-{client}\r\n").into_bytes());
        for side in [Side::Client, Side::Server] {
            let mut body = vec![KEXINIT];
            random_bytes(&mut body, turn.random, 16);
            for list in ALGORITHMS {
                string(&mut body, list.as_bytes());
            }
            body.u8(0).u32(0);
            script.say(side, packet(&body));
        }
        let mut init = vec![ECDH_INIT];
        string(&mut init, &random_of(turn.random, 32));
        // The host key belongs to the device, so it is the same in every session.
        let key = random_of(&mut Random::new(0x5548, turn.server.index as u64), 32);
        let mut reply = vec![ECDH_REPLY];
        string(&mut reply, &pair(b"ssh-ed25519", &key));
        string(&mut reply, &random_of(turn.random, 32));
        string(&mut reply, &pair(b"ssh-ed25519", &random_of(turn.random, 64)));
        script
            .ask(packet(&init))
            .answer([packet(&reply), packet(&[NEWKEYS])].concat())
            .ask(packet(&[NEWKEYS]));
    }

    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        if item.word(0) != "exchange" {
            return Err("known items: exchange");
        }
        let (ask, answer) = (random_of(turn.random, 68), random_of(turn.random, 116));
        script.ask(ask).answer(answer);
        Ok(())
    }
}

fn random_of(random: &mut Random, len: usize) -> Vec<u8> {
    let mut out = Vec::new();
    random_bytes(&mut out, random, len);
    out
}

fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.u32(len32(bytes.len())).put(bytes);
}

fn pair(kind: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    string(&mut out, kind);
    string(&mut out, value);
    out
}

/// Length, padding length, payload and at least four octets of padding to a multiple of eight (RFC 4253, 6).
fn packet(payload: &[u8]) -> Vec<u8> {
    let padding = 4 + (8 - (payload.len() + 9) % 8) % 8;
    let mut out = Vec::new();
    out.u32(len32(payload.len() + padding + 1)).u8(len8(padding)).put(payload).fixed(&[], padding, 0);
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn packets_are_multiples_of_eight() {
        for len in 1..40 {
            let packet = super::packet(&vec![7; len]);
            assert_eq!(packet.len() % 8, 0);
            assert!(packet[4] >= 4, "at least four octets of padding");
        }
    }
}
