//! SMB 2 and 3 messages ([MS-SMB2], 2.2).

use super::files::{File, Key};
use super::{Smb, pipe, session, share_name, status_name};
use crate::dissector::Context;
use crate::out::Out;
use facts::{
    Command, FileAction, FileMoved, Observation, OutcomeKind, Part, Phase, Property, Subject, Target, Verb,
};
use wire::{Malformed, Reader, Text, Time};

/// Bytes of a header.
pub(super) const HEADER: usize = 64;
/// Messages that may be chained.
const CHAIN_MAX: usize = 16;
/// A later message of a chain means the file of the one before.
const RELATED: u64 = u64::MAX;
const PENDING: u32 = 0x103;
const PIPE_TRANSCEIVE: u32 = 0x0011_c017;
/// 1970 in the count of 100 ns since 1601.
const UNIX_EPOCH: i64 = 116_444_736_000_000_000;

#[derive(Clone, Copy)]
struct Header {
    status: u32,
    command: u16,
    response: bool,
    message: u64,
    flow: u32,
}

pub(super) fn observe<'a>(bytes: &'a [u8], context: &mut Context<'_, Smb>, out: &mut Out<'a, '_>) {
    let mut rest = bytes;
    for _ in 0..CHAIN_MAX {
        // A damaged body has already said what it could.
        let Ok(next) = one(rest, context, out) else { return };
        match rest.get(next..) {
            Some(following) if next >= HEADER && following.starts_with(b"\xfeSMB") => rest = following,
            _ => return,
        }
    }
}

/// One message; answers where the next of the chain begins, 0 for none.
fn one<'a>(
    bytes: &'a [u8],
    context: &mut Context<'_, Smb>,
    out: &mut Out<'a, '_>,
) -> Result<usize, Malformed> {
    let mut reader = Reader::new(bytes);
    reader.skip(8)?;
    let (status, command) = (reader.u32_le()?, reader.u16_le()?);
    reader.skip(2)?;
    let (flags, next, message) = (reader.u32_le()?, reader.u32_le()?, reader.u64_le()?);
    reader.skip(HEADER - 32)?;
    let header = Header { status, command, response: flags & 1 != 0, message, flow: context.seen.flow.0 };
    let next = usize::try_from(next).unwrap_or(0);
    let whole = if next >= HEADER { bytes.get(..next).unwrap_or(bytes) } else { bytes };
    let mut body = Reader::new(whole);
    body.skip(HEADER + 2)?;
    let target = if !header.response && command == 3 { tree(whole, body) } else { Target::None };
    said(&header, target, out);
    if let Target::Name { name, .. } = target {
        out.identity(Subject::Server, Property::Other, "share", share_name(name));
    }
    // What an error answers instead of a body says nothing more.
    if header.response {
        let _ = response(&header, whole, body, context, out);
    } else {
        let _ = request(&header, whole, body, context, out);
    }
    Ok(next)
}

fn said(header: &Header, target: Target<'_>, out: &mut Out<'_, '_>) {
    // The interim answer of a slow request is not its answer.
    if header.response && header.status == PENDING {
        return;
    }
    let (name, verb) = name(header.command);
    let phase = if header.response { Phase::Response } else { Phase::Request };
    let code = u64::from(header.command);
    out.command(Command { group: "smb2", code, name, verb, phase, part: Part::Whole, target });
    let error = header.status >> 30 == 3 && header.status != 0xc000_0016;
    if header.response && error {
        out.outcome("smb2", code, OutcomeKind::Refused, header.status, status_name(header.status));
    }
}

fn name(command: u16) -> (&'static str, Verb) {
    match command {
        0 => ("negotiate", Verb::Identify),
        1 => ("session setup", Verb::Login),
        2 => ("logoff", Verb::Logout),
        3 => ("tree connect", Verb::Other),
        4 => ("tree disconnect", Verb::Other),
        5 => ("create", Verb::Other),
        6 => ("close", Verb::Other),
        7 => ("flush", Verb::Other),
        8 => ("read", Verb::ReadFile),
        9 => ("write", Verb::WriteFile),
        10 => ("lock", Verb::Other),
        11 => ("ioctl", Verb::Other),
        12 => ("cancel", Verb::Other),
        13 => ("echo", Verb::Diagnose),
        14 => ("query directory", Verb::Other),
        15 => ("change notify", Verb::Subscribe),
        16 => ("query info", Verb::Other),
        17 => ("set info", Verb::Other),
        18 => ("oplock break", Verb::Other),
        _ => ("", Verb::Other),
    }
}

/// A buffer by its offset from the header.
fn buffer(whole: &[u8], offset: u32, len: u32) -> &[u8] {
    let (Ok(start), Ok(len)) = (usize::try_from(offset), usize::try_from(len)) else { return &[] };
    whole.get(start..).and_then(|rest| rest.get(..len)).unwrap_or_default()
}

fn tree<'a>(whole: &'a [u8], mut body: Reader<'a>) -> Target<'a> {
    let (Ok(_flags), Ok(offset), Ok(len)) = (body.u16_le(), body.u16_le(), body.u16_le()) else {
        return Target::None;
    };
    let name = Text::utf16_le(buffer(whole, u32::from(offset), u32::from(len)));
    Target::Name { space: "share", name }
}

fn request<'a>(
    header: &Header,
    whole: &'a [u8],
    mut body: Reader<'a>,
    context: &mut Context<'_, Smb>,
    out: &mut Out<'a, '_>,
) -> Result<(), Malformed> {
    match header.command {
        1 => {
            body.skip(10)?;
            let (offset, len) = (body.u16_le()?, body.u16_le()?);
            session::token(buffer(whole, u32::from(offset), u32::from(len)), context.session, out);
        }
        5 => create(header, whole, body, context)?,
        6 => {
            body.skip(6)?;
            closed(header, handle(&mut body)?, context, out);
        }
        8 => {
            body.skip(14)?;
            moved(header, handle(&mut body)?, FileAction::Read, context, out);
        }
        9 => {
            let (offset, len) = (body.u16_le()?, body.u32_le()?);
            body.skip(8)?;
            moved(header, handle(&mut body)?, FileAction::Write, context, out);
            pipe(buffer(whole, u32::from(offset), len), out);
        }
        11 => {
            body.skip(2)?;
            let code = body.u32_le()?;
            body.skip(16)?;
            let (offset, len) = (body.u32_le()?, body.u32_le()?);
            if code == PIPE_TRANSCEIVE {
                pipe(buffer(whole, offset, len), out);
            }
        }
        17 => {
            let (kind, class, len, offset) = (body.u8()?, body.u8()?, body.u32_le()?, body.u16_le()?);
            body.skip(6)?;
            let file = handle(&mut body)?;
            // FileDispositionInformation: delete when closed ([MS-FSCC], 2.4.11 and 2.4.12).
            if let (1, 13 | 64, [1, ..]) = (kind, class, buffer(whole, u32::from(offset), len))
                && let Some(file) = context.pool.get(key(header, file))
            {
                file.delete = true;
            }
        }
        _ => {}
    }
    Ok(())
}

fn response<'a>(
    header: &Header,
    whole: &'a [u8],
    mut body: Reader<'a>,
    context: &mut Context<'_, Smb>,
    out: &mut Out<'a, '_>,
) -> Result<(), Malformed> {
    match header.command {
        0 => negotiated(whole, body, context, out)?,
        1 => {
            session::answer(context.session, header.status, out);
            body.skip(2)?;
            let (offset, len) = (body.u16_le()?, body.u16_le()?);
            session::token(buffer(whole, u32::from(offset), u32::from(len)), context.session, out);
        }
        5 => {
            let file = context.pool.take(Key::Request(header.flow, header.message));
            if header.status != 0 {
                return Ok(());
            }
            body.skip(54)?;
            let attributes = body.u32_le()?;
            body.skip(4)?;
            let id = handle(&mut body)?;
            // A directory is neither read nor written as a file.
            if let (Some(file), 0) = (file, attributes & 0x10) {
                context.pool.put(Key::Handle(header.flow, id), file);
            }
        }
        8 => {
            let (offset, _reserved, len) = (body.u8()?, body.u8()?, body.u32_le()?);
            pipe(buffer(whole, u32::from(offset), len), out);
        }
        11 => {
            body.skip(2)?;
            let code = body.u32_le()?;
            body.skip(24)?;
            let (offset, len) = (body.u32_le()?, body.u32_le()?);
            if code == PIPE_TRANSCEIVE {
                pipe(buffer(whole, offset, len), out);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Dialect, the server's clock, and the first token.
fn negotiated(
    whole: &[u8],
    mut body: Reader<'_>,
    context: &mut Context<'_, Smb>,
    out: &mut Out<'_, '_>,
) -> Result<(), Malformed> {
    body.skip(2)?;
    let dialect = body.u16_le()?;
    body.skip(34)?;
    let clock = body.i64_le()?;
    body.skip(8)?;
    let (offset, len) = (body.u16_le()?, body.u16_le()?);
    let name = match dialect {
        0x0202 => "SMB 2.0.2",
        0x0210 => "SMB 2.1",
        0x0300 => "SMB 3.0",
        0x0302 => "SMB 3.0.2",
        0x0311 => "SMB 3.1.1",
        _ => "",
    };
    out.identity(Subject::Server, Property::Other, "dialect", Text::utf8(name.as_bytes()));
    if clock > UNIX_EPOCH {
        out.push(&Observation::Clock { told: Time((clock - UNIX_EPOCH).saturating_mul(100)) });
    }
    session::token(buffer(whole, u32::from(offset), u32::from(len)), context.session, out);
    Ok(())
}

/// Keeps the name of a file until the answer gives its handle.
fn create(
    header: &Header,
    whole: &[u8],
    mut body: Reader<'_>,
    context: &mut Context<'_, Smb>,
) -> Result<(), Malformed> {
    // Security, oplock, impersonation, flags, reserved, access, attributes, sharing, disposition.
    body.skip(2 + 4 + 8 + 8 + 4 + 4 + 4 + 4)?;
    let (options, offset, len) = (body.u32_le()?, body.u16_le()?, body.u16_le()?);
    let name = Text::utf16_le(buffer(whole, u32::from(offset), u32::from(len)));
    // FILE_DIRECTORY_FILE and FILE_DELETE_ON_CLOSE (2.2.13).
    if !name.is_empty() && options & 1 == 0 {
        context.pool.put(Key::Request(header.flow, header.message), File::new(name, options & 0x1000 != 0));
    }
    Ok(())
}

/// The volatile part of a file's handle, which is unique in a connection.
fn handle(body: &mut Reader<'_>) -> Result<u64, Malformed> {
    body.skip(8)?;
    body.u64_le()
}

/// In a chain the file is known by the request that opens it, one message before.
fn key(header: &Header, handle: u64) -> Key {
    match handle {
        RELATED => Key::Request(header.flow, header.message.saturating_sub(1)),
        handle => Key::Handle(header.flow, handle),
    }
}

/// Tells the first read or write of a file.
fn moved(
    header: &Header,
    id: u64,
    action: FileAction,
    context: &mut Context<'_, Smb>,
    out: &mut Out<'_, '_>,
) {
    let Some(file) = context.pool.get(key(header, id)) else { return };
    let told = if action == FileAction::Read { &mut file.read } else { &mut file.written };
    if !core::mem::replace(told, true) {
        out.push(&Observation::File(FileMoved { name: file.name(), action, size: None }));
    }
}

fn closed(header: &Header, id: u64, context: &mut Context<'_, Smb>, out: &mut Out<'_, '_>) {
    if let Some(file) = context.pool.get(key(header, id)).filter(|file| file.delete) {
        file.delete = false;
        out.push(&Observation::File(FileMoved { name: file.name(), action: FileAction::Delete, size: None }));
    }
    if id != RELATED {
        context.pool.take(Key::Handle(header.flow, id));
    }
}
