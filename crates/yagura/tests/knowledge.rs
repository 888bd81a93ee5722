//! What is known of weaknesses, asked at the command line: `yagura feeds` makes a bundle, `yagura match` looks in it.

#![expect(clippy::expect_used, reason = "a test")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn yagura(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yagura"))
        .args(arguments)
        .current_dir(home)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("settings"))
        .output()
        .expect("the program runs")
}

fn matches(home: &Path, arguments: &[&str]) -> Vec<Value> {
    let output = yagura(home, &[&["match", "--json"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    answer.get("matches").and_then(Value::as_array).expect("matches").clone()
}

const PRESS: &str = r#"
[[advisory]]
id = "EX-1"
publisher = "Example"
title = "A press opens"
released = "2026-01-05"
[[advisory.product]]
vendor = "Example"
names = ["Press EX100"]
versions = "<2.9"
fixed = ["2.9"]
[[advisory.weakness]]
cve = "CVE-2026-0001"
[[advisory.remedy]]
kind = "vendor_fix"
text = "Firmware 2.9."
fixed_in = ["2.9"]
"#;

#[test]
fn a_device_is_looked_up_in_a_bundle_and_in_what_the_program_brings_along() {
    let home = tempfile::tempdir().expect("a folder");
    let home = home.path();
    let own = ["--vendor", "三菱電機", "--product", "Q06UDEHCPU", "--version", "20042"];
    let found = matches(home, &own);
    let one = found.iter().find(|one| one["advisory"] == "ICSA-19-029-02").expect("an advisory");
    assert_eq!((&one["grade"], &one["fixed_in"]), (&"range".into(), &serde_json::json!(["20102"])));

    std::fs::write(home.join("own.toml"), PRESS).expect("a file");
    let made = yagura(home, &["feeds", "import", "--bundle", "b.bundle", "own.toml"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let press = |version| {
        ["--vendor", "Example", "--product", "Press EX100", "--version", version, "--bundle", "b.bundle"]
    };
    let found = matches(home, &press("2.8"));
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (&one["cves"][0], &one["remediations"][0]["text"]),
        (&"CVE-2026-0001".into(), &"Firmware 2.9.".into())
    );
    assert!(one["reason"].as_str().is_some_and(|reason| reason.contains("2.8")), "{one}");
    assert_eq!(matches(home, &press("2.9")), Vec::<Value>::new());
    assert_eq!(matches(home, &[&own[..], &["--bundle", "b.bundle"]].concat()), Vec::<Value>::new());

    let people = yagura(home, &[&["match"], &press("2.8")[..]].concat());
    assert!(
        String::from_utf8_lossy(&people.stdout).starts_with("EX-1 (range): CVE-2026-0001; fixed in 2.9\n")
    );
    // Elsewhere nobody trusts the key of this machine.
    let stranger = yagura(home, &[&["match", "--key", "other"], &press("2.8")[..]].concat());
    assert_eq!(stranger.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&stranger.stderr).contains("is not trusted here"));
}
