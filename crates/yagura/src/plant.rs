//! The simulated plant as a process of its own: it makes frames, and the sensor hears them as it hears a mirror port.

use crate::error::Failure;
use sensor::{FrameSender, Signal};
use simulator::Simulator;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use wire::Time;

/// How much of the plant's life is already known when the page opens.
const PAST: Duration = Duration::from_secs(600);
/// Time between two bursts of frames.
const STEP: Duration = Duration::from_millis(100);
/// The plant is the same each time.
const SEED: u64 = 8443;

/// Names of the mirror ports of the demo plant.
pub(crate) const PORTS: [&str; 2] = ["mirror1", "mirror2"];

/// Runs until the sensor's parent is gone. A sensor that was started again hears the plant go on.
pub(crate) fn run() -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::output(format!("cannot show the simulated plant: {error}"));
    sensor::die_with_parent(Signal::KILL).map_err(failed)?;
    let mut sender = FrameSender::from_stdout().map_err(failed)?;
    let plant = simulator::demo().map_err(Failure::output)?;
    let mut simulator = Simulator::new(plant, SEED, time_of(SystemTime::now() - PAST));
    loop {
        let mut sent = Ok(());
        simulator.run_until(time_of(SystemTime::now()), |frame| {
            if sent.is_ok() {
                sent = sender.send(&frame);
            }
        });
        sent.and_then(|()| sender.flush()).map_err(failed)?;
        thread::sleep(STEP);
    }
}

fn time_of(moment: SystemTime) -> Time {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_parts(i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos())
}
