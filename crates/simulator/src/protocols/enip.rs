//! EtherNet/IP encapsulation (CIP Networks Library volume 2, chapter 2), TCP and UDP port 44818, and class 0/1
//! transport on UDP port 2222. What it carries is in `cip`.

use crate::bytes::{Put, len8, len16, low16, low32};
use crate::item::Item;
use crate::protocols::{Dialogue, Turn, cip};
use crate::script::{Script, Side, To, Via};

/// Explicit messaging port.
const PORT: u16 = 44_818;
/// Implicit messaging port.
const IO_PORT: u16 = 2_222;
const LIST_IDENTITY: u16 = 0x63;
const REGISTER_SESSION: u16 = 0x65;
const SEND_RR_DATA: u16 = 0x6f;
const SEND_UNIT_DATA: u16 = 0x70;

/// Session, connections and counters of one TCP connection.
#[derive(Default)]
pub(crate) struct Enip {
    session: u32,
    context: u64,
    /// Connection ids to the target and back of the class 3 connection, once it is open.
    explicit: Option<(u32, u32)>,
    /// The same of the class 1 connection.
    implicit: Option<(u32, u32)>,
    sequence: u16,
    io_sequence: u32,
}

impl Dialogue for Enip {
    fn open(&mut self, turn: &mut Turn<'_>, script: &mut Script) {
        script.ask(encapsulate(REGISTER_SESSION, 0, 0, &[1, 0, 0, 0]));
        self.session = turn.random.u32() | 1;
        script.answer(encapsulate(REGISTER_SESSION, self.session, 0, &[1, 0, 0, 0]));
    }

    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        match item.word(0) {
            "list" => list_identity(turn, script),
            "identify" => {
                let slot = u8::try_from(item.number(1, 0)).unwrap_or_default();
                let identity = turn.server.unit_identity(slot);
                let mut answer = cip::answer(cip::GET_ATTRIBUTE_ALL);
                cip::identity(&mut answer, identity, cip::device_type(&turn.server.kind, slot));
                let request = cip::request(cip::GET_ATTRIBUTE_ALL, &cip::class_path(1, 1), &[]);
                // A module in the chassis is reached through the backplane of the addressed one.
                let routed = !item.word(1).is_empty();
                self.unconnected(
                    script,
                    &if routed { cip::send_to_slot(&request, slot) } else { request },
                    &answer,
                );
            }
            "open" => self.forward_open(turn, script),
            "read" | "write" => {
                if self.explicit.is_none() {
                    self.forward_open(turn, script);
                }
                let (request, answer) = cip::tag(turn, item);
                self.connected(script, &request, &answer);
            }
            "reset" => {
                let request = cip::request(0x05, &cip::class_path(1, 1), &[0]);
                self.unconnected(script, &request, &cip::answer(0x05));
            }
            // Logix controllers change to program mode by service 7 and back to run mode by 6 of class 0x8e.
            "stop" | "start" => {
                let service = if item.word(0) == "stop" { 0x07 } else { 0x06 };
                let request = cip::request(service, &cip::class_path(0x8e, 1), &[]);
                self.unconnected(script, &request, &cip::answer(service));
            }
            "io" => self.cyclic(turn, script, item.number16(1, 8), item.number16(2, 16)),
            _ => {
                return Err(
                    "known items: list, identify [SLOT], open, read TAG [COUNT], write TAG = V, reset, stop, \
                            start, io OUT IN",
                );
            }
        }
        Ok(())
    }
}

impl Enip {
    /// Unconnected explicit message: `SendRRData` both ways.
    fn unconnected(&mut self, script: &mut Script, request: &[u8], answer: &[u8]) {
        self.context += 1;
        let packet = |message: &[u8]| {
            let mut out = Vec::new();
            out.u32_le(0)
                .u16_le(10)
                .u16_le(2)
                .u32_le(0)
                .u16_le(0xb2)
                .u16_le(len16(message.len()))
                .put(message);
            encapsulate(SEND_RR_DATA, self.session, self.context, &out)
        };
        script.ask(packet(request)).answer(packet(answer));
    }

    /// Connected explicit message: `SendUnitData` both ways with the same sequence count.
    fn connected(&mut self, script: &mut Script, request: &[u8], answer: &[u8]) {
        self.sequence = self.sequence.wrapping_add(1);
        let (to_target, to_originator) = self.explicit.unwrap_or_default();
        let packet = |connection: u32, message: &[u8]| {
            let mut out = Vec::new();
            out.u32_le(0).u16_le(0).u16_le(2).u16_le(0xa1).u16_le(4).u32_le(connection);
            out.u16_le(0xb1).u16_le(len16(message.len() + 2)).u16_le(self.sequence).put(message);
            encapsulate(SEND_UNIT_DATA, self.session, 0, &out)
        };
        script.ask(packet(to_target, request)).answer(packet(to_originator, answer));
    }

    /// Opens the class 3 connection to the message router.
    fn forward_open(&mut self, turn: &mut Turn<'_>, script: &mut Script) {
        let ids = (turn.random.u32(), turn.random.u32());
        let opening = cip::Opening {
            ids,
            serial: turn.random.u16(),
            interval_us: 2_000_000,
            parameters: (0x43f4, 0x43f4),
            transport: 0xa3,
            path: &[1, 0, 0x20, 2, 0x24, 1],
        };
        let (request, answer) = cip::forward_open(&opening);
        self.unconnected(script, &request, &answer);
        self.explicit = Some(ids);
    }

    /// One period of cyclic data, `out` octets to the target and `back` octets from it; opened first if it is not.
    fn cyclic(&mut self, turn: &mut Turn<'_>, script: &mut Script, out: u16, back: u16) {
        let ids = match self.implicit {
            Some(ids) => ids,
            None => self.open_cyclic(turn, script, out, back),
        };
        self.io_sequence = self.io_sequence.wrapping_add(1);
        self.sequence = self.sequence.wrapping_add(1);
        for (side, connection, len) in [(Side::Client, ids.0, out), (Side::Server, ids.1, back)] {
            let mut data = Vec::new();
            data.u16_le(2).u16_le(0x8002).u16_le(8).u32_le(connection).u32_le(self.io_sequence);
            let header = if side == Side::Client { 4 } else { 0 };
            data.u16_le(0xb1).u16_le(len + 2 + header).u16_le(self.sequence);
            if side == Side::Client {
                // 32-bit header: run.
                data.u32_le(1);
            }
            for word in 0..len / 2 {
                let area = if side == Side::Client { "out" } else { "in" };
                data.u16_le(turn.values.word(turn.server.index, area, u32::from(word)));
            }
            if len % 2 == 1 {
                data.u8(0);
            }
            script.say(side, data).via(Via::Udp(IO_PORT, IO_PORT));
        }
    }

    fn open_cyclic(&mut self, turn: &mut Turn<'_>, script: &mut Script, out: u16, back: u16) -> (u32, u32) {
        let ids = (turn.random.u32(), turn.random.u32());
        let opening = cip::Opening {
            ids,
            serial: turn.random.u16(),
            interval_us: turn.period_us,
            // Point to point, scheduled priority, fixed size with sequence count and run/idle header.
            parameters: (0x4800 | (out + 6), 0x4800 | (back + 2)),
            transport: 0x01,
            path: &[0x20, 4, 0x24, 0x97, 0x2c, 0x96, 0x2c, 0x64],
        };
        let (request, answer) = cip::forward_open(&opening);
        self.unconnected(script, &request, &answer);
        self.implicit = Some(ids);
        ids
    }
}

/// A scanner asks all devices of the network who they are; the server is the one that answers.
fn list_identity(turn: &Turn<'_>, script: &mut Script) {
    let port = 50_000 + low16(u64::from(turn.client.ip().to_bits()) & 0xff);
    script.ask(encapsulate(LIST_IDENTITY, 0, 0, &[])).via(Via::Udp(port, PORT)).to(To::Subnet);
    let mut item = vec![1, 0, 0, 2];
    item.u16(PORT).put(&turn.server.ip().octets()).fixed(&[], 8, 0);
    cip::identity(&mut item, &turn.server.identity, cip::device_type(&turn.server.kind, 0));
    item.u8(3);
    let mut out = vec![1, 0, 0x0c, 0];
    out.u16_le(len16(item.len())).put(&item);
    script.answer(encapsulate(LIST_IDENTITY, 0, 0, &out)).via(Via::Udp(PORT, port));
}

/// Encapsulation header: command, length, session, status 0, sender context, options 0.
fn encapsulate(command: u16, session: u32, context: u64, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(24 + data.len());
    out.u16_le(command)
        .u16_le(len16(data.len()))
        .u32_le(session)
        .u32_le(0)
        .u64_le(context)
        .u32_le(0)
        .put(data);
    out
}

/// The serial number of a device as a number: hexadecimal digits, or a hash of other text.
pub(crate) fn serial_number(serial: &str) -> u32 {
    u32::from_str_radix(serial, 16).unwrap_or_else(|_| {
        low32(serial.bytes().fold(7, |hash: u64, byte| hash.wrapping_mul(31) + u64::from(byte)))
    })
}

/// Major and minor revision out of a firmware text such as `32.011`.
pub(crate) fn revision(firmware: &str) -> (u8, u8) {
    let mut parts = firmware.split('.').map(|part| part.parse::<u8>().unwrap_or_default());
    (parts.next().unwrap_or(1), parts.next().unwrap_or(1))
}

/// A product name as CIP sends it: its length and at most 32 octets.
pub(crate) fn product_name(model: &str) -> Vec<u8> {
    let name = model.as_bytes().get(..model.len().min(32)).unwrap_or_default();
    let mut out = vec![len8(name.len())];
    out.put(name);
    out
}

#[cfg(test)]
mod tests {
    use crate::script::{To, Via};
    use crate::testing::{converse, holds};

    #[test]
    fn list_identity_is_broadcast_and_answered_alone() {
        let messages = converse("enip", 0, &["list"]);
        assert_eq!((messages[0].to, messages[1].to), (To::Subnet, To::Peer));
        assert_eq!(messages[1].via, Via::Udp(44_818, 50_010));
        assert!(holds(&messages[1].bytes, &[42, 0, 14, 0, 55, 0, 3, 2]), "vendor, type, product, revision");
    }

    #[test]
    fn a_tag_needs_a_connection_first() {
        let messages = converse("enip", 0, &["write SPEED = 9", "read SPEED"]);
        assert_eq!(messages.len(), 6);
        assert_eq!(messages[0].bytes[40], 0x54, "forward open");
        assert_eq!(messages[2].bytes[..2], [0x70, 0]);
        assert!(messages[5].bytes.ends_with(&[0xcc, 0, 0, 0, 0xc4, 0, 9, 0, 0, 0]));
    }

    #[test]
    fn cyclic_data_has_its_sizes() {
        let messages = converse("enip", 0, &["io 8 16", "io 8 16"]);
        assert_eq!(messages.len(), 6);
        assert_eq!(messages[4].bytes.len(), 18 + 2 + 4 + 8);
        assert_eq!(messages[5].bytes.len(), 18 + 2 + 16);
    }
}
