//! BACnet (ANSI/ASHRAE 135-2020): application and network layer over BACnet/IP, Ethernet and captured MS/TP.
//!
//! UDP port 47808 (annex J; IPv6: annex U), other ports by the BVLC's mark; LLC 0x82; MS/TP frames that a
//! recorder put behind a SNAP header. A segmented message is read as far as its first segment goes. Devices behind a
//! router are parts of it, by device instance as soon as that is known; the table holds 1024 of them.

mod content;
mod link;
mod names;
mod observe;
mod routed;
mod services;
mod tags;
#[cfg(test)]
mod tests;

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use ::wire::{Direction, Malformed};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Bacnet {}

impl Dissector for Bacnet {
    const NAME: &'static str = "bacnet";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::OpenWrites);
    const CARRIERS: &'static [Carrier] =
        &[Carrier::Udp(47808), Carrier::Llc(0x82), Carrier::Snap(link::MSTP_RECORDER, 1)];
    const MESSAGE_MAX: usize = 2048;
    type Message<'a> = link::Message<'a>;
    type Session = observe::Session;
    type Pool = routed::Pool;

    fn probe(head: &[u8], direction: Direction) -> Probe {
        link::probe(head, direction)
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Self::Session) -> Result<link::Message<'a>, Malformed> {
        link::parse(bytes)
    }

    fn observe<'a>(message: &link::Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        observe::observe(message, context, out);
    }
}
