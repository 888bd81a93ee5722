//! Modbus/TCP (Modbus Messaging on TCP/IP Implementation Guide 1.0b; Application Protocol 1.1b3), port 502, with
//! read device identification. Function 90 (UMAS) is in `umas`, on the same connection.

use crate::bytes::{Put, len8, len16};
use crate::item::Item;
use crate::protocols::{Dialogue, Turn, umas};
use crate::script::Script;

/// Counter of one connection.
#[derive(Default)]
pub(crate) struct Modbus {
    transaction: u16,
    umas: umas::Umas,
}

impl Dialogue for Modbus {
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        if item.word(0) == "umas" {
            for (request, response) in self.umas.item(turn, item)? {
                self.exchange(turn.unit, script, &request, &response);
            }
            return Ok(());
        }
        let (at, count) = (item.number16(2, 0), item.number16(3, 1));
        let (request, response) = match item.head() {
            ("read", "coils") => read_bits(turn, 1, "coil", at, count),
            ("read", "discrete") => read_bits(turn, 2, "discrete", at, count),
            ("read", "holding") => read_words(turn, 3, "holding", at, count),
            ("read", "input") => read_words(turn, 4, "input", at, count),
            ("write", "coil") => write_coil(turn, at, item.value()),
            ("write", "holding") => write_words(turn, at, count, item.value()),
            ("identify", _) => identify(turn),
            ("diagnose", _) => {
                // Sub-function 0 returns what it was sent.
                let echo = [&[8, 0, 0][..], &[0xa5, 0x37]].concat();
                (echo.clone(), echo)
            }
            ("refused", _) => {
                let mut request = vec![3];
                request.u16(at).u16(count);
                (request, vec![0x83, 2])
            }
            _ => {
                return Err("known items: read coils|discrete|holding|input AT COUNT, write coil AT = V, \
                            write holding AT COUNT = V, identify, diagnose, refused X AT COUNT, umas …");
            }
        };
        self.exchange(turn.unit, script, &request, &response);
        Ok(())
    }
}

impl Modbus {
    fn exchange(&mut self, unit: u8, script: &mut Script, request: &[u8], response: &[u8]) {
        self.transaction = self.transaction.wrapping_add(1);
        script.ask(adu(self.transaction, unit, request)).answer(adu(self.transaction, unit, response));
    }
}

/// MBAP header and PDU.
fn adu(transaction: u16, unit: u8, pdu: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pdu.len() + 7);
    out.u16(transaction).u16(0).u16(len16(pdu.len() + 1)).u8(unit).put(pdu);
    out
}

/// The values of different units behind one gateway lie apart.
fn address(turn: &Turn<'_>, at: u16) -> u32 {
    u32::from(turn.unit) << 16 | u32::from(at)
}

fn read_words(turn: &Turn<'_>, function: u8, area: &str, at: u16, count: u16) -> (Vec<u8>, Vec<u8>) {
    let count = count.clamp(1, 125);
    let (mut request, mut response) = (vec![function], vec![function]);
    request.u16(at).u16(count);
    response.u8(len8(usize::from(count) * 2));
    for offset in 0..count {
        let place = address(turn, at.wrapping_add(offset));
        response.u16(turn.values.word(turn.server.index, area, place));
    }
    (request, response)
}

fn read_bits(turn: &Turn<'_>, function: u8, area: &str, at: u16, count: u16) -> (Vec<u8>, Vec<u8>) {
    let count = count.clamp(1, 2_000);
    let (mut request, mut response) = (vec![function], vec![function]);
    request.u16(at).u16(count);
    response.u8(len8(usize::from(count.div_ceil(8))));
    for first in (0..count).step_by(8) {
        let octet = (0..8.min(count - first)).fold(0, |octet, bit| {
            let place = address(turn, at.wrapping_add(first + bit));
            octet | u8::from(turn.values.bit(turn.server.index, area, place)) << bit
        });
        response.u8(octet);
    }
    (request, response)
}

fn write_coil(turn: &mut Turn<'_>, at: u16, value: i64) -> (Vec<u8>, Vec<u8>) {
    turn.values.write(turn.server.index, "coil", address(turn, at), i64::from(value != 0));
    let mut pdu = vec![5];
    pdu.u16(at).u16(if value == 0 { 0 } else { 0xff00 });
    (pdu.clone(), pdu)
}

/// Function 6 for one register, 16 for several (all get the same value).
fn write_words(turn: &mut Turn<'_>, at: u16, count: u16, value: i64) -> (Vec<u8>, Vec<u8>) {
    let count = count.clamp(1, 123);
    let word = u16::try_from(value).unwrap_or(u16::MAX);
    for offset in 0..count {
        let place = address(turn, at.wrapping_add(offset));
        turn.values.write(turn.server.index, "holding", place, i64::from(word));
    }
    if count == 1 {
        let mut pdu = vec![6];
        pdu.u16(at).u16(word);
        return (pdu.clone(), pdu);
    }
    let mut request = vec![16];
    request.u16(at).u16(count);
    let response = request.clone();
    request.u8(len8(usize::from(count) * 2));
    for _ in 0..count {
        request.u16(word);
    }
    (request, response)
}

/// Read device identification (1.1b3, 6.21): the regular objects in one answer.
fn identify(turn: &Turn<'_>) -> (Vec<u8>, Vec<u8>) {
    let identity = turn.server.unit_identity(turn.unit);
    let label = crate::text::encode_octets(&identity.label, identity.encoding);
    let objects: [(u8, &[u8]); 6] = [
        (0, identity.vendor.as_bytes()),
        (1, if identity.order.is_empty() { identity.model.as_bytes() } else { identity.order.as_bytes() }),
        (2, identity.firmware.as_bytes()),
        (4, identity.model.as_bytes()),
        (5, identity.model.as_bytes()),
        (6, &label),
    ];
    let mut response = vec![0x2b, 0x0e, 0x02, 0x82, 0x00, 0x00];
    let present = || objects.iter().filter(|(id, text)| *id < 3 || !text.is_empty());
    response.u8(len8(present().count()));
    for (id, text) in present() {
        let text = text.get(..text.len().min(60)).unwrap_or_default();
        response.u8(*id).u8(len8(text.len())).put(text);
    }
    (vec![0x2b, 0x0e, 0x02, 0x00], response)
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, holds, show};

    #[test]
    fn a_write_is_read_back() {
        let messages = converse("modbus", 1, &["write holding 40 = 1200", "read holding 40 1"]);
        let shown: Vec<String> = messages.iter().map(show).collect();
        assert_eq!(
            shown,
            [
                "> 0001000000060106002804b0",
                "< 0001000000060106002804b0",
                "> 000200000006010300280001",
                "< 00020000000501030204b0",
            ]
        );
    }

    #[test]
    fn units_identify_themselves() {
        let own = converse("modbus", 0, &["identify"]);
        assert!(holds(&own[1].bytes, b"ORDER 1") && holds(&own[1].bytes, b"3.2.6"));
        assert!(holds(&own[1].bytes, &[0x8f, 0x5b, 0x93, 0x55]), "the application name is CP932");
        assert!(holds(&converse("modbus", 7, &["identify"])[1].bytes, b"Meters"));
    }

    #[test]
    fn reserve_gives_the_session_that_stop_uses() {
        let messages = converse("modbus", 0, &["umas reserve", "umas stop"]);
        assert_eq!(&messages[1].bytes[7..], [0x5a, 0, 0xfe, 1]);
        assert_eq!(&messages[2].bytes[7..], [0x5a, 1, 0x41, 0xff, 0]);
    }
}
