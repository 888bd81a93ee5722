//! MELSEC communication protocol, 3E frame in binary code (the same frames as SLMP; Mitsubishi Electric SH-080008,
//! JY997D56001), TCP port 5007.

use crate::bytes::{Put, len16, low16};
use crate::item::Item;
use crate::protocols::{Dialogue, Turn};
use crate::script::Script;

/// A connection has no state: one request at a time.
#[derive(Default)]
pub(crate) struct Melsec;

impl Dialogue for Melsec {
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        let (at, count) = (item.number(2, 0), item.number16(3, 1).clamp(1, 480));
        let index = turn.server.index;
        let mut body = Vec::new();
        let mut answer = Vec::new();
        let (command, subcommand) = match item.word(0) {
            "read" => {
                place(&mut body, item.word(1), at, count)?;
                for offset in 0..u32::from(count) {
                    answer.u16_le(turn.values.word(index, item.word(1), at + offset));
                }
                (0x0401, 0)
            }
            "write" => {
                place(&mut body, item.word(1), at, count)?;
                for offset in 0..u32::from(count) {
                    turn.values.write(index, item.word(1), at + offset, item.value());
                    body.u16_le(low16(item.value().cast_unsigned()));
                }
                (0x1401, 0)
            }
            "identify" => {
                answer
                    .fixed(turn.server.identity.model.as_bytes(), 16, b' ')
                    .u16_le(turn.server.identity.product_number);
                (0x0101, 0)
            }
            "run" => {
                // Mode 1 does not force, clear mode 0 keeps the device memory.
                body.u16_le(1).u8(0).u8(0);
                (0x1001, 0)
            }
            "stop" => {
                body.u16_le(1);
                (0x1002, 0)
            }
            "reset" => {
                body.u16_le(1);
                (0x1006, 0)
            }
            "unlock" => {
                body.u16_le(4).put(b"1234");
                (0x1630, 0)
            }
            "self-test" => {
                body.u16_le(5).put(b"ABCDE");
                answer.u16_le(5).put(b"ABCDE");
                (0x0619, 0)
            }
            "download" => {
                write_file(turn, script, item.number16(1, 4));
                return Ok(());
            }
            _ => {
                return Err(
                    "known items: read|write D|W|R|M|X|Y AT COUNT [= V], identify, run, stop, reset, unlock, \
                            self-test, download BLOCKS",
                );
            }
        };
        script.ask(request(command, subcommand, &body));
        // The answer to a remote reset never comes: the controller restarts.
        if command != 0x1006 {
            script.answer(response(&answer));
        }
        Ok(())
    }
}

/// The head device: number, code (SH-080008, device codes) and count of points.
fn place(body: &mut Vec<u8>, device: &str, at: u32, count: u16) -> Result<(), &'static str> {
    let code = match device {
        "D" => 0xa8,
        "W" => 0xb4,
        "R" => 0xaf,
        "M" => 0x90,
        "X" => 0x9c,
        "Y" => 0x9d,
        _ => return Err("known devices: D W R M X Y"),
    };
    body.u24_le(at).u8(code).u16_le(count);
    Ok(())
}

/// Opens a program file, writes it piece by piece and closes it.
fn write_file(turn: &mut Turn<'_>, script: &mut Script, blocks: u16) {
    let mut open = Vec::new();
    let name: Vec<u8> = "MAIN.QPG".encode_utf16().flat_map(u16::to_le_bytes).collect();
    // Password (empty), open for writing, drive 0 (program memory).
    open.u16_le(0).u16_le(0x0100).u16_le(0).u16_le(8).put(&name);
    script.ask(request(0x1827, 0x0040, &open)).answer(response(&[1, 0]));
    let mut offset = 0;
    for _ in 0..blocks.min(200) {
        let mut body = Vec::new();
        body.u16_le(1).u32_le(offset).u16_le(480);
        for _ in 0..120 {
            body.u32(turn.random.u32());
        }
        offset += 480;
        script.ask(request(0x1829, 0, &body)).answer(response(&[0xe0, 1]));
    }
    script.ask(request(0x182a, 0, &[1, 0, 0, 0])).answer(response(&[]));
}

/// 3E request: network 0, station ff (the controller itself), module 03ff, station number 0, timer 4 s.
fn request(command: u16, subcommand: u16, body: &[u8]) -> Vec<u8> {
    let mut out = vec![0x50, 0, 0, 0xff, 0xff, 0x03, 0];
    out.u16_le(len16(body.len() + 6)).u16_le(16).u16_le(command).u16_le(subcommand).put(body);
    out
}

/// 3E response with end code 0.
fn response(body: &[u8]) -> Vec<u8> {
    let mut out = vec![0xd0, 0, 0, 0xff, 0xff, 0x03, 0];
    out.u16_le(len16(body.len() + 2)).u16_le(0).put(body);
    out
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, holds, show};

    #[test]
    fn a_written_word_is_read_back() {
        let messages = converse("melsec", 0, &["write D 100 1 = 1200", "read D 100 1", "identify"]);
        let shown: Vec<String> = messages.iter().map(show).collect();
        assert_eq!(shown[0], "> 500000ffff03000e00100001140000640000a80100b004");
        assert_eq!(shown[1], "< d00000ffff030002000000");
        assert_eq!(shown[2], "> 500000ffff03000c00100001040000640000a80100");
        assert_eq!(shown[3], "< d00000ffff030004000000b004");
        assert!(holds(&messages[5].bytes, b"MODEL-1         "));
    }
}
