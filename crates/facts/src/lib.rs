//! The words the stages exchange: what happened in the plant, never which bytes were seen.
//!
//! `observe` says observations, `model` folds them. Types only; they borrow the packet and own nothing.

mod command;
pub mod id;
mod identity;
mod observation;
mod seen;
mod verb;
mod weak;

pub use command::{Command, Part, Phase, Target};
pub use identity::{Identity, Property, Subject};
pub use observation::{
    Anomaly, Datum, FileAction, FileMoved, Login, LoginOutcome, Marker, Neighbour, Observation, Outcome,
    OutcomeKind, Role, Value,
};
pub use seen::{
    Endpoint, FlowId, FlowSummary, Heard, Layer, NetworkId, Presence, Protocol, Seen, Sink, Transport,
};
pub use verb::Verb;
pub use weak::Weak;
