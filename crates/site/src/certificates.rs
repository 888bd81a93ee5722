//! The server's own certificate, from a local authority that is made at the first start.

use crate::settings::SiteError;
use login::Secret;
use login::certificate::Authority;
use show::api::{CertificateSource, Served};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Chain and key in PEM for these names, freshly issued: a start is rarer than the end of a certificate, and a key
/// that is never stored cannot be stolen from the disk.
pub fn local(
    folder: &Path,
    site: &str,
    names: &[String],
    now_us: i64,
) -> Result<(String, String), SiteError> {
    let authority = authority(folder, site, now_us)?;
    let issued = authority.issue_server(names, now_us).map_err(failed("issue the server's certificate"))?;
    let key = issued
        .key_pem
        .ok_or_else(|| SiteError("cannot use the server's certificate: it has no key".into()))?;
    Ok((issued.pem + authority.certificate_pem(), key.expose().clone()))
}

/// The plant's authority; people import `authority.pem` into their browsers once.
pub(crate) fn authority(folder: &Path, site: &str, now_us: i64) -> Result<Authority, SiteError> {
    let (certificate, key) = (folder.join("authority.pem"), folder.join("authority.key"));
    let kept = fs::read_to_string(&certificate).and_then(|pem| Ok((pem, fs::read_to_string(&key)?)));
    match kept {
        Ok((pem, key)) => {
            Authority::from_pem(&pem, &Secret::new(key)).map_err(failed("use the local authority"))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let authority = Authority::create(site, now_us).map_err(failed("make the local authority"))?;
            // The key first: a certificate without its key would be taken for a whole authority.
            write(&key, authority.key_pem().expose(), 0o600).map_err(failed("write the authority's key"))?;
            write(&certificate, authority.certificate_pem(), 0o644).map_err(failed("write the authority"))?;
            Ok(authority)
        }
        Err(error) => Err(SiteError(format!("cannot read {}: {error}", certificate.display()))),
    }
}

/// What is served, told from where it came.
pub(crate) fn served(folder: &Path, chain: &str) -> Served {
    let is = |name: &str| fs::read_to_string(folder.join(name)).is_ok_and(|text| chain.ends_with(&text));
    let source = if is("authority.pem") {
        CertificateSource::OwnAuthority
    } else if is(crate::imported::CHAIN) {
        CertificateSource::Imported
    } else {
        CertificateSource::Files
    };
    Served { chain: chain.to_owned(), source }
}

fn write(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn failed<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> SiteError + '_ {
    move |error| SiteError(format!("cannot {what}: {error}"))
}
