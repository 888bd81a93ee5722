//! The transport function (clause 8): segments of one link frame each become application fragments.

use facts::FlowId;

/// Longest application fragment that is put together; the standard recommends 2048 at most.
pub(super) const FRAGMENT_MAX: usize = 2048;
const PLACES: usize = 32;

/// Which fragment a segment belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The conversation.
    pub(crate) flow: FlowId,
    /// 0 to the server, 1 to the client.
    pub(crate) way: usize,
    /// Link addresses, source first.
    pub(crate) addresses: [u16; 2],
}

#[derive(Clone, Copy, Debug, Default)]
struct Place {
    key: Option<Key>,
    sequence: u8,
    len: usize,
    used: u64,
    cut: bool,
}

/// Fragments in the making, over all conversations. The one that was added to longest ago makes room for a new one.
#[derive(Debug)]
pub(crate) struct Pool {
    places: [Place; PLACES],
    bytes: Box<[[u8; FRAGMENT_MAX]]>,
    used: u64,
    /// Unfinished fragments that had to make room.
    pub(crate) evicted: u64,
}

impl Default for Pool {
    fn default() -> Self {
        let bytes = vec![[0; FRAGMENT_MAX]; PLACES].into_boxed_slice();
        Self { places: [Place::default(); PLACES], bytes, used: 0, evicted: 0 }
    }
}

/// What a segment came to.
#[derive(Debug)]
pub(crate) enum Added<'p> {
    /// More segments must follow.
    Waiting,
    /// The fragment is whole.
    Whole(&'p [u8]),
    /// No fragment was begun, or segments are missing.
    OutOfSequence,
    /// The fragment has ended but is longer than [`FRAGMENT_MAX`]: its first bytes.
    TooLong(&'p [u8]),
}

impl Pool {
    /// Forgets what a flow slot's former conversation left behind.
    pub(crate) fn forget(&mut self, flow: FlowId) {
        let of_flow = |place: &&mut Place| place.key.is_some_and(|key| key.flow == flow);
        self.places.iter_mut().filter(of_flow).for_each(|place| *place = Place::default());
    }

    /// Adds a segment; `header` is its transport octet: FIN, FIR and the sequence number.
    pub(crate) fn add(&mut self, key: Key, header: u8, segment: &[u8]) -> Added<'_> {
        let (last, first, sequence) = (header & 0x80 != 0, header & 0x40 != 0, header & 0x3f);
        let own = self.places.iter().position(|place| place.key == Some(key));
        let at = match own {
            Some(at) => at,
            None if first => self.make_room(),
            None => return Added::OutOfSequence,
        };
        let (Some(place), Some(bytes)) = (self.places.get_mut(at), self.bytes.get_mut(at)) else {
            return Added::OutOfSequence;
        };
        if first {
            *place = Place { key: Some(key), ..Place::default() };
        } else if sequence != (place.sequence + 1) & 0x3f {
            *place = Place::default();
            return Added::OutOfSequence;
        }
        let room = bytes.get_mut(place.len..).unwrap_or_default();
        let kept = segment.get(..room.len()).unwrap_or(segment);
        room.iter_mut().zip(kept).for_each(|(room, byte)| *room = *byte);
        self.used += 1;
        let (len, cut) = (place.len + kept.len(), place.cut || kept.len() < segment.len());
        *place = Place { sequence, len, cut, used: self.used, ..*place };
        if !last {
            return Added::Waiting;
        }
        *place = Place::default();
        let whole = bytes.get(..len).unwrap_or_default();
        if cut { Added::TooLong(whole) } else { Added::Whole(whole) }
    }

    fn make_room(&mut self) -> usize {
        let oldest = self.places.iter().enumerate().min_by_key(|(_, place)| place.used);
        let Some((at, place)) = oldest else { return 0 };
        self.evicted += u64::from(place.key.is_some());
        at
    }
}
