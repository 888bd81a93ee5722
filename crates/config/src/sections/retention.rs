//! `[retention.KIND]`

use crate::at::At;
use crate::check::Check;
use crate::size::Size;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $field:ident: $raw:ident = $days:literal days, $bytes:literal;)*) => {
        $(
            #[derive(Debug, Deserialize, Serialize, JsonSchema)]
            #[serde(default)]
            struct $raw {
                /// Days after which it is forgotten.
                #[schemars(range(min = 1, max = 3660), extend("x-change" = "live"))]
                days: At<u32>,
                /// Bytes that it may take.
                #[schemars(extend("x-change" = "live"))]
                bytes: At<Size>,
            }

            impl Default for $raw {
                fn default() -> Self {
                    Self { days: $days.into(), bytes: Size::from($bytes).into() }
                }
            }
        )*

        #[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
        #[serde(default)]
        pub(crate) struct RawRetention {
            $($(#[$doc])* $field: $raw,)*
            /// The audit log: who did what in the product. It has no bound in bytes.
            audit: RawAudit,
            /// The disk of the data folder.
            disk: RawDisk,
        }

        /// How long and how much is kept of each kind; the oldest goes first.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Retention {
            $($(#[$doc])* pub $field: Keep,)*
            /// Days after which an entry of the audit log is forgotten.
            pub audit_days: u32,
            /// Share of the disk, in per cent, that stays free: below it the oldest history goes before its time.
            pub free_percent: u8,
        }

        pub(crate) fn check(raw: &RawRetention, check: &mut Check<'_>) -> Option<Retention> {
            $(let $field = keep(&raw.$field.days, &raw.$field.bytes, check);)*
            Some(Retention {
                $($field: $field?,)*
                audit_days: raw.audit.days.value,
                free_percent: raw.disk.free_percent.value,
            })
        }
    };
}

kinds! {
    /// Who talked to whom: rows of history.
    flows: RawFlows = 400 days, "20 GiB";
    /// Commands to machines: rows of history.
    commands: RawCommands = 1100 days, "20 GiB";
    /// Values of process variables: rows of history.
    values: RawValues = 90 days, "20 GiB";
    /// Raw detections: rows of history.
    detections: RawDetections = 1100 days, "10 GiB";
    /// What changed in the inventory.
    changes: RawChanges = 1100 days, "5 GiB";
    /// Captures that people uploaded: how long what became of them is told, and how much those that are not read yet
    /// may take. None of these is forgotten: a capture that finds no room is refused.
    uploads: RawUploads = 30 days, "10 GiB";
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
struct RawAudit {
    /// Days after which an entry is forgotten.
    #[schemars(range(min = 365, max = 7300), extend("x-change" = "live"))]
    days: At<u32>,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
struct RawDisk {
    /// Share of the disk, in per cent, that stays free: below it the oldest history goes before its time.
    #[schemars(range(min = 1, max = 50), extend("x-change" = "live"))]
    free_percent: At<u8>,
}

/// How much of a kind is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Days after which it is forgotten.
    pub days: u32,
    /// Bytes that it may take.
    pub bytes: u64,
}

/// The smallest bound in bytes: below it, not even one busy hour is kept.
const BYTES_MIN: u64 = 16 << 20;

impl Default for RawAudit {
    fn default() -> Self {
        Self { days: 1830.into() }
    }
}

impl Default for RawDisk {
    fn default() -> Self {
        Self { free_percent: 5.into() }
    }
}

fn keep(days: &At<u32>, bytes: &At<Size>, check: &mut Check<'_>) -> Option<Keep> {
    match bytes.value.bytes() {
        Some(bytes) if bytes >= BYTES_MIN => Some(Keep { days: days.value, bytes }),
        Some(_) => {
            check.because(bytes, "is too small to hold anything: write at least `\"16 MiB\"`");
            None
        }
        None => {
            check.because(bytes, "is no amount: write one such as `\"20 GiB\"`, in B, KiB, MiB, GiB or TiB");
            None
        }
    }
}
