//! One record as bytes: length, number, checksum of both and of the contents, contents.

use std::fs::File;
use std::io::{self, BufReader, Read};

/// Bytes before the contents.
pub(crate) const HEAD_LEN: usize = 4 + 8 + 4;

/// Writes a record behind what `into` holds. `None` when it is longer than a length can say.
pub(crate) fn write(sequence: u64, contents: &[u8], into: &mut Vec<u8>) -> Option<()> {
    let len = u32::try_from(contents.len()).ok()?;
    into.extend_from_slice(&len.to_le_bytes());
    into.extend_from_slice(&sequence.to_le_bytes());
    into.extend_from_slice(&checksum(len, sequence, contents).to_le_bytes());
    into.extend_from_slice(contents);
    Some(())
}

/// What stands at a place of a segment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A whole record: its number, and the bytes that it takes with its head.
    Whole(u64, u64),
    /// The segment ends here, between two records.
    End,
    /// The segment ends within a record.
    Cut,
    /// The bytes are no record.
    Wrong,
}

/// Reads a record's contents into `contents`.
pub(crate) fn read(from: &mut impl Read, contents: &mut Vec<u8>) -> io::Result<Found> {
    let mut head = [0; HEAD_LEN];
    match fill(from, &mut head)? {
        HEAD_LEN => {}
        0 => return Ok(Found::End),
        _ => return Ok(Found::Cut),
    }
    let (len, sequence, sum) = fields(head);
    contents.clear();
    let read = from.by_ref().take(u64::from(len)).read_to_end(contents)? as u64;
    if read < u64::from(len) {
        return Ok(Found::Cut);
    }
    if checksum(len, sequence, contents) != sum {
        return Ok(Found::Wrong);
    }
    Ok(Found::Whole(sequence, HEAD_LEN as u64 + u64::from(len)))
}

/// Passes over a record of which the segment holds at most `left` bytes, without looking at its contents.
pub(crate) fn skip(from: &mut BufReader<File>, left: u64) -> io::Result<Found> {
    let mut head = [0; HEAD_LEN];
    match fill(from, &mut head)? {
        HEAD_LEN => {}
        0 => return Ok(Found::End),
        _ => return Ok(Found::Cut),
    }
    let (len, sequence, _) = fields(head);
    if u64::from(len) > left.saturating_sub(HEAD_LEN as u64) {
        return Ok(Found::Cut);
    }
    from.seek_relative(i64::from(len))?;
    Ok(Found::Whole(sequence, HEAD_LEN as u64 + u64::from(len)))
}

/// Length, number and checksum of a head.
fn fields(head: [u8; HEAD_LEN]) -> (u32, u64, u32) {
    let [a, b, c, d, s0, s1, s2, s3, s4, s5, s6, s7, e, f, g, h] = head;
    let sequence = u64::from_le_bytes([s0, s1, s2, s3, s4, s5, s6, s7]);
    (u32::from_le_bytes([a, b, c, d]), sequence, u32::from_le_bytes([e, f, g, h]))
}

fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The number is part of it, so that an old record at a new place is not taken for one.
fn checksum(len: u32, sequence: u64, contents: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&len.to_le_bytes());
    hasher.update(&sequence.to_le_bytes());
    hasher.update(contents);
    hasher.finalize()
}
