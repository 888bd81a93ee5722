//! From a frame to a packet.

use crate::counters::Counters;
use crate::ip::fragment::Fragments;
use crate::layers::Layers;
use crate::link;
use crate::packet::{Packet, Undecoded};
use wire::{Frame, Reader};

/// Decodes frames; keeps the fragments of datagrams that are not whole yet.
#[derive(Debug)]
pub struct Decoder {
    fragments: Fragments,
    counters: Counters,
}

impl Decoder {
    /// A decoder with its tables allocated (4 MiB, most of it touched only as fragments arrive).
    #[must_use]
    pub fn new() -> Self {
        Self { fragments: Fragments::new(), counters: Counters::default() }
    }

    /// Decodes one frame as deep as the transport layer.
    ///
    /// Fails only for a link type that is not read and for a link header that is cut. What is damaged further in
    /// comes back as a packet with [`Content::Cut`](crate::Content::Cut), so that its addresses still count.
    pub fn decode<'a>(&'a mut self, frame: &Frame<'a>) -> Result<Packet<'a>, Undecoded> {
        let mut packet = Packet::of(frame);
        self.fill(&mut packet, frame)?;
        Ok(packet)
    }

    /// As [`Decoder::decode`], into a packet made by [`Packet::of`] the same frame: for a caller with many frames,
    /// because a copy of what was just put together in small parts takes longer than all of the parsing.
    #[inline]
    pub fn fill<'a>(&'a mut self, packet: &mut Packet<'a>, frame: &Frame<'a>) -> Result<(), Undecoded> {
        let captured = u32::try_from(frame.bytes.len()).unwrap_or(u32::MAX);
        let mut layers = Layers {
            packet,
            cut_off: frame.original_len.saturating_sub(captured) as usize,
            tunnels: 0,
            tags: 0,
            fragments: Some(&mut self.fragments),
            counters: &mut self.counters,
        };
        link::content(&mut layers, frame.link, Reader::new(frame.bytes))
    }

    /// What was counted since the start.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}
