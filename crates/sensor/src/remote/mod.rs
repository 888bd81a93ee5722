//! A sensor on another machine: how it enrols, what it keeps while the site is out of reach, and how it delivers.
//!
//! - [`enrol`] uses a one-time link: the site's authority is known by the fingerprint in the link, the sensor's key
//!   never leaves its machine, and what comes back is kept in a folder ([`Identity`]).
//! - [`forward`] is the main process of a remote sensor: it writes every batch into a [`Spool`] on disk before it
//!   acknowledges it to the process that listens, and a link of its own brings the spool to the site over TLS with
//!   certificates on both sides. The site says how far it keeps batches on its own disk; only that is forgotten here.
//! - [`read_captures`] does the same with captures in files.
//!
//! Promises: no batch is lost or delivered twice, whichever side is killed and however often the link breaks, as long
//! as the spool has room; what found no room is counted and said. Every frame of the link is bounded.

mod backoff;
mod enrol;
mod forward;
mod frames;
mod identity;
mod link;
mod read;
mod spool;
mod words;

pub use enrol::{EnrolError, EnrolmentLink, LinkError, enrol};
pub use forward::{Forward, ForwardError, forward};
pub use frames::{Frames, send};
pub use identity::{Identity, IdentityError};
pub use link::SITE_NAME;
pub use read::read_captures;
pub use spool::{Backlog, Spool, SpoolError, Spooled};
pub use words::{Enrolled, Enrolment, FRAME_MAX, PROTOCOL, State, ToSensor, ToSite};
