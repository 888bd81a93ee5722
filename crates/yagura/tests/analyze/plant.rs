//! A capture of a real plant: every host that spoke is one asset.

use crate::common::{analyze, list, shared};
use std::collections::BTreeSet;

/// The test bed's hosts that are in the capture, by hardware address. `rogue` and the office (not mirrored) are silent.
const HOSTS: &[&str] = &[
    "00:80:63:41:00:02",
    "00:1b:1b:41:00:11",
    "28:63:36:41:00:12",
    "00:1d:9c:41:00:13",
    "00:80:f4:41:00:14",
    "00:30:a7:41:00:15",
    "00:02:2c:41:00:16",
    "00:a0:45:41:00:17",
    "00:01:05:41:00:18",
    "00:10:8d:41:00:19",
    "00:24:6d:41:00:20",
    "00:0e:6b:41:00:21",
    "ac:64:17:41:00:23",
    "00:0b:a3:41:00:50",
    "00:50:56:42:00:10",
    "00:0c:29:42:00:20",
    "00:30:de:42:00:30",
    "00:90:e8:42:00:40",
    "00:50:56:43:00:05",
    "00:50:56:43:00:10",
    "00:50:56:43:00:11",
    "00:50:56:43:00:20",
];
/// The router: one interface in each mirrored segment.
const ROUTER: [&str; 3] = ["00:0a:dc:00:00:01", "00:0a:dc:00:00:02", "00:0a:dc:00:00:03"];

#[test]
fn every_host_that_spoke_is_one_asset() {
    let Some(shared) = shared() else { return };
    let document = analyze(&[shared.join("captures/testbed/plant_all.pcap")]);
    let macs_of = |asset: &serde_json::Value| -> BTreeSet<String> {
        let macs = asset["macs"].as_array().expect("a list");
        macs.iter().map(|mac| mac.as_str().expect("text").to_owned()).collect()
    };
    let found: BTreeSet<BTreeSet<String>> = list(&document, "assets").iter().map(macs_of).collect();
    let hosts = HOSTS.iter().map(|mac| BTreeSet::from([(*mac).to_owned()]));
    let router: BTreeSet<String> = ROUTER.iter().map(|mac| (*mac).to_owned()).collect();
    let expected: BTreeSet<BTreeSet<String>> = hosts.chain([router.clone()]).collect();
    assert_eq!(found, expected);
    assert_eq!(list(&document, "assets").len(), HOSTS.len() + 1);

    let router = list(&document, "assets").iter().find(|asset| macs_of(asset) == router).expect("the router");
    let interfaces = router["interfaces"].as_array().expect("a list");
    assert_eq!(interfaces.len(), ROUTER.len());
    for interface in interfaces {
        assert!(interface["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{interface}");
    }
    assert_eq!(router["kind"], "router");
}
