//! Log-in at a provider that runs in the test, on loopback.
#![expect(clippy::expect_used, reason = "a test")]

use axum::extract::{Form, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use ed25519_dalek::{Signer, SigningKey};
use login::Secret;
use login::oidc::{OidcConfig, OidcError, OidcPending, OidcProvider};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the provider answers, and what it was asked last.
#[derive(Default)]
struct Provider {
    address: String,
    issuer: Option<String>,
    token: String,
    asked: HashMap<String, String>,
}

type Shared = Arc<Mutex<Provider>>;

fn base64url(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            let index = usize::try_from(number >> (18 - 6 * at) & 63).expect("six bits");
            text.push(char::from(*SIGNS.get(index).expect("a sign")));
        }
    }
    text
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn signed(header: &Value, claims: &Value, key: &SigningKey) -> String {
    let text =
        format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(claims.to_string().as_bytes()));
    let signature = base64url(&key.sign(text.as_bytes()).to_bytes());
    format!("{text}.{signature}")
}

async fn describe(State(shared): State<Shared>) -> Json<Value> {
    let provider = shared.lock().expect("no panic");
    let address = &provider.address;
    Json(json!({
        "issuer": provider.issuer.as_ref().unwrap_or(address),
        "authorization_endpoint": format!("{address}/authorize"),
        "token_endpoint": format!("{address}/token"),
        "jwks_uri": format!("{address}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
    }))
}

async fn keys() -> Json<Value> {
    let public = base64url(key(1).verifying_key().as_bytes());
    Json(
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": "one", "alg": "EdDSA", "x": public}]}),
    )
}

async fn token(State(shared): State<Shared>, Form(asked): Form<HashMap<String, String>>) -> Json<Value> {
    let mut provider = shared.lock().expect("no panic");
    let token = provider.token.clone();
    provider.asked = asked;
    Json(
        json!({"access_token": "an access token", "token_type": "Bearer", "expires_in": 60, "id_token": token}),
    )
}

async fn serve() -> Shared {
    let shared = Shared::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    shared.lock().expect("no panic").address =
        format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(describe))
        .route("/keys", get(keys))
        .route("/token", post(token))
        .with_state(shared.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    shared
}

fn config(issuer: &str) -> OidcConfig {
    OidcConfig {
        issuer: issuer.to_owned(),
        client_id: String::from("yagura"),
        client_secret: Some(Secret::new(String::from("a client secret"))),
        redirect: String::from("https://yagura.plant.example/login/oidc"),
        groups_claim: String::from("groups"),
        scopes: vec![String::from("profile"), String::from("email")],
        authority_pem: None,
    }
}

struct Begun {
    shared: Shared,
    provider: OidcProvider,
    pending: OidcPending,
    query: HashMap<String, String>,
    claims: Value,
}

/// A log-in that was begun, with the claims that a good provider would make.
async fn begin() -> Begun {
    let shared = serve().await;
    let address = shared.lock().expect("no panic").address.clone();
    let provider = OidcProvider::discover(config(&address)).await.expect("a provider");
    let (url, pending) = provider.start(0).expect("a beginning");
    let url = url::Url::parse(&url).expect("a URL");
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let claims = json!({
        "iss": address, "aud": "yagura", "sub": "user-7", "iat": now, "exp": now + 60,
        "nonce": query.get("nonce").expect("a nonce"), "name": "田中", "email": "tanaka@plant.example",
        "email_verified": true, "groups": ["ot", "csl"], "other": {"deep": 1},
    });
    Begun { shared, provider, pending, query, claims }
}

impl Begun {
    fn answer(&self, header: &Value, claims: &Value, key: &SigningKey) {
        self.shared.lock().expect("no panic").token = signed(header, claims, key);
    }

    async fn finish(self) -> Result<login::groups::ExternalIdentity, OidcError> {
        let state = self.query.get("state").expect("a state").clone();
        self.provider.finish(self.pending, &state, "a code", 1).await
    }
}

fn header() -> Value {
    json!({"alg": "EdDSA", "kid": "one", "typ": "JWT"})
}

#[tokio::test]
async fn a_user_comes_back_with_groups() {
    let begun = begin().await;
    assert_eq!(begun.query.get("response_type").map(String::as_str), Some("code"));
    assert_eq!(begun.query.get("code_challenge_method").map(String::as_str), Some("S256"));
    assert_eq!(begun.query.get("scope").map(String::as_str), Some("openid profile email"));
    begun.answer(&header(), &begun.claims, &key(1));
    let (shared, challenge) =
        (begun.shared.clone(), begun.query.get("code_challenge").expect("PKCE").clone());
    let identity = begun.finish().await.expect("an identity");
    assert_eq!((identity.subject.as_str(), identity.name.as_str()), ("user-7", "田中"));
    assert_eq!(identity.groups, ["ot", "csl"]);
    assert_eq!(identity.email.as_deref(), Some("tanaka@plant.example"));
    let asked = &shared.lock().expect("no panic").asked;
    let verifier = asked.get("code_verifier").expect("a verifier");
    assert_eq!(base64url(&Sha256::digest(verifier)), challenge);
    assert_eq!(asked.get("code").map(String::as_str), Some("a code"));
}

#[tokio::test]
async fn an_address_that_the_provider_does_not_vouch_for_is_left_out() {
    let begun = begin().await;
    let mut claims = begun.claims.clone();
    let object = claims.as_object_mut().expect("claims");
    object.remove("email_verified");
    object.insert(String::from("groups"), json!("one-group"));
    object.remove("name");
    begun.answer(&header(), &claims, &key(1));
    let identity = begun.finish().await.expect("an identity");
    assert_eq!((identity.email, identity.name), (None, String::from("user-7")));
    assert_eq!(identity.groups, ["one-group"]);
}

#[tokio::test]
async fn a_statement_that_does_not_hold_is_refused() {
    let faults = [
        ("iss", json!("https://evil.example")),
        ("aud", json!("another client")),
        ("exp", json!(1_000_000_000)),
        ("nonce", json!("another log-in's")),
        ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
    ];
    for (claim, value) in faults {
        let begun = begin().await;
        let mut claims = begun.claims.clone();
        claims.as_object_mut().expect("claims").insert(claim.to_owned(), value);
        begun.answer(&header(), &claims, &key(1));
        let refused = begun.finish().await;
        assert!(matches!(refused, Err(OidcError::Statement(_))), "{claim}: {refused:?}");
    }
}

#[tokio::test]
async fn a_statement_signed_by_anything_but_the_providers_key_is_refused() {
    let begun = begin().await;
    begun.answer(&header(), &begun.claims, &key(2));
    let refused = begun.finish().await;
    assert!(matches!(refused, Err(OidcError::Statement(_))), "another key: {refused:?}");
    for algorithm in ["none", "HS256"] {
        let begun = begin().await;
        begun.answer(&json!({"alg": algorithm, "typ": "JWT"}), &begun.claims, &key(1));
        let refused = begun.finish().await;
        let unproved = matches!(refused, Err(OidcError::Statement(_) | OidcError::Code(_)));
        assert!(unproved, "{algorithm}: {refused:?}");
    }
}

#[tokio::test]
async fn another_browsers_and_a_late_return_are_refused() {
    let begun = begin().await;
    let refused = begun.provider.finish(begun.pending, "a guessed state", "a code", 1).await;
    assert_eq!(refused, Err(OidcError::State));
    let begun = begin().await;
    let state = begun.query.get("state").expect("a state").clone();
    let late = begun.provider.finish(begun.pending, &state, "a code", 600_000_001).await;
    assert_eq!(late, Err(OidcError::Expired));
}

#[tokio::test]
async fn a_provider_that_is_not_the_configured_one_is_refused() {
    let shared = serve().await;
    let address = {
        let mut provider = shared.lock().expect("no panic");
        provider.issuer = Some(String::from("https://evil.example"));
        provider.address.clone()
    };
    let refused = OidcProvider::discover(config(&address)).await.map(|_| ());
    assert!(matches!(refused, Err(OidcError::Unreachable(_))), "{refused:?}");
    let plain = OidcProvider::discover(config("http://login.plant.example")).await.map(|_| ());
    assert!(matches!(plain, Err(OidcError::Config(_))), "{plain:?}");
    let nobody = OidcProvider::discover(config("http://127.0.0.1:1")).await.map(|_| ());
    assert!(matches!(nobody, Err(OidcError::Unreachable(_))), "{nobody:?}");
}
