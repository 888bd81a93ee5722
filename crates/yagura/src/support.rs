//! `yagura support`: the support bundle, also when the server is down or its configuration has faults.

use crate::backup::{block_on, place};
use crate::error::Failure;
use crate::site_main::{now_us, tell};
use clap::Args;
use site::{SiteError, host, support};
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Arguments of `yagura support`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The bundle, a .tar.gz that must not exist yet
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// A file with what the server told, such as `journalctl -u yagura > FILE`; its last 1 MiB is taken
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

/// Runs `yagura support`.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut texts = match config::read(Some(&arguments.config), &config::environment()) {
        Ok(config) => block_on(gathered(&config, &arguments.config))?,
        Err(faults) => {
            eprintln!("warning: the configuration has faults; the bundle tells them and little else");
            vec![("configuration-faults.txt".into(), faults.to_string())]
        }
    };
    if let Some(log) = &arguments.log {
        texts.push(("log.txt".into(), support::log_end(log).map_err(Failure::input)?));
    }
    write(&arguments.to, &texts).map_err(Failure::output)?;
    tell(&format!("{}: {} texts; look through it before you send it", arguments.to.display(), texts.len()));
    Ok(())
}

async fn gathered(config: &config::Config, path: &Path) -> Result<Vec<support::Text>, SiteError> {
    let place = place(config, Some(path));
    let opened = host::open_existing(&place).await;
    let health = support::left_health(&place.folder);
    let mut texts = support::texts(&place, opened.as_ref().ok(), &config.described(), &health).await;
    match opened {
        Ok(store) => store.close().await,
        Err(error) => texts.push(("database-fault.txt".into(), error.to_string())),
    }
    let (faults, warnings) = config::check_machine(config);
    let told: String = faults.iter().chain(&warnings).map(|fault| format!("{fault}\n")).collect();
    texts.push(("configuration-check.txt".into(), told));
    Ok(texts)
}

fn write(to: &Path, texts: &[support::Text]) -> Result<(), SiteError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    let file = file.map_err(|error| SiteError(format!("cannot write {}: {error}", to.display())))?;
    support::bundle(file, texts, now_us()).inspect_err(|_| {
        let _ = fs::remove_file(to);
    })
}
