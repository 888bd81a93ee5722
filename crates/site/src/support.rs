//! The support bundle: what helps to find a fault. Every text passes the rules of `keep::support` on its way in, and
//! nothing is taken that is a secret: of the database only numbers, of the configuration no file that it names.

use crate::backup::Place;
use crate::fold::now_us;
use crate::settings::SiteError;
use show::api::{Api, SupportWish, health_text};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;
use store::{Store, inspect};
use tokio::sync::mpsc;

/// The health of the moment is written for a bundle that is made without the server, so often.
const HEALTH_EVERY: Duration = Duration::from_secs(60);
/// Bytes of the end of a log.
const LOG_BYTES: u64 = 1 << 20;
/// Where the server leaves its health.
const HEALTH: &str = "health.json";

/// A named text.
pub type Text = (String, String);

/// Fulfils wishes for bundles, and leaves the health of the moment in the data folder, until the server ends.
pub(crate) async fn run(
    api: Api,
    store: Store,
    place: Place,
    settings: String,
    mut wishes: mpsc::Receiver<SupportWish>,
) {
    let mut tick = tokio::time::interval(HEALTH_EVERY);
    loop {
        tokio::select! {
            wish = wishes.recv() => {
                let Some(wish) = wish else { return };
                let texts = texts(&place, Some(&store), &settings, &health_text(&api)).await;
                let mut bytes = Vec::new();
                let made = bundle(&mut bytes, &texts, now_us()).map(|()| bytes).map_err(|error| error.to_string());
                // Who asked may be gone.
                let _ = wish.send(made);
            }
            _ = tick.tick() => leave_health(&place.folder, &health_text(&api)),
        }
    }
}

/// Replaced whole; that it fails is told by what it would tell: the disk is full.
fn leave_health(folder: &Path, text: &str) {
    let (path, fresh) = (folder.join(HEALTH), folder.join("health.json.new"));
    let _ = fs::write(&fresh, text).and_then(|()| fs::rename(&fresh, &path));
}

/// The texts of a bundle. `settings` are the effective values of the configuration.
pub async fn texts(place: &Place, store: Option<&Store>, settings: &str, health: &str) -> Vec<Text> {
    let counted = match store {
        Some(store) => counts(store).await.unwrap_or_else(|error| format!("cannot {error}\n")),
        None => String::from("the database was not opened\n"),
    };
    let sensors = match store {
        Some(store) => sensors(store).await.unwrap_or_else(|error| format!("cannot {error}\n")),
        None => String::new(),
    };
    vec![
        (
            "version.txt".into(),
            format!(
                "yagura {}\ndatabase version of the program {}\n",
                env!("CARGO_PKG_VERSION"),
                store::VERSION
            ),
        ),
        ("configuration.json".into(), settings.to_owned()),
        ("health.json".into(), health.to_owned()),
        ("database.txt".into(), counted),
        ("sensors.txt".into(), sensors),
        ("disk.txt".into(), disk(&place.folder)),
        ("system.txt".into(), system()),
    ]
}

/// The health that a server left in the data folder, with the moment in it.
#[must_use]
pub fn left_health(folder: &Path) -> String {
    fs::read_to_string(folder.join(HEALTH))
        .unwrap_or_else(|error| format!("no server left its health: {error}\n"))
}

/// The end of a log file.
///
/// # Errors
/// One line.
pub fn log_end(path: &Path) -> Result<String, SiteError> {
    let read = || -> io::Result<String> {
        let mut file = File::open(path)?;
        let len = file.metadata()?.len();
        file.seek(SeekFrom::Start(len.saturating_sub(LOG_BYTES)))?;
        let mut bytes = Vec::new();
        file.take(LOG_BYTES).read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // The first line may be cut, and half a secret is not recognised.
        let cut = if len > LOG_BYTES { text.find('\n').map_or(text.len(), |at| at + 1) } else { 0 };
        Ok(text.get(cut..).unwrap_or_default().to_owned())
    };
    read().map_err(|error| SiteError(format!("cannot read the log {}: {error}", path.display())))
}

/// Writes the texts as `.tar.gz`, every secret blotted out.
///
/// # Errors
/// One line.
pub fn bundle(out: impl Write, texts: &[Text], now_us: i64) -> Result<(), SiteError> {
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    keep::support::write(out, now_us, &texts)
        .map_err(|error| SiteError(format!("cannot write the support bundle: {error}")))
}

async fn counts(store: &Store) -> Result<String, store::StoreError> {
    let back_end = if store.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    let mut text = format!("{back_end}, version {}\n", inspect::version(store).await?);
    for (table, rows) in inspect::row_counts(store).await? {
        let _ = writeln!(text, "{table}\t{rows}");
    }
    Ok(text)
}

/// Sensors on other machines; their certificates are left out.
async fn sensors(store: &Store) -> Result<String, store::StoreError> {
    let mut text = String::from("id\tversion\tenrolled\trevoked\tlast batch\tat\n");
    for sensor in store::sensors::list(store).await? {
        let moment = |at: Option<store::Moment>| at.map_or_else(|| "-".into(), |at| utc(at.0));
        let _ = writeln!(
            text,
            "{}\t{}\t{}\t{}\t{}\t{}",
            sensor.id,
            sensor.version,
            moment(sensor.enrolled_at),
            moment(sensor.revoked_at),
            sensor.last_batch,
            moment(sensor.last_batch_at)
        );
    }
    Ok(text)
}

fn utc(time_us: i64) -> String {
    jiff::Timestamp::from_microsecond(time_us).unwrap_or_default().to_string()
}

/// Room on the disk, and owner, mode and bytes of each entry of the data folder.
fn disk(folder: &Path) -> String {
    let mut text = match keep::space::space(folder) {
        Ok(space) => format!("{}: {} bytes, {} free\n", folder.display(), space.total, space.available),
        Err(error) => format!("{}: {error}\n", folder.display()),
    };
    let Ok(entries) = fs::read_dir(folder) else { return text };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let Ok(data) = fs::symlink_metadata(&path) else { continue };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (bytes, files) = size_of(&path);
        let _ = writeln!(
            text,
            "{name}\t{}:{}\t{:o}\t{bytes} bytes\t{files} files",
            data.uid(),
            data.gid(),
            data.mode()
        );
    }
    text
}

fn size_of(path: &Path) -> (u64, u64) {
    let Ok(data) = fs::symlink_metadata(path) else { return (0, 0) };
    if !data.is_dir() {
        return (data.len(), 1);
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .map(|entry| size_of(&entry.path()))
        .fold((0, 0), |(bytes, files), (more, others)| (bytes + more, files + others))
}

fn system() -> String {
    let mut text = format!("processors {}\n", std::thread::available_parallelism().map_or(0, usize::from));
    for (path, lines) in [
        ("/proc/version", 1),
        ("/etc/os-release", 4),
        ("/proc/meminfo", 3),
        ("/proc/uptime", 1),
        ("/proc/loadavg", 1),
    ] {
        let told = fs::read_to_string(path).unwrap_or_default();
        let _ = writeln!(text, "{path}:");
        told.lines().take(lines).for_each(|line| {
            let _ = writeln!(text, "  {line}");
        });
    }
    let mut ports: Vec<String> = fs::read_dir("/sys/class/net")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| {
            let state = fs::read_to_string(entry.path().join("operstate")).unwrap_or_default();
            format!("{} {}", entry.file_name().to_string_lossy(), state.trim())
        })
        .collect();
    ports.sort();
    let _ = writeln!(text, "interfaces: {}", ports.join(", "));
    text
}
