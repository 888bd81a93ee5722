//! `yagura site`: the first start, what people bring and say, and the start after that.

use super::common::{PATIENCE, Site, add, assets, get, items, name, upload};
use drive::until;
use serde_json::json;

#[test]
fn what_people_brought_and_said_is_there_after_a_restart() {
    let mut site = Site::first("plant", "[evidence]\nbytes = \"0 B\"\n");
    assert!(site.ready.contains("/enrol#"), "{}", site.ready);
    let link = site.ready.clone();
    let administrator = site.enrol();
    let told = site.nobody.send("POST", "/auth/enrolment/look", &json!({ "link": link }));
    assert_eq!(told.expect("an answer").status, 404, "the link worked once");

    for capture in ["s7comm/captures/recon.pcap", "modbus/captures/identity.pcap"] {
        let row = upload(&administrator, capture);
        assert_eq!((&row["state"], &row["problem"]), (&json!("done"), &json!("")), "{row}");
    }
    let known = until("assets of both captures", PATIENCE, || {
        Some(assets(&administrator)).filter(|all| all.len() >= 3)
    });
    let before = known.expect("assets");
    let rows = items(&administrator, "/assets?limit=500");
    assert!(rows.iter().any(|row| row["vendor"] != "" && row["model"] != ""), "{rows:?}");
    for (number, id) in before.keys().enumerate() {
        name(&administrator, id, &format!("充填機② {number}"));
    }
    let line = add(&administrator, "/lines", &json!({ "name": "ﾗｲﾝ 1" }));
    let viewer = json!({ "role": "viewer" });
    let viewer = drive::add_person(&administrator, &site.nobody, "mieru", &viewer).expect("a person");

    site.end();
    site.again();
    assert!(!site.ready.contains('#'), "there is somebody: no link is printed: {}", site.ready);
    assert_eq!(assets(&administrator), before, "the log-in counts, and machines keep their ids");
    for (number, id) in before.keys().enumerate() {
        assert_eq!(get(&viewer, &format!("/assets/{id}"))["floor_name"], format!("充填機② {number}"));
    }
    assert_eq!(items(&administrator, "/lines"), [line]);
    let users = items(&administrator, "/users");
    let names: Vec<&str> = users.iter().filter_map(|user| user["name"].as_str()).collect();
    assert_eq!(names, ["mieru", "root"]);
    drive::log_in(&site.nobody, "mieru").expect("the password counts");
    assert_eq!(get(&administrator, "/audit/verification")["whole"], true);
    site.end();
}
