//! Backups while the server runs, and the way back.

use crate::plant::{Plant, Server};
use age::secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const PASSWORD: &str = "correct horse battery staple";

/// A plant whose backups a fresh key opens; the file with the key is `identity`.
fn plant() -> Plant {
    let identity = age::x25519::Identity::generate();
    let plant = Plant::new(|folder| {
        format!(
            "[backup]\nfolder = \"{}\"\nkeep = 2\nrecipients = [\"{}\"]\n",
            folder.join("backups").display(),
            identity.to_public()
        )
    });
    let text = format!("# a comment of age-keygen\n{}\n", identity.to_string().expose_secret());
    plant.file("identity", text);
    plant
}

/// Names and bytes of everything in the data folder but what every process touches.
fn data(plant: &Plant) -> BTreeMap<PathBuf, Vec<u8>> {
    fn below(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                below(&path, found);
            } else if !path.ends_with("lock") {
                found.insert(path.clone(), fs::read(&path).expect("a file"));
            }
        }
    }
    let mut found = BTreeMap::new();
    below(&plant.path("data"), &mut found);
    found
}

fn rows(server: &Server, cookie: &str) -> Vec<Value> {
    let (status, list) = server.json("GET", "/api/v1/backups", cookie, &Value::Null);
    assert_eq!(status, 200, "{list}");
    list["items"].as_array().expect("rows").clone()
}

/// Waits until the list has so many rows; the server tells no other way when a backup is done.
fn until_rows(server: &Server, cookie: &str, count: usize) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let rows = rows(server, cookie);
        if rows.len() >= count {
            return rows;
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "{rows:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_plant_is_backed_up_while_it_runs_and_comes_back() {
    let plant = plant();
    let missing = plant.refused(&["backup"]);
    assert!(missing.contains("start the server once"), "{missing}");
    let server = plant.start();
    let cookie = server.enrol(&server.ready, Some("mori"), PASSWORD);

    let (status, asked) = server.json("POST", "/api/v1/backups", &cookie, &Value::Null);
    assert_eq!(status, 202, "{asked}");
    let made = until_rows(&server, &cookie, 1);
    assert_eq!((&made[0]["state"], &made[0]["problem"]), (&json!("done"), &Value::Null), "{made:?}");
    assert!(made[0]["asked_by"].as_str().is_some_and(|who| who.starts_with("user ")), "{made:?}");
    let backup = plant.path("mine.age");
    let told = plant.told(&["backup", "--to", &backup.display().to_string()]);
    assert!(told.contains("mine.age: ") && told.contains(" parts, "), "{told}");
    assert_eq!(rows(&server, &cookie)[0]["file"], json!(backup.display().to_string()));
    let again = plant.refused(&["backup", "--to", &backup.display().to_string()]);
    assert!(again.contains("exists already"), "{again}");
    let nowhere = plant.refused(&["backup", "--to", "/no/such/folder/x.age"]);
    assert!(nowhere.contains("/no/such/folder/x.age"), "{nowhere}");

    // What happens after the backup is gone when it comes back.
    let late = json!({ "name": "late", "display_name": "", "mail": "", "language": "" });
    let (status, added) = server.json("POST", "/api/v1/users", &cookie, &late);
    assert_eq!(status, 201, "{added}");
    let busy = restore(&plant, &["--identity-file", &text(&plant, "identity")], &backup);
    assert!(busy.contains("a server runs on it"), "{busy}");
    server.stop();

    bad_backups_change_nothing(&plant, &backup);
    let told =
        plant.told(&["restore", "--identity-file", &text(&plant, "identity"), &backup.display().to_string()]);
    assert!(told.starts_with("restored: 第一工場, "), "{told}");
    let former = fs::read_dir(plant.path("data")).expect("the folder").flatten();
    let former: Vec<_> =
        former.filter(|entry| entry.file_name().to_string_lossy().starts_with("before-restore-")).collect();
    assert!(former.len() == 1 && former[0].path().join("yagura.db").is_file(), "{former:?}");
    assert!(plant.path("data/restored.toml").is_file());

    let server = plant.start();
    assert_eq!(server.who(&cookie), "person", "the log-in before the backup still counts");
    let (_, users) = server.json("GET", "/api/v1/users", &cookie, &Value::Null);
    let names: Vec<_> = users["items"].as_array().expect("rows").iter().map(|user| &user["name"]).collect();
    assert_eq!(names, ["mori"]);
    server.stop();
    let told = plant.told(&["admin", "verify-audit"]);
    assert!(told.starts_with("the audit log is whole: "), "{told}");
}

fn text(plant: &Plant, name: &str) -> String {
    plant.path(name).display().to_string()
}

#[track_caller]
fn restore(plant: &Plant, key: &[&str], backup: &Path) -> String {
    let backup = backup.display().to_string();
    plant.refused(&[&["restore"], key, &[&backup]].concat())
}

/// Wrong keys, damaged files, nothing there: one line each, and not a byte of the data changes.
fn bad_backups_change_nothing(plant: &Plant, backup: &Path) {
    let before = data(plant);
    let other = age::x25519::Identity::generate();
    plant.file("other", other.to_string().expose_secret());
    plant.file("passphrase", "wrong\n");
    let bytes = fs::read(backup).expect("the backup");
    let cut = plant.file("cut.age", &bytes[..bytes.len() - 100]);
    let mut changed = bytes.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let changed = plant.file("changed.age", changed);
    let junk = plant.file("junk.age", "no backup");
    let (own, other) = (text(plant, "identity"), text(plant, "other"));
    let own = ["--identity-file", own.as_str()];
    let cases = [
        (restore(plant, &["--identity-file", &other], backup), "not the one it was made with"),
        (
            restore(plant, &["--passphrase-file", &text(plant, "passphrase")], backup),
            "not the one it was made",
        ),
        (restore(plant, &[], backup), "--identity-file"),
        (restore(plant, &own, &cut), "cut off or altered"),
        (restore(plant, &own, &changed), "cut off or altered"),
        (restore(plant, &own, &junk), "no backup of Yagura"),
        (restore(plant, &own, &plant.path("missing.age")), "missing.age: No such file"),
        (restore(plant, &own, &plant.path("backups")), "no backup of Yagura"),
    ];
    for (said, expected) in cases {
        assert!(said.contains(expected), "{said} does not say {expected}");
    }
    assert!(data(plant) == before, "a refused restore changed something");
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_half() {
    let plant = plant();
    plant.start().stop();
    let (program, config) = (env!("CARGO_BIN_EXE_yagura"), text(&plant, "yagura.toml"));
    // No file may grow beyond 100 KiB: to the program that is a disk without room.
    let script = "trap '' XFSZ; ulimit -f 200; exec \"$0\" backup --config \"$1\"";
    let output = Command::new("sh").args(["-c", script, program, &config]).output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    for folder in ["backups", "data/backup-work"] {
        assert!(fs::read_dir(plant.path(folder)).expect("the folder").next().is_none(), "left in {folder}");
    }
    let told = plant.told(&["backup"]);
    assert!(told.contains(" parts, "), "with room again: {told}");
}

#[test]
fn one_server_at_a_time_works_on_a_folder() {
    let plant = plant();
    let server = plant.start();
    let said = plant.refused(&["site"]);
    assert!(said.contains("a server runs on it (process "), "{said}");
    server.stop();
    plant.start().stop();
}
