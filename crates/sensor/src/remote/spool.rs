//! What a remote sensor keeps on its disk until the site has said that it keeps it: a journal, bounded by bytes, that
//! drops and counts the oldest when it is full.
//!
//! A batch gets the spool's own number, without holes from 1 on; the spool itself is known by the moment at which it
//! was made, so that one that was removed is not taken for its successor. A batch is handed to the link only when it is
//! on the disk: a number that the site has seen is never used again.

use crate::receiver::Position;
use journal::{Appended, Journal, Limits, Reading, WhenFull};
use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{error, fmt, io};
use tokio::sync::watch;
use wire::Reader;

/// Bytes of one file of the spool: so much may stay behind of what is kept elsewhere.
const SEGMENT_BYTES: u64 = 8 << 20;
/// Bytes of batches that are also kept in memory: while the site is in reach, nothing is read from the disk.
const TAIL_BYTES_MAX: usize = 4 << 20;
/// Before the batch in a record: version, local incarnation and sequence, batches lost before it.
const HEAD_LEN: usize = 25;
const VERSION: u8 = 1;

/// Why the spool cannot be used.
#[derive(Debug)]
pub enum SpoolError {
    /// A file cannot be used.
    File(PathBuf, io::Error),
    /// The journal cannot be used.
    Journal(journal::Error),
    /// There is no room at all, not even for one batch.
    Full,
}

impl fmt::Display for SpoolError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, source) => write!(out, "use {}: {source}", path.display()),
            Self::Journal(source) => write!(out, "use the spool: {source}"),
            Self::Full => write!(out, "use the spool: it has no room for one batch; allow it more bytes"),
        }
    }
}

impl error::Error for SpoolError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::File(_, source) => Some(source),
            Self::Journal(source) => Some(source),
            Self::Full => None,
        }
    }
}

impl From<journal::Error> for SpoolError {
    fn from(source: journal::Error) -> Self {
        Self::Journal(source)
    }
}

/// A batch in the spool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spooled {
    /// Its number in the spool.
    pub sequence: u64,
    /// Batches that were dropped before it reached the spool.
    pub lost_before: u64,
    /// The batch.
    pub bytes: Vec<u8>,
}

/// What waits in the spool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Batches that the site has not acknowledged.
    pub batches: u64,
    /// Bytes on disk, a little of what was acknowledged included.
    pub bytes: u64,
    /// Batches dropped before they were acknowledged, since the spool was opened.
    pub dropped: u64,
}

/// The spool; copies of it are the same.
#[derive(Clone, Debug)]
pub struct Spool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    epoch: u64,
    inner: Mutex<Inner>,
    /// The number behind the last batch that is on the disk.
    durable: watch::Sender<u64>,
}

#[derive(Debug)]
struct Inner {
    journal: Journal,
    /// The site keeps everything up to this number.
    kept: u64,
    /// Numbers up to this are used, though the journal may have lost them.
    used: u64,
    dropped: u64,
    /// The newest batches in order, without holes.
    tail: VecDeque<Spooled>,
    tail_bytes: usize,
    last: Option<Position>,
}

impl Spool {
    /// Opens the spool of a folder, or makes one. `now_us` names a new one.
    pub fn open(folder: &Path, bytes_max: u64, now_us: u64) -> Result<Self, SpoolError> {
        let limits =
            Limits { segment_bytes: SEGMENT_BYTES, total_bytes: bytes_max, when_full: WhenFull::DropOldest };
        let journal = Journal::open(folder, limits)?;
        let epoch = epoch(&folder.join("epoch"), now_us)?;
        let mut reading = journal.read_from(journal.next_sequence().saturating_sub(1));
        let mut last = None;
        while let Some(record) = reading.next()? {
            last = split(&record.contents).map(|(position, _, _)| position);
        }
        let kept = journal.first_sequence().map_or(journal.next_sequence(), |first| first).saturating_sub(1);
        let durable = watch::Sender::new(journal.next_sequence());
        let used = journal.next_sequence().saturating_sub(1);
        let inner = Inner { journal, kept, used, dropped: 0, tail: VecDeque::new(), tail_bytes: 0, last };
        Ok(Self(Arc::new(Shared { epoch, inner: Mutex::new(inner), durable })))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the spool is known by to the site.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.0.epoch
    }

    /// Where the newest batch came from, in numbers of the process that listened.
    #[must_use]
    pub fn last(&self) -> Option<Position> {
        self.lock().last
    }

    /// Writes a batch; it is on the disk after [`Spool::sync`]. After an error it is not in the spool.
    pub fn append(&self, from: Position, lost_before: u64, bytes: &[u8]) -> Result<(), SpoolError> {
        let mut record = Vec::with_capacity(HEAD_LEN + bytes.len());
        record.push(VERSION);
        for number in [from.incarnation, from.sequence, lost_before] {
            record.extend(number.to_le_bytes());
        }
        record.extend(bytes);
        let mut guard = self.lock();
        let inner = &mut *guard;
        let sequence = inner.journal.next_sequence().max(inner.used + 1);
        let before = inner.journal.first_sequence();
        match inner.journal.append(sequence, &record)? {
            Appended::Written => {}
            Appended::Refused => return Err(SpoolError::Full),
        }
        (inner.used, inner.last) = (sequence, Some(from));
        if let (Some(before), Some(after)) = (before, inner.journal.first_sequence()) {
            inner.dropped += after.saturating_sub(before.max(inner.kept + 1));
        }
        inner.tail_bytes += bytes.len();
        inner.tail.push_back(Spooled { sequence, lost_before, bytes: bytes.to_vec() });
        while inner.tail_bytes > TAIL_BYTES_MAX
            && let Some(oldest) = inner.tail.pop_front()
        {
            inner.tail_bytes -= oldest.bytes.len();
        }
        Ok(())
    }

    /// Puts what was appended on the disk, and hands it to the link.
    pub fn sync(&self) -> Result<(), SpoolError> {
        let mut inner = self.lock();
        inner.journal.sync()?;
        let next = inner.used + 1;
        self.0.durable.send_if_modified(|known| std::mem::replace(known, next) != next);
        Ok(())
    }

    /// The site keeps everything up to this batch: it is forgotten here. One of another spool says nothing.
    pub fn acknowledge(&self, position: Position) -> Result<(), SpoolError> {
        if position.incarnation != self.0.epoch {
            return Ok(());
        }
        let mut inner = self.lock();
        inner.kept = inner.kept.max(position.sequence);
        // A disk that was put back to an older state must not use a number again that the site knows.
        inner.used = inner.used.max(position.sequence);
        let kept = inner.kept;
        while inner.tail.front().is_some_and(|front| front.sequence <= kept) {
            let len = inner.tail.pop_front().map_or(0, |front| front.bytes.len());
            inner.tail_bytes -= len;
        }
        inner.journal.forget_before(kept + 1)?;
        Ok(())
    }

    /// What waits.
    #[must_use]
    pub fn backlog(&self) -> Backlog {
        let inner = self.lock();
        let first = inner.journal.first_sequence().unwrap_or(inner.used + 1).max(inner.kept + 1);
        Backlog {
            batches: (inner.used + 1).saturating_sub(first),
            bytes: inner.journal.bytes(),
            dropped: inner.dropped,
        }
    }

    /// Reads behind this number, in order.
    #[must_use]
    pub fn read_behind(&self, sequence: u64) -> SpoolReader {
        let durable = self.0.durable.subscribe();
        SpoolReader { spool: self.clone(), next: sequence.saturating_add(1), reading: None, durable }
    }
}

/// Hands out what is on the disk, one after the other, each once.
#[derive(Debug)]
pub struct SpoolReader {
    spool: Spool,
    next: u64,
    /// Records of the disk, and the number behind the last of them.
    reading: Option<(Reading, u64)>,
    durable: watch::Receiver<u64>,
}

impl SpoolReader {
    /// The next batch, as soon as there is one. Waiting may be given up at any time.
    pub async fn next(&mut self) -> Result<Spooled, SpoolError> {
        loop {
            let durable = *self.durable.borrow_and_update();
            if let Some(spooled) = self.take(durable)? {
                return Ok(spooled);
            }
            // The sender of this channel lives in the spool that this reader holds.
            if self.durable.changed().await.is_err() {
                return Err(SpoolError::Full);
            }
        }
    }

    fn take(&mut self, durable: u64) -> Result<Option<Spooled>, SpoolError> {
        while self.next < durable {
            if let Some((reading, end)) = &mut self.reading {
                match reading.next()? {
                    Some(record) => {
                        self.next = record.sequence + 1;
                        // A record of another version, which no program has written yet, is passed over as a loss.
                        let Some((_, lost_before, bytes)) = split(&record.contents) else { continue };
                        let bytes = bytes.to_vec();
                        return Ok(Some(Spooled { sequence: record.sequence, lost_before, bytes }));
                    }
                    None => {
                        // What is missing before the end was damaged or dropped.
                        self.next = self.next.max(*end);
                        self.reading = None;
                        continue;
                    }
                }
            }
            let mut inner = self.spool.lock();
            let first = inner.tail.front().map(|front| front.sequence);
            if first.is_some_and(|first| first <= self.next) {
                let at = inner.tail.iter().find(|spooled| spooled.sequence >= self.next).cloned();
                if let Some(spooled) = at.filter(|spooled| spooled.sequence < durable) {
                    self.next = spooled.sequence + 1;
                    return Ok(Some(spooled));
                }
                return Ok(None);
            }
            // Everything that the reading finds must be on the disk.
            inner.journal.sync()?;
            self.reading = Some((inner.journal.read_from(self.next), inner.used + 1));
        }
        Ok(None)
    }
}

fn split(record: &[u8]) -> Option<(Position, u64, &[u8])> {
    let mut reader = Reader::new(record);
    if reader.u8() != Ok(VERSION) {
        return None;
    }
    let mut number = || reader.u64_le().ok();
    let position = Position { incarnation: number()?, sequence: number()? };
    let lost_before = number()?;
    Some((position, lost_before, reader.rest()))
}

/// The name of the spool, made with it and removed with it.
fn epoch(path: &Path, now_us: u64) -> Result<u64, SpoolError> {
    let failed = |error| SpoolError::File(path.to_owned(), error);
    match fs::read_to_string(path) {
        Ok(text) => text
            .trim()
            .parse()
            .map_err(|_| failed(io::Error::new(io::ErrorKind::InvalidData, "it holds no number"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let fresh = path.with_extension("new");
            let epoch = now_us.max(1);
            let mut file = File::create(&fresh).map_err(failed)?;
            writeln!(file, "{epoch}").and_then(|()| file.sync_all()).map_err(failed)?;
            fs::rename(&fresh, path).map_err(failed)?;
            Ok(epoch)
        }
        Err(error) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("yagura-spool-{name}-{}", std::process::id()));
        fs::remove_dir_all(&folder).ok();
        folder
    }

    fn from(sequence: u64) -> Position {
        Position { incarnation: 5, sequence }
    }

    fn fill(spool: &Spool, numbers: std::ops::Range<u64>, len: usize) {
        for number in numbers {
            spool.append(from(number), number % 3, &vec![number.to_le_bytes()[0]; len]).unwrap();
        }
        spool.sync().unwrap();
    }

    /// Numbers that are handed out at once.
    fn read(reader: &mut SpoolReader) -> Vec<u64> {
        let durable = *reader.durable.borrow();
        std::iter::from_fn(|| reader.take(durable).unwrap()).map(|spooled| spooled.sequence).collect()
    }

    #[test]
    fn what_is_not_acknowledged_outlives_the_process_and_keeps_its_number() {
        let folder = folder("again");
        let spool = Spool::open(&folder, 1 << 30, 77).unwrap();
        fill(&spool, 1..6, 100);
        spool.acknowledge(Position { incarnation: 77, sequence: 2 }).unwrap();
        spool.acknowledge(Position { incarnation: 76, sequence: 5 }).unwrap();
        assert_eq!(spool.backlog().batches, 3);
        drop(spool);
        let spool = Spool::open(&folder, 1 << 30, 99).unwrap();
        assert_eq!((spool.epoch(), spool.last()), (77, Some(from(5))));
        spool.acknowledge(Position { incarnation: 77, sequence: 2 }).unwrap();
        let mut reader = spool.read_behind(2);
        assert_eq!(read(&mut reader), [3, 4, 5]);
        fill(&spool, 6..8, 100);
        assert_eq!(read(&mut reader), [6, 7]);
        assert_eq!(read(&mut spool.read_behind(0)), [1, 2, 3, 4, 5, 6, 7], "whole files are forgotten");
        let whole = spool.read_behind(4).take(8).unwrap().unwrap();
        assert_eq!(whole, Spooled { sequence: 5, lost_before: 2, bytes: vec![5; 100] });
    }

    #[test]
    fn only_what_is_on_the_disk_is_handed_out() {
        let spool = Spool::open(&folder("durable"), 1 << 30, 1).unwrap();
        let mut reader = spool.read_behind(0);
        spool.append(from(1), 0, b"one").unwrap();
        assert!(read(&mut reader).is_empty());
        spool.sync().unwrap();
        spool.append(from(2), 0, b"two").unwrap();
        assert_eq!(read(&mut reader), [1]);
        spool.sync().unwrap();
        assert_eq!(read(&mut reader), [2]);
    }

    #[test]
    fn a_full_spool_drops_the_oldest_and_counts_what_nobody_keeps() {
        let spool = Spool::open(&folder("full"), 4 * SEGMENT_BYTES, 1).unwrap();
        let len = 512 << 10;
        fill(&spool, 1..21, len);
        spool.acknowledge(Position { incarnation: 1, sequence: 10 }).unwrap();
        fill(&spool, 21..200, len);
        let backlog = spool.backlog();
        assert!(backlog.bytes <= 4 * SEGMENT_BYTES, "{backlog:?}");
        assert_eq!(backlog.batches + backlog.dropped, 189, "{backlog:?}");
        let left = read(&mut spool.read_behind(10));
        assert_eq!(u64::try_from(left.len()).unwrap(), backlog.batches);
        assert!(left.is_sorted() && left.last() == Some(&199));
    }

    #[test]
    fn a_disk_put_back_uses_no_number_again() {
        let spool = Spool::open(&folder("back"), 1 << 30, 3).unwrap();
        fill(&spool, 1..3, 10);
        spool.acknowledge(Position { incarnation: 3, sequence: 40 }).unwrap();
        fill(&spool, 3..4, 10);
        assert_eq!(read(&mut spool.read_behind(40)), [41]);
    }
}
