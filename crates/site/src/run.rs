//! The main process of a plant's server, from start to end.

use crate::first::{self, FirstError};
use crate::fold::{Ends, Folder, now_us};
use crate::keeper::Keeper;
use crate::remote;
use crate::tasks::{self, Troubles};
use history::{Accumulate, Writer};
use login::password::Passwords;
use login::session::SessionPolicy;
use sensor::Receiver;
use show::api::view::View;
use show::api::{Api, Entry, Parts};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use store::Store;
use tokio::sync::{mpsc, watch};

/// News that may wait for the store: the next replaces what was not told.
const NEWS_WAITING: usize = 1;
/// Seconds of history that may wait for its writer.
const HISTORY_WAITING: usize = 4;
/// Batches of files that may wait to be folded.
const BATCHES_WAITING: usize = 16;
/// Uploads that may wait.
const UPLOADS_WAITING: usize = 8;

/// How the first person comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// A one-time link to enrol is printed while there is no user.
    Enrol,
    /// A one-time link that logs the demo's user in is printed.
    Demo,
}

/// What the server needs to know.
#[derive(Debug)]
pub struct Settings {
    /// The plant's name.
    pub name: String,
    /// Its time zone by IANA name.
    pub time_zone: String,
    /// Where everything is kept.
    pub folder: PathBuf,
    /// Database.
    pub database: String,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Further names under which it is reached.
    pub hosts: Vec<String>,
    /// Certificate chain and key in PEM; `None` serves plain HTTP, which is for loopback only.
    pub tls: Option<(String, String)>,
    /// How the first person comes in.
    pub entrance: Entrance,
    /// How long a log-in counts.
    pub sessions: SessionPolicy,
    /// Whether evidence packets are kept.
    pub evidence: bool,
    /// Bytes of an upload at most.
    pub upload_bytes_max: u64,
    /// Who else vouches for people.
    pub entry: Entry,
    /// Where sensors on other machines come in; `None` where none can.
    pub remote: Option<remote::Entrance>,
}

/// Why the server cannot start.
#[derive(Debug)]
pub struct SiteError(pub String);

impl std::fmt::Display for SiteError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for SiteError {}

fn failed<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> SiteError + '_ {
    move |error| SiteError(format!("cannot {what}: {error}"))
}

/// Runs the main process until the opener is gone or it is asked to end. `told` is called with the line that says
/// where to go, once the server answers.
pub fn run(settings: Settings, told: impl FnOnce(&str) + Send + 'static) -> Result<(), SiteError> {
    let folder = settings.folder.clone();
    let keeper = Keeper::open(&folder.join("model")).map_err(failed("open the model"))?;
    // Before there is any thread: the rights that are dropped here must be gone in all of them.
    let receiver = Receiver::from_opener(keeper.last()).map_err(failed("hear the opener"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(failed("start the server's threads"))?;
    runtime.block_on(serve(settings, keeper, receiver, told))
}

async fn serve(
    settings: Settings,
    keeper: Keeper,
    receiver: Receiver,
    told: impl FnOnce(&str) + Send,
) -> Result<(), SiteError> {
    let store = Store::open(&settings.database, store::Options::default())
        .await
        .map_err(failed("open the database"))?;
    let listener = show::server::bind(settings.listen).map_err(|error| {
        SiteError(format!("cannot listen on {}: {error}; choose another address", settings.listen))
    })?;
    let address = listener.local_addr().unwrap_or(settings.listen);
    let tls = match &settings.tls {
        Some((chain, key)) => Some(
            login::certificate::server_tls(chain, &login::Secret::new(key.clone()), None)
                .map_err(failed("use the certificate"))?,
        ),
        None => None,
    };
    let entrance = settings.entrance;
    let Started { api, folding, historian } = start(settings, &store, address, keeper, receiver).await?;
    let link = match entrance {
        Entrance::Demo => Some(show::api::demo_link(&api).await.map_err(said)?),
        Entrance::Enrol => show::api::first_link(&api).await.map_err(said)?,
    };
    let scheme = if tls.is_some() { "https" } else { "http" };
    told(&format!("ready: {scheme}://{address}{}", link.as_deref().unwrap_or("/")));
    let served = tokio::select! {
        served = show::server::serve(listener, api, tls) => served.map_err(failed("serve")),
        _ = ended(folding) => Ok(()),
    };
    let _ = tokio::time::timeout(std::time::Duration::from_secs(5), historian).await;
    store.close().await;
    served
}

/// What runs beside the server.
struct Started {
    api: Api,
    folding: std::thread::JoinHandle<()>,
    historian: tokio::task::JoinHandle<()>,
}

/// Starts the folding and everything that writes, and connects them.
async fn start(
    settings: Settings,
    store: &Store,
    address: SocketAddr,
    keeper: Keeper,
    receiver: Receiver,
) -> Result<Started, SiteError> {
    let site = first::site(store, &settings.name, &settings.time_zone, now_us()).await?;
    let projection = tasks::remembered(store, site).await.map_err(failed("read what is remembered"))?;
    let writer = open_history(&settings.folder).await?;
    let history = writer.history();
    let (troubles, trouble_list) = Troubles::new();
    let (view_in, view) = watch::channel(Arc::new(View::default()));
    let (page_in, page) = watch::channel(Arc::<str>::from("{}"));
    let (news_in, news) = mpsc::channel(NEWS_WAITING);
    let (history_in, history_out) = mpsc::channel(HISTORY_WAITING);
    let (places_in, places) = watch::channel(Arc::default());
    let (uploads, upload_queue) = mpsc::channel(UPLOADS_WAITING);
    let (batches_in, files) = std::sync::mpsc::sync_channel(BATCHES_WAITING);
    let changed = watch::Sender::new(0);
    let kept = keeper.remotes().clone();
    let desk = remote::Desk {
        store: store.clone(),
        changed: changed.clone(),
        troubles: troubles.clone(),
        folder: settings.folder.clone(),
        site: settings.name.clone(),
    };
    let (remote, entrance) = remote::start(settings.remote, desk, kept).await?;
    let data = settings.folder.clone();
    let ends = Ends {
        view: view_in,
        page: page_in,
        news: news_in,
        history: history_in,
        places,
        troubles: trouble_list,
        data,
        files,
        remote,
    };
    let accumulate = Accumulate::new(site, history::Limits::default());
    let fold = Folder::new(keeper, projection, accumulate, ends);
    let folding = std::thread::Builder::new()
        .name("fold".into())
        .spawn(move || fold.run(receiver))
        .map_err(failed("start the folding thread"))?;
    tokio::spawn(tasks::write_news(store.clone(), site, news, changed.clone(), troubles.clone()));
    let historian = tokio::spawn(tasks::write_history(writer, history_out, troubles.clone()));
    tokio::spawn(tasks::read_places(store.clone(), changed.subscribe(), places_in, troubles.clone()));
    tokio::spawn(crate::uploads::read(upload_queue, store.clone(), batches_in));
    let heard = Heard { site, history, view, page, changed, uploads, entrance };
    let api = Api::new(parts(settings, store, address, heard)?);
    tokio::spawn(show::webhook_worker::run(api.clone()));
    tokio::spawn(tasks::keep_house(api.clone(), store.clone(), troubles));
    Ok(Started { api, folding, historian })
}

/// What the interface hears from the tasks.
struct Heard {
    site: facts::id::SiteId,
    history: history::History,
    view: watch::Receiver<Arc<View>>,
    page: watch::Receiver<Arc<str>>,
    changed: watch::Sender<u64>,
    uploads: mpsc::Sender<show::api::Upload>,
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
        changed: heard.changed,
        passwords: Passwords::new().map_err(failed("prepare passwords"))?,
        keys: login::SealingKeys::open_or_create(&folder.join("sealing.keys"))
            .map_err(failed("open the sealing keys"))?,
        head: login::HeadKey::open_or_create(&folder.join("audit.key"))
            .map_err(failed("open the audit key"))?,
        sessions: settings.sessions,
        origins: show::server::origins(address, settings.tls.is_some(), &settings.hosts),
        tls: settings.tls.is_some(),
        folder: folder.join("uploads"),
        upload_bytes_max: settings.upload_bytes_max,
        uploads: heard.uploads,
        remote: heard.entrance,
        data: heard.page,
        entry: settings.entry,
        clock: now_us,
    })
}

fn said<E: std::fmt::Display>(error: E) -> SiteError {
    SiteError(format!("cannot {error}"))
}

async fn ended(thread: std::thread::JoinHandle<()>) {
    let _ = tokio::task::spawn_blocking(move || thread.join()).await;
}

async fn open_history(folder: &std::path::Path) -> Result<Writer, SiteError> {
    let files = folder.join("history");
    std::fs::create_dir_all(&files).map_err(failed("make the folder of the history"))?;
    let store = object_store::local::LocalFileSystem::new_with_prefix(&files)
        .map_err(failed("open the folder of the history"))?
        .with_fsync(true);
    let catalogue =
        history::JsonCatalogue::open(folder.join("history.json")).map_err(failed("open the history"))?;
    let options = history::Options::new(folder.join("history-log"));
    let (mut writer, report) = Writer::open(Arc::new(store), Arc::new(catalogue), options, now_us())
        .await
        .map_err(failed("open the history"))?;
    tracing::info!("history: {report:?}");
    writer.reconcile(now_us()).await.map_err(failed("look through the history"))?;
    Ok(writer)
}

/// So that errors of the first start read like the others.
impl From<FirstError> for SiteError {
    fn from(error: FirstError) -> Self {
        Self(format!("cannot {error}"))
    }
}
