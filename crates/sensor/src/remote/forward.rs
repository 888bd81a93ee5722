//! The main process of a remote sensor: it puts every batch into the spool, and a thread of its own delivers.

use super::identity::{Identity, IdentityError};
use super::link::{self, Delivery, now_us};
use super::spool::{Spool, SpoolError};
use super::words::State;
use crate::receiver::{Event, Position, Receiver};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{error, fmt, io, thread};
use tokio::sync::watch;

/// Batches are put on the disk, acknowledged and delivered at least so often.
const SYNC_EVERY: Duration = Duration::from_millis(250);
/// Time before the next try to write to a disk that refused.
const AGAIN: Duration = Duration::from_secs(1);

/// What a remote sensor needs to know.
#[derive(Clone, Debug)]
pub struct Forward {
    /// The folder of the enrolled sensor.
    pub folder: PathBuf,
    /// Bytes of the spool at most.
    pub spool_bytes: u64,
    /// Version of the program.
    pub program: String,
}

/// Why a remote sensor cannot work.
#[derive(Debug)]
pub enum ForwardError {
    /// Its folder cannot be used.
    Identity(IdentityError),
    /// Its spool cannot be used.
    Spool(SpoolError),
    /// A capture cannot be read.
    Capture(PathBuf, io::Error),
    /// Anything else that the system refuses.
    System(&'static str, io::Error),
}

impl fmt::Display for ForwardError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity(source) => source.fmt(out),
            Self::Spool(source) => source.fmt(out),
            Self::Capture(path, source) => write!(out, "read {}: {source}", path.display()),
            Self::System(what, source) => write!(out, "{what}: {source}"),
        }
    }
}

impl error::Error for ForwardError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Identity(source) => Some(source),
            Self::Spool(source) => Some(source),
            Self::Capture(_, source) | Self::System(_, source) => Some(source),
        }
    }
}

impl From<IdentityError> for ForwardError {
    fn from(source: IdentityError) -> Self {
        Self::Identity(source)
    }
}

impl From<SpoolError> for ForwardError {
    fn from(source: SpoolError) -> Self {
        Self::Spool(source)
    }
}

/// A spool with its way to the site, and where the sensor's state is told.
pub(super) struct Outlet {
    pub(super) identity: Identity,
    pub(super) spool: Spool,
    pub(super) state: watch::Sender<State>,
    delivery: Delivery,
}

impl Outlet {
    /// Opens what the folder holds; nothing is delivered yet.
    pub(super) fn open(config: &Forward) -> Result<Self, ForwardError> {
        let identity = Identity::read(&config.folder)?;
        let now = u64::try_from(now_us()).unwrap_or(1);
        let spool = Spool::open(&config.folder.join("spool"), config.spool_bytes, now)?;
        let (state, heard) = watch::channel(State::default());
        let delivery = Delivery {
            folder: config.folder.clone(),
            site: identity.site.clone(),
            program: config.program.clone(),
            spool: spool.clone(),
            state: heard,
        };
        Ok(Self { identity, spool, state, delivery })
    }

    /// Starts the thread that delivers.
    pub(super) fn start(self) -> Result<(Identity, Spool, watch::Sender<State>), ForwardError> {
        let Self { identity, spool, state, delivery } = self;
        link::start(delivery).map_err(|error| ForwardError::System("start the link", error))?;
        Ok((identity, spool, state))
    }
}

/// Keeps and delivers what the sensor process hears, until the opener is gone. Call it while there is one thread.
pub fn forward(config: &Forward) -> Result<(), ForwardError> {
    let outlet = Outlet::open(config)?;
    // Before there is any thread: the rights that are dropped here must be gone in all of them.
    let receiver = Receiver::from_opener(outlet.spool.last());
    let mut receiver = receiver.map_err(|error| ForwardError::System("hear the opener", error))?;
    let (_, spool, state) = outlet.start()?;
    let mut unsynced: Option<Position> = None;
    let mut synced = Instant::now();
    loop {
        match receiver.next(SYNC_EVERY) {
            Ok(Some(Event::Batch { position, lost_before, bytes })) => {
                keep(&spool, &state, (position, lost_before, &bytes));
                unsynced = Some(position);
            }
            Ok(Some(Event::Stop)) => break,
            Ok(Some(event)) => note(&state, event),
            Ok(None) => {}
            Err(error) => eprintln!("yagura: cannot hear the sensor: {error}"),
        }
        if let Some(position) = unsynced
            && synced.elapsed() >= SYNC_EVERY
        {
            synced = Instant::now();
            if settle(&spool, &state) {
                unsynced = None;
                receiver.acknowledge(position);
            }
        }
    }
    settle(&spool, &state);
    Ok(())
}

/// Puts a batch into the spool, however long the disk refuses: it is not handed out a second time. Meanwhile the
/// sensor process keeps what comes, as much as it may, and counts the rest.
pub(super) fn keep(
    spool: &Spool,
    state: &watch::Sender<State>,
    (position, lost_before, bytes): (Position, u64, &[u8]),
) {
    while let Err(error) = spool.append(position, lost_before, bytes) {
        trouble(state, Some(&error));
        thread::sleep(AGAIN);
    }
}

/// Puts everything on the disk; false when the disk refuses.
pub(super) fn settle(spool: &Spool, state: &watch::Sender<State>) -> bool {
    let synced = spool.sync();
    trouble(state, synced.as_ref().err());
    synced.is_ok()
}

const TROUBLE: &str = "cannot ";

fn trouble(state: &watch::Sender<State>, error: Option<&SpoolError>) {
    let line = error.map(|error| format!("{TROUBLE}{error}"));
    state.send_if_modified(|state| {
        let before = state.remarks.iter().find(|remark| remark.starts_with(TROUBLE)).cloned();
        if before == line {
            return false;
        }
        if let Some(line) = &line {
            eprintln!("yagura: {line}");
        }
        state.remarks.retain(|remark| !remark.starts_with(TROUBLE));
        state.remarks.extend(line.clone());
        true
    });
}

fn note(state: &watch::Sender<State>, event: Event) {
    state.send_modify(|state| match event {
        Event::Account(account) => state.account = account,
        Event::Started { remarks, .. } => {
            state.is_listening = true;
            state.remarks = remarks;
        }
        Event::Ended { reason } => {
            state.is_listening = false;
            state.remarks = vec![format!("the sensor process ended: {reason}; it is started again")];
        }
        Event::Port { name, problem, .. } => {
            state.problems.retain(|(port, _)| *port != name);
            state.problems.extend(problem.map(|problem| (name, problem)));
        }
        Event::Batch { .. } | Event::Stop => {}
    });
}
