//! The program with its processes.

use crate::until;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// What the program prints where it can be reached.
const READY: &str = "ready: ";

/// A process that the program started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub id: u32,
    /// What it is: `main`, `sensor`, `plant`, `reader`.
    pub name: String,
}

impl Process {
    /// Whether it still runs.
    #[must_use]
    pub fn runs(&self) -> bool {
        runs(self.id)
    }
}

/// The program, started by us; killed when it is dropped.
#[derive(Debug)]
pub struct Program {
    opener: Child,
    lines: mpsc::Receiver<String>,
    errors: PathBuf,
}

impl Program {
    /// Starts it. What it says on standard error is added to the file `errors`. It gets a group of its own, so that an
    /// interrupt can be sent as a terminal sends it.
    pub fn start<A: AsRef<OsStr>>(program: &Path, arguments: &[A], errors: &Path) -> io::Result<Self> {
        Self::start_with(Command::new(program).args(arguments), errors)
    }

    /// The same for a command that is prepared but for its streams.
    pub fn start_with(command: &mut Command, errors: &Path) -> io::Result<Self> {
        let told = File::options().create(true).append(true).open(errors)?;
        let mut opener =
            command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(told).spawn()?;
        let (tell, lines) = mpsc::channel();
        if let Some(stdout) = opener.stdout.take() {
            thread::spawn(move || pass_on(stdout, &tell));
        }
        Ok(Self { opener, lines, errors: errors.to_owned() })
    }

    /// The URL of the next `ready:` line.
    pub fn ready(&self, within: Duration) -> io::Result<String> {
        let until = Instant::now() + within;
        loop {
            let line = match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => return Err(self.failed("said no `ready:` line in time")),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(self.failed("ended without a `ready:` line"));
                }
            };
            if let Some(url) = line.strip_prefix(READY) {
                return Ok(url.to_owned());
            }
        }
    }

    fn failed(&self, what: &str) -> io::Error {
        let said = self.said();
        io::Error::other(format!("the program {what}; it said: {}", said.lines().last().unwrap_or("nothing")))
    }

    /// What it said on standard error so far.
    #[must_use]
    pub fn said(&self) -> String {
        fs::read(&self.errors).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// Number of the process that was started, the opener.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.opener.id()
    }

    /// The processes that it started and that run.
    #[must_use]
    pub fn processes(&self) -> Vec<Process> {
        children(self.opener.id())
    }

    /// The number of one of them.
    #[must_use]
    pub fn process(&self, name: &str) -> Option<u32> {
        self.processes().into_iter().find(|process| process.name == name).map(|process| process.id)
    }

    /// Kills one of them, waiting for it if it is not there yet; its number.
    pub fn kill(&self, name: &str, within: Duration) -> io::Result<u32> {
        let id = until(&format!("a process {name} to kill"), within, || self.process(name))?;
        kill_process(pid(id)?, Signal::KILL)?;
        Ok(id)
    }

    /// Kills the process that was started, and waits for the end of all that it started.
    pub fn kill_opener(&mut self, within: Duration) -> io::Result<()> {
        let children = self.processes();
        self.opener.kill()?;
        self.opener.wait()?;
        until("the end of what the opener started", within, || {
            children.iter().all(|process| !process.runs()).then_some(())
        })
    }

    /// Asks it to end, as a service manager does.
    pub fn terminate(&self) -> io::Result<()> {
        Ok(kill_process(pid(self.opener.id())?, Signal::TERM)?)
    }

    /// Sends Ctrl-C as a terminal does: to all processes at once.
    pub fn interrupt(&self) -> io::Result<()> {
        Ok(kill_process_group(pid(self.opener.id())?, Signal::INT)?)
    }

    /// Waits for its end.
    pub fn wait(&mut self, within: Duration) -> io::Result<ExitStatus> {
        let mut failed = None;
        let ended = until("the program's end", within, || match self.opener.try_wait() {
            Ok(status) => status.map(Some),
            Err(error) => {
                failed = Some(error);
                Some(None)
            }
        })?;
        ended.ok_or_else(|| failed.unwrap_or_else(|| io::ErrorKind::Other.into()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Those that it started end with it.
        let _ = self.opener.kill();
        let _ = self.opener.wait();
    }
}

/// Whether a process of this number runs; one that only waits to be buried does not.
fn runs(id: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let state = stat.rsplit(") ").next().and_then(|rest| rest.chars().next());
    state.is_some_and(|state| !matches!(state, 'Z' | 'X'))
}

fn children(id: u32) -> Vec<Process> {
    let ids = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    let ids = ids.split_whitespace().filter_map(|id| id.parse().ok());
    let named = ids.filter_map(|id| Some(Process { id, name: name(id)? }));
    named.filter(Process::runs).collect()
}

/// Processes of the program say what they are in the first word of their command line.
fn name(id: u32) -> Option<String> {
    let line = fs::read(format!("/proc/{id}/cmdline")).ok()?;
    let word = line.split(|byte| *byte == 0).next()?;
    Some(String::from_utf8_lossy(word).strip_prefix("yagura: ")?.to_owned())
}

fn pid(id: u32) -> io::Result<Pid> {
    let id = i32::try_from(id).ok().and_then(Pid::from_raw);
    id.ok_or_else(|| io::Error::other("no number of a process"))
}

fn pass_on(stdout: ChildStdout, tell: &mpsc::Sender<String>) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        if tell.send(line).is_err() {
            return;
        }
    }
}
