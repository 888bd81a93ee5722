//! Observations as bytes, from the process that listens to the one that remembers, and from one run to the next.
//!
//! [`Code`] writes and reads the types of `wire` and `facts`. A [`Writer`] is a `facts::Sink` that makes versioned
//! batches, [`replay`] says them again in the same order, and [`Gather`] stands in front of any sink and adds up
//! what repeats. Promises: no I/O, no clock, no panic whatever the bytes are; memory is bounded by the length of
//! what is read and by [`Words`]; whatever is left out is counted.

mod code;
mod decoder;
mod encoder;
mod fact_types;
mod gather;
mod header;
mod mirror;
mod primitive;
mod replay;
mod wire_types;
mod words;
mod writer;

pub use code::Code;
pub use decoder::Decoder;
pub use encoder::Encoder;
pub use gather::{Gather, Gathered};
pub use header::{Header, Refused};
pub use mirror::MirrorAccount;
pub use replay::{Report, replay};
pub use words::Words;
pub use writer::Writer;
