//! The processes as they run: killed, confined, cut off from their interface, and fed with a hostile file.
//! The example `watch` is what they are made of here.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a test")]

use std::cell::Cell;
use std::fs;
use std::io::Write;
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use capture::Source;
use capture::evidence::{Heading, Query, export};
use wire::{CaptureId, LinkType, Time};

/// The example, which cargo builds beside the tests.
fn watch() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().unwrap().parent().unwrap().join("examples/watch")
}

/// A watch that runs; ended with the test.
struct Watch {
    opener: Child,
    folder: PathBuf,
}

impl Watch {
    fn start(name: &str, interface: Option<&str>) -> Self {
        let folder = std::env::temp_dir().join(format!("yagura-watch-{name}-{}", std::process::id()));
        fs::remove_dir_all(&folder).ok();
        fs::create_dir_all(&folder).unwrap();
        let mut command = Command::new(watch());
        command.arg("opener").arg(&folder).args(interface);
        Self { opener: command.stdin(Stdio::null()).spawn().unwrap(), folder }
    }

    fn kept(&self) -> String {
        fs::read_to_string(self.folder.join("kept")).unwrap_or_default()
    }

    /// The numbers of a line of this kind.
    fn lines(&self, kind: &str) -> Vec<Vec<String>> {
        let words = |line: &str| line.split(' ').skip(1).map(str::to_owned).collect();
        self.kept().lines().filter(|line| line.split(' ').next() == Some(kind)).map(words).collect()
    }

    /// Waits until `done`, and says how long that took.
    fn until(&self, what: &str, done: impl Fn(&Self) -> bool) -> Duration {
        let begun = Instant::now();
        while !done(self) {
            assert!(begun.elapsed() < Duration::from_secs(20), "{what}; kept:\n{}", self.kept());
            sleep(Duration::from_millis(5));
        }
        begun.elapsed()
    }

    /// The process that the opener started under this name.
    fn process(&self, name: &str) -> Option<u32> {
        let opener = self.opener.id();
        let children = fs::read_to_string(format!("/proc/{opener}/task/{opener}/children")).ok()?;
        children.split_whitespace().filter_map(|id| id.parse().ok()).find(|id: &u32| {
            let line = fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
            line.starts_with(&format!("yagura: {name}\0"))
        })
    }

    fn kill(&self, name: &str) {
        let process = Cell::new(None);
        self.until("a process to kill", |watch| {
            process.set(watch.process(name));
            process.get().is_some()
        });
        kill(process.get().unwrap(), "-KILL");
    }

    /// No batch twice, none damaged, no hole that was not counted.
    fn check_batches(&self) -> usize {
        let batches = self.lines("batch");
        let mut last: Option<(u64, u64)> = None;
        let mut sensors = Vec::new();
        for words in &batches {
            let number = |at: usize| words[at].parse::<u64>().unwrap();
            let (incarnation, sequence, lost) = (number(0), number(1), number(2));
            assert_eq!(words[4], "true", "a damaged batch: {words:?}");
            match last {
                Some((before, at)) if before == incarnation => {
                    assert_eq!(sequence, at + lost + 1, "in one sensor process");
                }
                _ => {
                    assert!(!sensors.contains(&incarnation), "a sensor process returns");
                    assert_eq!(sequence, incarnation + lost, "the first batch of a sensor process");
                    sensors.push(incarnation);
                }
            }
            last = Some((incarnation, sequence));
        }
        batches.len()
    }

    /// Exports all evidence and reads it again.
    fn evidence(&self) -> u64 {
        let mut out = Vec::new();
        let folder = self.folder.join("evidence");
        let utc = |time: Time| time.0.to_string();
        let exported = export(&folder, &Query::default(), &Heading::default(), utc, &mut out).unwrap();
        let mut source =
            Source::from_reader(Box::new(std::io::Cursor::new(out)), "export".into(), CaptureId(0)).unwrap();
        while source.next().is_some() {}
        assert_eq!((source.report().packets, &source.report().remark), (exported.packets, &None));
        exported.packets
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.opener.kill().ok();
        self.opener.wait().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}

fn kill(process: u32, signal: &str) {
    Command::new("kill").args([signal, &process.to_string()]).status().unwrap();
}

fn kill_loop(rounds: usize, name: &str) {
    let watch = Watch::start(name, None);
    watch.until("the first batch", |watch| !watch.lines("batch").is_empty());
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        let started = watch.lines("started").len();
        watch.kill("sensor");
        let back = watch.until("the next sensor", |watch| watch.lines("started").len() > started);
        slowest = slowest.max(back);
        let batches = watch.lines("batch").len();
        watch.until("its batches", |watch| watch.lines("batch").len() > batches);
        if round % 4 == 3 {
            let batches = watch.lines("batch").len();
            watch.kill("main");
            watch.until("the next main process", |watch| watch.lines("batch").len() > batches + 1);
        }
    }
    println!("a killed sensor was back after at most {slowest:?}");
    assert!(slowest < Duration::from_secs(1), "back after {slowest:?}");
    assert!(watch.check_batches() > rounds);
    assert!(watch.lines("ended").len() >= rounds / 2);
    let evidence = watch.evidence();
    assert!(evidence > 100, "{evidence} packets of evidence survived");
    let (sensor, main) = (watch.process("sensor").unwrap(), watch.process("main").unwrap());
    kill(watch.opener.id(), "-KILL");
    watch.until("the end of all", |_| {
        [sensor, main].iter().all(|id| {
            // A process that has ended but was not yet collected has no command line.
            fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default().is_empty()
        })
    });
}

#[test]
fn a_killed_sensor_is_back_within_a_second_and_nothing_is_corrupt() {
    kill_loop(20, "kill");
}

#[test]
#[ignore = "two minutes; run it before a release"]
fn a_hundred_kills() {
    kill_loop(100, "kills");
}

#[test]
fn the_sandbox_refuses_everything_but_what_it_was_handed() {
    let output = Command::new(watch()).arg("escape").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text} {}", String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains("NOT REFUSED"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("refused: ")).count(), 14, "{text}");
    assert!(text.contains("memory: 67108864"), "it can still work: {text}");
    text.lines().filter(|line| line.starts_with("remark: ")).for_each(|line| println!("{line}"));
}

#[test]
fn the_sensor_that_runs_is_confined() {
    let watch = Watch::start("confined", None);
    watch.until("an account", |watch| !watch.lines("account").is_empty());
    let sensor = watch.process("sensor").unwrap();
    let status = fs::read_to_string(format!("/proc/{sensor}/status")).unwrap();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(&format!("{name}:"))).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    assert_eq!([field("Seccomp"), field("NoNewPrivs"), field("Threads")], ["2", "1", "1"]);
    for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        assert_eq!(u64::from_str_radix(&field(set), 16), Ok(0), "{set}");
    }
    for entry in fs::read_dir(format!("/proc/{sensor}/fd")).unwrap() {
        let entry = entry.unwrap();
        // Where the standard streams lead is the business of whoever started the program.
        let is_standard = ["0", "1", "2"].iter().any(|number| entry.file_name() == *number);
        let target = fs::read_link(entry.path()).unwrap().display().to_string();
        let is_handed = ["socket:", "pipe:"].iter().any(|kind| target.starts_with(kind))
            || target.contains("/evidence/evidence-");
        assert!(is_handed || is_standard, "{:?} is {target}", entry.file_name());
    }
    let main = watch.process("main").unwrap();
    let status = fs::read_to_string(format!("/proc/{main}/status")).unwrap();
    assert!(status.contains("CapEff:\t0000000000000000"), "{status}");
    kill(watch.opener.id(), "-TERM");
    let mut watch = watch;
    let begun = Instant::now();
    watch.opener.wait().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5), "it ends when it is asked to");
}

fn pcap(frames: u32) -> Vec<u8> {
    let mut out = Vec::new();
    capture::write::header(&mut out).unwrap();
    for number in 0..frames {
        let mut bytes = b"\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x08\0\x45\0\0\x2e\0\0\0\0\x40\x11\0\0".to_vec();
        bytes.extend([10, 0, 0, 1, 10, 0, 0, 2]);
        bytes.extend([0x03, 0xe8, 0, 53, 0, 26, 0, 0]);
        bytes.resize(60, 0);
        capture::write::record(&mut out, Time(i64::from(number) * 1_000_000), 60, &bytes).unwrap();
    }
    out
}

fn read(mebibytes: &str, seconds: &str) -> Child {
    let mut command = Command::new(watch());
    command.args(["read", mebibytes, seconds]).stdin(Stdio::piped()).stdout(Stdio::piped());
    command.spawn().unwrap()
}

fn output(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_file_is_read_by_a_process_of_its_own() {
    let mut child = read("512", "20");
    child.stdin.take().unwrap().write_all(&pcap(5_000)).unwrap();
    let text = output(child);
    assert!(text.contains("batch 1 ") && text.contains("account 40 upload.pcap 5000"), "{text}");
    assert!(text.ends_with("ended None\n"), "{text}");

    let mut child = read("512", "20");
    child.stdin.take().unwrap().write_all(b"no capture at all").unwrap();
    assert!(output(child).contains("upload.pcap: not a capture"));
}

#[test]
fn a_hostile_file_at_worst_ends_the_process_that_reads_it() {
    let mut child = read("512", "1");
    let mut endless = child.stdin.take().unwrap();
    let frames = pcap(50_000);
    endless.write_all(&frames).unwrap();
    // Until the process that reads is ended: then nobody holds the other end.
    while endless.write_all(&frames[24..]).is_ok() {}
    let text = output(child);
    let expected = "upload.pcap: not read to its end: it takes more than 1 s of processor time; what was read before is kept";
    assert!(text.contains(expected), "{text}");

    let mut child = read("0", "20");
    child.stdin.take().unwrap().write_all(&frames).unwrap_or_default();
    let text = output(child);
    assert!(text.contains("upload.pcap: not read to its end: it takes more than 0 MiB of memory"), "{text}");
}

#[test]
fn an_interface_that_goes_and_returns() {
    if !run("ip link show lo") || !inside("gone_and_back") {
        println!("skipped: no permission to make a network namespace");
    }
}

fn run(line: &str) -> bool {
    let mut words = line.split(' ');
    let output = Command::new(words.next().unwrap()).args(words).output();
    output.is_ok_and(|output| output.status.success())
}

/// Runs an ignored test of this program in a network namespace of its own; false when there cannot be one.
fn inside(test: &str) -> bool {
    let name = format!("yagura-{test}-{}", std::process::id());
    if !run(&format!("ip netns add {name}")) {
        return false;
    }
    let output = Command::new("ip")
        .args(["netns", "exec", &name])
        .arg(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", test])
        .output();
    run(&format!("ip netns delete {name}"));
    let output = output.unwrap();
    let is_success = output.status.success();
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(is_success && text.contains("1 passed"), "{text}");
    println!("{text}");
    true
}

fn cable() {
    for step in [
        "link add left0 type veth peer name right0",
        "link set left0 up",
        "link set right0 up",
        "address add 10.9.0.1/24 dev left0",
        "neighbor add 10.9.0.2 lladdr 02:00:00:00:00:0b dev left0",
    ] {
        assert!(run(&format!("ip {step}")), "{step}");
    }
}

/// Packets in all accounts, those of sensor processes that ended included.
fn packets(watch: &Watch) -> u64 {
    let mut all = 0;
    let mut of_present = 0;
    for line in watch.kept().lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[0] {
            "account" => of_present = words[1].parse().unwrap(),
            "started" => all += std::mem::take(&mut of_present),
            _ => {}
        }
    }
    all + of_present
}

#[test]
#[ignore = "run in a namespace by the test above"]
fn gone_and_back() {
    let watch = Watch::start("interface", Some("right0"));
    watch.until("the report", |watch| watch.kept().contains("port right0 Some(\"right0: no such interface"));
    cable();
    watch.until("it appears", |watch| watch.kept().contains("port right0 None"));
    let send = |count: usize| {
        let socket = UdpSocket::bind("10.9.0.1:0").unwrap();
        for _ in 0..count {
            socket.send_to(&[7; 300], "10.9.0.2:9000").unwrap();
        }
    };
    send(1_000);
    watch.until("its frames", |watch| packets(watch) >= 1_000);
    assert!(run("ip link delete left0"));
    watch.until("the report", |watch| watch.lines("port").last().unwrap()[1].starts_with("Some"));
    cable();
    watch.until("it returns", |watch| watch.lines("port").last().unwrap()[1] == "None");
    let before = packets(&watch);
    send(1_000);
    watch.until("its frames again", |watch| packets(watch) >= before + 1_000);
    assert!(run("ip link set right0 down"));
    watch.until("the report", |watch| watch.lines("port").last().unwrap()[1].starts_with("Some"));
    assert!(run("ip link set right0 up"));
    watch.until("it is up", |watch| watch.lines("port").last().unwrap()[1] == "None");

    // What the plant says while no sensor runs waits in the ring.
    for _ in 0..5 {
        let (started, before) = (watch.lines("started").len(), packets(&watch));
        watch.kill("sensor");
        send(500);
        watch.until("the next sensor", |watch| watch.lines("started").len() > started);
        send(500);
        let accounts = watch.lines("account").len();
        watch.until("an account", |watch| watch.lines("account").len() > accounts + 1);
        let heard = packets(&watch) - before;
        println!("heard {heard} of 1000 around a kill");
        assert!(heard >= 950, "at most a block is lost: {heard}");
    }
    watch.check_batches();
    assert!(watch.evidence() >= 5_000);
    back_pressure(&watch);
}

/// A main process that does not read: batches wait, beyond that they are dropped, and the next one says how many.
fn back_pressure(watch: &Watch) {
    let socket = UdpSocket::bind("10.9.0.1:0").unwrap();
    let main = watch.process("main").unwrap();
    kill(main, "-STOP");
    // Each port is a conversation, whose accounts the sensor has to say every second.
    for _ in 0..12 {
        for port in 20_000..30_000 {
            socket.send_to(&[7; 20], ("10.9.0.2", port)).unwrap();
        }
        sleep(Duration::from_millis(500));
    }
    kill(main, "-CONT");
    let lost = |watch: &Watch| -> u64 {
        watch.lines("batch").iter().map(|words| words[2].parse::<u64>().unwrap()).sum()
    };
    watch.until("the count of what was dropped", |watch| lost(watch) > 0);
    println!("{} batches were dropped and counted", lost(watch));
    watch.check_batches();
    assert_eq!(watch.process("main"), Some(main), "it is slow, not dead");
}

/// What a frame is made of above must be read as such.
#[test]
fn the_frames_of_these_tests_are_frames() {
    let mut source =
        Source::from_reader(Box::new(std::io::Cursor::new(pcap(1))), "test".into(), CaptureId(0)).unwrap();
    assert_eq!(source.next().unwrap().link, LinkType::ETHERNET);
    assert!(Path::new(&watch()).exists());
}
