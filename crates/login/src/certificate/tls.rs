//! TLS settings from what is kept: the newest protocol versions, one cryptographic library.

use super::import::read_chain;
use crate::failure::failures;
use crate::secret::Secret;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::sync::Arc;

failures! {
    /// Why TLS cannot be set up.
    TlsError {
        /// A certificate cannot be used.
        Certificate(String) "set up TLS: the certificate";
        /// A key cannot be used.
        Key(String) "set up TLS: the key";
    }
}

/// Settings of a server with this chain and key; with `clients`, every client must present a certificate.
///
/// # Errors
/// When the chain or the key cannot be used.
pub fn server_tls(
    chain_pem: &str,
    key_pem: &Secret<String>,
    clients: Option<Arc<dyn ClientCertVerifier>>,
) -> Result<ServerConfig, TlsError> {
    let chain = read_chain(chain_pem).map_err(|error| TlsError::Certificate(error.to_string()))?;
    ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Certificate(error.to_string()))?
        .with_client_cert_verifier(clients.unwrap_or_else(WebPkiClientVerifier::no_client_auth))
        .with_single_cert(chain, read_key(key_pem)?)
        .map_err(|error| TlsError::Key(error.to_string()))
}

/// Settings of a client that trusts this authority only, with a certificate of its own where the server wants one.
///
/// # Errors
/// When a certificate or the key cannot be used.
pub fn client_tls(
    authority_pem: &str,
    own: Option<(&str, &Secret<String>)>,
) -> Result<ClientConfig, TlsError> {
    let unusable = |error: String| TlsError::Certificate(error);
    let mut roots = RootCertStore::empty();
    for certificate in read_chain(authority_pem).map_err(|error| unusable(error.to_string()))? {
        roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(error.to_string()))?
        .with_root_certificates(roots);
    let Some((chain_pem, key_pem)) = own else { return Ok(builder.with_no_client_auth()) };
    let chain = read_chain(chain_pem).map_err(|error| unusable(error.to_string()))?;
    builder.with_client_auth_cert(chain, read_key(key_pem)?).map_err(|error| TlsError::Key(error.to_string()))
}

fn read_key(key_pem: &Secret<String>) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_slice(key_pem.expose().as_bytes())
        .map_err(|error| TlsError::Key(format!("{error:?}")))
}
