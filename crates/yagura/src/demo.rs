//! `yagura demo`: the simulated plant through the real pipeline, seen on a page that keeps up with it.

use crate::error::Failure;
use clap::Args;
use model::Model;
use observe::Pipeline;
use show::{Capture, Published};
use simulator::Simulator;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use wire::{CaptureId, Time};

/// How much of the plant's life is already known when the page opens.
const PAST: Duration = Duration::from_secs(600);
/// Time between two looks of the page.
const STEP: Duration = Duration::from_millis(500);
/// The plant is the same each time.
const SEED: u64 = 8443;

/// Arguments of `yagura demo`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Address and port of the page
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8443")]
    listen: SocketAddr,
}

/// Runs the subcommand until it is interrupted.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let address = arguments.listen;
    let listener = show::bind(address).map_err(|error| {
        Failure::output(format!(
            "cannot listen on {address}: {error}; choose another with --listen ADDRESS:PORT"
        ))
    })?;
    let address = listener.local_addr().unwrap_or(address);
    let published = Published::default();
    let mut plant = Plant::new()?;
    plant.run_until(plant.start + PAST);
    published.publish(plant.data());
    tell(&format!("ready: http://{address}/"));
    let feed = published.clone();
    thread::Builder::new()
        .name("plant".into())
        .spawn(move || plant.live(&feed))
        .map_err(|error| Failure::output(format!("cannot start the simulated plant: {error}")))?;
    show::serve(listener, show::live_page(), published)
        .map_err(|error| Failure::output(format!("cannot serve on {address}: {error}")))
}

/// The simulated plant and what the product has learned of it.
struct Plant {
    simulator: Simulator,
    pipeline: Pipeline,
    model: Model,
    /// One for each mirror port of the plant.
    captures: Vec<Capture>,
    /// Moment of the computer's clock at which the simulated life began.
    start: SystemTime,
}

impl Plant {
    fn new() -> Result<Self, Failure> {
        let plant = simulator::demo().map_err(Failure::output)?;
        let start = SystemTime::now() - PAST;
        Ok(Self {
            simulator: Simulator::new(plant, SEED, time_of(start)),
            pipeline: Pipeline::new(observe::Limits::default()),
            model: Model::new(model::Limits::default()),
            captures: Vec::new(),
            start,
        })
    }

    fn run_until(&mut self, end: SystemTime) {
        let Self { simulator, pipeline, model, captures, .. } = self;
        simulator.run_until(time_of(end), |frame| {
            let at = usize::from(frame.capture.0);
            while captures.len() <= at {
                captures.push(mirror(captures.len() + 1, frame.time));
            }
            if let Some(capture) = captures.get_mut(at) {
                capture.packets += 1;
                capture.bytes += u64::try_from(frame.bytes.len()).unwrap_or(0);
            }
            pipeline.frame(&frame, model);
        });
        captures.iter_mut().for_each(|capture| capture.last_seen = Some(show::utc(time_of(end))));
    }

    /// What the page shows now.
    fn data(&mut self) -> String {
        self.pipeline.account(&mut self.model);
        let mut captures = self.captures.clone();
        for (id, capture) in (0..).map(CaptureId).zip(&mut captures) {
            self.pipeline.end_capture(id);
            crate::analyze::add(capture, &self.pipeline.capture(id));
        }
        show::page_data(&captures, &self.model.inventory())
    }

    /// Keeps up with the clock, and the page with the plant.
    fn live(mut self, published: &Published) {
        loop {
            let begun = Instant::now();
            self.run_until(SystemTime::now());
            published.publish(self.data());
            thread::sleep(STEP.saturating_sub(begun.elapsed()).max(STEP / 5));
        }
    }
}

/// A mirror port that was first heard at `time`.
fn mirror(number: usize, time: Time) -> Capture {
    Capture {
        path: format!("mirror{number}"),
        format: "simulated".into(),
        first_seen: Some(show::utc(time)),
        ..Capture::default()
    }
}

#[expect(clippy::print_stdout, reason = "whoever started the demo reads the address there")]
fn tell(line: &str) {
    println!("{line}");
}

fn time_of(moment: SystemTime) -> Time {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_parts(i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos())
}
