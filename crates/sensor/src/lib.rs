//! The processes that listen, and the way of their batches to the main process.
//!
//! Three processes of one program, each started by the first:
//! - the **opener** ([`run_opener`]) keeps `CAP_NET_RAW` and nothing else, reads no packet, opens packet rings and
//!   evidence files, hands them over, and starts again what died;
//! - the **sensor** ([`run_sensor`]) gets descriptors, closes the [`sandbox`] behind itself, and only then reads the first
//!   byte: capture, decode, observe, batches;
//! - the **main process** ([`Receiver`]) gets the batches, each once and in order, and acknowledges what it keeps.
//!
//! A sensor on another machine has another main process, which keeps the batches on its own disk and delivers them to
//! the site: see [`remote`].
//!
//! Captures of strangers are read by a [`FileReader`], a short-lived process in the same sandbox.
//!
//! Promises: every queue is bounded, and what does not fit is counted and said with the next batch. A sensor that dies
//! is back within a second and goes on in the same packet ring, behind the block that it had begun. A main process that
//! dies gets again what it had not acknowledged.

mod account;
mod control;
mod fields;
mod frames;
mod input;
mod link;
mod opener;
mod outbox;
mod pass;
mod process;
mod reader;
mod receiver;
pub mod remote;
pub mod sandbox;
mod stage;

pub use account::{Account, CaptureAccount};
pub use frames::FrameSender;
pub use opener::{OpenerConfig, OpenerError, SourceConfig, run_opener};
pub use process::{SensorError, die_with_parent, run_sensor};
pub use reader::{FileEvent, FileJob, FileReader, run_reader};
pub use receiver::{Event, Position, Receiver};
pub use rustix::process::Signal;
pub use sandbox::Quota;
