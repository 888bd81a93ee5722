//! A plant on a cable: datagrams of a controller's protocol through a pair of interfaces, in a network namespace.

use super::common::{PATIENCE, Site, items};
pub(crate) use super::namespace::{inside, run};
use drive::{Client, until};
use std::net::UdpSocket;

/// The interface that is listened on.
pub(crate) const MIRROR: &str = "right0";
const STATION: &str = "10.9.0.1:0";
const CONTROLLER: &str = "10.9.0.2:9600";

/// Makes the pair of interfaces; what is sent to the controller leaves by one and arrives at [`MIRROR`].
pub(crate) fn lay() {
    for step in [
        "link set lo up",
        "link add left0 type veth peer name right0",
        "link set left0 up",
        "link set right0 up",
        "address add 10.9.0.1/24 dev left0",
        "neighbor add 10.9.0.2 lladdr 02:00:00:00:00:0b dev left0",
    ] {
        assert!(run(&format!("ip {step}")), "{step}");
    }
}

/// A station that speaks FINS to a controller that never answers.
pub(crate) struct Station {
    socket: UdpSocket,
    number: u16,
}

/// Codes of the commands that it sends.
pub(crate) const READ: u64 = 0x0101;
pub(crate) const WRITE: u64 = 0x0102;

impl Station {
    pub(crate) fn new() -> Self {
        Self { socket: UdpSocket::bind(STATION).expect("an address of the cable"), number: 0 }
    }

    /// Sends one command; no two are the same bytes, so none is taken for a copy.
    pub(crate) fn send(&mut self, code: u64) {
        self.number = self.number.wrapping_add(1);
        let [high, low] = self.number.to_be_bytes();
        let head = [0x80, 0, 2, 0, 0, 0, 0, 0x63, 0, low];
        // One word of the data area; what is written is the number itself.
        let body: &[u8] = if code == WRITE {
            &[1, 2, 0x82, 0, 100, 0, 0, 1, high, low]
        } else {
            &[1, 1, 0x82, high, low, 0, 0, 1]
        };
        self.socket.send_to(&[&head, body].concat(), CONTROLLER).expect("a cable");
    }
}

/// How many commands of this code the server counted.
pub(crate) fn counted(client: &Client, code: u64) -> u64 {
    let rows = items(client, "/commands?protocol=fins&limit=500");
    rows.iter().filter(|row| row["code"] == code).filter_map(|row| row["requests"].as_u64()).sum()
}

#[test]
fn what_is_said_on_a_cable_is_heard() {
    if !inside("cable::heard") {
        println!("skipped: no permission to make a network namespace");
    }
}

#[test]
#[ignore = "run in a namespace by the test above"]
fn heard() {
    lay();
    let site = Site::first("cable", &format!("[[capture.interface]]\nname = \"{MIRROR}\"\n"));
    let client = site.enrol();
    let mut station = Station::new();
    until("the mirror is up", PATIENCE, || {
        station.send(READ);
        items(&client, "/mirrors")
            .iter()
            .any(|row| row["name"] == MIRROR && row["verdict"] == "good")
            .then_some(())
    })
    .expect("a mirror");
    let before = counted(&client, WRITE);
    (0..200).for_each(|_| station.send(WRITE));
    until("each command is counted", PATIENCE, || (counted(&client, WRITE) == before + 200).then_some(()))
        .expect("200 commands");
    let addresses = |row: &serde_json::Value| row["address"] == "10.9.0.1";
    until("the station is an asset", PATIENCE, || {
        items(&client, "/assets").iter().any(addresses).then_some(())
    })
    .expect("an asset");
}
