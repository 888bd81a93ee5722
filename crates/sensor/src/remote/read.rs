//! A remote sensor that reads captures instead of listening: those of a machine that only records, or of a test.
//!
//! The same file gives the same batches each time, by number. A process that was killed reads it from its start again
//! and passes over what is in the spool already: nothing is lost, nothing comes twice.

use super::forward::{Forward, ForwardError, Outlet, keep, settle};
use super::spool::Spool;
use super::words::State;
use crate::reader::{FileEvent, FileJob, FileReader};
use crate::receiver::Position;
use crate::sandbox::Quota;
use facts::id::SensorId;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;
use tokio::sync::watch;
use wire::CaptureId;

/// How long one wait lasts: for the reader, for room in the spool, for the site.
const WAIT: Duration = Duration::from_millis(100);
/// Batches that are put on the disk together.
const SYNC_AFTER: u32 = 16;
/// A spool with so little room left waits for the site instead of dropping: a file can wait.
const ROOM: u64 = 32 << 20;
/// Readers of one file that may be killed from outside before it is given up.
const READERS_MAX: u32 = 5;

/// Reads captures in their order and delivers them; returns when the site keeps everything. `reader` are arguments of
/// this program that lead to [`run_reader`](crate::run_reader).
pub fn read_captures(config: &Forward, files: &[PathBuf], reader: &[OsString]) -> Result<(), ForwardError> {
    let outlet = Outlet::open(config)?;
    let (identity, spool, state) = outlet.start()?;
    let done = config.folder.join("captures-read");
    let reading = Reading {
        spool: &spool,
        state: &state,
        bytes_max: config.spool_bytes,
        reader,
        sensor: identity.sensor,
        first: identity.first,
    };
    for path in files {
        let failed = |error| ForwardError::Capture(path.clone(), error);
        let file = File::open(path).map_err(failed)?;
        let key = key(path, &file).map_err(failed)?;
        if is_done(&done, key) {
            eprintln!("yagura: {}: was read before", path.display());
            continue;
        }
        for _ in 0..READERS_MAX {
            let again = file.try_clone().map_err(failed)?;
            io::Seek::rewind(&mut &again).map_err(failed)?;
            if reading.read(path, again, key).map_err(failed)? {
                break;
            }
        }
        while !settle(&spool, &state) {
            thread::sleep(WAIT);
        }
        note_done(&done, key, path).map_err(|error| ForwardError::Capture(done.clone(), error))?;
    }
    state.send_modify(|state| state.is_listening = false);
    while spool.backlog().batches > 0 {
        thread::sleep(WAIT);
    }
    Ok(())
}

struct Reading<'a> {
    spool: &'a Spool,
    state: &'a watch::Sender<State>,
    bytes_max: u64,
    reader: &'a [OsString],
    sensor: SensorId,
    first: CaptureId,
}

impl Reading<'_> {
    /// Reads one file into the spool; false when the process that reads was killed from outside.
    fn read(&self, path: &Path, file: File, key: u64) -> io::Result<bool> {
        let spooled =
            self.spool.last().filter(|last| last.incarnation == key).map_or(0, |last| last.sequence);
        let mut reader = FileReader::start(
            self.reader,
            FileJob {
                file,
                name: path.display().to_string(),
                sensor: self.sensor,
                first: self.first,
                sequence: 1,
                flows_max: observe::Limits::default().flows,
                quota: Quota::default(),
            },
        )?;
        self.state.send_modify(|state| state.is_listening = true);
        let mut unsynced = 0;
        loop {
            match reader.next(WAIT)? {
                Some(FileEvent::Batch { sequence, bytes }) => {
                    if sequence > spooled {
                        self.wait_for_room();
                        let position = Position { incarnation: key, sequence };
                        keep(self.spool, self.state, (position, 0, &bytes));
                        unsynced += 1;
                    }
                    // The file is the second copy: it may be read on before the batch is on the disk.
                    reader.acknowledge(sequence);
                }
                Some(FileEvent::Account(account)) => self.state.send_modify(|state| state.account = account),
                Some(FileEvent::Ended { remark }) => {
                    remark.iter().for_each(|remark| eprintln!("yagura: {remark}"));
                    return Ok(!reader.was_killed());
                }
                None => unsynced = SYNC_AFTER.max(unsynced),
            }
            if unsynced >= SYNC_AFTER {
                unsynced = 0;
                settle(self.spool, self.state);
            }
        }
    }

    fn wait_for_room(&self) {
        loop {
            let backlog = self.spool.backlog();
            if backlog.batches == 0 || backlog.bytes + ROOM <= self.bytes_max {
                return;
            }
            settle(self.spool, self.state);
            thread::sleep(WAIT);
        }
    }
}

/// Stands for a file as it is: by its path, length and time of change (FNV-1a).
fn key(path: &Path, file: &File) -> io::Result<u64> {
    let (path, about) = (fs::canonicalize(path)?, file.metadata()?);
    let numbers = [about.len(), about.mtime().cast_unsigned(), about.mtime_nsec().cast_unsigned()];
    let numbers = numbers.iter().flat_map(|number| number.to_le_bytes());
    let bytes = path.as_os_str().as_bytes().iter().copied().chain(numbers);
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    Ok(hash.max(1))
}

fn is_done(list: &Path, key: u64) -> bool {
    let text = fs::read_to_string(list).unwrap_or_default();
    text.lines().any(|line| line.split(' ').next() == Some(format!("{key:016x}").as_str()))
}

fn note_done(list: &Path, key: u64, path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(list)?;
    writeln!(file, "{key:016x} {}", path.display())?;
    file.sync_all()
}
