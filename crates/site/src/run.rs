//! The main process of a plant's server, from start to end.

use crate::backup::{Place, Plan, open_store, refuse_unfinished};
use crate::catalogue::SqlCatalogue;
use crate::first;
use crate::fold::{Ends, Folder, now_us};
use crate::furnish::furnish;
use crate::judging::{self, Judging};
use crate::keeper::Keeper;
use crate::project::News;
use crate::readings::FromFile;
use crate::reload::Reload;
use crate::remote;
use crate::retention;
use crate::settings::{Entrance, Settings, SiteError, failed};
use crate::tasks::{self, Troubles};
use facts::id::AssetUid;
use history::{Accumulate, Writer};
use login::password::Passwords;
use sensor::Receiver;
use show::api::judged::{Judged, Prospects};
use show::api::view::{Known, View};
use show::api::{Api, Host, Live, Parts};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::Store;
use tokio::sync::{mpsc, watch};

/// News that may wait for the store: the next replaces what was not told.
const NEWS_WAITING: usize = 1;
/// Seconds of history that may wait for its writer.
const HISTORY_WAITING: usize = 4;
/// Batches of files that may wait to be folded.
const BATCHES_WAITING: usize = 16;
/// How long the end waits for the history to be written.
const LAST_HISTORY: std::time::Duration = std::time::Duration::from_secs(5);
/// Uploads that may wait.
const UPLOADS_WAITING: usize = 8;

/// How long a start waits for a server before it that is ending.
const ENDING: std::time::Duration = std::time::Duration::from_secs(15);

/// Runs the main process until the opener is gone or it is asked to end. `told` is called with the line that says
/// where to go, once the server answers.
/// `reload` reads the configuration again when SIGHUP arrives.
pub fn run(
    settings: Settings,
    reload: Option<Reload>,
    told: impl FnOnce(&str) + Send + 'static,
) -> Result<(), SiteError> {
    let folder = settings.folder.clone();
    let _lock = crate::lock::lock(&folder, ENDING)?;
    // Before the model makes files of its own there.
    refuse_unfinished(&folder)?;
    let keeper =
        Keeper::open(&folder.join("model"), settings.remembered).map_err(failed("open the model"))?;
    // Before there is any thread: the rights that are dropped here must be gone in all of them.
    let receiver = Receiver::from_opener(keeper.last()).map_err(failed("hear the opener"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(failed("start the server's threads"))?;
    runtime.block_on(serve(settings, reload, keeper, receiver, told))
}

async fn serve(
    mut settings: Settings,
    reload: Option<Reload>,
    keeper: Keeper,
    receiver: Receiver,
    told: impl FnOnce(&str) + Send,
) -> Result<(), SiteError> {
    let end = show::server::asked_to_end().map_err(failed("listen to signals"))?;
    let key = settings.host.plan.as_ref().map(|plan| plan.lock.clone());
    let store = open_store(&settings.place(), key, now_us()).await?;
    let listener = show::server::bind(settings.listen).map_err(|error| {
        SiteError(format!("cannot listen on {}: {error}; choose another address", settings.listen))
    })?;
    let address = listener.local_addr().unwrap_or(settings.listen);
    let tls = settings.tls.as_ref().map(server_tls).transpose()?;
    let entrance = settings.entrance;
    let metrics = settings.host.metrics.take().map(|(at, token)| metrics_at(at).map(|at| (at, token)));
    let metrics = metrics.transpose()?;
    let people = settings.host.people.take();
    let live = watch::Sender::new(Arc::new(settings.live.clone()));
    let started = start(settings, live.subscribe(), &store, address, keeper, receiver).await?;
    let Started { api, changed, folding, historian, sender } = started;
    if let Some((listener, token)) = metrics {
        tokio::spawn(show::serve_metrics(listener, api.clone(), token));
    }
    if let Some(reload) = reload {
        tokio::spawn(crate::reload::on_signal(reload, live));
    }
    let scheme = if tls.is_some() { "https" } else { "http" };
    let link = link(entrance, &api).await?;
    told(&format!("ready: {scheme}://{address}{}", link.as_deref().unwrap_or("/")));
    if let Some(people) = people {
        tokio::spawn(furnish(api.clone(), changed, people));
    }
    let ending = api.clone();
    let served = tokio::select! {
        served = show::server::serve(listener, api, tls, end) => served.map_err(failed("serve")),
        _ = ended(folding) => Ok(()),
    };
    let _ = tokio::time::timeout(LAST_HISTORY, historian).await;
    // What was done since the last hour is signed as well.
    if let Err(error) = show::api::sign_audit(&ending).await {
        tracing::warn!("cannot sign the audit log: {error}");
    }
    // Messages that were not sent wait in the store, which must not close under their sender.
    sender.abort();
    let _ = sender.await;
    store.close().await;
    served
}

fn server_tls((chain, key): &(String, String)) -> Result<tokio_rustls::rustls::ServerConfig, SiteError> {
    login::certificate::server_tls(chain, &login::Secret::new(key.clone()), None)
        .map_err(failed("use the certificate"))
}

/// The one-time link by which the first person comes in, where there is to be one.
async fn link(entrance: Entrance, api: &Api) -> Result<Option<String>, SiteError> {
    match entrance {
        Entrance::Demo => show::api::demo_link(api).await.map(Some).map_err(said),
        Entrance::Enrol => show::api::first_link(api).await.map_err(said),
    }
}

/// What runs beside the server.
struct Started {
    api: Api,
    changed: watch::Receiver<u64>,
    folding: std::thread::JoinHandle<()>,
    historian: tokio::task::JoinHandle<()>,
    /// Sends messages to webhooks.
    sender: tokio::task::JoinHandle<()>,
}

/// Starts the folding and everything that writes, and connects them.
async fn start(
    mut settings: Settings,
    live: watch::Receiver<Arc<Live>>,
    store: &Store,
    address: SocketAddr,
    keeper: Keeper,
    receiver: Receiver,
) -> Result<Started, SiteError> {
    let site = first::site(store, &settings.name, &settings.time_zone, now_us()).await?;
    let projection = tasks::remembered(store, site).await.map_err(failed("read what is remembered"))?;
    let keeping = retention::Keeper { live: live.clone(), folder: settings.folder.clone() };
    let historian = open_history(&settings.folder, store, keeping.clone()).await?;
    let history = historian.writer.history();
    let (troubles, trouble_list) = Troubles::new();
    let changed = watch::Sender::new(0);
    let desk = remote::Desk {
        store: store.clone(),
        changed: changed.clone(),
        troubles: troubles.clone(),
        folder: settings.folder.clone(),
        site: settings.name.clone(),
    };
    let kept = keeper.remotes().clone();
    let (remote, entrance) = remote::start(settings.remote.take(), desk, kept).await?;
    let (ends, far) = ends(settings.folder.clone(), trouble_list, remote);
    let (batches, files) = std::sync::mpsc::sync_channel(BATCHES_WAITING);
    let accumulate = Accumulate::new(site, history::Limits::default());
    let fold = Folder::new(keeper, projection, accumulate, files, ends);
    let folding = std::thread::Builder::new()
        .name("fold".into())
        .spawn(move || fold.run(receiver))
        .map_err(failed("start the folding thread"))?;
    tokio::spawn(tasks::write_news(store.clone(), site, far.news, changed.clone(), troubles.clone()));
    let historian = tokio::spawn(tasks::write_history(historian, far.history, troubles.clone()));
    tokio::spawn(tasks::read_places(store.clone(), changed.subscribe(), far.places, troubles.clone()));
    let left = crate::uploads::left(store, &settings.folder.join("uploads")).await;
    let uploads = read_captures(&settings, store, batches, left);
    let (place, described) = (settings.place(), std::mem::take(&mut settings.host.described));
    let (support, support_wishes) = mpsc::channel(1);
    let plan = settings.host.plan.take();
    let backups = plan.map(|plan| start_backups(place.clone(), plan, site, store, &troubles));
    let changes = changed.subscribe();
    let (judged_in, judged) = watch::channel(Arc::default());
    let (prospects_in, prospects) = watch::channel(Arc::default());
    tokio::spawn(judging::run(Judging {
        site,
        store: store.clone(),
        folder: settings.folder.clone(),
        view: far.view.clone(),
        changed: changed.subscribe(),
        judged: judged_in,
        prospects: prospects_in,
        troubles: troubles.clone(),
    }));
    let host = Host { backups, support: Some(support), story: settings.host.story.take() };
    let heard =
        Heard { site, history, view: far.view, judged, prospects, changed, uploads, host, live, entrance };
    let api = Api::new(parts(settings, store, address, heard)?);
    let sender = tokio::spawn(show::webhook_worker::run(api.clone()));
    tokio::spawn(tasks::keep_house(api.clone(), store.clone(), keeping, troubles));
    tokio::spawn(crate::support::run(api.clone(), store.clone(), place, described, support_wishes));
    Ok(Started { api, changed: changes, folding, historian, sender })
}

/// The other ends of what the folding thread is connected by.
struct FarEnds {
    view: watch::Receiver<Arc<View>>,
    news: mpsc::Receiver<News>,
    history: mpsc::Receiver<Vec<history::Change>>,
    places: watch::Sender<Arc<HashMap<AssetUid, Known>>>,
}

/// Connects the folding thread with those who write and those who answer.
fn ends(data: PathBuf, troubles: watch::Receiver<Vec<String>>, remote: remote::Ends) -> (Ends, FarEnds) {
    let (view_in, view) = watch::channel(Arc::new(View::default()));
    let (news_in, news) = mpsc::channel(NEWS_WAITING);
    let (history_in, history) = mpsc::channel(HISTORY_WAITING);
    let (places_in, places) = watch::channel(Arc::default());
    let ends = Ends { view: view_in, news: news_in, history: history_in, places, troubles, data, remote };
    (ends, FarEnds { view, news, history, places: places_in })
}

/// Starts the readers of watched folders and of uploads, of which some are left; gives where uploads are handed on.
fn read_captures(
    settings: &Settings,
    store: &Store,
    fold: std::sync::mpsc::SyncSender<FromFile>,
    left: Vec<show::api::Upload>,
) -> mpsc::Sender<show::api::Upload> {
    for (number, folder) in (0..).zip(settings.watched.clone()) {
        tokio::spawn(crate::folders::watch(folder, number, store.clone(), fold.clone()));
    }
    let (uploads, queue) = mpsc::channel(UPLOADS_WAITING);
    tokio::spawn(crate::uploads::read(left, queue, store.clone(), fold));
    uploads
}

/// Starts the regular backups; gives where others may wish for one.
fn start_backups(
    place: Place,
    plan: Plan,
    site: facts::id::SiteId,
    store: &Store,
    troubles: &Troubles,
) -> mpsc::Sender<String> {
    let (backups, wishes) = mpsc::channel(1);
    tokio::spawn(crate::backups::run(place, plan, site, store.clone(), wishes, troubles.clone()));
    backups
}

/// What the interface hears from the tasks.
struct Heard {
    site: facts::id::SiteId,
    history: history::History,
    view: watch::Receiver<Arc<View>>,
    judged: watch::Receiver<Arc<Judged>>,
    prospects: watch::Receiver<Arc<Prospects>>,
    changed: watch::Sender<u64>,
    uploads: mpsc::Sender<show::api::Upload>,
    host: Host,
    live: watch::Receiver<Arc<Live>>,
    entrance: Option<show::api::RemoteEntrance>,
}

fn parts(settings: Settings, store: &Store, address: SocketAddr, heard: Heard) -> Result<Parts, SiteError> {
    let folder = &settings.folder;
    Ok(Parts {
        site: heard.site,
        store: store.clone(),
        history: Some(heard.history),
        evidence: settings.evidence.then(|| folder.join("evidence")),
        view: heard.view,
        judged: heard.judged,
        prospects: heard.prospects,
        changed: heard.changed,
        passwords: Passwords::new().map_err(failed("prepare passwords"))?,
        keys: login::SealingKeys::open_or_create(&folder.join("sealing.keys"))
            .map_err(failed("open the sealing keys"))?,
        head: login::HeadKey::open_or_create(&folder.join("audit.key"))
            .map_err(failed("open the audit key"))?,
        origins: show::server::origins(address, settings.tls.is_some(), &settings.hosts),
        tls: settings.tls.is_some(),
        certificate: settings.tls.as_ref().map(|(chain, _)| crate::certificates::served(folder, chain)),
        folder: folder.join("uploads"),
        knowledge: folder.join(crate::judging::FOLDER),
        uploads: heard.uploads,
        remote: heard.entrance,
        entry: settings.entry,
        host: heard.host,
        live: heard.live,
        clock: now_us,
    })
}

fn said<E: std::fmt::Display>(error: E) -> SiteError {
    SiteError(format!("cannot {error}"))
}

fn metrics_at(address: SocketAddr) -> Result<std::net::TcpListener, SiteError> {
    show::server::bind(address).map_err(|error| {
        SiteError(format!("cannot serve figures at {address}: {error}; choose another address in [metrics]"))
    })
}

async fn ended(thread: std::thread::JoinHandle<()>) {
    let _ = tokio::task::spawn_blocking(move || thread.join()).await;
}

async fn open_history(
    folder: &Path,
    store: &Store,
    keeping: retention::Keeper,
) -> Result<tasks::Historian, SiteError> {
    let files = folder.join("history");
    std::fs::create_dir_all(&files).map_err(failed("make the folder of the history"))?;
    let local = object_store::local::LocalFileSystem::new_with_prefix(&files)
        .map_err(failed("open the folder of the history"))?
        .with_fsync(true);
    let catalogue: Arc<dyn history::Catalogue> = Arc::new(SqlCatalogue(store.clone()));
    let options = history::Options::new(folder.join("history-log"));
    let (mut writer, report) = Writer::open(Arc::new(local), catalogue.clone(), options, now_us())
        .await
        .map_err(failed("open the history"))?;
    tracing::info!("history: {report:?}");
    writer.reconcile(now_us()).await.map_err(failed("look through the history"))?;
    Ok(tasks::Historian { writer, catalogue, store: store.clone(), keeping })
}
