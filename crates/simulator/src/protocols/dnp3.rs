//! DNP3 (IEEE 1815-2012) over TCP, port 20000. The outstation's address is the server's `number`, the master's the
//! client's.

use crate::bytes::{Put, len8, len16, low16, low32};
use crate::item::Item;
use crate::protocols::{Dialogue, Turn};
use crate::script::{Script, Side};

const READ: u8 = 1;
const WRITE: u8 = 2;
const DIRECT_OPERATE: u8 = 5;
const COLD_RESTART: u8 = 13;
const RESPONSE: u8 = 129;

/// Sequence numbers of one connection.
#[derive(Default)]
pub(crate) struct Dnp3 {
    sequence: u8,
    transport: [u8; 2],
}

impl Dialogue for Dnp3 {
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        let index = turn.server.index;
        match item.word(0) {
            // Classes 1, 2, 3 and 0: everything.
            "integrity" => {
                let points = points(turn, item.number16(1, 8), item.number16(2, 8));
                self.exchange(turn, script, READ, &[60, 2, 6, 60, 3, 6, 60, 4, 6, 60, 1, 6], &points);
            }
            "events" => {
                // One binary input change without time (g2v1), index 0.
                let state = u8::from(turn.values.bit(index, "BI", 0)) << 7 | 1;
                self.exchange(
                    turn,
                    script,
                    READ,
                    &[60, 2, 6, 60, 3, 6, 60, 4, 6],
                    &[2, 1, 0x28, 1, 0, 0, 0, state],
                );
            }
            "identify" => {
                let identity = &turn.server.identity;
                let texts = [
                    (242, &identity.firmware),
                    (243, &identity.hardware),
                    (248, &identity.serial),
                    (250, &identity.model),
                    (252, &identity.vendor),
                ];
                let mut answer = Vec::new();
                for (variation, text) in texts {
                    // Device attributes are visible strings (1) of group 0, one range of index 0 each.
                    answer.put(&[0, variation, 0, 0, 0, 1]).u8(len8(text.len())).put(text.as_bytes());
                }
                self.exchange(turn, script, READ, &[0, 254, 0, 0, 0], &answer);
            }
            "operate" => {
                // Latch on (3) or off (4), once, 1 s.
                turn.values.write(index, "BI", item.number(1, 0), item.value());
                let code = if item.value() == 0 { 4 } else { 3 };
                let mut body = vec![12, 1, 0x28, 1, 0];
                body.u16_le(item.number16(1, 0)).u8(code).u8(1).u32_le(1_000).u32_le(0).u8(0);
                self.exchange(turn, script, DIRECT_OPERATE, &body, &body);
            }
            "setpoint" => {
                turn.values.write(index, "AI", item.number(1, 0), item.value());
                let mut body = vec![41, 1, 0x28, 1, 0];
                body.u16_le(item.number16(1, 0)).u32_le(low32(item.value().cast_unsigned())).u8(0);
                self.exchange(turn, script, DIRECT_OPERATE, &body, &body);
            }
            "set-clock" => {
                let mut body = vec![50, 1, 7, 1];
                let [a, b, c, d, e, f, ..] = (turn.time / 1_000_000).to_le_bytes();
                body.put(&[a, b, c, d, e, f]);
                self.exchange(turn, script, WRITE, &body, &[]);
            }
            "restart" => self.exchange(turn, script, COLD_RESTART, &[], &[52, 2, 7, 1, 0x88, 0x13]),
            _ => {
                return Err(
                    "known items: integrity [BINARIES ANALOGUES], events, identify, operate N = 0|1, \
                            setpoint N = V, set-clock, restart",
                );
            }
        }
        Ok(())
    }
}

impl Dnp3 {
    fn exchange(&mut self, turn: &Turn<'_>, script: &mut Script, function: u8, ask: &[u8], answer: &[u8]) {
        self.sequence = (self.sequence + 1) % 16;
        let control = 0xc0 | self.sequence;
        let (master, outstation) =
            (number(turn.client.identity.number, 1), number(turn.server.identity.number, 10));
        let request = [&[control, function][..], ask].concat();
        let response = [&[control, RESPONSE, 0, 0][..], answer].concat();
        let asked = self.frames(Side::Client, outstation, master, &request);
        let answered = self.frames(Side::Server, master, outstation, &response);
        script.ask(asked).answer(answered);
    }

    /// Link frames of at most 250 octets of user data; the first of each segment is the transport header.
    fn frames(&mut self, side: Side, to: u16, from: u16, fragment: &[u8]) -> Vec<u8> {
        let [client, server] = &mut self.transport;
        let (sequence, control) = if side == Side::Client { (client, 0xc4) } else { (server, 0x44) };
        let mut out = Vec::new();
        let count = fragment.chunks(249).count();
        for (segment, position) in fragment.chunks(249).zip(1..) {
            *sequence = (*sequence + 1) % 64;
            let ends = u8::from(position == count) << 7 | u8::from(position == 1) << 6;
            let data = [&[ends | *sequence][..], segment].concat();
            let mut header = vec![5, 0x64, len8(data.len() + 5), control];
            header.u16_le(to).u16_le(from);
            for block in [&header[..]].into_iter().chain(data.chunks(16)) {
                out.put(block).u16_le(crc(block));
            }
        }
        out
    }
}

fn number(number: u32, otherwise: u16) -> u16 {
    if number == 0 { otherwise } else { low16(u64::from(number)) }
}

/// Static data: binary inputs with flags (g1v2), analogue inputs 32 bit with flags (g30v1), a counter (g20v1).
fn points(turn: &Turn<'_>, binaries: u16, analogues: u16) -> Vec<u8> {
    let index = turn.server.index;
    let mut out = Vec::new();
    if binaries > 0 {
        out.put(&[1, 2, 1]).u16_le(0).u16_le(binaries - 1);
        for point in 0..u32::from(binaries) {
            out.u8(1 | u8::from(turn.values.bit(index, "BI", point)) << 7);
        }
    }
    if analogues > 0 {
        out.put(&[30, 1, 1]).u16_le(0).u16_le(analogues - 1);
        for point in 0..u32::from(analogues) {
            out.u8(1).u32_le(turn.values.double_word(index, "AI", point));
        }
    }
    out.put(&[20, 1, 1]).u16_le(0).u16_le(0).u8(1).u32_le(turn.values.double_word(index, "CT", 0));
    debug_assert!(len16(out.len()) < 2_000, "one fragment of the application layer");
    out
}

/// Cyclic redundancy check of the data link layer (IEEE 1815, 9.2.4.3): polynomial 0x3d65, reflected, inverted.
fn crc(bytes: &[u8]) -> u16 {
    let mut crc = 0_u16;
    for byte in bytes {
        crc ^= u16::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xa6bc } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, holds};

    #[test]
    fn check_value() {
        assert_eq!(super::crc(b"123456789"), 0xea82);
    }

    #[test]
    fn an_integrity_poll_and_a_control() {
        let messages = converse("dnp3", 0, &["integrity", "operate 3 = 1", "identify"]);
        let bytes = &messages[0].bytes;
        assert_eq!(bytes[..8], [5, 0x64, 20, 0xc4, 77, 0, 1, 0], "to outstation 77 from master 1");
        assert_eq!(bytes[10..14], [0xc1, 0xc1, 1, 60]);
        assert_eq!(messages[2].bytes[11..14], [0xc2, 5, 12]);
        assert!(holds(&messages[5].bytes, b"Vendor") || messages[5].bytes.len() > 60);
    }
}
