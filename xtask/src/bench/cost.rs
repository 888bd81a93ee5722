//! What one run of a program cost: user and system time of the finished child, its largest memory, the time it took.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Clock ticks per second of `/proc`, fixed by the kernel's interface on Linux.
const TICKS: f64 = 100.0;

/// The cost of one run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// User and system time.
    pub(crate) cpu_seconds: f64,
    /// From start to end.
    pub(crate) wall_seconds: f64,
    peak_kib: u64,
}

impl Cost {
    /// Runs a program to its end with its output thrown away.
    pub(crate) fn of(command: &mut Command) -> Result<Self, String> {
        let shown = format!("{:?}", command.get_program());
        let before = children_ticks()?;
        let begun = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start {shown}: {error}"))?;
        let status = format!("/proc/{}/status", child.id());
        let mut peak_kib = 0;
        let end = loop {
            peak_kib = peak_kib.max(high_water(&status));
            if let Some(end) =
                child.try_wait().map_err(|error| format!("cannot wait for {shown}: {error}"))?
            {
                break end;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let wall_seconds = begun.elapsed().as_secs_f64();
        if !end.success() {
            return Err(format!("{shown} ended with {end}"));
        }
        let ticks = children_ticks()? - before;
        Ok(Self { cpu_seconds: ticks / TICKS, wall_seconds, peak_kib })
    }

    /// Largest resident memory in MiB.
    pub(crate) fn peak_mib(&self) -> u64 {
        self.peak_kib / 1024
    }
}

/// Ticks that finished children used: fields 16 and 17 of `/proc/self/stat`, counted behind the name in brackets.
fn children_ticks() -> Result<f64, String> {
    let stat =
        std::fs::read_to_string("/proc/self/stat").map_err(|error| format!("cannot read /proc: {error}"))?;
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = fields.split_whitespace().skip(13).take(2).filter_map(|field| field.parse::<f64>().ok());
    Ok(ticks.sum())
}

fn high_water(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The middle value.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
