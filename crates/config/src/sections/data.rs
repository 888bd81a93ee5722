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
}

/// Where everything is kept.
#[derive(Clone, Debug)]
pub struct Data {
    /// Folder of this machine.
    pub folder: PathBuf,
    /// Control data.
    pub database: Database,
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

impl Default for RawData {
    fn default() -> Self {
        Self { folder: "/var/lib/yagura".into(), database_url: None, database_url_file: None }
    }
}

pub(crate) fn check(raw: &RawData, check: &mut Check<'_>) -> Option<Data> {
    let folder = check.path(&raw.folder, Purpose::Made);
    let database = database(raw, folder.as_ref(), check);
    Some(Data { folder: folder?, database: database? })
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
