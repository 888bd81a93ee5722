//! Compressed captures, recognised by their first bytes and decompressed as a stream.

use std::io::{self, Chain, Cursor, Read};

use flate2::read::MultiGzDecoder;

use super::window::fill;

/// zstd asks for a window of the size that its header names; 2^26 is 64 MiB, and more is refused.
const ZSTD_WINDOW_LOG_MAX: u32 = 26;

/// A reader of the plain bytes, and the name of the compression if there was one.
///
/// Output is produced as it is read and never collected, so a file that inflates a thousandfold costs
/// time but no memory.
pub(super) fn detect(
    mut reader: Box<dyn Read + Send>,
) -> io::Result<(Box<dyn Read + Send>, Option<&'static str>)> {
    let mut head = [0; 4];
    let len = fill(&mut reader, &mut head)?;
    let whole = rejoin(head, len, reader);
    match head {
        [0x1f, 0x8b, ..] => Ok((Box::new(MultiGzDecoder::new(whole)), Some("gzip"))),
        [0x28, 0xb5, 0x2f, 0xfd] => {
            let mut decoder = zstd::Decoder::new(whole)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
            Ok((Box::new(decoder), Some("zstd")))
        }
        _ => Ok((Box::new(whole), None)),
    }
}

/// Puts the bytes that were looked at back in front of the rest.
fn rejoin(
    head: [u8; 4],
    len: usize,
    rest: Box<dyn Read + Send>,
) -> Chain<io::Take<Cursor<[u8; 4]>>, Box<dyn Read + Send>> {
    Cursor::new(head).take(u64::try_from(len).unwrap_or(0)).chain(rest)
}
