//! Connects the stages of one plant: frames in, facts out. Reads configuration and nothing else of its own.

mod pipeline;

pub use pipeline::{CaptureCounters, Pipeline};
