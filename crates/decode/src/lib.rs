//! Link, network and transport layers of captured frames, and conversations put in order.
//!
//! Pure and bounded: no I/O, no clock, no panic, no heap per packet. Knows no industrial protocol.

mod counters;
mod decoder;
mod ip;
mod layers;
mod link;
mod packet;
mod transport;
mod tunnel;

pub use counters::Counters;
pub use decoder::Decoder;
pub use packet::{Content, Ip, Link, LinkProtocol, Outer, Packet, Segment, Undecoded};
