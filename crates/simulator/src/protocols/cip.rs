//! The Common Industrial Protocol (CIP Networks Library volume 1): messages that EtherNet/IP carries.

use crate::bytes::{Put, len8, low32};
use crate::file::Identity;
use crate::item::Item;
use crate::protocols::{Turn, enip};

/// Service `Get_Attributes_All`.
pub(crate) const GET_ATTRIBUTE_ALL: u8 = 0x01;
const FORWARD_OPEN: u8 = 0x54;
const UNCONNECTED_SEND: u8 = 0x52;
const READ_TAG: u8 = 0x4c;
const WRITE_TAG: u8 = 0x4d;
/// Data type DINT.
const DINT: u16 = 0xc4;
/// Vendor and serial number of the originator of our connections (a scanner of vendor 1).
const ORIGINATOR: (u16, u32) = (1, 0x0060_1c0e);

/// What a Forward Open asks for.
pub(crate) struct Opening<'a> {
    /// Network connection ids to the target and to the originator.
    pub(crate) ids: (u32, u32),
    pub(crate) serial: u16,
    pub(crate) interval_us: u32,
    /// Network connection parameters in both directions.
    pub(crate) parameters: (u16, u16),
    /// Transport class and trigger.
    pub(crate) transport: u8,
    pub(crate) path: &'a [u8],
}

/// A request to the object at `path`.
pub(crate) fn request(service: u8, path: &[u8], data: &[u8]) -> Vec<u8> {
    let mut out = vec![service, len8(path.len() / 2)];
    out.put(path).put(data);
    out
}

/// The head of a successful answer.
pub(crate) fn answer(service: u8) -> Vec<u8> {
    vec![service | 0x80, 0, 0, 0]
}

/// Logical path to an instance of a class, both below 256.
pub(crate) fn class_path(class: u8, instance: u8) -> [u8; 4] {
    [0x20, class, 0x24, instance]
}

/// Device type: 14 programmable controller, 12 communications adapter, 7 general purpose I/O, 24 operator panel,
/// 2 drive.
pub(crate) fn device_type(kind: &str, slot: u8) -> u16 {
    match kind {
        _ if slot > 0 => 12,
        "plc" => 14,
        "hmi" => 24,
        "drive" => 2,
        "io" => 7,
        _ => 12,
    }
}

/// The attributes of the Identity object: vendor, type, product, revision, status, serial number, name.
pub(crate) fn identity(out: &mut Vec<u8>, identity: &Identity, device_type: u16) {
    let (major, minor) = enip::revision(&identity.firmware);
    out.u16_le(identity.vendor_number)
        .u16_le(device_type)
        .u16_le(identity.product_number)
        .u8(major)
        .u8(minor);
    out.u16_le(0x0060)
        .u32_le(enip::serial_number(&identity.serial))
        .put(&enip::product_name(&identity.model));
}

/// A request wrapped for a module in another slot of the same backplane (port 1).
pub(crate) fn send_to_slot(message: &[u8], slot: u8) -> Vec<u8> {
    let mut data = vec![0x05, 0x99];
    data.u16_le(crate::bytes::len16(message.len())).put(message);
    if message.len() % 2 == 1 {
        data.u8(0);
    }
    data.put(&[1, 0, 1, slot]);
    request(UNCONNECTED_SEND, &class_path(6, 1), &data)
}

/// A Forward Open and its answer.
pub(crate) fn forward_open(opening: &Opening<'_>) -> (Vec<u8>, Vec<u8>) {
    let mut data = vec![0x0a, 0x0e];
    // The originator chooses the id towards itself; the one towards the target is the target's choice.
    data.u32_le(0).u32_le(opening.ids.1).u16_le(opening.serial).u16_le(ORIGINATOR.0).u32_le(ORIGINATOR.1);
    data.u8(3).u24(0).u32_le(opening.interval_us).u16_le(opening.parameters.0);
    data.u32_le(opening.interval_us).u16_le(opening.parameters.1).u8(opening.transport);
    data.u8(len8(opening.path.len() / 2)).put(opening.path);
    let mut reply = answer(FORWARD_OPEN);
    reply.u32_le(opening.ids.0).u32_le(opening.ids.1).u16_le(opening.serial).u16_le(ORIGINATOR.0);
    reply.u32_le(ORIGINATOR.1).u32_le(opening.interval_us).u32_le(opening.interval_us).u16(0);
    (request(FORWARD_OPEN, &class_path(6, 1), &data), reply)
}

/// Reads `read TAG [COUNT]` or writes `write TAG = V` a tag of type DINT (Logix 5000 data access).
pub(crate) fn tag(turn: &mut Turn<'_>, item: &Item) -> (Vec<u8>, Vec<u8>) {
    let name = item.word(1);
    let mut path = vec![0x91, len8(name.len())];
    path.put(name.as_bytes());
    if name.len() % 2 == 1 {
        path.u8(0);
    }
    let index = turn.server.index;
    let mut data = Vec::new();
    if item.word(0) == "write" {
        turn.values.write(index, name, 0, item.value());
        data.u16_le(DINT).u16_le(1).u32_le(low32(item.value().cast_unsigned()));
        return (request(WRITE_TAG, &path, &data), answer(WRITE_TAG));
    }
    let count = item.number16(2, 1).clamp(1, 100);
    data.u16_le(count);
    let mut reply = answer(READ_TAG);
    reply.u16_le(DINT);
    for element in 0..u32::from(count) {
        reply.u32_le(turn.values.double_word(index, name, element));
    }
    (request(READ_TAG, &path, &data), reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_of_a_controller() {
        let identity_of = Identity {
            model: "1756-L83E/B".to_owned(),
            firmware: "32.011".to_owned(),
            serial: "00c0ffee".to_owned(),
            vendor_number: 1,
            product_number: 166,
            ..Identity::default()
        };
        let mut out = Vec::new();
        identity(&mut out, &identity_of, device_type("plc", 0));
        assert_eq!(out[..8], [1, 0, 14, 0, 166, 0, 32, 11]);
        assert_eq!(out[10..14], [0xee, 0xff, 0xc0, 0]);
        assert_eq!(&out[14..], b"\x0b1756-L83E/B");
    }

    #[test]
    fn an_odd_message_to_a_slot_is_padded() {
        let wrapped = send_to_slot(&[0x4c, 1, 2], 4);
        assert_eq!(wrapped, [0x52, 2, 0x20, 6, 0x24, 1, 5, 0x99, 3, 0, 0x4c, 1, 2, 0, 1, 0, 1, 4]);
    }
}
