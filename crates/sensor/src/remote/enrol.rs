//! How a sensor joins a site: once, with a one-time link that somebody made in the site's console or interface.

use super::frames::{Frames, send};
use super::identity::{Identity, IdentityError};
use super::link::{PATIENCE, connect, is_authority};
use super::words::{Enrolment, FRAME_MAX, PROTOCOL, ToSensor, ToSite};
use login::Secret;
use login::certificate::{pinned_tls, request_sensor_certificate};
use std::path::Path;
use std::{error, fmt, io};
use tokio::time::timeout;

/// How a link begins.
const SCHEME: &str = "yagura-sensor://";
/// Hexadecimal digits of a fingerprint.
const FINGERPRINT_LEN: usize = 64;

/// A one-time link: `yagura-sensor://HOST:PORT/#CODE.FINGERPRINT`, as `show` writes it (`sensors.rs`).
#[derive(Debug)]
pub struct EnrolmentLink {
    /// `host:port` of the site.
    pub site: String,
    code: Secret<String>,
    /// SHA-256 of the site's authority.
    fingerprint: String,
}

/// The text is no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkError;

impl fmt::Display for LinkError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "read the link: it is not whole; copy everything from `{SCHEME}` on, in quotation marks")
    }
}

impl error::Error for LinkError {}

impl std::str::FromStr for EnrolmentLink {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        let rest = text.trim().strip_prefix(SCHEME).ok_or(LinkError)?;
        let (site, secrets) = rest.split_once("/#").ok_or(LinkError)?;
        let (code, fingerprint) = secrets.split_once('.').ok_or(LinkError)?;
        let (host, port) = site.rsplit_once(':').ok_or(LinkError)?;
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_whole = !host.is_empty()
            && port.parse::<u16>().is_ok_and(|port| port > 0)
            && !code.is_empty()
            && fingerprint.len() == FINGERPRINT_LEN
            && fingerprint.bytes().all(is_hex);
        if !is_whole {
            return Err(LinkError);
        }
        let (site, fingerprint) = (site.to_owned(), fingerprint.to_owned());
        Ok(Self { site, code: Secret::new(code.to_owned()), fingerprint })
    }
}

/// Why a sensor could not enrol.
#[derive(Debug)]
pub enum EnrolError {
    /// The folder cannot be used.
    Folder(IdentityError),
    /// No key could be made.
    Key(String),
    /// The site was not reached, or is not the one of the link.
    Link(String, String),
    /// The site refuses.
    Refused(String),
}

impl fmt::Display for EnrolError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(source) => source.fmt(out),
            Self::Key(why) => write!(out, "make a key: {why}"),
            Self::Link(site, why) => write!(out, "enrol at {site}: {why}"),
            Self::Refused(why) => write!(out, "enrol: the site says: {why}"),
        }
    }
}

impl error::Error for EnrolError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Folder(source) => Some(source),
            _ => None,
        }
    }
}

/// Uses a link and keeps what the site answers in a folder, for this user alone. The key is made here and stays here.
pub fn enrol(link: &EnrolmentLink, folder: &Path, program: &str) -> Result<Identity, EnrolError> {
    Identity::prepare(folder).map_err(EnrolError::Folder)?;
    let made = request_sensor_certificate().map_err(|error| EnrolError::Key(error.to_string()))?;
    let failed = |why: String| EnrolError::Link(link.site.clone(), why);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| failed(error.to_string()))?;
    let enrolment = Enrolment {
        protocol: PROTOCOL,
        code: link.code.expose().clone(),
        request: made.request_pem,
        program: program.to_owned(),
    };
    let enrolled = match runtime.block_on(ask(link, enrolment)).map_err(failed)? {
        ToSensor::Enrolled(enrolled) => enrolled,
        ToSensor::Refused(why) => return Err(EnrolError::Refused(why)),
        _ => return Err(failed("the site's answer is none".into())),
    };
    if !is_authority(&enrolled.authority, &link.fingerprint) {
        return Err(failed("the authority that the site names is not the one of the link".into()));
    }
    Identity::write(folder, &enrolled, &link.site, &made.key_pem).map_err(EnrolError::Folder)
}

async fn ask(link: &EnrolmentLink, enrolment: Enrolment) -> Result<ToSensor, String> {
    let tls = pinned_tls(&link.fingerprint).map_err(|error| format!("failed to {error}"))?;
    let stream = connect(&link.site, tls).await?;
    let (reading, mut writing) = tokio::io::split(stream);
    let broken = |error: io::Error| format!("the link broke: {error}");
    send(&mut writing, &ToSite::Enrol(enrolment).encode(), PATIENCE).await.map_err(broken)?;
    let answer = timeout(PATIENCE, Frames::new(reading, FRAME_MAX).next()).await;
    let answer = answer.map_err(|_| "the site does not answer".to_owned())?.map_err(broken)?;
    ToSensor::decode(&answer).map_err(|defect| format!("the site's answer cannot be read: {defect:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_whole_or_none() {
        let fingerprint = "0f".repeat(32);
        let text = format!("yagura-sensor://[fd00::1]:8444/#yn_1_2.{fingerprint}");
        let link: EnrolmentLink = text.parse().unwrap();
        assert_eq!((link.site.as_str(), link.code.expose().as_str()), ("[fd00::1]:8444", "yn_1_2"));
        assert_eq!(link.fingerprint, fingerprint);
        assert!(!format!("{link:?}").contains("yn_1_2"), "the code is a secret");
        for end in 0..text.len() {
            assert_eq!(text[..end].parse::<EnrolmentLink>().err(), Some(LinkError), "{end}");
        }
        for wrong in [text.replace("8444", "0"), text.replace("0f0f", "0g0f"), text.replace("//", "/")] {
            assert!(wrong.parse::<EnrolmentLink>().is_err(), "{wrong}");
        }
    }
}
