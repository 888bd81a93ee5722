//! Matching, risk and its history over 10,000 assets: the tests that print times are run in release, and their lines become
//! figures with their bars.

use super::figure;
use crate::Outcome;
use crate::root::cargo;
use serde_json::json;

/// What is run: the package, its test, and the name of the one that prints times.
const RUNS: [(&str, &str, &str); 3] = [
    ("knowledge", "match_truth", "how_long_it_takes"),
    ("judge", "risk", "speed::ten_thousand_assets"),
    ("store", "store", "risk::times_of_snapshots"),
];

/// Bars in milliseconds, by what is timed. What has none is printed without.
const BARS: [(&str, f64); 7] = [
    ("10,000 devices matched", 1_000.0),
    ("one device matched anew", 50.0),
    ("assess all", 1_000.0),
    ("one changed asset", 50.0),
    ("tiles and cells", 100.0),
    ("one day, slowest but one of twenty", 1_000.0),
    ("one asset's series, slowest but one of twenty", 300.0),
];

/// Runs and prints.
pub(super) fn run() -> Outcome {
    for (package, test, name) in RUNS {
        let ran = cargo()
            .args(["test", "--release", "--locked", "--package", package, "--test", test, "--"])
            .args(["--ignored", "--nocapture", "--exact", name])
            .output()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        if !ran.status.success() {
            return Err(format!("{name}: {}", String::from_utf8_lossy(&ran.stderr)));
        }
        let text = String::from_utf8_lossy(&ran.stdout);
        for (what, milliseconds) in text.lines().filter_map(timed) {
            let bar = BARS.iter().find(|(named, _)| *named == what).map(|(_, bar)| bar);
            figure(what, json!({ "milliseconds": milliseconds, "bar_milliseconds": bar, "assets": 10_000 }));
        }
    }
    Ok(())
}

/// A line such as `assess all: 512.3ms`.
fn timed(line: &str) -> Option<(&str, f64)> {
    let (what, time) = line.rsplit_once(": ")?;
    let units = [("ns", 1e-6), ("µs", 1e-3), ("ms", 1.0), ("s", 1e3)];
    let (number, scale) = units.iter().find_map(|(unit, scale)| Some((time.strip_suffix(unit)?, scale)))?;
    Some((what, number.parse::<f64>().ok()? * scale))
}

#[cfg(test)]
mod tests {
    use super::timed;

    #[test]
    fn times_are_read_in_every_unit() {
        for (line, milliseconds) in
            [("a: 1.5s", 1_500.0), ("b c: 20ms", 20.0), ("d: 7.25µs", 0.00725), ("e: 3ns", 0.000_003)]
        {
            let (_, read) = timed(line).expect("a time");
            assert!((read - milliseconds).abs() < 1e-9, "{line}: {read}");
        }
        assert_eq!(timed("300 assets, 12 terms"), None);
        assert_eq!(timed("paths: none"), None);
    }
}
