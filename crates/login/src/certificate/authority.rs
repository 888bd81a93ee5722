//! The site's own authority: made at first start, known to nobody else, so that browsers must be told to trust it.

use super::{AuthorityError, DAY_US, seconds, server_tls};
use crate::secret::{Secret, random, to_hex};
use core::fmt;
use core::time::Duration;
use facts::id::SensorId;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertificateSigningRequestParams,
    DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    RevocationReason, RevokedCertParams, SerialNumber, date_time_ymd,
};

/// How long the authority itself lasts.
const AUTHORITY_DAYS: i64 = 3_650;
/// How long what it issues lasts: the longest that all browsers accept.
const ISSUED_DAYS: i64 = 397;
/// What is issued is valid from a day ago, for machines whose clock is behind.
const EARLIER_DAYS: i64 = 1;

/// The local authority with its key (ECDSA P-256).
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A certificate that the authority made.
#[derive(Debug)]
pub struct IssuedCertificate {
    /// The certificate.
    pub pem: String,
    /// Its key; `None` where the holder made it and never showed it.
    pub key_pem: Option<Secret<String>>,
    /// Its serial number in hexadecimal, to be kept for revocation.
    pub serial: String,
    /// When it ends, in microseconds since 1970 UTC.
    pub until_us: i64,
}

impl fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Authority(..)")
    }
}

impl Authority {
    /// A new authority for the site of this name.
    ///
    /// # Errors
    /// When the clock is absurd or no key can be made.
    pub fn create(site_name: &str, now_us: i64) -> Result<Self, AuthorityError> {
        let key = KeyPair::generate().map_err(signing)?;
        let mut params = valid(now_us, AUTHORITY_DAYS)?;
        params.distinguished_name.push(DnType::CommonName, format!("Yagura {site_name}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let pem = params.self_signed(&key).map_err(signing)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// The authority that was kept as [`Authority::certificate_pem`] and [`Authority::key_pem`].
    ///
    /// # Errors
    /// When one of them cannot be read, or the key is another certificate's.
    pub fn from_pem(certificate: &str, key: &Secret<String>) -> Result<Self, AuthorityError> {
        let kept = |error: rcgen::Error| AuthorityError::Kept(error.to_string());
        // Otherwise everything issued from now on would be refused by everybody, one by one.
        server_tls(certificate, key, None).map_err(|error| AuthorityError::Kept(error.to_string()))?;
        let key = KeyPair::from_pem(key.expose()).map_err(kept)?;
        let issuer = Issuer::from_ca_cert_pem(certificate, key).map_err(kept)?;
        Ok(Self { issuer, pem: certificate.to_owned() })
    }

    /// The certificate that clients must trust.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.pem
    }

    /// The key, to be sealed and kept.
    #[must_use]
    pub fn key_pem(&self) -> Secret<String> {
        Secret::new(self.issuer.key().serialize_pem())
    }

    /// A certificate for a server that is reached by these host names and addresses.
    ///
    /// # Errors
    /// When there is no name, one cannot stand in a certificate, or the clock is absurd.
    pub fn issue_server(&self, names: &[String], now_us: i64) -> Result<IssuedCertificate, AuthorityError> {
        let first = names.first().ok_or_else(|| AuthorityError::Name(String::from("none was given")))?;
        let named = CertificateParams::new(names)
            .map_err(|error| AuthorityError::Name(format!("{}: {error}", names.join(", "))))?;
        let key = KeyPair::generate().map_err(signing)?;
        let mut params = valid(now_us, ISSUED_DAYS)?;
        params.subject_alt_names = named.subject_alt_names;
        params.distinguished_name.push(DnType::CommonName, first.as_str());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let serial = set_serial(&mut params)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(signing)?;
        Ok(IssuedCertificate {
            pem: certificate.pem(),
            key_pem: Some(Secret::new(key.serialize_pem())),
            serial,
            until_us: now_us.saturating_add(ISSUED_DAYS * DAY_US),
        })
    }

    /// A client certificate for a sensor, whose key stays where the request was made. Only the key is taken from the
    /// request; the name is the sensor's id, whatever the request asks for.
    ///
    /// # Errors
    /// When the request cannot be read or does not prove its key, or the clock is absurd.
    pub fn issue_sensor(
        &self,
        request_pem: &str,
        sensor: SensorId,
        now_us: i64,
    ) -> Result<IssuedCertificate, AuthorityError> {
        let mut request = CertificateSigningRequestParams::from_pem(request_pem)
            .map_err(|error| AuthorityError::Request(error.to_string()))?;
        let mut params = valid(now_us, ISSUED_DAYS)?;
        params.distinguished_name.push(DnType::CommonName, sensor.to_string());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let serial = set_serial(&mut params)?;
        request.params = params;
        let certificate = request.signed_by(&self.issuer).map_err(signing)?;
        let until_us = now_us.saturating_add(ISSUED_DAYS * DAY_US);
        Ok(IssuedCertificate { pem: certificate.pem(), key_pem: None, serial, until_us })
    }

    /// The signed list (DER) of revoked certificates, by serial number and when. `number` grows with each list.
    ///
    /// # Errors
    /// When a serial number is none, or the clock is absurd.
    pub fn revoke(
        &self,
        revoked: &[(String, i64)],
        number: u64,
        now_us: i64,
    ) -> Result<Vec<u8>, AuthorityError> {
        let revoked_certs = revoked
            .iter()
            .map(|(serial, at_us)| {
                let name = || AuthorityError::Name(format!("serial number {serial}"));
                Ok(RevokedCertParams {
                    serial_number: serial_of(serial).ok_or_else(name)?,
                    revocation_time: date_time_ymd(1970, 1, 1) + since_1970(*at_us)?,
                    reason_code: Some(RevocationReason::CessationOfOperation),
                    invalidity_date: None,
                })
            })
            .collect::<Result<_, AuthorityError>>()?;
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(1970, 1, 1) + since_1970(now_us)?,
            next_update: date_time_ymd(1970, 1, 1)
                + since_1970(now_us.saturating_add(AUTHORITY_DAYS * DAY_US))?,
            crl_number: SerialNumber::from(number),
            issuing_distribution_point: None,
            revoked_certs,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(list.signed_by(&self.issuer).map_err(signing)?.der().to_vec())
    }
}

/// Nameless parameters, valid from a day ago for this many days from now.
fn valid(now_us: i64, days: i64) -> Result<CertificateParams, AuthorityError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.not_before = date_time_ymd(1970, 1, 1) + since_1970(now_us.saturating_sub(EARLIER_DAYS * DAY_US))?;
    params.not_after = date_time_ymd(1970, 1, 1) + since_1970(now_us.saturating_add(days * DAY_US))?;
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn since_1970(time_us: i64) -> Result<Duration, AuthorityError> {
    // Beyond the year 9000 the date could no longer be written.
    const LAST_SECOND: u64 = 7_030 * 31_556_952;
    let seconds = u64::try_from(seconds(time_us)).map_err(|_| AuthorityError::Clock)?;
    if seconds > LAST_SECOND { Err(AuthorityError::Clock) } else { Ok(Duration::from_secs(seconds)) }
}

/// 127 random bits: positive, and not guessable (CA/Browser Forum, 7.1).
fn set_serial(params: &mut CertificateParams) -> Result<String, AuthorityError> {
    let [first, rest @ ..] = random::<16>().map_err(|error| AuthorityError::Signing(error.to_string()))?;
    let serial: Vec<u8> = core::iter::once((first & 0x3F) | 0x40).chain(rest).collect();
    let text = to_hex(&serial);
    params.serial_number = Some(SerialNumber::from(serial));
    Ok(text)
}

fn serial_of(text: &str) -> Option<SerialNumber> {
    crate::secret::from_hex::<16>(text).map(|bytes| SerialNumber::from(bytes.to_vec()))
}

fn signing(error: rcgen::Error) -> AuthorityError {
    AuthorityError::Signing(error.to_string())
}
