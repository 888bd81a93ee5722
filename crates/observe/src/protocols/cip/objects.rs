//! What the answers of standard objects, and of a few of Rockwell's, tell.

use super::names::{
    CONTROLLER, ETHERNET_LINK, GET_ATTRIBUTE_LIST, GET_ATTRIBUTE_SINGLE, GET_ATTRIBUTES_ALL, IDENTITY,
    TCP_IP, WALL_CLOCK,
};
use super::pending::Pending;
use super::{DeviceIdentity, identity};
use crate::out::Out;
use facts::{Observation, Part, Property, Subject};
use wire::{Digits, Malformed, Reader, Text, Time};

const NS_PER_US: i64 = 1_000;

/// Reads the answer of a service that gets attributes.
pub(super) fn told(service: u8, pending: &Pending, data: &[u8], out: &mut Out<'_, '_>) {
    let Some(class) = pending.path.class else { return };
    let mut reader = Reader::new(data);
    match service {
        GET_ATTRIBUTES_ALL => all(class, &mut reader, pending.part, out).unwrap_or(()),
        GET_ATTRIBUTE_SINGLE => {
            let number = pending.path.attribute.and_then(|number| u16::try_from(number).ok());
            attribute(class, number.unwrap_or(0), &mut reader, pending.part, out);
        }
        GET_ATTRIBUTE_LIST => list(class, &mut reader, pending.part, out).unwrap_or(()),
        _ => {}
    }
}

fn all(class: u32, reader: &mut Reader<'_>, part: Part, out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    match class {
        IDENTITY => DeviceIdentity::read(reader)?.say(Subject::Server, part, out),
        CONTROLLER => {
            let len = usize::from(reader.u16_le()?);
            let name = Text::unknown(reader.take(len)?);
            out.part_identity(Subject::Server, part, Property::Name, "controller.name", name);
        }
        TCP_IP => {
            // Status, capability and control, then the path to the link object.
            reader.skip(12)?;
            let words = usize::from(reader.u16_le()?);
            reader.skip(words * 2)?;
            interface(reader, part, out)?;
            host_name(reader, part, out)?;
        }
        _ => {}
    }
    Ok(())
}

/// Each attribute with its number and status; one that is not understood has no known length and ends the reading.
fn list(class: u32, reader: &mut Reader<'_>, part: Part, out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    for _ in 0..reader.u16_le()? {
        let (number, status) = (reader.u16_le()?, reader.u16_le()?);
        if status == 0 && !attribute(class, number, reader, part, out) {
            break;
        }
    }
    Ok(())
}

/// Says one attribute; answers whether it was understood, and so passed over.
fn attribute(class: u32, number: u16, reader: &mut Reader<'_>, part: Part, out: &mut Out<'_, '_>) -> bool {
    let said = match (class, number) {
        (IDENTITY, _) => return identity::attribute(number, reader, part, out),
        (TCP_IP, 5) => interface(reader, part, out),
        (TCP_IP, 6) => host_name(reader, part, out),
        (ETHERNET_LINK, 3) => reader.take(6).map(|mac| hardware_address(mac, part, out)),
        (WALL_CLOCK, 6) => reader.i64_le().map(|us| {
            // Microseconds since 1970; only the addressed machine's own clock can be said.
            out.push(&Observation::Clock { told: Time(us.saturating_mul(NS_PER_US)) });
        }),
        (WALL_CLOCK, 8) => reader.u32_le().and_then(|len| {
            let zone = Text::unknown(reader.take(usize::try_from(len).unwrap_or(usize::MAX))?);
            out.part_identity(Subject::Server, part, Property::Other, "wall-clock.time-zone", zone);
            Ok(())
        }),
        _ => return false,
    };
    said.is_ok()
}

/// Interface configuration (Volume 2, 5-4.3.2.5): address, mask, gateway, two name servers, domain name.
fn interface(reader: &mut Reader<'_>, part: Part, out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    let [a, b, c, d] = reader.array::<4>()?;
    let address = Digits::dotted(&[d, c, b, a]);
    out.part_identity(Subject::Server, part, Property::Other, "tcp-ip.address", address.as_text());
    reader.skip(16)?;
    let domain = string(reader)?;
    out.part_identity(Subject::Server, part, Property::Domain, "tcp-ip.domain", domain);
    Ok(())
}

fn host_name(reader: &mut Reader<'_>, part: Part, out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    let name = string(reader)?;
    out.part_identity(Subject::Server, part, Property::Name, "tcp-ip.host-name", name);
    Ok(())
}

/// Text with its length in two bytes, padded to an even length.
fn string<'a>(reader: &mut Reader<'a>) -> Result<Text<'a>, Malformed> {
    let len = usize::from(reader.u16_le()?);
    let text = Text::unknown(reader.take(len)?);
    reader.take_up_to(len % 2);
    Ok(text)
}

fn hardware_address(mac: &[u8], part: Part, out: &mut Out<'_, '_>) {
    let number = mac.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let text = Digits::hex(number, 12);
    out.part_identity(
        Subject::Server,
        part,
        Property::Other,
        "ethernet-link.physical-address",
        text.as_text(),
    );
}
