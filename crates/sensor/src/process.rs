//! The process that listens: it gets descriptors, allocates, closes the sandbox behind itself, and only then reads.

use crate::account::Account;
use crate::control::{Begin, ToSensor};
use crate::frames::FrameReceiver;
use crate::input::{Accounts, Input};
use crate::link::{self, Outgoing};
use crate::outbox::Outbox;
use crate::pass::{Message, receive};
use crate::sandbox::{self, SandboxError};
use crate::stage::Stage;
use capture::Live;
use capture::evidence::{Files, Writer};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, set_parent_process_death_signal};
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};
use std::{error, fmt, io};
use wire::{CaptureId, LinkType};

/// Frames read from one place before the others have their turn.
const TURN: usize = 512;
/// A batch is handed over after this time even if it is not full.
const FLUSH_EVERY: Duration = Duration::from_millis(200);
/// Hardware addresses whose presence is told.
const STATIONS: u32 = 16_384;
/// Time between two accounts.
const ACCOUNT_EVERY: Duration = Duration::from_secs(1);
/// Accounts of conversations may take one part in this many of the time: a full table takes longer.
const ACCOUNT_SHARE: u32 = 20;

/// Why a sensor process ended before its time.
#[derive(Debug)]
pub enum SensorError {
    /// The process that started it went away, or never said what to do.
    Control(io::Error),
    /// The sandbox could not be closed, so nothing was read.
    Sandbox(SandboxError),
}

impl fmt::Display for SensorError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Control(source) => write!(out, "hear from the process that opens ports: {source}"),
            Self::Sandbox(source) => source.fmt(out),
        }
    }
}

impl error::Error for SensorError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Control(source) => Some(source),
            Self::Sandbox(source) => Some(source),
        }
    }
}

/// Asks the kernel to end this process together with its parent. Call it while there is one thread.
pub fn die_with_parent(signal: Signal) -> io::Result<()> {
    set_parent_process_death_signal(Some(signal))?;
    Ok(())
}

/// Runs the hidden subcommand of the sensor, with a socket of the opener as standard input, until the opener ends.
pub fn run_sensor() -> Result<(), SensorError> {
    die_with_parent(Signal::KILL).map_err(SensorError::Control)?;
    let control = io::stdin().as_fd().try_clone_to_owned().map_err(SensorError::Control)?;
    let begin = first_message(&control).map_err(SensorError::Control)?;
    let mut sensor = Sensor::new(control, begin);
    sensor.remarks.extend(sandbox::enter(None).map_err(SensorError::Sandbox)?);
    loop {
        match sensor.turn() {
            Ok(()) => {}
            // The opener is gone, and this process with it.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(SensorError::Control(error)),
        }
    }
}

fn first_message(control: &OwnedFd) -> io::Result<Begin> {
    loop {
        poll(&mut [PollFd::new(control, PollFlags::IN)], None)?;
        if let Some(Message { bytes, descriptors }) = receive(control)? {
            return match ToSensor::read(&bytes, descriptors) {
                Ok(ToSensor::Begin(begin)) => Ok(begin),
                _ => Err(io::ErrorKind::InvalidData.into()),
            };
        }
    }
}

struct Sensor {
    control: OwnedFd,
    incarnation: u64,
    remarks: Vec<String>,
    inputs: Vec<Input>,
    accounts: Accounts,
    stage: Stage,
    evidence: Option<Writer>,
    outbox: Outbox,
    link: Option<Outgoing>,
    flush_at: Instant,
    account_at: Instant,
}

impl Sensor {
    fn new(control: OwnedFd, begin: Begin) -> Self {
        let mut remarks = Vec::new();
        let evidence = begin.evidence.and_then(|(limits, descriptors)| {
            let writer = Writer::new(Files::from_descriptors(descriptors, limits));
            let remark = |error| remarks.push(format!("evidence packets are not kept: {error}"));
            writer.map_err(remark).ok()
        });
        let now = Instant::now();
        Self {
            control,
            incarnation: begin.incarnation,
            remarks,
            inputs: Vec::new(),
            accounts: Accounts::default(),
            stage: Stage::new(begin.sensor, begin.incarnation, begin.flows_max, STATIONS),
            evidence,
            outbox: Outbox::new(usize::try_from(begin.waiting_bytes_max).unwrap_or(usize::MAX)),
            link: None,
            flush_at: now + FLUSH_EVERY,
            account_at: now + ACCOUNT_EVERY,
        }
    }

    /// One turn: messages, frames, batches, and a rest when there was nothing to do.
    fn turn(&mut self) -> io::Result<()> {
        while let Some(message) = receive(&self.control)? {
            // The opener is of our own version; what it could say wrong is a fault, and not worth dying of.
            if let Ok(message) = ToSensor::read(&message.bytes, message.descriptors) {
                self.obey(message);
            }
        }
        let is_busy = self.read_frames();
        let now = Instant::now();
        if now >= self.account_at {
            self.account(now);
        }
        let is_due = now >= self.flush_at;
        if is_due {
            self.flush_at = now + FLUSH_EVERY;
            self.evidence.as_mut().map(Writer::flush).unwrap_or_default();
        }
        for (sequence, batch) in self.stage.take(is_due) {
            self.outbox.push(sequence, batch);
        }
        self.pump();
        if is_busy { Ok(()) } else { self.rest() }
    }

    fn obey(&mut self, message: ToSensor) {
        match message {
            ToSensor::Begin(_) => {}
            ToSensor::Port { capture, port } => {
                let (interface, link) = (port.interface.clone(), port.link);
                self.inputs.retain(|input| !input.is_of(capture));
                self.open(capture, link, &interface);
                match Live::attach(port, capture) {
                    Ok(live) => {
                        let live = Box::new(live);
                        self.inputs.push(Input::Ring { capture, live, is_down: false });
                    }
                    Err(_) => self.accounts.get(capture).map(|account| account.is_down = true).unwrap_or(()),
                }
            }
            ToSensor::Stream { first, names, socket } => {
                for (capture, name) in (first.0..).map(CaptureId).zip(&names) {
                    self.open(capture, LinkType::ETHERNET, name);
                }
                let ports = u16::try_from(names.len()).unwrap_or(u16::MAX);
                let receiver = FrameReceiver::new(socket, first, ports);
                self.inputs.push(Input::Stream { receiver, is_ended: false });
            }
            ToSensor::State { capture, is_down: down } => {
                for input in &mut self.inputs {
                    if let Input::Ring { capture: of, is_down, .. } = input
                        && *of == capture
                    {
                        *is_down = down;
                    }
                }
            }
            ToSensor::Link(socket) => {
                self.outbox.relink();
                self.link = Some(Outgoing::new(socket, self.incarnation, &self.remarks));
            }
        }
    }

    fn open(&mut self, capture: CaptureId, link: LinkType, name: &str) {
        self.accounts.open(capture, name);
        if let Some(evidence) = &mut self.evidence {
            evidence.name(capture, link, name);
        }
    }

    /// Reads from every place in turn; true when one of them had more than its turn.
    fn read_frames(&mut self) -> bool {
        let Self { inputs, accounts, stage, evidence, outbox, .. } = self;
        let mut is_busy = false;
        for input in inputs.iter_mut() {
            if input.can_wait() && !outbox.has_room() {
                continue;
            }
            let mut read = 0;
            while read < TURN
                && let Some(frame) = input.next()
            {
                accounts.count(&frame);
                if let Some(evidence) = evidence {
                    evidence.write(&frame);
                }
                stage.frame(&frame);
                read += 1;
            }
            is_busy |= read == TURN;
        }
        inputs.retain(|input| !input.is_ended());
        is_busy
    }

    fn account(&mut self, now: Instant) {
        self.stage.account();
        self.inputs.iter_mut().for_each(|input| input.count(&mut self.accounts));
        let mut captures = Vec::new();
        for account in self.accounts.iter_mut() {
            self.stage.settle(account);
            captures.push(account.clone());
        }
        let [waiting_batches, waiting_bytes, lost_batches, lost_bytes] = self.outbox.counters();
        let evidence = self.evidence.as_ref().map(Writer::counters);
        let account =
            Account { captures, evidence, waiting_batches, waiting_bytes, lost_batches, lost_bytes };
        if let Some(link) = &mut self.link {
            link.urge(link::account(&account));
        }
        self.account_at = now + ACCOUNT_EVERY.max(now.elapsed() * ACCOUNT_SHARE);
    }

    fn pump(&mut self) {
        if let Some(link) = &mut self.link
            && link.pump(&mut self.outbox).is_err()
        {
            // The main process is gone. Batches wait until the opener brings the link to its successor.
            self.link = None;
        }
    }

    /// Waits for something to do, at most until the next batch or account is due.
    fn rest(&self) -> io::Result<()> {
        let mut places = vec![PollFd::new(&self.control, PollFlags::IN)];
        places.extend(self.link.as_ref().map(Outgoing::poll));
        let has_room = self.outbox.has_room();
        let ready = self.inputs.iter().filter(|input| has_room || !input.can_wait());
        places.extend(ready.map(|input| PollFd::new(input, PollFlags::IN)));
        let left = self.flush_at.min(self.account_at).saturating_duration_since(Instant::now());
        let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(left.subsec_nanos()).min(999_999_999) };
        match poll(&mut places, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
