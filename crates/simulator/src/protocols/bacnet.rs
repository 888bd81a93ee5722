//! BACnet/IP (ANSI/ASHRAE 135, Annex J), UDP port 47808. The device instance is the server's `number`.

use crate::bytes::{Put, len8, len16, low8, low16};
use crate::file::Identity;
use crate::item::Item;
use crate::plant::Device;
use crate::protocols::{Dialogue, Turn};
use crate::script::{Script, To, Via};
use crate::text::{Encoding, encode};

const PORT: u16 = 47_808;
const READ_PROPERTY: u8 = 12;
const WRITE_PROPERTY: u8 = 15;
const REINITIALIZE: u8 = 20;
/// Object type Device.
const DEVICE: u32 = 8;

/// The invoke id of the last request.
#[derive(Default)]
pub(crate) struct Bacnet {
    invoke: u8,
}

impl Dialogue for Bacnet {
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        match item.word(0) {
            "who-is" => {
                script.ask(packet(0x0b, &[1, 0], &[0x10, 8])).to(To::Subnet);
                script.answer(i_am(turn.server)).via(Via::Udp(PORT, PORT)).to(To::Subnet);
            }
            "identify" => {
                let identity = &turn.server.identity;
                let name = character_string(turn.server.label_text(), identity.encoding);
                let location = character_string(&identity.location, identity.encoding);
                for (property, value) in [
                    (77, name),
                    (121, character_string(&identity.vendor, Encoding::Utf8)),
                    (70, character_string(&identity.model, Encoding::Utf8)),
                    (44, character_string(&identity.firmware, Encoding::Utf8)),
                    (12, character_string(&identity.hardware, Encoding::Utf8)),
                    (58, location),
                ] {
                    self.read(script, DEVICE << 22 | identity.number, property, &value);
                }
            }
            "read" => {
                let (object, number) = object(item)?;
                let mut value = vec![0x44];
                value.f32(turn.values.real(turn.server.index, item.word(1), number));
                self.read(script, object << 22 | number, 85, &value);
            }
            "write" => {
                let (object, number) = object(item)?;
                turn.values.write(turn.server.index, item.word(1), number, item.value());
                let mut body = vec![0x0c];
                // Present value (85), then the value, at priority 8 (manual operator).
                body.u32(object << 22 | number).put(&[0x19, 85, 0x3e, 0x44]);
                body.f32(f32::from(i16::try_from(item.value()).unwrap_or(i16::MAX)) / 10.0)
                    .put(&[0x3f, 0x49, 8]);
                self.confirmed(script, WRITE_PROPERTY, &body, None);
            }
            // State 0 is a cold start.
            "restart" => self.confirmed(script, REINITIALIZE, &[0x09, 0], None),
            _ => return Err("known items: who-is, identify, read AI|AO|AV N, write AO|AV N = V, restart"),
        }
        Ok(())
    }
}

impl Bacnet {
    fn read(&mut self, script: &mut Script, object: u32, property: u8, value: &[u8]) {
        let mut body = vec![0x0c];
        body.u32(object).put(&[0x19, property]);
        let answer = [&body[..], &[0x3e], value, &[0x3f]].concat();
        self.confirmed(script, READ_PROPERTY, &body, Some(&answer));
    }

    /// A confirmed request, answered with data (complex) or without (simple).
    fn confirmed(&mut self, script: &mut Script, service: u8, body: &[u8], answer: Option<&[u8]>) {
        self.invoke = self.invoke.wrapping_add(1);
        // Segmented answers not accepted, up to 1476 octets.
        let ask = [&[0x00, 0x05, self.invoke, service][..], body].concat();
        let reply = match answer {
            Some(answer) => [&[0x30, self.invoke, service][..], answer].concat(),
            None => vec![0x20, self.invoke, service],
        };
        script.ask(packet(0x0a, &[1, 4], &ask)).answer(packet(0x0a, &[1, 0], &reply));
    }
}

/// A device announces itself to all, as after power-up.
pub(crate) fn say_i_am(turn: &mut Turn<'_>, script: &mut Script) {
    script.ask(i_am(turn.client)).via(Via::Udp(PORT, PORT)).to(To::Subnet);
}

fn i_am(device: &Device) -> Vec<u8> {
    let Identity { number, vendor_number, .. } = device.identity;
    let mut body = vec![0x10, 0, 0xc4];
    // Largest APDU 1476, no segmentation (3), vendor.
    body.u32(DEVICE << 22 | number).u8(0x22).u16(1_476).put(&[0x91, 3]);
    match vendor_number {
        0..=255 => body.u8(0x21).u8(low8(u64::from(vendor_number))),
        _ => body.u8(0x22).u16(vendor_number),
    };
    packet(0x0b, &[1, 0], &body)
}

/// BVLC function, NPDU and APDU.
fn packet(function: u8, npdu: &[u8], apdu: &[u8]) -> Vec<u8> {
    let mut out = vec![0x81, function];
    out.u16(len16(npdu.len() + apdu.len() + 4)).put(npdu).put(apdu);
    out
}

fn object(item: &Item) -> Result<(u32, u32), &'static str> {
    let kind = match item.word(1) {
        "AI" => 0,
        "AO" => 1,
        "AV" => 2,
        _ => return Err("known objects: AI AO AV"),
    };
    Ok((kind, item.number(2, 1)))
}

/// A character string (20.2.9) with its character set: 0 UTF-8, 1 DBCS with code page, 4 UCS-2.
fn character_string(text: &str, encoding: Encoding) -> Vec<u8> {
    let (set, bytes) = match encoding {
        Encoding::Cp932 => (vec![1, 0x03, 0xa4], encode(text, encoding)),
        Encoding::Utf16Be | Encoding::Utf16Le => (vec![4], encode(text, Encoding::Utf16Be)),
        Encoding::Utf8 | Encoding::EucJp => (vec![0], encode(text, Encoding::Utf8)),
    };
    let len = set.len() + bytes.len();
    let mut out = match len {
        0..=4 => vec![0x70 | len8(len)],
        _ => vec![0x75, len8(len)],
    };
    debug_assert!(low16(len as u64) < 254, "longer strings need another length form");
    out.put(&set).put(&bytes);
    out
}

#[cfg(test)]
mod tests {
    use crate::script::To;
    use crate::testing::{converse, holds, show};

    #[test]
    fn who_is_and_i_am_are_broadcast() {
        let messages = converse("bacnet", 0, &["who-is"]);
        assert_eq!(messages[0].to, To::Subnet);
        assert_eq!(show(&messages[0]), "> 810b000801001008");
        assert_eq!(show(&messages[1]), "< 810b0014010010".to_owned() + "00c40200004d2205c49103212a");
    }

    #[test]
    fn the_object_name_is_in_code_page_932() {
        let messages = converse("bacnet", 0, &["identify"]);
        assert!(holds(
            &messages[1].bytes,
            &[0x75, 11, 1, 3, 0xa4, 0x8f, 0x5b, 0x93, 0x55, 0x8b, 0x40, 0x87, 0x41, 0x3f]
        ));
    }
}
