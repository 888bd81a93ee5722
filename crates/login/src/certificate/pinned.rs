//! Trust in an authority that is known by its fingerprint alone: how a sensor meets its site for the first time.

use super::TlsError;
use super::import::read_chain;
use crate::secret::{equal, to_hex};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

/// SHA-256 of the first certificate of a PEM text, in hexadecimal.
///
/// # Errors
/// When there is none.
pub fn fingerprint(pem: &str) -> Result<String, TlsError> {
    let chain = read_chain(pem).map_err(|error| TlsError::Certificate(error.to_string()))?;
    let first = chain.first().ok_or_else(|| TlsError::Certificate("there is none".into()))?;
    Ok(digest(first))
}

/// When the first certificate of a PEM text ends, in microseconds since 1970 UTC.
///
/// # Errors
/// When there is none, or it cannot be read.
pub fn ends_us(pem: &str) -> Result<i64, TlsError> {
    let unusable = |error: String| TlsError::Certificate(error);
    let chain = read_chain(pem).map_err(|error| unusable(error.to_string()))?;
    let first = chain.first().ok_or_else(|| unusable("there is none".into()))?;
    let (_, parsed) = X509Certificate::from_der(first).map_err(|error| unusable(error.to_string()))?;
    Ok(parsed.validity().not_after.timestamp().saturating_mul(super::SECOND_US))
}

/// Settings of a client that trusts the authority with this fingerprint and no other. The server must send the
/// authority's certificate behind its own.
///
/// # Errors
/// When the protocol versions cannot be set.
pub fn pinned_tls(fingerprint: &str) -> Result<ClientConfig, TlsError> {
    let provider = Arc::new(default_provider());
    let verifier = Pinned { fingerprint: fingerprint.to_owned(), provider: provider.clone() };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Certificate(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

fn digest(certificate: &CertificateDer<'_>) -> String {
    to_hex(&Sha256::digest(certificate))
}

#[derive(Debug)]
struct Pinned {
    fingerprint: String,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    /// The pinned authority becomes the only root; everything else is checked as usual.
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let is_pinned =
            |der: &&CertificateDer<'_>| equal(digest(der).as_bytes(), self.fingerprint.as_bytes());
        let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let authority = intermediates.iter().find(is_pinned).ok_or(unknown)?;
        let mut roots = RootCertStore::empty();
        roots.add(authority.clone().into_owned())?;
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), self.provider.clone())
            .build()
            .map_err(|error| Error::General(error.to_string()))?
            .verify_server_cert(end_entity, intermediates, server_name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
