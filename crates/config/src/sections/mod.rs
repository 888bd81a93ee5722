//! One file per concern: the raw section with its documentation, the checked one, and the way from one to the other.

mod backup;
mod calendar;
mod capture;
mod data;
mod limits;
mod listen;
mod login;
mod observability;
mod retention;
mod site;

pub use backup::{Backup, BackupKey, Every};
pub use calendar::{Calendar, Holidays, Shift, Stop, Weekday};
pub use capture::{After, Capture, Folder, Interface, Remote};
pub use data::{Data, Database};
pub use limits::{Evidence, Limits};
pub use listen::{Listen, Tls};
pub use login::{Group, Ldap, Login, Oidc, Role};
pub use observability::{Format, Level, Log, Metrics};
pub use retention::{Keep, Retention};
pub use site::{Language, Site};

use crate::check::Check;
use crate::files::FileUse;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The file as written, with defaults where it says nothing.
#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Raw {
    /// The plant.
    site: site::RawSite,
    /// The address of the console and the API.
    listen: listen::RawListen,
    /// Where everything is kept.
    data: data::RawData,
    /// What is listened to.
    capture: capture::RawCapture,
    /// Packets kept as evidence: a ring that forgets the oldest.
    evidence: limits::RawEvidence,
    /// How long and how much is kept of each kind; the oldest goes first, at either bound.
    retention: retention::RawRetention,
    /// Sessions, and log-in by other systems.
    login: login::RawLogin,
    /// Regular encrypted backups; none without a folder.
    backup: backup::RawBackup,
    /// When the plant works.
    calendar: calendar::RawCalendar,
    /// What the program tells about itself on standard error.
    log: observability::RawLog,
    /// Figures for Prometheus.
    metrics: observability::RawMetrics,
    /// Bounds of tables and requests. What finds no room in a full table is counted.
    limits: limits::RawLimits,
}

/// A configuration without faults.
#[derive(Clone, Debug)]
pub struct Config {
    /// The plant.
    pub site: Site,
    /// The address of the console and the API.
    pub listen: Listen,
    /// Where everything is kept.
    pub data: Data,
    /// What is listened to.
    pub capture: Capture,
    /// Packets kept as evidence.
    pub evidence: Evidence,
    /// How long and how much is kept of each kind.
    pub retention: Retention,
    /// Sessions, and log-in by other systems.
    pub login: Login,
    /// Regular encrypted backups, when wanted.
    pub backup: Option<Backup>,
    /// When the plant works.
    pub calendar: Calendar,
    /// What the program tells about itself.
    pub log: Log,
    /// Figures for Prometheus.
    pub metrics: Metrics,
    /// Bounds of tables and requests.
    pub limits: Limits,
    /// Effective values, for comparison with another configuration.
    pub(crate) settings: Value,
    /// The files that keys name.
    pub(crate) files: Vec<FileUse>,
}

impl Config {
    /// Effective values of all keys as JSON; secrets stand in files of their own, so none is here.
    #[must_use]
    pub fn described(&self) -> String {
        serde_json::to_string_pretty(&self.settings).unwrap_or_default()
    }
}

/// The second step: `None` when at least one section has a fault that keeps it from being made.
pub(crate) fn check(raw: Raw, check: &mut Check<'_>) -> Option<Config> {
    let settings = serde_json::to_value(&raw).unwrap_or_default();
    let addresses =
        [Some(&raw.listen.address), raw.capture.remote.address.as_ref(), raw.metrics.address.as_ref()];
    let given: Vec<_> = addresses.into_iter().flatten().cloned().collect();
    for (number, address) in given.iter().enumerate() {
        if given.iter().take(number).any(|other| other.value == address.value) {
            check.because(address, format!("`{}` is already used by another section", address.value));
        }
    }
    // Every section is checked before one of them can end the attempt, so that all faults are found.
    let site = site::check(&raw.site, check);
    let listen = listen::check(&raw.listen, check);
    let data = data::check(&raw.data, check);
    let capture = capture::check(&raw.capture, check);
    let evidence = limits::check_evidence(&raw.evidence, check);
    let retention = retention::check(&raw.retention, check);
    let login = login::check(&raw.login, check);
    let backup = backup::check(&raw.backup, check);
    let calendar = calendar::check(&raw.calendar, check);
    let metrics = observability::check_metrics(&raw.metrics, check);
    Some(Config {
        site: site?,
        listen: listen?,
        data: data?,
        capture: capture?,
        evidence: evidence?,
        retention: retention?,
        login: login?,
        backup,
        calendar: calendar?,
        log: observability::log(&raw.log),
        metrics: metrics?,
        limits: limits::limits(&raw.limits),
        settings,
        files: check.take_files(),
    })
}
