//! How a sender cuts its stream into segments changes nothing that is observed.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use observe::Limits;
use observe::Pipeline;
use simulator::Simulator;
use std::collections::BTreeMap;
use wire::{CaptureId, Frame, LinkType, Mac, Time};

/// Everything observed, by conversation, with how often.
#[derive(Default)]
struct Told(BTreeMap<String, BTreeMap<String, u64>>);

impl Sink for Told {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        let (client, server) = (seen.client(), seen.server());
        let of = (seen.network.0, client.ip, client.port, server.ip, server.port, seen.protocol.name);
        let said = format!("{:?} {observation:?}", seen.direction);
        *self.0.entry(format!("{of:?}")).or_default().entry(said).or_default() += 1;
    }
    fn heard(&mut self, _: &Heard) {}
    fn presence(&mut self, _: &Presence) {}
    fn flow(&mut self, _: &FlowSummary<'_>) {}
    fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {}
    fn same_network(&mut self, _: NetworkId, _: NetworkId) {}
}

struct Recorded {
    time: Time,
    capture: CaptureId,
    bytes: Vec<u8>,
}

fn demo() -> Vec<Recorded> {
    let mut frames = Vec::new();
    let mut simulator = Simulator::new(simulator::demo().expect("the demo plant"), 11, Time(0));
    simulator.run_until(Time(40_000_000_000), |frame| {
        frames.push(Recorded { time: frame.time, capture: frame.capture, bytes: frame.bytes.to_vec() });
    });
    frames
}

fn observe(frames: &[Recorded]) -> Told {
    let mut pipeline = Pipeline::new(Limits { flows: 16_384, stations: 1024 });
    let mut told = Told::default();
    for Recorded { time, capture, bytes } in frames {
        let original_len = u32::try_from(bytes.len()).expect("short");
        let frame = Frame { time: *time, capture: *capture, link: LinkType::ETHERNET, original_len, bytes };
        pipeline.frame(&frame, &mut told);
    }
    pipeline.finish(&mut told);
    told
}

/// Where the headers of a TCP segment over IPv4 stand in a frame.
struct Places {
    ip: usize,
    tcp: usize,
    payload: usize,
    end: usize,
}

fn number(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]))
}

fn places(bytes: &[u8]) -> Option<Places> {
    let ip = match number(bytes, 12) {
        0x0800 => 14,
        0x8100 if number(bytes, 16) == 0x0800 => 18,
        _ => return None,
    };
    let tcp = ip + usize::from(bytes[ip] & 15) * 4;
    let whole = number(bytes, ip + 6) & 0x3fff == 0;
    let payload = tcp + usize::from(bytes.get(tcp + 12)? >> 4) * 4;
    let end = ip + number(bytes, ip + 2);
    (bytes[ip + 9] == 6 && whole && payload + 1 < end).then_some(Places { ip, tcp, payload, end })
}

/// A number that depends on the segment's bytes behind the IP header alone, so that copies of a packet are cut alike.
fn dice(seed: u64, bytes: &[u8]) -> u64 {
    let words =
        bytes.iter().fold(seed, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    words ^ words >> 29
}

/// Cuts a segment in up to four; the checksums are left wrong, as offloading does.
fn cut(frame: &Recorded, seed: u64, out: &mut Vec<Recorded>) {
    let Recorded { time, capture, bytes } = frame;
    let keep = |bytes: Vec<u8>| Recorded { time: *time, capture: *capture, bytes };
    let Some(Places { ip, tcp, payload, end }) = places(bytes) else { return out.push(keep(bytes.clone())) };
    let mut dice = dice(seed, &bytes[tcp..end]);
    let mut from = payload;
    for piece in 0..4 {
        let left = end - from;
        let draw = usize::try_from(dice % 97).expect("small");
        dice = dice.rotate_left(17).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // Short and long pieces are both wanted: headers are a few bytes, records hundreds.
        let wanted = if draw < 48 { draw % 12 + 1 } else { left * (draw - 47) / 50 };
        let len = if piece == 3 { left } else { wanted.clamp(1, left) };
        let mut new = [&bytes[..payload], &bytes[from..from + len]].concat();
        let sequence = u32::from_be_bytes([bytes[tcp + 4], bytes[tcp + 5], bytes[tcp + 6], bytes[tcp + 7]]);
        let sequence = sequence.wrapping_add(u32::try_from(from - payload).expect("short"));
        new[tcp + 4..tcp + 8].copy_from_slice(&sequence.to_be_bytes());
        let total = u16::try_from(new.len() - ip).expect("short");
        new[ip + 2..ip + 4].copy_from_slice(&total.to_be_bytes());
        if len < left {
            // FIN and PSH belong to the last byte.
            new[tcp + 13] &= !0x09;
        }
        out.push(keep(new));
        from += len;
        if from == end {
            return;
        }
    }
}

/// What one way of cutting told and the other did not, to read in a failed test.
fn differences(whole: &Told, cut: &Told) -> Vec<String> {
    let mut found = Vec::new();
    for (one, other, word) in [(whole, cut, "only whole"), (cut, whole, "only cut")] {
        for (of, said) in &one.0 {
            let there = other.0.get(of);
            for (what, count) in said {
                let count_there = there.and_then(|said| said.get(what)).copied().unwrap_or(0);
                if *count > count_there {
                    found.push(format!("{word} ({count} against {count_there}): {of} {what}"));
                }
            }
        }
    }
    found
}

#[test]
fn streams_cut_anywhere_say_the_same() {
    let frames = demo();
    let whole = observe(&frames);
    assert!(whole.0.len() > 50, "many conversations: {}", whole.0.len());
    for seed in 1..=8 {
        let mut pieces = Vec::new();
        frames.iter().for_each(|frame| cut(frame, seed, &mut pieces));
        assert!(pieces.len() > frames.len() * 5 / 4, "{} frames from {}", pieces.len(), frames.len());
        let found = differences(&whole, &observe(&pieces));
        assert!(
            found.is_empty(),
            "seed {seed}, {} differ:\n{}",
            found.len(),
            found[..found.len().min(20)].join("\n")
        );
    }
}
