//! One file of the log: its name, its head, and what is found in it when the log is opened.

use crate::Error;
use crate::record::{self, Found};
use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// The end of every segment's name.
const EXTENSION: &str = "log";

/// A segment as the log knows it.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) path: PathBuf,
    /// Number of its first record; before there is one, the least that it may have.
    pub(crate) first: u64,
    /// Number of its last record; meaningless before there is one.
    pub(crate) last: u64,
    /// Bytes of its records.
    pub(crate) bytes: u64,
    pub(crate) records: u64,
}

/// Records that are not there any more, noticed when the log was opened or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The file.
    pub path: PathBuf,
    /// The byte in it from which on nothing could be read.
    pub at: u64,
    /// How many bytes were given up.
    pub bytes: u64,
    /// Why.
    pub reason: Reason,
}

/// Why records are not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The process or the machine stopped while it wrote the last record; the rest of it was cut off.
    TornTail,
    /// A record was changed after it was written; it and what follows it in its segment are passed over.
    Damaged,
}

impl Segment {
    /// The place of the segment that begins with this record.
    pub(crate) fn path(folder: &Path, first: u64) -> PathBuf {
        folder.join(format!("{first:020}.{EXTENSION}"))
    }

    /// The number in the name of a segment; `None` for a file that is none.
    pub(crate) fn first_of(path: &Path) -> Option<u64> {
        let stem = path.file_stem()?.to_str()?;
        let digits = stem.len() == 20 && stem.bytes().all(|byte| byte.is_ascii_digit());
        (digits && path.extension()? == EXTENSION).then(|| stem.parse().ok())?
    }

    /// A segment with no record yet.
    pub(crate) fn empty(folder: &Path, first: u64) -> Self {
        let path = Self::path(folder, first);
        Self { path, first, last: first, bytes: 0, records: 0 }
    }

    /// The least number that a record behind this segment may have.
    pub(crate) fn next(&self) -> u64 {
        if self.records > 0 { self.last.saturating_add(1) } else { self.first }
    }

    /// Reads a segment through; numbers must grow. What stands behind its last readable record is reported as a loss.
    /// Only the newest is read with its contents: it alone may be torn, and a day's spool is gigabytes. The contents of
    /// the others are checked when they are read; `below` is the number in the name of the segment behind.
    pub(crate) fn examine(
        path: &Path,
        first: u64,
        below: Option<u64>,
    ) -> Result<(Self, Option<Loss>), Error> {
        let failed = || Error::file("read", path);
        let file = File::open(path).map_err(failed())?;
        let len = file.metadata().map_err(failed())?.len();
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut segment = Self { path: path.to_owned(), first, last: first, bytes: 0, records: 0 };
        let mut contents = Vec::new();
        let reason = loop {
            let found = if below.is_none() {
                record::read(&mut reader, &mut contents)
            } else {
                record::skip(&mut reader, len.saturating_sub(segment.bytes))
            };
            match found.map_err(failed())? {
                Found::Whole(sequence, bytes)
                    if sequence >= segment.next() && below.is_none_or(|below| sequence < below) =>
                {
                    segment.add(sequence, bytes);
                }
                Found::End => return Ok((segment, None)),
                // An older one was synced before the next was made.
                Found::Cut if below.is_none() => break Reason::TornTail,
                Found::Cut | Found::Whole(..) | Found::Wrong => break Reason::Damaged,
            }
        };
        let (at, bytes) = (segment.bytes, len.saturating_sub(segment.bytes));
        let loss = Loss { path: path.to_owned(), at, bytes, reason };
        Ok((segment, Some(loss)))
    }

    /// Counts a record of so many bytes behind the last.
    pub(crate) fn add(&mut self, sequence: u64, bytes: u64) {
        if self.records == 0 {
            self.first = sequence;
        }
        self.last = sequence;
        self.bytes += bytes;
        self.records += 1;
    }

    /// Cuts off what stands behind the last readable record, so that the next one follows it.
    pub(crate) fn cut(&self) -> Result<(), Error> {
        let failed = || Error::file("write", &self.path);
        let file = File::options().write(true).open(&self.path).map_err(failed())?;
        file.set_len(self.bytes).map_err(failed())?;
        file.sync_all().map_err(failed())
    }

    /// The file, to append to it.
    pub(crate) fn open_end(&self) -> Result<File, Error> {
        let failed = || Error::file("write", &self.path);
        let mut file =
            File::options().write(true).create(true).truncate(false).open(&self.path).map_err(failed())?;
        file.seek(SeekFrom::Start(self.bytes)).map_err(failed())?;
        Ok(file)
    }
}
