//! The identification and maintenance record I&M0 (PROFIBUS and PROFINET International, order 3.502), which PROFINET
//! devices and controllers of the S7-1200 and 1500 give out alike.

use crate::out::Out;
use facts::{Part, Property, Subject};
use wire::{Digits, Malformed, Reader, Text};

/// Tells a record: what follows its block header (type 0x0020, length 56, version 1.0).
pub(crate) fn record_0(reader: &mut Reader<'_>, part: Part, out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    let vendor = reader.u16()?;
    let order = Text::unknown(reader.take(20)?);
    let serial = Text::unknown(reader.take(16)?);
    let hardware = reader.u16()?;
    let [prefix, functional, bug_fix, internal] = reader.array()?;
    let number = Digits::format(format_args!("0x{vendor:04x}"));
    let mut tell =
        |property, key, text: Text<'_>| out.part_identity(Subject::Sender, part, property, key, text);
    tell(Property::Other, "im0.vendor-id", number.as_text());
    tell(Property::OrderNumber, "im0.order-id", order);
    tell(Property::Serial, "im0.serial-number", serial);
    tell(Property::Hardware, "im0.hardware-revision", Digits::decimal(u64::from(hardware)).as_text());
    if prefix.is_ascii_alphabetic() {
        let version = format_args!("{}{functional}.{bug_fix}.{internal}", char::from(prefix));
        tell(Property::Firmware, "im0.software-revision", Digits::format(version).as_text());
    }
    Ok(())
}
