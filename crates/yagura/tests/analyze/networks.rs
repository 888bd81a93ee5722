//! An address means something only inside a network: identical lines stay apart, parts of one plant come together.

use crate::common::{Recorded, analyze, file, list, pcap, pcapng, record};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Seconds of simulated time: every conversation of the plants has begun by then.
const SECONDS: i64 = 30;

fn strings(value: &Value) -> Vec<String> {
    value.as_array().expect("a list").iter().map(|one| one.as_str().expect("text").to_owned()).collect()
}

/// What is said of each machine besides counts and times.
fn machines(document: &Value) -> BTreeSet<String> {
    let fields = [
        "id",
        "macs",
        "addresses",
        "vlans",
        "name",
        "vendor",
        "model",
        "firmware",
        "serial",
        "kind",
        "level",
    ];
    let told = |asset: &Value| fields.map(|field| asset[field].to_string()).join(" ");
    let machines: BTreeSet<_> = list(document, "assets").iter().map(told).collect();
    assert_eq!(machines.len(), list(document, "assets").len(), "no machine twice");
    machines
}

/// Messages of every command between two addresses.
fn commands(document: &Value) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for row in list(document, "commands") {
        let key =
            ["protocol", "group", "code", "verb", "client", "server"].map(|field| row[field].to_string());
        *counts.entry(key.join(" ")).or_default() += row["messages"].as_u64().expect("a number");
    }
    counts
}

/// Packets and messages of every flow. Protocols directly on the link have no client: the first sender stands for
/// it, and in a second file that is the first of the file until a conversation proves that both are one plant. So
/// their ends are taken in the order of their addresses.
fn flows(document: &Value) -> BTreeMap<String, (u64, u64)> {
    let mut counts = BTreeMap::new();
    for row in list(document, "flows") {
        let mut key =
            ["protocol", "transport", "client", "server", "port"].map(|field| row[field].to_string());
        if row["transport"] == "link" {
            key[2..4].sort();
        }
        let count: &mut (u64, u64) = counts.entry(key.join(" ")).or_default();
        count.0 += row["packets"].as_u64().expect("a number");
        count.1 += row["messages"].as_u64().expect("a number");
    }
    counts
}

/// Lines in which two maps differ, to read in a failed test.
fn differences<V: PartialEq + std::fmt::Debug>(
    a: &BTreeMap<String, V>,
    b: &BTreeMap<String, V>,
) -> Vec<String> {
    let keys: BTreeSet<_> = a.keys().chain(b.keys()).collect();
    let differs = keys.into_iter().filter(|key| a.get(*key) != b.get(*key));
    differs.map(|key| format!("{key}: {:?} and {:?}", a.get(key), b.get(key))).collect()
}

#[test]
fn two_identical_lines_stay_two() {
    let frames = record(simulator::two_lines(), SECONDS);
    let line = |capture| frames.iter().filter(move |frame| frame.capture == capture);
    let [a, b] = [0, 1].map(|capture| file(&format!("line-{capture}.pcap"), &pcap(line(capture))));
    let both = file("lines.pcapng", &pcapng(&frames, 2, |frame| frame.capture));
    let alone = [analyze(std::slice::from_ref(&a)), analyze(std::slice::from_ref(&b))];
    for together in [analyze(&[a, b]), analyze(&[both])] {
        for key in ["assets", "flows"] {
            let each = alone.each_ref().map(|one| list(one, key).len());
            assert!(each[0] > 0 && each[0] == each[1], "{key}: {each:?}");
            assert_eq!(list(&together, key).len(), each[0] + each[1], "{key}");
        }
        let mut networks = BTreeSet::new();
        for asset in list(&together, "assets") {
            let of_line = |second: &str| {
                strings(&asset["macs"]).iter().filter(|mac| mac[9..].starts_with(second)).count()
            };
            assert!(of_line("0a") == 0 || of_line("0b") == 0, "{asset}");
            networks.insert(asset["network"].as_u64());
        }
        assert_eq!(networks.len(), 2);
        let sum = |key: &str, document: &Value| {
            list(document, "commands").iter().filter_map(|row| row[key].as_u64()).sum::<u64>()
        };
        assert_eq!(sum("messages", &together), alone.iter().map(|one| sum("messages", one)).sum::<u64>());
    }
}

/// Everything that one mirror port of the demo plant shows.
fn demo() -> Vec<Recorded> {
    let mut frames = record(simulator::demo(), SECONDS);
    let mut counts = BTreeMap::<u16, usize>::new();
    frames.iter().for_each(|frame| *counts.entry(frame.capture).or_default() += 1);
    let busiest = counts.into_iter().max_by_key(|(_, count)| *count).expect("frames").0;
    frames.retain(|frame| frame.capture == busiest);
    frames
}

fn whole(name: &str, frames: &[Recorded]) -> Value {
    analyze(&[file(name, &pcap(frames))])
}

#[test]
fn one_plant_in_two_files_is_one_plant() {
    let frames = demo();
    let expected = whole("plant.pcap", &frames);
    for percent in [20, 50, 83] {
        let (first, second) = frames.split_at(frames.len() * percent / 100);
        let part =
            |number: u8, frames: &[Recorded]| file(&format!("part-{percent}-{number}.pcap"), &pcap(frames));
        let parts = analyze(&[part(1, first), part(2, second)]);
        assert_eq!(machines(&parts), machines(&expected), "cut at {percent} %");
        assert_eq!(differences(&commands(&parts), &commands(&expected)), Vec::<String>::new(), "{percent} %");
        let (mut parts, expected) = (flows(&parts), flows(&expected));
        parts.retain(|key, count| !is_cut_handshake(key, *count, &expected));
        assert_eq!(differences(&parts, &expected), Vec::<String>::new(), "{percent} %");
    }
}

/// A cut through a handshake leaves a first part without a word: there nothing tells the protocol, which the whole knows.
fn is_cut_handshake(
    key: &str,
    (packets, messages): (u64, u64),
    whole: &BTreeMap<String, (u64, u64)>,
) -> bool {
    let ends = key.strip_prefix("\"unknown\"");
    let knows = |ends: &str| whole.keys().any(|other| other.ends_with(ends));
    packets < 3 && messages == 0 && !whole.contains_key(key) && ends.is_some_and(knows)
}

#[test]
fn a_tap_with_one_direction_per_interface_is_one_plant() {
    let frames = demo();
    let tap = pcapng(&frames, 2, |frame| u16::from(frame.bytes[..6] < frame.bytes[6..12]));
    let (expected, tap) = (whole("mirror.pcap", &frames), analyze(&[file("tap.pcapng", &tap)]));
    assert_eq!(machines(&tap), machines(&expected));
    assert_eq!(differences(&commands(&tap), &commands(&expected)), Vec::<String>::new());
}
