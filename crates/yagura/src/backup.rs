//! `yagura backup` and `yagura restore`, and what the configuration says about backups.

use crate::error::Failure;
use crate::site_main::{now_us, read, tell};
use clap::Args;
use config::{BackupKey, Config, Every};
use keep::backup::{Key, Lock};
use show::api::BackupMade;
use site::SiteError;
use site::backup::{self, Place, Plan};
use site::host;
use std::future::Future;
use std::path::{Path, PathBuf};

/// Arguments of `yagura backup`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The backup; without it, a name with the time in the folder of section [backup]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// File whose first line is the passphrase that will open it, in place of section [backup]
    #[arg(long, value_name = "FILE", conflicts_with = "recipient")]
    passphrase_file: Option<PathBuf>,
    /// Public key (age1…) of somebody who will be able to open it, in place of section [backup]
    #[arg(long, value_name = "KEY")]
    recipient: Vec<String>,
}

/// Arguments of `yagura restore`.
#[derive(Args)]
pub(crate) struct RestoreArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// File whose first line is the passphrase; without it, that of section [backup]
    #[arg(long, value_name = "FILE", conflicts_with = "identity_file")]
    passphrase_file: Option<PathBuf>,
    /// File with the secret key (AGE-SECRET-KEY-1…) of one of its recipients
    #[arg(long, value_name = "FILE")]
    identity_file: Option<PathBuf>,
    /// The backup, or the folder of a copy that an upgrade made
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,
}

/// Runs `yagura backup`.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = read(Some(&arguments.config))?;
    let lock = match (&arguments.passphrase_file, arguments.recipient.as_slice()) {
        (Some(file), _) => Lock::Passphrase(secret(file)?),
        (None, []) => config.backup.as_ref().map(lock).transpose()?.ok_or_else(|| {
            Failure::input(
                "backups are encrypted: name --passphrase-file or --recipient, or write section [backup]",
            )
        })?,
        (None, recipients) => Lock::Recipients(recipients.to_vec()),
    };
    let place = place(&config, Some(&arguments.config));
    block_on(async {
        let store = host::open_existing(&place).await?;
        let made = make(&place, &store, arguments.to.as_deref(), config.backup.as_ref(), lock).await;
        store.close().await;
        made
    })
}

/// Makes the backup and writes down in the database that it was made.
async fn make(
    place: &Place,
    store: &store::Store,
    to: Option<&Path>,
    planned: Option<&config::Backup>,
    lock: Lock,
) -> Result<(), SiteError> {
    let time_us = now_us();
    let to = match (to, planned) {
        (Some(to), _) => to.to_owned(),
        (None, Some(planned)) => {
            let sites = store::structure::site::list(store).await;
            let sites = sites.map_err(|error| SiteError(format!("cannot {error}")))?;
            let site = sites.first().ok_or_else(|| {
                SiteError("cannot name the backup: the server was never started; use --to FILE".into())
            })?;
            planned.folder.join(backup::file_name(site.id, time_us))
        }
        (None, None) => return Err(SiteError("no folder for backups is configured: use --to FILE".into())),
    };
    let made = backup::make(place, store, lock, &to, time_us).await?;
    for name in &made.skipped {
        eprintln!("warning: {name} was left out: no backup can hold its name");
    }
    let row = BackupMade {
        time_us,
        done_us: now_us(),
        file: std::path::absolute(&to).unwrap_or(to).display().to_string(),
        bytes: made.bytes,
        asked_by: host::HostUser::of_process().actor,
        problem: None,
        removed: false,
    };
    show::api::note_backup(store, &row, &[])
        .await
        .map_err(|error| SiteError(format!("the backup {} was made; cannot note it: {error}", row.file)))?;
    tell(&format!("{}: {} parts, {} bytes", row.file, made.parts, made.bytes));
    Ok(())
}

/// Runs `yagura restore`.
pub(crate) fn restore(arguments: &RestoreArguments) -> Result<(), Failure> {
    let config = read(Some(&arguments.config))?;
    let key = match (&arguments.passphrase_file, &arguments.identity_file, &config.backup) {
        (Some(file), ..) => Some(Key::Passphrase(secret(file)?)),
        (None, Some(file), _) => Some(Key::Identity(identity(file)?)),
        (None, None, Some(config::Backup { key: BackupKey::PassphraseFile(file), .. })) => {
            Some(Key::Passphrase(secret(file)?))
        }
        (None, None, _) => None,
    };
    let place = place(&config, Some(&arguments.config));
    block_on(async {
        let now_us = now_us();
        let restored = backup::restore(&place, &arguments.backup, key.as_ref(), now_us).await?;
        tell(&format!("restored: {}", restored.about));
        tell(&format!("the former data are in {}", restored.former.display()));
        if let Some(file) = &restored.configuration {
            tell(&format!("the configuration of the backup is {}; the one in use stays", file.display()));
        }
        if restored.schema < store::VERSION {
            tell("its database is of an earlier version: the next start brings it up to date");
            return Ok(());
        }
        let store = host::open_existing(&place).await?;
        let detail = serde_json::json!({ "backup": arguments.backup.display().to_string() });
        let noted = host::note(&store, "backup.restore", "backup", detail, now_us).await;
        store.close().await;
        noted
    })
}

/// A secret key of age stands on a line of its own; lines with `#` are its own comments.
fn identity(file: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", file.display())))?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    line.map(str::to_owned)
        .ok_or_else(|| Failure::input(format!("{} holds no AGE-SECRET-KEY-1…", file.display())))
}

fn secret(file: &Path) -> Result<String, Failure> {
    config::secret(file).map_err(|error| Failure::input(format!("cannot use the passphrase: {error}")))
}

fn lock(planned: &config::Backup) -> Result<Lock, Failure> {
    match &planned.key {
        BackupKey::Recipients(list) => Ok(Lock::Recipients(list.clone())),
        BackupKey::PassphraseFile(file) => Ok(Lock::Passphrase(secret(file)?)),
    }
}

/// The plan of section [backup].
pub(crate) fn plan(config: &Config) -> Result<Option<Plan>, Failure> {
    let Some(planned) = &config.backup else { return Ok(None) };
    Ok(Some(Plan {
        folder: planned.folder.clone(),
        is_weekly: planned.every == Every::Week,
        at: planned.at,
        zone: config.site.time_zone.clone(),
        keep: usize::try_from(planned.keep).unwrap_or(usize::MAX),
        lock: lock(planned)?,
    }))
}

/// Where the plant's data are.
pub(crate) fn place(config: &Config, path: Option<&Path>) -> Place {
    // A URL that cannot be read is told by whoever opens the database.
    let database = config.data.database.url().unwrap_or_default();
    Place {
        site: config.site.name.clone(),
        folder: config.data.folder.clone(),
        database,
        configuration: path.map(Path::to_owned),
        others: others(config),
    }
}

/// Paths of the configuration that may lie in the data folder and are not the product's.
pub(crate) fn others(config: &Config) -> Vec<PathBuf> {
    let watched = config.capture.folders.iter().map(|folder| folder.path.clone());
    watched.chain(config.backup.as_ref().map(|planned| planned.folder.clone())).collect()
}

/// Runs what needs the threads of a server.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, SiteError>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::output(format!("cannot start threads: {error}")))?;
    runtime.block_on(work).map_err(Failure::output)
}
