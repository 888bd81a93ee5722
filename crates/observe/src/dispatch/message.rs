//! One whole message: counted, dissected, and its nested payloads after it.

use super::{Bound, Registry, Tables};
use crate::dissector::{Frame, Probe};
use crate::out::{Inner, Out};
use crate::protocols::{Protocol, Session, dissect, frame, probe, skipped};
use facts::{Observation, Seen, Sink};
use wire::{Defect, Malformed};

/// How deep protocols may nest.
const DEPTH_MAX: usize = 5;

/// Dissects one message. Answers whether defects now reject the protocol.
pub(crate) fn message(
    bound: &mut Bound,
    registry: &Registry,
    tables: &mut Tables,
    protocol: Protocol,
    bytes: &[u8],
    seen: &Seen,
    sink: &mut dyn Sink,
) -> bool {
    nested(
        bound,
        registry,
        tables,
        Inner { protocol: Some(protocol), bytes, tag: 0 },
        protocol,
        seen,
        sink,
        0,
    )
}

/// Says and counts that a message is damaged. Answers whether defects now reject the protocol.
pub(crate) fn malformed(
    bound: &mut Bound,
    tables: &Tables,
    protocol: Protocol,
    defect: Malformed,
    seen: &Seen,
    sink: &mut dyn Sink,
) -> bool {
    let seen = Seen { protocol: protocol.into(), ..*seen };
    sink.observation(&seen, &Observation::Malformed(defect));
    bound.count(protocol, tables.packet, true)
}

#[expect(clippy::too_many_arguments, reason = "one internal call site carries the whole context down")]
fn nested(
    bound: &mut Bound,
    registry: &Registry,
    tables: &mut Tables,
    payload: Inner<'_>,
    protocol: Protocol,
    seen: &Seen,
    sink: &mut dyn Sink,
    depth: usize,
) -> bool {
    let seen = Seen { protocol: protocol.into(), ..*seen };
    // Taken out of the tables, so that its contents can be dissected while the tables change; a nested carrier finds
    // an empty place and cannot join.
    let mut joining = core::mem::take(&mut tables.joining);
    let mut out = Out::new(&seen, sink, &mut joining);
    out.values_open = bound.values().open(seen.time);
    let mut spare = Session::None;
    let session = bound.session(protocol, &mut spare);
    let result = dissect(session, &mut tables.pools, payload.bytes, payload.tag, &mut out);
    let (joined_tag, expected) = (out.joined_tag, out.expected);
    tables.inner_dropped += u64::from(out.inner_dropped);
    bound.values().count(out.values);
    tables.values_sampled += if out.values_open { 0 } else { u64::from(out.values) };
    if let Some(expected) = expected {
        tables.expectations.add(expected, seen.network.0, seen.time);
    }
    let rejected = match result {
        Ok(()) => bound.count(protocol, tables.packet, false),
        Err(defect) => {
            let rejected = malformed(bound, tables, protocol, defect, &seen, out.sink);
            tables.joining = joining;
            return rejected;
        }
    };
    if depth < DEPTH_MAX {
        for payload in out.inner.iter() {
            inner_payload(bound, registry, tables, payload, protocol, &seen, &mut *out.sink, depth + 1);
        }
        if let Some(tag) = joined_tag {
            let payload = Inner { protocol: None, bytes: &joining, tag };
            inner_payload(bound, registry, tables, payload, protocol, &seen, sink, depth + 1);
        }
    }
    tables.joining = joining;
    rejected
}

/// A nested payload may hold several messages of its protocol.
#[expect(clippy::too_many_arguments, reason = "one internal call site carries the whole context down")]
fn inner_payload(
    bound: &mut Bound,
    registry: &Registry,
    tables: &mut Tables,
    payload: Inner<'_>,
    carrier: Protocol,
    seen: &Seen,
    sink: &mut dyn Sink,
    depth: usize,
) {
    let by_probe = || {
        let head = payload.bytes.get(..super::decide::HEAD_MAX).unwrap_or(payload.bytes);
        let mut maybe = None;
        for protocol in registry.inside(carrier) {
            match probe(protocol, head, seen.direction) {
                Probe::Yes => return Some(protocol),
                Probe::Maybe => maybe = maybe.or(Some(protocol)),
                Probe::No => {}
            }
        }
        maybe
    };
    let Some(protocol) = payload.protocol.or_else(by_probe) else { return };
    let mut rest = payload.bytes;
    while !rest.is_empty() {
        let mut spare = Session::None;
        let len = match frame(bound.session(protocol, &mut spare), rest, seen.direction) {
            Frame::Whole(len) if (1..=rest.len()).contains(&len) => len,
            Frame::Skip(len) => {
                skipped(bound.session(protocol, &mut spare), seen.direction);
                bound.count(protocol, tables.packet, false);
                rest = rest.get(len.max(1)..).unwrap_or_default();
                continue;
            }
            Frame::Whole(_) | Frame::Need(_) => {
                malformed(bound, tables, protocol, Malformed::new(rest.len(), Defect::Truncated), seen, sink);
                return;
            }
            Frame::Lost => {
                malformed(bound, tables, protocol, Malformed::new(0, Defect::BadMagic), seen, sink);
                return;
            }
        };
        let message = Inner { bytes: rest.get(..len).unwrap_or_default(), ..payload };
        nested(bound, registry, tables, message, protocol, seen, sink, depth);
        rest = rest.get(len..).unwrap_or_default();
    }
}
