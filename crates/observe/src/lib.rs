//! One dissector per protocol: bytes in, observations out.
//!
//! Promises: no I/O, no clock, no panic, no heap per packet after [`Observer::new`]; every table is bounded and
//! counts what it evicts; the same packets give the same observations, however the stream was cut into segments.

mod carry;
#[cfg(test)]
mod check;
mod dispatch;
mod dissector;
mod expect;
mod observer;
mod out;
mod pipeline;
mod protocols;
mod realm;
mod stations;

pub use dissector::{Carrier, Context, Dissector, Frame, Probe};
pub use observer::{Counters, Limits, Observer};
pub use out::{Expected, Out};
pub use pipeline::{CaptureCounters, Pipeline};
pub use protocols::{Info, Protocol};
