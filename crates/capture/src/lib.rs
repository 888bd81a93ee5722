//! Frames from a file, standard input or a mirror port; the only crate that opens a device.
//!
//! [`Source`] reads capture files. It lends one frame at a time out of its own buffer, so nothing is
//! allocated or copied per packet:
//!
//! ```no_run
//! # fn main() -> Result<(), capture::OpenError> {
//! let mut source = capture::Source::open(std::path::Path::new("plant.pcapng"), wire::CaptureId(0))?;
//! while let Some(frame) = source.next() {
//!     assert!(frame.bytes.len() <= capture::RECORD_MAX);
//! }
//! assert_eq!(source.report().packets, 246);
//! # Ok(())
//! # }
//! ```
//!
//! [`Live`] lends the frames of an interface in the same way.

pub mod evidence;
mod file;
mod live;
pub mod write;

pub use file::{Interface, OpenError, RECORD_MAX, Report, Source, expand};
pub use live::{
    InterfaceState, Live, LiveError, LiveOptions, Port, Statistics, interface_state, keep_descriptors,
};
