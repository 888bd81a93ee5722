//! S7 communication of SIMATIC S7-300/400/1200/1500 over ISO 8073 class 0 (COTP) and TPKT (RFC 1006), port 102.
//! Not published by its vendor; layouts follow captures of real controllers.

use crate::bytes::{Put, len8, len16, low16};
use crate::item::Item;
use crate::plant::Device;
use crate::protocols::civil::{civil, decimal};
use crate::protocols::{Dialogue, Turn};
use crate::script::{Script, Side};

/// PDU type of a request.
const JOB: u8 = 1;
/// PDU type of an answer with data.
const ACK_DATA: u8 = 3;
/// PDU type of system functions.
const USER_DATA: u8 = 7;
/// Largest PDU that both sides agree on, in octets.
const PDU_MAX: u16 = 480;

/// Reference numbers of one connection.
#[derive(Default)]
pub(crate) struct S7comm {
    reference: u16,
}

impl Dialogue for S7comm {
    fn open(&mut self, turn: &mut Turn<'_>, script: &mut Script) {
        // Called TSAP: 01 is a programming device's connection, then rack and slot (unit, or slot 2).
        let slot = if turn.unit == 0 { 2 } else { turn.unit };
        let [tsaps, size] = [[0xc1, 2, 1, 0, 0xc2, 2, 1, slot], [0xc0, 1, 0x0a, 0, 0, 0, 0, 0]];
        let size = size.get(..3).unwrap_or_default();
        let source = turn.random.u16();
        let mut request = vec![17, 0xe0, 0, 0];
        request.u16(source).u8(0).put(size).put(&tsaps);
        let mut confirm = vec![17, 0xd0];
        confirm.u16(source).u16(0x4431).u8(0).put(size).put(&tsaps);
        script.ask(tpkt(&request)).answer(tpkt(&confirm));
        let mut setup = vec![0xf0, 0];
        setup.u16(1).u16(1).u16(PDU_MAX);
        self.job(script, Side::Client, &setup, &[], &setup, &[]);
    }

    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        match item.word(0) {
            "read" => self.read(turn, item, script)?,
            "write" => self.write(turn, item, script)?,
            "identify" => {
                let modules = module_identification(turn.server);
                let component = component_identification(turn.server);
                self.system_list(script, 0x0011, &modules);
                self.system_list(script, 0x001c, &component);
            }
            "status" => {
                let running = turn.values.read(turn.server.index, "mode", 0) != 0;
                self.system_list(script, 0x0424, &operating_mode(running));
            }
            "stop" => {
                turn.values.write(turn.server.index, "mode", 0, 0);
                let mut parameter = vec![0x29, 0, 0, 0, 0, 0, 9];
                parameter.put(b"P_PROGRAM");
                self.job(script, Side::Client, &parameter, &[], &[0x29], &[]);
            }
            "start" => {
                turn.values.write(turn.server.index, "mode", 0, 8);
                self.invoke(script, &[], b"P_PROGRAM");
            }
            "download" => self.download(turn, item, script)?,
            "upload" => self.upload(turn, item, script)?,
            "delete" => {
                let block = [&[1, 0][..], &block_name(item)?, b"B"].concat();
                self.invoke(script, &block, b"_DELE");
            }
            "set-clock" => self.set_clock(turn, script),
            _ => {
                return Err(
                    "known items: read AREA DB AT LENGTH, write AREA DB AT LENGTH = V, identify, status, stop, \
                            start, download|upload|delete OB|DB|FC|FB N, set-clock",
                );
            }
        }
        Ok(())
    }
}

impl S7comm {
    /// A request and its answer; in a download the controller asks.
    fn job(
        &mut self,
        script: &mut Script,
        side: Side,
        ask: &[u8],
        data: &[u8],
        answer: &[u8],
        answer_data: &[u8],
    ) {
        self.reference = self.reference.wrapping_add(1);
        script.say(side, pdu(JOB, self.reference, ask, data));
        script.say(side.other(), pdu(ACK_DATA, self.reference, answer, answer_data));
    }

    fn read(&mut self, turn: &Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        let (area, _) = area(item.word(1))?;
        let (block, at, len) = (item.number16(2, 0), item.number(3, 0), item.number16(4, 2).clamp(1, 200));
        let mut parameter = vec![0x04, 1];
        parameter.put(&any_pointer(area, block, at, len));
        let mut data = vec![0xff, 0x04];
        data.u16(len * 8);
        let base = u32::from(block) << 16 | at;
        for word in 0..len.div_ceil(2) {
            let value =
                turn.values.word(turn.server.index, item.word(1), base + u32::from(word) * 2).to_be_bytes();
            data.put(value.get(..usize::from(len - word * 2).min(2)).unwrap_or_default());
        }
        self.job(script, Side::Client, &parameter, &[], &[0x04, 1], &data);
        Ok(())
    }

    fn write(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        let (area, _) = area(item.word(1))?;
        let (block, at) = (item.number16(2, 0), item.number(3, 0));
        turn.values.write(turn.server.index, item.word(1), u32::from(block) << 16 | at, item.value());
        let mut parameter = vec![0x05, 1];
        parameter.put(&any_pointer(area, block, at, 2));
        let mut data = vec![0, 0x04];
        data.u16(16).u16(low16(item.value().cast_unsigned()));
        self.job(script, Side::Client, &parameter, &data, &[0x05, 1], &[0xff]);
        Ok(())
    }

    /// Reads a system status list. The answer's sequence number is any non-zero one.
    fn system_list(&mut self, script: &mut Script, id: u16, list: &[u8]) {
        self.reference = self.reference.wrapping_add(1);
        let mut data = vec![0xff, 0x09, 0, 4];
        data.u16(id).u16(0);
        script.ask(pdu(USER_DATA, self.reference, &[0, 1, 0x12, 4, 0x11, 0x44, 1, 0], &data));
        let mut data = vec![0xff, 0x09];
        data.u16(len16(list.len() + 4)).u16(id).u16(0).put(list);
        let parameter = [0, 1, 0x12, 8, 0x12, 0x84, 1, 1, 0, 0, 0, 0];
        script.answer(pdu(USER_DATA, self.reference, &parameter, &data));
    }

    /// A program invocation service.
    fn invoke(&mut self, script: &mut Script, parameter: &[u8], service: &[u8]) {
        let mut ask = vec![0x28, 0, 0, 0, 0, 0, 0, 0xfd];
        ask.u16(len16(parameter.len())).put(parameter).u8(len8(service.len())).put(service);
        self.job(script, Side::Client, &ask, &[], &[0x28], &[]);
    }

    /// The engineer announces a block; the controller fetches it piece by piece, ends, and is told to use it.
    fn download(
        &mut self,
        turn: &mut Turn<'_>,
        item: &Item,
        script: &mut Script,
    ) -> Result<(), &'static str> {
        let name = block_name(item)?;
        let file = [b"_", &name[..], b"P"].concat();
        let block = block(turn, item);
        let mut request = vec![0x1a, 0, 1, 0, 0, 0, 0, 0, 9];
        request.put(&file).u8(13).put(format!("1{:06}{:06}", block.len(), block.len() - 36).as_bytes());
        self.job(script, Side::Client, &request, &[], &[0x1a], &[]);
        let pieces = block.chunks(222).count();
        for (piece, number) in block.chunks(222).zip(1..) {
            let ask = [&[0x1b, 0, 0, 0, 0, 0, 0, 0, 9][..], &file].concat();
            let mut data = Vec::new();
            data.u16(len16(piece.len())).put(&[0, 0xfb]).put(piece);
            self.job(script, Side::Server, &ask, &[], &[0x1b, u8::from(number < pieces)], &data);
        }
        let ask = [&[0x1c, 0, 0, 0, 0, 0, 0, 0, 9][..], &file].concat();
        self.job(script, Side::Server, &ask, &[], &[0x1c], &[]);
        self.invoke(script, &[&[1, 0][..], &name, b"P"].concat(), b"_INSE");
        Ok(())
    }

    fn upload(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        let file = [b"_", &block_name(item)?[..], b"A"].concat();
        let block = block(turn, item);
        let ask = [&[0x1d, 0, 0, 0, 0, 0, 0, 0, 9][..], &file].concat();
        let answer = [&[0x1d, 0, 1, 0, 0, 0, 0, 7, 7][..], format!("{:07}", block.len()).as_bytes()].concat();
        self.job(script, Side::Client, &ask, &[], &answer, &[]);
        let pieces = block.chunks(222).count();
        for (piece, number) in block.chunks(222).zip(1..) {
            let mut data = Vec::new();
            data.u16(len16(piece.len())).put(&[0, 0xfb]).put(piece);
            self.job(
                script,
                Side::Client,
                &[0x1e, 0, 0, 0, 0, 0, 0, 7],
                &[],
                &[0x1e, u8::from(number < pieces)],
                &data,
            );
        }
        self.job(script, Side::Client, &[0x1f, 0, 0, 0, 0, 0, 0, 7], &[], &[0x1f], &[]);
        Ok(())
    }

    /// Date and time as binary coded decimal, with milliseconds and weekday in the last octets.
    fn set_clock(&mut self, turn: &Turn<'_>, script: &mut Script) {
        self.reference = self.reference.wrapping_add(1);
        let time = civil(turn.time);
        let mut data = vec![0xff, 0x09, 0, 10, 0, 0x20];
        data.u8(decimal(time.year_of_century)).u8(decimal(time.month)).u8(decimal(time.day));
        data.u8(decimal(time.hour))
            .u8(decimal(time.minute))
            .u8(decimal(time.second))
            .u8(0)
            .u8(time.weekday + 1);
        script.ask(pdu(USER_DATA, self.reference, &[0, 1, 0x12, 4, 0x11, 0x47, 2, 0], &data));
        let parameter = [0, 1, 0x12, 8, 0x12, 0x87, 2, 1, 0, 0, 0, 0];
        script.answer(pdu(USER_DATA, self.reference, &parameter, &[0x0a, 0, 0, 0]));
    }
}

/// TPKT header around a COTP TPDU (RFC 1006, section 6).
pub(crate) fn tpkt(tpdu: &[u8]) -> Vec<u8> {
    let mut out = vec![3, 0];
    out.u16(len16(tpdu.len() + 4)).put(tpdu);
    out
}

/// An S7 PDU in a COTP data TPDU.
fn pdu(kind: u8, reference: u16, parameter: &[u8], data: &[u8]) -> Vec<u8> {
    let mut out = vec![2, 0xf0, 0x80, 0x32, kind, 0, 0];
    out.u16(reference).u16(len16(parameter.len())).u16(len16(data.len()));
    if kind == ACK_DATA {
        out.u16(0);
    }
    out.put(parameter).put(data);
    tpkt(&out)
}

/// Area code and whether it has numbered blocks.
fn area(name: &str) -> Result<(u8, bool), &'static str> {
    match name {
        "I" => Ok((0x81, false)),
        "Q" => Ok((0x82, false)),
        "M" => Ok((0x83, false)),
        "DB" => Ok((0x84, true)),
        _ => Err("known areas: I Q M DB"),
    }
}

/// An item of syntax S7ANY: octets from an address in bits.
fn any_pointer(area: u8, block: u16, at: u32, len: u16) -> Vec<u8> {
    let mut out = vec![0x12, 0x0a, 0x10, 0x02];
    out.u16(len).u16(if area == 0x84 { block } else { 0 }).u8(area).u24(at * 8);
    out
}

/// Type and five-digit number as in file names: `0A00001` without the leading underscore and the trailing system.
fn block_name(item: &Item) -> Result<[u8; 7], &'static str> {
    let kind = match item.word(1) {
        "OB" => b"08",
        "DB" => b"0A",
        "FC" => b"0C",
        "FB" => b"0E",
        _ => return Err("known blocks: OB DB FC FB"),
    };
    let mut name = [0; 7];
    let text = [&kind[..], format!("{:05}", item.number(2, 1) % 100_000).as_bytes()].concat();
    name.iter_mut().zip(text).for_each(|(place, byte)| *place = byte);
    Ok(name)
}

/// A block as stored: 36 octets of header (`pp`, version, language, type, number, load length) and code.
fn block(turn: &mut Turn<'_>, item: &Item) -> Vec<u8> {
    let (language, kind) = match item.word(1) {
        "OB" => (1, 0x08),
        "DB" => (5, 0x0a),
        "FC" => (1, 0x0c),
        _ => (1, 0x0e),
    };
    let code = 600_u16;
    let mut out = vec![0x70, 0x70, 1, 1, language, kind];
    out.u16(item.number16(2, 1)).u32(u32::from(code) + 36).u32(0);
    out.put(&[2, 0x91, 0x47, 0x60, 0x2b, 0xb5, 2, 0x91, 0x47, 0x60, 0x2b, 0xb5])
        .u16(28)
        .u16(0)
        .u16(0)
        .u16(code);
    for _ in 0..code / 4 {
        out.u32(turn.random.u32());
    }
    out
}

/// System status list 0x0011: order numbers and versions of module, hardware and firmware.
fn module_identification(device: &Device) -> Vec<u8> {
    let identity = &device.identity;
    let mut version = identity.firmware.split('.').map(|part| part.parse::<u8>().unwrap_or_default());
    let mut digit = || version.next().unwrap_or_default();
    let firmware = [b'V', digit(), digit(), digit()];
    let hardware = identity.hardware.parse::<u16>().unwrap_or(1);
    let mut out = Vec::new();
    out.u16(28).u16(3);
    for (index, order) in [(1, identity.order.as_str()), (6, identity.order.as_str()), (7, "")] {
        out.u16(index).fixed(order.as_bytes(), 20, b' ').u16(0xc0);
        match index {
            7 => out.put(&firmware),
            _ => out.u16(hardware).u16(1),
        };
    }
    out
}

/// System status list 0x001c: names, copyright, serial number, maker and location.
fn component_identification(device: &Device) -> Vec<u8> {
    let identity = &device.identity;
    let label = device.label();
    let location = crate::text::encode_octets(&identity.location, identity.encoding);
    let texts: [(u16, &[u8]); 7] = [
        (1, &label),
        (2, identity.model.as_bytes()),
        (3, &location),
        (4, b"Original Siemens Equipment"),
        (5, identity.serial.as_bytes()),
        (7, identity.model.as_bytes()),
        (8, b"MMC 267FF11F"),
    ];
    let mut out = Vec::new();
    out.u16(34).u16(8);
    for (index, text) in texts {
        // A name must not be cut inside a character, so that its last octet never is half of one.
        let text = text.get(..text.len().min(24)).unwrap_or_default();
        out.u16(index).fixed(text, 32, 0);
    }
    out.u16(9).put(&[0, 0x2a, 0xf6, 0, 0, 1]).fixed(&[], 26, 0);
    out
}

/// System status list 0x0424: the present operating mode, 8 for RUN and 4 for STOP.
fn operating_mode(running: bool) -> Vec<u8> {
    let mut out = Vec::new();
    out.u16(20).u16(1);
    out.put(&[0x51, 0x44, 0xff, if running { 8 } else { 4 }]).fixed(&[], 16, 0);
    out
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, holds, show};

    #[test]
    fn stop_and_read_are_as_captured_from_real_controllers() {
        let messages = converse("s7comm", 0, &["stop", "read M 0 0 1"]);
        assert_eq!(
            show(&messages[0]),
            "> 0300002102f0803201000000020010000029000000000009505f50524f4752414d"
        );
        assert_eq!(show(&messages[1]), "< 0300001402f0803203000000020001000000".to_owned() + "0029");
        assert_eq!(show(&messages[2]), "> 0300001f02f080320100000003000e00000401120a10020001000083000000");
    }

    #[test]
    fn names_are_in_the_system_status_list() {
        let bytes = &converse("s7comm", 0, &["identify"])[3].bytes;
        assert!(holds(bytes, b"SN 99"));
        assert!(holds(bytes, &[0x8f, 0x5b, 0x93, 0x55, 0x8b, 0x40, 0x87, 0x41, 0]), "充填機② in CP932");
    }

    #[test]
    fn in_a_download_the_controller_fetches() {
        let messages = converse("s7comm", 0, &["download DB 1"]);
        let asked: Vec<(bool, u8)> = messages
            .iter()
            .filter(|message| message.bytes[8] == 1)
            .map(|message| (message.side == crate::script::Side::Client, message.bytes[17]))
            .collect();
        assert_eq!(
            asked,
            [(true, 0x1a), (false, 0x1b), (false, 0x1b), (false, 0x1b), (false, 0x1c), (true, 0x28)]
        );
    }
}
