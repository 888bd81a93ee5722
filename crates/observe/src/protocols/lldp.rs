//! Link Layer Discovery Protocol (IEEE 802.1AB-2016, clause 8), with the elements of IEEE 802.1 and 802.3, LLDP-MED
//! (ANSI/TIA-1057) and PROFINET (IEC 61158-6-10). EtherType 0x88CC.
//!
//! A machine tells its name, description, management addresses and the port it sends through. Damage behind the three
//! mandatory elements ends reading without spoiling what stood before.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use core::net::Ipv6Addr;
use facts::{Neighbour, Observation, Part, Property, Role, Subject};
use wire::{Defect, Digits, Direction, Mac, Malformed, Reader, Text};

/// Elements of one message that are read.
const ELEMENTS_MAX: usize = 128;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Lldp {}

impl Dissector for Lldp {
    const NAME: &'static str = "lldp";
    const CARRIERS: &'static [Carrier] = &[Carrier::EtherType(0x88cc)];
    const MESSAGE_MAX: usize = 9216;
    /// The elements, each: seven bits of type, nine of length, value.
    type Message<'a> = &'a [u8];
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        // The chassis identifier comes first and is short.
        if matches!(head, [2 | 3, ..] | []) { Probe::Maybe } else { Probe::No }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, (): &()) -> Result<&'a [u8], Malformed> {
        let mut reader = Reader::new(bytes);
        for mandatory in 1..=3 {
            let (kind, _) = element(&mut reader)?;
            reader.ensure(kind == mandatory, Defect::BadValue)?;
        }
        Ok(bytes)
    }

    fn observe<'a>(elements: &&'a [u8], _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let mut reader = Reader::new(elements);
        let (mut chassis, mut port) = (Identifier::Text(Text::default()), Identifier::Text(Text::default()));
        for _ in 0..ELEMENTS_MAX {
            let Ok((kind, value)) = element(&mut reader) else { break };
            match kind {
                0 => break,
                1 => chassis = chassis_identifier(value),
                2 => port = port_identifier(value),
                _ => observe_element(kind, value, out),
            }
        }
        let (chassis, port) = (chassis.as_text(), port.as_text());
        out.identity(Subject::Sender, Property::Other, "chassis-id", chassis);
        out.identity(Subject::Sender, Property::Other, "port-id", port);
        out.push(&Observation::Neighbour(Neighbour { chassis, port }));
    }
}

fn element<'a>(reader: &mut Reader<'a>) -> Result<(u8, &'a [u8]), Malformed> {
    let head = reader.u16()?;
    let [kind, _] = (head >> 1).to_be_bytes();
    Ok((kind, reader.take(usize::from(head & 0x1ff))?))
}

fn observe_element(kind: u8, value: &[u8], out: &mut Out<'_, '_>) {
    let (property, key) = match kind {
        4 => (Property::Other, "port-description"),
        5 => (Property::Name, "system-name"),
        6 => (Property::Description, "system-description"),
        7 => return capabilities(value, out),
        8 => return management_address(value, out),
        127 => return organisation(value, out),
        _ => return,
    };
    out.identity(Subject::Sender, property, key, Text::unknown(value));
}

/// An identifier for people: text as sent, an address, or a number.
enum Identifier<'a> {
    Text(Text<'a>),
    Digits(Digits),
}

impl Identifier<'_> {
    fn as_text(&self) -> Text<'_> {
        match self {
            Self::Text(text) => *text,
            Self::Digits(digits) => digits.as_text(),
        }
    }
}

/// IEEE 802.1AB, 8.5.2.2: 4 is a hardware address, 5 a network address, the others text.
fn chassis_identifier(value: &[u8]) -> Identifier<'_> {
    identifier(value, 4, 5)
}

/// IEEE 802.1AB, 8.5.3.2: 3 is a hardware address, 4 a network address, the others text.
fn port_identifier(value: &[u8]) -> Identifier<'_> {
    identifier(value, 3, 4)
}

fn identifier(value: &[u8], hardware: u8, network: u8) -> Identifier<'_> {
    match value {
        [kind, a, b, c, d, e, f] if *kind == hardware => {
            Identifier::Digits(Digits::format(format_args!("{}", Mac([*a, *b, *c, *d, *e, *f]))))
        }
        [kind, 1, address @ ..] if *kind == network => Identifier::Digits(Digits::dotted(address)),
        [_, text @ ..] => Identifier::Text(Text::unknown(text)),
        [] => Identifier::Text(Text::default()),
    }
}

/// System capabilities, then those enabled, which show what the machine is.
fn capabilities(value: &[u8], out: &mut Out<'_, '_>) {
    let enabled = Reader::new(value.get(2..).unwrap_or_default()).u16().unwrap_or(0);
    let roles = [(0x04, Role::Switch), (0x08, Role::AccessPoint), (0x10, Role::Router), (0x20, Role::Phone)];
    for (mask, role) in roles {
        if enabled & mask != 0 {
            out.role(Subject::Sender, Part::Whole, role);
        }
    }
}

/// Length of the address with its family, the family (1 IPv4, 2 IPv6, 6 hardware), the address.
fn management_address(value: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(value);
    let (Ok(len), Ok(family)) = (reader.u8(), reader.u8()) else { return };
    let mut address = Reader::new(reader.take_up_to(usize::from(len).saturating_sub(1)));
    let text = match family {
        1 => address.array::<4>().map(|address| Digits::dotted(&address)),
        2 => address.array::<16>().map(|address| Digits::format(format_args!("{}", Ipv6Addr::from(address)))),
        6 => address.array::<6>().map(|address| Digits::format(format_args!("{}", Mac(address)))),
        _ => return,
    };
    if let Ok(text) = text {
        out.identity(Subject::Sender, Property::Other, "management-address", text.as_text());
    }
}

/// Elements of organisations: identifier of the organisation, sub-type, value.
fn organisation(value: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(value);
    let (Ok(organisation), Ok(kind)) = (reader.u24(), reader.u8()) else { return };
    let rest = reader.rest();
    let (property, key, text) = match (organisation, kind) {
        (0x0000_80c2, 1) => return number("port-vlan", reader.u16().map(u64::from), out),
        // VLAN, length, name.
        (0x0000_80c2, 3) => (Property::Other, "vlan-name", rest.get(3..).unwrap_or_default()),
        (0x0000_120f, 4) => return number("frame-size-max", reader.u16().map(u64::from), out),
        (0x0000_12bb, 5) => (Property::Hardware, "med.hardware-revision", rest),
        (0x0000_12bb, 6) => (Property::Firmware, "med.firmware-revision", rest),
        (0x0000_12bb, 7) => (Property::Software, "med.software-revision", rest),
        (0x0000_12bb, 8) => (Property::Serial, "med.serial-number", rest),
        (0x0000_12bb, 9) => (Property::Vendor, "med.manufacturer-name", rest),
        (0x0000_12bb, 10) => (Property::Model, "med.model-name", rest),
        (0x0000_12bb, 11) => (Property::Other, "med.asset-id", rest),
        (0x0000_0ecf, 3) => (Property::Other, "profinet.alias", rest),
        (0x0000_0ecf, 5) => {
            if let Ok(mac) = reader.array() {
                let text = Digits::format(format_args!("{}", Mac(mac)));
                out.identity(Subject::Sender, Property::Other, "profinet.chassis-mac", text.as_text());
            }
            return;
        }
        _ => return,
    };
    out.identity(Subject::Sender, property, key, Text::unknown(text));
}

fn number(key: &'static str, number: Result<u64, Malformed>, out: &mut Out<'_, '_>) {
    if let Ok(number) = number {
        out.identity(Subject::Sender, Property::Other, key, Digits::decimal(number).as_text());
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    const HEAD: &str = "0180c200000e 001b1b410011 88cc";

    #[test]
    fn a_machine_says_who_it_is() {
        check::frames(
            HEAD,
            &["0207 04001b1b410011 0405 0765746830 0602 0078 0a06 706c632d7337 0c05 53372050 4e 0e04 009c 0004
               100c 0501 0a29000b 02 00000002 00 fe06 0080c2010005 fe08 0012bb0856303332 fe0a 000ecf05 001b1b410012 0000"],
            r#"
            > lldp identity sender Name system-name="plc-s7"
            > lldp identity sender Description system-description="S7 PN"
            > lldp role sender Switch
            > lldp identity sender Other management-address="10.41.0.11"
            > lldp identity sender Other port-vlan="5"
            > lldp identity sender Serial med.serial-number="V032"
            > lldp identity sender Other profinet.chassis-mac="00:1b:1b:41:00:12"
            > lldp identity sender Other chassis-id="00:1b:1b:41:00:11"
            > lldp identity sender Other port-id="eth0"
            > lldp neighbour "00:1b:1b:41:00:11" port "eth0"
            "#,
        );
    }

    #[test]
    fn a_message_without_a_port_is_damaged() {
        check::frames(HEAD, &["0207 04001b1b410011 0602 0078 0000"], "> lldp malformed bad_value at 13");
    }

    #[test]
    fn real_captures() {
        check::shared("testbed/lldp.pcap", &["lldp messages=18 malformed=0"]);
        check::shared("it/lldpd__med-loc-malformed.pcap", &["lldp messages=1 malformed=0"]);
    }
}
