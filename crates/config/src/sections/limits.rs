//! `[evidence]` and `[limits]`

use crate::at::At;
use crate::check::Check;
use crate::size::Size;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawEvidence {
    /// Size of the ring on disk; 0 keeps no packets.
    bytes: At<Size>,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawLimits {
    /// Conversations that are followed at the same time, per sensor; a further one takes the place of one that is quiet.
    #[schemars(range(min = 1024, max = 4_194_304))]
    flows: At<u32>,
    /// Addresses that the model remembers; those beyond it are left out.
    #[schemars(range(min = 1000, max = 1_000_000))]
    addresses: At<u32>,
    /// Links between two addresses in one protocol that the model remembers; those beyond it are left out.
    #[schemars(range(min = 1000, max = 10_000_000))]
    links: At<u32>,
    /// Largest capture that can be uploaded, in MiB.
    #[schemars(range(min = 1, max = 65_536), extend("x-change" = "live"))]
    upload_mib: At<u32>,
    /// Requests that one client may make in a minute.
    #[schemars(range(min = 60, max = 100_000), extend("x-change" = "live"))]
    requests_per_minute: At<u32>,
    /// Attempts to log in that one client may make in a minute.
    #[schemars(range(min = 3, max = 100), extend("x-change" = "live"))]
    logins_per_minute: At<u32>,
    /// Streams of changes that may be open at the same time.
    #[schemars(range(min = 1, max = 10_000), extend("x-change" = "live"))]
    streams: At<u32>,
}

/// Packets kept as evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Size of the ring on disk; 0 keeps no packets.
    pub bytes: u64,
}

/// Bounds of tables and requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Conversations followed at the same time, per sensor.
    pub flows: u32,
    /// Addresses that the model remembers.
    pub addresses: u32,
    /// Links that the model remembers.
    pub links: u32,
    /// Bytes of the largest capture that can be uploaded.
    pub upload_bytes: u64,
    /// Requests of one client in a minute.
    pub requests_per_minute: u32,
    /// Attempts of one client to log in, in a minute.
    pub logins_per_minute: u32,
    /// Streams of changes open at the same time.
    pub streams: u32,
}

/// The smallest ring: two segments.
const RING_MIN: u64 = 64 << 20;

impl Default for RawEvidence {
    fn default() -> Self {
        Self { bytes: Size::from("10 GiB").into() }
    }
}

impl Default for RawLimits {
    fn default() -> Self {
        Self {
            flows: 65_536.into(),
            addresses: 100_000.into(),
            links: 1_500_000.into(),
            upload_mib: 2048.into(),
            requests_per_minute: 1200.into(),
            logins_per_minute: 10.into(),
            streams: 200.into(),
        }
    }
}

pub(crate) fn check_evidence(raw: &RawEvidence, check: &mut Check<'_>) -> Option<Evidence> {
    let bytes = raw.bytes.value.bytes();
    if bytes.is_none_or(|bytes| bytes != 0 && bytes < RING_MIN) {
        check.because(&raw.bytes, "is not allowed: write 0 for none, or at least `\"64 MiB\"`");
        return None;
    }
    Some(Evidence { bytes: bytes? })
}

pub(crate) fn limits(raw: &RawLimits) -> Limits {
    Limits {
        flows: raw.flows.value,
        addresses: raw.addresses.value,
        links: raw.links.value,
        upload_bytes: u64::from(raw.upload_mib.value) << 20,
        requests_per_minute: raw.requests_per_minute.value,
        logins_per_minute: raw.logins_per_minute.value,
        streams: raw.streams.value,
    }
}
