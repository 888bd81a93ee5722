//! Files of a controller: which are its program (SH-080008, chapter 3.10: open, read, write and close file).

use super::wire::Fields;
use wire::{Charset, Text};

pub(super) const OPEN: u32 = 0x1827;
pub(super) const WRITE: u32 = 0x1829;
pub(super) const CLOSE: u32 = 0x182a;

/// Subcommand bit: password and name are in UTF-16 behind their lengths, as iQ-R and Q with Unicode want them.
const SUB_UNICODE: u32 = 0x40;
/// The open mode for writing.
const MODE_WRITE: u32 = 0x0100;
/// Bytes of a password without a length.
const PASSWORD: usize = 4;
/// Program files of the Q and L series, and of iQ-R.
const PROGRAMS: [&[u8]; 2] = [b".QPG", b".PRG"];

/// A file that is opened.
pub(super) struct Opened<'a> {
    pub(super) name: Text<'a>,
    /// Whether it is a program that is to be written.
    pub(super) is_program_written: bool,
}

/// What the request to open a file says; `None` in ASCII, and where it says something else.
pub(super) fn opened<'a>(mut data: Fields<'a>, sub: u32) -> Option<Opened<'a>> {
    if data.ascii {
        return None;
    }
    let width = if sub & SUB_UNICODE != 0 { 2 } else { 1 };
    let password = if width == 2 { usize::try_from(data.number(2).ok()?).ok()? * 2 } else { PASSWORD };
    data.reader.take(password).ok()?;
    let mode = data.number(2).ok()?;
    let _drive = data.number(2).ok()?;
    let len = usize::try_from(data.number(2).ok()?).ok()?;
    let bytes = data.reader.take(len * width).ok()?;
    let name = if width == 2 { Text { bytes, charset: Charset::Utf16Le } } else { Text::unknown(bytes) };
    let is_program = PROGRAMS.iter().any(|extension| ends_with(bytes, width, extension));
    Some(Opened { name, is_program_written: mode == MODE_WRITE && is_program })
}

/// Whether a name, in characters of `width` bytes, ends with `extension` in whatever case.
fn ends_with(name: &[u8], width: usize, extension: &[u8]) -> bool {
    let Some(at) = name.len().checked_sub(extension.len() * width) else { return false };
    let tail = name.get(at..).unwrap_or_default();
    let characters = tail.chunks(width).map(|character| match character {
        [low] | [low, 0] => low.to_ascii_uppercase(),
        _ => 0,
    });
    characters.eq(extension.iter().copied())
}
