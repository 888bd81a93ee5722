//! `[log]` and `[metrics]`

use crate::at::At;
use crate::check::Check;
use crate::files::Purpose;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawLog {
    /// The least important that is told.
    #[schemars(extend("x-change" = "live"))]
    level: At<Level>,
    /// Lines for people, or JSON for machines.
    format: At<Format>,
}

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawMetrics {
    /// Address and port of `/metrics`; without it, there is none.
    #[schemars(extend("x-form" = "an address and port, such as `\"127.0.0.1:9464\"`"))]
    pub(crate) address: Option<At<String>>,
    /// File with the token that a reader must send; required unless the address is one of this machine.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    token_file: Option<At<String>>,
}

/// How important a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Something does not work.
    Error,
    /// Something may soon not work.
    Warn,
    /// What an operator wants to know.
    #[default]
    Info,
    /// What helps to find a fault.
    Debug,
    /// Everything.
    Trace,
}

impl Level {
    /// The word in the file and in filters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// How a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One object a line.
    Json,
}

/// What the program tells about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    /// The least important that is told.
    pub level: Level,
    /// How a line looks.
    pub format: Format,
}

/// Figures for Prometheus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metrics {
    /// Where they are read; nowhere when absent.
    pub address: Option<SocketAddr>,
    /// File with the token that a reader must send.
    pub token_file: Option<PathBuf>,
}

impl Default for RawLog {
    fn default() -> Self {
        Self { level: Level::Info.into(), format: Format::Text.into() }
    }
}

pub(crate) fn log(raw: &RawLog) -> Log {
    Log { level: raw.level.value, format: raw.format.value }
}

pub(crate) fn check_metrics(raw: &RawMetrics, check: &mut Check<'_>) -> Option<Metrics> {
    let token_file = check.optional_path(&raw.token_file, Purpose::Secret);
    let Some(at) = &raw.address else { return Some(Metrics { address: None, token_file }) };
    let address: SocketAddr = check.parsed(at)?;
    if !address.ip().is_loopback() && raw.token_file.is_none() {
        check.missing(
            "metrics.token_file",
            "is missing: figures leave this machine only to those who hold a token",
        );
    }
    Some(Metrics { address: Some(address), token_file })
}
