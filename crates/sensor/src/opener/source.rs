//! What the opener opens for the sensor: interfaces that may go and return, and programs that make frames.

use super::child::Child;
use crate::control::{ToMain, ToSensor};
use crate::pass::{message_pair, send};
use capture::{InterfaceState, LiveError, LiveOptions, Port, interface_state};
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Instant;
use wire::CaptureId;

/// A place to listen at.
#[derive(Clone, Debug)]
pub enum SourceConfig {
    /// A network interface. It takes one number of a capture.
    Interface {
        /// Its name.
        name: String,
        /// How to listen.
        options: LiveOptions,
    },
    /// This program again, with these arguments, which must lead to a `FrameSender::from_stdout`: the simulated plant. It
    /// takes one number of a capture for each port.
    Program {
        /// Its arguments.
        arguments: Vec<OsString>,
        /// The names of its mirror ports, in order.
        ports: Vec<String>,
    },
}

/// A source as it is at present.
#[derive(Debug)]
pub(super) enum Source {
    Interface {
        capture: CaptureId,
        name: String,
        options: LiveOptions,
        port: Option<Port>,
        problem: Option<String>,
    },
    Program {
        first: CaptureId,
        ports: Vec<String>,
        child: Child,
        near: OwnedFd,
        far: OwnedFd,
    },
}

/// Opens all sources; an interface that is not there is tried again later.
pub(super) fn open(configs: Vec<SourceConfig>, first: CaptureId) -> io::Result<Vec<Source>> {
    let mut next = first.0;
    let mut sources = Vec::new();
    for config in configs {
        let capture = CaptureId(next);
        match config {
            SourceConfig::Interface { name, options } => {
                next = next.saturating_add(1);
                let (port, problem) = match Port::open(&name, options) {
                    Ok(port) => (Some(port), None),
                    Err(error) => (None, Some(error.to_string())),
                };
                sources.push(Source::Interface { capture, name, options, port, problem });
            }
            SourceConfig::Program { arguments, ports } => {
                next = next.saturating_add(u16::try_from(ports.len()).unwrap_or(u16::MAX));
                let (near, far) = message_pair()?;
                let child = Child::new("plant", arguments);
                sources.push(Source::Program { first: capture, ports, child, near, far });
            }
        }
    }
    Ok(sources)
}

impl Source {
    /// Looks after the source; says what is to be sent to the other processes because of it.
    pub(super) fn look(&mut self, sensor: Option<&OwnedFd>, main: Option<&OwnedFd>) -> io::Result<()> {
        match self {
            Self::Interface { capture, name, options, port, problem } => {
                let state = interface_state(name)?;
                let before = problem.clone();
                match state {
                    InterfaceState::Up(index) if port.as_ref().is_some_and(|port| port.index == index) => {
                        *problem = None;
                    }
                    InterfaceState::Up(_) => match Port::open(name, *options) {
                        Ok(opened) => {
                            (*port, *problem) = (Some(opened), None);
                            self.report(main);
                            return self.hand_over(sensor);
                        }
                        Err(error) => *problem = Some(error.to_string()),
                    },
                    InterfaceState::Down(_) => {
                        *problem = Some(LiveError::Down { interface: name.clone() }.to_string());
                    }
                    InterfaceState::Absent => {
                        *port = None;
                        *problem = Some(format!("{name}: no such interface; it is opened when it appears"));
                    }
                }
                if before != *problem {
                    let state = ToSensor::state(*capture, problem.is_some());
                    let sent = sensor.map_or(Ok(()), |sensor| send(sensor, &state, &[]));
                    self.report(main);
                    return sent;
                }
            }
            Self::Program { child, far, .. } => {
                child.ended();
                if child.is_due(Instant::now()) && child.start(Some(far.try_clone()?)).is_err() {
                    child.postpone();
                }
            }
        }
        Ok(())
    }

    /// Gives the descriptors to a sensor.
    pub(super) fn hand_over(&self, sensor: Option<&OwnedFd>) -> io::Result<()> {
        let Some(sensor) = sensor else { return Ok(()) };
        match self {
            Self::Interface { capture, port: Some(port), .. } => {
                send(sensor, &ToSensor::port(*capture, port), &[port.as_fd()])
            }
            Self::Interface { port: None, .. } => Ok(()),
            Self::Program { first, ports, near, .. } => {
                send(sensor, &ToSensor::stream(*first, ports), &[near.as_fd()])
            }
        }
    }

    /// Tells the main process, and whoever reads standard error, how the source is.
    pub(super) fn report(&self, main: Option<&OwnedFd>) {
        let Self::Interface { capture, name, problem, .. } = self else { return };
        match problem {
            Some(problem) => eprintln!("yagura: {problem}"),
            None => eprintln!("yagura: {name}: listening"),
        }
        if let Some(main) = main {
            // One that has just died is told again at its next start.
            send(main, &ToMain::port(*capture, name, problem.as_deref()), &[]).ok();
        }
    }
}
