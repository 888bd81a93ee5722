//! What every endpoint may reach.

use super::entry::Entry;
use super::judged::{Judged, Prospects};
use super::live::{Live, Streams};
use super::metrics;
use super::rates::Rates;
use super::view::View;
use super::waiting::Waiting;
use facts::id::SiteId;
use history::History;
use login::passkey::Passkeys;
use login::password::Passwords;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use store::{Moment, Store};
use tokio::sync::{Mutex, MutexGuard, watch};

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
    /// What is thought of it.
    pub judged: watch::Receiver<Arc<Judged>>,
    /// What would lower its risk most.
    pub prospects: watch::Receiver<Arc<Prospects>>,
    /// Revision of the newest change, told after each commit.
    pub changed: watch::Sender<u64>,
    /// Checks passwords, a few at a time.
    pub passwords: Passwords,
    /// Seals secrets at rest.
    pub keys: login::SealingKeys,
    /// Signs heads of the audit chain.
    pub head: login::HeadKey,
    /// `scheme://host:port` under which the server is reached; the first is its own.
    pub origins: Vec<String>,
    /// Whether it is reached over TLS.
    pub tls: bool,
    /// The certificate that it serves; `None` without TLS.
    pub certificate: Option<super::Served>,
    /// Work folder for uploads.
    pub folder: PathBuf,
    /// Folder of the bundle of public knowledge and of the keys that are trusted to sign it.
    pub knowledge: PathBuf,
    /// Captures to be read are handed on here.
    pub uploads: tokio::sync::mpsc::Sender<Upload>,
    /// Where sensors on other machines come in; `None` where none can.
    pub remote: Option<RemoteEntrance>,
    /// Who else vouches for people.
    pub entry: Entry,
    /// What the server does for the interface beside answering.
    pub host: Host,
    /// What may change while the server runs.
    pub live: watch::Receiver<Arc<Live>>,
    /// Gives microseconds since 1970 UTC.
    pub clock: fn() -> i64,
}

/// Where wishes go that are not a request's business to fulfil.
#[derive(Debug, Default)]
pub struct Host {
    /// Wishes for a backup, by who asks; `None` where no folder for backups is configured.
    pub backups: Option<tokio::sync::mpsc::Sender<String>>,
    /// Wishes for a support bundle.
    pub support: Option<tokio::sync::mpsc::Sender<super::SupportWish>>,
    /// The socket at which the simulated plant of a demo is asked for its story; `None` where the plant is a real one.
    pub story: Option<PathBuf>,
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
    rates: RwLock<Arc<Rates>>,
    passkeys: Option<Passkeys>,
    streams: Arc<Streams>,
    /// One bundle of knowledge is taken at a time.
    bringing: Mutex<()>,
}

impl Api {
    /// The interface over these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        // Passkeys are bound to a name: the first by which the server is reached. One that is reached by an address alone
        // has none; its people use passwords and codes.
        let named = |origin: &String| Passkeys::new(origin, &parts.entry.site_name).ok();
        let passkeys = parts.origins.iter().find_map(named);
        let rates = RwLock::new(Arc::new(Rates::new(&parts.live.borrow())));
        let (waiting, streams, bringing) = (Waiting::default(), Arc::default(), Mutex::default());
        Self(Arc::new(Inner { parts, waiting, rates, passkeys, streams, bringing }))
    }

    /// The parts.
    pub(crate) fn parts(&self) -> &Parts {
        &self.0.parts
    }

    /// Log-ins that were begun and wait for their second half.
    pub(crate) fn waiting(&self) -> &Waiting {
        &self.0.waiting
    }

    /// What may change while the server runs, as it is now.
    pub(crate) fn live(&self) -> Arc<Live> {
        self.0.parts.live.borrow().clone()
    }

    /// How often each may ask. Where the limits changed, everybody begins anew.
    pub(crate) fn rates(&self) -> Arc<Rates> {
        let live = self.live();
        let kept = self.0.rates.read().unwrap_or_else(PoisonError::into_inner).clone();
        if kept.are_of(&live) {
            return kept;
        }
        let new = Arc::new(Rates::new(&live));
        *self.0.rates.write().unwrap_or_else(PoisonError::into_inner) = new.clone();
        new
    }

    /// Passkeys, where the server's name allows them.
    pub(crate) fn passkeys(&self) -> Option<&Passkeys> {
        self.0.passkeys.as_ref()
    }

    /// Event streams that are open.
    pub(crate) fn streams(&self) -> &Arc<Streams> {
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

    /// What is thought of it.
    pub(crate) fn judged(&self) -> Arc<Judged> {
        self.0.parts.judged.borrow().clone()
    }

    /// What would lower its risk most.
    pub(crate) fn prospects(&self) -> Arc<Prospects> {
        self.0.parts.prospects.borrow().clone()
    }

    /// The moment, microseconds since 1970 UTC.
    pub(crate) fn now_us(&self) -> i64 {
        (self.0.parts.clock)()
    }

    /// The moment as the store writes it.
    pub(crate) fn now(&self) -> Moment {
        Moment(self.now_us())
    }

    /// Leave to bring a bundle of knowledge; `None` while somebody else does.
    pub(crate) fn bringing(&self) -> Option<MutexGuard<'_, ()>> {
        self.0.bringing.try_lock().ok()
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
