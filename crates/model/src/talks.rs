//! What the messages of one conversation need again and again: a cache in front of the tables of addresses and
//! conversations, and from which rows the next ones are guessed.

use facts::{Endpoint, NetworkId, Seen};
use wire::Direction;

/// Places of the cache, a power of two: conversations that are busy at the same time.
const PLACES: usize = 1 << PLACES_BITS;
const PLACES_BITS: u32 = 12;
/// A row that is not known; no table has so many.
const UNKNOWN: u32 = u32::MAX;

/// One protocol between two endpoints, and the rows that were found for it.
#[derive(Clone, Copy)]
pub(crate) struct Talk {
    network: NetworkId,
    protocol: u16,
    client: Endpoint,
    server: Endpoint,
    /// Its row among the conversations.
    pub(crate) conversation: u32,
    /// The rows of the machines at both ends among the addresses: client, server.
    pub(crate) machines: [u32; 2],
    /// The command, variable and role that it told last.
    pub(crate) command: u32,
    pub(crate) variable: u32,
    pub(crate) role: u32,
}

/// Where a conversation stands in the cache.
#[derive(Clone, Copy)]
pub(crate) struct Place(usize);

/// The conversations met last. A place holds one; whichever comes takes it.
pub(crate) struct Talks(Vec<Talk>);

impl Talk {
    fn new(network: NetworkId, protocol: u16, client: Endpoint, server: Endpoint) -> Self {
        Self {
            network,
            protocol,
            client,
            server,
            conversation: UNKNOWN,
            machines: [UNKNOWN; 2],
            command: UNKNOWN,
            variable: UNKNOWN,
            role: UNKNOWN,
        }
    }
}

impl Talks {
    pub(crate) fn new() -> Self {
        let empty = Talk::new(NetworkId(u16::MAX), u16::MAX, Endpoint::default(), Endpoint::default());
        Self(vec![empty; PLACES])
    }

    /// The place of a message's conversation, which is taken from another when it was that one's. Flow numbers are
    /// used again, so the ends are compared in full.
    #[inline]
    pub(crate) fn place(&mut self, seen: &Seen) -> Place {
        let (client, server) = match seen.direction {
            Direction::ToServer => (&seen.source, &seen.destination),
            Direction::ToClient => (&seen.destination, &seen.source),
        };
        let mixed = (seen.flow.0 ^ u32::from(seen.protocol.id) << 16).wrapping_mul(0x9e37_79b1);
        let place = Place((mixed >> (u32::BITS - PLACES_BITS)) as usize);
        if let Some(talk) = self.0.get_mut(place.0) {
            let known = talk.protocol == seen.protocol.id
                && talk.network == seen.network
                && talk.client == *client
                && talk.server == *server;
            if !known {
                *talk = Talk::new(seen.network, seen.protocol.id, *client, *server);
            }
        }
        place
    }

    /// The conversation at a place.
    #[inline]
    pub(crate) fn at(&mut self, place: Place) -> Option<&mut Talk> {
        self.0.get_mut(place.0)
    }

    /// Forgets all, after rows were given other numbers.
    pub(crate) fn forget(&mut self) {
        *self = Self::new();
    }
}
