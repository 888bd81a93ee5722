use super::{Content, Header, Held, Origin, PublicKey, Reach, Refusal, SigningKey, peek, verify, write};
use crate::item::{Item, Part, Prefix};
use knowledge::advisory::Exploited;
use std::io::{Cursor, Read};

fn key(seed: char) -> SigningKey {
    SigningKey::from_hex(&seed.to_string().repeat(64)).expect("a key")
}

fn about(serial: u64) -> Header {
    Header {
        format: 1,
        line: "plant".into(),
        serial,
        created: format!("2026-01-{:02}T00:00:00Z", serial),
        reach: Reach::Full,
        program: "test".into(),
        parts: Vec::new(),
    }
}

fn exploited(number: u32) -> Item {
    let cve = format!("CVE-2024-{number:04}");
    Item::Exploited(Exploited { cve, list: "CISA KEV".into(), ..Exploited::default() })
}

fn content(numbers: &[u32]) -> Content {
    let mut content = Content::default();
    numbers.iter().for_each(|number| content.add(&exploited(*number)));
    content.add(&Item::Prefix(Prefix { digits: "00001B".into(), organization: "Novell".into() }));
    content.came_from(Part::Exploited, Origin { source: "kev.json".into(), items: 2, ..Origin::default() });
    content
}

fn bytes(content: &Content, about: &Header, whole: &[Part]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(content, about, whole, &key('1'), &mut bytes).expect("a bundle");
    bytes
}

fn held(serial: u64) -> Held {
    Held { line: "plant".into(), serial, created: about(serial).created }
}

fn refused(bytes: &[u8], trusted: &[PublicKey], held: &[Held]) -> String {
    verify(Cursor::new(bytes), trusted, held).expect_err("a refusal").to_string()
}

#[test]
fn what_is_written_is_read() {
    let (written, own) = (content(&[1, 2]), key('1').public());
    let bytes = bytes(&written, &about(1), &[]);
    let mut read = Content::default();
    let mut bundle = verify(Cursor::new(&bytes), &[own], &[]).expect("a bundle");
    bundle.apply(&mut read).expect("items");
    assert_eq!(read, written);
    let (header, key) = peek(&mut bytes.as_slice()).expect("a header");
    assert_eq!((header.serial, header.parts.len(), key), (1, 2, own));
    assert_eq!(header.parts[0].origins[0].source, "kev.json");
    assert_eq!(PublicKey::read(&own.to_string()), Ok(own));
}

#[test]
fn every_changed_byte_is_noticed() {
    let bytes = bytes(&content(&[1, 2]), &about(1), &[]);
    let own = [key('1').public()];
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(verify(Cursor::new(&changed), &own, &[]).is_err(), "byte {at}");
        assert!(verify(Cursor::new(&bytes[..at]), &own, &[]).is_err(), "cut at {at}");
    }
    let longer = [bytes.as_slice(), b"x"].concat();
    assert_eq!(refused(&longer, &own, &[]), Refusal::Rest.to_string());
}

#[test]
fn strangers_and_older_bundles_are_refused_with_the_reason() {
    let (own, other) = (key('1').public(), key('2').public());
    let two = bytes(&content(&[1]), &about(2), &[]);
    for (trusted, here, expected) in [
        (other, None, format!("the bundle is signed by {own}, which is not trusted here")),
        (own, Some(2), "the bundle (serial 2) is already here".to_owned()),
        (own, Some(3), "the bundle is older (serial 2) than what is here (serial 3)".to_owned()),
    ] {
        let here: Vec<Held> = here.into_iter().map(held).collect();
        assert_eq!(refused(&two, &[trusted], &here), expected);
    }
    let back = Header { created: "2020-01-01T00:00:00Z".into(), ..about(3) };
    let back = bytes(&content(&[1]), &back, &[]);
    assert_eq!(
        refused(&back, &[own], &[held(2)]),
        "the bundle was made 2020-01-01T00:00:00Z, before what is here (2026-01-02T00:00:00Z)"
    );
    assert_eq!(refused(b"PK", &[own], &[]), "this file is no bundle");
    let newer = bytes(&content(&[1]), &about(3), &[]);
    assert!(verify(Cursor::new(&newer), &[own], &[held(2), Held { line: "x".into(), ..held(9) }]).is_ok());
}

#[test]
fn changes_extend_what_is_here() {
    let own = [key('1').public()];
    let (first, second) = (content(&[1, 2]), content(&[1, 3]));
    let (changed, whole) = second.since(&first);
    assert_eq!(whole, [Part::Exploited]);
    let changes = Header { reach: Reach::Since { serial: 1 }, ..about(2) };
    let changes = bytes(&changed, &changes, &whole);
    assert_eq!(
        refused(&changes, &own, &[]),
        "the bundle extends serial 1, which is not here: import a full one first"
    );
    let mut here = first.clone();
    let mut bundle = verify(Cursor::new(&changes), &own, &[held(1)]).expect("a bundle");
    assert_eq!(bundle.header.parts.len(), 1);
    bundle.apply(&mut here).expect("items");
    assert_eq!(here, second);

    let more = content(&[1, 2, 4]);
    let (changed, whole) = more.since(&first);
    assert_eq!((changed.counts().collect::<Vec<_>>(), whole), (vec![(Part::Exploited, 1)], Vec::new()));
}

/// A bundle with a part of the caller's making, rightly signed.
fn crafted(part: &[u8], unpacked: u64, items: u64) -> Vec<u8> {
    use sha2::Digest;
    let header = Header {
        parts: vec![super::PartHeader {
            name: "exploited".into(),
            stored: part.len() as u64,
            sha256: super::key::hex(&sha2::Sha256::digest(part)),
            unpacked,
            items,
            whole: true,
            origins: Vec::new(),
        }],
        ..about(1)
    };
    let text = serde_json::to_vec(&header).expect("JSON");
    let len = u32::try_from(text.len()).expect("short");
    let head = [&super::MAGIC[..], &len.to_le_bytes(), &text].concat();
    let signature = key('1').sign(&head);
    [head.as_slice(), &key('1').public().0, &signature, part].concat()
}

#[test]
fn a_part_that_grows_beyond_its_word_is_refused_even_from_a_trusted_key() {
    let own = [key('1').public()];
    let bomb = zstd::encode_all(std::io::repeat(b' ').take_bytes(50 << 20).as_slice(), 19).expect("packed");
    for (unpacked, items) in [(100, 1), (50 << 20, 1)] {
        let bytes = crafted(&bomb, unpacked, items);
        let mut bundle = verify(Cursor::new(&bytes), &own, &[]).expect("a bundle");
        assert!(bundle.apply(&mut Content::default()).is_err());
    }
    for (unpacked, items) in [(u64::MAX, 1), (1, u64::MAX)] {
        assert!(matches!(
            verify(Cursor::new(crafted(&bomb, unpacked, items)), &own, &[]),
            Err(Refusal::Limit(_))
        ));
    }
    let none = zstd::encode_all(&b"{\"is\":\"prefix\"}\n"[..], 1).expect("packed");
    let bytes = crafted(&none, 16, 1);
    let mut bundle = verify(Cursor::new(&bytes), &own, &[]).expect("a bundle");
    assert!(bundle.items(&mut |_, _| ()).is_err(), "an item of another part");
}

trait TakeBytes {
    fn take_bytes(self, len: u64) -> Vec<u8>;
}

impl<R: std::io::Read> TakeBytes for R {
    fn take_bytes(self, len: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.take(len).read_to_end(&mut bytes).expect("bytes");
        bytes
    }
}

#[test]
fn weak_keys_are_no_keys() {
    assert!(PublicKey::read(&"0".repeat(64)).is_err());
    assert!(PublicKey::read("ed25519:12").is_err());
    assert!(SigningKey::from_hex(&"1".repeat(65)).is_err());
    assert!(!format!("{:?}", key('1')).contains(&"1".repeat(64)));
    assert_ne!(SigningKey::random().expect("a key").to_hex(), SigningKey::random().expect("a key").to_hex());
}
