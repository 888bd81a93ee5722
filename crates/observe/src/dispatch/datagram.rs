//! Datagrams and link frames: each is whole.

use super::decide::decide_datagram;
use super::message::{malformed, message};
use super::{Bound, Core, Registry, State};
use crate::dissector::{Frame, Probe};
use crate::protocols::{Protocol, Session, frame, probe, skipped};
use decode::LinkProtocol;
use facts::{Anomaly, Observation, Seen, Sink};
use wire::{Defect, Direction, Malformed};

/// Datagrams that may pass before a conversation is given up as none of ours.
const TRIES_MAX: u8 = 4;

/// Dissects one datagram. Answers the direction when it proves the first guess of client and server wrong.
pub(crate) fn datagram(
    bound: &mut Bound,
    core: &mut Core,
    bytes: &[u8],
    seen: &Seen,
    sink: &mut dyn Sink,
) -> Option<Direction> {
    if bytes.is_empty() {
        return None;
    }
    let mut corrected = None;
    if bound.state == State::Undecided {
        let ports = [seen.server().port, seen.client().port];
        match decide_datagram(&core.registry, bytes, seen.direction, ports) {
            Some((protocol, way)) => {
                bound.state = State::Known(protocol);
                corrected = (way != seen.direction).then_some(way);
            }
            None => give_up(bound, &core.registry, ports[0], seen, sink),
        }
    }
    let State::Known(protocol) = bound.state else { return None };
    let turned = corrected.map(|direction| Seen { direction, ..*seen });
    messages(bound, core, protocol, bytes, turned.as_ref().unwrap_or(seen), sink);
    corrected
}

fn give_up(bound: &mut Bound, registry: &Registry, server_port: u16, seen: &Seen, sink: &mut dyn Sink) {
    bound.tries += 1;
    if bound.tries < TRIES_MAX {
        return;
    }
    bound.state = State::Opaque;
    if let Some(expected) = registry.for_port(false, server_port).next() {
        let seen = Seen { protocol: expected.into(), ..*seen };
        sink.observation(&seen, &Observation::Anomaly(Anomaly::WrongProtocol { expected: expected.name() }));
    }
}

/// Dissects one frame of a link (or bare IP) protocol: several may share one EtherType, so each frame is probed.
pub(crate) fn link_frame(
    bound: &mut Bound,
    core: &mut Core,
    kind: Result<LinkProtocol, u8>,
    bytes: &[u8],
    seen: &Seen,
    sink: &mut dyn Sink,
) {
    let head = bytes.get(..super::decide::HEAD_MAX).unwrap_or(bytes);
    let fits = |protocol: &Protocol| probe(*protocol, head, seen.direction) != Probe::No;
    let found = match kind {
        Ok(kind) => core.registry.for_link(kind).find(fits),
        Err(number) => core.registry.for_ip(number).find(fits),
    };
    if let Some(protocol) = found {
        messages(bound, core, protocol, bytes, seen, sink);
    }
}

fn messages(
    bound: &mut Bound,
    core: &mut Core,
    protocol: Protocol,
    bytes: &[u8],
    seen: &Seen,
    sink: &mut dyn Sink,
) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let mut spare = Session::None;
        let len = match frame(bound.session(protocol, &mut spare), rest, seen.direction) {
            Frame::Whole(len) if (1..=rest.len()).contains(&len) => len,
            Frame::Skip(len) => {
                skipped(bound.session(protocol, &mut spare), seen.direction);
                bound.count(protocol, core.tables.packet, false);
                rest = rest.get(len.max(1)..).unwrap_or_default();
                continue;
            }
            Frame::Whole(_) | Frame::Need(_) => {
                let defect = Malformed::new(rest.len(), Defect::Truncated);
                malformed(bound, &core.tables, protocol, defect, seen, sink);
                return;
            }
            Frame::Lost => {
                malformed(bound, &core.tables, protocol, Malformed::new(0, Defect::BadMagic), seen, sink);
                return;
            }
        };
        let whole = rest.get(..len).unwrap_or_default();
        if message(bound, &core.registry, &mut core.tables, protocol, whole, seen, sink) {
            core.tables.rejected += 1;
            bound.state = State::Opaque;
            return;
        }
        rest = rest.get(len..).unwrap_or_default();
    }
}
