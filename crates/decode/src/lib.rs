//! Link, network and transport layers of captured frames, and conversations put in order.
//!
//! Pure and bounded: no I/O, no clock, no panic, no heap per packet. Knows no industrial protocol.

mod copies;
mod decoder;
mod flow;
mod packet;
mod stream;

pub use copies::{Copies, Copy};
pub use decoder::Decoder;
pub use flow::{Carrier, Flow, FlowCounters, FlowTable, Offered};
pub use stream::Delivery;
pub use packet::{Content, Ip, Link, LinkProtocol, Outer, Packet, Segment, Undecoded};
