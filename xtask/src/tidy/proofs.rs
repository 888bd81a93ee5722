//! Every protocol has its proof: tests through the shared helper, and for those of machines a capture with its origin.

use super::Offence;
use crate::source::Source;
use std::path::Path;

const FOLDER: &str = "crates/observe/src/protocols";

/// Registered protocols that no machine of a plant needs a capture for: those of offices and of the network itself.
/// A new protocol is taken for a machine's until it stands here.
const NOT_OF_MACHINES: &[&str] = &[
    "arp",
    "browser",
    "cdp",
    "dcerpc",
    "dcerpc_datagram",
    "dhcp",
    "dhcpv6",
    "dns",
    "ftp",
    "ftp_data",
    "http",
    "icmp",
    "icmpv6",
    "identification",
    "kerberos",
    "ldap",
    "lldp",
    "llmnr",
    "mdns",
    "nbdgm",
    "nbns",
    "ntp",
    "radius",
    "rdp",
    "smb",
    "snmp",
    "ssdp",
    "ssh",
    "stp",
    "syslog",
    "tds",
    "telnet",
    "tftp",
    "tls",
    "vnc",
];

/// What a test calls: the helper that adds truncation, other cuts and noise by itself.
const HELPERS: [&str; 4] = ["check::stream", "check::datagrams", "check::frames", "check::capture"];

pub(super) fn check(root: &Path, sources: &[Source]) -> Vec<Offence> {
    let registry = sources.iter().find(|source| source.path == format!("{FOLDER}.rs"));
    let Some(registry) = registry else {
        return vec![offence("registry", format!("{FOLDER}.rs is missing"))];
    };
    let mut offences = Vec::new();
    for module in registered(&registry.code) {
        if !has_tests(&module, sources) {
            offences.push(offence(&module, format!("{module}: no test calls {}", HELPERS.join(", "))));
        }
        if !NOT_OF_MACHINES.contains(&module.as_str()) && !has_capture(root, &module) {
            let text = format!("{module}: no capture with README.md in {FOLDER}/{module}/captures");
            offences.push(Offence { rule: "capture", ..offence(&module, text) });
        }
    }
    offences
}

fn offence(module: &str, text: String) -> Offence {
    Offence { rule: "proof", subject: module.into(), amount: 1, text }
}

/// The modules of the lines `Name => module::Type,` in the registry.
fn registered(code: &str) -> Vec<String> {
    let list =
        code.split("\nprotocols! {").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap_or_default();
    let module = |line: &str| Some(line.split_once("=>")?.1.trim().split_once("::")?.0.to_owned());
    list.lines().filter_map(module).collect()
}

fn has_tests(module: &str, sources: &[Source]) -> bool {
    let (file, folder) = (format!("{FOLDER}/{module}.rs"), format!("{FOLDER}/{module}/"));
    let of_module = |source: &&Source| source.path == file || source.path.starts_with(&folder);
    let calls = |source: &Source| HELPERS.iter().any(|helper| source.code.contains(helper));
    sources.iter().filter(of_module).any(calls)
}

fn has_capture(root: &Path, module: &str) -> bool {
    let folder = root.join(FOLDER).join(module).join("captures");
    let is_capture = |name: &str| name.ends_with(".pcap") || name.ends_with(".pcapng");
    let names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    names.iter().any(|name| is_capture(name)) && names.iter().any(|name| name == "README.md")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_names_the_modules() {
        let code =
            "mod a;\nmacro_rules! protocols {\n}\n\nprotocols! {\n    A => a::A,\n    B => b::c::B,\n}\n";
        assert_eq!(registered(code), ["a", "b"]);
    }
}
