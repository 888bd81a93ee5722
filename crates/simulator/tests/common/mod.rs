//! Shared by the integration tests: a plant written as a capture file, and what an independent dissector makes of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use simulator::{Deed, Plant, Simulator, Story};
use wire::{Frame, Time};

/// 2026-04-01T00:00:00Z.
pub(crate) const START: Time = Time(1_775_001_600_000_000_000);

/// Runs a plant for some seconds while its story plays from the second `from` on.
fn play(plant: Plant, from: i64, seconds: i64, mut take: impl FnMut(Frame<'_>)) {
    let mut simulator = Simulator::new(plant, 1, START);
    let mut story = Story::new(START);
    for second in 1..=seconds {
        let now = Time(START.0 + second * 1_000_000_000);
        simulator.run_until(now, &mut take);
        if second == from {
            story.act(Deed::Play, &mut simulator);
        }
        story.advance(&mut simulator, now);
    }
}

/// Writes those frames of the first `seconds` of a plant and its story that `keep` wants as a nanosecond pcap file;
/// returns its path and the number of frames.
pub(crate) fn write_pcap(
    plant: Plant,
    seconds: i64,
    name: &str,
    keep: impl Fn(&[u8]) -> bool,
) -> std::io::Result<(PathBuf, usize)> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut bytes = vec![0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0];
    bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]);
    let mut count = 0;
    play(plant, 60, seconds, |frame| {
        if keep(frame.bytes) {
            count += 1;
            let (time, length) = (frame.time.0, i64::from(frame.original_len));
            for number in [time / 1_000_000_000, time % 1_000_000_000, length, length] {
                bytes.extend(number.to_le_bytes().into_iter().take(4));
            }
            bytes.extend_from_slice(frame.bytes);
        }
    });
    std::fs::write(&path, bytes)?;
    Ok((path, count))
}

/// Runs tshark; `None` when it is not installed.
pub(crate) fn tshark(path: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("tshark").arg("-r").arg(path).args(arguments).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// How many frames of the capture match each display filter (without commas), in one run of tshark.
pub(crate) fn counts(path: &Path, filters: &[&str]) -> Vec<usize> {
    let statistics = format!("io,stat,0,{}", filters.join(","));
    let table = tshark(path, &["-q", "-z", &statistics]).unwrap_or_default();
    let row = table.lines().find(|line| line.contains("<>")).unwrap_or_default();
    // Interval, then frames and bytes of each filter.
    let cells = row.split('|').map(str::trim).filter(|cell| !cell.is_empty()).skip(1);
    let counts: Vec<usize> = cells.step_by(2).map(|cell| cell.parse().unwrap_or_default()).collect();
    assert_eq!(counts.len(), filters.len(), "tshark understood every filter: {table}");
    counts
}
