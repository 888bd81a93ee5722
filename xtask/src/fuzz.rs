//! `cargo xtask fuzz`: coverage-guided where the tools are there, else mutations of each protocol's captures.

use crate::root::{cargo, installed, output, root};
use crate::{Outcome, arguments, mutate};
use std::process::Command;

/// `cargo xtask fuzz [--seconds N] [--protocol NAME] [--seed N]`; the time is for each target or protocol.
pub(crate) fn run(given: &[String]) -> Outcome {
    arguments::only(given, &["--seconds", "--protocol", "--seed"], &[])?;
    let seconds = arguments::number(given, "--seconds", 60)?;
    let wanted = arguments::text(given, "--protocol")?;
    if root().join("fuzz/Cargo.toml").is_file() && installed("cargo-fuzz") && has_nightly() {
        return guided(wanted, seconds);
    }
    println!("no nightly toolchain with cargo-fuzz and no targets: mutating the captures of each protocol");
    let names = match wanted {
        Some(name) => vec![name.to_owned()],
        None => mutate::protocols()?,
    };
    let seconds = seconds.to_string();
    let seed = arguments::number(given, "--seed", 1)?.to_string();
    let mut failed = Vec::new();
    for name in names {
        println!("\n== {name}");
        if mutate::start(&["--protocol", &name, "--seconds", &seconds, "--seed", &seed]).is_err() {
            failed.push(name);
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("failures in {}", failed.join(", "))) }
}

fn has_nightly() -> bool {
    output(Command::new("cargo").args(["+nightly", "--version"])).is_ok()
}

fn guided(wanted: Option<&str>, seconds: u64) -> Outcome {
    let targets = output(Command::new("cargo").args(["+nightly", "fuzz", "list"]).current_dir(root()))?;
    for target in targets.lines().filter(|target| wanted.is_none_or(|wanted| wanted == *target)) {
        let mut command = cargo();
        command.args(["+nightly", "fuzz", "run", target, "--", &format!("-max_total_time={seconds}")]);
        if !command.status().is_ok_and(|status| status.success()) {
            return Err(format!("{target} failed"));
        }
    }
    Ok(())
}
