//! Reading records in their order.

use crate::Error;
use crate::record::{self, Found};
use crate::segment::{Loss, Reason, Segment};
use std::fs::File;
use std::io::BufReader;

/// A record of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub sequence: u64,
    /// What was appended.
    pub contents: Vec<u8>,
}

/// The records from a number on, as they stood when the reading began. The log may be appended to meanwhile; what is
/// new takes a new reading.
#[derive(Debug)]
pub struct Reading {
    /// Segments that are still to be read, the next one last.
    segments: Vec<Segment>,
    open: Option<(Segment, BufReader<File>, u64)>,
    least: u64,
    losses: Vec<Loss>,
}

impl Reading {
    pub(crate) fn new(mut segments: Vec<Segment>, least: u64) -> Self {
        segments.reverse();
        Self { segments, open: None, least, losses: Vec::new() }
    }

    /// What could not be read so far.
    #[must_use]
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// The next record; `None` at the end. A damaged record is reported as a loss and what follows it in its segment
    /// is passed over. After an error the next call goes on with the next segment.
    #[expect(
        clippy::should_implement_trait,
        reason = "it can fail, and an iterator of results would be ignored by `for`"
    )]
    pub fn next(&mut self) -> Result<Option<Record>, Error> {
        loop {
            let Some((segment, mut reader, at)) = self.open.take() else {
                let Some(segment) = self.segments.pop() else { return Ok(None) };
                match File::open(&segment.path) {
                    Ok(file) => self.open = Some((segment, BufReader::with_capacity(1 << 16, file), 0)),
                    // Forgotten or dropped since the reading began.
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(error) => return Err(Error::file("read", &segment.path)(error)),
                }
                continue;
            };
            if at >= segment.bytes {
                continue;
            }
            let mut contents = Vec::new();
            let found = record::read(&mut reader, &mut contents);
            match found.map_err(Error::file("read", &segment.path))? {
                Found::Whole(sequence, bytes) => {
                    self.open = Some((segment, reader, at + bytes));
                    if sequence >= self.least {
                        self.least = sequence.saturating_add(1);
                        return Ok(Some(Record { sequence, contents }));
                    }
                }
                // There was a whole record when the log was opened or the record written.
                Found::Wrong | Found::Cut | Found::End => {
                    let bytes = segment.bytes - at;
                    self.losses.push(Loss { path: segment.path, at, bytes, reason: Reason::Damaged });
                }
            }
        }
    }
}
