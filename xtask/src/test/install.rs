//! Installs what tests would otherwise skip. Says the exact command where it may not, and goes on.

use crate::root::{cargo, installed, output, root};
use std::process::{Command, Stdio};

/// Programs that tests call, and the Debian packages that bring them.
const PROGRAMS: [(&str, &str); 5] = [
    ("tshark", "tshark"),
    ("ip", "iproute2"),
    ("setpriv", "util-linux"),
    ("python3", "python3-minimal"),
    // Debian keeps the server's own programs out of the search path; this one comes with them.
    ("pg_ctlcluster", "postgresql"),
];

/// What a run from an empty target folder fills, in GiB, with the databases and captures that tests write.
const DISK_GIB: u64 = 20;

/// Says how much of the disk is free, and warns where builds and tests will not fit: a full disk shows as many strange failures.
pub(super) fn disk() {
    let mut df = Command::new("df");
    let Ok(told) = output(df.args(["--output=avail", "--block-size=1G"]).arg(root())) else { return };
    let Some(free) = told.lines().last().and_then(|line| line.trim().parse::<u64>().ok()) else { return };
    println!("disk: {free} GiB are free");
    if free < DISK_GIB {
        println!(
            "disk: a run from an empty target folder needs about {DISK_GIB} GiB: free some, or tests fail"
        );
    }
}

/// Installs missing programs with apt when this is root on a system that has it.
pub(super) fn programs() {
    let missing: Vec<&str> =
        PROGRAMS.iter().filter(|(program, _)| !installed(program)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return;
    }
    let packages = missing.join(" ");
    let update = "apt-get update";
    let install = format!("apt-get install --yes --no-install-recommends {packages}");
    if is_root() && installed("apt-get") {
        println!("installing {packages}");
        if apt(update) && apt(&install) {
            return;
        }
    }
    println!("some tests will be skipped; to run them: sudo {update} && sudo {install}");
}

/// Installs the parts of the toolchain that a minimal one lacks.
pub(super) fn components() {
    for (component, probe) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        let is_there = cargo()
            .args([probe, "--version"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !is_there {
            let install = format!("rustup component add {component}");
            println!("{install}");
            run(&install);
        }
    }
}

/// Installs cargo-deny where that disturbs nobody: for root, and in CI. It takes some minutes, once.
pub(super) fn cargo_deny() {
    if installed("cargo-deny") || !(is_root() || std::env::var_os("CI").is_some()) {
        return;
    }
    println!("installing cargo-deny");
    let mut command = cargo();
    // A folder of its own: the target folder of the project is not filled with what only this needs.
    command.args(["install", "--locked", "cargo-deny"]).env_remove("CARGO_TARGET_DIR");
    if !command.status().is_ok_and(|status| status.success()) {
        println!("cargo-deny could not be installed; the licences are not checked");
    }
}

fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let user = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    user.and_then(|ids| ids.split_whitespace().nth(1)) == Some("0")
}

/// Short waits: a machine without a network goes on after seconds, not minutes.
fn apt(command: &str) -> bool {
    run(&format!("{command} -q -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o DPkg::Lock::Timeout=60"))
}

fn run(command: &str) -> bool {
    let mut words = command.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive").current_dir(root());
    command.status().is_ok_and(|status| status.success())
}
