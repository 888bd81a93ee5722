//! `[login]`

use crate::at::At;
use crate::check::Check;
use crate::files::Purpose;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawLogin {
    /// Minutes without a request after which a session ends.
    #[schemars(range(min = 5, max = 1440), extend("x-change" = "live"))]
    idle_minutes: At<u32>,
    /// Minutes after which a session ends in any case.
    #[schemars(range(min = 15, max = 10_080), extend("x-change" = "live"))]
    absolute_minutes: At<u32>,
    /// Minutes for which a one-time link, such as that of the first start, is good.
    #[schemars(range(min = 5, max = 10_080), extend("x-change" = "live"))]
    link_minutes: At<u32>,
    /// Letters that a password must have.
    #[schemars(range(min = 8, max = 128), extend("x-change" = "live"))]
    password_length_min: At<u32>,
    /// Log-in by OpenID Connect.
    oidc: Option<At<RawOidc>>,
    /// Log-in by a directory.
    ldap: Option<At<RawLdap>>,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
struct RawOidc {
    /// The provider's issuer; required.
    #[schemars(extend("x-form" = "a URL that begins with `https://`"))]
    issuer: Option<At<String>>,
    /// Under which name the provider knows this product; required.
    client_id: Option<At<String>>,
    /// File with the secret that the provider gave; without it, the client is a public one.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    client_secret_file: Option<At<String>>,
    /// What the button says.
    label: At<String>,
    /// Claim with the groups of a person.
    groups_claim: At<String>,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
struct RawLdap {
    /// The directory; required.
    #[schemars(extend("x-form" = "`\"ldaps://HOST:PORT\"`, or `\"ldap://HOST:PORT\"` with `start_tls = true`"))]
    url: Option<At<String>>,
    /// Whether a connection to `ldap://` is protected by StartTLS.
    start_tls: At<bool>,
    /// Certificate of the directory's CA, PEM; without it, those of the machine count.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    ca_file: Option<At<String>>,
    /// Who looks people up; without it, anybody may.
    bind_dn: Option<At<String>>,
    /// File with the password of `bind_dn`.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    bind_password_file: Option<At<String>>,
    /// Below which entry people are; required.
    base_dn: Option<At<String>>,
    /// How a person is found; `{user}` stands for the name given at log-in.
    #[schemars(extend("x-form" = "a filter of RFC 4515 with `{user}` in it, such as `\"(uid={user})\"`"))]
    user_filter: At<String>,
    /// Attribute with the groups of a person.
    groups_attribute: At<String>,
}

/// Sessions, and log-in by other systems.
#[derive(Clone, Debug)]
pub struct Login {
    /// Time without a request after which a session ends.
    pub idle: Duration,
    /// Time after which a session ends in any case; not less than `idle`.
    pub absolute: Duration,
    /// For how long a one-time link is good.
    pub link: Duration,
    /// Letters that a password must have.
    pub password_length_min: u32,
    /// OpenID Connect, when wanted.
    pub oidc: Option<Oidc>,
    /// A directory, when wanted.
    pub ldap: Option<Ldap>,
}

/// Log-in by OpenID Connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oidc {
    /// The issuer's URL.
    pub issuer: String,
    /// The product's name there.
    pub client_id: String,
    /// File with its secret.
    pub client_secret_file: Option<PathBuf>,
    /// What the button says.
    pub label: String,
    /// Claim with the groups of a person.
    pub groups_claim: String,
}

/// Log-in by a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ldap {
    /// `ldaps://…`, or `ldap://…` with `start_tls`.
    pub url: String,
    /// Whether StartTLS protects the connection.
    pub start_tls: bool,
    /// Certificate of the directory's CA.
    pub ca_file: Option<PathBuf>,
    /// Who looks people up, and the file with the password.
    pub bind: Option<(String, PathBuf)>,
    /// Below which entry people are.
    pub base_dn: String,
    /// How a person is found; `{user}` is to be replaced by the escaped name.
    pub user_filter: String,
    /// Attribute with the groups of a person.
    pub groups_attribute: String,
}

impl Default for RawLogin {
    fn default() -> Self {
        Self {
            idle_minutes: 30.into(),
            absolute_minutes: 720.into(),
            link_minutes: 60.into(),
            password_length_min: 12.into(),
            oidc: None,
            ldap: None,
        }
    }
}

impl Default for RawOidc {
    fn default() -> Self {
        Self {
            issuer: None,
            client_id: None,
            client_secret_file: None,
            label: "Single sign-on".into(),
            groups_claim: "groups".into(),
        }
    }
}

impl Default for RawLdap {
    fn default() -> Self {
        Self {
            url: None,
            start_tls: false.into(),
            ca_file: None,
            bind_dn: None,
            bind_password_file: None,
            base_dn: None,
            user_filter: "(uid={user})".into(),
            groups_attribute: "memberOf".into(),
        }
    }
}

pub(crate) fn check(raw: &RawLogin, check: &mut Check<'_>) -> Option<Login> {
    let minutes = |at: &At<u32>| Duration::from_secs(u64::from(at.value) * 60);
    if raw.idle_minutes.value > raw.absolute_minutes.value {
        let text = format!(
            "idle_minutes ({}) is more than absolute_minutes ({}): write at most that",
            raw.idle_minutes.value, raw.absolute_minutes.value
        );
        check.missing("login.idle_minutes", text);
    }
    let oidc = raw.oidc.as_ref().map(|entry| oidc(entry, check));
    let ldap = raw.ldap.as_ref().map(|entry| ldap(entry, check));
    Some(Login {
        idle: minutes(&raw.idle_minutes),
        absolute: minutes(&raw.absolute_minutes),
        link: minutes(&raw.link_minutes),
        password_length_min: raw.password_length_min.value,
        oidc: oidc.map_or(Some(None), |oidc| oidc.map(Some))?,
        ldap: ldap.map_or(Some(None), |ldap| ldap.map(Some))?,
    })
}

fn oidc(entry: &At<RawOidc>, check: &mut Check<'_>) -> Option<Oidc> {
    let raw = &entry.value;
    let issuer = required(entry, &raw.issuer, "issuer", check);
    if let Some(at) = issuer {
        let is_fine =
            Url::parse(&at.value).is_ok_and(|url| url.scheme() == "https" && url.password().is_none());
        if !is_fine {
            check.refuse(at);
        }
    }
    let client_id = required(entry, &raw.client_id, "client_id", check).and_then(|at| check.text(at));
    let client_secret_file = check.optional_path(&raw.client_secret_file, Purpose::Secret);
    let (label, groups_claim) = (check.text(&raw.label), check.text(&raw.groups_claim));
    Some(Oidc {
        issuer: issuer?.value.clone(),
        client_id: client_id?,
        client_secret_file,
        label: label?,
        groups_claim: groups_claim?,
    })
}

fn ldap(entry: &At<RawLdap>, check: &mut Check<'_>) -> Option<Ldap> {
    let raw = &entry.value;
    let url = required(entry, &raw.url, "url", check);
    if let Some(at) = url {
        let parsed = Url::parse(&at.value).ok().filter(|url| url.password().is_none() && url.has_host());
        match (parsed.as_ref().map(Url::scheme), raw.start_tls.value) {
            (Some("ldaps"), false) | (Some("ldap"), true) => {}
            (Some("ldap"), false) => {
                check.because(
                    at,
                    "would send passwords in clear: write `ldaps://`, or add `start_tls = true`",
                );
            }
            (Some("ldaps"), true) => {
                check.because(&raw.start_tls, "is for `ldap://`; `ldaps://` is protected already: remove it");
            }
            _ => check.refuse(at),
        }
    }
    let base_dn = required(entry, &raw.base_dn, "base_dn", check);
    let ca_file = check.optional_path(&raw.ca_file, Purpose::Public);
    let password = check.optional_path(&raw.bind_password_file, Purpose::Secret);
    match (&raw.bind_dn, &raw.bind_password_file) {
        (Some(_), None) => check.missing_in(entry, "bind_password_file"),
        (None, Some(_)) => check.missing_in(entry, "bind_dn"),
        _ => {}
    }
    if !raw.user_filter.value.contains("{user}") || !raw.user_filter.value.starts_with('(') {
        check.refuse(&raw.user_filter);
    }
    Some(Ldap {
        url: url?.value.clone(),
        start_tls: raw.start_tls.value,
        ca_file,
        bind: raw.bind_dn.as_ref().map(|dn| dn.value.clone()).zip(password),
        base_dn: base_dn?.value.clone(),
        user_filter: raw.user_filter.value.clone(),
        groups_attribute: check.text(&raw.groups_attribute)?,
    })
}

fn required<'a, T, V>(
    entry: &At<T>,
    value: &'a Option<At<V>>,
    key: &str,
    check: &mut Check<'_>,
) -> Option<&'a At<V>> {
    if value.is_none() {
        check.missing_in(entry, key);
    }
    value.as_ref()
}
