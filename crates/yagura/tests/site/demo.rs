//! `yagura demo`: a plant that talks, a door that lets one in, processes that are started again.

use super::common::{Demo, PATIENCE, assets, get, items, path};
use drive::{Client, until};
use serde_json::Value;
use std::fs;

/// Both mirrors are heard.
fn mirrors(client: &Client) -> Option<Vec<Value>> {
    let rows = items(client, "/mirrors");
    let is_up = |row: &Value| matches!(row["verdict"].as_str(), Some("good" | "degraded"));
    (rows.len() == 2 && rows.iter().all(is_up)).then_some(rows)
}

#[test]
fn the_link_works_once_and_shows_a_plant_that_talks() {
    let demo = Demo::start("door");
    let client = demo.enter(&demo.link).expect("the first use logs in");
    assert!(demo.enter(&demo.link).is_none(), "the second does not");
    let foreign = client.with("Host", "evil.example").ask("GET", "/", "", &[]).expect("an answer");
    assert_eq!(foreign.status, 421);
    let foreign = client.with("Origin", "http://evil.example").get("/health").expect("an answer");
    assert_eq!(foreign.status, 403);
    assert_eq!(Client::new(demo.address).get("/assets").expect("an answer").status, 401);

    let known = until("assets that say what they are", PATIENCE, || {
        let rows = items(&client, "/assets?limit=500");
        let says = |row: &&Value| row["vendor"] != "" && row["model"] != "";
        (rows.iter().filter(says).count() >= 5).then_some(rows.len())
    });
    assert!(known.expect("assets") >= 10);
    assert!(!items(&client, "/links").is_empty());
    assert!(!items(&client, "/commands").is_empty());
    until("both mirrors are up", PATIENCE, || mirrors(&client)).expect("mirrors");
    let health = get(&client, "/health");
    assert!(health["data_time"].is_string() && health["verdict"] != "unknown", "{health}");
}

#[test]
fn killed_processes_are_started_again_and_machines_keep_their_ids() {
    let demo = Demo::start("killed");
    let client = demo.enter(&demo.link).expect("the link works");
    until("both mirrors are up", PATIENCE, || mirrors(&client)).expect("mirrors");

    let killed = demo.program.kill("sensor", PATIENCE).expect("a sensor");
    let next = || demo.program.process("sensor").filter(|id| *id != killed);
    until("the next sensor", PATIENCE, next).expect("a sensor");
    let counted = || (get(&client, "/health")["sensor_restarts"] == 1).then_some(());
    until("the start is counted", PATIENCE, counted).expect("a count");
    until("both mirrors are up again", PATIENCE, || mirrors(&client)).expect("mirrors");

    let known =
        until("the plant's machines", PATIENCE, || Some(assets(&client)).filter(|all| all.len() >= 10));
    let before = known.expect("assets");
    demo.program.kill("main", PATIENCE).expect("a main process");
    let link = path(&demo.program.ready(PATIENCE).expect("it is started again"), demo.address);
    assert_ne!(link, demo.link, "a link works once, so there is a new one");
    assert!(demo.enter(&link).is_some());
    let after = until("all of them again", PATIENCE, || {
        let all = assets(&client);
        (all.len() >= before.len()).then_some(all)
    });
    let after = after.expect("assets");
    for (id, address) in &before {
        assert_eq!(after.get(id), Some(address), "{after:?}");
    }
    until("the mirrors are heard", PATIENCE, || mirrors(&client)).expect("mirrors");
}

#[test]
fn an_interrupt_ends_everything_and_leaves_nothing_behind() {
    let mut demo = Demo::start("interrupt");
    let processes = demo.program.processes();
    let mut names: Vec<&str> = processes.iter().map(|process| process.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["main", "plant", "sensor"]);
    assert_eq!(fs::read_dir(&demo.temporary).expect("a folder").count(), 1);
    demo.program.interrupt().expect("it runs");
    let status = demo.program.wait(PATIENCE).expect("it ends");
    assert!(status.success(), "{status}: {}", demo.program.said());
    until("the end of all", PATIENCE, || processes.iter().all(|process| !process.runs()).then_some(()))
        .expect("all ended");
    let left: Vec<_> = fs::read_dir(&demo.temporary).expect("a folder").collect();
    assert!(left.is_empty(), "{left:?}");
}
