//! Names that Japanese plants give their machines, in the encodings that the machines use.

use crate::common::{analyze, file, list, pcap, printed, record};
use serde_json::Value;

const NAMES: [&str; 3] = ["ｼﾞｭｳﾃﾝｷ2", "充填機②", "髙橋～"];

fn capture(name: &str) -> std::path::PathBuf {
    file(name, &pcap(&record(simulator::japanese_names(), 60)))
}

#[test]
fn names_come_out_right_in_the_document() {
    let document = analyze(&[capture("names-json.pcap")]);
    let assets = list(&document, "assets");
    // Machine, the protocol that tells, and the name in the encoding that the machine speaks.
    for (address, protocol, name) in [
        ("192.168.8.1", "snmp", NAMES[2]),
        ("192.168.8.1", "snmp", NAMES[1]),
        ("192.168.8.11", "snmp", NAMES[0]),
        ("192.168.8.11", "snmp", NAMES[1]),
        ("192.168.8.12", "bacnet", NAMES[1]),
        ("192.168.8.12", "bacnet", NAMES[2]),
        ("192.168.8.31", "mdns", NAMES[1]),
    ] {
        let at =
            |asset: &&Value| asset["addresses"].as_array().is_some_and(|all| all.contains(&address.into()));
        let asset = assets.iter().find(at).expect("the machine");
        let evidence = asset["evidence"].as_array().expect("a list");
        let says = |one: &Value| {
            one["protocol"] == protocol && one["value"].as_str().is_some_and(|v| v.contains(name))
        };
        assert!(evidence.iter().any(says), "{address} says {name} in {protocol}: {evidence:#?}");
    }
}

#[test]
fn names_come_out_right_in_the_tables() {
    let tables = printed(&[], &[capture("names-table.pcap")]);
    for name in NAMES {
        assert!(tables.contains(name), "{name} in\n{tables}");
    }
}
