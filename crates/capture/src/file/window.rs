//! The part of a file that is in memory: one buffer of fixed size, refilled when it runs out.

use std::io::{self, Read};
use std::ops::Range;

use super::RECORD_MAX;

/// Twice the largest record, so that a whole one always fits behind a header.
const CAPACITY: usize = 2 * RECORD_MAX;

/// How much is read at a time unless a record needs more: little enough to leave most of the second-level cache to the
/// tables of the stages behind.
const CHUNK: usize = 128 * 1024;

pub(super) struct Window {
    reader: Box<dyn Read + Send>,
    buffer: Box<[u8]>,
    /// The bytes that are read but not yet passed.
    unread: Range<usize>,
    /// Bytes passed before the buffer's first byte.
    before: u64,
    ended: bool,
    error: Option<io::Error>,
}

impl Window {
    pub(super) fn new(reader: Box<dyn Read + Send>) -> Self {
        let buffer = vec![0; CAPACITY].into_boxed_slice();
        Self { reader, buffer, unread: 0..0, before: 0, ended: false, error: None }
    }

    /// The bytes from the present position on that are in memory.
    #[inline]
    pub(super) fn available(&self) -> &[u8] {
        self.buffer.get(self.unread.clone()).unwrap_or_default()
    }

    /// Whether the present position can see the end of the file: nothing will follow what is available.
    pub(super) fn is_last(&self) -> bool {
        self.ended
    }

    /// Offset of the present position from the start of the (decompressed) file.
    pub(super) fn position(&self) -> u64 {
        self.before + u64::try_from(self.unread.start).unwrap_or(0)
    }

    /// Why reading stopped, if not at the end of the file.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Reads on until `len` bytes are available, but at most as many as the buffer holds and the file has.
    #[inline]
    pub(super) fn ensure(&mut self, len: usize) -> bool {
        self.unread.len() >= len || self.refill(len)
    }

    /// Fills the buffer once half of it is used up: not for every byte of progress, because that moves
    /// what is left to the front each time.
    pub(super) fn ensure_sight(&mut self) {
        if self.unread.len() <= CAPACITY / 2 {
            self.ensure(CAPACITY);
        }
    }

    #[cold]
    fn refill(&mut self, len: usize) -> bool {
        if self.ended {
            return false;
        }
        self.before += u64::try_from(self.unread.start).unwrap_or(0);
        self.buffer.copy_within(self.unread.clone(), 0);
        self.unread = 0..self.unread.len();
        while self.unread.len() < len.min(CAPACITY) && !self.ended {
            let wanted = (len - self.unread.len()).max(CHUNK);
            let end = (self.unread.end + wanted).min(CAPACITY);
            match self.reader.read(self.buffer.get_mut(self.unread.end..end).unwrap_or_default()) {
                Ok(0) => self.ended = true,
                Ok(more) => self.unread.end = (self.unread.end + more).min(CAPACITY),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.error = Some(error);
                    self.ended = true;
                }
            }
        }
        self.unread.len() >= len
    }

    /// Passes over `len` available bytes and says where they lie, for [`Window::bytes`].
    #[inline]
    pub(super) fn pass(&mut self, len: usize) -> usize {
        let at = self.unread.start;
        self.unread.start = (at + len).min(self.unread.end);
        at
    }

    /// Passes over `len` bytes, whether or not they fit into memory; false when the file has fewer.
    pub(super) fn skip(&mut self, mut len: usize) -> bool {
        while len > self.unread.len() {
            len -= self.unread.len();
            self.unread.start = self.unread.end;
            if !self.ensure(1) {
                return false;
            }
        }
        self.pass(len);
        true
    }

    /// Bytes that were passed since the last call that may read.
    #[inline]
    pub(super) fn bytes(&self, at: usize, len: usize) -> &[u8] {
        self.buffer.get(at..).unwrap_or_default().get(..len).unwrap_or_default()
    }
}

/// Fills `bytes` from the start as far as the reader yields; says how far.
pub(super) fn fill(reader: &mut impl Read, bytes: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    while let Some(rest) = bytes.get_mut(len..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(more) => len += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(len)
}
