//! Names of commands, functions, files and statuses.

use facts::Verb;

pub(super) const DIAGNOSTIC_STATUS: (u8, u8) = (0x06, 0x03);
pub(super) const READ_TWO_FIELDS: u8 = 0xa1;
pub(super) const READ_THREE_FIELDS: u8 = 0xa2;
pub(super) const WRITE_TWO_FIELDS: u8 = 0xa9;
pub(super) const WRITE_THREE_FIELDS: u8 = 0xaa;
pub(super) const WRITE_MASKED: u8 = 0xab;
const CHANGE_MODE: u8 = 0x80;
/// File type of ladder logic.
const LADDER: u8 = 0x22;

/// Name and verb (1770-6.5.16, chapter 7). `data` tells the mode and the kind of file where the verb depends on it.
pub(super) fn command(command: u8, function: u8, data: &[u8]) -> (&'static str, Verb) {
    match command {
        0x00 => ("protected write", Verb::Write),
        0x01 => ("unprotected read", Verb::Read),
        0x02 => ("protected bit write", Verb::Write),
        0x05 => ("unprotected bit write", Verb::Write),
        0x06 => diagnostics(function),
        0x07 => match function {
            0x00 => ("disable outputs", Verb::Operate),
            0x01 => ("enable outputs", Verb::Operate),
            0x03 => ("enable plc scanning", Verb::Start),
            0x04 => ("enter download mode", Verb::DownloadProgram),
            0x05 => ("exit download/upload mode", Verb::ChangeMode),
            0x06 => ("enter upload mode", Verb::UploadProgram),
            _ => ("", Verb::Other),
        },
        0x08 => ("unprotected write", Verb::Write),
        0x0f => extended(function, data),
        _ => ("", Verb::Other),
    }
}

fn diagnostics(function: u8) -> (&'static str, Verb) {
    match function {
        0x00 => ("echo", Verb::Diagnose),
        0x01 => ("read diagnostic counters", Verb::Diagnose),
        0x02 => ("set variables", Verb::Configure),
        0x03 => ("diagnostic status", Verb::Identify),
        0x04 => ("set timeout", Verb::Configure),
        0x05 => ("set naks", Verb::Configure),
        0x06 => ("set enqs", Verb::Configure),
        0x07 => ("reset diagnostic counters", Verb::Diagnose),
        0x08 => ("set data table size", Verb::Configure),
        0x09 => ("read link parameters", Verb::Diagnose),
        0x0a => ("set link parameters", Verb::Configure),
        _ => ("", Verb::Other),
    }
}

fn extended(function: u8, data: &[u8]) -> (&'static str, Verb) {
    // Size and file number stand before the type; a file number of 255 takes two more bytes.
    let kind = data.get(if data.get(1) == Some(&255) { 4 } else { 2 });
    let read = program(kind, Verb::UploadProgram, Verb::Read);
    let write = program(kind, Verb::DownloadProgram, Verb::Write);
    match function {
        0x00 => ("word range write", Verb::Write),
        0x01 => ("word range read", Verb::Read),
        0x02 => ("bit write", Verb::Write),
        0x03 => ("file write", Verb::Write),
        0x04 => ("file read", Verb::Read),
        0x05 => ("download request", Verb::DownloadProgram),
        0x06 => ("upload", Verb::UploadProgram),
        0x07 => ("shutdown", Verb::Stop),
        0x08 => ("physical write", Verb::DownloadProgram),
        0x09 => ("physical read", Verb::UploadProgram),
        0x0a => ("restart request", Verb::Reset),
        0x11 => ("get edit resource", Verb::Login),
        0x12 => ("return edit resource", Verb::Logout),
        0x17 => ("read bytes physical", Verb::UploadProgram),
        0x18 => ("write bytes physical", Verb::DownloadProgram),
        0x26 => ("read-modify-write", Verb::Write),
        0x29 => ("read section size", Verb::Read),
        0x3a => ("set cpu mode", Verb::ChangeMode),
        0x41 => ("disable forces", Verb::Force),
        0x50 => ("download all request", Verb::DownloadProgram),
        0x52 => ("download completed", Verb::DownloadProgram),
        0x53 => ("upload all request", Verb::UploadProgram),
        0x55 => ("upload completed", Verb::UploadProgram),
        0x57 => ("initialize memory", Verb::DeleteProgram),
        0x5e => ("modify plc-2 compatibility file", Verb::Configure),
        0x67 => ("typed write", Verb::Write),
        0x68 => ("typed read", Verb::Read),
        0x79 => ("read-modify-write n", Verb::Write),
        CHANGE_MODE => ("change mode", mode(data.first().copied())),
        0x81 => ("open file", Verb::Other),
        0x82 => ("close file", Verb::Other),
        0x88 => ("execute multiple commands", Verb::Other),
        0x8f => ("apply port configuration", Verb::Configure),
        READ_TWO_FIELDS => ("protected typed logical read with two address fields", read),
        READ_THREE_FIELDS => ("protected typed logical read with three address fields", read),
        0xa7 => ("protected typed file read", program(data.get(5), Verb::UploadProgram, Verb::ReadFile)),
        WRITE_TWO_FIELDS => ("protected typed logical write with two address fields", write),
        WRITE_THREE_FIELDS => ("protected typed logical write with three address fields", write),
        WRITE_MASKED => ("protected typed logical write with mask", Verb::Write),
        0xaf => ("protected typed file write", program(data.get(5), Verb::DownloadProgram, Verb::WriteFile)),
        _ => ("", Verb::Other),
    }
}

/// 1 is program, 6 is run, the others are tests.
fn mode(mode: Option<u8>) -> Verb {
    match mode {
        Some(1) => Verb::Stop,
        Some(6) => Verb::Start,
        _ => Verb::ChangeMode,
    }
}

/// Ladder logic is the program; every other file is data.
fn program(kind: Option<&u8>, ladder: Verb, other: Verb) -> Verb {
    if kind == Some(&LADDER) { ladder } else { other }
}

/// The letter of a data file, and the bytes of its elements.
pub(super) fn file(kind: u8) -> (&'static str, u32) {
    match kind {
        0x82 => ("O", 2),
        0x83 => ("I", 2),
        0x84 => ("S", 2),
        0x85 => ("B", 2),
        0x86 => ("T", 6),
        0x87 => ("C", 6),
        0x88 => ("R", 6),
        0x89 => ("N", 2),
        0x8a => ("F", 4),
        0x8d => ("ST", 84),
        0x8e => ("A", 2),
        0x91 => ("L", 4),
        0xa1 => ("output-force", 2),
        0xa2 => ("input-force", 2),
        LADDER => ("LAD", 1),
        _ => ("file", 1),
    }
}

/// The status without its extension: the remote station's in the high digit, the local one's in the low digit.
pub(super) fn status(status: u8) -> &'static str {
    match status {
        0x10 => "illegal command or format",
        0x20 => "host has a problem and will not communicate",
        0x30 => "remote node host is missing, disconnected or shut down",
        0x40 => "host could not complete function due to hardware fault",
        0x50 => "addressing problem or memory protect rungs",
        0x60 => "function not allowed due to command protection selection",
        0x70 => "processor is in program mode",
        0x80 => "compatibility mode file missing or communication zone problem",
        0x90 => "remote node cannot buffer command",
        0xb0 => "remote node problem due to download",
        0xf0 => "error code in the extended status",
        _ => "",
    }
}
