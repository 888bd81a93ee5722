//! From bytes to the right dissector: by port first, then by content; nested protocols after their carrier.

mod bound;
mod datagram;
mod decide;
mod message;
mod registry;
mod stream;

pub(crate) use bound::{Bound, LAYERS_MAX, LayerCount, State};
pub(crate) use datagram::{datagram, link_frame};
pub(crate) use registry::Registry;
pub(crate) use stream::stream;

use crate::carry::CarryPool;
use crate::expect::Expectations;
use crate::protocols::Pools;

/// Everything that dispatch needs besides the flow: disjoint parts, so that kept bytes can be read while dissecting.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) carry: CarryPool,
    pub(crate) registry: Registry,
    pub(crate) tables: Tables,
}

/// State that dissecting changes.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) pools: Pools,
    pub(crate) expectations: Expectations,
    /// Serial number of the packet, to count packets per protocol.
    pub(crate) packet: u32,
    /// Nested payloads beyond the limit of one message.
    pub(crate) inner_dropped: u64,
    /// Where a payload carried in pieces is put together; allocated once.
    pub(crate) joining: Vec<u8>,
    /// Values of busy cyclic polls that were passed over.
    pub(crate) values_sampled: u64,
    /// Flows rejected by eight defects in a row.
    pub(crate) rejected: u64,
}
