//! Names of commands, devices and end codes.

use facts::{OutcomeKind, Verb};

pub(super) const READ: u32 = 0x0401;
pub(super) const WRITE: u32 = 0x1401;
pub(super) const READ_TYPE_NAME: u32 = 0x0101;

/// Name and verb of a command (SLMP, chapter 5; SH-080008, chapter 8).
pub(super) fn command(command: u32) -> (&'static str, Verb) {
    match command {
        READ_TYPE_NAME => ("read type name", Verb::Identify),
        READ => ("device read", Verb::Read),
        WRITE => ("device write", Verb::Write),
        0x0403 => ("device read random", Verb::Read),
        0x1402 => ("device write random", Verb::Write),
        0x0406 => ("device read block", Verb::Read),
        0x1406 => ("device write block", Verb::Write),
        0x0801 => ("entry monitor device", Verb::Subscribe),
        0x0802 => ("execute monitor", Verb::Read),
        0x041a => ("array label read", Verb::Read),
        0x141a => ("array label write", Verb::Write),
        0x041c => ("label read random", Verb::Read),
        0x141b => ("label write random", Verb::Write),
        0x0601 => ("extend unit read", Verb::Read),
        0x1601 => ("extend unit write", Verb::Write),
        0x0613 => ("memory read", Verb::Read),
        0x1613 => ("memory write", Verb::Write),
        0x0619 => ("self test", Verb::Diagnose),
        0x1001 => ("remote run", Verb::Start),
        0x1002 => ("remote stop", Verb::Stop),
        0x1003 => ("remote pause", Verb::ChangeMode),
        0x1005 => ("remote latch clear", Verb::Configure),
        0x1006 => ("remote reset", Verb::Reset),
        0x1617 => ("clear error", Verb::Diagnose),
        0x1630 => ("remote password unlock", Verb::Login),
        0x1631 => ("remote password lock", Verb::Logout),
        0x1810 => ("read directory/file", Verb::ReadFile),
        0x1811 => ("search directory/file", Verb::ReadFile),
        0x1820 => ("new file", Verb::WriteFile),
        0x1822 => ("delete file", Verb::DeleteFile),
        0x1824 => ("copy file", Verb::WriteFile),
        0x1825 => ("change file state", Verb::WriteFile),
        0x1826 => ("change file date", Verb::WriteFile),
        0x1827 => ("open file", Verb::Other),
        0x1828 => ("read file", Verb::ReadFile),
        0x1829 => ("write file", Verb::WriteFile),
        0x182a => ("close file", Verb::Other),
        0x2101 => ("on-demand", Verb::Report),
        0x0e30 => ("node search", Verb::Discover),
        0x0e31 => ("ip address set", Verb::Configure),
        0x0e32 => ("device info compare", Verb::Diagnose),
        0x0e33 => ("parameter get", Verb::Read),
        0x0e34 => ("parameter set", Verb::Configure),
        _ => ("", Verb::Other),
    }
}

/// A device: its binary code, its ASCII code, its name (SLMP, 5.2: device codes).
const DEVICES: [(u32, &[u8], &str); 29] = [
    (0x91, b"SM", "SM"),
    (0xa9, b"SD", "SD"),
    (0x9c, b"X*", "X"),
    (0x9d, b"Y*", "Y"),
    (0x90, b"M*", "M"),
    (0x92, b"L*", "L"),
    (0x93, b"F*", "F"),
    (0x94, b"V*", "V"),
    (0xa0, b"B*", "B"),
    (0xa8, b"D*", "D"),
    (0xb4, b"W*", "W"),
    (0xc1, b"TS", "TS"),
    (0xc0, b"TC", "TC"),
    (0xc2, b"TN", "TN"),
    (0xc7, b"SS", "STS"),
    (0xc6, b"SC", "STC"),
    (0xc8, b"SN", "STN"),
    (0xc4, b"CS", "CS"),
    (0xc3, b"CC", "CC"),
    (0xc5, b"CN", "CN"),
    (0xa1, b"SB", "SB"),
    (0xb5, b"SW", "SW"),
    (0x98, b"S*", "S"),
    (0xa2, b"DX", "DX"),
    (0xa3, b"DY", "DY"),
    (0xcc, b"Z*", "Z"),
    (0xaf, b"R*", "R"),
    (0xb0, b"ZR", "ZR"),
    (0x2c, b"RD", "RD"),
];

/// The name of a device by its binary code.
pub(super) fn device(code: u32) -> &'static str {
    DEVICES.iter().find(|device| device.0 == code).map_or("", |device| device.2)
}

/// The binary code of a device by its two characters, and whether its numbers are written in hexadecimal.
pub(super) fn device_of_text(text: &[u8]) -> Option<(u32, bool)> {
    let found = DEVICES.iter().find(|device| device.1 == text)?;
    Some((found.0, matches!(found.2, "X" | "Y" | "B" | "W" | "SB" | "SW" | "DX" | "DY" | "ZR")))
}

/// Kind and name of an end code (SLMP, chapter 6).
pub(super) fn end_code(code: u32) -> (OutcomeKind, &'static str) {
    match code {
        0x4031 => (OutcomeKind::Refused, "device number out of range"),
        0xc050..=0xc05c | 0xc05e => (OutcomeKind::Refused, "request content error"),
        0xc061 => (OutcomeKind::Refused, "request length error"),
        0xc0b5 => (OutcomeKind::Refused, "data that the module cannot handle"),
        0xc200 | 0xc810 => (OutcomeKind::Refused, "remote password error"),
        0xc201 => (OutcomeKind::Refused, "port is locked by remote password"),
        0xc204 => (OutcomeKind::Refused, "other device holds the remote password"),
        0xcee0..=0xcee2 => (OutcomeKind::Failed, "busy"),
        _ => (OutcomeKind::Failed, ""),
    }
}
