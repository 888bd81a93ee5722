//! What is known of a frame while its layers are read from the outside in.

use crate::counters::Counters;
use crate::ip::fragment::Fragments;
use crate::packet::{Content, Outer, Packet, Undecoded};

/// More tunnels inside each other than this are an attack, not a network.
const TUNNELS_MAX: u8 = 4;

/// Which of the decoder's counts.
pub(crate) type Count = fn(&mut Counters) -> &mut u64;

/// The layers read so far.
pub(crate) struct Layers<'p, 'a> {
    /// Filled in place, because it is large; its content is set at the end. With tunnels, `link` and `ip` are those of
    /// the innermost packet so far.
    pub(crate) packet: &'p mut Packet<'a>,
    /// Bytes of the frame that the snap length cut off.
    pub(crate) cut_off: usize,
    pub(crate) tunnels: u8,
    /// Tags passed so far, in all the link layers.
    pub(crate) tags: u8,
    /// Taken by the first layer that puts a datagram together, because its bytes are borrowed from here.
    pub(crate) fragments: Option<&'a mut Fragments>,
    pub(crate) counters: &'p mut Counters,
}

impl<'a> Layers<'_, 'a> {
    /// Makes what was read so far the outside of a tunnel and counts it. When tunnels nest too deep, the packet ends
    /// here and this is false.
    ///
    /// The outermost addresses stay. A tunnel directly on the link (MPLS, PPPoE) has none above the link, so the
    /// addresses of the next tunnel inside it stand beside its link.
    pub(crate) fn enter(&mut self, count: Count) -> bool {
        if self.tunnels == TUNNELS_MAX {
            self.cut(Undecoded::BadTunnel);
            return false;
        }
        self.tunnels += 1;
        *count(self.counters) += 1;
        let Packet { link, ip, outer, .. } = &mut *self.packet;
        match outer {
            None => *outer = Some(Outer { link: *link, ip: *ip }),
            Some(outer) if outer.ip.is_none() => outer.ip = *ip,
            Some(_) => {}
        }
        *ip = None;
        true
    }

    /// Says what the packet carries. Written here and not returned, for the reason given at
    /// [`Decoder::fill`](crate::Decoder::fill).
    #[inline]
    pub(crate) fn end(&mut self, content: Content<'a>) {
        self.packet.content = content;
    }

    /// Says that the packet could be read only down to here.
    #[inline]
    pub(crate) fn cut(&mut self, why: Undecoded) {
        self.end(Content::Cut { why });
    }
}
