//! SMB 1 messages ([MS-CIFS], 2.2; [MS-SMB], 2.2).

use super::files::{File, Key};
use super::{Smb, pipe, session, share_name, status_name};
use crate::dissector::Context;
use crate::out::Out;
use crate::protocols::Protocol;
use facts::{
    Command, FileAction, FileMoved, Observation, OutcomeKind, Part, Phase, Property, Subject, Target, Verb,
};
use wire::{Charset, Malformed, Reader, Text, Time};

/// Bytes of the header.
pub(super) const HEADER: usize = 32;
const FLAGS2_UNICODE: u16 = 0x8000;
const FLAGS2_NT_STATUS: u16 = 0x4000;
const EXTENDED_SECURITY: u32 = 0x8000_0000;
/// 1970 in the count of 100 ns since 1601.
const UNIX_EPOCH: i64 = 116_444_736_000_000_000;

/// The parts of one message.
#[derive(Clone, Copy)]
struct Parts<'a> {
    command: u8,
    status: u32,
    response: bool,
    unicode: bool,
    message: u64,
    flow: u32,
    words: &'a [u8],
    /// The bytes behind the words, and where they begin.
    data: &'a [u8],
    data_at: usize,
    whole: &'a [u8],
}

pub(super) fn observe<'a>(bytes: &'a [u8], context: &mut Context<'_, Smb>, out: &mut Out<'a, '_>) {
    // A damaged message says what stands before the damage.
    let Ok(parts) = split(bytes, context.seen.flow.0) else { return };
    let target = if parts.command == 0x75 && !parts.response { tree(&parts) } else { Target::None };
    said(&parts, target, out);
    let _ = match (parts.command, parts.response) {
        (0x72, true) => negotiated(&parts, context, out),
        (0x73, false) => setup_request(&parts, context, out),
        (0x73, true) => setup_response(&parts, context, out),
        (0x75, false) => {
            if let Target::Name { name, .. } = target {
                out.identity(Subject::Server, Property::Other, "share", share_name(name));
            }
            Ok(())
        }
        (0xa2, false) => create_request(&parts, context),
        (0xa2, true) => create_response(&parts, context),
        (0x2e | 0x2f, false) => moved(&parts, context, out),
        (0x2e, true) => {
            let (offset, len) = (number(parts.words, 12), number(parts.words, 10));
            pipe(range(&parts, offset, len), out);
            Ok(())
        }
        (0x06, false) => {
            // A pattern of names behind a format byte.
            let name = text(&parts, parts.data.get(1..).unwrap_or_default(), parts.data_at + 1).0;
            out.push(&Observation::File(FileMoved { name, action: FileAction::Delete, size: None }));
            Ok(())
        }
        (0x25, _) => transaction(&parts, out),
        _ => Ok(()),
    };
}

fn split(bytes: &[u8], flow: u32) -> Result<Parts<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    reader.skip(4)?;
    let (command, status, flags, flags2) = (reader.u8()?, reader.u32_le()?, reader.u8()?, reader.u16_le()?);
    reader.skip(18)?;
    let message = u64::from(reader.u16_le()?);
    let count = usize::from(reader.u8()?);
    let words = reader.take(2 * count)?;
    let len = usize::from(reader.u16_le()?);
    let (data_at, data) = (reader.at(), reader.take_up_to(len));
    // Older systems send a class and a code instead of a status.
    let status = if flags2 & FLAGS2_NT_STATUS != 0 || status == 0 { status } else { 0xc000_0000 | status };
    let (response, unicode) = (flags & 0x80 != 0, flags2 & FLAGS2_UNICODE != 0);
    Ok(Parts { command, status, response, unicode, message, flow, words, data, data_at, whole: bytes })
}

fn said(parts: &Parts<'_>, target: Target<'_>, out: &mut Out<'_, '_>) {
    let (name, verb) = name(parts.command);
    let phase = if parts.response { Phase::Response } else { Phase::Request };
    let code = u64::from(parts.command);
    out.command(Command { group: "smb1", code, name, verb, phase, part: Part::Whole, target });
    if parts.response && parts.status >> 30 == 3 && parts.status != 0xc000_0016 {
        out.outcome("smb1", code, OutcomeKind::Refused, parts.status, status_name(parts.status));
    }
}

fn name(command: u8) -> (&'static str, Verb) {
    match command {
        0x00 => ("create directory", Verb::WriteFile),
        0x01 => ("delete directory", Verb::DeleteFile),
        0x02 => ("open", Verb::Other),
        0x04 => ("close", Verb::Other),
        0x05 => ("flush", Verb::Other),
        0x06 => ("delete", Verb::DeleteFile),
        0x07 => ("rename", Verb::WriteFile),
        0x08 => ("query information", Verb::Other),
        0x0a => ("read", Verb::ReadFile),
        0x0b => ("write", Verb::WriteFile),
        0x10 => ("check directory", Verb::Other),
        0x24 => ("locking andx", Verb::Other),
        0x25 => ("transaction", Verb::Other),
        0x26 => ("transaction secondary", Verb::Other),
        0x2b => ("echo", Verb::Diagnose),
        0x2d => ("open andx", Verb::Other),
        0x2e => ("read andx", Verb::ReadFile),
        0x2f => ("write andx", Verb::WriteFile),
        0x32 => ("transaction2", Verb::Other),
        0x33 => ("transaction2 secondary", Verb::Other),
        0x34 => ("find close2", Verb::Other),
        0x70 => ("tree connect", Verb::Other),
        0x71 => ("tree disconnect", Verb::Other),
        0x72 => ("negotiate", Verb::Identify),
        0x73 => ("session setup andx", Verb::Login),
        0x74 => ("logoff andx", Verb::Logout),
        0x75 => ("tree connect andx", Verb::Other),
        0x80 => ("query information disk", Verb::Other),
        0xa0 => ("nt transact", Verb::Other),
        0xa2 => ("nt create andx", Verb::Other),
        0xa4 => ("nt cancel", Verb::Other),
        _ => ("", Verb::Other),
    }
}

/// The 16-bit number at an offset of the words.
fn number(words: &[u8], at: usize) -> u16 {
    words.get(at..).and_then(|rest| Reader::new(rest).u16_le().ok()).unwrap_or_default()
}

/// Bytes by their offset from the header.
fn range<'a>(parts: &Parts<'a>, offset: u16, len: u16) -> &'a [u8] {
    let rest = parts.whole.get(usize::from(offset)..).unwrap_or_default();
    rest.get(..usize::from(len)).unwrap_or_default()
}

/// A zero-terminated string that begins at `at` of the message, and the bytes behind it. UTF-16 begins at an even place.
fn text<'a>(parts: &Parts<'a>, bytes: &'a [u8], at: usize) -> (Text<'a>, &'a [u8], usize) {
    if !parts.unicode {
        let mut reader = Reader::new(bytes);
        let name = reader.until(0);
        return (Text::unknown(name), reader.rest(), at + reader.at());
    }
    let pad = at % 2;
    let bytes = bytes.get(pad..).unwrap_or_default();
    let len = 2 * bytes.chunks_exact(2).take_while(|unit| *unit != [0, 0]).count();
    let name = Text { bytes: bytes.get(..len).unwrap_or_default(), charset: Charset::Utf16Le };
    (name, bytes.get(len + 2..).unwrap_or_default(), at + pad + len + 2)
}

/// Several strings behind each other.
fn texts<'a, const N: usize>(parts: &Parts<'a>, mut bytes: &'a [u8], mut at: usize) -> [Text<'a>; N] {
    let mut found = [Text::default(); N];
    for place in &mut found {
        (*place, bytes, at) = text(parts, bytes, at);
    }
    found
}

fn system(subject: Subject, os: Text<'_>, manager: Text<'_>, out: &mut Out<'_, '_>) {
    out.identity(subject, Property::OperatingSystem, "native-os", os);
    out.identity(subject, Property::Software, "native-lan-manager", manager);
}

/// NT LM 0.12 answers with 17 words: clock, and either names or a token.
fn negotiated(
    parts: &Parts<'_>,
    context: &mut Context<'_, Smb>,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    let mut words = Reader::new(parts.words);
    words.skip(19)?;
    let capabilities = words.u32_le()?;
    let clock = words.i64_le()?;
    words.skip(2)?;
    let challenge = usize::from(words.u8()?);
    if clock > UNIX_EPOCH {
        out.push(&Observation::Clock { told: Time((clock - UNIX_EPOCH).saturating_mul(100)) });
    }
    if capabilities & EXTENDED_SECURITY != 0 {
        session::token(parts.data.get(16..).unwrap_or_default(), context.session, out);
        return Ok(());
    }
    let names = parts.data.get(challenge..).unwrap_or_default();
    // These two names are not aligned (2.2.4.52.2).
    let even = Parts { data_at: 0, ..*parts };
    let [domain, server] = texts(&even, names, 0);
    out.identity(Subject::Server, Property::Domain, "domain", domain);
    out.identity(Subject::Server, Property::Name, "server", server);
    Ok(())
}

fn setup_request(
    parts: &Parts<'_>,
    context: &mut Context<'_, Smb>,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    let first = usize::from(number(parts.words, 14));
    match parts.words.len() {
        // With a token (extended security).
        24 => {
            session::token(parts.data.get(..first).unwrap_or_default(), context.session, out);
            let rest = parts.data.get(first..).unwrap_or_default();
            let [os, manager] = texts(parts, rest, parts.data_at + first);
            system(Subject::Client, os, manager, out);
        }
        // With two responses, which are passed over.
        26 => {
            let passed = first + usize::from(number(parts.words, 16));
            let rest = parts.data.get(passed..).unwrap_or_default();
            let [user, domain, os, manager] = texts(parts, rest, parts.data_at + passed);
            session::ask(context.session, user, out);
            out.identity(Subject::Client, Property::Other, "user-domain", domain);
            system(Subject::Client, os, manager, out);
        }
        // LAN Manager: one response.
        20 => {
            let rest = parts.data.get(first..).unwrap_or_default();
            let [user, domain, os, manager] = texts(parts, rest, parts.data_at + first);
            session::ask(context.session, user, out);
            out.identity(Subject::Client, Property::Other, "user-domain", domain);
            system(Subject::Client, os, manager, out);
        }
        _ => {}
    }
    Ok(())
}

fn setup_response(
    parts: &Parts<'_>,
    context: &mut Context<'_, Smb>,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    session::answer(context.session, parts.status, out);
    let blob = if parts.words.len() == 8 { usize::from(number(parts.words, 6)) } else { 0 };
    if parts.words.len() < 6 {
        return Ok(());
    }
    session::token(parts.data.get(..blob).unwrap_or_default(), context.session, out);
    let rest = parts.data.get(blob..).unwrap_or_default();
    let [os, manager, domain] = texts(parts, rest, parts.data_at + blob);
    system(Subject::Server, os, manager, out);
    out.identity(Subject::Server, Property::Domain, "primary-domain", domain);
    Ok(())
}

fn tree<'a>(parts: &Parts<'a>) -> Target<'a> {
    let password = usize::from(number(parts.words, 6));
    let rest = parts.data.get(password..).unwrap_or_default();
    Target::Name { space: "share", name: text(parts, rest, parts.data_at + password).0 }
}

/// Keeps the name of a file until the answer gives its handle.
fn create_request(parts: &Parts<'_>, context: &mut Context<'_, Smb>) -> Result<(), Malformed> {
    let mut words = Reader::new(parts.words);
    // Chain, reserved, name length, flags, root, access, size, attributes, sharing, disposition.
    words.skip(4 + 1 + 2 + 4 + 4 + 4 + 8 + 4 + 4 + 4)?;
    let options = words.u32_le()?;
    let name = text(parts, parts.data, parts.data_at).0;
    if !name.is_empty() && options & 1 == 0 {
        let file = File::new(name, false);
        context.pool.put(Key::Request(parts.flow, parts.message), file);
    }
    Ok(())
}

fn create_response(parts: &Parts<'_>, context: &mut Context<'_, Smb>) -> Result<(), Malformed> {
    let file = context.pool.take(Key::Request(parts.flow, parts.message));
    if let (Some(file), 0, true) = (file, parts.status, parts.words.len() >= 8) {
        let mut words = Reader::new(parts.words);
        words.skip(5)?;
        context.pool.put(Key::Handle(parts.flow, u64::from(words.u16_le()?)), file);
    }
    Ok(())
}

/// Tells the first read or write of a file, and hands on what is written to a pipe.
fn moved<'a>(
    parts: &Parts<'a>,
    context: &mut Context<'_, Smb>,
    out: &mut Out<'a, '_>,
) -> Result<(), Malformed> {
    let action = if parts.command == 0x2e { FileAction::Read } else { FileAction::Write };
    let handle = u64::from(number(parts.words, 4));
    if let Some(file) = context.pool.get(Key::Handle(parts.flow, handle)) {
        let told = if action == FileAction::Read { &mut file.read } else { &mut file.written };
        if !core::mem::replace(told, true) {
            out.push(&Observation::File(FileMoved { name: file.name(), action, size: None }));
        }
    }
    if action == FileAction::Write {
        pipe(range(parts, number(parts.words, 22), number(parts.words, 20)), out);
    }
    Ok(())
}

/// Mailslots and named pipes (2.2.4.33): the data go to the browser or to DCE/RPC.
fn transaction<'a>(parts: &Parts<'a>, out: &mut Out<'a, '_>) -> Result<(), Malformed> {
    let (len, offset) = if parts.response { (12, 14) } else { (22, 24) };
    let data = range(parts, number(parts.words, offset), number(parts.words, len));
    let name = text(parts, parts.data, parts.data_at).0;
    let mailslot = |wanted: &[u8]| name.bytes.eq_ignore_ascii_case(wanted);
    if !parts.response && (mailslot(b"\\MAILSLOT\\BROWSE") || mailslot(b"\\MAILSLOT\\LANMAN")) {
        out.inner_as(Protocol::Browser, data, 0);
    } else {
        pipe(data, out);
    }
    Ok(())
}
