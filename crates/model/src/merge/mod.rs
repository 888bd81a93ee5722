//! Which addresses are one machine, and why.
//!
//! First each IP address is settled on the hardware address it stands on, or on none (`bindings`): a router's
//! hardware address carries the packets of many machines and must join none of them. Then hardware addresses are
//! united where strong evidence says that they are interfaces of one machine (`unite`). Both depend only on what
//! was folded and keep the reason of every step in words.

mod bindings;
mod same_machine;
mod unite;

pub(crate) use bindings::{Bindings, Forwarder, settle};
pub(crate) use unite::{Machines, unite};
