//! IEC 60870-5-104 (edition 2), port 2404. The common address is the server's `number`.

use crate::bytes::{Put, len8, low8, low16};
use crate::item::Item;
use crate::protocols::{Dialogue, Turn, civil};
use crate::script::{Script, Side};

const ACTIVATION: u8 = 6;
const CONFIRMATION: u8 = 7;
const TERMINATION: u8 = 10;
const SPONTANEOUS: u8 = 3;
const INTERROGATED: u8 = 20;

/// Send counters of client and server (5.1).
#[derive(Default)]
pub(crate) struct Iec104 {
    sent: [u16; 2],
}

impl Dialogue for Iec104 {
    fn open(&mut self, _turn: &mut Turn<'_>, script: &mut Script) {
        // STARTDT act and con.
        script.ask(vec![0x68, 4, 0x07, 0, 0, 0]).answer(vec![0x68, 4, 0x0b, 0, 0, 0]);
    }

    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        let station =
            if turn.server.identity.number == 0 { 1 } else { low16(u64::from(turn.server.identity.number)) };
        let asdu = |kind: u8, count: u8, cause: u8, objects: &[u8]| {
            let mut out = vec![kind, count, cause, 0];
            out.u16_le(station).put(objects);
            out
        };
        match item.word(0) {
            "interrogate" => {
                let object = [0, 0, 0, 20];
                script.ask(self.numbered(Side::Client, &asdu(100, 1, ACTIVATION, &object)));
                script.answer(self.numbered(Side::Server, &asdu(100, 1, CONFIRMATION, &object)));
                let (points, measurands) = (item.number(1, 8).min(30), item.number(2, 8).min(30));
                let states = states(turn, points);
                script.answer(
                    self.numbered(Side::Server, &asdu(1, low8(u64::from(points)), INTERROGATED, &states)),
                );
                let values = measurements(turn, measurands);
                script.answer(
                    self.numbered(
                        Side::Server,
                        &asdu(13, low8(u64::from(measurands)), INTERROGATED, &values),
                    ),
                );
                script.answer(self.numbered(Side::Server, &asdu(100, 1, TERMINATION, &object)));
                script.ask(self.supervisory());
            }
            "spontaneous" => {
                let address = item.number(1, 1_001);
                let mut object = Vec::new();
                object.u24_le(address).f32_le(turn.values.real(turn.server.index, "ME", address)).u8(0);
                object.put(&time_tag(turn.time));
                script.answer(self.numbered(Side::Server, &asdu(36, 1, SPONTANEOUS, &object)));
                script.ask(self.supervisory());
            }
            "operate" => {
                turn.values.write(turn.server.index, "SP", item.number(1, 1), item.value());
                let mut object = Vec::new();
                object.u24_le(item.number(1, 1)).u8(u8::from(item.value() != 0));
                self.command(script, |cause| asdu(45, 1, cause, &object));
            }
            "setpoint" => {
                turn.values.write(turn.server.index, "ME", item.number(1, 1), item.value());
                let mut object = Vec::new();
                object.u24_le(item.number(1, 1));
                object.f32_le(f32::from(i16::try_from(item.value()).unwrap_or(i16::MAX)) / 10.0).u8(0);
                self.command(script, |cause| asdu(50, 1, cause, &object));
            }
            "set-clock" => {
                let object = [&[0, 0, 0][..], &time_tag(turn.time)].concat();
                script.ask(self.numbered(Side::Client, &asdu(103, 1, ACTIVATION, &object)));
                script.answer(self.numbered(Side::Server, &asdu(103, 1, CONFIRMATION, &object)));
            }
            "test" => {
                script.ask(vec![0x68, 4, 0x43, 0, 0, 0]).answer(vec![0x68, 4, 0x83, 0, 0, 0]);
            }
            _ => {
                return Err(
                    "known items: interrogate [STATES VALUES], spontaneous ADDRESS, operate ADDRESS = 0|1, \
                            setpoint ADDRESS = V, set-clock, test",
                );
            }
        }
        Ok(())
    }
}

impl Iec104 {
    /// An APDU in I format: both counters, then the ASDU.
    fn numbered(&mut self, side: Side, asdu: &[u8]) -> Vec<u8> {
        let [client, server] = &mut self.sent;
        let (own, other) = if side == Side::Client { (client, server) } else { (server, client) };
        let mut out = vec![0x68, len8(asdu.len() + 4)];
        out.u16_le(*own << 1).u16_le(*other << 1).put(asdu);
        *own = (*own + 1) & 0x7fff;
        out
    }

    /// The client acknowledges all that the server sent, in S format.
    fn supervisory(&self) -> Vec<u8> {
        let [_, server] = self.sent;
        let mut out = vec![0x68, 4, 1, 0];
        out.u16_le(server << 1);
        out
    }

    /// Activation, confirmation and termination of a command.
    fn command(&mut self, script: &mut Script, asdu: impl Fn(u8) -> Vec<u8>) {
        script.ask(self.numbered(Side::Client, &asdu(ACTIVATION)));
        script.answer(self.numbered(Side::Server, &asdu(CONFIRMATION)));
        script.answer(self.numbered(Side::Server, &asdu(TERMINATION)));
    }
}

/// Single-point information, addresses from 1.
fn states(turn: &Turn<'_>, count: u32) -> Vec<u8> {
    let mut out = Vec::new();
    for address in 1..=count {
        out.u24_le(address).u8(u8::from(turn.values.bit(turn.server.index, "SP", address)));
    }
    out
}

/// Measured values as short floating point numbers, addresses from 1001, quality good.
fn measurements(turn: &Turn<'_>, count: u32) -> Vec<u8> {
    let mut out = Vec::new();
    for address in 1_001..1_001 + count {
        out.u24_le(address).f32_le(turn.values.real(turn.server.index, "ME", address)).u8(0);
    }
    out
}

/// Seven octets of binary time (CP56Time2a, IEC 60870-5-101, 7.2.6.18).
fn time_tag(time: i64) -> [u8; 7] {
    let date = civil::civil(time);
    let millisecond = (time / 1_000_000).rem_euclid(60_000);
    let [low, high] = low16(millisecond.cast_unsigned()).to_le_bytes();
    let weekday = if date.weekday == 0 { 7 } else { date.weekday };
    [low, high, date.minute, date.hour, weekday << 5 | date.day, date.month, date.year_of_century]
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, show};

    #[test]
    fn interrogation_with_counters() {
        let shown: Vec<String> =
            converse("iec104", 0, &["interrogate 1 0", "operate 5 = 1"]).iter().map(show).collect();
        assert_eq!(shown[0], "> 680e00000000640106004d0000000014");
        assert_eq!(shown[1], "< 680e00000200640107004d0000000014");
        assert_eq!(shown[5], "> 680401000800", "four numbered messages were received");
        assert_eq!(shown[6], "> 680e020008002d0106004d0005000001");
    }
}
