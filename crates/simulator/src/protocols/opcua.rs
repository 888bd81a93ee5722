//! OPC UA binary over OPC TCP (OPC 10000-6, clauses 5.2 and 7), security policy None, port 4840.

use crate::bytes::{Put, len32};
use crate::item::Item;
use crate::plant::Device;
use crate::protocols::{Dialogue, Turn};
use crate::script::{Script, Side};

const POLICY_NONE: &str = "http://opcfoundation.org/UA/SecurityPolicy#None";
const TRANSPORT: &str = "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary";
/// Numbers of the data types of our process values and of text.
const FLOAT: u8 = 10;
const TEXT: u8 = 12;

/// Channel, session and counters of one connection.
#[derive(Default)]
pub(crate) struct Opcua {
    channel: u32,
    session: u32,
    request: u32,
    sequence: [u32; 2],
    /// Client's time in 100 ns since 1601.
    now: u64,
}

impl Dialogue for Opcua {
    fn open(&mut self, turn: &mut Turn<'_>, script: &mut Script) {
        self.channel = turn.random.u32() | 1;
        self.session = turn.random.u32() | 1;
        self.now = date(turn.time);
        let url = endpoint_url(turn.server);
        let mut hello = vec![];
        hello.u32_le(0).u32_le(65_536).u32_le(65_536).u32_le(0).u32_le(0);
        let acknowledge = hello.clone();
        string(&mut hello, &url);
        script.ask(chunk(b"HELF", &hello)).answer(chunk(b"ACKF", &acknowledge));
        self.open_channel(script);
        self.create_session(turn, script, &url);
        self.activate(script, None);
    }

    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        self.now = date(turn.time);
        match item.word(0) {
            "identify" => self.build_info(turn, script),
            "endpoints" => {
                let url = endpoint_url(turn.server);
                let mut ask = Vec::new();
                string(&mut ask, &url);
                ask.i32_le(-1).i32_le(-1);
                let mut answer = Vec::new();
                answer.u32_le(1);
                endpoint(&mut answer, turn.server, &url);
                self.service(script, (428, 431), &ask, &answer);
            }
            "read" => self.read(turn, script, &words(item)),
            "write" => {
                turn.values.write(turn.server.index, item.word(1), 0, item.value());
                let mut ask = Vec::new();
                ask.u32_le(1);
                node(&mut ask, item.word(1));
                let value = f32::from(i16::try_from(item.value()).unwrap_or(i16::MAX)) / 10.0;
                ask.u32_le(13).i32_le(-1).u8(0x01).u8(FLOAT).f32_le(value);
                let mut answer = Vec::new();
                answer.u32_le(1).u32_le(0).i32_le(-1);
                self.service(script, (673, 676), &ask, &answer);
            }
            "login" => self.activate(script, Some(item.text())),
            _ => return Err("known items: identify, endpoints, read TAG…, write TAG = V, login = USER"),
        }
        Ok(())
    }
}

impl Opcua {
    fn open_channel(&mut self, script: &mut Script) {
        self.request += 1;
        for side in [Side::Client, Side::Server] {
            let mut out = Vec::new();
            out.u32_le(if side == Side::Client { 0 } else { self.channel });
            string(&mut out, POLICY_NONE);
            out.i32_le(-1).i32_le(-1).u32_le(self.next_sequence(side)).u32_le(self.request);
            if side == Side::Client {
                // Issue a token, mode None, no nonce, one hour.
                node_id(&mut out, 446);
                self.request_header(&mut out);
                out.u32_le(0).u32_le(0).u32_le(1).i32_le(-1).u32_le(3_600_000);
            } else {
                node_id(&mut out, 449);
                self.response_header(&mut out);
                out.u32_le(0).u32_le(self.channel).u32_le(1).u64_le(self.now).u32_le(3_600_000).i32_le(-1);
            }
            script.say(side, chunk(b"OPNF", &out));
        }
    }

    fn create_session(&mut self, turn: &Turn<'_>, script: &mut Script, url: &str) {
        let mut ask = Vec::new();
        application(&mut ask, turn.client, 1);
        ask.i32_le(-1);
        string(&mut ask, url);
        string(&mut ask, &format!("{} session", turn.client.name));
        ask.i32_le(-1).i32_le(-1).f64_le(1_200_000.0).u32_le(0);
        let mut answer = Vec::new();
        session_id(&mut answer, self.session);
        session_id(&mut answer, self.session ^ 0x5a5a);
        answer.f64_le(1_200_000.0).i32_le(-1).i32_le(-1).u32_le(1);
        endpoint(&mut answer, turn.server, url);
        // No software certificates, an empty signature, no limit.
        answer.i32_le(-1).i32_le(-1).i32_le(-1).u32_le(0);
        let session = core::mem::take(&mut self.session);
        self.service(script, (461, 464), &ask, &answer);
        self.session = session;
    }

    /// Anonymous, or with a user name. A real password never stands in a simulation.
    fn activate(&mut self, script: &mut Script, user: Option<&str>) {
        let mut token = Vec::new();
        string(&mut token, if user.is_some() { "username" } else { "anonymous" });
        if let Some(user) = user {
            string(&mut token, user);
            string(&mut token, "simulated");
            token.i32_le(-1);
        }
        let mut ask = Vec::new();
        ask.i32_le(-1).i32_le(-1).i32_le(-1).i32_le(-1);
        node_id(&mut ask, if user.is_some() { 324 } else { 321 });
        ask.u8(1).u32_le(len32(token.len())).put(&token).i32_le(-1).i32_le(-1);
        let mut answer = Vec::new();
        answer.i32_le(-1).i32_le(-1).i32_le(-1);
        self.service(script, (467, 470), &ask, &answer);
    }

    /// Reads the build information of the server: one structure and its members (OPC 10000-5, 12.4).
    fn build_info(&mut self, turn: &Turn<'_>, script: &mut Script) {
        let identity = &turn.server.identity;
        let uri = format!("urn:{}:{}", turn.server.host_name(), identity.model);
        let build = if identity.hardware.is_empty() { "1" } else { identity.hardware.as_str() };
        let members: [(u16, &str); 5] = [
            (2262, &uri),
            (2263, &identity.vendor),
            (2261, &identity.model),
            (2264, &identity.firmware),
            (2265, build),
        ];
        let (mut ask, mut answer) = (Vec::new(), Vec::new());
        ask.f64_le(0.0).u32_le(3).u32_le(len32(members.len() + 1));
        answer.u32_le(len32(members.len() + 1));
        let mut structure = Vec::new();
        for (number, text) in members {
            read_value_id(&mut ask, |out| node_id(out, number));
            answer.u8(0x01).u8(TEXT);
            string(&mut answer, text);
            string(&mut structure, text);
        }
        structure.u64_le(self.now - 300_000_000_000_000);
        read_value_id(&mut ask, |out| node_id(out, 2260));
        answer.u8(0x01).u8(22);
        node_id(&mut answer, 340);
        answer.u8(1).u32_le(len32(structure.len())).put(&structure).i32_le(-1);
        self.service(script, (631, 634), &ask, &answer);
    }

    fn read(&mut self, turn: &Turn<'_>, script: &mut Script, tags: &[String]) {
        let (mut ask, mut answer) = (Vec::new(), Vec::new());
        ask.f64_le(0.0).u32_le(0).u32_le(len32(tags.len()));
        answer.u32_le(len32(tags.len()));
        for tag in tags {
            read_value_id(&mut ask, |out| node(out, tag));
            // Value and source time stamp.
            answer.u8(0x05).u8(FLOAT).f32_le(turn.values.real(turn.server.index, tag, 0)).u64_le(self.now);
        }
        answer.i32_le(-1);
        self.service(script, (631, 634), &ask, &answer);
    }

    /// One service: request and response with their headers, in one chunk each.
    fn service(&mut self, script: &mut Script, ids: (u16, u16), ask: &[u8], answer: &[u8]) {
        self.request += 1;
        for (side, id, body) in [(Side::Client, ids.0, ask), (Side::Server, ids.1, answer)] {
            let mut out = Vec::new();
            out.u32_le(self.channel).u32_le(1).u32_le(self.next_sequence(side)).u32_le(self.request);
            node_id(&mut out, id);
            match side {
                Side::Client => self.request_header(&mut out),
                Side::Server => self.response_header(&mut out),
            }
            out.put(body);
            script.say(side, chunk(b"MSGF", &out));
        }
    }

    fn request_header(&self, out: &mut Vec<u8>) {
        if self.session == 0 {
            out.u16(0);
        } else {
            session_id(out, self.session ^ 0x5a5a);
        }
        out.u64_le(self.now).u32_le(self.request).u32_le(0).i32_le(-1).u32_le(10_000).put(&[0, 0, 0]);
    }

    fn response_header(&self, out: &mut Vec<u8>) {
        out.u64_le(self.now + 9_000).u32_le(self.request).u32_le(0).u8(0).i32_le(-1).put(&[0, 0, 0]);
    }

    fn next_sequence(&mut self, side: Side) -> u32 {
        let [client, server] = &mut self.sequence;
        let sequence = if side == Side::Client { client } else { server };
        *sequence += 1;
        *sequence
    }
}

fn words(item: &Item) -> Vec<String> {
    (1..32).map(|index| item.word(index).to_owned()).take_while(|word| !word.is_empty()).collect()
}

/// Message type with chunk mark, size of all, and the rest.
fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 8);
    out.put(kind).u32_le(len32(body.len() + 8)).put(body);
    out
}

/// A DateTime: 100 ns since 1601.
fn date(time: i64) -> u64 {
    u64::try_from(time / 100).unwrap_or_default() + 116_444_736_000_000_000
}

fn string(out: &mut Vec<u8>, text: &str) {
    out.u32_le(len32(text.len())).put(text.as_bytes());
}

/// Node id of namespace 0 in four octets.
fn node_id(out: &mut Vec<u8>, number: u16) {
    out.put(&[1, 0]).u16_le(number);
}

/// Node id with a text in namespace 2, as most controllers name their tags.
fn node(out: &mut Vec<u8>, tag: &str) {
    out.u8(3).u16_le(2);
    string(out, tag);
}

fn session_id(out: &mut Vec<u8>, number: u32) {
    out.u8(2).u16_le(1).u32_le(number);
}

/// The value attribute (13) of a node, without range and encoding.
fn read_value_id(out: &mut Vec<u8>, node: impl FnOnce(&mut Vec<u8>)) {
    node(out);
    out.u32_le(13).i32_le(-1).u16_le(0).i32_le(-1);
}

fn endpoint_url(server: &Device) -> String {
    format!("opc.tcp://{}:4840", server.ip())
}

/// An ApplicationDescription; `kind` 0 is a server, 1 a client.
fn application(out: &mut Vec<u8>, device: &Device, kind: u32) {
    string(out, &format!("urn:{}:application", device.host_name()));
    string(out, &format!("urn:{}", device.identity.vendor.replace(' ', "")));
    out.u8(2);
    string(out, device.label_text());
    out.u32_le(kind).i32_le(-1).i32_le(-1).i32_le(-1);
}

/// An EndpointDescription without security that takes anonymous users and user names.
fn endpoint(out: &mut Vec<u8>, server: &Device, url: &str) {
    string(out, url);
    application(out, server, 0);
    out.i32_le(-1).u32_le(1);
    string(out, POLICY_NONE);
    out.u32_le(2);
    for (policy, kind) in [("anonymous", 0), ("username", 1)] {
        string(out, policy);
        out.u32_le(kind).i32_le(-1).i32_le(-1).i32_le(-1);
    }
    string(out, TRANSPORT);
    out.u8(0);
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, holds};

    #[test]
    fn every_chunk_knows_its_size() {
        for message in
            converse("opcua", 0, &["identify", "endpoints", "read A B", "write A = 5", "login = operator"])
        {
            let bytes = &message.bytes;
            assert_eq!(u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize, bytes.len());
        }
    }

    #[test]
    fn build_information_is_read() {
        let messages = converse("opcua", 0, &["identify"]);
        assert_eq!(messages[0].bytes[24..28], [1, 0, 0x77, 2], "service 631");
        for text in ["Vendor", "MODEL-1", "3.2.6"] {
            assert!(holds(&messages[1].bytes, text.as_bytes()), "{text}");
        }
    }
}
