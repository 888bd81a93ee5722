//! `cargo xtask veth-load`: the live look under load. Frames are sent through a veth pair between two network
//! namespaces of its own, from one core, while the sensor listens on the other. Needs root; leaves nothing behind.

use crate::bench::figure;
use crate::{Outcome, root};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const SENDER: &str = "yg-load-tx";
const LISTENER: &str = "yg-load-rx";
/// Rate of the bar in packets a second, and for how long.
const RATE: u64 = 300_000;
const SECONDS: u64 = 30;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let number = |name: &str, default: u64| -> u64 {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    let (rate, seconds) = (number("--rate", RATE), number("--seconds", SECONDS).min(120));
    let root = root::root();
    if Command::new("ip").args(["netns", "list"]).output().is_err() {
        return Err("the program `ip` is missing: apt-get install iproute2".into());
    }
    command(&root, "cargo", &["build", "--release", "--locked", "-p", "yagura"])?;
    command(
        &root,
        "cargo",
        &["build", "--release", "--locked", "-p", "capture", "--example", "veth_sender"],
    )?;
    take_down();
    let result = set_up(&root).and_then(|()| measure(rate, seconds));
    take_down();
    result
}

fn set_up(root: &Path) -> Outcome {
    for arguments in [
        vec!["netns", "add", SENDER],
        vec!["netns", "add", LISTENER],
        vec!["-n", SENDER, "link", "add", "out", "type", "veth", "peer", "name", "mirror", "netns", LISTENER],
        vec!["-n", SENDER, "link", "set", "out", "up"],
        vec!["-n", LISTENER, "link", "set", "mirror", "up"],
    ] {
        command(root, "ip", &arguments)?;
    }
    Ok(())
}

/// Removing the namespaces removes the pair of interfaces.
fn take_down() {
    for name in [SENDER, LISTENER] {
        let _ = Command::new("ip").args(["netns", "delete", name]).stderr(Stdio::null()).status();
    }
}

fn measure(rate: u64, seconds: u64) -> Outcome {
    let target = root::target();
    let listen = (seconds + 4).to_string() + "s";
    let listener = Command::new("ip")
        .args(["netns", "exec", LISTENER, "taskset", "-c", "1"])
        .arg(target.join("release/yagura"))
        .args(["analyze", "--json", "--interface", "mirror", "--for", &listen])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start the listener: {error}"))?;
    // The ring is open long before a second has passed; frames sent earlier would count as lost.
    std::thread::sleep(Duration::from_secs(1));
    let mixed = target.join("bench/mixed.pcap");
    let mut sender = Command::new("ip");
    sender.args(["netns", "exec", SENDER, "taskset", "-c", "0"]);
    sender.arg(target.join("release/examples/veth_sender")).args([
        "out",
        &rate.to_string(),
        &seconds.to_string(),
    ]);
    if mixed.exists() {
        sender.arg(&mixed);
    }
    let sent = sender.output().map_err(|error| format!("cannot start the sender: {error}"))?;
    let sent: Value = serde_json::from_slice(&sent.stdout)
        .map_err(|_| format!("the sender failed: {}", String::from_utf8_lossy(&sent.stderr).trim()))?;
    let heard = document(listener)?;
    let capture = |name: &str| heard.pointer(&format!("/captures/0/{name}")).cloned();
    figure(
        "live capture through a veth pair",
        json!({
            "wanted_packets_per_second": rate,
            "sent_packets_per_second": sent.get("packets_per_second"),
            "seconds": seconds,
            "sent": sent.get("sent"),
            "counted": capture("packets"),
            "kernel_drops": capture("kernel_drops"),
            "bar": "kernel drops 0 and counted = sent",
        }),
    );
    Ok(())
}

fn document(listener: Child) -> Result<Value, String> {
    let output =
        listener.wait_with_output().map_err(|error| format!("cannot wait for the listener: {error}"))?;
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("the listener printed no document: {error}"))
}

fn command(root: &Path, program: &str, arguments: &[&str]) -> Outcome {
    let status = Command::new(program).args(arguments).current_dir(root).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{program} {}` ended with {status}; it needs root", arguments.join(" "))),
        Err(error) => Err(format!("cannot run {program}: {error}")),
    }
}
