//! The thread that folds: the only one that changes the model.
//!
//! It hears the sensor, keeps each batch, and about once a second acknowledges what is on the disk, tells the history
//! what happened, the store what is new, and every request what stands. Nothing here waits for the store: what it
//! could not take is told again, newer.

use crate::keeper::Keeper;
use crate::mirrors::Mirrors;
use crate::project::{Ids, News, Projection};
use crate::remote::{self, Remotes};
use crate::view;
use facts::id::AssetUid;
use facts::{Endpoint, NetworkId};
use history::{Accumulate, Change};
use model::{Address, Inventory};
use sensor::{Event, Position, Receiver};
use show::api::view::{Known, View};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::{mpsc, watch};

/// Time between two rounds of telling.
const ROUND: Duration = Duration::from_secs(1);
/// A snapshot at least so often, when there is something new.
const SNAPSHOT_EVERY: Duration = Duration::from_secs(600);
/// A new view takes at most this share of the time: a large plant is shown less often, not listened to less.
const VIEW_SHARE: u32 = 5;
/// How long one wait for the sensor lasts.
const WAIT: Duration = Duration::from_millis(100);

/// Where the thread tells what it knows.
pub(crate) struct Ends {
    pub(crate) view: watch::Sender<Arc<View>>,
    pub(crate) page: watch::Sender<Arc<str>>,
    pub(crate) news: mpsc::Sender<News>,
    pub(crate) history: mpsc::Sender<Vec<Change>>,
    /// Names and places that people gave.
    pub(crate) places: watch::Receiver<Arc<HashMap<AssetUid, Known>>>,
    /// Trouble of the tasks that write.
    pub(crate) troubles: watch::Receiver<Vec<String>>,
    pub(crate) data: std::path::PathBuf,
    /// What reader processes took from files.
    pub(crate) files: std::sync::mpsc::Receiver<FromFile>,
    /// Sensors on other machines.
    pub(crate) remote: remote::Ends,
}

/// What comes of files.
pub(crate) enum FromFile {
    /// Observations.
    Batch(Vec<u8>),
    /// What was counted in a file of a watched folder, at its end.
    Account { name: String, account: sensor::Account },
    /// How a watched folder is, at each look.
    Folder { name: String, problem: Option<String> },
}

/// The thread's own state.
pub(crate) struct Folder {
    pub(crate) keeper: Keeper,
    pub(crate) projection: Projection,
    pub(crate) accumulate: Accumulate,
    pub(crate) mirrors: Mirrors,
    remotes: Remotes,
    pub(crate) ends: Ends,
    held_back: Vec<Change>,
    pending: Option<News>,
    troubles: Vec<String>,
    is_dirty: bool,
}

/// Messages of sensors on other machines that are taken at once.
const REMOTE_TURN: u32 = 256;
/// Changes of history that may wait when its writer is behind; beyond that the oldest are dropped and said.
const HELD_BACK_MAX: usize = 200_000;

impl Folder {
    pub(crate) fn new(keeper: Keeper, projection: Projection, accumulate: Accumulate, ends: Ends) -> Self {
        let troubles = keeper.remarks.clone();
        Self {
            keeper,
            projection,
            accumulate,
            mirrors: Mirrors::default(),
            remotes: Remotes::default(),
            ends,
            held_back: Vec::new(),
            pending: None,
            troubles,
            is_dirty: true,
        }
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
            while let Ok(told) = self.ends.files.try_recv() {
                self.take_from_file(told);
            }
            self.take_remote();
            if round.elapsed() >= ROUND {
                round = Instant::now();
                self.settle(&mut receiver);
            }
            // One that has joined, or was shut out, is news too.
            self.is_dirty |= self.ends.remote.known.has_changed().unwrap_or(false);
            if self.is_dirty && shown.elapsed() >= pause.max(ROUND) {
                let begun = Instant::now();
                self.show();
                pause = begun.elapsed() * VIEW_SHARE;
                shown = Instant::now();
            }
            if self.keeper.wants_snapshot() || snapshot.elapsed() >= SNAPSHOT_EVERY {
                snapshot = Instant::now();
                if let Err(error) = self.keeper.snapshot() {
                    self.trouble(format!("the model cannot be put on the disk: {error}"));
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
                    self.trouble(trouble);
                }
            }
            Event::Account(account) => self.mirrors.account(&account),
            Event::Started { remarks, .. } => self.mirrors.started(remarks),
            Event::Ended { reason } => {
                tracing::warn!("the sensor process ended: {reason}");
                self.mirrors.ended(&reason);
            }
            Event::Port { name, problem, .. } => self.mirrors.port(&name, problem),
            Event::Stop => {}
        }
    }

    fn take_from_file(&mut self, told: FromFile) {
        match told {
            FromFile::Batch(batch) => self.take_file(&batch),
            FromFile::Account { name, account } => self.mirrors.file_of(&name, &account),
            FromFile::Folder { name, problem } => self.mirrors.folder(&name, problem),
        }
    }

    /// A batch of a file; it has no place among those of the live sensor, so it is never acknowledged.
    fn take_file(&mut self, batch: &[u8]) {
        self.is_dirty = true;
        let nowhere = Position { incarnation: 0, sequence: 0 };
        let (_, trouble) = self.keeper.take(nowhere, batch, &mut self.accumulate);
        if let Some(trouble) = trouble {
            self.trouble(trouble);
        }
    }

    /// What sensors on other machines said meanwhile, as much as leaves the one on this machine its turn.
    fn take_remote(&mut self) {
        for _ in 0..REMOTE_TURN {
            let Ok(said) = self.ends.remote.said.try_recv() else { return };
            match self.remotes.take(said, &mut self.keeper, &mut self.accumulate, now_us()) {
                Ok(is_new) => self.is_dirty |= is_new,
                Err(trouble) => self.trouble(trouble),
            }
        }
    }

    fn trouble(&mut self, trouble: String) {
        if !self.troubles.contains(&trouble) {
            tracing::error!("{trouble}");
            self.troubles.push(trouble);
        }
    }

    /// Puts what was folded on the disk, acknowledges it, and tells the history.
    fn settle(&mut self, receiver: &mut Receiver) {
        self.troubles.clear();
        match self.keeper.sync() {
            Ok(()) => {
                if let Some(position) = self.keeper.last() {
                    receiver.acknowledge(position);
                }
                let remotes = self.keeper.remotes();
                self.ends.remote.kept.send_if_modified(|kept| {
                    let is_new = **kept != *remotes;
                    if is_new {
                        *kept = Arc::new(remotes.clone());
                    }
                    is_new
                });
            }
            Err(trouble) => self.trouble(trouble),
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
                    self.trouble(format!("history is behind: {beyond} rows were dropped"));
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
        let _ = self.ends.page.send(show::page_data(&mirrors.captures(), &inventory).into());
        view.networks = mirrors.networks(|heard| projection.networks.get(&inventory.network(heard)).copied());
        view.time_us = now_us();
        view.mirrors = mirrors.rows(view.time_us);
        let sensors = self.ends.remote.known.borrow_and_update().clone();
        view.mirrors.extend(self.remotes.mirrors(&sensors, view.time_us));
        view.sensors = self.remotes.sensors(&sensors);
        view.process = mirrors.process(&self.ends.data);
        view.process.troubles.extend(self.troubles.iter().cloned());
        view.process.troubles.extend(self.ends.troubles.borrow().iter().cloned());
        view.process.view_ms = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        let _ = self.ends.view.send(Arc::new(view));
        match &mut self.pending {
            None => self.pending = Some(news),
            Some(pending) => pending.add(news),
        }
    }
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
