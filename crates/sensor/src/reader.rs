//! A capture file of a stranger, an upload or one of a watched folder, is read by a process of its own: in the sandbox,
//! with limits of memory and time. A hostile file can at worst end that process.

use crate::account::{Account, CaptureAccount};
use crate::fields::{Fields, number, small, text};
use crate::link::{self, Incoming, Outgoing, Said};
use crate::outbox::Outbox;
use crate::pass::{message_pair, receive, send, stream_pair};
use crate::process::SensorError;
use crate::receiver::wait;
use crate::sandbox::{self, Quota};
use crate::stage::Stage;
use capture::Source;
use facts::id::SensorId;
use rustix::event::{PollFd, PollFlags, poll};
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use wire::{CaptureId, Malformed, Reader};

/// Bytes of batches that wait for the main process; the file waits where it is.
const WAITING_BYTES_MAX: usize = 4 << 20;
/// Frames between two looks at the link.
const TURN: u32 = 1_024;

/// A file to be read.
#[derive(Debug)]
pub struct FileJob {
    /// The open file.
    pub file: File,
    /// What to call it in remarks.
    pub name: String,
    /// Whose batches these become.
    pub sensor: SensorId,
    /// Number of its first interface; each further one gets the next.
    pub first: CaptureId,
    /// Number of the first batch.
    pub sequence: u64,
    /// Conversations at a time.
    pub flows_max: u32,
    /// Limits of the process.
    pub quota: Quota,
}

/// What comes of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum FileEvent {
    /// Observations. Say the number to [`FileReader::acknowledge`] once the batch is kept.
    Batch {
        /// Number of the batch.
        sequence: u64,
        /// The batch.
        bytes: Vec<u8>,
    },
    /// What was counted of each interface of the file, at its end.
    Account(Account),
    /// The file was read as far as it can be. Nothing follows.
    Ended {
        /// One line when that is not the file's end, or when the file ended the process that read it.
        remark: Option<String>,
    },
}

/// A process that reads a file. It is ended when this is dropped.
#[derive(Debug)]
pub struct FileReader {
    process: Child,
    link: Incoming,
    name: String,
    quota: Quota,
    is_ended: bool,
    was_killed: bool,
    /// The process ends when this is closed.
    _control: OwnedFd,
}

impl FileReader {
    /// Starts this program again with `arguments`, which must lead to [`run_reader`], and hands the file over.
    pub fn start(arguments: &[OsString], job: FileJob) -> io::Result<Self> {
        let (control, theirs) = message_pair()?;
        let (link, far_link) = stream_pair()?;
        let process = Command::new("/proc/self/exe").args(arguments).stdin(Stdio::from(theirs)).spawn()?;
        let bytes = Fields::new(1)
            .text(&job.name)
            .text(&job.sensor.to_string())
            .number(job.first.0)
            .number(job.sequence)
            .number(job.flows_max)
            .number(job.quota.memory_bytes)
            .number(job.quota.cpu.as_secs());
        let FileJob { file, name, quota, .. } = job;
        send(&control, &bytes.0, &[file.as_fd(), far_link.as_fd()])?;
        let link = Incoming::new(link);
        Ok(Self { process, link, name, quota, is_ended: false, was_killed: false, _control: control })
    }

    /// The next event; `None` when `timeout` passes without one.
    pub fn next(&mut self, timeout: Duration) -> io::Result<Option<FileEvent>> {
        let until = Instant::now() + timeout;
        while !self.is_ended {
            match self.link.next()? {
                Some(Said::Hello { .. }) => continue,
                Some(Said::Batch { sequence, bytes, .. }) => {
                    return Ok(Some(FileEvent::Batch { sequence, bytes }));
                }
                Some(Said::Account(account)) => return Ok(Some(FileEvent::Account(account))),
                Some(Said::Ended { remark }) => {
                    self.is_ended = true;
                    return Ok(Some(FileEvent::Ended { remark }));
                }
                None if self.link.is_ended() => {
                    self.is_ended = true;
                    let remark = Some(self.verdict()?);
                    return Ok(Some(FileEvent::Ended { remark }));
                }
                None => {}
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            wait(&mut [PollFd::new(&self.link, PollFlags::IN)], left)?;
        }
        Ok(None)
    }

    /// Says that everything up to this number is kept; the reader waits for that when it is far ahead.
    pub fn acknowledge(&mut self, sequence: u64) {
        self.link.acknowledge(sequence);
    }

    /// The process that reads, for the record.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Whether somebody killed the process before the file's end. The file has no part in that: it may be read again.
    #[must_use]
    pub fn was_killed(&self) -> bool {
        self.was_killed
    }

    /// Why the process ended before the file did.
    fn verdict(&mut self) -> io::Result<String> {
        let status = self.process.wait()?;
        self.was_killed = matches!(status.signal(), Some(libc::SIGKILL | libc::SIGTERM));
        let why = match status.signal() {
            Some(libc::SIGXCPU) => {
                format!("it takes more than {} s of processor time", self.quota.cpu.as_secs().max(1))
            }
            Some(libc::SIGABRT) => {
                format!("it takes more than {} MiB of memory", self.quota.memory_bytes >> 20)
            }
            _ => format!("it ended the process that reads it ({status})"),
        };
        Ok(format!("{}: not read to its end: {why}; what was read before is kept", self.name))
    }
}

impl Drop for FileReader {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Runs the hidden subcommand of the file reader, with a socket of the main process as standard input.
pub fn run_reader() -> Result<(), SensorError> {
    // Not the parent's death signal: a thread of the parent that ends counts as its death. The closed socket is the sign.
    let control = io::stdin().as_fd().try_clone_to_owned().map_err(SensorError::Control)?;
    let (job, socket) = order(&control).map_err(SensorError::Control)?;
    let mut stage = Stage::new(job.sensor, job.sequence, job.flows_max, 0);
    let remarks = sandbox::enter(Some(job.quota)).map_err(SensorError::Sandbox)?;
    let mut link = Outgoing::new(socket, job.sequence, &remarks);
    let mut outbox = Outbox::new(WAITING_BYTES_MAX);
    // An error of the link means that nobody wants the rest.
    read(job, &mut stage, &mut link, &mut outbox).ok();
    Ok(())
}

fn order(control: &OwnedFd) -> io::Result<(FileJob, OwnedFd)> {
    loop {
        poll(&mut [PollFd::new(control, PollFlags::IN)], None)?;
        let Some(message) = receive(control)? else { continue };
        let mut descriptors = message.descriptors.into_iter();
        let (Some(file), Some(socket)) = (descriptors.next(), descriptors.next()) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        let job = job(&message.bytes, file.into());
        return job.map(|job| (job, socket)).map_err(|_| io::ErrorKind::InvalidData.into());
    }
}

fn job(bytes: &[u8], file: File) -> Result<FileJob, Malformed> {
    let mut reader = Reader::new(bytes);
    reader.skip(1)?;
    let reader = &mut reader;
    Ok(FileJob {
        file,
        name: text(reader)?,
        sensor: text(reader)?.parse().map_err(|_| reader.defect(wire::Defect::BadValue))?,
        first: CaptureId(small(reader)?),
        sequence: number(reader)?,
        flows_max: small(reader)?,
        quota: Quota { memory_bytes: number(reader)?, cpu: Duration::from_secs(number(reader)?) },
    })
}

fn read(job: FileJob, stage: &mut Stage, link: &mut Outgoing, outbox: &mut Outbox) -> io::Result<()> {
    let mut source = match Source::from_reader(Box::new(job.file), job.name, job.first) {
        Ok(source) => source,
        Err(error) => return end(Some(error.to_string()), link, outbox),
    };
    let mut read = 0;
    while let Some(frame) = source.next() {
        stage.frame(&frame);
        read += 1;
        if stage.is_full() || read >= TURN {
            read = 0;
            hand_over(stage, false, link, outbox)?;
        }
    }
    stage.finish();
    let report = source.report();
    let mut account = Account::default();
    let mut of_all = (report.bytes, report.truncated);
    for interface in &report.interfaces {
        // The file counts bytes and cut frames for all its interfaces together; they stand with the first.
        let (bytes, truncated) = std::mem::take(&mut of_all);
        let mut capture = CaptureAccount {
            capture: interface.capture,
            name: interface.name.clone().unwrap_or_else(|| report.path.clone()),
            packets: interface.packets,
            bytes,
            truncated,
            first: report.first,
            last: report.last,
            ..CaptureAccount::default()
        };
        stage.settle(&mut capture);
        account.captures.push(capture);
    }
    hand_over(stage, true, link, outbox)?;
    link.urge(link::account(&account));
    settle(link, outbox)?;
    end(report.remark.clone().map(|remark| format!("{}: {remark}", report.path)), link, outbox)
}

/// Gives full batches to the link and waits while too many are under way.
fn hand_over(stage: &mut Stage, all: bool, link: &mut Outgoing, outbox: &mut Outbox) -> io::Result<()> {
    let batches: Vec<_> = stage.take(all).collect();
    for (sequence, batch) in batches {
        while !outbox.has_room() {
            link.pump(outbox)?;
            if !outbox.has_room() {
                poll(&mut [link.poll()], None)?;
            }
        }
        outbox.push(sequence, batch);
    }
    link.pump(outbox)
}

/// Waits until everything is sent and acknowledged.
fn settle(link: &mut Outgoing, outbox: &mut Outbox) -> io::Result<()> {
    loop {
        link.pump(outbox)?;
        if outbox.is_empty() && link.is_idle() {
            return Ok(());
        }
        poll(&mut [link.poll()], None)?;
    }
}

fn end(remark: Option<String>, link: &mut Outgoing, outbox: &mut Outbox) -> io::Result<()> {
    link.urge(link::ended(remark.as_deref()));
    settle(link, outbox)
}
