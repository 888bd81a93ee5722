//! Evidence packets: a ring of pcap files with an index, bounded by bytes.
//!
//! All files are made and opened once, by [`Files::open`], so that a process without the right to open files can write
//! them: [`Writer`] only writes, cuts and overwrites what it was given. Each segment is a pcap file that any tool reads
//! (frames of links other than Ethernet excepted, whose type only the index knows) and an index of fixed records. When
//! the last segment is full, the one with the oldest packets is emptied and written anew.
//!
//! Promises: the files never grow beyond [`Limits::bytes`]; no heap per packet; a writer that is killed at any moment
//! leaves whole records, and [`Writer::new`] goes on behind the last of them; readers in other processes
//! ([`find`], [`export`]) never see a packet that is not as it was captured, because the checksum of each index record
//! covers its packet. Packets of the last quarter of a second may still be in the writer's memory.

mod export;
mod files;
mod index;
mod key;
mod query;
mod writer;

#[cfg(test)]
mod tests;

pub use export::{Exported, Heading, export};
pub use files::{Files, Limits};
pub use key::{Address, End, Flow};
pub use query::{EndFilter, FlowFilter, Found, Packet, Query, find};
pub use writer::{Counters, Writer};
