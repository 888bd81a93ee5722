//! An append-only log of records, for what must outlive a killed process: the site's batches since the last snapshot
//! of its model, and a remote sensor's spool.
//!
//! Records have numbers that only grow. They stand in segment files of one folder, each named after the number of its
//! first record. What [`Journal::sync`] acknowledged is there after a crash; what was appended since may be cut, and
//! opening says so. The log is bounded by bytes: when it is full, it refuses or drops its oldest segment, as the
//! caller chose, and counts. One process writes a log at a time (it is locked); nothing here runs in the background.

mod error;
mod log;
mod read;
mod record;
mod segment;

pub use error::Error;
pub use log::{Appended, Journal, Limits, WhenFull};
pub use read::{Reading, Record};
pub use segment::{Loss, Reason};
