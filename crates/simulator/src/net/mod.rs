//! Ethernet, ARP, IPv4, UDP and TCP as the plant's devices send them.

pub(crate) mod emitter;
pub(crate) mod frame;
pub(crate) mod route;
pub(crate) mod tcp;
