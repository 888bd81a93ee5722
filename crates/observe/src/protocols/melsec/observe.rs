//! Messages to observations.

use super::wire::Message;
use crate::out::Out;
use facts::{
    Command, FileAction, FileMoved, Observation, OutcomeKind, Part, Phase, Property, Role, Subject, Target,
    Verb,
};
use wire::{Charset, Digits, Malformed, Reader, Text};

const OPEN_INITIAL: u16 = 0x0121;
const FILE_OPEN: u16 = 0x1867;
/// The ending of program files, in UTF-16.
const PROGRAM_ENDING: &[u8] = b".\0P\0R\0G\0";

pub(super) fn observe(message: &Message<'_>, out: &mut Out<'_, '_>) {
    match *message {
        Message::Search { kind, found } => {
            let phase = if found { Phase::Response } else { Phase::Request };
            say("search", u64::from(kind), ("search", Verb::Discover), phase, Target::None, out);
        }
        Message::Command { command, status: None, data } => request(command, data, out),
        Message::Command { command, status: Some(status), data } => {
            let code = u64::from(command);
            say("", code, name(command, false), Phase::Response, Target::None, out);
            if status != 0 {
                out.outcome("", code, OutcomeKind::Refused, u32::from(status), "");
                return;
            }
            out.role(Subject::Sender, Part::Whole, Role::Controller);
            if command == OPEN_INITIAL {
                identity(data, out).unwrap_or(());
            }
        }
    }
}

fn request(command: u16, data: &[u8], out: &mut Out<'_, '_>) {
    let file = file_name(command, data);
    // Opening a file says whether it will be written.
    let writes = command == FILE_OPEN && data.get(7).is_some_and(|mode| *mode != 0);
    let (name, mut verb) = name(command, writes);
    if command == FILE_OPEN && file.is_some_and(|file| file.bytes.ends_with(PROGRAM_ENDING)) {
        verb = if writes { Verb::DownloadProgram } else { Verb::UploadProgram };
    }
    let target = file.map_or(Target::None, |name| Target::Name { space: "file", name });
    say("", u64::from(command), (name, verb), Phase::Request, target, out);
    if let (Some(name), FILE_OPEN) = (file, command) {
        let action = if writes { FileAction::Write } else { FileAction::Read };
        out.push(&Observation::File(FileMoved { name, action, size: None }));
    }
}

fn say(
    group: &'static str,
    code: u64,
    (name, verb): (&'static str, Verb),
    phase: Phase,
    target: Target<'_>,
    out: &mut Out<'_, '_>,
) {
    out.command(Command { group, code, name, verb, phase, part: Part::Whole, target });
}

/// The answer of the first command: two bytes, the model in 16 characters, its number.
fn identity(data: &[u8], out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    let mut reader = Reader::new(data);
    reader.skip(2)?;
    out.identity(Subject::Sender, Property::Model, "open.model", Text::unknown(reader.take(16)?));
    let number = Digits::hex(u64::from(reader.u16_le()?), 4);
    out.identity(Subject::Sender, Property::Other, "open.model-number", number.as_text());
    Ok(())
}

/// Files are named in UTF-16 with a closing 0, the length in bytes in front.
fn file_name(command: u16, data: &[u8]) -> Option<Text<'_>> {
    let at = match command {
        0x185f | 0x187e => 8,
        0x1859 | FILE_OPEN => 14,
        _ => return None,
    };
    let mut reader = Reader::new(data.get(at..)?);
    let len = usize::from(reader.u16_le().ok()?);
    let bytes = reader.take(len).ok()?;
    let bytes = bytes.strip_suffix(b"\0\0").unwrap_or(bytes);
    (!bytes.is_empty()).then_some(Text { bytes, charset: Charset::Utf16Le })
}

/// Name and verb, as far as research has named the commands.
fn name(command: u16, writes: bool) -> (&'static str, Verb) {
    match command {
        OPEN_INITIAL => ("open initial", Verb::Identify),
        0x0131 => ("user name login", Verb::Login),
        0x0132 => ("password login", Verb::Login),
        0x0133 | 0x0134 => ("read user information", Verb::Read),
        0x0150 => ("safety run mode read", Verb::Diagnose),
        0x0410 | 0x0411 => ("read values", Verb::Read),
        0x1001 => ("remote run", Verb::Start),
        0x1002 => ("remote stop", Verb::Stop),
        0x1003 => ("remote pause", Verb::ChangeMode),
        0x1006 => ("remote reset", Verb::Reset),
        0x1120 => ("safety run mode change", Verb::ChangeMode),
        0x1133 => ("user information registration", Verb::ManageUser),
        0x1410 => ("write values", Verb::Write),
        0x1859 => ("file list read", Verb::ReadFile),
        0x185f => ("file search", Verb::ReadFile),
        FILE_OPEN => ("file open", if writes { Verb::WriteFile } else { Verb::ReadFile }),
        0x1868 => ("file read", Verb::ReadFile),
        0x1869 => ("file write", Verb::WriteFile),
        0x186a => ("file close", Verb::Other),
        _ => ("", Verb::Other),
    }
}
