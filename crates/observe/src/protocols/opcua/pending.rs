//! The nodes of reads that wait for their answers.

use facts::FlowId;

const PLACES: usize = 64;
/// Bytes of the list of nodes that are kept.
const NODES_MAX: usize = 1024;

#[derive(Clone, Copy, Debug)]
struct Place {
    key: Option<(FlowId, u32)>,
    used: u64,
    len: usize,
    nodes: [u8; NODES_MAX],
}

/// Waiting reads over all conversations; the oldest makes room.
#[derive(Debug)]
pub(crate) struct Pool {
    places: Box<[Place]>,
    used: u64,
    /// Reads that had to make room before they were answered.
    evicted: u64,
}

impl Default for Pool {
    fn default() -> Self {
        let place = Place { key: None, used: 0, len: 0, nodes: [0; NODES_MAX] };
        Self { places: vec![place; PLACES].into_boxed_slice(), used: 0, evicted: 0 }
    }
}

impl Pool {
    pub(super) fn remember(&mut self, flow: FlowId, request: u32, nodes: &[u8]) {
        self.used += 1;
        let key = Some((flow, request));
        let own = self.places.iter().position(|place| place.key == key);
        let oldest =
            || self.places.iter().enumerate().min_by_key(|(_, place)| (place.key.is_some(), place.used));
        let Some(at) = own.or_else(|| oldest().map(|(at, _)| at)) else { return };
        let Some(place) = self.places.get_mut(at) else { return };
        self.evicted += u64::from(place.key.is_some() && place.key != key);
        place.nodes.iter_mut().zip(nodes).for_each(|(kept, byte)| *kept = *byte);
        (place.key, place.used, place.len) = (key, self.used, nodes.len().min(NODES_MAX));
    }

    /// The nodes of an answered read, which is then forgotten.
    pub(super) fn take(&mut self, flow: FlowId, request: u32) -> Option<&[u8]> {
        let place = self.places.iter_mut().find(|place| place.key == Some((flow, request)))?;
        place.key = None;
        place.nodes.get(..place.len)
    }
}
