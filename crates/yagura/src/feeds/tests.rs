use super::update::Update;
use super::{Action, Common, Export, Form, Import, Trust, run};
use feeds::Part;
use std::fs;
use std::path::{Path, PathBuf};

const KEV: &str =
    r#"{"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2021-0001", "dateAdded": "2021-11-03"}]}"#;

fn go(action: Action) -> Result<(), String> {
    run(&super::Arguments { action }).map_err(|failure| failure.reason().to_owned())
}

fn trust(folder: &Path) -> Trust {
    Trust { trust: Vec::new(), key: Some(folder.join("key")) }
}

fn common(folder: &Path) -> Common {
    Common { bundle: folder.join("b.bundle"), trust: trust(folder), line: "plant".into(), lenient: false }
}

fn import(folder: &Path, sources: &[&str]) -> Result<(), String> {
    go(Action::Import(Import {
        common: common(folder),
        sources: sources.iter().map(|name| folder.join(name)).collect(),
    }))
}

fn verify(file: PathBuf, trust: Trust) -> Result<(), String> {
    go(Action::Verify { trust, file })
}

#[test]
fn a_bundle_is_made_extended_checked_and_exported() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let bundle = folder.join("b.bundle");
    fs::write(folder.join("kev.json"), KEV).expect("a file");
    fs::write(folder.join("epss_scores-2021-04-14.csv"), "cve,epss\nCVE-2021-0001,0.5\n").expect("a file");
    fs::write(folder.join("bad.json"), "{").expect("a file");

    assert!(import(folder, &["bad.json"]).expect_err("nothing").ends_with("nothing new was read"));
    assert!(!bundle.exists());
    assert_eq!(import(folder, &["kev.json", "bad.json"]), Ok(()));
    fs::copy(&bundle, folder.join("first.bundle")).expect("a copy");
    assert!(import(folder, &["kev.json"]).is_err(), "nothing new");
    assert_eq!(import(folder, &["epss_scores-2021-04-14.csv"]), Ok(()));
    assert_eq!(verify(bundle.clone(), trust(folder)), Ok(()));
    assert_eq!(go(Action::Status { json: true, file: bundle.clone() }), Ok(()));

    let export = |to: &str, form: Form, since: Option<&str>, part: Vec<Part>| {
        go(Action::Export(Export {
            trust: trust(folder),
            to: folder.join(to),
            form,
            since: since.map(|name| folder.join(name)),
            part,
            file: bundle.clone(),
        }))
    };
    assert_eq!(export("lines", Form::Lines, None, vec![Part::Epss]), Ok(()));
    let lines = fs::read_to_string(folder.join("lines")).expect("lines");
    assert_eq!((lines.lines().count(), lines.contains("CVE-2021-0001")), (1, true));
    assert_eq!(export("changes", Form::Bundle, Some("first.bundle"), Vec::new()), Ok(()));
    assert_eq!(verify(folder.join("changes"), trust(folder)), Ok(()));
    assert!(export("x", Form::Bundle, Some("b.bundle"), Vec::new()).is_err());

    let stranger = Trust { trust: Vec::new(), key: Some(folder.join("other")) };
    assert!(verify(bundle.clone(), stranger).expect_err("a stranger").contains("not trusted here"));
    let mut bytes = fs::read(&bundle).expect("bytes");
    *bytes.last_mut().expect("a byte") ^= 1;
    fs::write(&bundle, bytes).expect("a file");
    assert!(verify(bundle, trust(folder)).expect_err("changed").contains("changed or damaged"));
}

#[test]
fn keys_that_others_can_read_are_refused_and_lists_of_keys_are_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("a/key");
    let key = super::keys::open_or_create(Some(&place)).expect("a key").public();
    assert_eq!(super::keys::own_public(Some(&place)).expect("a key"), Some(key));
    let list = folder.path().join("list");
    fs::write(&list, format!("# ours\n{key} # head office\n\n")).expect("a file");
    assert_eq!(super::keys::public(&list.to_string_lossy()).expect("keys"), [key]);
    assert!(super::keys::public("ed25519:00").is_err());
    fs::set_permissions(&place, fs::Permissions::from_mode(0o644)).expect("permissions");
    assert!(super::keys::own_public(Some(&place)).is_err());
}

/// A server of files that goes with the test; an empty file stands for an error of the server.
fn serve(files: Vec<(&'static str, String)>) -> String {
    use std::io::{BufRead, BufReader, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let told = base.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut lines = BufReader::new(stream.try_clone().expect("a reader")).lines();
            let first = lines.next().expect("a request").expect("a line");
            while lines.next().is_some_and(|line| !line.expect("a line").is_empty()) {}
            let path = first.split(' ').nth(1).expect("a path");
            let found =
                files.iter().find(|(name, _)| *name == path).map(|(_, text)| text.replace("BASE", &told));
            let (status, body) = match found {
                Some(body) if body.is_empty() => ("503 Busy", body),
                Some(body) => ("200 OK", body),
                None => ("404 Not Found", String::new()),
            };
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(body.as_bytes()))
                .expect("an answer");
        }
    });
    base
}

fn update(folder: &Path, addresses: &[String]) -> Result<(), String> {
    go(Action::Update(Update { common: common(folder), authority: None, addresses: addresses.to_vec() }))
}

fn exported(folder: &Path) -> String {
    let to = folder.join("lines");
    let export = Export {
        trust: trust(folder),
        to: to.clone(),
        form: Form::Lines,
        since: None,
        part: Vec::new(),
        file: folder.join("b.bundle"),
    };
    go(Action::Export(export)).expect("lines");
    fs::read_to_string(to).expect("lines")
}

#[test]
fn a_bundle_is_made_of_addresses_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let own = |id: &str| {
        format!(
            "[[correction]]\nid = \"{id}\"\nauthor = \"ops\"\nreason = \"mail\"\ndate = \"2026-01-05\"\nadvisory = \"A-1\"\naction = \"withdraw\"\nfact = \"advisory\"\n"
        )
    };
    let feed = |entries: &[(&str, &str)]| {
        let entry = |(name, day): &(&str, &str)| {
            format!(r#"{{"updated": "{day}T00:00:00Z", "content": {{"src": "BASE/{name}"}}}}"#)
        };
        let entries: Vec<String> = entries.iter().map(entry).collect();
        format!(r#"{{"feed": {{"entry": [{}]}}}}"#, entries.join(","))
    };
    let list = feed(&[("a.toml", "2026-01-01"), ("b.toml", "2026-01-02"), ("c.toml", "2026-01-03")]);
    let base = serve(vec![
        ("/kev.json", KEV.to_owned()),
        ("/feed.json", list),
        ("/a.toml", own("a")),
        ("/b.toml", String::new()),
        ("/c.toml", own("c")),
    ]);
    let addresses = [format!("{base}/kev.json"), format!("{base}/feed.json"), format!("{base}/none.json")];
    assert_eq!(update(folder, &addresses), Ok(()));
    let lines = exported(folder);
    assert_eq!(lines.lines().count(), 3, "{lines}");
    // Nothing is newer, but what was out of reach is asked for again: nothing is passed over for good.
    assert!(update(folder, &[]).expect_err("nothing new").ends_with("nothing new was read"));
    assert!(update(folder, &["kev.json".into()]).expect_err("no address").contains("is no address"));
    let other = serve(vec![("/x.toml", own("x"))]);
    assert_eq!(update(folder, &[format!("{other}/x.toml")]), Ok(()));
    assert_eq!(exported(folder).lines().count(), 4);
}
