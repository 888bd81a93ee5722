//! `yagura site`: the server of a plant, and the main process behind it and behind the demo.

use crate::error::Failure;
use crate::{live, log};
use clap::{Args, Subcommand};
use config::{Config, Tls};
use sensor::{OpenerConfig, SourceConfig};
use show::api::{Entry, Live};
use site::{Entrance, Figures, HostSettings, People, Settings, WatchedFolder};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
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

/// How long a start waits for a server before it that is ending.
const ENDING: std::time::Duration = std::time::Duration::from_secs(5);

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
    #[arg(long, requires = "demo")]
    story: Option<PathBuf>,
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
    // What a plant says is for nobody else on this machine.
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o750)
        .create(folder)
        .map_err(|error| Failure::output(format!("cannot make {}: {error}", folder.display())))?;
    // Told before any port or file is opened; the main process takes it for good.
    drop(site::lock(folder, ENDING).map_err(Failure::output)?);
    let id = site::sensor_id(folder).map_err(|error| Failure::output(format!("cannot {error}")))?;
    let sources = config.capture.interfaces.iter().map(source).collect();
    let mut opener = OpenerConfig::new(id, sources);
    opener.reloads = true;
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
        snap_length: interface.snap_length,
        ..capture::LiveOptions::default()
    };
    SourceConfig::Interface { name: interface.name.clone(), options }
}

/// What the model may remember. What is kept of each address grows with their number.
fn remembered(limits: &config::Limits) -> model::Limits {
    let count = |number| usize::try_from(number).unwrap_or(usize::MAX);
    let addresses = count(limits.addresses);
    let (pairs, marks) = (addresses.saturating_mul(2), addresses);
    model::Limits { addresses, pairs, marks, links: count(limits.links), ..model::Limits::default() }
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
pub(crate) fn demo_arguments(listen: SocketAddr, folder: &Path, story: &Path) -> Vec<OsString> {
    vec![
        "__main".into(),
        "--demo".into(),
        "--listen".into(),
        listen.to_string().into(),
        "--folder".into(),
        folder.into(),
        "--story".into(),
        story.into(),
    ]
}

/// Runs the main process.
pub(crate) fn run_main(arguments: &MainArguments) -> Result<(), Failure> {
    let (settings, reload) = match (&arguments.listen, &arguments.folder) {
        (Some(listen), Some(folder)) if arguments.demo => {
            (demo(*listen, folder, arguments.story.clone())?, None)
        }
        _ => {
            let config = read(arguments.config.as_deref())?;
            log::begin(config.log);
            let settings = configured(&config, arguments.config.as_deref())?;
            (settings, Some(live::reload(arguments.config.clone(), config)))
        }
    };
    std::fs::create_dir_all(settings.folder.join("uploads"))
        .map_err(|error| Failure::output(format!("cannot make the folder of uploads: {error}")))?;
    site::run(settings, reload, tell).map_err(|error| Failure::output(error.to_string()))
}

fn demo(listen: SocketAddr, folder: &Path, story: Option<PathBuf>) -> Result<Settings, Failure> {
    let is_local = listen.ip().is_loopback();
    let tls = if is_local { None } else { Some(certificate(folder, "Yagura demo", listen, &[])?) };
    let defaults = read(None)?;
    let people = People { said: simulator::DEMO_PEOPLE, register: simulator::DEMO_REGISTER };
    Ok(Settings {
        name: "瀬戸工場".into(),
        time_zone: "Asia/Tokyo".into(),
        database: format!("sqlite:{}", folder.join("yagura.db").display()),
        folder: folder.to_path_buf(),
        listen,
        hosts: Vec::new(),
        tls,
        // A token in a line that others may read is only for a server that others cannot reach.
        entrance: if is_local { Entrance::Demo } else { Entrance::Enrol },
        evidence: true,
        entry: Entry { site_name: "Yagura demo".into(), ..Entry::default() },
        watched: Vec::new(),
        host: HostSettings { story, people: Some(people), ..HostSettings::default() },
        remembered: model::Limits::default(),
        live: Live { keeping: live::keeping(&defaults.retention), ..Live::default() },
        remote: None,
    })
}

fn configured(config: &Config, path: Option<&Path>) -> Result<Settings, Failure> {
    let listen = &config.listen;
    let folder = &config.data.folder;
    let tls = match &listen.tls {
        Tls::Off => None,
        Tls::LocalCa => Some(own_certificate(config)?),
        Tls::Files { certificate_file, key_file } => Some((text(certificate_file)?, text(key_file)?)),
    };
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
        evidence: config.evidence.bytes > 0,
        entry: live::entry(config)?,
        remembered: remembered(&config.limits),
        live: live::live(config),
        watched: config.capture.folders.iter().map(watched).collect(),
        host: HostSettings {
            configuration: path.map(Path::to_owned),
            described: config.described(),
            others: crate::backup::others(config),
            plan: crate::backup::plan(config)?,
            metrics: metrics(config)?,
            story: None,
            people: None,
        },
        remote: config
            .capture
            .remote
            .address
            .map(|address| site::SensorEntrance { address, sensors_max: config.capture.remote.sensors_max }),
    })
}

fn watched(folder: &config::Folder) -> WatchedFolder {
    WatchedFolder {
        path: folder.path.clone(),
        name: folder.label.clone(),
        delete: folder.after == config::After::Delete,
    }
}

fn metrics(config: &Config) -> Result<Option<Figures>, Failure> {
    let Some(address) = config.metrics.address else { return Ok(None) };
    let token = config.metrics.token_file.as_deref().map(config::secret).transpose();
    let token = token.map_err(|error| Failure::input(format!("failed to {error}")))?;
    Ok(Some((address, token.map(login::Secret::new))))
}

/// The certificate that was imported, or one of the plant's own authority.
fn own_certificate(config: &Config) -> Result<(String, String), Failure> {
    let (folder, listen) = (&config.data.folder, &config.listen);
    let imported = site::imported_certificate(folder).map_err(Failure::output)?;
    match imported {
        Some(imported) => Ok(imported),
        None => certificate(folder, &config.site.name, listen.address, &listen.allowed_hosts),
    }
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

pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", path.display())))
}

pub(crate) fn read(path: Option<&Path>) -> Result<Config, Failure> {
    config::read(path, &config::environment()).map_err(|faults| Failure::input(faults.to_string()))
}

pub(crate) fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

#[expect(clippy::print_stdout, reason = "whoever started the server reads there where it is")]
pub(crate) fn tell(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        config::parse("a.toml", text, &[]).expect("no faults")
    }

    #[test]
    fn limits_of_the_model_come_from_the_configuration() {
        let numbers = |limits: model::Limits| (limits.addresses, limits.pairs, limits.marks, limits.links);
        let of = |text: &str| numbers(remembered(&config(text).limits));
        assert_eq!(of(""), numbers(model::Limits::default()));
        assert_eq!(of("[limits]\naddresses = 1000\nlinks = 2000\n"), (1_000, 2_000, 1_000, 2_000));
    }

    #[test]
    fn an_interface_is_listened_to_as_configured() {
        let config = config(
            "[[capture.interface]]\nname = \"eth1\"\nsnap_length = 300\nbuffer_mib = 9\n\
                    [[capture.interface]]\nname = \"eth2\"\n",
        );
        let options = |interface: &config::Interface| match source(interface) {
            SourceConfig::Interface { name, options } => (name, options.snap_length, options.blocks),
            SourceConfig::Program { .. } => panic!("no program is configured"),
        };
        let found: Vec<_> = config.capture.interfaces.iter().map(options).collect();
        assert_eq!(found, [("eth1".to_owned(), 300, 9), ("eth2".to_owned(), 262_144, 64)]);
    }
}
