//! `yagura site`: the server of a plant, and the main process behind it and behind the demo.

use crate::error::Failure;
use clap::{Args, Subcommand};
use config::{Config, Tls};
use login::session::SessionPolicy;
use sensor::{OpenerConfig, SourceConfig};
use show::api::Entry;
use site::{Entrance, Settings};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Arguments of `yagura site`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// The configuration file
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Action {
    /// Checks the configuration and names every fault with its line; starts nothing
    Check,
}

/// Arguments of the main process, which the program gives itself.
#[derive(Args)]
pub(crate) struct MainArguments {
    #[arg(long)]
    config: Option<PathBuf>,
    #[arg(long)]
    demo: bool,
    #[arg(long, requires = "demo")]
    listen: Option<SocketAddr>,
    #[arg(long, requires = "demo")]
    folder: Option<PathBuf>,
}

/// Runs `yagura site`.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = check(arguments.config.as_deref())?;
    if let Some(Action::Check) = arguments.action {
        let file = arguments.config.as_deref().unwrap_or(Path::new("the configuration"));
        tell(&format!("{}: no faults", file.display()));
        return Ok(());
    }
    let folder = &config.data.folder;
    let id = site::sensor_id(folder).map_err(|error| Failure::output(format!("cannot {error}")))?;
    let sources = config.capture.interfaces.iter().map(source).collect();
    let mut opener = OpenerConfig::new(id, sources);
    opener.flows_max = config.limits.flows;
    if config.evidence.bytes > 0 {
        let limits = capture::evidence::Limits { bytes: config.evidence.bytes, ..Default::default() };
        opener.evidence = Some((folder.join("evidence"), limits));
    }
    opener.main_arguments = vec!["__main".into()];
    if let Some(path) = &arguments.config {
        opener.main_arguments.extend([OsString::from("--config"), path.into()]);
    }
    open(opener)
}

/// The checked configuration. Every fault is a line on standard error; the failure counts them.
fn check(path: Option<&Path>) -> Result<Config, Failure> {
    let checked = config::read(path, &config::environment());
    let (faults, warnings) = match &checked {
        Ok(config) => config::check_machine(config),
        Err(faults) => (faults.0.clone(), Vec::new()),
    };
    warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    faults.iter().for_each(|fault| eprintln!("{fault}"));
    let file = path.unwrap_or(Path::new("the configuration")).display();
    match (checked, faults.len()) {
        (Ok(config), 0) => Ok(config),
        (_, 1) => Err(Failure::input(format!("1 fault in {file}"))),
        (_, several) => Err(Failure::input(format!("{several} faults in {file}"))),
    }
}

fn source(interface: &config::Interface) -> SourceConfig {
    let options = capture::LiveOptions {
        blocks: u32::try_from(interface.buffer_bytes >> 20).unwrap_or(u32::MAX).max(2),
        ..capture::LiveOptions::default()
    };
    SourceConfig::Interface { name: interface.name.clone(), options }
}

/// Starts the opener, which starts the rest, and ends as the main process ends.
pub(crate) fn open(config: OpenerConfig) -> Result<(), Failure> {
    match sensor::run_opener(config) {
        Ok(0) => Ok(()),
        Ok(_) => Err(Failure::silent()),
        Err(error) => Err(Failure::output(format!("failed to {error}"))),
    }
}

/// Arguments with which the demo's main process is started.
pub(crate) fn demo_arguments(listen: SocketAddr, folder: &Path) -> Vec<OsString> {
    vec![
        "__main".into(),
        "--demo".into(),
        "--listen".into(),
        listen.to_string().into(),
        "--folder".into(),
        folder.into(),
    ]
}

/// Runs the main process.
pub(crate) fn run_main(arguments: &MainArguments) -> Result<(), Failure> {
    let settings = match (&arguments.listen, &arguments.folder) {
        (Some(listen), Some(folder)) if arguments.demo => demo(*listen, folder)?,
        _ => configured(&read(arguments.config.as_deref())?)?,
    };
    std::fs::create_dir_all(settings.folder.join("uploads"))
        .map_err(|error| Failure::output(format!("cannot make the folder of uploads: {error}")))?;
    site::run(settings, tell).map_err(|error| Failure::output(error.to_string()))
}

fn demo(listen: SocketAddr, folder: &Path) -> Result<Settings, Failure> {
    let is_local = listen.ip().is_loopback();
    let tls = if is_local { None } else { Some(certificate(folder, "Yagura demo", listen, &[])?) };
    Ok(Settings {
        name: "Yagura demo".into(),
        time_zone: "Asia/Tokyo".into(),
        database: format!("sqlite:{}", folder.join("yagura.db").display()),
        folder: folder.to_path_buf(),
        listen,
        hosts: Vec::new(),
        tls,
        // A token in a line that others may read is only for a server that others cannot reach.
        entrance: if is_local { Entrance::Demo } else { Entrance::Enrol },
        sessions: SessionPolicy::default(),
        evidence: true,
        upload_bytes_max: 1 << 30,
        entry: Entry { site_name: "Yagura demo".into(), ..Entry::default() },
        remote: None,
    })
}

fn configured(config: &Config) -> Result<Settings, Failure> {
    let listen = &config.listen;
    let folder = &config.data.folder;
    let tls = match &listen.tls {
        Tls::Off => None,
        Tls::LocalCa => Some(certificate(folder, &config.site.name, listen.address, &listen.allowed_hosts)?),
        Tls::Files { certificate_file, key_file } => Some((text(certificate_file)?, text(key_file)?)),
    };
    let micros = |time: std::time::Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    let failed = |error: config::SecretError| Failure::input(format!("failed to {error}"));
    Ok(Settings {
        name: config.site.name.clone(),
        time_zone: config.site.time_zone.iana_name().unwrap_or("UTC").to_owned(),
        database: config.data.database.url().map_err(failed)?,
        folder: folder.clone(),
        listen: listen.address,
        hosts: listen.allowed_hosts.clone(),
        tls,
        entrance: Entrance::Enrol,
        sessions: SessionPolicy {
            idle_us: micros(config.login.idle),
            absolute_us: micros(config.login.absolute),
        },
        evidence: config.evidence.bytes > 0,
        upload_bytes_max: config.limits.upload_bytes,
        entry: Entry {
            site_name: config.site.name.clone(),
            requests_per_minute: config.limits.requests_per_minute,
            logins_per_minute: config.limits.logins_per_minute,
            link_us: micros(config.login.link),
            ..Entry::default()
        },
        remote: config
            .capture
            .remote
            .address
            .map(|address| site::SensorEntrance { address, sensors_max: config.capture.remote.sensors_max }),
    })
}

/// The server's certificate from the plant's own authority.
fn certificate(
    folder: &Path,
    name: &str,
    listen: SocketAddr,
    hosts: &[String],
) -> Result<(String, String), Failure> {
    let mut names = vec![listen.ip().to_string(), "localhost".to_owned()];
    names.extend(hosts.iter().cloned());
    site::local_certificate(folder, name, &names, now_us())
        .map_err(|error| Failure::output(error.to_string()))
}

fn text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", path.display())))
}

fn read(path: Option<&Path>) -> Result<Config, Failure> {
    config::read(path, &config::environment()).map_err(|faults| Failure::input(faults.to_string()))
}

fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

#[expect(clippy::print_stdout, reason = "whoever started the server reads there where it is")]
pub(crate) fn tell(line: &str) {
    println!("{line}");
}
