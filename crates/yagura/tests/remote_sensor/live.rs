//! A sensor on a live interface: its row names the port that it listens on, and the port's frames are counted.

use super::namespace::{inside, run};
use super::server::{Server, folder};
use super::{PROGRAM, enrol};
use serde_json::Value;
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The interface that is listened on.
const PORT: &str = "right0";
const STATION: &str = "10.9.0.1:0";
const CONTROLLER: &str = "10.9.0.2:9600";

/// A sensor that listens; it ends with the test, however that ends.
struct Listening(Child);

impl Drop for Listening {
    fn drop(&mut self) {
        // Ended by somebody else already is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn listen(folder: &Path, ports: &[&str]) -> Listening {
    let mut command = Command::new(PROGRAM);
    command.args(["sensor", "run", "--folder"]).arg(folder).arg("--interface").args(ports);
    Listening(command.stderr(Stdio::null()).spawn().expect("the program starts"))
}

/// Rows of a list, from an answer with its head.
fn rows(answer: &str) -> Vec<Value> {
    let body = answer.split_once("\r\n\r\n").map_or(answer, |(_, body)| body);
    let begin = body.find('{').unwrap_or_default();
    let end = body.rfind('}').map_or(begin, |end| end + 1);
    let told: Value = serde_json::from_str(body.get(begin..end).unwrap_or_default()).unwrap_or_default();
    told.get("items").and_then(|items| items.as_array()).cloned().unwrap_or_default()
}

/// What the site tells of a port: its frames since the sensor began.
fn packets(server: &Server, port: &str) -> u64 {
    let rows = rows(&server.get("/api/v1/mirrors"));
    let row = rows.iter().find(|row| row["name"] == format!("line 5/{port}"));
    row.and_then(|row| row["packets"].as_u64()).unwrap_or_default()
}

#[test]
fn a_live_sensor_names_its_ports_and_counts_their_frames() {
    if !inside("live::counts") {
        println!("skipped: no permission to make a network namespace");
    }
}

#[test]
#[ignore = "run in a namespace by the test above"]
fn counts() {
    for step in [
        "link set lo up",
        "link add left0 type veth peer name right0",
        "link add idle0 type veth peer name idle1",
        "link set left0 up",
        "link set right0 up",
        "link set idle0 up",
        "link set idle1 up",
        "address add 10.9.0.1/24 dev left0",
        "neighbor add 10.9.0.2 lladdr 02:00:00:00:00:0b dev left0",
    ] {
        assert!(run(&format!("ip {step}")), "{step}");
    }
    let folder = folder("live");
    let server = Server::start(&folder.join("site"));
    let sensor = folder.join("sensor");
    assert!(enrol(&server.sensor_link("line 5"), &sensor).status.success());
    let ports = |answer: &str| {
        let rows = rows(answer);
        let row = rows.iter().find(|row| row["name"] == "line 5").cloned().unwrap_or_default();
        row["interfaces"].clone()
    };
    assert_eq!(ports(&server.get("/api/v1/sensors")), serde_json::json!([]), "before it listens");

    // A port that is there, one that hears nothing, and one that is not there: all three were asked for.
    let listening = listen(&sensor, &[PORT, "idle0", "gone0"]);
    let station = UdpSocket::bind(STATION).expect("an address of the cable");
    let say = |number: u64| {
        station
            .send_to(&[&[0x80, 0, 2, 0][..], &number.to_be_bytes()].concat(), CONTROLLER)
            .expect("a cable");
    };
    let named = serde_json::json!(["gone0", "idle0", "right0"]);
    server.wait_until("/api/v1/sensors", |answer| {
        say(0);
        ports(answer) == named
    });
    server.wait_until("/api/v1/mirrors", |_| {
        say(0);
        packets(&server, PORT) > 0
    });
    let before = packets(&server, PORT);
    (1..=200).for_each(say);
    server.wait_until("/api/v1/mirrors", |_| packets(&server, PORT) >= before + 200);

    // Started anew for one port, it tells that one alone.
    drop(listening);
    let _again = listen(&sensor, &[PORT]);
    server.wait_until("/api/v1/sensors", |answer| ports(answer) == serde_json::json!([PORT]));
}
