//! Streams: in-order bytes are cut into whole messages; the unfinished tail alone is kept.

use super::decide::{HEAD_MAX, Verdict, decide_stream};
use super::message::{malformed, message};
use super::{Bound, Core, Registry, State, Tables};
use crate::dissector::{Frame, Probe};
use crate::protocols::{Protocol, Session, frame, parses, probe, skipped};
use decode::Delivery;
use facts::{Anomaly, Observation, Seen, Sink};
use wire::{Defect, Direction, Malformed};

/// Payload packets that may pass before a stream picked up in the middle is given up.
const TRIES_MAX: u8 = 16;
/// Bytes that a tentative conversation may hold back in one direction.
const TENTATIVE_MAX: usize = 4096;

/// Takes what a stream delivered. `opened` says that the hand-shake was seen: the first bytes are the start of the
/// first message and the client is certain. Answers the direction when content proves client and server to be the other way round.
pub(crate) fn stream(
    bound: &mut Bound,
    core: &mut Core,
    delivery: Delivery<'_>,
    opened: bool,
    seen: &Seen,
    sink: &mut dyn Sink,
) -> Option<Direction> {
    match delivery {
        Delivery::Gap(bytes) => {
            gap(bound, core, bytes, seen, sink);
            None
        }
        Delivery::Data(bytes) => data(bound, core, bytes, opened, seen, sink),
    }
}

fn gap(bound: &mut Bound, core: &mut Core, bytes: u32, seen: &Seen, sink: &mut dyn Sink) {
    let skip = &mut bound.skip[seen.direction];
    if *skip >= bytes && *skip > 0 {
        // The hole lies inside bytes that would not have been read anyway.
        *skip -= bytes;
        return;
    }
    *skip = 0;
    core.carry.free(&mut bound.carry[seen.direction]);
    bound.resync[seen.direction] = true;
    if let State::Known(protocol) = bound.state {
        let seen = Seen { protocol: protocol.into(), ..*seen };
        sink.observation(&seen, &Observation::Anomaly(Anomaly::Gap { bytes }));
    }
}

fn data(
    bound: &mut Bound,
    core: &mut Core,
    mut bytes: &[u8],
    opened: bool,
    seen: &Seen,
    sink: &mut dyn Sink,
) -> Option<Direction> {
    let mut corrected = None;
    if bound.state == State::Undecided {
        (corrected, bytes) = undecided(bound, core, bytes, opened, seen, sink);
    }
    let turned = corrected.map(|direction| Seen { direction, ..*seen });
    let seen = turned.as_ref().unwrap_or(seen);
    match bound.state {
        State::Undecided | State::Opaque => {}
        State::Tentative(protocol) => tentative(bound, core, protocol, bytes, seen, sink),
        State::Known(protocol) => {
            if let Some(bytes) = from_a_message_start(bound, protocol, bytes, seen.direction) {
                known(bound, core, protocol, bytes, seen, sink);
            }
        }
    }
    corrected
}

/// Passes over bytes to be skipped and, after a hole, over those that no message can start with.
fn from_a_message_start<'b>(
    bound: &mut Bound,
    protocol: Protocol,
    mut bytes: &'b [u8],
    direction: Direction,
) -> Option<&'b [u8]> {
    if bound.skip[direction] > 0 {
        let passed = bytes.len().min(bound.skip[direction] as usize);
        bound.skip[direction] -= u32::try_from(passed).unwrap_or(0);
        bytes = bytes.get(passed..).filter(|rest| !rest.is_empty())?;
    }
    if bound.resync[direction] && !bytes.is_empty() {
        let head = bytes.get(..HEAD_MAX).unwrap_or(bytes);
        if probe(protocol, head, direction) == Probe::No {
            return None;
        }
        bound.resync[direction] = false;
    }
    Some(bytes)
}

/// Looks for the protocol; keeps the bytes while it cannot be told. Answers the bytes that are still to be read
/// besides those kept, and the direction when it was guessed wrong.
fn undecided<'b>(
    bound: &mut Bound,
    core: &mut Core,
    bytes: &'b [u8],
    opened: bool,
    seen: &Seen,
    sink: &mut dyn Sink,
) -> (Option<Direction>, &'b [u8]) {
    if opened && bound.resync[seen.direction] {
        return (None, &[]);
    }
    let server_port = seen.server().port;
    let kept = bound.carry[seen.direction].is_some();
    if kept && !core.carry.append(&mut bound.carry[seen.direction], bytes) {
        abandon(bound, core, seen, sink);
        return (None, &[]);
    }
    let whole = if kept { core.carry.bytes(bound.carry[seen.direction]) } else { bytes };
    let left = if kept { &[] } else { bytes };
    match decide_stream(&core.registry, whole, seen.direction, server_port, opened) {
        Verdict::Bind(protocol) => {
            bound.state = State::Known(protocol);
            let other = turned(seen, seen.direction.reverse());
            if bound.carry[other.direction].is_some() {
                known(bound, core, protocol, &[], &other, sink);
            }
            (None, left)
        }
        Verdict::Tentative(protocol, way) => {
            bound.state = State::Tentative(protocol);
            let reversed = way != seen.direction;
            if reversed {
                bound.carry.swap();
            }
            (reversed.then_some(way), left)
        }
        Verdict::Wait => {
            if !kept {
                core.carry.append(&mut bound.carry[seen.direction], bytes);
            }
            (None, &[])
        }
        Verdict::Nothing => {
            core.carry.free(&mut bound.carry[seen.direction]);
            // With the hand-shake seen, one look each way decides; in mid-stream any packet may start a message.
            bound.tries += 1;
            bound.resync[seen.direction] = opened;
            if bound.tries > TRIES_MAX || bound.resync.to_server && bound.resync.to_client {
                abandon(bound, core, seen, sink);
            }
            (None, &[])
        }
    }
}

/// The same stamp for a message that went `direction`.
fn turned(seen: &Seen, direction: Direction) -> Seen {
    if direction == seen.direction {
        *seen
    } else {
        Seen { direction, source: seen.destination, destination: seen.source, ..*seen }
    }
}

fn abandon(bound: &mut Bound, core: &mut Core, seen: &Seen, sink: &mut dyn Sink) {
    bound.state = State::Opaque;
    bound.carry.iter_mut().for_each(|kept| core.carry.free(kept));
    wrong_protocol(bound, &core.registry, seen, sink);
}

fn wrong_protocol(bound: &mut Bound, registry: &Registry, seen: &Seen, sink: &mut dyn Sink) {
    if let Some(expected) = registry.for_port(true, seen.server().port).next()
        && !bound.anomaly_told
    {
        bound.anomaly_told = true;
        let seen = Seen { protocol: expected.into(), ..*seen };
        sink.observation(&seen, &Observation::Anomaly(Anomaly::WrongProtocol { expected: expected.name() }));
    }
}

/// Holds bytes back until two whole messages parse; then everything held is dissected, the client's first.
fn tentative(
    bound: &mut Bound,
    core: &mut Core,
    protocol: Protocol,
    bytes: &[u8],
    seen: &Seen,
    sink: &mut dyn Sink,
) {
    let fits = bytes.is_empty() || core.carry.append(&mut bound.carry[seen.direction], bytes);
    let mut whole = 0;
    for (direction, carry) in
        [Direction::ToServer, Direction::ToClient].into_iter().zip(bound.carry.into_array())
    {
        match whole_messages(protocol, core.carry.bytes(carry), direction) {
            Some(count) => whole += count,
            None => {
                abandon(bound, core, seen, sink);
                return;
            }
        }
    }
    let full = !fits || core.carry.bytes(bound.carry[seen.direction]).len() > TENTATIVE_MAX;
    if whole < 2 && !full {
        return;
    }
    bound.state = State::Known(protocol);
    let tell = Seen { protocol: protocol.into(), ..*seen };
    sink.observation(&tell, &Observation::Anomaly(Anomaly::UnusualPort));
    if core.registry.for_port(true, seen.server().port).next().is_some() {
        wrong_protocol(bound, &core.registry, seen, sink);
    }
    for direction in [Direction::ToServer, Direction::ToClient] {
        known(bound, core, protocol, &[], &turned(seen, direction), sink);
    }
}

/// How many whole messages stand at the front, or `None` when one of them is damaged.
fn whole_messages(protocol: Protocol, bytes: &[u8], direction: Direction) -> Option<usize> {
    let session = Session::new(protocol);
    let (mut rest, mut count) = (bytes, 0);
    while !rest.is_empty() && count < 2 {
        match frame(&session, rest, direction) {
            Frame::Whole(len) if len >= 1 && len <= rest.len() => {
                if !parses(&session, rest.get(..len)?, direction) {
                    return None;
                }
                rest = rest.get(len..)?;
            }
            Frame::Skip(len) if len >= 1 => rest = rest.get(len..).unwrap_or_default(),
            Frame::Whole(len) if len > protocol.info().message_max => return None,
            Frame::Whole(_) | Frame::Need(_) => break,
            Frame::Skip(_) | Frame::Lost => return None,
        }
        count += 1;
    }
    Some(count)
}

/// Adds bytes to a known protocol's stream and dissects every whole message.
fn known(
    bound: &mut Bound,
    core: &mut Core,
    protocol: Protocol,
    bytes: &[u8],
    seen: &Seen,
    sink: &mut dyn Sink,
) {
    let Core { carry, registry, tables } = core;
    if bound.carry[seen.direction].is_none() {
        let consumed = messages(bound, registry, tables, protocol, bytes, seen, sink);
        let tail = bytes.get(consumed..).unwrap_or_default();
        if bound.state == State::Known(protocol)
            && !tail.is_empty()
            && !carry.append(&mut bound.carry[seen.direction], tail)
        {
            bound.resync[seen.direction] = true;
        }
    } else {
        if !bytes.is_empty() && !carry.append(&mut bound.carry[seen.direction], bytes) {
            bound.resync[seen.direction] = true;
            return;
        }
        let kept = bound.carry[seen.direction];
        let consumed = messages(bound, registry, tables, protocol, carry.bytes(kept), seen, sink);
        carry.consume(&mut bound.carry[seen.direction], consumed);
    }
    if bound.state == State::Opaque {
        bound.carry.iter_mut().for_each(|kept| carry.free(kept));
    }
}

/// Dissects the whole messages at the front; answers how many bytes are done with.
fn messages(
    bound: &mut Bound,
    registry: &Registry,
    tables: &mut Tables,
    protocol: Protocol,
    bytes: &[u8],
    seen: &Seen,
    sink: &mut dyn Sink,
) -> usize {
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let mut spare = Session::None;
        let rejected = match frame(bound.session(protocol, &mut spare), rest, seen.direction) {
            Frame::Whole(len) if (1..=rest.len()).contains(&len) && len <= protocol.info().message_max => {
                at += len;
                message(bound, registry, tables, protocol, rest.get(..len).unwrap_or_default(), seen, sink)
            }
            Frame::Skip(len) if len > 0 => {
                let here = len.min(rest.len());
                bound.skip[seen.direction] = u32::try_from(len - here).unwrap_or(u32::MAX);
                at += here;
                skipped(bound.session(protocol, &mut spare), seen.direction);
                bound.count(protocol, tables.packet, false)
            }
            Frame::Whole(len) if len > protocol.info().message_max => {
                let here = len.min(rest.len());
                bound.skip[seen.direction] = u32::try_from(len - here).unwrap_or(u32::MAX);
                at += here;
                malformed(bound, tables, protocol, Malformed::new(0, Defect::TooLong), seen, sink)
            }
            Frame::Whole(1..) | Frame::Need(_) => return at,
            Frame::Whole(0) | Frame::Skip(_) | Frame::Lost => {
                bound.resync[seen.direction] = true;
                at = bytes.len();
                malformed(bound, tables, protocol, Malformed::new(0, Defect::BadMagic), seen, sink)
            }
        };
        if rejected {
            tables.rejected += 1;
            bound.state = State::Opaque;
            wrong_protocol(bound, registry, seen, sink);
            return bytes.len();
        }
    }
    at
}
