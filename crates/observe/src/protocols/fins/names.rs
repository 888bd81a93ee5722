//! Names of commands, memory areas and end codes.

use facts::{OutcomeKind, Verb};

pub(super) const MEMORY_READ: u16 = 0x0101;
pub(super) const MEMORY_WRITE: u16 = 0x0102;
pub(super) const MEMORY_FILL: u16 = 0x0103;
pub(super) const MULTIPLE_READ: u16 = 0x0104;
pub(super) const MEMORY_TRANSFER: u16 = 0x0105;
pub(super) const CONTROLLER_DATA_READ: u16 = 0x0501;
pub(super) const CONNECTION_DATA_READ: u16 = 0x0502;
pub(super) const CLOCK_READ: u16 = 0x0701;
pub(super) const FORCED_SET_RESET: u16 = 0x2301;

/// Whether the number is a command.
pub(super) fn is_command(command: u16) -> bool {
    !self::command(command).0.is_empty()
}

/// Name and verb of a command (W342, 5-1-1).
pub(super) fn command(command: u16) -> (&'static str, Verb) {
    match command {
        MEMORY_READ => ("memory area read", Verb::Read),
        MEMORY_WRITE => ("memory area write", Verb::Write),
        MEMORY_FILL => ("memory area fill", Verb::Write),
        MULTIPLE_READ => ("multiple memory area read", Verb::Read),
        MEMORY_TRANSFER => ("memory area transfer", Verb::Write),
        0x0201 => ("parameter area read", Verb::Read),
        0x0202 => ("parameter area write", Verb::Configure),
        0x0203 => ("parameter area clear", Verb::Configure),
        0x0220 => ("data link table read", Verb::Read),
        0x0221 => ("data link table write", Verb::Configure),
        0x0304 => ("program area protect", Verb::Configure),
        0x0305 => ("program area protect clear", Verb::Configure),
        0x0306 => ("program area read", Verb::UploadProgram),
        0x0307 => ("program area write", Verb::DownloadProgram),
        0x0308 => ("program area clear", Verb::DeleteProgram),
        0x0401 => ("run", Verb::Start),
        0x0402 => ("stop", Verb::Stop),
        0x0403 => ("reset", Verb::Reset),
        CONTROLLER_DATA_READ => ("controller data read", Verb::Identify),
        CONNECTION_DATA_READ => ("connection data read", Verb::Identify),
        0x0601 => ("controller status read", Verb::Diagnose),
        0x0602 => ("network status read", Verb::Diagnose),
        0x0603 => ("data link status read", Verb::Diagnose),
        0x0620 => ("cycle time read", Verb::Diagnose),
        CLOCK_READ => ("clock read", Verb::Read),
        0x0702 => ("clock write", Verb::SetClock),
        0x0801 => ("loop-back test", Verb::Diagnose),
        0x0802 => ("broadcast test results read", Verb::Diagnose),
        0x0803 => ("broadcast test data send", Verb::Diagnose),
        0x0920 => ("message read, message clear or fal/fals read", Verb::Diagnose),
        0x0c01 => ("access right acquire", Verb::Login),
        0x0c02 => ("access right forced acquire", Verb::Login),
        0x0c03 => ("access right release", Verb::Logout),
        0x2101 => ("error clear", Verb::Diagnose),
        0x2102 => ("error log read", Verb::Diagnose),
        0x2103 => ("error log clear", Verb::Diagnose),
        0x2140 => ("fins write access log read", Verb::Diagnose),
        0x2141 => ("fins write access log clear", Verb::Diagnose),
        0x2201..=0x2211 => file_command(command),
        FORCED_SET_RESET => ("forced set/reset", Verb::Force),
        0x2302 => ("forced set/reset cancel", Verb::Force),
        0x230a => ("multiple forced status read", Verb::Read),
        0x2601 => ("name set", Verb::Configure),
        0x2602 => ("name delete", Verb::Configure),
        0x2603 => ("name read", Verb::Read),
        0x2803 => ("explicit message send", Verb::Other),
        _ => ("", Verb::Other),
    }
}

fn file_command(command: u16) -> (&'static str, Verb) {
    match command {
        0x2201 => ("file name read", Verb::ReadFile),
        0x2202 => ("single file read", Verb::ReadFile),
        0x2203 => ("single file write", Verb::WriteFile),
        0x2204 => ("memory card format", Verb::DeleteFile),
        0x2205 => ("file delete", Verb::DeleteFile),
        0x2206 => ("volume label create/delete", Verb::WriteFile),
        0x2207 => ("file copy", Verb::WriteFile),
        0x2208 => ("file name change", Verb::WriteFile),
        0x2209 => ("file data check", Verb::Diagnose),
        0x220a => ("memory area file transfer", Verb::WriteFile),
        0x220b => ("parameter area file transfer", Verb::Configure),
        0x220c => ("program area file transfer", Verb::DownloadProgram),
        0x220f => ("file memory index read", Verb::ReadFile),
        0x2210 => ("file memory read", Verb::ReadFile),
        0x2211 => ("file memory write", Verb::WriteFile),
        _ => ("", Verb::Other),
    }
}

/// Where file names stand in the data of a request.
pub(super) fn file_name_at(command: u16) -> Option<usize> {
    match command {
        0x2202 | 0x2207 | 0x2209 => Some(2),
        0x2203 | 0x2205 => Some(4),
        0x2208 => Some(14),
        0x220a => Some(10),
        0x220b => Some(10),
        0x220c => Some(14),
        _ => None,
    }
}

/// What a memory area code addresses (W342, 5-2-2): its name, the bank, and the bytes of an item: 1 for bits, 2 for
/// words.
pub(super) fn area(code: u8) -> (&'static str, u32, usize) {
    match code {
        0x00 | 0x30 => ("CIO.bit", 0, 1),
        0x31 => ("W.bit", 0, 1),
        0x32 => ("H.bit", 0, 1),
        0x33 => ("A.bit", 0, 1),
        0x70..=0x73 => ("CIO.forced", 0, 1),
        0x80 | 0xb0 => ("CIO", 0, 2),
        0xb1 => ("W", 0, 2),
        0xb2 => ("H", 0, 2),
        0xb3 => ("A", 0, 2),
        0x01 | 0x09 => ("T/C.flag", 0, 1),
        0x81 | 0x89 => ("T/C", 0, 2),
        0x02 => ("D.bit", 0, 1),
        0x82 => ("D", 0, 2),
        0x0a | 0x20..=0x2f => ("E.bit", u32::from(code & 0x0f), 1),
        0x90..=0x97 => ("E", u32::from(code & 0x0f), 2),
        0x98 => ("E.current", 0, 2),
        0xa0..=0xaf => ("E", u32::from(code & 0x0f), 2),
        0xbc => ("E.bank", 0, 2),
        0x06 => ("TK.bit", 0, 1),
        0x46 => ("TK", 0, 1),
        0xdc => ("IR", 0, 4),
        0x9c => ("DR", 0, 2),
        0x07 => ("CLK", 0, 1),
        _ => ("", 0, 0),
    }
}

/// Kind and name of an end code by its main code (W342, 5-1-3).
pub(super) fn end_code(code: u16) -> (OutcomeKind, &'static str) {
    match code.to_be_bytes()[0] {
        0x00 => (OutcomeKind::Failed, "service canceled"),
        0x01 => (OutcomeKind::Failed, "local node error"),
        0x02 => (OutcomeKind::Failed, "destination node error"),
        0x03 => (OutcomeKind::Failed, "controller error"),
        0x04 => (OutcomeKind::Refused, "service unsupported"),
        0x05 => (OutcomeKind::Failed, "routing table error"),
        0x10 => (OutcomeKind::Refused, "command format error"),
        0x11 => (OutcomeKind::Refused, "parameter error"),
        0x20 => (OutcomeKind::Refused, "read not possible"),
        0x21 => (OutcomeKind::Refused, "write not possible"),
        0x22 => (OutcomeKind::Refused, "not executable in current mode"),
        0x23 => (OutcomeKind::Failed, "no such device"),
        0x24 => (OutcomeKind::Failed, "cannot start or stop"),
        0x25 => (OutcomeKind::Failed, "unit error"),
        0x26 => (OutcomeKind::Refused, "command error"),
        0x30 => (OutcomeKind::Refused, "access right error"),
        0x40 => (OutcomeKind::Failed, "abort"),
        _ => (OutcomeKind::Failed, ""),
    }
}

/// Name of an error of the FINS/TCP header (W421, 7-4-2).
pub(super) fn tcp_error(error: u32) -> &'static str {
    match error {
        0x01 => "header is not fins",
        0x02 => "data length is too long",
        0x03 => "command is not supported",
        0x20 => "all connections are in use",
        0x21 => "node is already connected",
        0x22 => "access from an unspecified ip address",
        0x23 => "client node address is out of range",
        0x24 => "client and server have the same node address",
        0x25 => "all node addresses are in use",
        _ => "",
    }
}
