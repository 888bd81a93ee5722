//! The test bed's own programs, and what they say of its hosts.

use crate::root;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Of the switch, whose ports are copied to the mirror.
const SWITCH: &str = "pt-sw";

/// A host of the plant.
pub(super) struct Host {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) mac: String,
}

/// The folder of the test bed; `YAGURA_SHARED` names another place than `../shared`.
pub(super) fn folder() -> Option<PathBuf> {
    let shared =
        std::env::var_os("YAGURA_SHARED").map_or_else(|| root::root().join("../shared"), PathBuf::from);
    let folder = shared.join("testbed").canonicalize().ok()?;
    folder.join("plant.py").is_file().then_some(folder)
}

fn python(folder: &Path) -> Command {
    let mut command = Command::new("python3");
    command.arg(folder.join("plant.py")).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// Runs `plant.py`; what it says is shown when it fails.
pub(super) fn script(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output =
        python(folder).args(arguments).output().map_err(|error| format!("cannot run python3: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("plant.py {}: {said}{errors}", arguments.join(" ")))
}

/// The hosts as the test bed lists them; one without an address has `-` there.
pub(super) fn hosts(folder: &Path) -> Result<Vec<Host>, String> {
    let list = script(folder, &["hosts"])?;
    let host = |line: &str| {
        let mut fields = line.split('\t').map(String::from);
        Some(Host { name: fields.next()?, address: fields.next()?, mac: fields.next()? })
    };
    Ok(list.lines().filter_map(host).collect())
}

/// Writes everything that comes out of the mirror into a file, until the child is interrupted.
pub(super) fn record(file: &Path) -> Result<Child, String> {
    let _ = std::fs::remove_file(file);
    let mut command = Command::new("tcpdump");
    command.args(["-i", "mirror0", "-U", "-s", "128", "-w"]).arg(file);
    command
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| format!("cannot run tcpdump: {error}"))
}

/// Senders in a file as tshark reads them: hardware addresses, and addresses of IP and ARP.
pub(super) fn senders(file: &Path) -> Result<Vec<String>, String> {
    let output = Command::new("tshark")
        .args(["-n", "-r"])
        .arg(file)
        .args(["-T", "fields", "-e", "eth.src", "-e", "ip.src", "-e", "arp.src.proto_ipv4"])
        .output()
        .map_err(|error| format!("cannot run tshark: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut senders: Vec<String> =
        text.split(['\t', '\n', ',']).filter(|word| !word.is_empty()).map(String::from).collect();
    senders.sort_unstable();
    senders.dedup();
    Ok(senders)
}

/// Takes a port of the switch out of the mirror.
pub(super) fn take_out(port: &str) -> Result<(), String> {
    switch(&["tc", "qdisc", "del", "dev", port, "ingress"])
}

/// Puts it back.
pub(super) fn put_back(port: &str) -> Result<(), String> {
    switch(&["tc", "qdisc", "add", "dev", port, "ingress"])?;
    let filter = "tc filter add dev PORT parent ffff: protocol all prio 1 u32 match u32 0 0 action mirred egress mirror dev mir-out";
    let words: Vec<&str> = filter.split(' ').map(|word| if word == "PORT" { port } else { word }).collect();
    switch(&words)
}

fn switch(words: &[&str]) -> Result<(), String> {
    let status = Command::new("ip").args(["netns", "exec", SWITCH]).args(words).status();
    if status.is_ok_and(|status| status.success()) {
        Ok(())
    } else {
        Err(format!("`{}` failed", words.join(" ")))
    }
}
