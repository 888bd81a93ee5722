use super::*;
use std::io::Cursor;

const ABOUT_US: (&str, &str, i64) = ("0.1.0", "充填 plant", 1_790_000_000_000_000);

fn about() -> About {
    About::new(ABOUT_US.0, ABOUT_US.1, ABOUT_US.2)
}

fn part(name: &str, bytes: &[u8]) -> Part<'static> {
    let size = u64::try_from(bytes.len()).unwrap();
    Part { name: name.into(), size, reader: Box::new(Cursor::new(bytes.to_vec())) }
}

fn noise(len: usize) -> Vec<u8> {
    let mut state = 7u32;
    (0..len)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect()
}

/// A backup locked for a fresh key, with the key.
fn backup(parts: Vec<Part<'_>>) -> (Vec<u8>, Key) {
    let identity = age::x25519::Identity::generate();
    let lock = Lock::Recipients(vec![identity.to_public().to_string()]);
    let mut out = Vec::new();
    write(&mut out, &lock, &about(), parts).unwrap();
    (out, Key::Identity(age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned()))
}

fn parts() -> Vec<Part<'static>> {
    vec![part("database/yagura.db", &noise(200_000)), part("empty", b""), part("history/a.parquet", b"abc")]
}

#[test]
fn what_goes_in_comes_out() {
    let (bytes, key) = backup(parts());
    let mut taken = Vec::new();
    let manifest = restore(&mut Cursor::new(&bytes), &key, &mut |contents, reader| {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes)?;
        taken.push((contents.name.clone(), bytes));
        Ok(())
    })
    .unwrap();
    assert_eq!(manifest.about, about());
    let names: Vec<_> = taken.iter().map(|(name, bytes)| (name.as_str(), bytes.len())).collect();
    assert_eq!(names, [("database/yagura.db", 200_000), ("empty", 0), ("history/a.parquet", 3)]);
    assert_eq!(taken[0].1, noise(200_000));
    assert_eq!(
        manifest.parts[2].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "FIPS 180-4, example of SHA-256"
    );
    assert_eq!(verify(&bytes[..], &key).unwrap(), manifest);
}

#[test]
fn a_passphrase_opens_and_a_wrong_one_does_not() {
    let mut bytes = Vec::new();
    write(&mut bytes, &Lock::Passphrase("correct horse".into()), &about(), parts()).unwrap();
    assert_eq!(verify(&bytes[..], &Key::Passphrase("correct horse".into())).unwrap().parts.len(), 3);
    let wrong = verify(&bytes[..], &Key::Passphrase("correct house".into())).unwrap_err();
    assert!(matches!(wrong, BackupError::WrongKey), "{wrong}");
    let (bytes, _) = backup(parts());
    let (_, other) = backup(Vec::new());
    assert!(matches!(verify(&bytes[..], &other), Err(BackupError::WrongKey)));
}

#[test]
fn a_backup_cut_anywhere_is_refused_before_anything_is_touched() {
    let (bytes, key) = backup(parts());
    for len in (0..bytes.len()).step_by(997).chain(bytes.len() - 40..bytes.len()) {
        let cut = &bytes[..len];
        let result =
            restore(&mut Cursor::new(cut), &key, &mut |contents, _| panic!("{} was given", contents.name));
        let error = result.unwrap_err().to_string();
        assert!(!error.contains('\n'), "one line: {error}");
    }
}

#[test]
fn an_altered_backup_is_refused_before_anything_is_touched() {
    let (bytes, key) = backup(parts());
    for at in (0..bytes.len()).step_by(1009).chain(bytes.len() - 20..bytes.len()) {
        let mut altered = bytes.clone();
        altered[at] ^= 0x10;
        let result = restore(&mut Cursor::new(altered), &key, &mut |contents, _| {
            panic!("{} was given", contents.name)
        });
        assert!(result.is_err(), "byte {at}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(verify(&longer[..], &key).is_err(), "bytes behind the end");
}

/// A container whose outer layers are sound, as anybody who knows a recipient can make one.
fn forged(entries: &[(&str, &[u8])]) -> (Vec<u8>, Key) {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public();
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as _)).unwrap();
    let mut bytes = Vec::new();
    let mut archive =
        tar::Builder::new(zstd::Encoder::new(encryptor.wrap_output(&mut bytes).unwrap(), 3).unwrap());
    for (name, data) in entries {
        let mut header = tar::Header::new_gnu();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(u64::try_from(data.len()).unwrap());
        header.set_cksum();
        archive.append(&header, *data).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap().finish().unwrap();
    (bytes, Key::Identity(age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned()))
}

#[test]
fn a_forged_backup_is_refused() {
    let about = serde_json::to_vec(&about()).unwrap();
    let manifest = serde_json::to_vec(&Manifest { about: super::tests::about(), parts: Vec::new() }).unwrap();
    let check = |entries: &[(&str, &[u8])], expected: &str| {
        let (bytes, key) = forged(entries);
        let error = verify(&bytes[..], &key).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(&[("about.json", &about), ("../../etc/passwd", b"x"), ("manifest.json", &manifest)], "not ours");
    check(&[("about.json", &about), ("/etc/passwd", b"x"), ("manifest.json", &manifest)], "not ours");
    check(&[("about.json", &about), ("a", b"x"), ("manifest.json", &manifest)], "table of contents");
    check(&[("about.json", &about), ("manifest.json", &manifest), ("a", b"x")], "follows its end");
    check(&[("about.json", &about)], "its end is missing");
    check(&[("a", b"x")], "not ours");
    check(&[("about.json", br#"{"format": 2, "new": true}"#)], "format 2 is newer");
}

#[test]
fn what_is_no_backup_is_told() {
    let (_, key) = backup(Vec::new());
    for bytes in [&b""[..], b"PK\x03\x04 a zip file", b"SQLite format 3\0"] {
        assert!(matches!(verify(bytes, &key), Err(BackupError::Foreign)));
    }
    assert!(matches!(verify(&b""[..], &Key::Identity("no key".into())), Err(BackupError::Key(_))));
}

#[test]
fn a_part_must_be_what_was_announced() {
    let lock = Lock::Recipients(vec![age::x25519::Identity::generate().to_public().to_string()]);
    let attempt = |parts| write(std::io::sink(), &lock, &about(), parts).unwrap_err();
    for size in [2, 4] {
        let wrong = Part { size, ..part("a", b"abc") };
        assert!(matches!(attempt(vec![wrong]), BackupError::Size(name) if name == "a"));
    }
    for name in ["", "../a", "/a", "a//b", "a/./b", "about.json", "b c", "é"] {
        assert!(matches!(attempt(vec![part(name, b"")]), BackupError::Name(_)), "{name}");
    }
    assert!(matches!(attempt(vec![part("a", b""), part("a", b"")]), BackupError::Name(_)));
    let no_recipient = write(std::io::sink(), &Lock::Recipients(Vec::new()), &about(), Vec::new());
    assert!(matches!(no_recipient, Err(BackupError::Key(_))));
}

#[test]
fn who_takes_parts_may_refuse_one() {
    let (bytes, key) = backup(parts());
    let mut given = 0;
    let result = restore(&mut Cursor::new(bytes), &key, &mut |_, _| {
        given += 1;
        if given == 2 { Err(std::io::Error::other("disk full")) } else { Ok(()) }
    });
    assert!(matches!(result, Err(BackupError::Refused(name, _)) if name == "empty"));
    assert_eq!(given, 2);
}
