//! Log-in at a directory that runs in the test: a few LDAP messages (RFC 4511), plain on loopback and over TLS.
#![expect(clippy::expect_used, reason = "a test")]

use login::Secret;
use login::certificate::{Authority, server_tls};
use login::directory::{DirectoryConfig, DirectoryError, GroupSource, directory_login};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

const OWN: &str = "cn=yagura,dc=plant";
const TANAKA: &str = "uid=tanaka,ou=people,dc=plant";
const GROUP: &str = "cn=ot,ou=groups,dc=plant";

/// The filters (as bytes) and names that the directory was asked with.
type Asked = Arc<Mutex<Vec<Vec<u8>>>>;

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("a short element").to_be_bytes();
    [&[tag, 0x82], &length[..], content].concat()
}

/// The content of the element at the front with this tag, and what follows it.
fn open(bytes: &[u8], tag: u8) -> (&[u8], &[u8]) {
    let (head, rest) = bytes.split_at_checked(2).expect("an element");
    assert_eq!(head.first(), Some(&tag), "{bytes:02x?}");
    let first = usize::from(*head.get(1).expect("a length"));
    let (length, rest) = if first < 128 {
        (first, rest)
    } else {
        let (digits, rest) = rest.split_at_checked(first - 128).expect("a long length");
        (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
    };
    rest.split_at_checked(length).expect("a whole element")
}

fn result(tag: u8, code: u8) -> Vec<u8> {
    element(tag, &[&[0x0A, 1, code, 4, 0, 4, 0][..]].concat())
}

fn entry(name: &str, attributes: &[(&str, &str)]) -> Vec<u8> {
    let attributes = attributes.iter().flat_map(|(name, value)| {
        let values = element(0x31, &element(4, value.as_bytes()));
        element(0x30, &[element(4, name.as_bytes()), values].concat())
    });
    let attributes: Vec<u8> = attributes.collect();
    element(0x64, &[element(4, name.as_bytes()), element(0x30, &attributes)].concat())
}

fn bind(request: &[u8]) -> Vec<u8> {
    let (_version, rest) = open(request, 2);
    let (name, rest) = open(rest, 4);
    let (password, _) = open(rest, 0x80);
    let good = match core::str::from_utf8(name) {
        Ok(OWN) => password == b"own password",
        Ok(TANAKA) => password == "正しい合言葉".as_bytes(),
        _ => false,
    };
    result(0x61, if good { 0 } else { 49 })
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// `uid=tanaka` is one user, `uid=sato` two; the group knows its member by the whole name.
fn search(request: &[u8]) -> Vec<Vec<u8>> {
    let people = |name: &str| {
        entry(name, &[("displayName", "田中"), ("mail", "tanaka@plant.example"), ("memberof", GROUP)])
    };
    let mut answers = Vec::new();
    let (base, _) = open(request, 4);
    if base == b"ou=people,dc=plant" {
        // The value in the filter is an element of its own: exactly the name, or it is another name.
        if contains(request, "\u{4}\u{3}uid\u{4}\u{6}tanaka") {
            answers.push(people(TANAKA));
        }
        if contains(request, "\u{4}\u{3}uid\u{4}\u{4}sato") {
            answers.extend([people("uid=sato,ou=a,dc=plant"), people("uid=sato,ou=b,dc=plant")]);
        }
    }
    if base == b"ou=groups,dc=plant" && contains(request, TANAKA) {
        answers.push(entry(GROUP, &[]));
    }
    answers.push(result(0x65, 0));
    answers
}

async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin, asked: Asked) {
    let mut bytes = vec![0; 4096];
    // The client waits for each answer, so one read is one message.
    while let Ok(length) = stream.read(&mut bytes).await {
        if length == 0 {
            return;
        }
        let (message, _) = open(bytes.get(..length).expect("what was read"), 0x30);
        let (id, request) = open(message, 2);
        let answers = match request.first() {
            Some(0x60) => vec![bind(open(request, 0x60).0)],
            Some(0x63) => {
                asked.lock().expect("no panic").push(request.to_vec());
                search(open(request, 0x63).0)
            }
            _ => return,
        };
        for answer in answers {
            let message = element(0x30, &[element(2, id), answer].concat());
            stream.write_all(&message).await.expect("a client that listens");
        }
    }
}

async fn plain() -> (String, Asked) {
    let (listener, asked) = (TcpListener::bind("127.0.0.1:0").await.expect("a port"), Asked::default());
    let url = format!("ldap://{}", listener.local_addr().expect("an address"));
    let shared = asked.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, shared.clone()));
        }
    });
    (url, asked)
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn config(url: &str) -> DirectoryConfig {
    DirectoryConfig {
        url: url.to_owned(),
        bind_name: OWN.to_owned(),
        bind_password: secret("own password"),
        user_base: String::from("ou=people,dc=plant"),
        user_filter: String::from("(uid={user})"),
        groups: GroupSource::Attribute(String::from("memberOf")),
        name_attribute: String::from("displayName"),
        mail_attribute: String::from("mail"),
        authority_pem: None,
    }
}

#[tokio::test]
async fn a_user_logs_in_with_name_mail_and_groups() {
    let (url, asked) = plain().await;
    let identity = directory_login(&config(&url), "tanaka", &secret("正しい合言葉")).await.expect("a log-in");
    assert_eq!((identity.subject.as_str(), identity.name.as_str()), (TANAKA, "田中"));
    assert_eq!(identity.email.as_deref(), Some("tanaka@plant.example"));
    assert_eq!(identity.groups, [GROUP]);
    assert_eq!(asked.lock().expect("no panic").len(), 1);
    let groups = GroupSource::Search {
        base: String::from("ou=groups,dc=plant"),
        filter: String::from("(member={dn})"),
    };
    let searching = DirectoryConfig { groups, ..config(&url) };
    let identity = directory_login(&searching, "tanaka", &secret("正しい合言葉")).await.expect("a log-in");
    assert_eq!(identity.groups, [GROUP]);
}

#[tokio::test]
async fn wrong_empty_unknown_and_ambiguous_are_refused() {
    let (url, asked) = plain().await;
    let login = async |user: &str, password: &str| {
        directory_login(&config(&url), user, &secret(password)).await.map(|_| ())
    };
    assert_eq!(login("tanaka", "wrong").await, Err(DirectoryError::Refused));
    assert_eq!(login("suzuki", "正しい合言葉").await, Err(DirectoryError::Refused));
    assert_eq!(login("sato", "正しい合言葉").await, Err(DirectoryError::Ambiguous));
    let before = asked.lock().expect("no panic").len();
    assert_eq!(login("tanaka", "").await, Err(DirectoryError::Refused));
    assert_eq!(login("", "正しい合言葉").await, Err(DirectoryError::Refused));
    assert_eq!(asked.lock().expect("no panic").len(), before, "nothing empty reaches the directory");
}

#[tokio::test]
async fn what_is_typed_stays_a_value_of_the_filter() {
    let (url, asked) = plain().await;
    for typed in ["*", "tan*", "tanaka)(|(uid=*", "tanaka\0", "\\2a"] {
        let refused = directory_login(&config(&url), typed, &secret("正しい合言葉")).await.map(|_| ());
        assert_eq!(refused, Err(DirectoryError::Refused), "{typed}");
        let asked = asked.lock().expect("no panic");
        let request = asked.last().expect("a search");
        // An equality match (0xA3) whose value is what was typed, to the letter.
        let length = u8::try_from(typed.len()).expect("short");
        let value = [&[4, length], typed.as_bytes()].concat();
        assert!(request.windows(value.len()).any(|window| window == value), "{typed}: {request:02x?}");
        assert!(request.contains(&0xA3), "{typed}");
    }
}

#[tokio::test]
async fn a_wrong_own_account_and_a_dead_directory_are_told_apart() {
    let (url, _) = plain().await;
    let wrong = DirectoryConfig { bind_password: secret("old password"), ..config(&url) };
    let refused = directory_login(&wrong, "tanaka", &secret("x")).await.map(|_| ());
    assert!(matches!(refused, Err(DirectoryError::OwnAccount(_))), "{refused:?}");
    let empty = DirectoryConfig { bind_password: secret(""), ..config(&url) };
    let refused = directory_login(&empty, "tanaka", &secret("x")).await.map(|_| ());
    assert!(matches!(refused, Err(DirectoryError::Config(_))), "{refused:?}");
    let nobody = DirectoryConfig { bind_name: String::new(), bind_password: secret(""), ..config(&url) };
    let identity = directory_login(&nobody, "tanaka", &secret("正しい合言葉")).await.expect("a log-in");
    assert_eq!(identity.subject, TANAKA, "where anybody may look people up, no account is needed");
    let dead = directory_login(&config("ldap://127.0.0.1:1"), "tanaka", &secret("x")).await.map(|_| ());
    assert!(matches!(dead, Err(DirectoryError::Unreachable(_))), "{dead:?}");
    let strange = directory_login(&config("http://127.0.0.1:1"), "tanaka", &secret("x")).await.map(|_| ());
    assert!(matches!(strange, Err(DirectoryError::Config(_))), "{strange:?}");
    let broken = DirectoryConfig { user_filter: String::from("(uid={user}"), ..config(&url) };
    let refused = directory_login(&broken, "tanaka", &secret("x")).await.map(|_| ());
    assert!(matches!(refused, Err(DirectoryError::Config(_))), "{refused:?}");
}

#[tokio::test]
async fn over_tls_only_a_directory_of_the_named_authority_is_asked() {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    let now = i64::try_from(since.as_micros()).expect("a date");
    let authority = Authority::create("Kawasaki", now).expect("an authority");
    let issued = authority.issue_server(&[String::from("127.0.0.1")], now).expect("a certificate");
    let tls = server_tls(&issued.pem, issued.key_pem.as_ref().expect("a key"), None).expect("TLS");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("ldaps://{}", listener.local_addr().expect("an address"));
    let asked = Asked::default();
    let shared = asked.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                tokio::spawn(converse(stream, shared.clone()));
            }
        }
    });
    let trusting =
        DirectoryConfig { authority_pem: Some(authority.certificate_pem().to_owned()), ..config(&url) };
    let identity = directory_login(&trusting, "tanaka", &secret("正しい合言葉")).await.expect("a log-in");
    assert_eq!(identity.subject, TANAKA);
    let stranger = Authority::create("Kawasaki", now).expect("an authority");
    for authority_pem in [None, Some(stranger.certificate_pem().to_owned())] {
        let config = DirectoryConfig { authority_pem, ..config(&url) };
        let refused = directory_login(&config, "tanaka", &secret("正しい合言葉")).await.map(|_| ());
        assert!(matches!(refused, Err(DirectoryError::Unreachable(_))), "{refused:?}");
    }
    assert_eq!(asked.lock().expect("no panic").len(), 1, "a stranger hears nothing");
}
