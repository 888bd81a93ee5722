//! Certificates: made, imported and used in a TLS handshake in memory.
#![expect(clippy::expect_used, reason = "a test")]

use facts::id::SensorId;
use login::certificate::{
    Authority, AuthorityError, ImportError, IssuedCertificate, SensorRefused, TlsError,
    check_server_certificate, client_tls, ends_us, enrolling_verifier, fingerprint, pinned_tls,
    renew_sensor_request, request_sensor_certificate, sensor_verifier, server_tls, verify_sensor,
};
use login::{Secret, from_hex};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, ServerConfig, ServerConnection};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

const DAY: i64 = 86_400_000_000;
/// 2026-01-01.
const NOW: i64 = 1_767_225_600_000_000;
const SENSOR: SensorId = SensorId(Uuid::from_u128(7));

fn real_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    i64::try_from(since.as_micros()).expect("a clock before the year 294247")
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn authority() -> Authority {
    Authority::create("Kawasaki", NOW).expect("an authority")
}

fn server(authority: &Authority, server_names: &[&str], now: i64) -> IssuedCertificate {
    authority.issue_server(&names(server_names), now).expect("a certificate")
}

fn key(issued: &IssuedCertificate) -> &Secret<String> {
    issued.key_pem.as_ref().expect("a key")
}

fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate")
}

/// Passes bytes between the two until the handshake ends.
fn handshake(client: ClientConfig, server: ServerConfig, name: &str) -> Result<(), rustls::Error> {
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let mut client = ClientConnection::new(Arc::new(client), name).expect("a client");
    let mut server = ServerConnection::new(Arc::new(server)).expect("a server");
    while client.is_handshaking() || server.is_handshaking() || client.wants_write() || server.wants_write() {
        let mut bytes = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut bytes).expect("memory");
        }
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            server.read_tls(&mut rest).expect("memory");
            server.process_new_packets()?;
        }
        let mut bytes = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut bytes).expect("memory");
        }
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            client.read_tls(&mut rest).expect("memory");
            client.process_new_packets()?;
        }
    }
    Ok(())
}

#[test]
fn a_browser_that_trusts_the_authority_reaches_the_server_by_its_names_only() {
    let now = real_now();
    let authority = Authority::create("川崎", now).expect("an authority");
    let issued = server(&authority, &["yagura.plant.example", "192.0.2.7", "2001:db8::7"], now);
    let reach = |trusted: &Authority, name: &str| {
        let client = client_tls(trusted.certificate_pem(), None).expect("a client");
        handshake(client, server_tls(&issued.pem, key(&issued), None).expect("a server"), name)
    };
    for name in ["yagura.plant.example", "192.0.2.7", "2001:db8::7"] {
        assert_eq!(reach(&authority, name), Ok(()), "{name}");
    }
    assert!(reach(&authority, "other.plant.example").is_err());
    assert!(reach(&Authority::create("川崎", now).expect("an authority"), "192.0.2.7").is_err());
    let strangers_key = Authority::create("川崎", now).expect("an authority").key_pem();
    let mixed = Authority::from_pem(authority.certificate_pem(), &strangers_key).map(|_| ());
    assert!(matches!(mixed, Err(AuthorityError::Kept(_))), "{mixed:?}");
    // The same authority, kept and read again, still issues what is trusted.
    let again = Authority::from_pem(authority.certificate_pem(), &authority.key_pem()).expect("an authority");
    let renewed = server(&again, &["192.0.2.7"], now);
    let client = client_tls(authority.certificate_pem(), None).expect("a client");
    let renewed = server_tls(&renewed.pem, key(&renewed), None).expect("a server");
    assert_eq!(handshake(client, renewed, "192.0.2.7"), Ok(()));
}

#[test]
fn a_certificate_of_the_plants_own_authority_is_accepted() {
    let authority = authority();
    let issued = server(&authority, &["yagura.plant.example", "192.0.2.7"], NOW);
    let chain = format!("{}{}", issued.pem, authority.certificate_pem());
    let wanted = names(&["yagura.plant.example", "192.0.2.7"]);
    let imported = check_server_certificate(&chain, key(&issued), &wanted, NOW).expect("accepted");
    assert_eq!(imported.names, wanted);
    assert!(imported.issuer.contains("Yagura Kawasaki"), "{}", imported.issuer);
    assert_eq!(imported.until_us, issued.until_us);
}

#[test]
fn each_fault_of_an_import_is_named() {
    let authority = authority();
    let issued = server(&authority, &["yagura.plant.example"], NOW);
    let other = server(&authority, &["yagura.plant.example"], NOW);
    let own_names = names(&["yagura.plant.example"]);
    let check =
        |chain: &str, key: &Secret<String>, now| check_server_certificate(chain, key, &own_names, now);
    let nothing = Secret::new(String::from("nothing"));
    assert_eq!(check("nothing", key(&issued), NOW), Err(ImportError::NoCertificate));
    assert_eq!(check(&issued.pem, &nothing, NOW), Err(ImportError::NoKey));
    assert_eq!(check(&issued.pem, key(&other), NOW), Err(ImportError::OtherKey));
    let swapped = format!("{}{}", authority.certificate_pem(), issued.pem);
    assert_eq!(check(&swapped, key(&issued), NOW), Err(ImportError::OtherKey));
    assert!(matches!(check(&issued.pem, key(&issued), NOW + 400 * DAY), Err(ImportError::Expired(_))));
    assert!(matches!(check(&issued.pem, key(&issued), NOW - 2 * DAY), Err(ImportError::NotYet(_))));
    let ca_key = authority.key_pem();
    assert_eq!(check(authority.certificate_pem(), &ca_key, NOW), Err(ImportError::NotServer));
    let stranger = Authority::create("Kawasaki", NOW).expect("an authority");
    let broken = format!("{}{}", issued.pem, stranger.certificate_pem());
    assert!(matches!(check(&broken, key(&issued), NOW), Err(ImportError::Chain(_))), "same name, other key");
    for wrong in ["other.plant.example", "192.0.2.7", "not a name"] {
        let refused = check_server_certificate(&issued.pem, key(&issued), &names(&[wrong]), NOW);
        assert_eq!(refused, Err(ImportError::Name(wrong.to_owned())));
    }
    let damaged = issued.pem.replacen("MII", "AAA", 1);
    assert!(matches!(check(&damaged, key(&issued), NOW), Err(ImportError::Certificate(_))));
    for error in
        [ImportError::NoKey, ImportError::Name(String::from("x")), ImportError::Chain(String::from("y"))]
    {
        assert!(!error.to_string().contains('\n'));
    }
}

#[test]
fn a_sensor_gets_a_certificate_in_its_own_name_and_its_key_stays_at_home() {
    let authority = authority();
    let request = request_sensor_certificate().expect("a request");
    assert!(!request.request_pem.contains("PRIVATE"));
    let issued = authority.issue_sensor(&request.request_pem, SENSOR, NOW).expect("a certificate");
    assert!(issued.key_pem.is_none());
    let verifier = sensor_verifier(authority.certificate_pem(), None).expect("a verifier");
    let verify = |pem: &str, now| verify_sensor(&*verifier, &der(pem), now);
    assert_eq!(verify(&issued.pem, NOW), Ok(SENSOR));
    assert!(matches!(verify(&issued.pem, NOW + 398 * DAY), Err(SensorRefused::Certificate(_))), "expired");
    let stranger = Authority::create("Kawasaki", NOW).expect("an authority");
    let strange = stranger.issue_sensor(&request.request_pem, SENSOR, NOW).expect("a certificate");
    assert!(matches!(verify(&strange.pem, NOW), Err(SensorRefused::Certificate(_))), "another authority");
    let server = server(&authority, &["yagura.plant.example"], NOW);
    assert!(matches!(verify(&server.pem, NOW), Err(SensorRefused::Certificate(_))), "a server's");
    let mut changed = der(&issued.pem).to_vec();
    let last = changed.len() - 1;
    *changed.get_mut(last).expect("a byte") ^= 1;
    assert!(verify_sensor(&*verifier, &changed, NOW).is_err(), "a changed signature");
    let forged = request.request_pem.replacen("MI", "AA", 1);
    let refused = authority.issue_sensor(&forged, SENSOR, NOW).map(|_| ());
    assert!(matches!(refused, Err(AuthorityError::Request(_))));
}

#[test]
fn a_revoked_sensor_is_refused_and_the_others_are_not() {
    let authority = authority();
    let issue = |number| {
        let request = request_sensor_certificate().expect("a request");
        let sensor = SensorId(Uuid::from_u128(number));
        (sensor, authority.issue_sensor(&request.request_pem, sensor, NOW).expect("a certificate"))
    };
    let ((_, lost), (kept_id, kept)) = (issue(1), issue(2));
    assert!(from_hex::<16>(&lost.serial).is_some());
    let list = authority.revoke(&[(lost.serial.clone(), NOW)], 1, NOW).expect("a list");
    let verifier = sensor_verifier(authority.certificate_pem(), Some(list)).expect("a verifier");
    assert!(matches!(verify_sensor(&*verifier, &der(&lost.pem), NOW), Err(SensorRefused::Certificate(_))));
    assert_eq!(verify_sensor(&*verifier, &der(&kept.pem), NOW), Ok(kept_id));
    let empty = authority.revoke(&[], 2, NOW).expect("an empty list");
    let verifier = sensor_verifier(authority.certificate_pem(), Some(empty)).expect("a verifier");
    assert!(verify_sensor(&*verifier, &der(&lost.pem), NOW).is_ok(), "not on this list");
    assert!(authority.revoke(&[(String::from("x"), NOW)], 3, NOW).is_err());
}

#[test]
fn the_link_of_a_sensor_needs_both_certificates() {
    let now = real_now();
    let authority = Authority::create("Kawasaki", now).expect("an authority");
    let site = server(&authority, &["site.plant.example"], now);
    let request = request_sensor_certificate().expect("a request");
    let sensor = authority.issue_sensor(&request.request_pem, SENSOR, now).expect("a certificate");
    let listening = |revoked| {
        let verifier = sensor_verifier(authority.certificate_pem(), revoked).expect("a verifier");
        server_tls(&site.pem, key(&site), Some(verifier)).expect("a server")
    };
    let with =
        client_tls(authority.certificate_pem(), Some((&sensor.pem, &request.key_pem))).expect("a client");
    let without = client_tls(authority.certificate_pem(), None).expect("a client");
    assert_eq!(handshake(with.clone(), listening(None), "site.plant.example"), Ok(()));
    assert!(handshake(without, listening(None), "site.plant.example").is_err());
    let list = authority.revoke(&[(sensor.serial, now)], 1, now).expect("a list");
    assert!(handshake(with, listening(Some(list)), "site.plant.example").is_err());
    let mixed = server_tls(&sensor.pem, key(&site), None).map(|_| ());
    assert!(matches!(mixed, Err(TlsError::Key(_))), "{mixed:?}");
}

#[test]
fn a_site_is_known_by_the_fingerprint_of_its_authority() {
    let now = real_now();
    let (authority, other) =
        [(), ()].map(|()| Authority::create("Kawasaki", now).expect("an authority")).into();
    let pinned = |authority: &Authority| {
        let found = fingerprint(authority.certificate_pem()).expect("a fingerprint");
        pinned_tls(&found).expect("a client")
    };
    let listening = |of: &Authority, behind: &str| {
        let site = server(of, &["site.plant.example"], now);
        let verifier = enrolling_verifier(of.certificate_pem()).expect("a verifier");
        server_tls(&(site.pem.clone() + behind), key(&site), Some(verifier)).expect("a server")
    };
    let meet = |client, server| handshake(client, server, "site.plant.example");
    let (own, others) = (authority.certificate_pem(), other.certificate_pem());
    assert_eq!(meet(pinned(&authority), listening(&authority, own)), Ok(()));
    assert!(meet(pinned(&authority), listening(&other, others)).is_err(), "another authority");
    assert!(
        meet(pinned(&authority), listening(&other, own)).is_err(),
        "the right one beside a wrong certificate"
    );
    assert!(meet(pinned(&authority), listening(&authority, "")).is_err(), "it does not show itself");
    let elsewhere = handshake(pinned(&authority), listening(&authority, own), "other.example");
    assert!(elsewhere.is_err(), "another name");
    let foreign = request_sensor_certificate().expect("a request");
    let issued = other.issue_sensor(&foreign.request_pem, SENSOR, now).expect("a certificate");
    let foreign = client_tls(own, Some((&issued.pem, &foreign.key_pem))).expect("a client");
    assert!(meet(foreign, listening(&authority, own)).is_err(), "a certificate of another site");
}

#[test]
fn a_sensor_renews_its_certificate_with_the_same_key() {
    let authority = authority();
    let first = request_sensor_certificate().expect("a request");
    let request = renew_sensor_request(&first.key_pem).expect("a request");
    let next = authority.issue_sensor(&request, SENSOR, NOW + DAY).expect("a certificate");
    assert_eq!(ends_us(&next.pem).expect("a date"), next.until_us);
    client_tls(authority.certificate_pem(), Some((&next.pem, &first.key_pem))).expect("they belong together");
}

#[test]
fn what_cannot_stand_in_a_certificate_is_refused() {
    let authority = authority();
    let refuse = |bad: &[&str]| authority.issue_server(&names(bad), NOW).map(|_| ());
    assert!(matches!(refuse(&[]), Err(AuthorityError::Name(_))));
    assert!(matches!(refuse(&["工場"]), Err(AuthorityError::Name(_))));
    for clock in [i64::MIN, -1, i64::MAX] {
        assert_eq!(Authority::create("x", clock).map(|_| ()), Err(AuthorityError::Clock));
    }
    let text = format!("{authority:?} {:?}", server(&authority, &["a.example"], NOW));
    assert!(!text.contains("PRIVATE"));
}
