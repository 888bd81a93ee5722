//! Who is locked out comes back, and the audit log tells.

use crate::plant::Plant;
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery staple";
const OTHER: &str = "quite another long password";

#[test]
fn a_log_in_is_reset_on_the_host_while_the_server_runs() {
    let plant = Plant::new(|_| String::new());
    let server = plant.start();
    let cookie = server.enrol(&server.ready, Some("mori"), PASSWORD);
    assert_eq!(server.who(&cookie), "person");

    let nobody = plant.refused(&["admin", "reset-login", "nobody"]);
    assert!(nobody.contains("nobody has the log-in name nobody"), "{nobody}");
    let second = plant.refused(&["admin", "reset-login", "--administrator", "sato"]);
    assert!(second.contains("there is an administrator"), "{second}");

    let told = plant.told(&["admin", "reset-login", "mori"]);
    let link = told.lines().last().expect("a link");
    assert!(link.starts_with(&format!("http://127.0.0.1:{}/enrol#", plant.port)), "{told}");
    assert_eq!(server.who(&cookie), "nobody", "every log-in is over");
    let login = json!({ "name": "mori", "password": PASSWORD });
    assert_eq!(server.json("POST", "/api/v1/auth/login", "", &login).0, 401, "the password is gone");
    let cookie = server.enrol(link, None, OTHER);
    assert_eq!(server.who(&cookie), "person");

    let (_, log) = server.json("GET", "/api/v1/audit?action=user.host-reset", &cookie, &Value::Null);
    let rows = log["items"].as_array().expect("rows");
    assert_eq!(rows.len(), 1, "what was refused is no deed: {log}");
    assert!(rows[0]["actor"].as_str().is_some_and(|actor| actor.starts_with("host ")), "{log}");
    let told = plant.told(&["admin", "verify-audit"]);
    assert!(told.starts_with("the audit log is whole: ") && told.contains("\nfrom row 1 of 20"), "{told}");
    server.stop();
}

#[test]
fn a_log_that_another_key_signed_is_refused_by_its_row() {
    let plant = Plant::new(|_| String::new());
    let missing = plant.refused(&["admin", "verify-audit"]);
    assert!(missing.contains("there is none"), "{missing}");
    plant.start().stop();
    let told = plant.told(&["admin", "verify-audit"]);
    assert!(!told.contains("signed up to row 0"), "the end of a server signs: {told}");
    let key = told.lines().find_map(|line| line.strip_prefix("public key ")).expect("the key").to_owned();
    plant.told(&["admin", "verify-audit", "--public-key", &key]);
    let short = plant.refused(&["admin", "verify-audit", "--public-key", "00"]);
    assert!(short.contains("64 hexadecimal digits"), "{short}");
    std::fs::remove_file(plant.path("data/audit.key")).expect("the key");
    let gone = plant.refused(&["admin", "verify-audit"]);
    assert!(gone.contains("audit.key is missing"), "{gone}");
    plant.file("data/audit.key", format!("{}\n", "07".repeat(32)));
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(plant.path("data/audit.key"), mode).expect("a mode");
    let output = plant.run(&["admin", "verify-audit"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("yagura: the audit log is broken at row "), "{said}");
    assert!(said.ends_with(": the signed head of this row does not fit\n"), "{said}");
}
