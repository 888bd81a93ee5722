//! The watchtower: one program. Subcommands live in modules of their own; this file only chooses.

mod admin;
mod analyze;
mod backup;
mod demo;
mod error;
mod feeds;
mod live;
mod log;
mod matching;
mod plant;
mod sensor_main;
mod site_main;
mod support;

use clap::{Parser, Subcommand};
use error::Failure;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Watches a factory's network: what is there, who controls whom, what could not be seen.
#[derive(Parser)]
#[command(name = "yagura", version, after_help = error::EXIT_STATUS)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Work on the server's own machine: log-ins, the audit log, the certificate.
    Admin(admin::Arguments),
    /// Reads captures, or listens for a while, and says what is on the network.
    Analyze(analyze::Arguments),
    /// Makes an encrypted backup of everything but evidence packets; the server may run.
    Backup(backup::Arguments),
    /// Runs a simulated plant through the product and serves its page; needs no network and no other software.
    Demo(demo::Arguments),
    /// What is known outside the plant: makes, checks and extends bundles of advisories; needs no server.
    Feeds(feeds::Arguments),
    /// Which advisories are about a device that says this of itself; needs no server.
    Match(matching::Arguments),
    /// Puts a backup in the place of what is there, once all of it was verified; the server must be stopped.
    Restore(backup::RestoreArguments),
    /// Runs the server of one plant: listens on mirror ports, keeps what it learns, serves it.
    Site(site_main::Arguments),
    /// Writes a support bundle: what helps to find a fault, without secrets.
    Support(support::Arguments),
    /// A sensor on another machine: joins a site, listens, delivers.
    #[command(name = "sensor")]
    RemoteSensor(sensor_main::Arguments),
    /// The process of a remote sensor that keeps and delivers. Started by the program itself.
    #[command(name = "__forward", hide = true)]
    Forward(sensor_main::ForwardArguments),
    /// The process that folds, stores and serves. Started by the program itself.
    #[command(name = "__main", hide = true)]
    Main(site_main::MainArguments),
    /// The simulated plant of the demo. Started by the program itself.
    #[command(name = "__plant", hide = true)]
    Plant(plant::Arguments),
    /// The process that listens. Started by the program itself.
    #[command(name = "__sensor", hide = true)]
    Sensor,
    /// The process that reads one capture of a stranger. Started by the program itself.
    #[command(name = "__reader", hide = true)]
    Reader,
}

fn main() -> ExitCode {
    // Tables are reserved whole and touched here and there: huge pages would clear, and keep, much that is never used.
    // Where the kernel refuses, the program is only a little larger.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    let result = match Arguments::parse().command {
        Command::Admin(arguments) => admin::run(&arguments),
        Command::Analyze(arguments) => analyze::run(&arguments),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Feeds(arguments) => feeds::run(&arguments),
        Command::Match(arguments) => matching::run(&arguments),
        Command::Restore(arguments) => backup::restore(&arguments),
        Command::Site(arguments) => site_main::run(&arguments),
        Command::Support(arguments) => support::run(&arguments),
        Command::RemoteSensor(arguments) => sensor_main::run(&arguments),
        Command::Forward(arguments) => sensor_main::run_forward(&arguments),
        Command::Main(arguments) => site_main::run_main(&arguments),
        Command::Plant(arguments) => plant::run(&arguments),
        Command::Sensor => {
            sensor::run_sensor().map_err(|error| Failure::output(format!("failed to {error}")))
        }
        Command::Reader => {
            sensor::run_reader().map_err(|error| Failure::output(format!("failed to {error}")))
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
