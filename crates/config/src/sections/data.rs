//! `[data]`

use crate::at::At;
use crate::check::Check;
use crate::files::{Purpose, SecretError, secret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use url::Url;

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawData {
    /// Folder of everything that the product keeps on this machine; it is made at the first start.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    folder: At<String>,
    /// Database of control data; without it, SQLite in the folder.
    #[schemars(extend("x-form" = "`\"sqlite:///PATH\"` or `\"postgres://USER@HOST/DATABASE\"` without a password"))]
    database_url: Option<At<String>>,
    /// The same from a file, for a URL with a password.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    database_url_file: Option<At<String>>,
    /// Where history is kept; without it, in the folder.
    #[schemars(extend("x-form" = "`\"file:///PATH\"` or `\"s3://BUCKET/PREFIX\"`"))]
    history_url: Option<At<String>>,
    /// Address of an S3 service that is not Amazon's.
    #[schemars(extend("x-form" = "a URL that begins with `https://` (`http://` only on this machine)"))]
    s3_endpoint: Option<At<String>>,
    /// Region of the bucket.
    s3_region: At<String>,
    /// File with `ACCESS-KEY:SECRET-KEY`; without it, the machine's own role counts.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    s3_credentials_file: Option<At<String>>,
}

/// Where everything is kept.
#[derive(Clone, Debug)]
pub struct Data {
    /// Folder of this machine.
    pub folder: PathBuf,
    /// Control data.
    pub database: Database,
    /// Flows, commands, values and detections.
    pub history: History,
}

/// The database of control data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// Its URL.
    Url(String),
    /// A file whose first line is its URL.
    File(PathBuf),
}

impl Database {
    /// The URL, `sqlite://…` or `postgres://…`; reads the file when one is named.
    ///
    /// # Errors
    /// When the file gives none.
    pub fn url(&self) -> Result<String, SecretError> {
        match self {
            Self::Url(url) => Ok(url.clone()),
            Self::File(path) => secret(path),
        }
    }
}

/// Where history is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum History {
    /// A folder.
    Folder(PathBuf),
    /// A bucket of an S3 service.
    Bucket {
        /// Name of the bucket.
        bucket: String,
        /// What all names in it begin with; may be empty.
        prefix: String,
        /// Address of the service; without it Amazon's.
        endpoint: Option<String>,
        /// Region of the bucket.
        region: String,
        /// File with `ACCESS-KEY:SECRET-KEY`.
        credentials_file: Option<PathBuf>,
    },
}

impl Default for RawData {
    fn default() -> Self {
        Self {
            folder: "/var/lib/yagura".into(),
            database_url: None,
            database_url_file: None,
            history_url: None,
            s3_endpoint: None,
            s3_region: "us-east-1".into(),
            s3_credentials_file: None,
        }
    }
}

pub(crate) fn check(raw: &RawData, check: &mut Check<'_>) -> Option<Data> {
    let folder = check.path(&raw.folder, Purpose::Made);
    let database = database(raw, folder.as_ref(), check);
    let history = history(raw, folder.as_ref(), check);
    Some(Data { folder: folder?, database: database?, history: history? })
}

fn database(raw: &RawData, folder: Option<&PathBuf>, check: &mut Check<'_>) -> Option<Database> {
    let file = check.optional_path(&raw.database_url_file, Purpose::Secret);
    match (&raw.database_url, &raw.database_url_file) {
        (Some(url), Some(_)) => {
            check.because(url, "stands beside database_url_file: remove one of the two");
            None
        }
        (None, Some(_)) => file.map(Database::File),
        (None, None) => Some(Database::Url(format!("sqlite://{}", folder?.join("yagura.db").display()))),
        (Some(at), None) => {
            let url = Url::parse(&at.value).ok();
            let scheme = url.as_ref().map_or("", Url::scheme);
            if !matches!(scheme, "sqlite" | "postgres" | "postgresql") {
                // The value may hold a password even so: it is not repeated.
                check.because(
                    at,
                    "is not allowed: write `\"sqlite:///PATH\"` or `\"postgres://USER@HOST/DATABASE\"`",
                );
                return None;
            }
            let named = url.as_ref().is_some_and(|url| url.query_pairs().any(|(key, _)| key == "password"));
            if url.is_some_and(|url| url.password().is_some()) || named {
                check.because(
                    at,
                    "holds a password: write the URL into a file and name it with database_url_file",
                );
                return None;
            }
            Some(Database::Url(at.value.clone()))
        }
    }
}

fn history(raw: &RawData, folder: Option<&PathBuf>, check: &mut Check<'_>) -> Option<History> {
    let credentials_file = check.optional_path(&raw.s3_credentials_file, Purpose::Secret);
    let endpoint = raw.s3_endpoint.as_ref().map(|at| (at, Url::parse(&at.value).ok()));
    if let Some((at, url)) = &endpoint {
        let is_fine = url.as_ref().is_some_and(|url| {
            let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
            url.password().is_none() && (url.scheme() == "https" || (url.scheme() == "http" && is_here))
        });
        if !is_fine {
            check.because(
                at,
                "is not allowed: write a URL that begins with `https://` (`http://` only on this machine)",
            );
        }
    }
    let Some(at) = &raw.history_url else { return Some(History::Folder(folder?.join("history"))) };
    let url = Url::parse(&at.value).ok().filter(|url| url.username().is_empty() && url.password().is_none());
    match url.as_ref().map(|url| (url.scheme(), url.host_str(), url.path())) {
        Some(("file", None, path)) if path.len() > 1 => Some(History::Folder(PathBuf::from(path))),
        Some(("s3", Some(bucket), path)) => Some(History::Bucket {
            bucket: bucket.into(),
            prefix: path.trim_matches('/').into(),
            endpoint: endpoint.map(|(at, _)| at.value.clone()),
            region: check.text(&raw.s3_region)?,
            credentials_file,
        }),
        _ => {
            check.because(
                at,
                "is not allowed: write `\"file:///PATH\"` or `\"s3://BUCKET/PREFIX\"`, without a password",
            );
            None
        }
    }
}
