//! `cargo xtask score`: the bars that the reader must clear on captures with truth tables.

use crate::root::{cargo, installed, output, root, shared};
use crate::{Outcome, arguments};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// The protocols of machines, one folder each.
const MACHINES: [&str; 10] =
    ["modbus", "s7comm", "enip-cip", "profinet", "melsec", "omron-fins", "opcua", "dnp3", "iec104", "bacnet"];
/// Offices and the test bed.
const OTHERS: [&str; 2] = ["it", "testbed"];

/// A figure, its bar, and whether the figure must reach it or stay at or below it.
struct Bar {
    name: &'static str,
    bar: f64,
    is_floor: bool,
}

const MACHINE_BARS: [Bar; 7] = [
    Bar { name: "failures", bar: 0.0, is_floor: false },
    Bar { name: "hosts", bar: 99.0, is_floor: true },
    Bar { name: "flows", bar: 97.0, is_floor: true },
    Bar { name: "commands", bar: 97.0, is_floor: true },
    Bar { name: "facts", bar: 90.0, is_floor: true },
    Bar { name: "extra_flows_percent", bar: 2.0, is_floor: false },
    Bar { name: "merged_percent", bar: 1.0, is_floor: false },
];
const OTHER_BARS: [Bar; 3] = [
    Bar { name: "failures", bar: 0.0, is_floor: false },
    Bar { name: "hosts", bar: 98.0, is_floor: true },
    Bar { name: "merged_percent", bar: 1.0, is_floor: false },
];

/// `cargo xtask score`; without `--program` the program is built first, as a release.
pub(crate) fn run(given: &[String]) -> Outcome {
    arguments::only(given, &["--program"], &[])?;
    let Some(shared) = shared() else {
        println!("skipped: ../shared is absent");
        return Ok(());
    };
    if !installed("python3") {
        println!("skipped: python3 is not installed");
        return Ok(());
    }
    let program =
        arguments::text(given, "--program")?.map_or_else(build, |program| Ok(program.to_owned()))?;
    let mut missed = 0;
    missed += judge(&score(&shared, &program, &MACHINES)?, &MACHINE_BARS, "machines");
    missed += judge(&score(&shared, &program, &OTHERS)?, &OTHER_BARS, "it and test bed");
    if missed == 0 { Ok(()) } else { Err(format!("{missed} bars missed")) }
}

/// Builds the program for release; where it lies.
fn build() -> Result<String, String> {
    let built = cargo().args(["build", "--release", "--locked", "--package", "yagura"]).status();
    if !built.is_ok_and(|status| status.success()) {
        return Err("yagura cannot be built".into());
    }
    let metadata = output(cargo().args(["metadata", "--no-deps", "--locked", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let target =
        metadata.get("target_directory").and_then(Value::as_str).ok_or("cargo names no target directory")?;
    Ok(format!("{target}/release/yagura"))
}

fn score(shared: &Path, program: &str, folders: &[&str]) -> Result<Value, String> {
    let mut command = Command::new("python3");
    command.arg(shared.join("captures/score.py")).current_dir(root());
    command.args(["--json", "--program", &format!("'{program}' analyze --json")]).args(folders);
    serde_json::from_str(&output(&mut command)?).map_err(|error| format!("score.py: {error}"))
}

/// Prints every figure beside its bar; how many were missed.
fn judge(result: &Value, bars: &[Bar], of: &str) -> u64 {
    println!("{of}: {} captures in {} s", result["captures"], result["seconds"]);
    let mut missed = 0;
    for bar in bars {
        let (value, detail) = figure(result, bar.name);
        let holds = value.is_some_and(|value| if bar.is_floor { value >= bar.bar } else { value <= bar.bar });
        missed += u64::from(!holds);
        let (sign, verdict) = (if bar.is_floor { "≥" } else { "≤" }, if holds { "ok" } else { "MISSED" });
        let value = value.map_or_else(|| "none".to_owned(), |value| format!("{value:.2}"));
        println!("  {:<20} {value:>8} {sign} {:<5} {verdict:<7} {detail}", bar.name, bar.bar);
    }
    missed
}

/// A figure by its name: a share of what was expected, in percent, or a number of the result itself.
fn figure(result: &Value, name: &str) -> (Option<f64>, String) {
    let part = |at: usize| result.pointer(&format!("/recall/{name}/{at}"))?.as_f64();
    match (part(0), part(1)) {
        (Some(found), Some(expected)) if expected > 0.0 => {
            (Some(100.0 * found / expected), format!("{found} of {expected}"))
        }
        _ => (result[name].as_f64(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn shares_and_numbers_are_judged() {
        let good = result(r#"{"failures": 0, "merged_percent": 0.4, "recall": {"hosts": [99, 100]}}"#);
        assert_eq!(judge(&good, &OTHER_BARS, "test"), 0);
        let bad = result(r#"{"failures": 1, "merged_percent": 1.4, "recall": {"hosts": [97, 100]}}"#);
        assert_eq!(judge(&bad, &OTHER_BARS, "test"), 3);
    }

    #[test]
    fn a_missing_figure_is_a_missed_bar() {
        assert_eq!(judge(&result(r#"{"failures": 0, "recall": {}}"#), &OTHER_BARS, "test"), 2);
    }
}
