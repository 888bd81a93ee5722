//! A certificate of the plant's own authority.

use crate::plant::{Plant, Server};
use login::certificate::{Authority, client_tls};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

const NAME: &str = "yagura.plant.example";

fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    i64::try_from(since.as_micros()).expect("this millennium")
}

/// Whether a client that trusts this authority alone reaches the server by its name.
fn is_trusted(server: &Server, authority: &str) -> bool {
    let config = Arc::new(client_tls(authority, None).expect("a client"));
    let name = rustls::pki_types::ServerName::try_from(NAME).expect("a name");
    let mut client = rustls::ClientConnection::new(config, name).expect("a client");
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).expect("a connection");
    while client.is_handshaking() {
        if client.complete_io(&mut stream).is_err() {
            return false;
        }
    }
    true
}

#[test]
fn an_imported_certificate_is_served_after_a_restart() {
    let plant = Plant::listening(&format!("allowed_hosts = [\"{NAME}\"]"), |_| String::new());
    plant.start().stop();
    let authority = Authority::create("Kawasaki", now_us()).expect("an authority");
    let issue = |name: &str| {
        let issued = authority.issue_server(&[name.to_owned()], now_us()).expect("a certificate");
        (issued.pem, issued.key_pem.expect("a key").expose().clone())
    };
    let ((chain, key), (other_chain, other_key)) = (issue(NAME), issue("other.example"));
    let path = |name: &str, text: &str| plant.file(name, text).display().to_string();
    let (chain, key) = (path("chain.pem", &chain), path("key.pem", &key));
    let (other_chain, other_key) = (path("other.pem", &other_chain), path("other.key", &other_key));
    let import = |chain: &str, key: &str| -> [String; 7] {
        ["admin", "certificate", "import", "--chain", chain, "--key", key].map(String::from)
    };
    let refused = |chain: &str, key: &str| {
        let words = import(chain, key);
        plant.refused(&words.each_ref().map(String::as_str))
    };
    assert!(refused(&chain, &other_key).contains("match the key"), "another key");
    assert!(refused(&other_chain, &other_key).contains("not for the name"), "another name");
    assert!(refused(&key, &chain).contains("read the certificate"), "the wrong way round");
    assert!(refused("/no/such", &key).contains("/no/such"), "no file");
    assert!(!plant.path("data/certificate.pem").exists());

    let told = plant.told(&import(&chain, &key).each_ref().map(String::as_str));
    assert!(told.contains(NAME), "{told}");
    let server = plant.start();
    assert!(is_trusted(&server, authority.certificate_pem()));
    let own = std::fs::read_to_string(plant.path("data/authority.pem")).expect("the local authority");
    assert!(!is_trusted(&server, &own), "the imported one wins");
    server.stop();
}
