//! One pipeline for files, standard input and live rings: decode, observe, and the accounts of each capture.

use crate::{Counters, Limits, Observer};
use decode::{Content, Decoder, Packet, Undecoded};
use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink, Transport};
use std::collections::BTreeMap;
use wire::{CaptureId, Frame, Mac};

/// A TCP conversation of at least this many packets in one direction and none in the other is a one-way mirror's.
/// Fewer are an unanswered attempt to connect.
const ONE_WAY_PACKETS: u64 = 4;

/// What was measured of one capture: how far the mirror can be trusted.
#[derive(Clone, Debug, Default)]
pub struct CaptureCounters {
    /// Frames, or layers of them, that could not be decoded, by reason.
    pub undecoded: BTreeMap<Undecoded, u64>,
    /// Exact copies: the mirror delivered a frame twice.
    pub duplicates: u64,
    /// Packets heard again on the other side of a router, as one mirror of several networks hears them.
    pub routed: u64,
    /// Values of busy cyclic polls that were passed over.
    pub values_sampled: u64,
    /// Holes in TCP streams.
    pub gaps: u64,
    /// TCP conversations heard in one direction only.
    pub one_way_flows: u64,
    /// VLAN ids seen, with their packets; 0 stands for untagged frames.
    pub vlans: BTreeMap<u16, u64>,
}

/// The stages from frame to facts.
#[derive(Debug)]
pub struct Pipeline {
    decoder: Decoder,
    observer: Observer,
    captures: Vec<CaptureCounters>,
    seen: [u64; 4],
    last_vlan: (CaptureId, u16, u64),
}

impl Pipeline {
    /// All stages with their tables reserved.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            decoder: Decoder::new(),
            observer: Observer::new(limits),
            captures: Vec::new(),
            seen: [0; 4],
            last_vlan: (CaptureId(0), 0, 0),
        }
    }

    /// Takes one frame.
    pub fn frame<S: Sink + ?Sized>(&mut self, frame: &Frame<'_>, sink: &mut S) {
        let mut packet = Packet::of(frame);
        match self.decoder.fill(&mut packet, frame) {
            Ok(()) => {
                let vlan = (frame.capture, packet.link.vlan());
                if let Content::Cut { why } = packet.content {
                    *capture_mut(&mut self.captures, frame.capture).undecoded.entry(why).or_default() += 1;
                }
                self.observer.packet(&packet, &mut Watch { sink, captures: &mut self.captures });
                self.count_vlan(vlan);
                self.count_news(frame.capture);
            }
            Err(why) => {
                *capture_mut(&mut self.captures, frame.capture).undecoded.entry(why).or_default() += 1
            }
        }
    }

    /// Runs of frames with the same tag are the rule: they are added up before the table is touched.
    fn count_vlan(&mut self, (capture, vlan): (CaptureId, u16)) {
        if (self.last_vlan.0, self.last_vlan.1) != (capture, vlan) {
            self.settle_vlan();
            self.last_vlan = (capture, vlan, 0);
        }
        self.last_vlan.2 += 1;
    }

    /// What the packet just taken brought belongs to its capture: several may take turns.
    fn count_news(&mut self, capture: CaptureId) {
        let now = self.observer.of_capture();
        let [duplicates, routed, gaps, values_sampled] = now;
        let [duplicates_then, routed_then, gaps_then, values_then] = self.seen;
        if now != self.seen {
            let counters = capture_mut(&mut self.captures, capture);
            counters.duplicates += duplicates - duplicates_then;
            counters.routed += routed - routed_then;
            counters.gaps += gaps - gaps_then;
            counters.values_sampled += values_sampled - values_then;
            self.seen = now;
        }
    }

    fn settle_vlan(&mut self) {
        let (capture, vlan, packets) = self.last_vlan;
        if packets > 0 {
            *capture_mut(&mut self.captures, capture).vlans.entry(vlan).or_default() += packets;
        }
        self.last_vlan.2 = 0;
    }

    /// Ends one capture: what was counted and belongs to no packet, such as holes found at its end, is its.
    pub fn end_capture(&mut self, capture: CaptureId) {
        self.settle_vlan();
        self.count_news(capture);
    }

    /// Accounts every conversation at the end of all captures.
    pub fn finish<S: Sink + ?Sized>(&mut self, sink: &mut S) {
        self.observer.finish(&mut Watch { sink, captures: &mut self.captures });
    }

    /// Accounts what every conversation came to since the last account; they go on.
    pub fn account<S: Sink + ?Sized>(&mut self, sink: &mut S) {
        self.observer.account(&mut Watch { sink, captures: &mut self.captures });
    }

    /// What was measured of a capture.
    #[must_use]
    pub fn capture(&self, capture: CaptureId) -> CaptureCounters {
        self.captures.get(usize::from(capture.0)).cloned().unwrap_or_default()
    }

    /// Counters of the stages.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.observer.counters()
    }
}

fn capture_mut(captures: &mut Vec<CaptureCounters>, capture: CaptureId) -> &mut CaptureCounters {
    let at = usize::from(capture.0);
    if captures.len() <= at {
        captures.resize_with(at + 1, CaptureCounters::default);
    }
    #[expect(clippy::indexing_slicing, reason = "the vector was just made long enough")]
    &mut captures[at]
}

/// Passes everything on and counts what concerns a capture rather than the plant. Made for each kind of sink, so that
/// an observation, of which there are several per packet, takes no second indirect call.
struct Watch<'a, S: ?Sized> {
    sink: &'a mut S,
    captures: &'a mut Vec<CaptureCounters>,
}

impl<S: Sink + ?Sized> Sink for Watch<'_, S> {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        self.sink.observation(seen, observation);
    }

    fn heard(&mut self, heard: &Heard) {
        self.sink.heard(heard);
    }

    fn presence(&mut self, presence: &Presence) {
        self.sink.presence(presence);
    }

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        let packets = summary.packets_in_all;
        let one_way = packets.contains(&0) && packets.iter().sum::<u64>() >= ONE_WAY_PACKETS;
        if one_way && summary.ended && summary.transport == Transport::Tcp {
            capture_mut(self.captures, summary.capture).one_way_flows += 1;
        }
        self.sink.flow(summary);
    }

    fn forwarded(&mut self, network: NetworkId, into: Mac, out_of: Mac) {
        self.sink.forwarded(network, into, out_of);
    }

    fn same_network(&mut self, kept: NetworkId, joined: NetworkId) {
        self.sink.same_network(kept, joined);
    }
}
