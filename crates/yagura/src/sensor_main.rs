//! `yagura sensor`: a sensor on another machine than the site's server.

use crate::error::Failure;
use crate::site_main;
use clap::{Args, Subcommand};
use sensor::remote::{EnrolmentLink, Forward, Identity};
use sensor::{OpenerConfig, SourceConfig};
use std::ffi::OsString;
use std::path::PathBuf;

/// MiB of the spool when nothing else is said.
const SPOOL_MIB: u64 = 8_192;

/// Arguments of `yagura sensor`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Joins a site with a one-time link, once for each sensor
    Enrol(Enrol),
    /// Listens and delivers to the site; keeps everything on disk while the site is out of reach
    Run(Run),
}

#[derive(Args)]
struct Enrol {
    /// The link that the site made, in quotation marks
    #[arg(long, value_name = "LINK")]
    link: String,
    /// A folder for this sensor's key, certificate and spool
    #[arg(long, value_name = "FOLDER")]
    folder: PathBuf,
}

#[derive(Args)]
struct Run {
    /// The folder of the enrolled sensor
    #[arg(long, value_name = "FOLDER")]
    folder: PathBuf,
    /// Mirror ports to listen to, always in the same order; new ones at the end
    #[arg(long, value_name = "NAME", num_args = 1.., required_unless_present = "read", conflicts_with = "read")]
    interface: Vec<String>,
    /// Captures to read and deliver instead; ends when the site keeps them
    #[arg(long, value_name = "FILE", num_args = 1..)]
    read: Vec<PathBuf>,
    /// Disk for what the site does not have yet; the oldest is dropped, and counted, beyond it
    #[arg(long, value_name = "MIB", default_value_t = SPOOL_MIB, value_parser = clap::value_parser!(u64).range(64..=1_048_576))]
    spool_mib: u64,
}

/// Arguments of the process that keeps and delivers, which the program gives itself.
#[derive(Args)]
pub(crate) struct ForwardArguments {
    #[arg(long)]
    folder: PathBuf,
    #[arg(long)]
    spool_mib: u64,
}

/// Runs `yagura sensor`.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.action {
        Action::Enrol(arguments) => enrol(arguments),
        Action::Run(arguments) if arguments.read.is_empty() => listen(arguments),
        Action::Run(arguments) => {
            let forward = config(&arguments.folder, arguments.spool_mib);
            let read = sensor::remote::read_captures(&forward, &arguments.read, &["__reader".into()]);
            read.map_err(|error| Failure::input(format!("cannot {error}")))
        }
    }
}

fn enrol(arguments: &Enrol) -> Result<(), Failure> {
    let link: EnrolmentLink =
        arguments.link.parse().map_err(|error| Failure::input(format!("cannot {error}")))?;
    let identity = sensor::remote::enrol(&link, &arguments.folder, env!("CARGO_PKG_VERSION"))
        .map_err(|error| Failure::output(format!("cannot {error}")))?;
    let folder = arguments.folder.display();
    site_main::tell(&format!(
        "enrolled as \"{}\" at {}; next: yagura sensor run --folder {folder} --interface NAME",
        identity.name, identity.site
    ));
    Ok(())
}

fn listen(arguments: &Run) -> Result<(), Failure> {
    let identity =
        Identity::read(&arguments.folder).map_err(|error| Failure::input(format!("cannot {error}")))?;
    let source = |name: &String| SourceConfig::Interface {
        name: name.clone(),
        options: capture::LiveOptions::default(),
    };
    let mut opener = OpenerConfig::new(identity.sensor, arguments.interface.iter().map(source).collect());
    opener.first_capture = identity.first;
    opener.main_arguments = vec![
        "__forward".into(),
        "--folder".into(),
        arguments.folder.clone().into(),
        "--spool-mib".into(),
        OsString::from(arguments.spool_mib.to_string()),
    ];
    site_main::open(opener)
}

/// Runs the process that keeps and delivers.
pub(crate) fn run_forward(arguments: &ForwardArguments) -> Result<(), Failure> {
    let forward = config(&arguments.folder, arguments.spool_mib);
    sensor::remote::forward(&forward).map_err(|error| Failure::output(format!("cannot {error}")))
}

fn config(folder: &std::path::Path, spool_mib: u64) -> Forward {
    let program = env!("CARGO_PKG_VERSION").to_owned();
    Forward { folder: folder.to_path_buf(), spool_bytes: spool_mib << 20, program }
}
