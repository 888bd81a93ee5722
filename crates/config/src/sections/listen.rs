//! `[listen]`

use crate::at::At;
use crate::check::Check;
use crate::files::Purpose;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawListen {
    /// Address and port of the console and the API.
    #[schemars(extend("x-form" = "an address and port, such as `\"0.0.0.0:8443\"` or `\"[::1]:8443\"`"))]
    pub(crate) address: At<String>,
    /// How connections are protected: by a certificate of the product's own local CA, by the plant's certificate, or
    /// not at all, which is only for an address of this machine behind a proxy. A certificate that was imported with
    /// `yagura admin certificate import` takes the place of the local CA's.
    tls: At<Mode>,
    /// The plant's certificate with its chain, PEM.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    certificate_file: Option<At<String>>,
    /// Key of the certificate, PEM.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    key_file: Option<At<String>>,
    /// Names under which browsers may reach the console, besides the address itself; requests for others are refused.
    #[schemars(extend("x-form" = "a list of host names, such as `[\"yagura.plant.example\"]`"))]
    allowed_hosts: Vec<At<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    LocalCa,
    Files,
    Off,
}

/// The address of the console and the API.
#[derive(Clone, Debug)]
pub struct Listen {
    /// Address and port.
    pub address: SocketAddr,
    /// How connections are protected.
    pub tls: Tls,
    /// Further host names, in lower case.
    pub allowed_hosts: Vec<String>,
}

/// How connections are protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// By a certificate of the product's own CA.
    LocalCa,
    /// By the plant's certificate.
    Files {
        /// The certificate and its chain, PEM.
        certificate_file: PathBuf,
        /// Its key, PEM.
        key_file: PathBuf,
    },
    /// Not at all; the address is one of this machine.
    Off,
}

impl Default for RawListen {
    fn default() -> Self {
        Self {
            address: "0.0.0.0:8443".into(),
            tls: Mode::LocalCa.into(),
            certificate_file: None,
            key_file: None,
            allowed_hosts: Vec::new(),
        }
    }
}

pub(crate) fn check(raw: &RawListen, check: &mut Check<'_>) -> Option<Listen> {
    let address: Option<SocketAddr> = check.parsed(&raw.address);
    let certificate = check.optional_path(&raw.certificate_file, Purpose::Public);
    let key = check.optional_path(&raw.key_file, Purpose::Secret);
    for host in &raw.allowed_hosts {
        if !is_host(&host.value) {
            check
                .because(host, format!("`{}` is no host name: write it without scheme and port", host.value));
        }
    }
    let allowed_hosts = raw.allowed_hosts.iter().map(|host| host.value.to_lowercase()).collect();
    let mode = raw.tls.value;
    for (key, file) in [("certificate_file", &raw.certificate_file), ("key_file", &raw.key_file)] {
        match (mode, file) {
            (Mode::Files, None) => {
                check.missing(
                    &format!("listen.{key}"),
                    "is missing: `tls = \"files\"` needs certificate_file and key_file",
                );
            }
            (Mode::LocalCa | Mode::Off, Some(file)) => {
                check.because(file, "is not used: write `tls = \"files\"` as well, or remove it");
            }
            _ => {}
        }
    }
    if mode == Mode::Off && address.is_some_and(|address| !address.ip().is_loopback()) {
        check.because(&raw.tls, "`off` is only for an address of this machine, such as `\"127.0.0.1:8443\"`");
    }
    let tls = match mode {
        Mode::LocalCa => Tls::LocalCa,
        Mode::Off => Tls::Off,
        Mode::Files => Tls::Files { certificate_file: certificate?, key_file: key? },
    };
    Some(Listen { address: address?, tls, allowed_hosts })
}

/// A name of RFC 1123, section 2.1, or an address.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.parse::<std::net::IpAddr>().is_ok() || (text.len() <= 253 && text.split('.').all(is_label))
}
