//! How a subcommand ends when it cannot do what was asked: one line, one exit status.

use std::fmt::Display;
use std::process::ExitCode;

/// Shown under `--help`; README repeats it.
pub(crate) const EXIT_STATUS: &str = "Exit status:
  0  done; damaged captures are read as far as possible and say what is missing
  1  the answer could not be written, or the service could not start
  2  a file cannot be opened or is no capture, an interface cannot be opened, or the arguments are wrong";

/// What went wrong and with which exit status the program ends.
#[derive(Debug)]
pub(crate) struct Failure {
    status: u8,
    reason: String,
}

impl Failure {
    /// The input cannot be used: exit status 2.
    pub(crate) fn input(reason: impl Display) -> Self {
        Self { status: 2, reason: reason.to_string() }
    }

    /// The output or service failed: exit status 1.
    pub(crate) fn output(reason: impl Display) -> Self {
        Self { status: 1, reason: reason.to_string() }
    }

    /// The reason, for another line.
    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }

    /// Another process of the program said why already: exit status 1.
    pub(crate) fn silent() -> Self {
        Self { status: 1, reason: String::new() }
    }

    /// Prints the reason on standard error.
    pub(crate) fn report(self) -> ExitCode {
        if !self.reason.is_empty() {
            eprintln!("yagura: {}", self.reason);
        }
        ExitCode::from(self.status)
    }
}
