//! Starts workers, listens to them, and starts another when one dies, hangs or breaks a limit.

use crate::{MEMORY_MAX_KIB, SECONDS_MAX, arguments, corpus, worker};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A worker that is silent for so long hangs.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// After so many failures the rest would not tell more.
const FAILURES_MAX: usize = 20;

/// What is common to all workers.
struct Job {
    seed: u64,
    first: u64,
    end: u64,
    workers: u64,
    among: Option<String>,
    /// When to stop even before the end.
    until: Option<Instant>,
}

/// What the mutations came to.
#[derive(Debug, Default)]
struct Tally {
    done: u64,
    slowest: (u64, String),
    largest: (u64, String),
    failures: Vec<String>,
}

/// `mutate [--seed N] [--count N] [--protocol NAME] [--only I] [--seconds N]`.
pub(crate) fn run(given: &[String]) -> Result<(), String> {
    arguments::only(given, &["--seed", "--count", "--protocol", "--only", "--seconds"], &[])?;
    let entries = corpus::all();
    let mut among = None;
    if let Some(protocol) = arguments::text(given, "--protocol")? {
        observe::Protocol::named(protocol).ok_or_else(|| format!("no protocol is called `{protocol}`"))?;
        let places = corpus::showing(&entries, protocol);
        if places.is_empty() {
            println!("skipped: no capture shows {protocol}");
            return Ok(());
        }
        println!("{} captures show {protocol}", places.len());
        among = Some(places.iter().map(usize::to_string).collect::<Vec<_>>().join(","));
    }
    let only = arguments::text(given, "--only")?.is_some();
    let first = arguments::number(given, "--only", 0)?;
    let seconds = arguments::number(given, "--seconds", 0)?;
    let count = arguments::number(given, "--count", if seconds > 0 { u64::MAX } else { 10_000 })?;
    let job = Job {
        seed: arguments::number(given, "--seed", 1)?,
        first,
        end: if only { first.saturating_add(1) } else { count },
        workers: if only { 1 } else { processors() },
        among,
        until: (seconds > 0).then(|| Instant::now() + Duration::from_secs(seconds)),
    };
    println!("{} captures, seed {}", entries.len(), job.seed);
    summarise(&job, &all_workers(&job))
}

fn processors() -> u64 {
    thread::available_parallelism().ok().and_then(|count| u64::try_from(count.get()).ok()).unwrap_or(1)
}

fn all_workers(job: &Job) -> Tally {
    thread::scope(|scope| {
        let start = |at| scope.spawn(move || one_worker(job, job.first + at));
        let running: Vec<_> = (0..job.workers).map(start).collect();
        let ended = running.into_iter().filter_map(|worker| worker.join().ok());
        ended.fold(Tally::default(), Tally::plus)
    })
}

fn summarise(job: &Job, tally: &Tally) -> Result<(), String> {
    let (micros, slow) = &tally.slowest;
    let (kib, large) = &tally.largest;
    println!("{} mutations, {} failures", tally.done, tally.failures.len());
    println!(
        "slowest {}.{:03} s of at most {SECONDS_MAX} s: {slow}",
        micros / 1_000_000,
        micros / 1_000 % 1_000
    );
    println!("peak memory {} MiB of at most {} MiB: {large}", kib / 1_024, MEMORY_MAX_KIB / 1_024);
    if tally.failures.is_empty() {
        return Ok(());
    }
    Err(format!("again: cargo xtask mutate --seed {} --only NUMBER (and --protocol as given)", job.seed))
}

impl Tally {
    fn plus(mut self, other: Self) -> Self {
        self.done += other.done;
        self.slowest = self.slowest.max(other.slowest);
        self.largest = self.largest.max(other.largest);
        self.failures.extend(other.failures);
        self
    }

    fn fail(&mut self, why: &str, begun: &str) {
        println!("FAILED {begun}\n       {why}");
        self.failures.push(begun.to_owned());
    }
}

/// Works through every `workers`-th mutation from `next` on, with as many processes as that takes.
fn one_worker(job: &Job, mut next: u64) -> Tally {
    let mut tally = Tally::default();
    let is_over = || job.until.is_some_and(|until| Instant::now() >= until);
    while next < job.end && tally.failures.len() < FAILURES_MAX && !is_over() {
        let (mut child, lines) = match start(job, next) {
            Ok(started) => started,
            Err(error) => {
                tally.fail(&error, "worker");
                break;
            }
        };
        let done = listen(&lines, &mut tally, job.until);
        // It may have ended by itself.
        let _ = child.kill();
        let _ = child.wait();
        next += job.workers * done.max(1);
    }
    tally
}

fn start(job: &Job, from: u64) -> Result<(Child, Receiver<String>), String> {
    let mut command = Command::new("/proc/self/exe");
    command.arg(worker::NAME).stdout(Stdio::piped()).stdin(Stdio::null());
    let step = job.workers.to_string();
    let (seed, from, to) = (job.seed.to_string(), from.to_string(), job.end.to_string());
    command.args(["--seed", &seed, "--from", &from, "--to", &to, "--step", &step]);
    command.args(job.among.iter().flat_map(|among| ["--among", among]));
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let output = child.stdout.take().ok_or("a worker without output")?;
    let (send, lines) = channel();
    thread::spawn(move || {
        BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
    });
    Ok((child, lines))
}

/// Listens until the worker ends or must be ended; how many mutations it took up.
fn listen(lines: &Receiver<String>, tally: &mut Tally, until: Option<Instant>) -> u64 {
    let (mut begun, mut taken) = (String::new(), 0);
    loop {
        let line = match lines.recv_timeout(SILENCE_MAX) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                tally.fail(&format!("no answer in {} s", SILENCE_MAX.as_secs()), &begun);
                return taken;
            }
            Err(RecvTimeoutError::Disconnected) => {
                if !begun.is_empty() {
                    tally.fail("the process died", &begun);
                }
                return taken;
            }
        };
        match line.split_once(' ') {
            Some(("begin", rest)) => {
                rest.clone_into(&mut begun);
                taken += 1;
            }
            Some((word, rest)) => {
                tally.done += 1;
                if !judge(word, rest, &begun, tally) || until.is_some_and(|until| Instant::now() >= until) {
                    return taken;
                }
                begun.clear();
            }
            None => {}
        }
    }
}

/// Takes the line behind a mutation; whether the worker may go on.
fn judge(word: &str, rest: &str, begun: &str, tally: &mut Tally) -> bool {
    let mut parts = rest.splitn(4, ' ').skip(1);
    let mut number = || parts.next().and_then(|number| number.parse::<u64>().ok()).unwrap_or(0);
    let (micros, kib) = (number(), number());
    let why = parts.next().unwrap_or_default();
    if micros > tally.slowest.0 {
        tally.slowest = (micros, begun.to_owned());
    }
    if kib > tally.largest.0 {
        tally.largest = (kib, begun.to_owned());
    }
    if word != "done" {
        tally.fail(why, begun);
    }
    if micros > SECONDS_MAX * 1_000_000 {
        tally.fail(&format!("{} ms of processor time", micros / 1_000), begun);
    }
    if kib > MEMORY_MAX_KIB {
        tally.fail(&format!("{} MiB of memory", kib / 1_024), begun);
    }
    word == "done" && micros <= SECONDS_MAX * 1_000_000 && kib <= MEMORY_MAX_KIB
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_judged() {
        let mut tally = Tally::default();
        assert!(judge("done", "7 1500 90000", "7 a.pcap: bit", &mut tally));
        assert!(!judge("done", "8 5000001 90000", "8 b.pcap: bit", &mut tally));
        assert!(!judge("done", "9 10 400000", "9 c.pcap: bit", &mut tally));
        assert!(!judge("wrong", "10 10 90000 panic: at x", "10 d.pcap: bit", &mut tally));
        assert_eq!(tally.failures.len(), 3);
        assert_eq!(tally.slowest.1, "8 b.pcap: bit");
    }

    #[test]
    fn a_dead_worker_is_a_failure() {
        let (send, lines) = channel();
        send.send("begin 0 a.pcap: cut at byte 9".to_owned()).unwrap();
        drop(send);
        let mut tally = Tally::default();
        assert_eq!(listen(&lines, &mut tally, None), 1);
        assert_eq!(tally.failures, ["0 a.pcap: cut at byte 9"]);
    }
}
