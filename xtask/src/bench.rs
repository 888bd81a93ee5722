//! `cargo xtask bench`: one JSON line per figure, as a ratio against a peer in the same run wherever there is one.
//! Figures, never tests: nothing here fails because the machine is slow.

mod cost;
mod inputs;
mod judge;
mod server;

use crate::{Outcome, arguments, root};
use cost::{Cost, median};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Counted runs after one that warms the caches.
const RUNS: usize = 3;

/// `cargo xtask bench`; `--only` measures one part, `--program` takes a built program instead of building one.
pub(crate) fn run(given: &[String]) -> Outcome {
    arguments::only(given, &["--only", "--program"], &["--no-live"])?;
    let only = arguments::text(given, "--only")?;
    let is_wanted = |part: &str| only.is_none_or(|only| only == part);
    let program = match arguments::text(given, "--program")? {
        Some(file) => file.into(),
        None => build()?,
    };
    let folder = root::target().join("bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    if is_wanted("offline") {
        match inputs::mixed(&folder)? {
            Some(mixed) => offline(&program, &folder, &mixed)?,
            None => println!("skipped: ../shared is absent, so there is no mixed.pcap"),
        }
    }
    if is_wanted("memory") {
        let cost = measure(&program, &inputs::many_flows(&folder)?)?;
        figure(
            "memory of 1 M flows and 10,000 assets",
            json!({ "peak_mib": cost.peak_mib(), "bar_mib": 300 }),
        );
    }
    if is_wanted("server") {
        server::run(&program, &folder, &inputs::many_flows(&folder)?)?;
    }
    if is_wanted("judge") {
        judge::run()?;
    }
    if is_wanted("live") && !given.iter().any(|argument| argument == "--no-live") {
        crate::veth_load::run(&[])?;
    }
    Ok(())
}

fn build() -> Result<PathBuf, String> {
    let built = root::cargo().args(["build", "--release", "--locked", "--package", "yagura"]).status();
    built
        .map_err(|error| format!("cannot run cargo: {error}"))?
        .success()
        .then(|| root::target().join("release/yagura"))
        .ok_or_else(|| "the release build failed".into())
}

/// The program on the mixed capture, against a loop that only counts packets and against tshark.
fn offline(program: &Path, folder: &Path, mixed: &Path) -> Outcome {
    let mut ours = Vec::new();
    let mut peer = Vec::new();
    let counter = inputs::packet_loop(folder)?;
    for _ in 0..=RUNS {
        ours.push(measure(program, mixed)?);
        peer.push(Cost::of(Command::new(&counter).arg(mixed))?);
    }
    // The first pair only warmed the page cache.
    let ours_cpu = median(ours.iter().skip(1).map(|cost| cost.cpu_seconds));
    let peer_cpu = median(peer.iter().skip(1).map(|cost| cost.cpu_seconds));
    let peak = ours.iter().map(Cost::peak_mib).max().unwrap_or(0);
    let packets = inputs::packets(mixed)?;
    figure(
        "offline analysis of mixed.pcap against a loop over its packets",
        json!({
            "cpu_seconds": ours_cpu, "peer_cpu_seconds": peer_cpu, "ratio": ours_cpu / peer_cpu, "bar_ratio_max": 2,
            "packets_per_cpu_second": packets as f64 / ours_cpu, "peak_mib": peak,
        }),
    );
    let head = inputs::head(mixed, folder, 60_000_000)?;
    if Command::new("tshark").arg("--version").output().is_err() {
        println!("skipped: tshark is not installed (apt-get install tshark)");
    } else {
        tshark(program, &head)?;
    }
    let small = inputs::head(mixed, folder, 10_000_000)?;
    let cold = inputs::drop_caches();
    let cost = measure(program, &small)?;
    figure(
        "analyze of a 10 MB capture",
        json!({ "cold": cold, "wall_ms": (cost.wall_seconds * 1000.0).round(), "bar_ms": 300 }),
    );
    Ok(())
}

/// Against tshark twice: writing its dissection as JSON, which is what `analyze --json` is measured at, and at the least
/// that it can do, one line per packet. Name resolution is off in both.
fn tshark(program: &Path, head: &Path) -> Outcome {
    let ours = median((0..RUNS).map(|_| measure(program, head).map_or(f64::NAN, |cost| cost.cpu_seconds)));
    for (what, arguments) in
        [("writing JSON", &["-n", "-T", "json", "-r"][..]), ("writing one line per packet", &["-n", "-r"])]
    {
        let peer = Cost::of(Command::new("tshark").args(arguments).arg(head))?.cpu_seconds;
        figure(
            &format!("the first 60 MB of mixed.pcap against tshark {what}"),
            json!({ "cpu_seconds": ours, "peer_cpu_seconds": peer, "times_faster": peer / ours, "bar_times_faster": 50 }),
        );
    }
    Ok(())
}

fn measure(program: &Path, capture: &Path) -> Result<Cost, String> {
    Cost::of(Command::new(program).args(["analyze", "--json"]).arg(capture))
}

/// Prints one figure.
pub(crate) fn figure(name: &str, mut values: Value) {
    if let Some(map) = values.as_object_mut() {
        map.insert("figure".into(), name.into());
    }
    println!("{values}");
}
