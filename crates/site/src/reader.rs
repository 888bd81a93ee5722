//! Captures of strangers, uploaded or laid into a watched folder: each is read by a short-lived process in the sandbox.

use crate::heads::{ReadingId, Taken};
use crate::readings::{Batch, FromFile};
use sensor::{Account, FileEvent, FileJob, FileReader, Quota};
use std::ffi::OsString;
use std::fs::File;
use std::path::PathBuf;
use std::sync::mpsc::SyncSender;
use std::time::Duration;
use tokio::sync::oneshot;

/// How long one wait for the reader lasts.
const WAIT: Duration = Duration::from_millis(200);
/// A capture whose reader is killed so often is given up: the machine has no memory for it.
const KILLS_MAX: u32 = 3;

/// What to read.
pub(crate) struct Reading {
    pub(crate) path: PathBuf,
    /// What people call it.
    pub(crate) name: String,
    pub(crate) id: ReadingId,
    /// The number of its first interface; one is found where there is none.
    pub(crate) first: Option<wire::CaptureId>,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Batches that were taken, in all.
    pub(crate) batches: u64,
    /// What was counted.
    pub(crate) account: Option<Account>,
    /// Why it could not be read whole, in one line that names it.
    pub(crate) remark: Option<String>,
}

/// Reads one capture; when this is done, all of it is on the disk. `None` when the server is ending.
pub(crate) async fn one(reading: Reading, fold: &SyncSender<FromFile>) -> Option<Outcome> {
    let (fold, name) = (fold.clone(), reading.name.clone());
    let work = move || {
        for _ in 0..KILLS_MAX {
            match attempt(&reading, &fold)? {
                // What was taken of it counts: the next attempt goes on behind that.
                Attempt::Killed => {
                    tracing::warn!("{}: its reader was killed: it is read again", reading.name)
                }
                Attempt::Done(outcome) => return Some(outcome),
            }
        }
        let why = format!("{}: given up: its reader was killed {KILLS_MAX} times", reading.name);
        Some(Outcome { remark: Some(why), ..Outcome::default() })
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => {
            let remark = Some(format!("the reader of {name} failed: {error}"));
            Some(Outcome { remark, ..Outcome::default() })
        }
    }
}

/// Says that what became of a capture is noted for good.
pub(crate) async fn noted(id: ReadingId, fold: &SyncSender<FromFile>) {
    tell(FromFile::Noted(id), fold).await;
}

/// Says something, waiting outside of the tasks while the folding thread is busy.
pub(crate) async fn tell(said: FromFile, fold: &SyncSender<FromFile>) {
    let fold = fold.clone();
    // A folding thread that is gone needs to know nothing more.
    let _ = tokio::task::spawn_blocking(move || fold.send(said)).await;
}

enum Attempt {
    Done(Outcome),
    Killed,
}

/// `None` when the folding thread is gone.
fn attempt(reading: &Reading, fold: &SyncSender<FromFile>) -> Option<Attempt> {
    let Reading { path, name, id, first } = reading;
    let (answer, begun) = oneshot::channel();
    fold.send(FromFile::Begin { id: *id, first: *first, answer }).ok()?;
    let taken = begun.blocking_recv().ok()?;
    let mut outcome = Outcome { batches: taken.batches, ..Outcome::default() };
    let started = File::open(path).map_err(|error| format!("{name}: cannot be opened: {error}"));
    let started = started.and_then(|file| {
        let job = FileJob {
            file,
            name: name.clone(),
            sensor: facts::id::SensorId(uuid::Uuid::nil()),
            first: taken.first,
            sequence: 1,
            flows_max: observe::Limits::default().flows,
            quota: Quota::default(),
        };
        FileReader::start(&[OsString::from("__reader")], job)
            .map_err(|error| format!("{name}: cannot be read: {error}"))
    });
    match started {
        Ok(mut reader) => {
            follow(reading, &mut reader, taken, &mut outcome, fold)?;
            if reader.was_killed() {
                return Some(Attempt::Killed);
            }
        }
        Err(why) => outcome.remark = Some(why),
    }
    let interfaces = outcome.account.as_ref().map_or(1, |account| account.captures.len());
    let (answer, kept) = oneshot::channel();
    let interfaces = u16::try_from(interfaces).unwrap_or(u16::MAX);
    fold.send(FromFile::End { id: *id, interfaces, answer }).ok()?;
    kept.blocking_recv().ok()?;
    Some(Attempt::Done(outcome))
}

/// Hands on what the reader tells until it ends. Batches that were taken before are not sent again.
fn follow(
    reading: &Reading,
    reader: &mut FileReader,
    taken: Taken,
    outcome: &mut Outcome,
    fold: &SyncSender<FromFile>,
) -> Option<()> {
    loop {
        match reader.next(WAIT) {
            Ok(Some(FileEvent::Batch { sequence, bytes })) => {
                if sequence > taken.batches {
                    outcome.batches = sequence;
                    let taken = Taken { batches: sequence, ..taken };
                    fold.send(FromFile::Batch(Batch { id: reading.id, taken, bytes })).ok()?;
                }
                reader.acknowledge(sequence);
            }
            Ok(Some(FileEvent::Account(account))) => outcome.account = Some(account),
            Ok(Some(FileEvent::Ended { remark })) => {
                outcome.remark = remark;
                return Some(());
            }
            Ok(None) => {}
            Err(error) => {
                outcome.remark = Some(format!("{}: {error}", reading.name));
                return Some(());
            }
        }
    }
}
