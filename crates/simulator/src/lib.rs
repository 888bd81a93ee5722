//! A simulated plant. Devices of a declarative file talk genuine protocol bytes with realistic timing, driven by a
//! fixed seed. It serves the demo, tests and load: it opens no socket and reads no clock, it only makes Ethernet
//! frames with simulated time stamps, and the caller paces them.
//!
//! Allocation is allowed here (this is no stage of the pipeline); a panic is not.

mod bytes;
mod check;
mod conversation;
mod engine;
mod events;
mod file;
mod item;
mod net;
mod past;
mod plant;
mod plants;
mod protocols;
mod random;
mod script;
mod story;
#[cfg(test)]
mod testing;
mod text;
mod values;

pub use engine::Simulator;
pub use file::{Heard, Identity, System, Unit};
pub use plant::{Chapter, Plant, PlantError};
pub use plants::{DEMO_PEOPLE, DEMO_REGISTER, demo, japanese_names, load, two_lines};
pub use story::{Deed, Mode, Story};
pub use text::{Encoding, encode};
