//! Captures of simulated plants, and the program that reads them.

use serde_json::Value;
use simulator::{Plant, PlantError, Simulator};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use wire::Time;

/// One frame of a simulated plant.
#[derive(Clone)]
pub(crate) struct Recorded {
    pub(crate) time: Time,
    pub(crate) capture: u16,
    pub(crate) bytes: Vec<u8>,
}

/// When simulated time begins, in nanoseconds.
const START: i64 = 1_750_000_000_000_000_000;

/// What a plant's mirror ports show in its first seconds, in time order.
pub(crate) fn record(plant: Result<Plant, PlantError>, seconds: i64) -> Vec<Recorded> {
    let mut frames = Vec::new();
    let mut simulator = Simulator::new(plant.expect("a plant"), 7, Time(START));
    simulator.run_until(Time(START + seconds * 1_000_000_000), |frame| {
        frames.push(Recorded { time: frame.time, capture: frame.capture.0, bytes: frame.bytes.to_vec() });
    });
    frames
}

pub(crate) fn pcap<'a>(frames: impl IntoIterator<Item = &'a Recorded>) -> Vec<u8> {
    let mut out = Vec::new();
    capture::write::header(&mut out).expect("memory");
    for frame in frames {
        let len = u32::try_from(frame.bytes.len()).expect("short");
        capture::write::record(&mut out, frame.time, len, &frame.bytes).expect("memory");
    }
    out
}

/// A pcapng file of Ethernet interfaces with nanoseconds.
pub(crate) fn pcapng(
    frames: &[Recorded],
    interfaces: u16,
    interface_of: impl Fn(&Recorded) -> u16,
) -> Vec<u8> {
    let mut out = Vec::new();
    block(&mut out, 0x0a0d_0d0a, &[&0x1a2b_3c4d_u32.to_le_bytes()[..], &[1, 0, 0, 0], &[0xff; 8]].concat());
    for _ in 0..interfaces {
        // Link type 1, no snap length, if_tsresol = 9, end of options.
        block(&mut out, 1, &[1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
    }
    for frame in frames {
        let time = u64::try_from(frame.time.0).expect("after 1970");
        let len = u32::try_from(frame.bytes.len()).expect("short");
        let (high, low) =
            (u32::try_from(time >> 32).expect("half"), u32::try_from(time & 0xffff_ffff).expect("half"));
        let head = [u32::from(interface_of(frame)), high, low, len, len];
        let mut body: Vec<u8> = head.into_iter().flat_map(u32::to_le_bytes).collect();
        body.extend_from_slice(&frame.bytes);
        body.resize(body.len().next_multiple_of(4), 0);
        block(&mut out, 6, &body);
    }
    out
}

fn block(out: &mut Vec<u8>, kind: u32, body: &[u8]) {
    let len = u32::try_from(body.len() + 12).expect("short").to_le_bytes();
    [&kind.to_le_bytes()[..], &len, body, &len].into_iter().for_each(|part| out.extend_from_slice(part));
}

/// Writes a file into the tests' folder; names are those of the tests, so that none is used twice.
pub(crate) fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).expect("a file");
    path
}

/// The program with its first arguments.
pub(crate) fn yagura(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yagura"));
    command.args(arguments);
    command
}

pub(crate) fn run(command: &mut Command) -> Output {
    command.output().expect("the program starts")
}

/// What the program prints for files, as it stands on standard output.
pub(crate) fn printed(arguments: &[&str], files: &[PathBuf]) -> String {
    let output = run(yagura(&["analyze"]).args(arguments).args(files));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{}: {said}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The analysis document of files.
pub(crate) fn analyze(files: &[PathBuf]) -> Value {
    serde_json::from_str(&printed(&["--json"], files)).expect("JSON")
}

pub(crate) fn list<'v>(document: &'v Value, key: &str) -> &'v [Value] {
    document[key].as_array().expect("a list")
}

/// The folder of shared captures, or `None` with a line that says so.
pub(crate) fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("YAGURA_SHARED").map_or(beside, PathBuf::from);
    if !folder.join("captures").is_dir() {
        println!("skipped: ../shared is absent");
        return None;
    }
    Some(folder)
}
