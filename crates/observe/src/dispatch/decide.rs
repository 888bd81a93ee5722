//! Which protocol is it? Asked until answered, once per conversation.

use super::Registry;
use crate::dissector::{Frame, Probe};
use crate::protocols::{Protocol, Session, frame, parses, probe};
use wire::Direction;

/// Bytes that a probe may look at.
pub(crate) const HEAD_MAX: usize = 64;
/// Bytes with which binary protocols tell their own message from another's (SLMP needs 15). Waiting for more would
/// keep the bytes of every unknown conversation of short messages.
const TELLING: usize = 16;

/// The answer of one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// On its registered port: bound at once.
    Bind(Protocol),
    /// Elsewhere, by content; `reversed` when it is the other side that asks.
    Tentative(Protocol, Direction),
    /// More bytes are needed.
    Wait,
    /// None of ours.
    Nothing,
}

/// Looks at the first bytes of a stream.
pub(crate) fn decide_stream(
    registry: &Registry,
    bytes: &[u8],
    direction: Direction,
    server_port: u16,
    direction_certain: bool,
) -> Verdict {
    let head = bytes.get(..HEAD_MAX).unwrap_or(bytes);
    let mut maybe = None;
    for protocol in registry.for_port(true, server_port) {
        match probe(protocol, head, direction) {
            Probe::Yes => return Verdict::Bind(protocol),
            Probe::Maybe => maybe = maybe.or(Some(protocol)),
            Probe::No => {}
        }
    }
    let ways = [direction, direction.reverse()];
    let mut possible = false;
    for way in ways.into_iter().take(if direction_certain { 1 } else { 2 }) {
        for protocol in &registry.any_tcp {
            match probe(*protocol, head, way) {
                Probe::Yes => return Verdict::Tentative(*protocol, way),
                Probe::Maybe => possible |= is_unfinished(*protocol, bytes, way),
                Probe::No => {}
            }
        }
    }
    match maybe.map(|protocol| (protocol, frame(&Session::new(protocol), bytes, direction))) {
        Some((protocol, Frame::Whole(len))) if len <= bytes.len() => {
            let whole = bytes.get(..len).unwrap_or_default();
            if parses(&Session::new(protocol), whole, direction) {
                Verdict::Bind(protocol)
            } else {
                Verdict::Nothing
            }
        }
        Some((protocol, Frame::Whole(_) | Frame::Skip(_))) if bytes.len() >= HEAD_MAX => {
            Verdict::Bind(protocol)
        }
        Some((_, Frame::Whole(_) | Frame::Need(_))) if bytes.len() < HEAD_MAX => Verdict::Wait,
        Some((protocol, Frame::Skip(_))) => Verdict::Bind(protocol),
        Some((_, Frame::Whole(_) | Frame::Need(_) | Frame::Lost)) => Verdict::Nothing,
        // A sender may cut its first message anywhere: who may still be right is asked again with more bytes.
        None if bytes.len() < if possible { TELLING } else { 4 } => Verdict::Wait,
        None => Verdict::Nothing,
    }
}

/// Whether more bytes are wanted before the first message is there.
fn is_unfinished(protocol: Protocol, bytes: &[u8], direction: Direction) -> bool {
    match frame(&Session::new(protocol), bytes, direction) {
        Frame::Whole(len) | Frame::Need(len) => len > bytes.len(),
        Frame::Skip(_) | Frame::Lost => false,
    }
}

/// Looks at one datagram; a whole message must parse, since no second one may come.
pub(crate) fn decide_datagram(
    registry: &Registry,
    bytes: &[u8],
    direction: Direction,
    ports: [u16; 2],
) -> Option<(Protocol, Direction)> {
    let head = bytes.get(..HEAD_MAX).unwrap_or(bytes);
    let good = |protocol: Protocol, way: Direction, wanted: Probe| {
        let answer = probe(protocol, head, way);
        (answer == Probe::Yes || answer == wanted) && first_parses(protocol, bytes, way)
    };
    // The server's port first, then the client's: some protocols use one well-known port on both ends.
    let [server, client] = ports;
    for (port, way) in [(server, direction), (client, direction)] {
        if let Some(protocol) =
            registry.for_port(false, port).find(|protocol| good(*protocol, way, Probe::Maybe))
        {
            return Some((protocol, way));
        }
    }
    for way in [direction, direction.reverse()] {
        if let Some(protocol) = registry.any_udp.iter().find(|protocol| good(**protocol, way, Probe::Yes)) {
            return Some((*protocol, way));
        }
    }
    None
}

fn first_parses(protocol: Protocol, bytes: &[u8], direction: Direction) -> bool {
    let session = Session::new(protocol);
    match frame(&session, bytes, direction) {
        Frame::Whole(len) => bytes.get(..len).is_some_and(|message| parses(&session, message, direction)),
        Frame::Skip(_) => true,
        Frame::Need(_) | Frame::Lost => false,
    }
}
