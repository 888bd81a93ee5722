use super::{Action, Export, Form, Import, Trust, run};
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

fn import(folder: &Path, sources: &[&str]) -> Result<(), String> {
    go(Action::Import(Import {
        bundle: folder.join("b.bundle"),
        trust: trust(folder),
        line: "plant".into(),
        lenient: false,
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
