//! The main process's side: batches of the sensor in order, each once, however often either process was started anew.

use crate::account::Account;
use crate::control::ToMain;
use crate::link::{Incoming, Said};
use crate::pass::receive;
use crate::process::die_with_parent;
use crate::sandbox::drop_capabilities;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;
use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};
use wire::CaptureId;

/// Which batch. Numbers of one sensor process follow each other without a hole, unless batches were dropped and said so;
/// another process begins at its own incarnation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// The sensor process: microseconds since 1970 at its start, always another one.
    pub incarnation: u64,
    /// Number of the batch, the same as in its header.
    pub sequence: u64,
}

/// What the main process hears from the others.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A sensor process is in its sandbox and listens.
    Started {
        /// Which one.
        incarnation: u64,
        /// What this kernel lacks for the sandbox, in lines for the operator.
        remarks: Vec<String>,
    },
    /// Observations, to be replayed with `batch::replay`.
    Batch {
        /// Say this to [`Receiver::acknowledge`] once the batch is kept.
        position: Position,
        /// Batches dropped before this one, because this process was behind for too long.
        lost_before: u64,
        /// The batch.
        bytes: Vec<u8>,
    },
    /// The state of the sensor, once a second.
    Account(Account),
    /// The sensor process ended; the opener starts another one. What it had not sent is lost.
    Ended {
        /// Why, as the system says.
        reason: String,
    },
    /// An interface cannot be listened to, or can again.
    Port {
        /// Which.
        capture: CaptureId,
        /// Its name.
        name: String,
        /// Why not, and what to do; `None` when all is well.
        problem: Option<String>,
    },
    /// The opener is gone: this process ends, too.
    Stop,
}

/// Hears the sensor and the opener.
#[derive(Debug)]
pub struct Receiver {
    control: OwnedFd,
    is_orphan: bool,
    /// The link of the sensor process that is heard, and those of its successors.
    links: VecDeque<(u64, Incoming)>,
    last: Option<Position>,
}

impl Receiver {
    /// Makes this process the main process of the opener that started it: it gives up all capabilities, and ends
    /// (SIGTERM) with the opener. Call it before any other thread is started.
    ///
    /// `last` is the newest batch that is kept; it and those before it are not handed out again.
    pub fn from_opener(last: Option<Position>) -> io::Result<Self> {
        die_with_parent(Signal::TERM)?;
        drop_capabilities(&[]).map_err(io::Error::other)?;
        let control = io::stdin().as_fd().try_clone_to_owned()?;
        Ok(Self::new(control, last))
    }

    pub(crate) fn new(control: OwnedFd, last: Option<Position>) -> Self {
        Self { control, is_orphan: false, links: VecDeque::new(), last }
    }

    /// The next event; `None` when `timeout` passes without one. An error means that the sensor said nonsense: its
    /// link is closed, which makes it begin anew with the next one.
    pub fn next(&mut self, timeout: Duration) -> io::Result<Option<Event>> {
        let until = Instant::now() + timeout;
        loop {
            if let Some(event) = self.ready()? {
                return Ok(Some(event));
            }
            if self.is_orphan {
                return Ok(Some(Event::Stop));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            self.wait(left)?;
        }
    }

    /// Says that everything up to this batch is kept: the sensor may forget it.
    pub fn acknowledge(&mut self, position: Position) {
        if let Some((incarnation, link)) = self.links.front()
            && *incarnation == position.incarnation
        {
            link.acknowledge(position.sequence);
        }
    }

    fn ready(&mut self) -> io::Result<Option<Event>> {
        while let Some((incarnation, link)) = self.links.front_mut() {
            let incarnation = *incarnation;
            match link.next() {
                Ok(Some(said)) => {
                    if let Some(event) = self.event(incarnation, said) {
                        return Ok(Some(event));
                    }
                }
                // What a sensor said before it ended is heard before its successor.
                Ok(None) if link.is_ended() => drop(self.links.pop_front()),
                Ok(None) => break,
                Err(error) => {
                    self.links.pop_front();
                    return Err(error);
                }
            }
        }
        self.hear_opener()
    }

    fn event(&mut self, incarnation: u64, said: Said) -> Option<Event> {
        match said {
            Said::Hello { incarnation, remarks } => Some(Event::Started { incarnation, remarks }),
            Said::Batch { sequence, lost_before, bytes } => {
                let position = Position { incarnation, sequence };
                if self.last.is_some_and(|last| last.incarnation == incarnation && sequence <= last.sequence)
                {
                    // It was kept, but the word of that did not arrive.
                    self.acknowledge(position);
                    return None;
                }
                self.last = Some(position);
                Some(Event::Batch { position, lost_before, bytes })
            }
            Said::Account(account) => Some(Event::Account(account)),
            Said::Ended { .. } => None,
        }
    }

    fn hear_opener(&mut self) -> io::Result<Option<Event>> {
        if self.is_orphan {
            return Ok(None);
        }
        let message = match receive(&self.control) {
            Ok(Some(message)) => message,
            Ok(None) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.is_orphan = true;
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        match ToMain::read(&message.bytes, message.descriptors) {
            Ok(ToMain::Link { incarnation, socket }) => {
                self.links.push_back((incarnation, Incoming::new(socket)));
                Ok(None)
            }
            Ok(ToMain::SensorEnded { reason }) => Ok(Some(Event::Ended { reason })),
            Ok(ToMain::Port { capture, name, problem }) => Ok(Some(Event::Port { capture, name, problem })),
            Err(_) => Err(io::Error::other("the opener's message is damaged")),
        }
    }

    fn wait(&self, timeout: Duration) -> io::Result<()> {
        let mut places = vec![PollFd::new(&self.control, PollFlags::IN)];
        places.extend(self.links.front().map(|(_, link)| PollFd::new(link, PollFlags::IN)));
        wait(&mut places, timeout)
    }
}

/// Waits until one of the places is ready, the time has passed, or a signal arrived.
pub(crate) fn wait(places: &mut [PollFd<'_>], timeout: Duration) -> io::Result<()> {
    let timeout = Timespec {
        tv_sec: i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(timeout.subsec_nanos()),
    };
    match poll(places, Some(&timeout)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
