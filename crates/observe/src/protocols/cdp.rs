//! Cisco Discovery Protocol, versions 1 and 2 (Cisco's published description of its frame). SNAP 00-00-0C, 0x2000.
//!
//! Every 60 s a machine tells its name, platform, software, addresses and the port it sends through.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Neighbour, Observation, Part, Property, Role, Subject};
use wire::{Defect, Digits, Direction, Malformed, Reader, Text};

/// Elements of one message that are read.
const ELEMENTS_MAX: usize = 64;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Cdp {}

impl Dissector for Cdp {
    const NAME: &'static str = "cdp";
    const CARRIERS: &'static [Carrier] = &[Carrier::Snap(0x0000_000c, 0x2000)];
    const MESSAGE_MAX: usize = 9216;
    /// The elements, each: type, length with its own header of four bytes, value.
    type Message<'a> = &'a [u8];
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        if matches!(head, [1 | 2, ..] | []) { Probe::Maybe } else { Probe::No }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, (): &()) -> Result<&'a [u8], Malformed> {
        let mut reader = Reader::new(bytes);
        reader.skip(4)?;
        let elements = reader.rest();
        let mut count = 0;
        while reader.remaining() >= 4 && count < ELEMENTS_MAX {
            reader.skip(2)?;
            let len = usize::from(reader.u16()?);
            reader.ensure(len >= 4, Defect::BadLength)?;
            reader.skip(len - 4)?;
            count += 1;
        }
        reader.ensure(count > 0, Defect::Truncated)?;
        Ok(elements)
    }

    fn observe<'a>(elements: &&'a [u8], _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let (mut chassis, mut port) = (Text::default(), Text::default());
        let mut reader = Reader::new(elements);
        for _ in 0..ELEMENTS_MAX {
            let (Ok(kind), Ok(len)) = (reader.u16(), reader.u16()) else { break };
            let value = reader.take_up_to(usize::from(len).saturating_sub(4));
            match kind {
                0x01 => chassis = Text::unknown(value),
                0x03 => port = Text::unknown(value),
                _ => {}
            }
            element(kind, value, out);
        }
        out.push(&Observation::Neighbour(Neighbour { chassis, port }));
    }
}

fn element(kind: u16, value: &[u8], out: &mut Out<'_, '_>) {
    let (property, key) = match kind {
        0x01 => (Property::Name, "device-id"),
        0x02 => return addresses(value, "address", out),
        0x03 => (Property::Other, "port-id"),
        0x04 => return capabilities(value, out),
        0x05 => (Property::Software, "software-version"),
        0x06 => (Property::Model, "platform"),
        0x09 => (Property::Domain, "vtp-domain"),
        0x0a => {
            if let Ok(vlan) = Reader::new(value).u16() {
                let text = Digits::decimal(u64::from(vlan));
                out.identity(Subject::Sender, Property::Other, "native-vlan", text.as_text());
            }
            return;
        }
        0x14 => (Property::Name, "system-name"),
        0x16 => return addresses(value, "management-address", out),
        // A format byte stands before the location.
        0x17 => return out.identity(Subject::Sender, Property::Location, "location", tail(value)),
        0x1b => (Property::Other, "hardware-model"),
        _ => return,
    };
    out.identity(Subject::Sender, property, key, Text::unknown(value));
}

fn tail(value: &[u8]) -> Text<'_> {
    Text::unknown(value.get(1..).unwrap_or_default())
}

/// A number of addresses, each: protocol type, its length and itself, length of the address, the address.
fn addresses(value: &[u8], key: &'static str, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(value);
    let count = reader.u32().unwrap_or(0);
    for _ in 0..count.min(16) {
        let (Ok(_kind), Ok(len)) = (reader.u8(), reader.u8()) else { return };
        reader.take_up_to(usize::from(len));
        let len = usize::from(reader.u16().unwrap_or(0));
        if let address @ [_, _, _, _] = reader.take_up_to(len) {
            out.identity(Subject::Sender, Property::Other, key, Digits::dotted(address).as_text());
        }
    }
}

fn capabilities(value: &[u8], out: &mut Out<'_, '_>) {
    let bits = Reader::new(value).u32().unwrap_or(0);
    for (mask, role) in [(0x01, Role::Router), (0x08, Role::Switch), (0x80, Role::Phone)] {
        if bits & mask != 0 {
            out.role(Subject::Sender, Part::Whole, role);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn a_switch_says_who_it_is() {
        check::frames(
            "01000ccccccc 0019 06eab885 0050 aaaa03 00000c 2000",
            &[
                "02b4b0bd 0001 000a 537769746368 0006 0009 4333353630 0002 0011 00000001 0101cc0004c0a80001 0003 0008 47693035 0004 0008 00000028 000a 0006 0001",
            ],
            r#"
            > cdp identity sender Name device-id="Switch"
            > cdp identity sender Model platform="C3560"
            > cdp identity sender Other address="192.168.0.1"
            > cdp identity sender Other port-id="Gi05"
            > cdp role sender Switch
            > cdp identity sender Other native-vlan="1"
            > cdp neighbour "Switch" port "Gi05"
            "#,
        );
    }

    #[test]
    fn real_captures() {
        check::shared("it/tcpdump__3560_CDP.pcap", &["cdp messages=3 malformed=0"]);
        check::shared("it/zeek__cdp-v1.pcap", &["cdp messages=1 malformed=0"]);
    }
}
