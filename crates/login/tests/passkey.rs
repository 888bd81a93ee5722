//! Passkeys against a device made of software.
#![expect(clippy::expect_used, reason = "a test")]

use facts::id::UserId;
use login::passkey::{Authentication, PasskeyError, PasskeyRecord, Passkeys};
use uuid::Uuid;
use webauthn_authenticator_rs::prelude::{
    CreationChallengeResponse, RequestChallengeResponse, Url, WebauthnAuthenticator,
};
use webauthn_authenticator_rs::softpasskey::SoftPasskey;

const ORIGIN: &str = "https://yagura.plant.example";
const TANAKA: UserId = UserId(Uuid::from_u128(1));
const SATO: UserId = UserId(Uuid::from_u128(2));

fn device() -> SoftPasskey {
    SoftPasskey::new(true)
}

fn site() -> Passkeys {
    Passkeys::new(ORIGIN, "Kawasaki").expect("a site")
}

fn make(device: &mut SoftPasskey, options: &str, origin: &str) -> String {
    let options: CreationChallengeResponse = serde_json::from_str(options).expect("options");
    let origin = Url::parse(origin).expect("an origin");
    let answer = device.do_registration(origin, options).expect("a passkey");
    serde_json::to_string(&answer).expect("JSON")
}

fn prove(device: &mut SoftPasskey, options: &str) -> String {
    let options: RequestChallengeResponse = serde_json::from_str(options).expect("options");
    let answer = device.do_authentication(Url::parse(ORIGIN).expect("an origin"), options).expect("a proof");
    serde_json::to_string(&answer).expect("JSON")
}

fn register(site: &Passkeys, device: &mut SoftPasskey, user: UserId) -> PasskeyRecord {
    let (options, registration) = site.start_registration(user, "someone", &[], 0).expect("options");
    site.finish_registration(&make(device, &options, ORIGIN), &registration, 1).expect("a passkey")
}

fn challenge(site: &Passkeys, kept: &PasskeyRecord) -> (String, Authentication) {
    site.start_authentication(std::slice::from_ref(kept), 0).expect("options")
}

#[test]
fn a_registered_passkey_logs_in_and_its_counter_moves_on() {
    let (site, mut device) = (site(), device());
    let mut kept = register(&site, &mut device, TANAKA);
    assert!(!kept.id.is_empty());
    for _ in 0..3 {
        let (options, authentication) = challenge(&site, &kept);
        let answer = prove(&mut device, &options);
        let newer = site
            .finish_authentication(&answer, &authentication, std::slice::from_ref(&kept), 1)
            .expect("a log-in");
        assert_eq!(newer.id, kept.id);
        assert_ne!(newer.record, kept.record, "the counter");
        kept = newer;
    }
}

#[test]
fn an_answer_to_another_challenge_is_refused() {
    let (site, mut device) = (site(), device());
    let kept = register(&site, &mut device, TANAKA);
    let (options, _) = challenge(&site, &kept);
    let (_, other) = challenge(&site, &kept);
    let answer = prove(&mut device, &options);
    let refused = site.finish_authentication(&answer, &other, &[kept], 1);
    assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{refused:?}");
}

#[test]
fn an_answer_is_not_accepted_twice_once_the_counter_is_kept() {
    let (site, mut device) = (site(), device());
    let kept = register(&site, &mut device, TANAKA);
    let (options, authentication) = challenge(&site, &kept);
    let answer = prove(&mut device, &options);
    let newer = site.finish_authentication(&answer, &authentication, &[kept], 1).expect("a log-in");
    let (_, next) = challenge(&site, &newer);
    let replayed = site.finish_authentication(&answer, &next, &[newer], 1);
    assert!(matches!(replayed, Err(PasskeyError::Refused(_))), "{replayed:?}");
}

#[test]
fn another_users_passkey_is_refused() {
    let (site, mut tanakas, mut satos) = (site(), device(), device());
    let tanaka = register(&site, &mut tanakas, TANAKA);
    let sato = register(&site, &mut satos, SATO);
    // Sato answers the challenge that was meant for Tanaka, with the own device.
    let (options, authentication) = challenge(&site, &tanaka);
    let (own_options, _) = challenge(&site, &sato);
    let mut options: serde_json::Value = serde_json::from_str(&options).expect("JSON");
    let own: serde_json::Value = serde_json::from_str(&own_options).expect("JSON");
    let allowed = own.pointer("/publicKey/allowCredentials").expect("a list").clone();
    *options.pointer_mut("/publicKey/allowCredentials").expect("a list") = allowed;
    let answer = prove(&mut satos, &options.to_string());
    let refused = site.finish_authentication(&answer, &authentication, &[tanaka], 1);
    assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{refused:?}");
}

#[test]
fn a_passkey_made_for_another_origin_is_refused() {
    let (site, mut device) = (site(), device());
    let (options, registration) = site.start_registration(TANAKA, "tanaka", &[], 0).expect("options");
    let mut options: serde_json::Value = serde_json::from_str(&options).expect("JSON");
    *options.pointer_mut("/publicKey/rp/id").expect("an id") = "evil.example".into();
    let answer = make(&mut device, &options.to_string(), "https://evil.example");
    let refused = site.finish_registration(&answer, &registration, 1);
    assert!(matches!(refused, Err(PasskeyError::Refused(_))), "{refused:?}");
}

#[test]
fn a_late_answer_and_one_that_is_none_are_refused() {
    let (site, mut device) = (site(), device());
    let kept = register(&site, &mut device, TANAKA);
    let (options, authentication) = challenge(&site, &kept);
    let answer = prove(&mut device, &options);
    let kept = [kept];
    let late = site.finish_authentication(&answer, &authentication, &kept, 300_000_001);
    assert_eq!(late, Err(PasskeyError::Expired));
    let none = site.finish_authentication("{}", &authentication, &kept, 1);
    assert!(matches!(none, Err(PasskeyError::Answer(_))), "{none:?}");
    assert_eq!(site.start_authentication(&[], 0).map(|_| ()), Err(PasskeyError::NoneKept));
    let damaged = PasskeyRecord { id: String::new(), record: String::from("{}") };
    assert_eq!(site.start_authentication(&[damaged], 0).map(|_| ()), Err(PasskeyError::Kept));
}

#[test]
fn passkeys_need_a_name_and_https() {
    for origin in ["https://192.0.2.1", "http://yagura.plant.example", "yagura", "https://[2001:db8::1]"] {
        assert!(matches!(Passkeys::new(origin, "x"), Err(PasskeyError::Site(_))), "{origin}");
    }
    assert!(Passkeys::new("http://localhost:8443", "x").is_ok());
}
