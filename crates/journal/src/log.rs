//! The log: appending, syncing, forgetting, and what opening finds.

use crate::Error;
use crate::read::Reading;
use crate::record::{self, HEAD_LEN};
use crate::segment::{Loss, Reason, Segment};
use std::collections::VecDeque;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Sizes of the log.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most bytes of one segment file; a longer record is refused.
    pub segment_bytes: u64,
    /// Most bytes of all segments together; at least two segments.
    pub total_bytes: u64,
    /// What happens when they are used up.
    pub when_full: WhenFull,
}

/// What a full log does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// The new record is refused.
    Refuse,
    /// The oldest segment is dropped.
    DropOldest,
}

/// How an append ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// The record is in the log; a crash may lose it until the next [`Journal::sync`].
    Written,
    /// The log is full and refuses; counted.
    Refused,
}

/// An open log.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    limits: Limits,
    /// All segments, the oldest first; the last is written to.
    segments: VecDeque<Segment>,
    file: Option<File>,
    /// Bytes may stand behind the last record: a write failed half-way.
    torn: bool,
    /// The newest segment is damaged: what stood behind the damage would never be read.
    sealed: bool,
    /// Files that were made since the last sync are not in the folder for good.
    folder_changed: bool,
    unsynced: bool,
    next: u64,
    refused: u64,
    dropped: u64,
    losses: Vec<Loss>,
    buffer: Vec<u8>,
    /// Held as long as the log is open.
    _lock: File,
}

impl Journal {
    /// Opens the log in a folder, which is made when it is not there. A torn tail is cut; what was lost is in
    /// [`Journal::losses`].
    pub fn open(folder: &Path, limits: Limits) -> Result<Self, Error> {
        let failed = |what| Error::file(what, folder);
        fs::create_dir_all(folder).map_err(failed("write"))?;
        let lock = lock(folder)?;
        let limits =
            Limits { total_bytes: limits.total_bytes.max(limits.segment_bytes.saturating_mul(2)), ..limits };
        let mut found: Vec<(u64, PathBuf)> = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed("read"))? {
            let path = entry.map_err(failed("read"))?.path();
            found.extend(Segment::first_of(&path).map(|first| (first, path)));
        }
        found.sort();
        let mut journal = Self {
            folder: folder.to_owned(),
            limits,
            segments: VecDeque::new(),
            file: None,
            torn: false,
            sealed: false,
            folder_changed: true,
            unsynced: true,
            next: 0,
            refused: 0,
            dropped: 0,
            losses: Vec::new(),
            buffer: Vec::new(),
            _lock: lock,
        };
        let behind: Vec<u64> = found.iter().skip(1).map(|(first, _)| *first).collect();
        for (at, (first, path)) in found.into_iter().enumerate() {
            journal.take_up(&path, first, behind.get(at).copied())?;
        }
        Ok(journal)
    }

    /// Takes up one segment that was found; `below` is the first number of the one behind it.
    fn take_up(&mut self, path: &Path, first: u64, below: Option<u64>) -> Result<(), Error> {
        let (segment, loss) = Segment::examine(path, first, below)?;
        if let Some(loss) = loss {
            match loss.reason {
                Reason::TornTail => segment.cut()?,
                Reason::Damaged => self.sealed |= below.is_none(),
            }
            self.losses.push(loss);
        }
        self.next = self.next.max(segment.next());
        self.segments.push_back(segment);
        Ok(())
    }

    /// What was lost before or while the log was opened.
    #[must_use]
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// The least number that the next record may have; 0 in a log that never held one. After a loss at the end it may
    /// be one that was used before: take one above every number that is known elsewhere.
    #[must_use]
    pub fn next_sequence(&self) -> u64 {
        self.next
    }

    /// Number of the oldest record; `None` in an empty log.
    #[must_use]
    pub fn first_sequence(&self) -> Option<u64> {
        self.segments.iter().find(|segment| segment.records > 0).map(|segment| segment.first)
    }

    /// Bytes of all records in the log.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }

    /// Records in the log.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.segments.iter().map(|segment| segment.records).sum()
    }

    /// Records refused because the log was full, since it was opened.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Records dropped to make room, since the log was opened.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Appends a record. Its number must be above that of every record before; gaps are allowed. On an error nothing
    /// was appended and the log can be used on.
    pub fn append(&mut self, sequence: u64, contents: &[u8]) -> Result<Appended, Error> {
        if sequence < self.next {
            return Err(Error::OutOfOrder { sequence, least: self.next });
        }
        let len = (HEAD_LEN + contents.len()) as u64;
        let too_long = Error::TooLong { bytes: contents.len(), limit: self.limits.segment_bytes };
        if len > self.limits.segment_bytes {
            return Err(too_long);
        }
        if !self.make_room(len)? {
            self.refused += 1;
            return Ok(Appended::Refused);
        }
        self.buffer.clear();
        record::write(sequence, contents, &mut self.buffer).ok_or(too_long)?;
        self.ready(sequence, len)?;
        let (Some(segment), Some(file)) = (self.segments.back_mut(), &mut self.file) else {
            return Ok(Appended::Refused);
        };
        let written = file.write_all(&self.buffer);
        if let Err(cause) = written {
            // A part of it may stand in the file: it is cut now, or else before the next record is written.
            (self.torn, self.file) = (file.set_len(segment.bytes).is_err(), None);
            return Err(Error::file("write", &segment.path)(cause));
        }
        segment.add(sequence, len);
        self.unsynced = true;
        // The last number there is can be used once and is then also the next; a log never gets there.
        self.next = sequence.saturating_add(1);
        Ok(Appended::Written)
    }

    /// Makes everything appended so far outlive a crash of the machine. What this acknowledged is never lost. An error
    /// means that what was appended since may be gone after a crash, even when a later call succeeds: open the log
    /// again to see what is there.
    pub fn sync(&mut self) -> Result<(), Error> {
        if !self.unsynced && !self.folder_changed {
            return Ok(());
        }
        // After a failed write the file is closed; what was appended before still has to be synced.
        if self.torn || self.file.is_none() {
            self.cut_torn()?;
        }
        if let (Some(file), Some(segment)) = (&self.file, self.segments.back()) {
            file.sync_data().map_err(Error::file("write", &segment.path))?;
        }
        if self.folder_changed {
            sync_folder(&self.folder)?;
        }
        (self.unsynced, self.folder_changed) = (false, false);
        Ok(())
    }

    /// Reads the records from a number on.
    #[must_use]
    pub fn read_from(&self, sequence: u64) -> Reading {
        let wanted = self.segments.iter().filter(|segment| segment.records > 0 && segment.last >= sequence);
        Reading::new(wanted.cloned().collect(), sequence)
    }

    /// Removes segments all of whose records are below a number. The segment that is written to stays.
    pub fn forget_before(&mut self, sequence: u64) -> Result<(), Error> {
        while self.segments.len() > 1
            && self.segments.front().is_some_and(|segment| segment.records == 0 || segment.last < sequence)
        {
            self.remove_oldest()?;
        }
        Ok(())
    }

    /// Whether there is room for so many bytes, made if the log may drop what is oldest.
    fn make_room(&mut self, len: u64) -> Result<bool, Error> {
        while self.bytes() + len > self.limits.total_bytes {
            if self.limits.when_full == WhenFull::Refuse || self.segments.len() < 2 {
                return Ok(false);
            }
            let records = self.segments.front().map_or(0, |segment| segment.records);
            self.remove_oldest()?;
            self.dropped += records;
        }
        Ok(true)
    }

    fn remove_oldest(&mut self) -> Result<(), Error> {
        let Some(oldest) = self.segments.front() else { return Ok(()) };
        match fs::remove_file(&oldest.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::file("remove", &oldest.path)(error));
            }
            _ => {}
        }
        self.segments.pop_front();
        self.folder_changed = true;
        Ok(())
    }

    /// Sees to it that the newest segment is open and has room for a record.
    fn ready(&mut self, sequence: u64, len: u64) -> Result<(), Error> {
        let full = |segment: &Segment, limit| segment.records > 0 && segment.bytes + len > limit;
        let needs_new = match self.segments.back() {
            None => true,
            Some(newest) => full(newest, self.limits.segment_bytes) || self.sealed,
        };
        if needs_new {
            // A segment that is not the newest is whole for good.
            self.sync()?;
            let segment = Segment::empty(&self.folder, sequence);
            // A file of the same name holds no readable record: that of a segment that was damaged from its start.
            let file = File::create(&segment.path).map_err(Error::file("write", &segment.path))?;
            self.segments.retain(|other| other.path != segment.path);
            (self.file, self.folder_changed, self.sealed) = (Some(file), true, false);
            self.segments.push_back(segment);
        } else if self.torn || self.file.is_none() {
            self.cut_torn()?;
        }
        Ok(())
    }

    fn cut_torn(&mut self) -> Result<(), Error> {
        let Some(newest) = self.segments.back() else { return Ok(()) };
        if self.torn {
            newest.cut()?;
        }
        self.file = Some(newest.open_end()?);
        self.torn = false;
        Ok(())
    }
}

/// Takes the lock of a folder; it is given back when the file is closed, also by a killed process.
fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join("lock");
    let failed = || Error::file("write", &path);
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed())?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse(folder.to_owned())),
        Err(TryLockError::Error(cause)) => Err(failed()(cause)),
    }
}

fn sync_folder(folder: &Path) -> Result<(), Error> {
    let failed = || Error::file("write", folder);
    File::open(folder).map_err(failed())?.sync_all().map_err(failed())
}
