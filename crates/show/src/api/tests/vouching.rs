//! A directory (a few messages of RFC 4511) and an identity provider that run in the test, on loopback.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The group of everybody.
pub(crate) const GROUP: &str = "cn=ot,ou=groups,dc=plant";
/// The password of the product's own account in the directory.
pub(crate) const OWN_PASSWORD: &str = "own password";
/// The password of `tanaka`, the only person.
pub(crate) const PASSWORD: &str = "正しい合言葉";

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("a short element").to_be_bytes();
    [&[tag, 0x82], &length[..], content].concat()
}

/// The content of the element at the front, and what follows it.
fn open(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (first, rest) = (usize::from(bytes[1]), &bytes[2..]);
    if first < 128 {
        return rest.split_at(first);
    }
    let (digits, rest) = rest.split_at(first - 128);
    rest.split_at(digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)))
}

fn result(tag: u8, code: u8) -> Vec<u8> {
    element(tag, &[0x0A, 1, code, 4, 0, 4, 0])
}

fn bind(request: &[u8]) -> Vec<u8> {
    let (_version, rest) = open(request);
    let (name, rest) = open(rest);
    let (password, _) = open(rest);
    let wanted = if name.starts_with(b"uid=tanaka") { PASSWORD } else { OWN_PASSWORD };
    result(0x61, if password == wanted.as_bytes() { 0 } else { 49 })
}

fn search() -> [Vec<u8>; 2] {
    let attribute = |(name, value): (&str, &str)| {
        let values = element(0x31, &element(4, value.as_bytes()));
        element(0x30, &[element(4, name.as_bytes()), values].concat())
    };
    let all = [("displayName", "田中"), ("mail", "tanaka@plant.example"), ("memberOf", GROUP)];
    let attributes: Vec<u8> = all.into_iter().flat_map(attribute).collect();
    let name = element(4, b"uid=tanaka,ou=people,dc=plant");
    [element(0x64, &[name, element(0x30, &attributes)].concat()), result(0x65, 0)]
}

async fn converse(mut stream: TcpStream) {
    let mut bytes = vec![0; 4096];
    // The client waits for each answer, so one read is one message.
    while let Ok(length @ 1..) = stream.read(&mut bytes).await {
        let (message, _) = open(&bytes[..length]);
        let (id, request) = open(message);
        let answers = match request[0] {
            0x60 => vec![bind(open(request).0)],
            0x63 => search().to_vec(),
            _ => return,
        };
        for answer in answers {
            let message = element(0x30, &[element(2, id), answer].concat());
            stream.write_all(&message).await.expect("a client that listens");
        }
    }
}

/// Starts the directory and returns its address.
pub(crate) async fn directory() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("ldap://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream));
        }
    });
    url
}

/// The identity provider, and the token that it will give next.
#[derive(Clone, Default)]
pub(crate) struct Vouched(Arc<Mutex<(String, String)>>);

fn base64url(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            let index = usize::try_from(bits >> (18 - 6 * at) & 63).expect("six bits");
            text.push(char::from(SIGNS[index]));
        }
    }
    text
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

impl Vouched {
    /// Its address.
    pub(crate) fn issuer(&self) -> String {
        self.0.lock().expect("no panic").0.clone()
    }

    /// Vouches for the browser that came with this URL, and returns the state that it takes back.
    pub(crate) fn says(&self, url: &str) -> String {
        let url = url::Url::parse(url).expect("a URL");
        let asked = |name: &str| {
            let found = url.query_pairs().find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned()).expect("a parameter")
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
        let claims = json!({
            "iss": self.issuer(), "aud": "yagura", "sub": "user-7", "iat": now, "exp": now + 60,
            "nonce": asked("nonce"), "name": "田中", "email": "tanaka@plant.example", "email_verified": true,
            "groups": [GROUP],
        });
        let header = json!({ "alg": "EdDSA", "kid": "one" });
        let text = format!(
            "{}.{}",
            base64url(header.to_string().as_bytes()),
            base64url(claims.to_string().as_bytes())
        );
        let signature = base64url(&key().sign(text.as_bytes()).to_bytes());
        self.0.lock().expect("no panic").1 = format!("{text}.{signature}");
        asked("state")
    }
}

async fn describe(State(vouched): State<Vouched>) -> Json<Value> {
    let address = vouched.issuer();
    Json(json!({
        "issuer": address,
        "authorization_endpoint": format!("{address}/authorize"),
        "token_endpoint": format!("{address}/token"),
        "jwks_uri": format!("{address}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

async fn keys() -> Json<Value> {
    let public = base64url(key().verifying_key().as_bytes());
    let key =
        json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": "one", "alg": "EdDSA", "x": public });
    Json(json!({ "keys": [key] }))
}

async fn token(State(vouched): State<Vouched>) -> Json<Value> {
    let token = vouched.0.lock().expect("no panic").1.clone();
    Json(json!({ "access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token }))
}

/// Starts the identity provider.
pub(crate) async fn provider() -> Vouched {
    let vouched = Vouched::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    vouched.0.lock().expect("no panic").0 = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(describe))
        .route("/keys", get(keys))
        .route("/token", post(token))
        .with_state(vouched.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    vouched
}
