//! Log-in at a directory (LDAP): find the user with the product's own account, then bind as the user.
//!
//! Always encrypted, except on this machine itself. What the user types reaches a filter only escaped (RFC 4515), and
//! an empty password never reaches the directory, where it would succeed as nobody (RFC 4513 section 5.1.2).

use crate::certificate::client_tls;
use crate::failure::failures;
use crate::groups::ExternalIdentity;
use crate::secret::Secret;
use core::time::Duration;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, Scope, SearchEntry, SearchOptions, ldap_escape};
use std::sync::Arc;

/// The longest that the directory may take for one answer.
const TIMEOUT: Duration = Duration::from_secs(10);
const SUCCESS: u32 = 0;
/// Result codes of RFC 4511 appendix A.
const SIZE_LIMIT_EXCEEDED: u32 = 4;
const NO_SUCH_OBJECT: u32 = 32;
const INVALID_CREDENTIALS: u32 = 49;
/// The most groups that are read of one user.
const GROUPS_MAX: i32 = 1_000;

/// A directory as the site is configured for it.
#[derive(Debug)]
pub struct DirectoryConfig {
    /// `ldaps://host`, or `ldap://host` with StartTLS.
    pub url: String,
    /// The product's own account, by its distinguished name; empty where anybody may look people up.
    pub bind_name: String,
    /// Its password.
    pub bind_password: Secret<String>,
    /// Below which users are found.
    pub user_base: String,
    /// The filter for a user; `{user}` stands for the escaped name, such as `(&(objectClass=person)(uid={user}))`.
    pub user_filter: String,
    /// Where the groups come from.
    pub groups: GroupSource,
    /// The attribute with the name to show, such as `displayName`.
    pub name_attribute: String,
    /// The attribute with the mail address, such as `mail`.
    pub mail_attribute: String,
    /// An authority (PEM) that signs the directory's certificate, when the system does not know it.
    pub authority_pem: Option<String>,
}

/// Where the groups of a user come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupSource {
    /// An attribute of the user, such as `memberOf`.
    Attribute(String),
    /// A search below a base; `{dn}` in the filter stands for the user's escaped distinguished name, such as
    /// `(member={dn})`.
    Search {
        /// Below which groups are found.
        base: String,
        /// The filter.
        filter: String,
    },
}

failures! {
    /// Why a log-in at the directory did not work.
    DirectoryError {
        /// The configuration cannot be used.
        Config(String) "use the directory's configuration";
        /// The directory cannot be reached, or breaks off.
        Unreachable(String) "reach the directory";
        /// The product's own account is refused.
        OwnAccount(String) "log in at the directory with the product's own account";
        /// The filter finds several users for the name, so none can be trusted.
        Ambiguous "tell the user from others: the filter finds more than one";
        /// No such user, or a wrong password; which of both is not told.
        Refused "accept the name and password";
    }
}

/// Who the directory says this is.
///
/// # Errors
/// When the directory refuses, finds nobody or several, or cannot be asked.
pub async fn directory_login(
    config: &DirectoryConfig,
    user_name: &str,
    password: &Secret<String>,
) -> Result<ExternalIdentity, DirectoryError> {
    if user_name.is_empty() || password.expose().is_empty() {
        return Err(DirectoryError::Refused);
    }
    let has_account = !config.bind_name.is_empty();
    if has_account && config.bind_password.expose().is_empty() {
        return Err(DirectoryError::Config(String::from(
            "the password of the product's own account is empty",
        )));
    }
    let mut own = connect(config).await?;
    if has_account {
        let password = config.bind_password.expose();
        let answer = own.simple_bind(&config.bind_name, password).await.map_err(unreachable)?;
        if answer.rc != SUCCESS {
            return Err(DirectoryError::OwnAccount(answer.to_string()));
        }
    }
    let found = find_user(&mut own, config, user_name).await;
    let user = match found {
        Ok(user) => user,
        Err(error) => return closed(own, Err(error)).await,
    };
    // A connection of its own, so that the search for groups still has the rights of the product's account.
    let mut users = connect(config).await?;
    let answer = users.simple_bind(&user.dn, password.expose()).await.map_err(unreachable)?;
    let _ = users.unbind().await;
    match answer.rc {
        SUCCESS => {}
        INVALID_CREDENTIALS => return closed(own, Err(DirectoryError::Refused)).await,
        _ => return closed(own, Err(DirectoryError::Unreachable(answer.to_string()))).await,
    }
    let groups = find_groups(&mut own, config, &user).await;
    let identity = groups.map(|groups| ExternalIdentity {
        name: first(&user, &config.name_attribute).unwrap_or_else(|| user_name.to_owned()),
        email: first(&user, &config.mail_attribute),
        subject: user.dn,
        groups,
    });
    closed(own, identity).await
}

async fn closed<T>(mut ldap: Ldap, result: Result<T, DirectoryError>) -> Result<T, DirectoryError> {
    let _ = ldap.unbind().await;
    result
}

async fn connect(config: &DirectoryConfig) -> Result<Ldap, DirectoryError> {
    let url =
        url::Url::parse(&config.url).map_err(|error| DirectoryError::Config(format!("url: {error}")))?;
    let host = url.host_str().unwrap_or_default();
    let local = matches!(host, "127.0.0.1" | "[::1]" | "localhost");
    let mut settings = LdapConnSettings::new().set_conn_timeout(TIMEOUT);
    settings = match url.scheme() {
        "ldaps" => settings,
        "ldap" => settings.set_starttls(!local),
        other => return Err(DirectoryError::Config(format!("url: {other} is neither ldaps nor ldap"))),
    };
    if let Some(pem) = &config.authority_pem {
        let tls = client_tls(pem, None).map_err(|error| DirectoryError::Config(error.to_string()))?;
        settings = settings.set_config(Arc::new(tls));
    }
    let (connection, mut ldap) =
        LdapConnAsync::from_url_with_settings(settings, &url).await.map_err(unreachable)?;
    tokio::spawn(async move {
        // What breaks the connection also fails the operation that waits for it, which tells it.
        let _ = connection.drive().await;
    });
    ldap.with_timeout(TIMEOUT);
    Ok(ldap)
}

async fn find_user(
    ldap: &mut Ldap,
    config: &DirectoryConfig,
    user_name: &str,
) -> Result<SearchEntry, DirectoryError> {
    let filter = config.user_filter.replace("{user}", &ldap_escape(user_name));
    let mut attributes = vec![config.name_attribute.as_str(), config.mail_attribute.as_str()];
    if let GroupSource::Attribute(attribute) = &config.groups {
        attributes.push(attribute);
    }
    let mut entries = search(ldap, &config.user_base, &filter, attributes, 2).await?;
    match (entries.pop(), entries.pop()) {
        (Some(user), None) if !user.dn.is_empty() => Ok(user),
        (Some(_), Some(_)) => Err(DirectoryError::Ambiguous),
        _ => Err(DirectoryError::Refused),
    }
}

async fn find_groups(
    ldap: &mut Ldap,
    config: &DirectoryConfig,
    user: &SearchEntry,
) -> Result<Vec<String>, DirectoryError> {
    match &config.groups {
        GroupSource::Attribute(attribute) => Ok(values(user, attribute).to_vec()),
        GroupSource::Search { base, filter } => {
            let filter = filter.replace("{dn}", &ldap_escape(user.dn.as_str()));
            let groups = search(ldap, base, &filter, vec!["1.1"], GROUPS_MAX).await?;
            Ok(groups.into_iter().map(|group| group.dn).collect())
        }
    }
}

/// The entries below `base`; the directory is asked for at most `most`, and says so when there are more.
async fn search(
    ldap: &mut Ldap,
    base: &str,
    filter: &str,
    attributes: Vec<&str>,
    most: i32,
) -> Result<Vec<SearchEntry>, DirectoryError> {
    ldap.with_timeout(TIMEOUT).with_search_options(SearchOptions::new().sizelimit(most));
    let result = ldap.search(base, Scope::Subtree, filter, attributes).await.map_err(unreachable)?;
    let entries: Vec<_> =
        result.0.into_iter().filter(|entry| !entry.is_ref() && !entry.is_intermediate()).collect();
    match result.1.rc {
        SUCCESS | SIZE_LIMIT_EXCEEDED => Ok(entries.into_iter().map(SearchEntry::construct).collect()),
        NO_SUCH_OBJECT => Ok(Vec::new()),
        _ => Err(DirectoryError::Config(format!("search below {base}: {}", result.1))),
    }
}

/// The values of an attribute, whose name has no case.
fn values<'a>(entry: &'a SearchEntry, attribute: &str) -> &'a [String] {
    let found = entry.attrs.iter().find(|(name, _)| name.eq_ignore_ascii_case(attribute));
    found.map_or(&[], |(_, values)| values)
}

fn first(entry: &SearchEntry, attribute: &str) -> Option<String> {
    values(entry, attribute).first().cloned()
}

fn unreachable(error: ldap3::LdapError) -> DirectoryError {
    match error {
        ldap3::LdapError::FilterParsing => DirectoryError::Config(String::from("filter: it cannot be read")),
        error => DirectoryError::Unreachable(error.to_string()),
    }
}
