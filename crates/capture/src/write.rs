//! Writing captures: classic pcap, little-endian, nanoseconds, Ethernet. For the simulator, for
//! tests and for evidence packets.

use std::io::{self, Write};

use wire::Time;

/// Writes the file header. Call it once, before the first [`record`].
pub fn header(out: &mut impl Write) -> io::Result<()> {
    out.write_all(&0xa1b2_3c4d_u32.to_le_bytes())?;
    out.write_all(&[2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
    out.write_all(&u32::try_from(crate::RECORD_MAX).unwrap_or(u32::MAX).to_le_bytes())?;
    out.write_all(&1_u32.to_le_bytes())
}

/// Writes one frame. `original_len` is its length on the wire; at least `bytes.len()` is written.
///
/// The format holds seconds as an unsigned 32-bit number, so a time before 1970 becomes 1970 and one
/// after 2106 becomes 2106. A frame of more than [`RECORD_MAX`](crate::RECORD_MAX) bytes is cut there.
pub fn record(out: &mut impl Write, time: Time, original_len: u32, bytes: &[u8]) -> io::Result<()> {
    let nanoseconds = u64::try_from(time.0).unwrap_or(0);
    let seconds = u32::try_from(nanoseconds / 1_000_000_000).unwrap_or(u32::MAX);
    let fraction = u32::try_from(nanoseconds % 1_000_000_000).unwrap_or(0);
    let bytes = bytes.get(..crate::RECORD_MAX).unwrap_or(bytes);
    let captured = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.write_all(&seconds.to_le_bytes())?;
    out.write_all(&fraction.to_le_bytes())?;
    out.write_all(&captured.to_le_bytes())?;
    out.write_all(&original_len.max(captured).to_le_bytes())?;
    out.write_all(bytes)
}
