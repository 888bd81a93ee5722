//! A remote sensor from its link to its last batch: the real program on both sides, a link that breaks, processes that
//! are killed. The site ends with exactly the model that a local run of the same capture makes.

#![expect(clippy::expect_used, clippy::panic, reason = "a test")]

mod capture_file;
mod live;
#[cfg(test)]
#[path = "../shared/namespace.rs"]
mod namespace;
mod proxy;
mod server;

use capture_file::{known, make, of_a_local_run};
use proxy::{Proxy, Seen};
use server::{Server, folder};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_yagura");
/// The first capture number of the first sensor of a site.
const FIRST: u16 = 4_096;

fn enrol(link: &str, folder: &Path) -> Output {
    let arguments = ["sensor", "enrol", "--link", link, "--folder"];
    Command::new(PROGRAM).args(arguments).arg(folder).output().expect("the program starts")
}

fn read(folder: &Path, capture: &Path) -> Child {
    let mut command = Command::new(PROGRAM);
    command.args(["sensor", "run", "--folder"]).arg(folder).arg("--read").arg(capture);
    command.stderr(Stdio::null()).spawn().expect("the program starts")
}

fn kill(mut process: Child) {
    process.kill().expect("it runs");
    process.wait().expect("it ends");
}

/// The link stays cut for so many seconds, where somebody wants to see that: `YAGURA_CUT_SECONDS=600`.
fn stay_away() {
    let seconds = std::env::var("YAGURA_CUT_SECONDS").ok().and_then(|text| text.parse().ok());
    if let Some(seconds) = seconds {
        std::thread::sleep(std::time::Duration::from_secs(seconds));
    }
}

#[test]
fn a_cut_link_and_killed_processes_change_nothing_of_the_model() {
    let folder = folder("cut");
    let capture = make(&folder.join("plant.pcap"), 150);
    let mut server = Server::start(&folder.join("site"));
    let mut proxy = Proxy::start(server.sensors);
    let sensor = folder.join("sensor");
    let link = server.sensor_link("line 2").replace(&server.sensors.to_string(), &proxy.address.to_string());
    let enrolled = enrol(&link, &sensor);
    assert!(enrolled.status.success(), "{enrolled:?}");

    // The link breaks in the middle of the delivery and stays away; the sensor is killed meanwhile, twice.
    proxy.open_for(300_000);
    let first = read(&sensor, &capture);
    proxy.wait_for(Seen::Cut);
    proxy.wait_for(Seen::Refused);
    kill(first);
    stay_away();
    let second = read(&sensor, &capture);
    proxy.wait_for(Seen::Refused);
    kill(second);

    // It comes back, breaks again, and the site is killed in the middle of the next delivery.
    proxy.open_for(500_000);
    let mut last = read(&sensor, &capture);
    proxy.wait_for(Seen::Cut);
    server.kill();
    server = server.again();
    proxy.open_for(usize::MAX);
    assert!(last.wait().expect("it ends").success(), "it ends when the site keeps everything");

    let row = server.get("/api/v1/sensors");
    assert!(row.contains("\"name\":\"line 2\"") && row.contains("\"lost_batches\":0"), "{row}");
    let mirrors = server.wait_until("/api/v1/mirrors", |body| body.contains("not heard since"));
    assert!(mirrors.contains("\"verdict\":\"down\"") && mirrors.contains("\"name\":\"line 2"), "{mirrors}");
    let model = server.stop();
    let document = of_a_local_run(&capture, FIRST);
    let told = known(&model);
    assert!(document.contains("\"kind\":\"plc\""), "the plant was understood");
    assert!(told == document, "the document differs from that of a local run");
}

#[test]
fn a_link_works_once_and_a_sensor_that_was_shut_out_delivers_nothing() {
    let folder = folder("refused");
    let capture = make(&folder.join("plant.pcap"), 3);
    let server = Server::start(&folder.join("site"));
    let mut proxy = Proxy::start(server.sensors);
    let link = server.sensor_link("line 3").replace(&server.sensors.to_string(), &proxy.address.to_string());
    let first = folder.join("first");
    assert!(enrol(&link, &first).status.success());
    let said = |output: Output| String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said(enrol(&link, &folder.join("second"))).contains("the link does not work"));
    assert!(said(enrol(&link, &first)).contains("holds an enrolled sensor already"));
    let pin = link.rsplit('.').next().expect("a fingerprint").to_owned();
    let other = server.sensor_link("line 4").replace(&pin, &"0".repeat(64));
    assert!(said(enrol(&other, &folder.join("third"))).contains("no trust"), "another authority");

    let id = server.get("/api/v1/sensors");
    let id = id.split("\"id\":\"").nth(1).and_then(|rest| rest.get(..36)).expect("a sensor").to_owned();
    assert!(server.post(&format!("/api/v1/sensors/{id}/revoke"), "{}").contains("\"revoked\":\"2"));
    proxy.open_for(usize::MAX);
    let delivering = read(&first, &capture);
    // Refused, it comes again: the third connection was not greeted either.
    (0..3).for_each(|_| proxy.wait_for(Seen::Connected));
    kill(delivering);
    let model = server.stop();
    assert!(!known(&model).contains("\"kind\""), "nothing was taken of it");
}
