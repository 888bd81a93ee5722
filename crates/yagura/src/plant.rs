//! The simulated plant as a process of its own: it makes frames, and the sensor hears them as it hears a mirror port.

mod prompter;

use crate::error::Failure;
use clap::Args;
use prompter::Prompter;
use sensor::{FrameSender, Signal};
use simulator::{Simulator, Story};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use wire::Time;

/// How much of the plant's life is already known when the page opens.
const PAST: Duration = Duration::from_secs(14 * 24 * 3_600);
/// Time between two bursts of frames.
const STEP: Duration = Duration::from_millis(100);
/// So much of the past is told before somebody who asks is answered.
const SLICE_NS: i64 = 6 * HOUR_NS;
/// The same for a past that is told at the pace of the present.
const FULL_SLICE_NS: i64 = HOUR_NS / 60;
const HOUR_NS: i64 = 3_600_000_000_000;
/// The plant is the same each time.
const SEED: u64 = 8443;

/// Names of the mirror ports of the demo plant.
pub(crate) const PORTS: [&str; 2] = ["mirror1", "mirror2"];

/// Arguments of the simulated plant, which the program gives itself.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The folder of the demo
    #[arg(long)]
    folder: PathBuf,
    /// Hours of its past that are told at the pace of the present, instead of fourteen days thinned out
    #[arg(long)]
    full_hours: Option<u32>,
}

/// Where the plant of the demo in this folder is asked for its story.
pub(crate) fn socket(folder: &Path) -> PathBuf {
    folder.join("story.sock")
}

/// Runs until the sensor's parent is gone. A sensor that was started again hears the plant go on.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::output(format!("cannot show the simulated plant: {error}"));
    sensor::die_with_parent(Signal::KILL).map_err(failed)?;
    let mut sender = FrameSender::from_stdout().map_err(failed)?;
    let plant = simulator::demo().map_err(Failure::output)?;
    let present = SystemTime::now();
    let has_past = is_first(&arguments.folder).map_err(failed)?;
    let hours = |hours: u32| Duration::from_secs(u64::from(hours) * 3_600);
    let (past, slice_ns) = arguments.full_hours.map_or((PAST, SLICE_NS), |all| (hours(all), FULL_SLICE_NS));
    let begin = time_of(if has_past { present - past } else { present });
    let present = time_of(present);
    // What is not thinned out is no past to the simulator: it only has to be told faster than it would happen.
    let thinned_until = if arguments.full_hours.is_some() { begin } else { present };
    let mut simulator = Simulator::with_past(plant, SEED, begin, thinned_until);
    let mut story = Story::new(present);
    let prompter = Prompter::listen(&socket(&arguments.folder)).map_err(failed)?;
    let mut reached = begin;
    loop {
        let now = time_of(SystemTime::now());
        let is_past = now.since(reached) > slice_ns;
        reached = if is_past { Time(reached.0 + slice_ns) } else { now };
        let mut sent = Ok(());
        simulator.run_until(reached, |frame| {
            if sent.is_ok() {
                sent = sender.send(&frame);
            }
        });
        sent.and_then(|()| sender.flush()).map_err(failed)?;
        prompter.answer(&mut story, &mut simulator, is_past.then_some(reached));
        if !is_past {
            story.advance(&mut simulator, now);
            thread::sleep(STEP);
        }
    }
}

/// Whether the plant of this demo runs for the first time: its past is told once.
fn is_first(folder: &Path) -> io::Result<bool> {
    match File::create_new(folder.join("plant-ran")) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn time_of(moment: SystemTime) -> Time {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_parts(i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos())
}
