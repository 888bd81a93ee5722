//! Certificates of remote sensors: the sensor makes its key, the site's authority names it, the site checks it.

use super::AuthorityError;
use super::import::read_chain;
use crate::failure::failures;
use crate::secret::Secret;
use core::time::Duration;
use facts::id::SensorId;
use rcgen::{CertificateParams, KeyPair};
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ClientCertVerifierBuilder, WebPkiClientVerifier};
use std::sync::Arc;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

/// What a sensor makes when it enrols.
#[derive(Debug)]
pub struct SensorRequest {
    /// The key, which never leaves the sensor.
    pub key_pem: Secret<String>,
    /// The signed request, to be sent to the site.
    pub request_pem: String,
}

failures! {
    /// Why a sensor's certificate does not count.
    SensorRefused {
        /// The authority or the list of revoked ones cannot be used.
        Authority(String) "read the authority for sensors";
        /// Not of this authority, over, revoked, or not a client's.
        Certificate(String) "trust the sensor's certificate";
        /// It names no sensor.
        Name "find a sensor's id in the certificate";
    }
}

/// A new key with its request.
///
/// # Errors
/// When no key can be made.
pub fn request_sensor_certificate() -> Result<SensorRequest, AuthorityError> {
    let signing = |error: rcgen::Error| AuthorityError::Signing(error.to_string());
    let key = KeyPair::generate().map_err(signing)?;
    let request = CertificateParams::default().serialize_request(&key).map_err(signing)?;
    Ok(SensorRequest {
        key_pem: Secret::new(key.serialize_pem()),
        request_pem: request.pem().map_err(signing)?,
    })
}

/// The request for the next certificate of the same key.
///
/// # Errors
/// When the key cannot be read or cannot sign.
pub fn renew_sensor_request(key_pem: &Secret<String>) -> Result<String, AuthorityError> {
    let signing = |error: rcgen::Error| AuthorityError::Signing(error.to_string());
    let key = KeyPair::from_pem(key_pem.expose()).map_err(signing)?;
    let request = CertificateParams::default().serialize_request(&key).map_err(signing)?;
    request.pem().map_err(signing)
}

/// What checks sensors' certificates in a TLS handshake: signed by this authority, for clients, not on the list of
/// revoked ones (DER). Make a new one whenever the list changes.
///
/// # Errors
/// When the authority or the list cannot be read.
pub fn sensor_verifier(
    authority_pem: &str,
    revoked_der: Option<Vec<u8>>,
) -> Result<Arc<dyn ClientCertVerifier>, SensorRefused> {
    let verifier =
        of_authority(authority_pem)?.with_crls(revoked_der.map(CertificateRevocationListDer::from));
    verifier.build().map_err(|error| SensorRefused::Authority(error.to_string()))
}

/// The same, but one without a certificate comes in as well: it has still to enrol, and must be asked for its link
/// before anything else.
///
/// # Errors
/// When the authority cannot be read.
pub fn enrolling_verifier(authority_pem: &str) -> Result<Arc<dyn ClientCertVerifier>, SensorRefused> {
    let verifier = of_authority(authority_pem)?.allow_unauthenticated();
    verifier.build().map_err(|error| SensorRefused::Authority(error.to_string()))
}

fn of_authority(authority_pem: &str) -> Result<ClientCertVerifierBuilder, SensorRefused> {
    let broken = |error: String| SensorRefused::Authority(error);
    let mut roots = RootCertStore::empty();
    for certificate in read_chain(authority_pem).map_err(|error| broken(error.to_string()))? {
        roots.add(certificate).map_err(|error| broken(error.to_string()))?;
    }
    Ok(WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider())))
}

/// Which sensor presents this certificate.
///
/// # Errors
/// When it is not one of this authority, over, revoked, or names no sensor.
pub fn verify_sensor(
    verifier: &dyn ClientCertVerifier,
    certificate: &[u8],
    now_us: i64,
) -> Result<SensorId, SensorRefused> {
    let seconds = u64::try_from(super::seconds(now_us)).unwrap_or(0);
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    verifier
        .verify_client_cert(&CertificateDer::from(certificate), &[], now)
        .map_err(|error| SensorRefused::Certificate(error.to_string()))?;
    let (_, parsed) = X509Certificate::from_der(certificate)
        .map_err(|error| SensorRefused::Certificate(error.to_string()))?;
    let name = parsed.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
    name.and_then(|name| name.parse().ok()).ok_or(SensorRefused::Name)
}
