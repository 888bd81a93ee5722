//! What dispatch knows of one conversation: lives in the flow's slot.

use crate::Protocol;
use crate::carry::Carry;
use crate::protocols::Session;
use wire::{Both, CaptureId, Time};

/// Protocol layers that are counted per conversation.
pub(crate) const LAYERS_MAX: usize = 4;
/// Protocol states per conversation: the outermost and two nested ones.
const SESSIONS_MAX: usize = 3;
/// Defects in a row that reject a protocol.
const DEFECTS_MAX: u8 = 8;

/// How far the search for the protocol has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// Not known yet.
    #[default]
    Undecided,
    /// Found by content away from its port; held back until a second whole message parses.
    Tentative(Protocol),
    /// Known.
    Known(Protocol),
    /// None of ours.
    Opaque,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct LayerCount {
    pub(crate) protocol: Protocol,
    pub(crate) messages: u32,
    pub(crate) malformed: u32,
    pub(crate) packets: u32,
    last_packet: u32,
}

/// One conversation's protocol state. The fields stand as they are needed, for the reason given at `decode::Flow`.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Bound {
    pub(crate) state: State,
    /// A hole was reported: the next bytes may stand anywhere in a message.
    pub(crate) resync: Both<bool>,
    defects: u8,
    /// Payload packets that did not decide.
    pub(crate) tries: u8,
    pub(crate) anomaly_told: bool,
    /// The sink knows of this conversation.
    pub(crate) accounted: bool,
    /// Bytes that belong to the protocol but are passed over.
    pub(crate) skip: Both<u32>,
    pub(crate) carry: Both<Option<Carry>>,
    values: ValueRate,
    pub(crate) layers: [Option<LayerCount>; LAYERS_MAX],
    pub(crate) sessions: [Session; SESSIONS_MAX],
    /// Capture in which the conversation began.
    pub(crate) capture: CaptureId,
    /// Captured packets since the conversation began, as of the last account.
    pub(crate) packets_in_all: Both<u64>,
}

/// Values of one conversation in one second above which the following seconds are sampled.
const VALUES_PER_SECOND: u32 = 64;
/// Of a busy conversation every so many seconds are read for values.
const SAMPLED_SECONDS: i64 = 4;

/// How fast a conversation tells values. A cyclic poll repeats itself: of a busy one whole seconds are read and whole
/// seconds passed over, so that each variable polled at least once a second is still met.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ValueRate {
    second: i64,
    told: u32,
    busy: bool,
}

impl ValueRate {
    /// Whether values are wanted at this time.
    pub(crate) fn open(&mut self, time: Time) -> bool {
        let second = time.0.div_euclid(1_000_000_000);
        if second != self.second {
            *self = Self { second, told: 0, busy: self.told > VALUES_PER_SECOND };
        }
        !self.busy || second.rem_euclid(SAMPLED_SECONDS) == 0
    }

    /// Counts values told or passed over.
    pub(crate) fn count(&mut self, values: u32) {
        self.told = self.told.saturating_add(values);
    }
}

impl LayerCount {
    /// Begins to count anew after an account.
    pub(crate) fn restart(&mut self) {
        (self.messages, self.malformed, self.packets) = (0, 0, 0);
    }
}

impl Bound {
    /// How fast it tells values.
    pub(crate) fn values(&mut self) -> &mut ValueRate {
        &mut self.values
    }

    /// The state of a protocol in this conversation; a spare one when all places are taken by others.
    pub(crate) fn session<'s>(&'s mut self, protocol: Protocol, spare: &'s mut Session) -> &'s mut Session {
        let place =
            self.sessions.iter_mut().find(|session| session.protocol().is_none_or(|other| other == protocol));
        let session = place.unwrap_or(spare);
        if session.protocol() != Some(protocol) {
            *session = Session::new(protocol);
        }
        session
    }

    /// Counts a message of a protocol; answers whether defects now reject it.
    pub(crate) fn count(&mut self, protocol: Protocol, packet: u32, defective: bool) -> bool {
        self.defects = if defective { self.defects.saturating_add(1) } else { 0 };
        let fits = |layer: &&mut Option<LayerCount>| layer.is_none_or(|layer| layer.protocol == protocol);
        if let Some(place) = self.layers.iter_mut().find(fits) {
            let layer = place.get_or_insert(LayerCount {
                protocol,
                messages: 0,
                malformed: 0,
                packets: 0,
                last_packet: packet.wrapping_sub(1),
            });
            layer.messages = layer.messages.saturating_add(1);
            layer.malformed = layer.malformed.saturating_add(u32::from(defective));
            layer.packets = layer.packets.saturating_add(u32::from(layer.last_packet != packet));
            layer.last_packet = packet;
        }
        self.defects >= DEFECTS_MAX
    }
}
