//! Requests that wait for their answer: which variables were asked for, what was commanded.

use super::item::Item;
use facts::{FlowId, Verb};

/// Requests remembered over all conversations.
const REQUESTS: usize = 512;
/// Items of a request that are remembered: what fits a request of 240 bytes.
pub(crate) const ITEMS_MAX: usize = 20;

/// A request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    flow: FlowId,
    reference: u16,
    waiting: bool,
    /// Group and code of its command.
    pub(crate) group: &'static str,
    /// Code of its command.
    pub(crate) code: u16,
    /// Name of its command.
    pub(crate) name: &'static str,
    /// Verb of its command.
    pub(crate) verb: Verb,
    /// What it asks for, in order.
    pub(crate) items: [Item; ITEMS_MAX],
    /// How many of them are used.
    pub(crate) items_len: usize,
}

impl Request {
    /// A request without items.
    pub(crate) fn new(
        flow: FlowId,
        reference: u16,
        (group, code): (&'static str, u16),
        (name, verb): (&'static str, Verb),
    ) -> Self {
        let items = [Item::default(); ITEMS_MAX];
        Self { flow, reference, waiting: true, group, code, name, verb, items, items_len: 0 }
    }

    /// Adds an item; further ones than can be kept are left out.
    pub(crate) fn add(&mut self, item: Item) {
        if let Some(place) = self.items.get_mut(self.items_len) {
            *place = item;
            self.items_len += 1;
        }
    }
}

/// A table with one place for each hash of conversation and reference.
#[derive(Debug)]
pub(crate) struct Requests {
    places: Vec<Request>,
    /// Requests whose place was taken before an answer came.
    pub(crate) evicted: u64,
}

impl Default for Requests {
    fn default() -> Self {
        let mut empty = Request::new(FlowId(0), 0, ("", 0), ("", Verb::Other));
        empty.waiting = false;
        Self { places: vec![empty; REQUESTS], evicted: 0 }
    }
}

impl Requests {
    /// Remembers a request.
    pub(crate) fn put(&mut self, request: Request) {
        let at = place(request.flow, request.reference);
        if let Some(place) = self.places.get_mut(at) {
            self.evicted += u64::from(place.waiting);
            *place = request;
        }
    }

    /// The request that is answered, if it is still known; it is forgotten.
    pub(crate) fn take(&mut self, flow: FlowId, reference: u16) -> Option<Request> {
        let found = self.places.get_mut(place(flow, reference))?;
        let fits = found.waiting && found.flow == flow && found.reference == reference;
        found.waiting &= !fits;
        fits.then_some(*found)
    }
}

/// References count up, often by 1 or by 256, so both halves take part.
fn place(flow: FlowId, reference: u16) -> usize {
    let mixed = (flow.0 ^ u32::from(reference) << 16).wrapping_mul(0x9e37_79b1);
    usize::try_from(mixed >> 23).unwrap_or(0) % REQUESTS
}
