//! The process that opens: it keeps `CAP_NET_RAW`, reads no packet, and starts again what died.

mod child;
mod source;

use crate::control::{Begin, ToMain, ToSensor};
use crate::pass::{send, stream_pair};
use crate::receiver::wait;
use crate::sandbox::{SandboxError, drop_capabilities};
use caps::Capability;
use capture::evidence::{Files, Limits};
use child::Child;
use facts::id::SensorId;
use rustix::event::{PollFd, PollFlags};
use rustix::process::Signal;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use source::Source;
pub use source::SourceConfig;
use std::ffi::OsString;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{error, fmt, io};
use wire::CaptureId;

/// Time between two looks at the interfaces.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Time that the main process has to end when it is asked to.
const FAREWELL: Duration = Duration::from_secs(10);

/// What to listen to, and what to start.
#[derive(Clone, Debug)]
pub struct OpenerConfig {
    /// Arguments of this program that lead to [`run_sensor`](crate::run_sensor).
    pub sensor_arguments: Vec<OsString>,
    /// Arguments of this program that lead to a [`Receiver`](crate::Receiver).
    pub main_arguments: Vec<OsString>,
    /// Whose batches these are.
    pub sensor: SensorId,
    /// Where to listen.
    pub sources: Vec<SourceConfig>,
    /// Number of the first source's frames; each further port gets the next. A plant has several sensors, and a number
    /// must mean one port of one of them.
    pub first_capture: CaptureId,
    /// Folder and limits of the evidence packets; `None` keeps none.
    pub evidence: Option<(PathBuf, Limits)>,
    /// Conversations at a time.
    pub flows_max: u32,
    /// Bytes of batches that may wait for the main process; beyond that they are dropped and counted.
    pub waiting_bytes_max: u64,
    /// Whether SIGHUP is handed on to the main process, which then reads its configuration again. Without this it ends
    /// everything, as when a terminal is closed.
    pub reloads: bool,
}

impl OpenerConfig {
    /// A configuration with the usual limits: 65,536 conversations, 64 MiB of waiting batches, no evidence.
    #[must_use]
    pub fn new(sensor: SensorId, sources: Vec<SourceConfig>) -> Self {
        Self {
            sensor_arguments: vec!["__sensor".into()],
            main_arguments: vec!["__main".into()],
            sensor,
            sources,
            first_capture: CaptureId(0),
            evidence: None,
            flows_max: observe::Limits::default().flows,
            waiting_bytes_max: 64 << 20,
            reloads: false,
        }
    }
}

/// Why the opener cannot work.
#[derive(Debug)]
pub enum OpenerError {
    /// The evidence files cannot be opened.
    Evidence {
        /// Their folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The capabilities cannot be given up.
    Privileges(SandboxError),
    /// Anything else that the system refuses.
    System {
        /// What was to be done.
        what: &'static str,
        /// What the system says.
        source: io::Error,
    },
}

impl fmt::Display for OpenerError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evidence { folder, source } => {
                write!(out, "open the evidence files in {}: {source}", folder.display())
            }
            Self::Privileges(source) => source.fmt(out),
            Self::System { what, source } => write!(out, "{what}: {source}"),
        }
    }
}

impl error::Error for OpenerError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Evidence { source, .. } | Self::System { source, .. } => Some(source),
            Self::Privileges(source) => Some(source),
        }
    }
}

/// Runs until the main process ends by itself or SIGTERM or SIGINT arrives; the code is that of the main process. Call
/// it while there is one thread.
pub fn run_opener(config: OpenerConfig) -> Result<i32, OpenerError> {
    let system = |what| move |source| OpenerError::System { what, source };
    // The sandbox is as tight as what comes through its door: whoever started us may have left descriptors open.
    let _ = capture::keep_descriptors();
    let evidence = match &config.evidence {
        Some((folder, limits)) => {
            let files = Files::open(folder, *limits);
            let files = files.map_err(|source| OpenerError::Evidence { folder: folder.clone(), source })?;
            Some((*limits, files.into_descriptors()))
        }
        None => None,
    };
    drop_capabilities(&[Capability::CAP_NET_RAW]).map_err(OpenerError::Privileges)?;
    let (signals, far_signals) = UnixStream::pair().map_err(system("make a pair of sockets"))?;
    for signal in [SIGINT, SIGTERM] {
        let socket = far_signals.try_clone().map_err(system("make a pair of sockets"))?;
        signal_hook::low_level::pipe::register(signal, socket).map_err(system("listen to signals"))?;
    }
    let (hangups, far_hangups) = UnixStream::pair().map_err(system("make a pair of sockets"))?;
    hangups.set_nonblocking(true).map_err(system("make a pair of sockets"))?;
    if config.reloads {
        signal_hook::low_level::pipe::register(SIGHUP, far_hangups).map_err(system("listen to signals"))?;
    }
    let mut opener = Opener {
        sensor: Child::new("sensor", config.sensor_arguments.clone()),
        main: Child::new("main", config.main_arguments.clone()),
        sources: source::open(config.sources.clone(), config.first_capture)
            .map_err(system("prepare the sources"))?,
        config,
        evidence,
        incarnation: 0,
        signals,
        hangups,
        stop_by: None,
        look_at: Instant::now(),
        has_served: false,
    };
    loop {
        if let Some(code) = opener.turn().map_err(system("look after the other processes"))? {
            return Ok(code);
        }
    }
}

struct Opener {
    config: OpenerConfig,
    sensor: Child,
    main: Child,
    sources: Vec<Source>,
    evidence: Option<(Limits, Vec<OwnedFd>)>,
    /// Of the present sensor process.
    incarnation: u64,
    signals: UnixStream,
    /// Told to read the configuration again.
    hangups: UnixStream,
    /// The main process was asked to end, and is killed at this moment.
    stop_by: Option<Instant>,
    look_at: Instant,
    /// The main process has run for a while: from now on it is started again when it fails.
    has_served: bool,
}

impl Opener {
    /// One turn; the code of the main process when all is over.
    fn turn(&mut self) -> io::Result<Option<i32>> {
        if let Some(code) = self.bury() {
            return Ok(Some(code));
        }
        let now = Instant::now();
        if self.stop_by.is_none() {
            // The main process first: the sensor's first link then has someone at its other end.
            if self.main.is_due(now) {
                self.start_main()?;
            }
            if self.sensor.is_due(now) {
                self.start_sensor()?;
            }
        } else if self.stop_by.is_some_and(|by| now >= by) {
            self.main.signal(Signal::KILL);
        }
        if now >= self.look_at {
            self.look_at = now + LOOK_EVERY;
            for source in &mut self.sources {
                let looked = source.look(self.sensor.control(), self.main.control());
                absorb(looked, &self.sensor)?;
            }
        }
        self.rest()?;
        Ok(None)
    }

    /// Notices who has ended. The main process may end all.
    fn bury(&mut self) -> Option<i32> {
        if let Some(status) = self.sensor.ended()
            && self.stop_by.is_none()
        {
            eprintln!("yagura: the sensor process ended ({status}); it is started again");
            if let Some(main) = self.main.control() {
                // A main process that does not hear this sees the end of the link.
                send(main, &ToMain::sensor_ended(&status.to_string()), &[]).ok();
            }
        }
        let status = self.main.ended()?;
        let is_over = status.success() || self.stop_by.is_some();
        if is_over || (status.code().is_some() && !self.has_served) {
            return Some(status.code().unwrap_or(0));
        }
        eprintln!("yagura: the main process ended ({status}); it is started again");
        None
    }

    fn start_sensor(&mut self) -> io::Result<()> {
        if let Err(error) = self.sensor.start(None) {
            eprintln!("yagura: the sensor process cannot be started: {error}");
            self.sensor.postpone();
            return Ok(());
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(since.as_micros()).unwrap_or(0);
        // A clock that was set back must not give two processes the same name.
        self.incarnation = now.max(self.incarnation.saturating_add(1));
        let result = self.greet_sensor();
        absorb(result, &self.sensor)
    }

    fn greet_sensor(&self) -> io::Result<()> {
        let Some(control) = self.sensor.control() else { return Ok(()) };
        let begin = Begin {
            sensor: self.config.sensor,
            incarnation: self.incarnation,
            waiting_bytes_max: self.config.waiting_bytes_max,
            flows_max: self.config.flows_max,
            evidence: self.evidence.as_ref().map(|(limits, _)| (*limits, Vec::new())),
        };
        let files = self.evidence.as_ref().map(|(_, files)| files.as_slice()).unwrap_or_default();
        let files: Vec<_> = files.iter().map(AsFd::as_fd).collect();
        send(control, &ToSensor::begin(&begin), &files)?;
        self.sources.iter().try_for_each(|source| source.hand_over(Some(control)))?;
        self.link()
    }

    fn start_main(&mut self) -> io::Result<()> {
        if let Err(error) = self.main.start(None) {
            eprintln!("yagura: the main process cannot be started: {error}");
            self.main.postpone();
            return Ok(());
        }
        self.sources.iter().for_each(|source| source.report(self.main.control()));
        let result = self.link();
        absorb(result, &self.sensor)
    }

    /// Gives the two processes a new link between them, if both run.
    fn link(&self) -> io::Result<()> {
        let (Some(sensor), Some(main)) = (self.sensor.control(), self.main.control()) else {
            return Ok(());
        };
        let (near, far) = stream_pair()?;
        send(sensor, &ToSensor::link(), &[near.as_fd()])?;
        let result = send(main, &ToMain::link(self.incarnation), &[far.as_fd()]);
        absorb(result, &self.main)
    }

    /// Waits until a process ends, a signal arrives, or something is due.
    fn rest(&mut self) -> io::Result<()> {
        let mut until = self.look_at;
        for due in [self.sensor.due(), self.main.due(), self.stop_by].into_iter().flatten() {
            until = until.min(due);
        }
        // A process that is past its time is killed once in a while, not without end.
        let shortest = if self.stop_by.is_some() { Duration::from_millis(20) } else { Duration::ZERO };
        let left = until.saturating_duration_since(Instant::now()).max(shortest);
        let mut places: Vec<_> = self.sensor.poll().into_iter().chain(self.main.poll()).collect();
        let reloads = self.config.reloads;
        if reloads {
            places.push(PollFd::new(&self.hangups, PollFlags::IN));
        }
        if self.stop_by.is_none() {
            places.push(PollFd::new(&self.signals, PollFlags::IN));
        }
        wait(&mut places, left)?;
        let mut is_told = || places.pop().is_some_and(|signal| !signal.revents().is_empty());
        let is_signalled = self.stop_by.is_none() && is_told();
        let is_hung_up = reloads && is_told();
        drop(places);
        if is_hung_up {
            // Several at once are one. A main process that does not listen yet dies of it, and is started again with
            // what the configuration says then.
            while matches!((&self.hangups).read(&mut [0; 64]), Ok(1..)) {}
            self.main.signal(Signal::HUP);
        }
        self.has_served |= self.main.has_served();
        if is_signalled {
            self.stop_by = Some(Instant::now() + FAREWELL);
            self.main.signal(Signal::TERM);
        }
        Ok(())
    }
}

/// A process that does not take its messages is stuck or dead: it is killed, and started again as any other. Other
/// errors are the opener's own.
fn absorb(result: io::Result<()>, child: &Child) -> io::Result<()> {
    match result {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset
            ) =>
        {
            child.signal(Signal::KILL);
            Ok(())
        }
        other => other,
    }
}
