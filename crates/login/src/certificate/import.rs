//! A certificate of the plant's own authority, checked before it replaces the one in use.

use super::seconds;
use crate::failure::failures;
use crate::secret::Secret;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;

/// What an accepted certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The names and addresses it is for.
    pub names: Vec<String>,
    /// Who signed it.
    pub issuer: String,
    /// When it ends, in microseconds since 1970 UTC.
    pub until_us: i64,
}

failures! {
    /// Why a certificate is not accepted. Each says in one line what to bring instead.
    ImportError {
        /// No certificate in the text.
        NoCertificate "read the certificate: bring PEM text with BEGIN CERTIFICATE, the server's first";
        /// One of the chain cannot be read.
        Certificate(String) "read the certificate";
        /// No private key in the text.
        NoKey "read the key: bring PEM text with BEGIN PRIVATE KEY, without a password";
        /// The key's kind is not supported.
        Key(String) "use the key: bring an ECDSA, Ed25519 or RSA key";
        /// The key is another certificate's.
        OtherKey "match the key to the certificate: the first certificate must be the server's, and the key its own";
        /// It is over.
        Expired(String) "accept the certificate: it has expired, at";
        /// It is not valid yet.
        NotYet(String) "accept the certificate: it is not valid yet (or this machine's clock is wrong), it begins at";
        /// It is not for a name that the server is reached by.
        Name(String) "accept the certificate: it is not for the name by which this server is reached";
        /// It is an authority's, or only for clients.
        NotServer "accept the certificate: it is not one for servers";
        /// The chain is in the wrong order or incomplete.
        Chain(String) "follow the chain: each certificate must be signed by the next one; it breaks after";
    }
}

/// Checks a chain (the server's certificate first) with its key, for a server that is reached by `names` at `now_us`.
///
/// # Errors
/// The first thing that is wrong.
pub fn check_server_certificate(
    chain_pem: &str,
    key_pem: &Secret<String>,
    names: &[String],
    now_us: i64,
) -> Result<Imported, ImportError> {
    let chain = read_chain(chain_pem)?;
    let key = PrivateKeyDer::from_pem_slice(key_pem.expose().as_bytes()).map_err(|_| ImportError::NoKey)?;
    let parsed: Vec<X509Certificate<'_>> = chain.iter().map(parse).collect::<Result<_, _>>()?;
    let server = parsed.first().ok_or(ImportError::NoCertificate)?;
    check_key(&chain, key)?;
    for certificate in &parsed {
        check_dates(certificate, now_us)?;
    }
    check_use(server)?;
    check_chain(&parsed)?;
    let first = chain.first().ok_or(ImportError::NoCertificate)?;
    for name in names {
        check_name(first, name)?;
    }
    Ok(Imported {
        names: names_of(server),
        issuer: server.issuer().to_string(),
        until_us: server.validity().not_after.timestamp().saturating_mul(super::SECOND_US),
    })
}

pub(super) fn read_chain(pem: &str) -> Result<Vec<CertificateDer<'static>>, ImportError> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| ImportError::Certificate(format!("{error:?}")))?;
    if chain.is_empty() { Err(ImportError::NoCertificate) } else { Ok(chain) }
}

fn parse<'a>(der: &'a CertificateDer<'_>) -> Result<X509Certificate<'a>, ImportError> {
    let (_, certificate) =
        X509Certificate::from_der(der).map_err(|error| ImportError::Certificate(error.to_string()))?;
    Ok(certificate)
}

fn check_key(chain: &[CertificateDer<'static>], key: PrivateKeyDer<'static>) -> Result<(), ImportError> {
    match CertifiedKey::from_der(chain.to_vec(), key, &default_provider()) {
        Ok(_) => Ok(()),
        Err(rustls::Error::InconsistentKeys(_)) => Err(ImportError::OtherKey),
        Err(rustls::Error::InvalidCertificate(error)) => Err(ImportError::Certificate(format!("{error:?}"))),
        Err(error) => Err(ImportError::Key(error.to_string())),
    }
}

fn check_dates(certificate: &X509Certificate<'_>, now_us: i64) -> Result<(), ImportError> {
    let now =
        ASN1Time::from_timestamp(seconds(now_us)).map_err(|error| ImportError::NotYet(error.to_string()))?;
    let validity = certificate.validity();
    let whose = |time: ASN1Time| format!("{time} ({})", certificate.subject());
    if now > validity.not_after {
        return Err(ImportError::Expired(whose(validity.not_after)));
    }
    if now < validity.not_before {
        return Err(ImportError::NotYet(whose(validity.not_before)));
    }
    Ok(())
}

fn check_use(certificate: &X509Certificate<'_>) -> Result<(), ImportError> {
    let usage =
        certificate.extended_key_usage().map_err(|error| ImportError::Certificate(error.to_string()))?;
    let for_servers = usage.is_none_or(|usage| usage.value.server_auth || usage.value.any);
    // Browsers refuse an authority's certificate as a server's; a self-signed one often claims both.
    if for_servers && !certificate.is_ca() { Ok(()) } else { Err(ImportError::NotServer) }
}

fn check_chain(chain: &[X509Certificate<'_>]) -> Result<(), ImportError> {
    for (lower, upper) in chain.iter().zip(chain.iter().skip(1)) {
        let signed = lower.issuer() == upper.subject()
            && upper.is_ca()
            && lower.verify_signature(Some(upper.public_key())).is_ok();
        if !signed {
            return Err(ImportError::Chain(lower.subject().to_string()));
        }
    }
    Ok(())
}

fn check_name(server: &CertificateDer<'_>, name: &str) -> Result<(), ImportError> {
    let refused = || ImportError::Name(name.to_owned());
    let wanted = ServerName::try_from(name).map_err(|_| refused())?;
    let parsed = rustls::server::ParsedCertificate::try_from(server).map_err(|_| refused())?;
    rustls::client::verify_server_name(&parsed, &wanted).map_err(|_| refused())
}

fn names_of(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(names)) = certificate.subject_alternative_name() else { return Vec::new() };
    let names = names.value.general_names.iter();
    names
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
            GeneralName::IPAddress(bytes) => address(bytes),
            _ => None,
        })
        .collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(bytes).map(std::net::IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(std::net::IpAddr::from))
        .ok()
        .map(|address| address.to_string())
}
