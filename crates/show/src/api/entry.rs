//! How people and machines come in: what the configuration says about it.

use authz::{Grant, Role, Scope};
use facts::id::SiteId;
use login::Secret;
use login::directory::DirectoryConfig;
use login::groups::GroupRule;
use login::oidc::OidcConfig;
use store::{Store, StoreError, structure};

/// Name under which the redirect of an identity provider comes back, below the base of the interface.
pub(crate) const OIDC_REDIRECT: &str = "/auth/oidc/callback";

/// How people and machines come in.
#[derive(Debug)]
pub struct Entry {
    /// The plant's name, shown by authenticator apps and passkey dialogs.
    pub site_name: String,
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
}

/// Members of a group of the directory or the provider get a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The group, as it is told; capitals do not matter.
    pub group: String,
    /// What its members get.
    pub role: Role,
    /// Names or codes of the lines where it counts; `None` for everywhere.
    pub lines: Option<Vec<String>>,
    /// Names of the zones where it counts; `None` for everywhere.
    pub zones: Option<Vec<String>>,
    /// The first moment at which it no longer counts, microseconds since 1970 UTC.
    pub until_us: Option<i64>,
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
}

impl Default for Entry {
    fn default() -> Self {
        Self { site_name: String::from("Yagura"), directory: None, provider: None }
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

/// What the groups of somebody give now. A rule whose lines or zones are none of the plant's gives nothing, and the log
/// says so: a slip in a name must never give more.
pub(crate) async fn grants(
    store: &Store,
    site: SiteId,
    groups: &[String],
    rules: &[Rule],
    now_us: i64,
) -> Result<Vec<Grant>, StoreError> {
    let counts = |rule: &&Rule| rule.until_us.is_none_or(|until_us| until_us > now_us);
    let is_member = |rule: &&Rule| {
        let wanted = rule.group.to_lowercase();
        groups.iter().any(|group| group.to_lowercase() == wanted)
    };
    let matching: Vec<&Rule> = rules.iter().filter(counts).filter(is_member).collect();
    let lines = structure::line::list(store, site).await?;
    let zones = structure::zone::list(store, site).await?;
    let mut given = Vec::new();
    for rule in matching {
        let lines = rule.lines.as_ref().map(|names| {
            let named = |name: &String| lines.iter().find(|line| line.name == *name || line.code == *name);
            names
                .iter()
                .filter_map(|name| told(rule, "line", name, named(name).map(|line| line.id)))
                .collect()
        });
        let zones = rule.zones.as_ref().map(|names| {
            let named = |name: &String| zones.iter().find(|zone| zone.name == *name);
            names
                .iter()
                .filter_map(|name| told(rule, "zone", name, named(name).map(|zone| zone.id)))
                .collect()
        });
        let scope = Scope { lines, zones, until_us: rule.until_us };
        let is_nowhere = scope.lines.as_ref().is_some_and(std::collections::BTreeSet::is_empty)
            || scope.zones.as_ref().is_some_and(std::collections::BTreeSet::is_empty);
        if !is_nowhere {
            given.push(GroupRule { group: rule.group.clone(), role: rule.role, scope });
        }
    }
    Ok(login::groups::grants_of(groups, &given).unwrap_or_else(|error| {
        tracing::error!("[[login.groups]]: cannot {error}");
        Vec::new()
    }))
}

/// The id of a named place, or nothing and a line in the log.
fn told<T>(rule: &Rule, what: &str, name: &str, id: Option<T>) -> Option<T> {
    if id.is_none() {
        tracing::warn!("[[login.groups]] of {}: there is no {what} {name}", rule.group);
    }
    id
}
