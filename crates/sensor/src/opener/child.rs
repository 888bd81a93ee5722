//! One process that the opener starts, and starts again.

use crate::pass::message_pair;
use rustix::event::{PollFd, PollFlags};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A process that lived shorter than this died quickly.
const QUICK: Duration = Duration::from_secs(5);
/// So many quick deaths in a row are followed by a start at once.
const QUICK_DEATHS_FREE: u32 = 3;
/// Longest wait before a process is started again that something else killed: below one second, so that the plant is
/// watched again within it whatever happens.
const KILLED_WAIT_MAX: Duration = Duration::from_millis(500);
/// Longest wait for one that ends by its own fault again and again.
const FAULT_WAIT_MAX: Duration = Duration::from_secs(15);

/// What to start, and what became of it.
#[derive(Debug)]
pub(super) struct Child {
    name: &'static str,
    arguments: Vec<OsString>,
    running: Option<Running>,
    /// When it is to be started, while it does not run.
    due: Instant,
    quick_deaths: u32,
}

/// A process that runs. It is killed when this is dropped.
#[derive(Debug)]
struct Running {
    process: std::process::Child,
    descriptor: OwnedFd,
    control: Option<OwnedFd>,
    since: Instant,
}

impl Child {
    pub(super) fn new(name: &'static str, arguments: Vec<OsString>) -> Self {
        Self { name, arguments, running: None, due: Instant::now(), quick_deaths: 0 }
    }

    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.running.is_none() && now >= self.due
    }

    /// Whether it has run long enough to have come through its start.
    pub(super) fn has_served(&self) -> bool {
        self.running.as_ref().is_some_and(|running| running.since.elapsed() >= QUICK)
    }

    /// When it is to be started, if it does not run.
    pub(super) fn due(&self) -> Option<Instant> {
        self.running.is_none().then_some(self.due)
    }

    /// Starts it with a socket to the opener as standard input, or with this one as standard output.
    pub(super) fn start(&mut self, output: Option<OwnedFd>) -> io::Result<()> {
        let mut command = Command::new("/proc/self/exe");
        command.arg0(format!("yagura: {}", self.name)).args(&self.arguments);
        let control = match output {
            Some(output) => {
                command.stdin(Stdio::null()).stdout(Stdio::from(output));
                None
            }
            None => {
                let (ours, theirs) = message_pair()?;
                command.stdin(Stdio::from(theirs));
                Some(ours)
            }
        };
        let process = command.spawn()?;
        let descriptor = pidfd_open(Pid::from_child(&process), PidfdFlags::empty())?;
        self.running = Some(Running { process, descriptor, control, since: Instant::now() });
        Ok(())
    }

    /// The socket to it.
    pub(super) fn control(&self) -> Option<&OwnedFd> {
        self.running.as_ref()?.control.as_ref()
    }

    /// Readable once the process has ended.
    pub(super) fn poll(&self) -> Option<PollFd<'_>> {
        self.descriptor().map(|descriptor| PollFd::from_borrowed_fd(descriptor, PollFlags::IN))
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.running.as_ref().map(|running| running.descriptor.as_fd())
    }

    pub(super) fn signal(&self, signal: Signal) {
        if let Some(descriptor) = self.descriptor() {
            // One that has just ended needs no signal.
            pidfd_send_signal(descriptor, signal).ok();
        }
    }

    /// What it ended with, if it has ended since it was asked last.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        let running = self.running.as_mut()?;
        let status = running.process.try_wait().ok()??;
        let lived = running.since.elapsed();
        self.running = None;
        self.quick_deaths = if lived < QUICK { self.quick_deaths.saturating_add(1) } else { 0 };
        let was_killed = status.signal() == Some(libc::SIGKILL);
        self.due = Instant::now() + wait_before_start(self.quick_deaths, was_killed);
        Some(status)
    }

    /// It could not be started: try again later.
    pub(super) fn postpone(&mut self) {
        self.quick_deaths = self.quick_deaths.saturating_add(1);
        self.due = Instant::now() + wait_before_start(self.quick_deaths.max(QUICK_DEATHS_FREE + 1), false);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Twice as long after each further quick death, up to a limit.
fn wait_before_start(quick_deaths: u32, was_killed: bool) -> Duration {
    let Some(beyond) = quick_deaths.checked_sub(QUICK_DEATHS_FREE + 1) else { return Duration::ZERO };
    let wait = Duration::from_millis(100).saturating_mul(1 << beyond.min(16));
    wait.min(if was_killed { KILLED_WAIT_MAX } else { FAULT_WAIT_MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_repeated_quick_deaths_wait_and_killed_ones_below_a_second() {
        assert_eq!(wait_before_start(0, false), Duration::ZERO);
        assert_eq!(wait_before_start(3, false), Duration::ZERO);
        assert_eq!(wait_before_start(4, false), Duration::from_millis(100));
        assert_eq!(wait_before_start(u32::MAX, true), KILLED_WAIT_MAX);
        assert_eq!(wait_before_start(u32::MAX, false), FAULT_WAIT_MAX);
    }
}
