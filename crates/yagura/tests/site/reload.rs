//! SIGHUP: what the reference calls live follows, the rest is named until the restart.

use super::common::{PATIENCE, Site, get, items};
use drive::{Client, until};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;

fn days(client: &Client, kind: &str) -> Option<u64> {
    let rows = items(client, "/settings/retention");
    rows.iter().find(|row| row["kind"] == kind)?["keep_days"].as_u64()
}

#[test]
fn the_configuration_is_read_again() {
    let mut site = Site::first("reload", "[evidence]\nbytes = \"0 B\"\n[retention.values]\ndays = 40\n");
    let client = site.enrol();
    assert_eq!(days(&client, "values"), Some(40));
    let file = site.folder.join("yagura.toml");
    let before = fs::read_to_string(&file).expect("the configuration");
    let reload = |text: &str| {
        fs::write(&file, text).expect("a file");
        let id = i32::try_from(site.program.id()).ok().and_then(Pid::from_raw).expect("a process");
        kill_process(id, Signal::HUP).expect("it runs");
    };
    reload(&before.replace("days = 40", "days = 7").replace("bytes = \"0 B\"", "bytes = \"64 MiB\""));
    until("retention follows", PATIENCE, || (days(&client, "values") == Some(7)).then_some(()))
        .expect("seven days");
    let reasons = || get(&client, "/health")["reasons"].to_string();
    assert!(
        reasons().contains("evidence.bytes was changed: it takes effect with the next start"),
        "{}",
        reasons()
    );
    reload(&before.replace("days = 40", "days = \"forty\""));
    until("faults are told", PATIENCE, || reasons().contains("retention.values.days").then_some(()))
        .expect("a reason");
    assert_eq!(days(&client, "values"), Some(7), "a file with faults is not taken over");
    reload(&before);
    until("all is well", PATIENCE, || (days(&client, "values") == Some(40)).then_some(()))
        .expect("forty days");
    assert!(!reasons().contains("evidence.bytes"), "{}", reasons());
    site.end();
}
