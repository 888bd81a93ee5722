//! What may change while the server runs: each request takes it as it is at its begin.

use super::calendars::CalendarDocument;
use super::entry::Rule;
use core::sync::atomic::{AtomicU32, Ordering};
use login::session::SessionPolicy;
use std::sync::Arc;

/// What the configuration says that needs no restart. It is replaced as a whole, so that no request sees half of it.
#[derive(Clone, Debug)]
pub struct Live {
    /// How long a log-in counts.
    pub sessions: SessionPolicy,
    /// How long a one-time link for a person works, in microseconds.
    pub link_us: i64,
    /// Letters that a new password must have; never fewer than the product's own least.
    pub password_length_min: u32,
    /// Requests of one actor in a minute; an address may ask four times as often.
    pub requests_per_minute: u32,
    /// Attempts of one address to log in, in a minute.
    pub logins_per_minute: u32,
    /// Bytes of an upload at most.
    pub upload_bytes_max: u64,
    /// Event streams that may be open at once.
    pub streams_max: u32,
    /// What groups of the directory and the identity provider give.
    pub rules: Vec<Rule>,
    /// How long data are kept.
    pub keeping: Keeping,
    /// The plant's calendar while nobody set another.
    pub calendar: CalendarDocument,
    /// What people should know of the configuration, one line each: it has faults, or a change of it needs a restart.
    pub remarks: Vec<String>,
}

/// How long data are kept while nobody set anything else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keeping {
    /// Limits of each kind of data.
    pub limits: Vec<store::settings::Retention>,
    /// Days of the audit log; 0 keeps it for ever.
    pub audit_days: u32,
    /// Share of the disk in per cent that stays free.
    pub free_percent: u8,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            sessions: SessionPolicy::default(),
            link_us: 3_600_000_000,
            password_length_min: 12,
            requests_per_minute: 1200,
            logins_per_minute: 10,
            upload_bytes_max: 2 << 30,
            streams_max: 200,
            rules: Vec::new(),
            keeping: Keeping::default(),
            calendar: CalendarDocument::default(),
            remarks: Vec::new(),
        }
    }
}

/// Event streams that are open.
#[derive(Debug, Default)]
pub(crate) struct Streams(AtomicU32);

/// Room for one stream, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct StreamPermit(Arc<Streams>);

impl Streams {
    /// Room for one more, unless so many are open already.
    pub(crate) fn admit(self: &Arc<Self>, most: u32) -> Option<StreamPermit> {
        let more = |open: u32| (open < most).then_some(open + 1);
        let admitted = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        admitted.is_ok().then(|| StreamPermit(self.clone()))
    }
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
