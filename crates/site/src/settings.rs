//! What the server is told at its start, and why it may not start.

use crate::backup::{Place, Plan};
use crate::first::FirstError;
use crate::folders::WatchedFolder;
use crate::furnish::People;
use crate::remote;
use show::api::{Entry, Live};
use std::net::SocketAddr;
use std::path::PathBuf;

/// How the first person comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// A one-time link to enrol is printed while there is no user.
    Enrol,
    /// A one-time link that logs the demo's user in is printed.
    Demo,
}

/// What the server needs to know.
#[derive(Debug)]
pub struct Settings {
    /// The plant's name.
    pub name: String,
    /// Its time zone by IANA name.
    pub time_zone: String,
    /// Where everything is kept.
    pub folder: PathBuf,
    /// Database.
    pub database: String,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Further names under which it is reached.
    pub hosts: Vec<String>,
    /// Certificate chain and key in PEM; `None` serves plain HTTP, which is for loopback only.
    pub tls: Option<(String, String)>,
    /// How the first person comes in.
    pub entrance: Entrance,
    /// Whether evidence packets are kept.
    pub evidence: bool,
    /// Who else vouches for people.
    pub entry: Entry,
    /// Folders in which other programs lay captures.
    pub watched: Vec<WatchedFolder>,
    /// What keeps the server running for years.
    pub host: HostSettings,
    /// How much the model may remember.
    pub remembered: model::Limits,
    /// What may change while the server runs.
    pub live: Live,
    /// Where sensors on other machines come in; `None` where none can.
    pub remote: Option<remote::Entrance>,
}

/// What keeps the server running for years.
#[derive(Debug, Default)]
pub struct HostSettings {
    /// The configuration file, for backups.
    pub configuration: Option<PathBuf>,
    /// Effective values of the configuration, for the support bundle.
    pub described: String,
    /// Paths that may lie in the data folder and are not the product's.
    pub others: Vec<PathBuf>,
    /// Regular backups.
    pub plan: Option<Plan>,
    /// Figures for Prometheus.
    pub metrics: Option<Figures>,
    /// The socket of a demo's simulated plant.
    pub story: Option<PathBuf>,
    /// What the people of a demo's plant say of it.
    pub people: Option<People>,
}

/// Where figures for Prometheus are served, and the token that a reader must send.
pub type Figures = (SocketAddr, Option<login::Secret<String>>);

impl Settings {
    pub(crate) fn place(&self) -> Place {
        Place {
            site: self.name.clone(),
            folder: self.folder.clone(),
            database: self.database.clone(),
            configuration: self.host.configuration.clone(),
            others: self.host.others.clone(),
        }
    }
}

/// Why the server cannot start.
#[derive(Debug)]
pub struct SiteError(pub String);

impl std::fmt::Display for SiteError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for SiteError {}

pub(crate) fn failed<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> SiteError + '_ {
    move |error| SiteError(format!("cannot {what}: {error}"))
}

/// So that errors of the first start read like the others.
impl From<FirstError> for SiteError {
    fn from(error: FirstError) -> Self {
        Self(format!("cannot {error}"))
    }
}
