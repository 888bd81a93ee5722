//! `cargo xtask test`: what tests need, every test, one summary. CI runs the same command.

mod install;
mod run;

use crate::root::{cargo, installed, shared, target};
use crate::{Outcome, arguments};
use run::{Counts, Step};
use std::process::Command;
use std::time::Instant;

/// Mutations of captures in every run; `cargo xtask mutate` makes more.
const MUTATIONS: &str = "5000";

/// `cargo xtask test`.
pub(crate) fn run(given: &[String]) -> Outcome {
    arguments::only(given, &[], &[])?;
    install::disk();
    install::programs();
    install::components();
    install::cargo_deny();
    let started = Instant::now();
    let mut steps = Vec::new();
    for (name, command) in commands() {
        steps.push(run::step(name, command));
    }
    steps.push(documentation());
    steps.push(licences());
    steps.push(bars());
    summarise(&steps, started)
}

fn commands() -> Vec<(&'static str, Command)> {
    let with = |arguments: &[&str]| {
        let mut command = cargo();
        command.args(arguments);
        command
    };
    let own = |arguments: &[&str]| {
        // This very program, even when a build in between has replaced its file.
        let mut command = Command::new("/proc/self/exe");
        command.args(arguments).current_dir(crate::root::root());
        command
    };
    vec![
        ("format", with(&["fmt", "--all", "--check"])),
        ("clippy", with(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])),
        ("tidy", own(&["tidy"])),
        ("web", own(&["web", "--check"])),
        // What tests print tells which of them could not run.
        ("tests", with(&["test", "--workspace", "--locked", "--no-fail-fast", "--", "--show-output"])),
        ("mutate", own(&["mutate", "--count", MUTATIONS])),
    ]
}

fn documentation() -> Step {
    let mut command = cargo();
    command.args(["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings");
    run::step("documentation", command)
}

fn licences() -> Step {
    if !installed("cargo-deny") {
        return run::skip("licences", "cargo-deny is not installed: cargo install --locked cargo-deny");
    }
    let mut command = cargo();
    command.args(["deny", "--locked", "check", "bans", "licenses", "sources"]);
    run::step("licences", command)
}

fn bars() -> Step {
    if shared().is_none() {
        return run::skip("bars", "../shared is absent");
    }
    if !installed("python3") {
        return run::skip("bars", "python3 is not installed");
    }
    let mut command = Command::new("/proc/self/exe");
    command.arg("score").current_dir(crate::root::root());
    // The program that the tests have just built: a release of it would take as long as all of them.
    let built = target().join("debug/yagura");
    if built.is_file() {
        command.arg("--program").arg(built);
    }
    run::step("bars", command)
}

fn summarise(steps: &[Step], started: Instant) -> Outcome {
    println!("\n{:<15}{:<9}{:>8}{:>9}{:>8}{:>9}", "step", "result", "seconds", "passed", "failed", "skipped");
    for step in steps {
        let Counts { passed, failed, skipped } = step.counts;
        println!(
            "{:<15}{:<9}{:>8}{passed:>9}{failed:>8}{skipped:>9}",
            step.name,
            step.result(),
            step.seconds
        );
    }
    let total = steps.iter().fold(Counts::default(), |sum, step| sum.plus(step.counts));
    println!("{} seconds in all", started.elapsed().as_secs());
    println!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    if total.failed == 0 { Ok(()) } else { Err(format!("{} failed", total.failed)) }
}
