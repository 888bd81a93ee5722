//! SMB 2 (MS-SMB2) with NTLM log-in (MS-NLMP) in SPNEGO (RFC 4178), port 445.

use crate::bytes::{Put, len16, len32};
use crate::file::System;
use crate::item::Item;
use crate::plant::Device;
use crate::protocols::certificate::random_bytes;
use crate::protocols::snmp::ber;
use crate::protocols::{Dialogue, Turn};
use crate::script::{Script, Side};
use crate::text::{Encoding, encode};

const NEGOTIATE: u16 = 0;
const SESSION_SETUP: u16 = 1;
const TREE_CONNECT: u16 = 3;
const MORE_PROCESSING_REQUIRED: u32 = 0xc000_0016;
/// 1.3.6.1.5.5.2 (SPNEGO) and 1.3.6.1.4.1.311.2.2.10 (NTLMSSP).
const SPNEGO: [u8; 8] = [6, 6, 0x2b, 6, 1, 5, 5, 2];
const NTLMSSP: [u8; 12] = [6, 10, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0a];
/// Unicode, NTLM, always sign, extended session security, target information, version, 128 bit, key exchange, 56.
const FLAGS: u32 = 0xe288_8215;

/// Message and session number of one connection.
#[derive(Default)]
pub(crate) struct Smb {
    message: u64,
    session: u64,
}

impl Dialogue for Smb {
    fn open(&mut self, turn: &mut Turn<'_>, script: &mut Script) {
        let mut ask = Vec::new();
        ask.u16_le(36).u16_le(4).u16_le(1).u16_le(0).u32_le(0);
        random_bytes(&mut ask, turn.random, 16);
        ask.u64_le(0);
        for dialect in [0x0202, 0x0210, 0x0300, 0x0302] {
            ask.u16_le(dialect);
        }
        let token = init_token(None);
        let mut answer = Vec::new();
        answer.u16_le(65).u16_le(1).u16_le(0x0302).u16_le(0);
        random_bytes(&mut answer, turn.random, 16);
        let now = u64::try_from(turn.time / 100).unwrap_or_default() + 116_444_736_000_000_000;
        answer.u32_le(7).u32_le(0x0010_0000).u32_le(0x0010_0000).u32_le(0x0010_0000).u64_le(now).u64_le(0);
        answer.u16_le(128).u16_le(len16(token.len())).u32_le(0).put(&token);
        self.exchange(script, NEGOTIATE, 0, &ask, &answer);
    }

    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        match item.word(0) {
            "login" => {
                let challenge = response_token(1, Some(&challenge(turn)));
                self.setup(script, MORE_PROCESSING_REQUIRED, &init_token(Some(&negotiate())), &challenge);
                self.session = u64::from(turn.random.u32()) | 1 << 40;
                let authenticate = response_token(1, Some(&authenticate(turn, item.text())));
                self.setup(script, 0, &authenticate, &response_token(0, None));
            }
            "share" => {
                let path = encode(&format!("\\\\{}\\{}", turn.server.ip(), item.word(1)), Encoding::Utf16Le);
                let mut ask = Vec::new();
                ask.u16_le(9).u16_le(0).u16_le(72).u16_le(len16(path.len())).put(&path);
                let mut answer = Vec::new();
                answer.u16_le(16).u8(1).u8(0).u32_le(0x30).u32_le(0).u32_le(0x001f_01ff);
                self.exchange(script, TREE_CONNECT, 0, &ask, &answer);
            }
            _ => return Err("known items: login = USER, share NAME"),
        }
        Ok(())
    }
}

impl Smb {
    fn exchange(&mut self, script: &mut Script, command: u16, status: u32, ask: &[u8], answer: &[u8]) {
        for (side, status, body) in [(Side::Client, 0, ask), (Side::Server, status, answer)] {
            let mut out = vec![0xfe, b'S', b'M', b'B'];
            let flags = u32::from(side == Side::Server);
            out.u16_le(64).u16_le(1).u32_le(status).u16_le(command).u16_le(31).u32_le(flags).u32_le(0);
            out.u64_le(self.message)
                .u32_le(0xfeff)
                .u32_le(0)
                .u64_le(self.session)
                .fixed(&[], 16, 0)
                .put(body);
            let mut framed = vec![0];
            framed.u24(len32(out.len())).put(&out);
            script.say(side, framed);
        }
        self.message += 1;
    }

    fn setup(&mut self, script: &mut Script, status: u32, ask_token: &[u8], answer_token: &[u8]) {
        let mut ask = Vec::new();
        ask.u16_le(25)
            .u8(0)
            .u8(1)
            .u32_le(1)
            .u32_le(0)
            .u16_le(88)
            .u16_le(len16(ask_token.len()))
            .u64_le(0)
            .put(ask_token);
        let mut answer = Vec::new();
        answer.u16_le(9).u16_le(0).u16_le(72).u16_le(len16(answer_token.len())).put(answer_token);
        self.exchange(script, SESSION_SETUP, status, &ask, &answer);
    }
}

/// `NegTokenInit` that offers NTLM, perhaps with its first message.
fn init_token(message: Option<&[u8]>) -> Vec<u8> {
    let mut fields = ber(0xa0, &ber(0x30, &NTLMSSP));
    if let Some(message) = message {
        fields.put(&ber(0xa2, &ber(4, message)));
    }
    ber(0x60, &[&SPNEGO[..], &ber(0xa0, &ber(0x30, &fields))].concat())
}

/// `NegTokenResp`: state 0 complete, 1 incomplete.
fn response_token(state: u8, message: Option<&[u8]>) -> Vec<u8> {
    let mut fields = ber(0xa0, &ber(0x0a, &[state]));
    if let Some(message) = message {
        fields.put(&ber(0xa1, &NTLMSSP)).put(&ber(0xa2, &ber(4, message)));
    }
    ber(0xa1, &ber(0x30, &fields))
}

fn negotiate() -> Vec<u8> {
    let mut out = b"NTLMSSP\0".to_vec();
    out.u32_le(1).u32_le(FLAGS).u64_le(0).u64_le(0).put(&version(System::Windows));
    out
}

/// The server's challenge with its names (MS-NLMP 2.2.1.2).
fn challenge(turn: &mut Turn<'_>) -> Vec<u8> {
    let server = turn.server;
    let target = encode(&domain(server), Encoding::Utf16Le);
    let computer = server.host_name().to_uppercase();
    let mut information = Vec::new();
    for (id, text) in [
        (2, domain(server)),
        (1, computer),
        (4, "plant.local".to_owned()),
        (3, format!("{}.plant.local", server.host_name())),
    ] {
        let text = encode(&text, Encoding::Utf16Le);
        information.u16_le(id).u16_le(len16(text.len())).put(&text);
    }
    let now = u64::try_from(turn.time / 100).unwrap_or_default() + 116_444_736_000_000_000;
    information.u16_le(7).u16_le(8).u64_le(now).u32_le(0);
    let mut out = b"NTLMSSP\0".to_vec();
    out.u32_le(2).u16_le(len16(target.len())).u16_le(len16(target.len())).u32_le(56).u32_le(FLAGS);
    random_bytes(&mut out, turn.random, 8);
    let (len, at) = (len16(information.len()), len32(56 + target.len()));
    out.u64_le(0)
        .u16_le(len)
        .u16_le(len)
        .u32_le(at)
        .put(&version(server.system))
        .put(&target)
        .put(&information);
    out
}

/// The client's answer: domain, user and workstation; the responses are random (no password is behind them).
fn authenticate(turn: &mut Turn<'_>, user: &str) -> Vec<u8> {
    let client = turn.client;
    let texts = [domain(client), user.to_owned(), client.host_name().to_uppercase()];
    let texts = texts.map(|text| encode(&text, Encoding::Utf16Le));
    let (mut lm, mut nt) = (vec![0; 24], Vec::new());
    random_bytes(&mut nt, turn.random, 16);
    // NTLMv2: version 1, time, client challenge, and an empty list of pairs.
    nt.put(&[1, 1, 0, 0, 0, 0, 0, 0])
        .u64_le(u64::try_from(turn.time / 100).unwrap_or_default() + 116_444_736_000_000_000);
    random_bytes(&mut nt, turn.random, 8);
    nt.u32_le(0).u32_le(0).u32_le(0);
    let mut payload = Vec::new();
    let mut out = b"NTLMSSP\0".to_vec();
    out.u32_le(3);
    let [domain, user, workstation] = &texts;
    let mut key = Vec::new();
    random_bytes(&mut key, turn.random, 16);
    lm.truncate(24);
    for field in [&lm, &nt, domain, user, workstation, &key] {
        out.u16_le(len16(field.len())).u16_le(len16(field.len())).u32_le(len32(72 + payload.len()));
        payload.put(field);
    }
    out.u32_le(FLAGS).put(&version(client.system)).put(&payload);
    out
}

fn domain(device: &Device) -> String {
    if device.identity.domain.is_empty() { "WORKGROUP".to_owned() } else { device.identity.domain.clone() }
}

/// Operating system version as NTLM tells it: major, minor, build, NTLM revision 15.
fn version(system: System) -> [u8; 8] {
    let (major, minor, build) = match system {
        System::WindowsXp => (5, 1, 2_600_u16),
        System::Linux => (6, 1, 0),
        _ => (10, 0, 17_763),
    };
    let [low, high] = build.to_le_bytes();
    [major, minor, low, high, 0, 0, 0, 15]
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, holds, u16_at};
    use crate::text::{Encoding, encode};

    #[test]
    fn a_log_in_names_user_and_machines() {
        let messages = converse("smb", 0, &["login = taro", "share recipes"]);
        for message in &messages {
            assert_eq!(u16_at(&message.bytes, 2), message.bytes.len() - 4, "session service length");
        }
        assert!(holds(&messages[1].bytes, &encode("server.plant.local", Encoding::Utf16Le)));
        assert!(holds(&messages[2].bytes, &encode("taro", Encoding::Utf16Le)));
        assert!(holds(&messages[2].bytes, &encode("CLIENT", Encoding::Utf16Le)));
    }
}
