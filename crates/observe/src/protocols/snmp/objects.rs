//! Objects that tell who a device is.

use super::wire::{Binding, dotted};
use crate::out::Out;
use facts::{Part, Property, Role, Subject};
use wire::{Mac, Text, TextBuffer};

/// Scalar objects as encoded, the instance 0 included.
const SCALARS: &[(&[u8], Property, &str)] = &[
    // SNMPv2-MIB (RFC 3418): 1.3.6.1.2.1.1.
    (&[0x2b, 6, 1, 2, 1, 1, 1, 0], Property::Description, "sys-descr"),
    (&[0x2b, 6, 1, 2, 1, 1, 2, 0], Property::Other, "sys-object-id"),
    (&[0x2b, 6, 1, 2, 1, 1, 4, 0], Property::Contact, "sys-contact"),
    (&[0x2b, 6, 1, 2, 1, 1, 5, 0], Property::Name, "sys-name"),
    (&[0x2b, 6, 1, 2, 1, 1, 6, 0], Property::Location, "sys-location"),
    // UPS-MIB (RFC 1628): 1.3.6.1.2.1.33.1.1.
    (&[0x2b, 6, 1, 2, 1, 33, 1, 1, 1, 0], Property::Vendor, "ups-ident-manufacturer"),
    (&[0x2b, 6, 1, 2, 1, 33, 1, 1, 2, 0], Property::Model, "ups-ident-model"),
    (&[0x2b, 6, 1, 2, 1, 33, 1, 1, 3, 0], Property::Firmware, "ups-ident-ups-software-version"),
    (&[0x2b, 6, 1, 2, 1, 33, 1, 1, 4, 0], Property::Software, "ups-ident-agent-software-version"),
    (&[0x2b, 6, 1, 2, 1, 33, 1, 1, 5, 0], Property::Name, "ups-ident-name"),
    // LLDP-MIB (IEEE 802.1AB): local system, 1.0.8802.1.1.2.1.3.
    (&[0x28, 0xc4, 0x62, 1, 1, 2, 1, 3, 3, 0], Property::Name, "lldp-loc-sys-name"),
    (&[0x28, 0xc4, 0x62, 1, 1, 2, 1, 3, 4, 0], Property::Description, "lldp-loc-sys-desc"),
    // OLD-CISCO-CHASSIS-MIB chassisId: 1.3.6.1.4.1.9.3.6.3.
    (&[0x2b, 6, 1, 4, 1, 9, 3, 6, 3, 0], Property::Serial, "chassis-id"),
    // PowerNet-MIB of APC: 1.3.6.1.4.1.318.1.1.1.1.
    (&[0x2b, 6, 1, 4, 1, 0x82, 0x3e, 1, 1, 1, 1, 1, 1, 0], Property::Model, "ups-basic-ident-model"),
    (
        &[0x2b, 6, 1, 4, 1, 0x82, 0x3e, 1, 1, 1, 1, 2, 1, 0],
        Property::Firmware,
        "ups-adv-ident-firmware-revision",
    ),
    (&[0x2b, 6, 1, 4, 1, 0x82, 0x3e, 1, 1, 1, 1, 2, 3, 0], Property::Serial, "ups-adv-ident-serial-number"),
];

/// Columns of tables, to be followed by one index: Printer-MIB (RFC 3805) and HOST-RESOURCES-MIB (RFC 2790).
const COLUMNS: &[(&[u8], Property, &str)] = &[
    (&[0x2b, 6, 1, 2, 1, 43, 5, 1, 1, 16], Property::Name, "prt-general-printer-name"),
    (&[0x2b, 6, 1, 2, 1, 43, 5, 1, 1, 17], Property::Serial, "prt-general-serial-number"),
    (&[0x2b, 6, 1, 2, 1, 25, 3, 2, 1, 3], Property::Other, "hr-device-descr"),
];

/// ENTITY-MIB entPhysicalEntry (RFC 6933): 1.3.6.1.2.1.47.1.1.1.1, then column and index.
const ENTITY: &[u8] = &[0x2b, 6, 1, 2, 1, 47, 1, 1, 1, 1];
/// SNMPv2-MIB sysServices.
const SYS_SERVICES: &[u8] = &[0x2b, 6, 1, 2, 1, 1, 7, 0];
/// IF-MIB ifPhysAddress (RFC 2863), then the index.
const IF_PHYS_ADDRESS: &[u8] = &[0x2b, 6, 1, 2, 1, 2, 2, 1, 6];

/// Says what one binding of a response or notification tells of its sender.
pub(super) fn identity(binding: &Binding<'_>, out: &mut Out<'_, '_>) {
    let object = binding.object;
    if let Some((_, property, key)) = SCALARS.iter().find(|(known, ..)| *known == object) {
        told(Part::Whole, *property, key, binding, out);
    } else if let Some(rest) = object.strip_prefix(ENTITY) {
        entity(rest, binding, out);
    } else if object == SYS_SERVICES {
        services(binding.value.unsigned().unwrap_or(0), out);
    } else if object.starts_with(IF_PHYS_ADDRESS) {
        if let Some(mac) =
            binding.value.contents.first_chunk::<6>().map(|mac| Mac(*mac)).filter(|mac| mac.is_host())
        {
            let mac = TextBuffer::of(format_args!("{mac}"));
            out.identity(Subject::Sender, Property::Other, "if-phys-address", mac.as_text());
        }
    } else if let Some((_, property, key)) = COLUMNS.iter().find(|(column, ..)| object.starts_with(column)) {
        told(Part::Whole, *property, key, binding, out);
        if key.starts_with("prt-") {
            out.role(Subject::Sender, Part::Whole, Role::Printer);
        }
    }
}

/// Index 1 is the machine itself where vendors follow the usual order; other entries are its parts.
fn entity(rest: &[u8], binding: &Binding<'_>, out: &mut Out<'_, '_>) {
    let Some((column, index)) = rest.split_first() else { return };
    let index = index.iter().fold(0u32, |index, octet| index << 7 | u32::from(octet & 0x7f));
    let part = if index == 1 { Part::Whole } else { Part::Unit(index) };
    let (property, key) = match column {
        2 => (Property::Other, "ent-physical-descr"),
        7 => (Property::Other, "ent-physical-name"),
        8 => (Property::Hardware, "ent-physical-hardware-rev"),
        9 => (Property::Firmware, "ent-physical-firmware-rev"),
        10 => (Property::Software, "ent-physical-software-rev"),
        11 => (Property::Serial, "ent-physical-serial-num"),
        12 => (Property::Vendor, "ent-physical-mfg-name"),
        13 => (Property::Model, "ent-physical-model-name"),
        14 => (Property::Other, "ent-physical-alias"),
        15 => (Property::Other, "ent-physical-asset-id"),
        _ => return,
    };
    told(part, property, key, binding, out);
}

fn told(part: Part, property: Property, key: &'static str, binding: &Binding<'_>, out: &mut Out<'_, '_>) {
    match binding.value.tag.first {
        0x04 => {
            let value = Text::unknown(binding.value.contents);
            out.part_identity(Subject::Sender, part, property, key, value);
        }
        0x06 => {
            let value = dotted(binding.value.contents);
            out.part_identity(Subject::Sender, part, property, key, value.as_text());
        }
        // No such object or instance, or the end of the view.
        _ => {}
    }
}

/// A sum of 2^(layer - 1) for the layers a machine serves: a bridge without end-to-end services is a switch.
fn services(sum: u64, out: &mut Out<'_, '_>) {
    let role = match (sum & 0x02 != 0, sum & 0x04 != 0, sum & 0x48 != 0) {
        (_, true, false) => Role::Router,
        (true, false, false) => Role::Switch,
        _ => return,
    };
    out.role(Subject::Sender, Part::Whole, role);
}
