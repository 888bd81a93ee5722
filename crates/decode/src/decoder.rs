//! From a frame to a packet.

use crate::counters::Counters;
use crate::ip::fragment::Fragments;
use crate::layers::Layers;
use crate::link;
use crate::packet::{Content, Link, Packet, Undecoded};
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
    #[inline]
    pub fn decode<'a>(&'a mut self, frame: &Frame<'a>) -> Result<Packet<'a>, Undecoded> {
        let mut result = Ok(Packet {
            time: frame.time,
            capture: frame.capture,
            wire_len: frame.original_len,
            link: Link::default(),
            ip: None,
            content: Content::Fragment,
            outer: None,
        });
        // Filled where the caller will find it, for the same reason as in `Layers::end`.
        if let Ok(packet) = &mut result {
            let mut layers = Layers {
                packet,
                cut_off: usize::try_from(frame.original_len)
                    .unwrap_or(usize::MAX)
                    .saturating_sub(frame.bytes.len()),
                tunnels: 0,
                tags: 0,
                fragments: Some(&mut self.fragments),
                counters: &mut self.counters,
            };
            if let Err(undecoded) = link::content(&mut layers, frame.link, Reader::new(frame.bytes)) {
                result = Err(undecoded);
            }
        }
        result
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
