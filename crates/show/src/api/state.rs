//! What every endpoint may reach.

use super::entry::Entry;
use super::metrics;
use super::rates::Rates;
use super::view::View;
use super::waiting::Waiting;
use facts::id::SiteId;
use history::History;
use login::passkey::Passkeys;
use login::password::Passwords;
use login::session::SessionPolicy;
use std::path::PathBuf;
use std::sync::Arc;
use store::{Moment, Store};
use tokio::sync::{Semaphore, watch};

/// What the server gives the interface when it starts.
pub struct Parts {
    /// The plant.
    pub site: SiteId,
    /// Control data.
    pub store: Store,
    /// History; `None` where it is not kept.
    pub history: Option<History>,
    /// Folder of the evidence ring; `None` where no packets are kept.
    pub evidence: Option<PathBuf>,
    /// The plant of the moment.
    pub view: watch::Receiver<Arc<View>>,
    /// Revision of the newest change, told after each commit.
    pub changed: watch::Sender<u64>,
    /// Checks passwords, a few at a time.
    pub passwords: Passwords,
    /// Seals secrets at rest.
    pub keys: login::SealingKeys,
    /// Signs heads of the audit chain.
    pub head: login::HeadKey,
    /// How long a log-in counts.
    pub sessions: SessionPolicy,
    /// `scheme://host:port` under which the server is reached; the first is its own.
    pub origins: Vec<String>,
    /// Whether it is reached over TLS.
    pub tls: bool,
    /// Work folder for uploads.
    pub folder: PathBuf,
    /// Bytes of an upload at most.
    pub upload_bytes_max: u64,
    /// Captures to be read are handed on here.
    pub uploads: tokio::sync::mpsc::Sender<Upload>,
    /// Where sensors on other machines come in; `None` where none can.
    pub remote: Option<RemoteEntrance>,
    /// What the live page draws, as JSON.
    pub data: watch::Receiver<Arc<str>>,
    /// Who else vouches for people, and how often anybody may ask.
    pub entry: Entry,
    /// Gives microseconds since 1970 UTC.
    pub clock: fn() -> i64,
}

/// Where sensors on other machines come in.
#[derive(Clone, Debug)]
pub struct RemoteEntrance {
    /// The address that is listened on.
    pub address: std::net::SocketAddr,
    /// SHA-256 of the site's authority, in hexadecimal: by it a new sensor knows the site.
    pub authority: String,
    /// Sensors that may have joined at the same time.
    pub sensors_max: u32,
}

/// A capture that was uploaded and waits to be read by a sensor process.
#[derive(Debug)]
pub struct Upload {
    /// Where it lies; removed when it was read.
    pub path: PathBuf,
    /// Its name as uploaded.
    pub name: String,
    /// Job under which its fate is told.
    pub job: facts::id::JobId,
}

/// Shared by all requests; cheap to copy.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

struct Inner {
    parts: Parts,
    waiting: Waiting,
    rates: Rates,
    passkeys: Option<Passkeys>,
    streams: Arc<Semaphore>,
}

/// Event streams that may be open at once.
pub(crate) const STREAMS_MAX: usize = 64;

impl Api {
    /// The interface over these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let own = parts.origins.first().map(String::as_str).unwrap_or_default();
        // A plant reached by an address alone has no passkeys; its people use passwords and codes.
        let passkeys = Passkeys::new(own, &parts.entry.site_name).ok();
        let (rates, waiting) = (Rates::new(&parts.entry), Waiting::default());
        let streams = Arc::new(Semaphore::new(STREAMS_MAX));
        Self(Arc::new(Inner { parts, waiting, rates, passkeys, streams }))
    }

    /// The parts.
    pub(crate) fn parts(&self) -> &Parts {
        &self.0.parts
    }

    /// What the live page draws.
    pub(crate) fn data(&self) -> Arc<str> {
        self.0.parts.data.borrow().clone()
    }

    /// Log-ins that were begun and wait for their second half.
    pub(crate) fn waiting(&self) -> &Waiting {
        &self.0.waiting
    }

    /// How often each may ask.
    pub(crate) fn rates(&self) -> &Rates {
        &self.0.rates
    }

    /// Passkeys, where the server's name allows them.
    pub(crate) fn passkeys(&self) -> Option<&Passkeys> {
        self.0.passkeys.as_ref()
    }

    /// Permits for event streams.
    pub(crate) fn streams(&self) -> &Arc<Semaphore> {
        &self.0.streams
    }

    /// Control data.
    pub(crate) fn store(&self) -> &Store {
        &self.0.parts.store
    }

    /// The plant of the moment.
    pub(crate) fn view(&self) -> Arc<View> {
        self.0.parts.view.borrow().clone()
    }

    /// The moment, microseconds since 1970 UTC.
    pub(crate) fn now_us(&self) -> i64 {
        (self.0.parts.clock)()
    }

    /// The moment as the store writes it.
    pub(crate) fn now(&self) -> Moment {
        Moment(self.now_us())
    }

    /// Tells those who wait for changes to look at the change feed.
    pub(crate) fn tell_changed(&self) {
        self.0.parts.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Figures in Prometheus text form.
    pub(crate) fn metrics(&self) -> String {
        metrics::text(&self.view())
    }
}
