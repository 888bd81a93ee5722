//! `[login]`

use crate::at::At;
use crate::check::Check;
use crate::files::Purpose;
use jiff::civil::Date;
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
    /// What members of a group of the provider or the directory may do. One section for each rule; who is in no group
    /// that is named here does not come in.
    #[schemars(extend("x-change" = "live"))]
    groups: Vec<At<RawGroup>>,
}

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
struct RawGroup {
    /// The group, as the provider says it, or its whole name in the directory; capitals do not matter. Required.
    #[schemars(extend("x-change" = "live"))]
    group: Option<At<String>>,
    /// What its members may do; required.
    #[schemars(extend("x-change" = "live"))]
    role: Option<At<Role>>,
    /// Names or codes of the lines on which the role counts; without this key, on all.
    #[schemars(extend("x-change" = "live"))]
    lines: Option<Vec<At<String>>>,
    /// Names of the zones in which the role counts; without this key, in all.
    #[schemars(extend("x-change" = "live"))]
    zones: Option<Vec<At<String>>>,
    /// The last day on which the rule counts; an auditor needs one.
    #[schemars(extend("x-change" = "live", "x-form" = "a day, such as `2027-03-31`"))]
    until: Option<At<String>>,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Looks after assets.
    Operator,
    /// Is responsible for the plant or some lines.
    SiteLeader,
    /// Looks at everything for a while.
    Auditor,
    /// Runs the product.
    Administrator,
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
    /// What the provider is asked for besides `openid`; some tell groups only for a scope of their own.
    scopes: Vec<At<String>>,
    /// Certificate of the provider's CA, PEM; without it, those of the machine count.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    ca_file: Option<At<String>>,
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
    /// What members of groups may do.
    pub groups: Vec<Group>,
}

/// What members of a group may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The group, as the provider or the directory says it.
    pub group: String,
    /// What they may do.
    pub role: Role,
    /// Names or codes of the lines on which it counts; `None` for all.
    pub lines: Option<Vec<String>>,
    /// Names of the zones in which it counts; `None` for all.
    pub zones: Option<Vec<String>>,
    /// The last day on which it counts.
    pub until: Option<Date>,
}

impl Role {
    /// The word that the file uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::SiteLeader => "site-leader",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }
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
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Certificate of the provider's CA.
    pub ca_file: Option<PathBuf>,
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
            groups: Vec::new(),
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
            scopes: vec!["profile".into(), "email".into()],
            ca_file: None,
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
    let groups: Vec<_> = raw.groups.iter().map(|entry| group(entry, check)).collect();
    Some(Login {
        idle: minutes(&raw.idle_minutes),
        absolute: minutes(&raw.absolute_minutes),
        link: minutes(&raw.link_minutes),
        password_length_min: raw.password_length_min.value,
        oidc: oidc.map_or(Some(None), |oidc| oidc.map(Some))?,
        ldap: ldap.map_or(Some(None), |ldap| ldap.map(Some))?,
        groups: groups.into_iter().collect::<Option<_>>()?,
    })
}

fn group(entry: &At<RawGroup>, check: &mut Check<'_>) -> Option<Group> {
    let raw = &entry.value;
    let group = required(entry, &raw.group, "group", check);
    let is_name = |name: &str| !name.is_empty() && name.len() <= 1000 && !name.chars().any(char::is_control);
    let group = group.filter(|at| {
        let fits = is_name(at.value.trim());
        if !fits {
            check.because(at, "write the name of a group, in one line");
        }
        fits
    });
    let role = required(entry, &raw.role, "role", check).map(|at| at.value);
    let until = raw.until.as_ref().map(|at| check.parsed::<Date>(at));
    if role == Some(Role::Auditor) && raw.until.is_none() {
        check.missing_in(entry, "until");
    }
    let mut names = |list: &Option<Vec<At<String>>>| {
        let names = list.as_ref()?.iter().map(|at| check.text(at)).collect::<Vec<_>>();
        Some(names.into_iter().collect::<Option<Vec<_>>>())
    };
    let (lines, zones) = (names(&raw.lines), names(&raw.zones));
    Some(Group {
        group: group?.value.trim().to_owned(),
        role: role?,
        lines: lines.map_or(Some(None), |names| names.map(Some))?,
        zones: zones.map_or(Some(None), |names| names.map(Some))?,
        until: until.map_or(Some(None), |until| until.map(Some))?,
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
    let ca_file = check.optional_path(&raw.ca_file, Purpose::Public);
    let (label, groups_claim) = (check.text(&raw.label), check.text(&raw.groups_claim));
    let scopes: Vec<_> = raw.scopes.iter().map(|at| check.text(at)).collect();
    Some(Oidc {
        issuer: issuer?.value.clone(),
        client_id: client_id?,
        client_secret_file,
        label: label?,
        groups_claim: groups_claim?,
        scopes: scopes.into_iter().collect::<Option<_>>()?,
        ca_file,
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
