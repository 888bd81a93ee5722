//! How people and machines come in: what the configuration says about it.

use authz::Grant;
use login::Secret;
use login::directory::DirectoryConfig;
use login::groups::GroupRule;
use login::oidc::OidcConfig;

/// Name under which the redirect of an identity provider comes back, below the base of the interface.
pub(crate) const OIDC_REDIRECT: &str = "/auth/oidc/callback";

/// How people and machines come in.
#[derive(Debug)]
pub struct Entry {
    /// The plant's name, shown by authenticator apps and passkey dialogs.
    pub site_name: String,
    /// Requests of one address or one actor in a minute.
    pub requests_per_minute: u32,
    /// Attempts of one address to log in, in a minute.
    pub logins_per_minute: u32,
    /// How long a one-time link for a person works, in microseconds.
    pub link_us: i64,
    /// A directory that vouches for people.
    pub directory: Option<Directory>,
    /// An identity provider that vouches for people.
    pub provider: Option<Provider>,
}

/// A directory (LDAP) that vouches for people.
#[derive(Debug)]
pub struct Directory {
    /// How it is reached and asked.
    pub config: DirectoryConfig,
    /// What its groups give.
    pub rules: Vec<GroupRule>,
}

/// An identity provider (OpenID Connect) that vouches for people.
#[derive(Debug)]
pub struct Provider {
    /// What the button says.
    pub label: String,
    /// The issuer.
    pub issuer: String,
    /// The product's id there.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: Option<Secret<String>>,
    /// The claim with the groups.
    pub groups_claim: String,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// An authority (PEM) for the provider's certificate.
    pub authority_pem: Option<String>,
    /// What its groups give.
    pub rules: Vec<GroupRule>,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            site_name: String::from("Yagura"),
            requests_per_minute: 1200,
            logins_per_minute: 10,
            link_us: 3_600_000_000,
            directory: None,
            provider: None,
        }
    }
}

impl Directory {
    /// The word that stands for it among users' origins.
    pub(crate) const ORIGIN: &'static str = "ldap";
}

impl Provider {
    /// The word that stands for it among users' origins.
    pub(crate) const ORIGIN: &'static str = "oidc";

    /// As the log-in takes it; `own` is the server's origin.
    pub(crate) fn config(&self, own: &str) -> OidcConfig {
        let secret = self.client_secret.as_ref().map(|secret| Secret::new(secret.expose().clone()));
        OidcConfig {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: secret,
            redirect: format!("{own}{}{OIDC_REDIRECT}", super::BASE),
            groups_claim: self.groups_claim.clone(),
            scopes: self.scopes.clone(),
            authority_pem: self.authority_pem.clone(),
        }
    }
}

/// What the groups of somebody give; nothing where a rule cannot be granted, which the configuration's check told.
pub(crate) fn grants(groups: &[String], rules: &[GroupRule]) -> Vec<Grant> {
    login::groups::grants_of(groups, rules).unwrap_or_default()
}
