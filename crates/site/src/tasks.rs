//! What writes beside the folding: the store, the history, and what people named. Each goes on when the database is
//! locked or the disk is full, says so, and recovers alone.

use crate::fold::now_us;
use crate::project::News;
use crate::retention;
use facts::id::{AssetUid, SiteId};
use history::{Change, Writer};
use show::api::view::Known;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use store::structure::network::{self, Network, NetworkState};
use store::{Moment, Store, StoreError};
use tokio::sync::{mpsc, watch};

/// Assets written in one transaction: a long one would keep people's changes waiting.
const CHUNK: usize = 1000;
/// Time before the next try after a failure.
const AGAIN: Duration = Duration::from_secs(2);
/// Time between two looks for hours of history that are over.
const SEAL_EVERY: Duration = Duration::from_secs(10);
/// Time between two looks for history that is over its limits; each new file is a reason to look at once.
const FORGET_EVERY: Duration = Duration::from_secs(60);
/// Time between two looks at what people named.
const PLACES_EVERY: Duration = Duration::from_secs(2);

/// What is wrong with each task at present.
#[derive(Clone)]
pub(crate) struct Troubles(Arc<watch::Sender<BTreeMap<&'static str, String>>>, watch::Sender<Vec<String>>);

impl Troubles {
    pub(crate) fn new() -> (Self, watch::Receiver<Vec<String>>) {
        let (told, heard) = watch::channel(Vec::new());
        (Self(Arc::new(watch::Sender::new(BTreeMap::new())), told), heard)
    }

    /// `None` when all is well again.
    pub(crate) fn set(&self, task: &'static str, trouble: Option<String>) {
        self.0.send_if_modified(|troubles| match trouble {
            Some(trouble) if troubles.get(task) == Some(&trouble) => false,
            Some(trouble) => {
                if is_for_log(troubles.get(task).map(String::as_str), &trouble) {
                    tracing::warn!("{task}: {trouble}");
                }
                troubles.insert(task, trouble);
                true
            }
            None => {
                let was_there = troubles.remove(task).is_some();
                if was_there {
                    tracing::info!("{task}: all is well again");
                }
                was_there
            }
        });
        let all: Vec<String> = self.0.borrow().values().cloned().collect();
        self.1.send_if_modified(|told| std::mem::replace(told, all.clone()) != all);
    }
}

/// Whether a trouble is news for the log: one that only counts on is in it already.
pub(crate) fn is_for_log(before: Option<&str>, trouble: &str) -> bool {
    fn words(text: &str) -> impl Iterator<Item = &str> {
        text.split(|letter: char| letter.is_ascii_digit()).filter(|part| !part.is_empty())
    }
    before.is_none_or(|before| !words(before).eq(words(trouble)))
}

/// Writes what is new of the inventory.
pub(crate) async fn write_news(
    store: Store,
    site: SiteId,
    mut news: mpsc::Receiver<News>,
    changed: watch::Sender<u64>,
    troubles: Troubles,
) {
    while let Some(news) = news.recv().await {
        loop {
            match put(&store, site, &news).await {
                Ok(()) => break,
                Err(error) => {
                    troubles.set(
                        "store",
                        Some(format!(
                            "the inventory cannot be stored now: {error}; it is tried again by itself"
                        )),
                    );
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
        troubles.set("store", None);
        changed.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// Writing the same news twice is harmless, so a failure in the middle is simply tried again from the start.
async fn put(store: &Store, site: SiteId, news: &News) -> Result<(), StoreError> {
    let at = Moment(now_us());
    if !news.networks.is_empty() {
        let mut tx = store.write().await?;
        for (realm, id) in &news.networks {
            let row = Network {
                id: *id,
                site,
                name: format!("network {}", realm.0 + 1),
                state: NetworkState::Proposed,
                zone: None,
                model_key: model_key(*realm),
                interfaces: Vec::new(),
                vlans: Vec::new(),
                prefixes: Vec::new(),
                note: String::new(),
            };
            network::put(&mut tx, &row, at).await?;
        }
        tx.commit().await?;
    }
    for assets in news.assets.chunks(CHUNK) {
        let mut tx = store.write().await?;
        store::assets::write::put_all(&mut tx, assets, at).await?;
        tx.commit().await?;
    }
    for seen in news.seen.chunks(CHUNK) {
        let mut tx = store.write().await?;
        store::assets::write::touch(&mut tx, seen).await?;
        tx.commit().await?;
    }
    for (former, stays) in &news.merged {
        let mut tx = store.write().await?;
        let deed = store::assets::regroup::Deed {
            by: None,
            reason: "the model found that they are one machine",
            at,
        };
        // One that was never stored, or was merged before, is no error.
        match store::assets::regroup::merge(&mut tx, *stays, *former, deed).await {
            Ok(_) => tx.commit().await?,
            Err(error) => tracing::info!("cannot merge {former} into {stays}: {error}"),
        }
    }
    Ok(())
}

/// The store's name of a realm of the model.
pub(crate) fn model_key(realm: facts::NetworkId) -> String {
    format!("realm-{}", realm.0)
}

/// What the history is kept by.
pub(crate) struct Historian {
    pub(crate) writer: Writer,
    pub(crate) catalogue: Arc<dyn history::Catalogue>,
    pub(crate) store: Store,
    pub(crate) keeping: retention::Keeper,
}

/// Writes history as it comes, turns hours that are over into files, and forgets what is over its limits.
pub(crate) async fn write_history(
    historian: Historian,
    mut changes: mpsc::Receiver<Vec<Change>>,
    troubles: Troubles,
) {
    let Historian { mut writer, catalogue, store, keeping } = historian;
    let mut seal = tokio::time::interval(SEAL_EVERY);
    let mut compact = tokio::time::interval(Duration::from_secs(3600));
    let mut forget = tokio::time::interval(FORGET_EVERY);
    loop {
        let done = tokio::select! {
            changes = changes.recv() => match changes {
                Some(changes) => writer.write(changes, now_us()).await.map_err(|error| error.to_string()),
                None => break,
            },
            _ = seal.tick() => {
                let made = writer.seal(now_us()).await;
                if made.as_ref().is_ok_and(|made| !made.is_empty()) {
                    forget.reset_immediately();
                }
                made.map(drop).map_err(|error| error.to_string())
            }
            _ = forget.tick() => {
                let done = retention::history(&keeping, &store, &catalogue, &mut writer, now_us()).await;
                troubles.set("retention", done.err());
                continue;
            }
            _ = compact.tick() => {
                let range = history::Range { from_us: now_us() - 3 * DAY_US, until_us: now_us() };
                let done = writer.compact(range, now_us()).await;
                forget.reset_immediately();
                done.map(drop).map_err(|error| error.to_string())
            }
        };
        troubles.set("history", done.err().map(|why| format!("history cannot be written now: {why}")));
    }
    if let Err(error) = writer.seal(now_us()).await {
        tracing::warn!("cannot close the history: {error}");
    }
}

const DAY_US: i64 = 24 * 3600 * 1_000_000;

/// Keeps the names and places that people gave, for the view.
pub(crate) async fn read_places(
    store: Store,
    mut changed: watch::Receiver<u64>,
    places: watch::Sender<Arc<HashMap<AssetUid, Known>>>,
    troubles: Troubles,
) {
    loop {
        match store::assets::place::all(&store).await {
            Ok(rows) => {
                let known = rows.into_iter().map(|row| {
                    let level = row.level.parse::<f32>().ok().or((row.level == "DMZ").then_some(3.5));
                    (row.id, Known { name: row.name, line: row.line, zone: row.zone, level })
                });
                let _ = places.send(Arc::new(known.collect()));
                troubles.set("places", None);
            }
            Err(error) => troubles.set("places", Some(format!("names and places cannot be read: {error}"))),
        }
        tokio::time::sleep(PLACES_EVERY).await;
        if changed.changed().await.is_err() {
            return;
        }
    }
}

/// What the store remembers, for the projection: which addresses are whose, and which networks there are.
pub(crate) async fn remembered(
    store: &Store,
    site: SiteId,
) -> Result<crate::project::Projection, StoreError> {
    let mut projection = crate::project::Projection::default();
    let mut realms = HashMap::new();
    for network in network::list(store, site).await? {
        let number = network.model_key.strip_prefix("realm-").and_then(|number| number.parse().ok());
        if let Some(number) = number {
            realms.insert(network.id, facts::NetworkId(number));
            projection.networks.insert(facts::NetworkId(number), network.id);
        }
    }
    for row in store::assets::address::all(store).await? {
        let Some(realm) = row.network.and_then(|network| realms.get(&network)) else { continue };
        let key = match row.kind {
            store::assets::address::AddressKind::Mac => {
                mac(&row.address).map(|mac| crate::identity::Key::Mac(*realm, mac))
            }
            store::assets::address::AddressKind::Ip => {
                row.address.parse().ok().map(|ip| crate::identity::Key::Ip(*realm, ip))
            }
            _ => None,
        };
        if let Some(key) = key {
            projection.ledger.remember(row.asset, key);
        }
    }
    Ok(projection)
}

/// A hardware address as the store writes it.
fn mac(text: &str) -> Option<wire::Mac> {
    let mut bytes = [0; 6];
    let mut parts = text.split(':');
    for byte in &mut bytes {
        *byte = u8::from_str_radix(parts.next()?, 16).ok()?;
    }
    parts.next().is_none().then_some(wire::Mac(bytes))
}

/// Signs the head of the audit log, and forgets log-ins and links that ended and what is over its limits, once an hour.
pub(crate) async fn keep_house(
    api: show::api::Api,
    store: Store,
    keeping: retention::Keeper,
    troubles: Troubles,
) {
    let mut hour = tokio::time::interval(Duration::from_secs(3600));
    loop {
        hour.tick().await;
        let signed = show::api::sign_audit(&api).await;
        let forgotten = show::api::forget_ended(&store, Moment(now_us())).await;
        let old = retention::database(&keeping, &store, now_us()).await;
        let failed = signed.and(forgotten).and(old).err();
        let why = |error| format!("the audit log cannot be signed, or old rows not forgotten, now: {error}");
        troubles.set("housekeeping", failed.map(why));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_that_counts_on_is_told_but_not_logged_again() {
        let (troubles, heard) = Troubles::new();
        let mut logged = 0;
        let mut before: Option<String> = None;
        for trouble in
            ["9 bytes are missing", "10 bytes are missing", "8 bytes are missing", "the disk refuses"]
        {
            logged += usize::from(is_for_log(before.as_deref(), trouble));
            troubles.set("history", Some(trouble.into()));
            assert_eq!(*heard.borrow(), [trouble], "people see the newest number");
            before = Some(trouble.into());
        }
        assert_eq!(logged, 2);
        troubles.set("history", None);
        assert!(heard.borrow().is_empty());
    }
}
