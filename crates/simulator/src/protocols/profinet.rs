//! PROFINET discovery and configuration (DCP) and cyclic real-time data (RT), on Ethernet with type 0x8892
//! (IEC 61158-6-10).

use core::net::Ipv4Addr;

use wire::Mac;

use crate::bytes::{Put, len16, low16};
use crate::item::Item;
use crate::plant::Device;
use crate::protocols::{Dialogue, Turn};
use crate::script::{Script, Side, To, Via};

const ETHERTYPE: u16 = 0x8892;
/// Every device listens to this group for Identify requests.
const IDENTIFY_GROUP: Mac = Mac([0x01, 0x0e, 0xcf, 0, 0, 0]);

/// Transaction counter.
#[derive(Default)]
pub(crate) struct Profinet {
    transaction: u32,
}

impl Dialogue for Profinet {
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        self.transaction = self.transaction.wrapping_add(1);
        match item.word(0) {
            "identify" => {
                let ask = dcp(0xfefe, 5, 0, self.transaction, 1, &[0xff, 0xff, 0, 0]);
                let group = To::Group(IDENTIFY_GROUP, Ipv4Addr::UNSPECIFIED);
                script.ask(ask).via(Via::Link(ETHERTYPE)).to(group);
                let answer = dcp(0xfeff, 5, 1, self.transaction, 0, &station(turn));
                script.answer(answer).via(Via::Link(ETHERTYPE));
            }
            "set-name" => self.set(script, &block(2, 2, &[&[0, 1][..], item.text().as_bytes()].concat()), 2),
            "set-ip" => self.set(script, &block(1, 2, &[&[0, 1][..], &address(turn)].concat()), 1),
            "blink" => self.set(script, &block(5, 3, &[0, 0, 1, 0]), 5),
            "io" => {
                cyclic(turn, script, Side::Client, 0x8001, "out", item.number16(1, 8));
                cyclic(turn, script, Side::Server, 0x8002, "in", item.number16(2, 16));
            }
            _ => return Err("known items: identify, set-name = NAME, set-ip, blink, io OUT IN"),
        }
        Ok(())
    }
}

impl Profinet {
    /// A Set request with one block, and the answer that accepts it.
    fn set(&mut self, script: &mut Script, block: &[u8], option: u8) {
        let ask = dcp(0xfefd, 4, 0, self.transaction, 0, block);
        script.ask(ask).via(Via::Link(ETHERTYPE));
        let suboption = block.get(1).copied().unwrap_or_default();
        let answer = dcp(0xfefd, 4, 1, self.transaction, 0, &[5, 4, 0, 3, option, suboption, 0, 0]);
        script.answer(answer).via(Via::Link(ETHERTYPE));
    }
}

/// A DCP PDU: frame id, service, type, transaction, response delay (requests) and blocks.
fn dcp(frame: u16, service: u8, kind: u8, transaction: u32, delay: u16, blocks: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    out.u16(frame).u8(service).u8(kind).u32(0x0a00_0000 | transaction).u16(delay);
    out.u16(len16(blocks.len())).put(blocks);
    out
}

/// Option, suboption, length and value, padded to an even length.
fn block(option: u8, suboption: u8, value: &[u8]) -> Vec<u8> {
    let mut out = vec![option, suboption];
    out.u16(len16(value.len())).put(value);
    if value.len() % 2 == 1 {
        out.u8(0);
    }
    out
}

/// Address, mask and gateway.
fn address(turn: &Turn<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let network =
        turn.server.first_interface().and_then(|interface| turn.plant.networks.get(interface.network));
    let mask = network.map_or(0, |network| network.subnet.mask());
    let router = network.and_then(|network| turn.plant.devices.get(network.router?)).map(Device::ip);
    out.put(&turn.server.ip().octets()).u32(mask).put(&router.unwrap_or(turn.server.ip()).octets());
    out
}

/// What a station says about itself: type, name, identity, role, address. Blocks begin with a block information.
fn station(turn: &Turn<'_>) -> Vec<u8> {
    let identity = &turn.server.identity;
    let mut numbers = vec![0, 0];
    numbers.u16(identity.vendor_number).u16(identity.product_number);
    let role = if turn.server.kind == "plc" { 2 } else { 1 };
    [
        block(2, 1, &[&[0, 0][..], identity.model.as_bytes()].concat()),
        block(2, 2, &[&[0, 0][..], turn.server.name.as_bytes()].concat()),
        block(2, 3, &numbers),
        block(2, 4, &[0, 0, role, 0]),
        block(1, 2, &[&[0, 1][..], &address(turn)].concat()),
    ]
    .concat()
}

/// One frame of cyclic data: payload of at least 40 octets, cycle counter in 31.25 µs, data status, transfer status.
fn cyclic(turn: &Turn<'_>, script: &mut Script, side: Side, frame: u16, area: &str, len: u16) {
    let mut out = Vec::new();
    out.u16(frame);
    for word in 0..len.div_ceil(2) {
        out.u16(turn.values.word(turn.server.index, area, u32::from(word)));
    }
    let len = out.len().max(42);
    out.resize(len, 0x80);
    // Data status: valid, running, no problem, primary.
    out.u16(low16((turn.time / 31_250).cast_unsigned()) & !31).u8(0x35).u8(0);
    script.say(side, out).via(Via::Link(ETHERTYPE));
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, holds, u16_at};

    #[test]
    fn a_station_names_itself() {
        let messages = converse("profinet", 0, &["identify"]);
        let bytes = &messages[1].bytes;
        assert_eq!(bytes[..4], [0xfe, 0xff, 5, 1]);
        assert_eq!(u16_at(bytes, 10), bytes.len() - 12, "the data length counts the blocks");
        assert!(holds(bytes, b"MODEL-1") && holds(bytes, &[2, 3, 0, 6, 0, 0, 0, 42, 0, 55]));
        assert_eq!(messages[0].bytes[4..8], bytes[4..8], "the same transaction");
    }

    #[test]
    fn cyclic_data_ends_with_its_status() {
        let messages = converse("profinet", 0, &["io 8 64"]);
        assert_eq!((messages[0].bytes.len(), messages[1].bytes.len()), (46, 70));
        assert!(messages[1].bytes.ends_with(&[0x35, 0]));
    }
}
