//! The Identity object (Volume 1, 5A-2): who a device or a module is.

use crate::out::Out;
use facts::{Part, Property, Role, Subject};
use wire::{Digits, Malformed, Reader, Text};

/// Attributes 1 to 7 of the Identity object, in the order of Get_Attributes_All and of the identity item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeviceIdentity<'a> {
    vendor: u16,
    device_type: u16,
    product_code: u16,
    revision: [u8; 2],
    status: u16,
    serial: u32,
    name: &'a [u8],
}

impl<'a> DeviceIdentity<'a> {
    /// Reads the attributes; the name has its length in front.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        Ok(Self {
            vendor: reader.u16_le()?,
            device_type: reader.u16_le()?,
            product_code: reader.u16_le()?,
            revision: reader.array()?,
            status: reader.u16_le()?,
            serial: reader.u32_le()?,
            name: short_string(reader)?,
        })
    }

    /// Says all of it.
    pub(crate) fn say(&self, subject: Subject, part: Part, out: &mut Out<'_, '_>) {
        vendor(self.vendor, subject, part, out);
        device_type(self.device_type, subject, part, out);
        product_code(self.product_code, subject, part, out);
        revision(self.revision, subject, part, out);
        let status = Digits::hex(u64::from(self.status), 4);
        out.part_identity(subject, part, Property::Other, "identity.status", status.as_text());
        serial(self.serial, subject, part, out);
        product_name(self.name, subject, part, out);
    }
}

/// Text with its length in one byte.
pub(super) fn short_string<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let len = usize::from(reader.u8()?);
    reader.take(len)
}

/// Says one attribute of the Identity object by its number; answers whether it was understood, and so passed over.
pub(super) fn attribute(number: u16, reader: &mut Reader<'_>, part: Part, out: &mut Out<'_, '_>) -> bool {
    let subject = Subject::Server;
    let said = match number {
        1 => reader.u16_le().map(|value| vendor(value, subject, part, out)),
        2 => reader.u16_le().map(|value| device_type(value, subject, part, out)),
        3 => reader.u16_le().map(|value| product_code(value, subject, part, out)),
        4 => reader.array().map(|value| revision(value, subject, part, out)),
        5 => reader.skip(2),
        6 => reader.u32_le().map(|value| serial(value, subject, part, out)),
        7 => short_string(reader).map(|value| product_name(value, subject, part, out)),
        _ => return false,
    };
    said.is_ok()
}

fn vendor(number: u16, subject: Subject, part: Part, out: &mut Out<'_, '_>) {
    let digits = Digits::decimal(u64::from(number));
    out.part_identity(subject, part, Property::Other, "identity.vendor-id", digits.as_text());
    out.part_identity(
        subject,
        part,
        Property::Vendor,
        "identity.vendor",
        Text::utf8(vendor_name(number).as_bytes()),
    );
}

fn device_type(number: u16, subject: Subject, part: Part, out: &mut Out<'_, '_>) {
    let digits = Digits::decimal(u64::from(number));
    out.part_identity(subject, part, Property::Other, "identity.device-type", digits.as_text());
    if let Some(role) = role(number) {
        out.role(subject, part, role);
    }
}

fn product_code(number: u16, subject: Subject, part: Part, out: &mut Out<'_, '_>) {
    let digits = Digits::decimal(u64::from(number));
    out.part_identity(subject, part, Property::Other, "identity.product-code", digits.as_text());
}

fn revision(numbers: [u8; 2], subject: Subject, part: Part, out: &mut Out<'_, '_>) {
    let text = Digits::dotted(&numbers);
    out.part_identity(subject, part, Property::Firmware, "identity.revision", text.as_text());
    // Some tools show major and minor revision as one number.
    let word = Digits::decimal(u64::from(u16::from_be_bytes(numbers)));
    out.part_identity(subject, part, Property::Other, "identity.revision-word", word.as_text());
}

fn serial(number: u32, subject: Subject, part: Part, out: &mut Out<'_, '_>) {
    // 0 is what devices say that have none.
    if number != 0 {
        out.part_identity(
            subject,
            part,
            Property::Serial,
            "identity.serial",
            Digits::hex(u64::from(number), 8).as_text(),
        );
    }
}

fn product_name(name: &[u8], subject: Subject, part: Part, out: &mut Out<'_, '_>) {
    out.part_identity(subject, part, Property::Model, "identity.product-name", Text::unknown(name));
}

/// The part in the plant that a device type (Volume 1, 6-7: device profiles) stands for.
fn role(device_type: u16) -> Option<Role> {
    Some(match device_type {
        0x0e => Role::Controller,
        0x02 | 0x13 | 0x25 | 0x2d | 0x2e => Role::Drive,
        0x07 | 0x23 | 0x2a | 0x31 => Role::RemoteIo,
        0x18 => Role::Hmi,
        0x2c => Role::Switch,
        0x29 | 0x35 => Role::Gateway,
        0x04..=0x06 | 0x1a | 0x1c | 0x22 | 0x24 | 0x27 | 0x2f => Role::Meter,
        _ => return None,
    })
}

/// Vendors by the number that ODVA gave them: those found most in plants.
fn vendor_name(number: u16) -> &'static str {
    match number {
        1 | 5 | 77 | 625 | 668 => "Rockwell Automation",
        3 => "Honeywell",
        7 => "SMC",
        8 => "Molex",
        12 => "Banner Engineering",
        26 => "Festo",
        40 => "WAGO",
        43 => "Balluff",
        44 => "Yaskawa",
        46 | 75 | 593 | 722 => "ABB",
        47 => "Omron",
        48 | 256 => "Turck",
        57 => "Pepperl+Fuchs",
        68 => "Eaton",
        82 | 161 => "Mitsubishi Electric",
        83 => "Opto 22",
        86 => "Horner",
        90 => "HMS Industrial Networks",
        94 => "Advantech",
        97 => "Danfoss",
        100 | 255 | 287 => "Bosch Rexroth",
        108 => "Beckhoff",
        121 => "KUKA",
        145 | 796 => "Siemens",
        159 => "IDEC",
        176 => "Red Lion Controls",
        187 => "Oriental Motor",
        201 => "CKD",
        243 => "Schneider Electric",
        250 => "Yokogawa",
        257 | 553 => "Control Techniques",
        283 => "Hilscher",
        309 => "ProSoft Technology",
        315 => "SEW-Eurodrive",
        319 => "Fuji Electric",
        322 => "ifm electronic",
        326 => "GE Fanuc",
        345 => "Endress+Hauser",
        367 => "Keyence",
        445 => "Lenze",
        482 => "Koyo Electronics",
        562 => "Phoenix Contact",
        356 | 591 => "Fanuc",
        634 => "Hirschmann",
        640 => "Murrelektronik",
        660 => "AutomationDirect",
        678 => "Cognex",
        680 => "Weidmüller",
        699 => "IAI",
        808 => "SICK",
        _ => "",
    }
}
