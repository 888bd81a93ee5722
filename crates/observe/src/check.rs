//! The shared helper of all protocol tests: data in, lines out.
//!
//! [`stream`], [`datagrams`] and [`frames`] take messages as hex with a direction mark (`>` to the server, `<` to the
//! client), run them through the whole stage and compare the observations, one line each. Besides the comparison
//! they prove what every protocol owes: the same lines however the stream is cut, no panic at any truncation, the
//! same protocol found on another port, and nothing claimed for a stream of noise on its port.

mod lines;
mod synthetic;

use crate::{Limits, Observer};
use lines::Lines;
use std::path::PathBuf;
use synthetic::{Conversation, hex};
use wire::{CaptureId, Direction};

/// A port on which nothing is registered.
const OTHER_PORT: u16 = 39_017;

/// Checks a TCP conversation: `messages` are `"> hex"` or `"< hex"`; `expected` one observation a line.
pub(crate) fn stream(port: u16, messages: &[&str], expected: &str) {
    let messages = parse(messages);
    let whole = run_stream(port, &messages, usize::MAX);
    assert_lines(&whole, expected, "as sent");
    for size in [1, 2, 3, 7, 61] {
        assert_lines(
            &run_stream(port, &messages, size),
            &whole,
            &format!("cut into segments of {size} bytes"),
        );
    }
    for (at, (_, bytes)) in messages.iter().enumerate() {
        for len in 0..bytes.len() {
            let mut cut = messages.get(..=at).unwrap().to_vec();
            cut.last_mut().unwrap().1.truncate(len);
            run_stream(port, &cut, usize::MAX);
        }
    }
    noise(port);
}

/// Checks that the protocol is found on another TCP port, too: the same lines after the anomaly.
pub(crate) fn stream_on_another_port(port: u16, messages: &[&str]) {
    let messages = parse(messages);
    let usual = run_stream(port, &messages, usize::MAX);
    let unusual = run_stream(OTHER_PORT, &messages, usize::MAX);
    let mut without: Vec<&str> = unusual.lines().filter(|line| !line.contains("anomaly")).collect();
    let mut wanted: Vec<&str> = usual.lines().collect();
    // Held-back messages are told the client's first, so only the set of lines is the same.
    without.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(without, wanted, "on another port");
}

/// Checks UDP datagrams, each `"> hex"` or `"< hex"`.
pub(crate) fn datagrams(port: u16, messages: &[&str], expected: &str) {
    let messages = parse(messages);
    let mut lines = Lines::default();
    run_datagrams(port, &messages, &mut lines);
    assert_lines(&lines.text(), expected, "as sent");
    for (direction, bytes) in &messages {
        for len in 0..bytes.len() {
            let cut = bytes.get(..len).unwrap().to_vec();
            run_datagrams(port, &[(*direction, cut)], &mut Lines::default());
        }
    }
}

/// Checks link frames: `head` is the frame up to and including the EtherType (or LLC) bytes, in hex.
pub(crate) fn frames(head: &str, payloads: &[&str], expected: &str) {
    let head = hex(head);
    let mut lines = Lines::default();
    let whole: Vec<Vec<u8>> = payloads.iter().map(|payload| [head.clone(), hex(payload)].concat()).collect();
    run_frames(&whole, &mut lines);
    assert_lines(&lines.text(), expected, "as sent");
    for frame in &whole {
        for len in 0..frame.len() {
            run_frames(&[frame.get(..len).unwrap().to_vec()], &mut Lines::default());
        }
    }
}

/// All observations of a capture of this crate (`src/protocols/NAME/captures/FILE`) as lines.
pub(crate) fn capture(relative: &str, expected: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/protocols").join(relative);
    assert_lines(&read_capture(&path).text(), expected, relative);
}

/// Totals of a capture under `../shared/captures`, as lines `protocol messages=N malformed=N` and
/// `protocol code name=N`; `None` (with a printed line) where the folder is absent.
pub(crate) fn shared_totals(relative: &str) -> Option<String> {
    let root = std::env::var_os("YAGURA_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join("captures").join(relative);
    if !path.exists() {
        println!("skipped: ../shared is absent ({relative})");
        return None;
    }
    Some(read_capture(&path).totals())
}

/// Checks totals of a capture under `../shared/captures`; lines of `expected` must all be there.
pub(crate) fn shared(relative: &str, expected: &[&str]) {
    let Some(totals) = shared_totals(relative) else { return };
    for line in expected {
        assert!(totals.lines().any(|total| total == *line), "{relative}: no line {line:?} in:\n{totals}");
    }
}

fn read_capture(path: &std::path::Path) -> Lines {
    let mut source = capture::Source::open(path, CaptureId(0)).unwrap();
    let (mut decoder, mut observer) =
        (decode::Decoder::new(), Observer::new(Limits { flows: 4096, ..Limits::default() }));
    let mut lines = Lines::default();
    while let Some(frame) = source.next() {
        if let Ok(packet) = decoder.decode(&frame) {
            observer.packet(&packet, &mut lines);
        }
    }
    observer.finish(&mut lines);
    lines
}

fn parse(messages: &[&str]) -> Vec<(Direction, Vec<u8>)> {
    let one = |message: &&str| match message.split_at(1) {
        (">", bytes) => (Direction::ToServer, hex(bytes)),
        ("<", bytes) => (Direction::ToClient, hex(bytes)),
        other => panic!("a message begins with > or <, not {other:?}"),
    };
    messages.iter().map(one).collect()
}

fn run_stream(port: u16, messages: &[(Direction, Vec<u8>)], segment: usize) -> String {
    let mut lines = Lines::default();
    let mut observer = Observer::new(Limits { flows: 16, ..Limits::default() });
    let mut conversation = Conversation::open(port, &mut observer, &mut lines);
    for (direction, bytes) in messages {
        for chunk in bytes.chunks(segment.min(bytes.len().max(1))) {
            conversation.send(*direction, chunk, &mut observer, &mut lines);
        }
    }
    observer.finish(&mut lines);
    lines.text()
}

fn run_datagrams(port: u16, messages: &[(Direction, Vec<u8>)], lines: &mut Lines) {
    let mut observer = Observer::new(Limits { flows: 16, ..Limits::default() });
    for (at, (direction, bytes)) in messages.iter().enumerate() {
        synthetic::datagram(port, *direction, bytes, at, &mut observer, lines);
    }
    observer.finish(lines);
}

fn run_frames(frames: &[Vec<u8>], lines: &mut Lines) {
    let (mut decoder, mut observer) =
        (decode::Decoder::new(), Observer::new(Limits { flows: 16, ..Limits::default() }));
    for (at, bytes) in (0i64..).zip(frames) {
        let frame = wire::Frame {
            time: wire::Time(at * 1_000_000_000),
            capture: CaptureId(0),
            link: wire::LinkType::ETHERNET,
            original_len: u32::try_from(bytes.len()).unwrap(),
            bytes,
        };
        if let Ok(packet) = decoder.decode(&frame) {
            observer.packet(&packet, lines);
        }
    }
    observer.finish(lines);
}

/// A hundred streams of noise on a port must not be taken for any command or identity.
fn noise(port: u16) {
    let mut state = 0x1234_5678_9abc_def1_u64;
    for _ in 0..100 {
        let mut bytes = [0u8; 96];
        for byte in &mut bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = state.to_be_bytes()[0];
        }
        let text = run_stream(port, &[(Direction::ToServer, bytes.to_vec())], usize::MAX);
        let claimed = text.lines().find(|line| line.contains(" command ") || line.contains(" identity "));
        assert_eq!(claimed, None, "noise on port {port} was believed");
    }
}

fn assert_lines(actual: &str, expected: &str, what: &str) {
    let tidy = |text: &str| {
        text.lines().map(|line| line.trim().to_owned()).filter(|l| !l.is_empty()).collect::<Vec<_>>()
    };
    let (actual, expected) = (tidy(actual), tidy(expected));
    assert!(
        actual == expected,
        "{what}:\n--- seen\n{}\n--- expected\n{}",
        actual.join("\n"),
        expected.join("\n")
    );
}
