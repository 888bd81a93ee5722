//! Omron FINS over UDP (W227, W342), port 9600. Node numbers are the last octets of the addresses, as Omron's
//! automatic address conversion makes them.

use crate::bytes::{Put, low16};
use crate::item::Item;
use crate::protocols::civil::{civil, decimal};
use crate::protocols::{Dialogue, Turn};
use crate::script::Script;

/// The service identifier of the last request.
#[derive(Default)]
pub(crate) struct Fins {
    service: u8,
}

impl Dialogue for Fins {
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        let (at, count) = (item.number16(2, 0), item.number16(3, 1).clamp(1, 400));
        let index = turn.server.index;
        let (mut body, mut answer) = (Vec::new(), Vec::new());
        let command: [u8; 2] = match item.word(0) {
            "read" => {
                body.u8(area(item.word(1))?).u16(at).u8(0).u16(count);
                for offset in 0..count {
                    answer.u16(turn.values.word(index, item.word(1), u32::from(at.wrapping_add(offset))));
                }
                [1, 1]
            }
            "write" => {
                body.u8(area(item.word(1))?).u16(at).u8(0).u16(count);
                for offset in 0..count {
                    turn.values.write(index, item.word(1), u32::from(at.wrapping_add(offset)), item.value());
                    body.u16(low16(item.value().cast_unsigned()));
                }
                [1, 2]
            }
            "identify" => {
                body.u8(0);
                controller_data(turn, &mut answer);
                [5, 1]
            }
            "status" => {
                // RUN mode, no fatal and no other errors, no message, error code 0 and an empty message.
                answer.u8(1).u8(4).u16(0).u16(0).u16(0).u16(0).fixed(&[], 16, b' ');
                [6, 1]
            }
            "clock" => {
                let time = civil(turn.time);
                for value in [time.year_of_century, time.month, time.day, time.hour, time.minute, time.second]
                {
                    answer.u8(decimal(value));
                }
                answer.u8(time.weekday);
                [7, 1]
            }
            "run" => {
                // Program number 0xffff, MONITOR is 2 and RUN is 4.
                body.u16(0xffff).u8(4);
                [4, 1]
            }
            "stop" => [4, 2],
            "download" => {
                self.download(turn, script, item.number(1, 4).clamp(1, 200));
                return Ok(());
            }
            _ => {
                return Err(
                    "known items: read|write DM|CIO|WR|HR AT COUNT [= V], identify, status, clock, run, stop, \
                            download BLOCKS",
                );
            }
        };
        self.exchange(turn, script, command, &body, &answer);
        Ok(())
    }
}

impl Fins {
    /// Writes program area in blocks of 256 octets; the last block says that it is (W342, program area write).
    fn download(&mut self, turn: &mut Turn<'_>, script: &mut Script, blocks: u32) {
        for block in 0..blocks {
            let mut body = Vec::new();
            body.u16(0xffff).u32(block * 256).u16(if block + 1 < blocks { 0x0100 } else { 0x8100 });
            let echo = body.clone();
            for _ in 0..64 {
                body.u32(turn.random.u32());
            }
            self.exchange(turn, script, [3, 7], &body, &echo);
        }
    }

    fn exchange(
        &mut self,
        turn: &Turn<'_>,
        script: &mut Script,
        command: [u8; 2],
        body: &[u8],
        answer: &[u8],
    ) {
        self.service = self.service.wrapping_add(1);
        let [.., client] = turn.client.ip().octets();
        let [.., server] = turn.server.ip().octets();
        let mut request = vec![0x80, 0, 2, 0, server, 0, 0, client, 0, self.service];
        request.put(&command).put(body);
        let mut response = vec![0xc0, 0, 2, 0, client, 0, 0, server, 0, self.service];
        response.put(&command).u16(0).put(answer);
        script.ask(request).answer(response);
    }
}

/// Memory area codes for words (W342, 5-2-2).
fn area(name: &str) -> Result<u8, &'static str> {
    match name {
        "DM" => Ok(0x82),
        "CIO" => Ok(0xb0),
        "WR" => Ok(0xb1),
        "HR" => Ok(0xb2),
        _ => Err("known areas: DM CIO WR HR"),
    }
}

/// Controller data (W342, 5-3-17): model, version, system use and sizes of the areas.
fn controller_data(turn: &Turn<'_>, out: &mut Vec<u8>) {
    let identity = &turn.server.identity;
    out.fixed(identity.model.as_bytes(), 20, b' ').fixed(identity.firmware.as_bytes(), 20, b' ').fixed(
        &[],
        40,
        0,
    );
    // Program area in kilowords, I/O memory, data memory in words, timers, expansion memory, steps, memory card.
    out.u16(120).u8(23).u16(32_768).u8(8).u8(12).u16(0).u8(0).u16(0);
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, holds, show};

    #[test]
    fn a_written_word_is_read_back() {
        let messages = converse("fins", 0, &["write DM 100 1 = 1200", "read DM 100 1", "identify"]);
        let shown: Vec<String> = messages.iter().map(show).collect();
        assert_eq!(shown[0], "> 800002001400000a0001010282006400000104b0");
        assert_eq!(shown[1], "< c000020".to_owned() + "00a0000140001010" + "20000");
        assert_eq!(shown[2], "> 800002001400000a000201018200640000".to_owned() + "01");
        assert_eq!(shown[3], "< c00002000a000014000201010000".to_owned() + "04b0");
        assert!(holds(&messages[5].bytes, b"MODEL-1             3.2.6"));
        assert_eq!(messages[5].bytes.len(), 14 + 92);
    }
}
