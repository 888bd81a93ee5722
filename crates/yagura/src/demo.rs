//! `yagura demo`: the server of a plant over a simulated one.

use crate::error::Failure;
use crate::site_main;
use clap::Args;
use sensor::{OpenerConfig, SourceConfig};
use std::ffi::OsString;
use std::net::SocketAddr;

/// Bytes of evidence packets that the demo keeps.
const EVIDENCE_BYTES: u64 = 64 << 20;

/// Arguments of `yagura demo`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Address and port of the console
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8443")]
    listen: SocketAddr,
    /// Hours already seen at the pace of the present, in place of the usual days: what a measurement asks for
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=720), hide = true)]
    full_hours: Option<u32>,
}

/// Runs the subcommand until it is interrupted. What the demo learned is gone afterwards.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    // Before anything is started: a port in use is told at once, in one line.
    drop(std::net::TcpListener::bind(arguments.listen).map_err(|error| {
        let address = arguments.listen;
        Failure::output(format!(
            "cannot listen on {address}: {error}; choose another with --listen ADDRESS:PORT"
        ))
    })?);
    let folder = std::env::temp_dir().join(format!("yagura-demo-{}", std::process::id()));
    std::fs::create_dir_all(&folder)
        .map_err(|error| Failure::output(format!("cannot make {}: {error}", folder.display())))?;
    let result = watch(arguments, &folder);
    let _ = std::fs::remove_dir_all(&folder);
    result
}

fn watch(demo: &Arguments, folder: &std::path::Path) -> Result<(), Failure> {
    let id = site::sensor_id(folder).map_err(|error| Failure::output(format!("cannot {error}")))?;
    let ports = crate::plant::PORTS.map(String::from).to_vec();
    let mut arguments: Vec<OsString> = vec!["__plant".into(), "--folder".into(), folder.into()];
    if let Some(hours) = demo.full_hours {
        arguments.extend([OsString::from("--full-hours"), hours.to_string().into()]);
    }
    let plant = SourceConfig::Program { arguments, ports };
    let mut config = OpenerConfig::new(id, vec![plant]);
    let limits = capture::evidence::Limits { bytes: EVIDENCE_BYTES, ..capture::evidence::Limits::default() };
    config.evidence = Some((folder.join("evidence"), limits));
    config.main_arguments = site_main::demo_arguments(demo.listen, folder, &crate::plant::socket(folder));
    site_main::open(config)
}
