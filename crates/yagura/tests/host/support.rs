//! The support bundle helps, and betrays nothing.

use crate::plant::{Plant, free_port};
use std::io::{Read, Write};
use std::net::TcpStream;

/// Secrets that are planted where a bundle could pick them up.
const SECRETS: [&str; 9] = [
    "tsunami-42-secret",
    "kept-in-a-comment-9",
    "oidc-client-secret-77",
    "metrics-token-5150",
    "JBSWY3DPEHPK3PXP",
    "correct horse battery staple",
    "AGE-SECRET-KEY-1QQPQ2",
    "c3VwZXItc2VjcmV0LWtleQ",
    "_b2878a4f5f71b2c7058e74a1637f3f42",
];

fn unpacked(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes));
    let mut texts = Vec::new();
    for entry in archive.entries().expect("an archive") {
        let mut entry = entry.expect("an entry");
        let (name, mut text) = (entry.path().expect("a name").display().to_string(), String::new());
        entry.read_to_string(&mut text).expect("UTF-8");
        texts.push((name, text));
    }
    texts
}

#[track_caller]
fn holds_no_secret(texts: &[(String, String)]) {
    for (name, text) in texts {
        for secret in SECRETS {
            assert!(!text.contains(secret), "{name} holds {secret}");
        }
    }
}

#[test]
fn a_bundle_holds_no_secret() {
    let metrics = free_port();
    let plant = Plant::new(|folder| {
        std::fs::write(folder.join("passphrase"), "tsunami-42-secret\n").expect("a file");
        std::fs::write(folder.join("token"), "metrics-token-5150\n").expect("a file");
        std::fs::write(folder.join("oidc"), "oidc-client-secret-77\n").expect("a file");
        let file = |name: &str| folder.join(name).display().to_string();
        format!(
            "# password: kept-in-a-comment-9\n[backup]\nfolder = \"{}\"\npassphrase_file = \"{}\"\n\
             [metrics]\naddress = \"127.0.0.1:{metrics}\"\ntoken_file = \"{}\"\n\
             [login.oidc]\nissuer = \"https://id.example\"\nclient_id = \"yagura\"\nclient_secret_file = \"{}\"\n",
            file("backups"),
            file("passphrase"),
            file("token"),
            file("oidc")
        )
    });
    let server = plant.start();
    let cookie = server.enrol(&server.ready, Some("mori"), "correct horse battery staple");
    let log = plant.file(
        "log",
        "ready: https://x/enrol#ye_01a206e43137759fbe1e7a6c6cd16967_b2878a4f5f71b2c7058e74a1637f3f42a3\n\
         otpauth://totp/yagura:mori?secret=JBSWY3DPEHPK3PXP&issuer=x\n\
         bind password=tsunami-42-secret failed\nCookie: yagura=c3VwZXItc2VjcmV0LWtleQ\n\
         AGE-SECRET-KEY-1QQPQ2\nclient_secret: oidc-client-secret-77\nmirror eth1 is back\n",
    );

    let bundle = plant.path("bundle.tar.gz").display().to_string();
    plant.told(&["support", "--to", &bundle, "--log", &log.display().to_string()]);
    let texts = unpacked(&std::fs::read(&bundle).expect("the bundle"));
    holds_no_secret(&texts);
    let text =
        |name: &str| &texts.iter().find(|(found, _)| found == &format!("support/{name}")).expect(name).1;
    assert!(text("log.txt").contains("mirror eth1 is back"));
    assert!(text("configuration.json").contains("https://id.example"));
    assert!(text("database.txt").contains("\nusers\t1\n"), "{}", text("database.txt"));
    assert!(text("health.json").contains("\"verdict\""), "{}", text("health.json"));
    assert!(text("disk.txt").contains("sealing.keys"));
    let again = plant.refused(&["support", "--to", &bundle]);
    assert!(again.contains("File exists"), "{again}");

    let (status, _, bytes) = server.ask("GET", "/api/v1/support-bundle", &cookie, "");
    assert_eq!(status, 200);
    let texts = unpacked(&bytes);
    holds_no_secret(&texts);
    assert!(texts.iter().any(|(name, text)| name == "support/version.txt" && text.starts_with("yagura ")));

    assert!(figures(metrics, "metrics-token-5150").contains("yagura_assets 0"));
    assert!(figures(metrics, "wrong").starts_with("HTTP/1.1 401"));
    server.stop();

    plant.file("yagura.toml", "[site]\nnane = \"x\"\n");
    let bundle = plant.path("faults.tar.gz").display().to_string();
    plant.told(&["support", "--to", &bundle]);
    let texts = unpacked(&std::fs::read(&bundle).expect("the bundle"));
    assert!(texts.iter().any(|(_, text)| text.contains("did you mean `name`?")), "{texts:?}");
}

/// The answer of the address for figures.
fn figures(port: u16, token: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    let request = format!(
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}
