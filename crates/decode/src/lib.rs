//! Link, network and transport layers of captured frames, and conversations put in order.
//!
//! Pure and bounded: no I/O, no clock, no panic, no heap per packet. Knows no industrial protocol.

mod copies;
mod counters;
mod decoder;
mod flow;
mod ip;
mod layers;
mod link;
mod packet;
mod stream;
mod transport;
mod tunnel;

pub use copies::{Copies, Copy};
pub use counters::Counters;
pub use decoder::Decoder;
pub use flow::{Carrier, Flow, FlowCounters, FlowTable, Offered};
pub use packet::{Content, Ip, Link, LinkProtocol, Outer, Packet, Segment, Undecoded};
pub use stream::Delivery;
