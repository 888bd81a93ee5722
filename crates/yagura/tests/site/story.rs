//! `yagura demo`: what is already known when somebody comes in, what its people entered, and the story that it plays.

use super::common::{Demo, PATIENCE, get, items};
use drive::{Client, until};
use serde_json::{Value, json};

/// The present was reached.
fn whole(client: &Client) -> Option<Value> {
    // While the past is told, the plant of a busy machine may take longer to answer than the server waits.
    let answer = client.get("/story").ok().filter(|answer| answer.status == 200)?;
    Some(answer.json()).filter(|story| story["past_us"].is_null())
}

fn act(client: &Client, action: &str) -> Value {
    let told = client.send("POST", "/story", &json!({ "action": action }));
    told.and_then(|answer| answer.expect(200)).expect(action).json()
}

#[test]
fn the_plant_has_a_past_and_people() {
    let demo = Demo::start("past");
    let client = demo.enter(&demo.link).expect("the link works");
    until("the whole past", PATIENCE, || whole(&client)).expect("the present");
    let registered = || (!items(&client, "/register/imports").is_empty()).then_some(());
    until("the register is imported", PATIENCE, registered).expect("an import");
    assert_eq!(get(&client, "/site")["code"], "SETO");
    let placed = until("assets with their place", PATIENCE, || {
        let rows = items(&client, "/assets?limit=500");
        let placed = rows.iter().filter(|row| row["line"].is_string()).count();
        (placed * 10 > rows.len() * 8).then_some(rows)
    });
    let rows = placed.expect("assets");
    assert!(rows.len() >= 60, "{}", rows.len());
    assert_eq!(items(&client, "/lines").len(), 9);
    let states: Vec<Value> =
        items(&client, "/networks").into_iter().map(|row| row["state"].clone()).collect();
    assert!(states.contains(&json!("confirmed")) && states.contains(&json!("proposed")), "{states:?}");

    // Most machines were there 14 days ago, some came since.
    let first = |row: &Value| row["first_seen"].as_str().unwrap_or_default()[..10].to_owned();
    let days: std::collections::BTreeSet<String> = rows.iter().map(first).collect();
    assert!(days.len() >= 5, "{days:?}");
    let mirrors = items(&client, "/mirrors");
    assert!(mirrors.iter().all(|row| row["verdict"] == "good"), "{mirrors:?}");
}

#[test]
fn the_next_chapter_brings_an_unknown_laptop() {
    let demo = Demo::start("story");
    let client = demo.enter(&demo.link).expect("the link works");
    let story = until("the whole past", PATIENCE, || whole(&client)).expect("the present");
    assert_eq!((&story["chapter"], &story["mode"]), (&json!(0), &json!("paused")));
    let laptop = || items(&client, "/assets?text=DESKTOP-K3V9Q1").into_iter().next();
    assert_eq!(laptop(), None);
    let story = act(&client, "next");
    assert_eq!((&story["chapter"], &story["mode"]), (&json!(1), &json!("playing")));
    until("the laptop among the assets", PATIENCE, laptop).expect("an asset");
    assert_eq!(act(&client, "pause")["mode"], "paused");
    let wrong = client.send("POST", "/story", &json!({ "action": "erase" })).expect("an answer");
    assert_eq!(wrong.status, 422);
}
