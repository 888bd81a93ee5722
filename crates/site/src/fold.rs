//! The thread that folds: the only one that changes the model.
//!
//! It hears the sensor, keeps each batch, and about once a second acknowledges what is on the disk, tells the history
//! what happened, the store what is new, and every request what stands. Nothing here waits for the store: what it
//! could not take is told again, newer.

use crate::clock::{self, Clock};
use crate::keeper::Keeper;
use crate::mirrors::Mirrors;
use crate::project::{Ids, News, Projection};
use crate::readings::{FromFile, Readings};
use crate::remote::{self, Remotes};
use crate::view;
use facts::id::AssetUid;
use facts::{Endpoint, NetworkId};
use history::{Accumulate, Change};
use model::{Address, Inventory};
use sensor::{Event, Receiver};
use show::api::view::{Known, View};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::{mpsc, watch};

/// Time between two rounds of telling.
const ROUND: Duration = Duration::from_secs(1);
/// A snapshot at least so often, when there is something new.
const SNAPSHOT_EVERY: Duration = Duration::from_secs(600);
/// A snapshot that the journal makes necessary, at most so often.
const SNAPSHOT_REST: Duration = Duration::from_secs(10);
/// A trouble that did not come again for so long is over.
const TROUBLE_STAYS: Duration = Duration::from_secs(15);
/// How long it stands on the health page that the clock was set.
const CLOCK_STAYS: Duration = Duration::from_secs(600);
/// A view at least so often, so that its age tells whether anybody is at work.
const VIEW_EVERY: Duration = Duration::from_secs(30);
/// A new view takes at most this share of the time: a large plant is shown less often, not listened to less.
const VIEW_SHARE: u32 = 5;
/// How long one wait for the sensor lasts.
const WAIT: Duration = Duration::from_millis(100);

/// Where the thread tells what it knows.
pub(crate) struct Ends {
    pub(crate) view: watch::Sender<Arc<View>>,
    pub(crate) news: mpsc::Sender<News>,
    pub(crate) history: mpsc::Sender<Vec<Change>>,
    /// Names and places that people gave.
    pub(crate) places: watch::Receiver<Arc<HashMap<AssetUid, Known>>>,
    /// Trouble of the tasks that write.
    pub(crate) troubles: watch::Receiver<Vec<String>>,
    pub(crate) data: std::path::PathBuf,
    /// Sensors on other machines.
    pub(crate) remote: remote::Ends,
}

/// What trouble with the clock is about.
const CLOCK: &str = "clock";

/// The thread's own state.
pub(crate) struct Folder {
    pub(crate) keeper: Keeper,
    pub(crate) projection: Projection,
    pub(crate) accumulate: Accumulate,
    pub(crate) mirrors: Mirrors,
    remotes: Remotes,
    readings: Readings,
    pub(crate) ends: Ends,
    held_back: Vec<Change>,
    pending: Option<News>,
    /// What is wrong, by what it is about, and when it came last.
    troubles: BTreeMap<&'static str, (String, Instant)>,
    clock: Clock,
    /// Since when the clock is watched.
    begun: Instant,
    is_dirty: bool,
}

/// Messages of sensors on other machines that are taken at once.
const REMOTE_TURN: u32 = 256;
/// Changes of history that may wait when its writer is behind; beyond that the oldest are dropped and said.
const HELD_BACK_MAX: usize = 200_000;

impl Folder {
    /// `files` is what reader processes take from captures.
    pub(crate) fn new(
        keeper: Keeper,
        projection: Projection,
        accumulate: Accumulate,
        files: std::sync::mpsc::Receiver<FromFile>,
        ends: Ends,
    ) -> Self {
        let readings = Readings::new(files, projection.networks.keys().copied());
        let remarks = keeper.remarks.join("; ");
        let mut folder = Self {
            keeper,
            projection,
            accumulate,
            mirrors: Mirrors::default(),
            remotes: Remotes::default(),
            readings,
            ends,
            held_back: Vec::new(),
            pending: None,
            troubles: BTreeMap::new(),
            clock: Clock::default(),
            begun: Instant::now(),
            is_dirty: true,
        };
        if !remarks.is_empty() {
            folder.trouble("start", remarks);
        }
        folder
    }

    /// Folds until the opener is gone.
    pub(crate) fn run(mut self, mut receiver: Receiver) {
        let (mut round, mut shown, mut snapshot) = (Instant::now(), Instant::now(), Instant::now());
        let mut pause = Duration::ZERO;
        self.show();
        loop {
            match receiver.next(WAIT) {
                Ok(Some(Event::Stop)) => break,
                Ok(Some(event)) => self.take(event),
                Ok(None) => {}
                Err(error) => tracing::warn!("cannot hear the sensor: {error}"),
            }
            self.take_files();
            self.take_remote();
            if round.elapsed() >= ROUND {
                round = Instant::now();
                self.settle(&mut receiver);
            }
            // One that has joined, or was shut out, is news too.
            self.is_dirty |= self.ends.remote.known.has_changed().unwrap_or(false);
            self.is_dirty |= self.ends.troubles.has_changed().unwrap_or(false);
            self.is_dirty |= shown.elapsed() >= VIEW_EVERY;
            if self.is_dirty && shown.elapsed() >= pause.max(ROUND) {
                let begun = Instant::now();
                self.show();
                pause = begun.elapsed() * VIEW_SHARE;
                shown = Instant::now();
            }
            let rest = if self.keeper.wants_snapshot() { SNAPSHOT_REST } else { SNAPSHOT_EVERY };
            if snapshot.elapsed() >= rest {
                snapshot = Instant::now();
                if let Err(error) = self.keeper.snapshot() {
                    self.trouble("model", disk(format!("the model cannot be put on the disk: {error}")));
                }
            }
        }
        self.settle(&mut receiver);
        if let Err(error) = self.keeper.snapshot() {
            tracing::error!("cannot put the model on the disk: {error}");
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Batch { position, lost_before, bytes } => {
                self.is_dirty = true;
                self.mirrors.lost(lost_before);
                let (told, trouble) = self.keeper.take(position, &bytes, &mut self.accumulate);
                self.mirrors.batch(told.as_ref());
                if let Some(trouble) = trouble {
                    self.trouble("journal", disk(trouble));
                }
            }
            Event::Account(account) => self.mirrors.account(&account),
            Event::Started { remarks, .. } => {
                self.is_dirty = true;
                self.mirrors.started(remarks);
            }
            Event::Ended { reason } => {
                self.is_dirty = true;
                tracing::warn!("the sensor process ended: {reason}");
                self.mirrors.ended(&reason);
            }
            Event::Port { name, problem, .. } => {
                self.is_dirty = true;
                self.mirrors.port(&name, problem);
            }
            Event::Stop => {}
        }
    }

    /// What readers of captures said meanwhile.
    fn take_files(&mut self) {
        let Self { readings, keeper, accumulate, mirrors, .. } = self;
        match readings.take(keeper, accumulate, mirrors) {
            Ok(is_new) => self.is_dirty |= is_new,
            Err(trouble) => self.trouble("captures", disk(trouble)),
        }
    }

    /// What sensors on other machines said meanwhile, as much as leaves the one on this machine its turn.
    fn take_remote(&mut self) {
        for _ in 0..REMOTE_TURN {
            let Ok(said) = self.ends.remote.said.try_recv() else { return };
            match self.remotes.take(said, &mut self.keeper, &mut self.accumulate, now_us()) {
                Ok(is_new) => self.is_dirty |= is_new,
                Err(trouble) => self.trouble("remote sensors", disk(trouble)),
            }
        }
    }

    /// Says what is wrong, once; it stands on the health page until it has not come again for a while.
    fn trouble(&mut self, about: &'static str, trouble: String) {
        let before = self.troubles.insert(about, (trouble.clone(), Instant::now()));
        if crate::tasks::is_for_log(before.as_ref().map(|(before, _)| before.as_str()), &trouble) {
            tracing::error!("{trouble}");
        }
        self.is_dirty = true;
    }

    fn forget_troubles(&mut self) {
        let before = self.troubles.len();
        self.troubles.retain(|about, (_, last)| {
            let stays = last.elapsed() < if *about == CLOCK { CLOCK_STAYS } else { TROUBLE_STAYS };
            if !stays {
                tracing::info!("{about}: all is well again");
            }
            stays
        });
        self.is_dirty |= self.troubles.len() != before;
    }

    fn look_at_clock(&mut self) {
        let (now, steady) = (now_us(), i64::try_from(self.begun.elapsed().as_micros()).unwrap_or(i64::MAX));
        if let Some(jump) = self.clock.look(now, steady) {
            self.trouble(CLOCK, clock::told(jump, now));
        }
    }

    /// Puts what was folded on the disk, acknowledges it, and tells the history.
    fn settle(&mut self, receiver: &mut Receiver) {
        self.forget_troubles();
        self.look_at_clock();
        if let Err(trouble) = self.readings.retry(&mut self.keeper, &mut self.accumulate) {
            self.trouble("captures", disk(trouble));
        }
        match self.keeper.sync() {
            Ok(()) => {
                if let Some(position) = self.keeper.last() {
                    receiver.acknowledge(position);
                }
                self.readings.kept();
                let remotes = self.keeper.remotes();
                self.ends.remote.kept.send_if_modified(|kept| {
                    let is_new = **kept != *remotes;
                    if is_new {
                        *kept = Arc::new(remotes.clone());
                    }
                    is_new
                });
            }
            Err(trouble) => self.trouble("journal", disk(trouble)),
        }
        let ids = self.mirrors.ids.clone();
        let inventory = &ids;
        let networks = &self.projection.networks;
        let resolve = |network: NetworkId, end: &Endpoint| {
            let known = inventory.at(network, end);
            history::Known {
                asset: known.map(|known| known.0),
                network: networks.get(&network).copied(),
                level: known.and_then(|known| known.1),
            }
        };
        let changes = self.accumulate.drain(now_us(), &resolve);
        self.held_back.extend(changes);
        self.tell_history();
        self.tell_store();
    }

    fn tell_history(&mut self) {
        if self.held_back.is_empty() {
            return;
        }
        match self.ends.history.try_send(std::mem::take(&mut self.held_back)) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(changes) | mpsc::error::TrySendError::Closed(changes)) => {
                self.held_back = changes;
                let beyond = self.held_back.len().saturating_sub(HELD_BACK_MAX);
                if beyond > 0 {
                    self.held_back.drain(..beyond);
                    self.trouble("history", format!("history is behind: {beyond} rows were dropped"));
                }
            }
        }
    }

    fn tell_store(&mut self) {
        let Some(news) = self.pending.take() else { return };
        if let Err(mpsc::error::TrySendError::Full(news) | mpsc::error::TrySendError::Closed(news)) =
            self.ends.news.try_send(news)
        {
            self.pending = Some(news);
        }
    }

    /// Works out what the facts mean and publishes it.
    fn show(&mut self) {
        let begun = Instant::now();
        self.is_dirty = false;
        let places = self.ends.places.borrow().clone();
        let Self { keeper, projection, mirrors, .. } = self;
        let inventory = keeper.model.inventory();
        let (news, ids) = projection.news(&inventory);
        mirrors.ids = Arc::new(Whose::new(&inventory, &ids));
        let mut view = view::view(&inventory, &ids, &places);
        view.networks = mirrors.networks(|heard| projection.networks.get(&inventory.network(heard)).copied());
        view.time_us = now_us();
        view.mirrors = mirrors.rows(view.time_us);
        let sensors = self.ends.remote.known.borrow_and_update().clone();
        view.mirrors.extend(self.remotes.mirrors(&sensors, view.time_us));
        view.sensors = self.remotes.sensors(&sensors);
        view.process = mirrors.process(&self.ends.data);
        view.process.troubles.extend(self.troubles.values().map(|(trouble, _)| trouble.clone()));
        view.process.troubles.extend(self.ends.troubles.borrow_and_update().iter().cloned());
        view.process.view_ms = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        let _ = self.ends.view.send(Arc::new(view));
        match &mut self.pending {
            None => self.pending = Some(news),
            Some(pending) => pending.add(news),
        }
    }
}

/// What a person does about a disk that refuses.
fn disk(trouble: String) -> String {
    format!(
        "{trouble}: look at the disk of the data folder; the server goes on by itself when it takes data again"
    )
}

/// Which asset answers to an address, as of the last view; by it the rows of history find their assets.
#[derive(Debug, Default)]
pub(crate) struct Whose(HashMap<(NetworkId, Address), (AssetUid, Option<model::Level>)>);

impl Whose {
    fn new(inventory: &Inventory<'_>, ids: &Ids) -> Self {
        let mut whose = HashMap::new();
        for (index, uid) in ids {
            let Some(asset) = inventory.asset(*index) else { continue };
            let level = asset.level.as_ref().map(|(level, _)| *level);
            for interface in &asset.interfaces {
                let mac = interface.mac.map(Address::Mac);
                let ips = interface.addresses.iter().map(|address| Address::Ip(address.ip));
                for address in ips.chain(mac) {
                    whose.insert((asset.network, address), (*uid, level));
                }
            }
        }
        Self(whose)
    }

    fn at(&self, network: NetworkId, end: &Endpoint) -> Option<(AssetUid, Option<model::Level>)> {
        let ip = end.ip.map(Address::Ip).and_then(|ip| self.0.get(&(network, ip)));
        let mac = || end.mac.map(Address::Mac).and_then(|mac| self.0.get(&(network, mac)));
        // Behind a router the hardware address is the router's: it counts only where there is no IP address.
        match end.ip {
            Some(_) => ip.copied(),
            None => mac().copied(),
        }
    }
}

/// The clock of this computer.
pub(crate) fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
