//! The process that reads damaged captures: one line before each and one behind it, so that even its death tells
//! which capture killed it.

use crate::corpus::{self, Entry};
use crate::operation::{Damaged, damage};
use crate::random::Random;
use crate::{analysis, arguments, records};
use capture::OpenError;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Mutex;
use std::time::Duration;
use std::{fs, io::Write};

/// The name of this program's other half.
pub(crate) const NAME: &str = "worker";

/// What the last panic said.
static PANIC: Mutex<String> = Mutex::new(String::new());

/// Works through the mutations `from`, `from + step`, … below `to`.
pub(crate) fn run(given: &[String]) -> Result<(), String> {
    let number = |name, default| arguments::number(given, name, default);
    let (seed, step) = (number("--seed", 1)?, number("--step", 1)?.max(1));
    let (from, to) = (number("--from", 0)?, number("--to", 0)?);
    let entries = corpus::all();
    let among = match arguments::text(given, "--among")? {
        Some(list) => list.split(',').filter_map(|place| place.parse().ok()).collect(),
        None => (0..entries.len()).collect::<Vec<usize>>(),
    };
    set_hook(Box::new(|panic| {
        if let Ok(mut said) = PANIC.lock() {
            *said = panic.to_string().replace('\n', " ");
        }
    }));
    let mut at = from;
    while at < to {
        mutation(seed, at, &entries, &among)?;
        at = at.saturating_add(step);
    }
    Ok(())
}

fn mutation(seed: u64, number: u64, entries: &[Entry], among: &[usize]) -> Result<(), String> {
    let mut random = Random::of(seed, number);
    let entry = corpus::draw(entries, among, &mut random).ok_or("no capture to damage")?;
    let other = corpus::draw(entries, among, &mut random).ok_or("no capture to splice")?;
    let read = |entry: &Entry| fs::read(&entry.path).map_err(|error| format!("{}: {error}", entry.name));
    let original = read(entry)?;
    let damaged = damage(&original, &read(other)?, &mut random);
    say(&format!("begin {number} {}: {}", entry.name, damaged.told));
    let layout = records::layout(&original);
    drop(original);
    reset_peak();
    let before = processor_time();
    let cut = damaged.cut;
    let Damaged { bytes, first, .. } = damaged;
    let result = catch_unwind(AssertUnwindSafe(|| analysis::analyse(bytes)));
    let spent = processor_time().saturating_sub(before);
    let verdict = match result {
        Err(_) => Err(format!("panic: {}", PANIC.lock().map(|said| said.clone()).unwrap_or_default())),
        Ok(Err(OpenError::NotACapture { .. })) if first < layout.header || layout.header == 0 => Ok(()),
        Ok(Err(error)) => Err(format!("refused although the file's header was not hit: {error}")),
        Ok(Ok(packets)) => check_cut(cut, &layout, packets),
    };
    let peak = peak_kib();
    match verdict {
        Ok(()) => say(&format!("done {number} {} {peak}", spent.as_micros())),
        Err(why) => say(&format!("wrong {number} {} {peak} {why}", spent.as_micros())),
    }
    Ok(())
}

/// A file cut at a byte gives every whole packet before it, and none more.
fn check_cut(cut: Option<usize>, layout: &records::Layout, packets: u64) -> Result<(), String> {
    let (Some(cut), Some(ends)) = (cut.filter(|cut| *cut >= layout.header), &layout.ends) else {
        return Ok(());
    };
    let whole = ends.iter().filter(|end| **end <= cut).count();
    if u64::try_from(whole) == Ok(packets) {
        return Ok(());
    }
    Err(format!("cut at byte {cut}: {packets} packets read, {whole} are whole"))
}

fn say(line: &str) {
    println!("{line}");
    // When nobody listens any more, the next line ends this process.
    let _ = std::io::stdout().flush();
}

/// Processor time of this thread: a busy machine does not make an analysis slow.
fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = text.split_whitespace().next().and_then(|number| number.parse().ok());
    Duration::from_nanos(spent.unwrap_or(0))
}

/// Starts a new peak, so that each mutation has its own (proc_pid_clear_refs(5)).
fn reset_peak() {
    // Where the system does not offer it, the peak is that of all mutations so far, which is stricter.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
