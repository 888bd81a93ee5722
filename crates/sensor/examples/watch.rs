//! The processes of a plant server without the server, for tests: `watch opener FOLDER [INTERFACE]` listens to an
//! interface, or to the simulated plant, and keeps a line for each batch in FOLDER/kept. The other subcommands are the
//! processes that this one starts, and trials of the sandbox.

#![expect(clippy::print_stdout, reason = "it answers on standard output")]

use facts::id::SensorId;
use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use sensor::{
    Event, FileEvent, FileJob, FileReader, FrameSender, OpenerConfig, Position, Quota, Receiver, SourceConfig,
};
use std::error::Error;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::{TcpStream, UdpSocket};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, io, thread};
use wire::{CaptureId, Mac, Time};

const SENSOR: SensorId = SensorId(uuid::Uuid::from_u128(7));

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["opener", folder, rest @ ..] => opener(Path::new(folder), rest.first().copied()),
        ["main", folder] => main_process(Path::new(folder)),
        ["sensor"] => Ok(sensor::run_sensor()?),
        ["reader"] => Ok(sensor::run_reader()?),
        ["plant"] => plant(),
        ["escape"] => escape(),
        ["read", mebibytes, seconds] => read(mebibytes.parse()?, seconds.parse()?),
        _ => Err("usage: watch opener FOLDER [INTERFACE]".into()),
    }
}

fn opener(folder: &Path, interface: Option<&str>) -> Result<(), Box<dyn Error>> {
    let options = capture::LiveOptions { handover: Duration::from_millis(10), ..Default::default() };
    let source = match interface {
        Some(name) => SourceConfig::Interface { name: name.to_owned(), options },
        None => SourceConfig::Program {
            arguments: vec!["plant".into()],
            ports: (1..=4).map(|number| format!("mirror{number}")).collect(),
        },
    };
    let main: OsString = folder.into();
    // So little that a test can fill it.
    let waiting_bytes_max = if interface.is_some() { 64 << 10 } else { 64 << 20 };
    let limits = capture::evidence::Limits { bytes: 32 << 20, ..Default::default() };
    let code = sensor::run_opener(OpenerConfig {
        sensor_arguments: vec!["sensor".into()],
        main_arguments: vec!["main".into(), main],
        evidence: Some((folder.join("evidence"), limits)),
        waiting_bytes_max,
        ..OpenerConfig::new(SENSOR, vec![source])
    })?;
    std::process::exit(code)
}

/// Keeps a line for everything it hears. What it has written to the file survives its own death.
fn main_process(folder: &Path) -> Result<(), Box<dyn Error>> {
    let path = folder.join("kept");
    let last = last_kept(&path);
    let mut receiver = Receiver::from_opener(last)?;
    let mut kept = OpenOptions::new().create(true).append(true).open(path)?;
    let mut words = batch::Words::new(|name| {
        observe::Protocol::named(name).map(|protocol| facts::Protocol::from(protocol).id)
    });
    loop {
        let line = match receiver.next(Duration::from_secs(1))? {
            None => continue,
            Some(Event::Stop) => return Ok(()),
            Some(Event::Started { incarnation, remarks }) => format!("started {incarnation} {remarks:?}\n"),
            Some(Event::Batch { position, lost_before, bytes }) => {
                let mut count = Count(0);
                let report =
                    batch::replay(&bytes, &mut words, &mut count).map_err(|error| format!("{error:?}"))?;
                let (Position { incarnation, sequence }, Count(facts)) = (position, count);
                let same = report.header.sequence == sequence && report.damaged == 0;
                // One call writes the whole line, or the process is dead before it.
                kept.write_all(
                    format!("batch {incarnation} {sequence} {lost_before} {facts} {same}\n").as_bytes(),
                )?;
                receiver.acknowledge(position);
                continue;
            }
            Some(Event::Account(account)) => {
                let packets: u64 = account.captures.iter().map(|capture| capture.packets).sum();
                let dropped: u64 = account.captures.iter().map(|capture| capture.kernel_dropped).sum();
                let evidence = account.evidence.unwrap_or_default();
                format!("account {packets} {dropped} {} {}\n", evidence.written, evidence.lost)
            }
            Some(Event::Ended { reason }) => format!("ended {reason}\n"),
            Some(Event::Port { name, problem, .. }) => format!("port {name} {problem:?}\n"),
        };
        kept.write_all(line.as_bytes())?;
    }
}

fn last_kept(path: &Path) -> Option<Position> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().rev().find(|line| line.starts_with("batch "))?;
    let mut words = line.split(' ').skip(1);
    let incarnation = words.next()?.parse().ok()?;
    Some(Position { incarnation, sequence: words.next()?.parse().ok()? })
}

struct Count(u64);

impl Sink for Count {
    fn observation(&mut self, _: &Seen, _: &Observation<'_>) {
        self.0 += 1;
    }
    fn heard(&mut self, _: &Heard) {
        self.0 += 1;
    }

    fn presence(&mut self, _: &Presence) {
        self.0 += 1;
    }
    fn flow(&mut self, _: &FlowSummary<'_>) {
        self.0 += 1;
    }
    fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {
        self.0 += 1;
    }
    fn same_network(&mut self, _: NetworkId, _: NetworkId) {
        self.0 += 1;
    }
}

/// The simulated plant, in time with the clock.
fn plant() -> Result<(), Box<dyn Error>> {
    sensor::die_with_parent(sensor::Signal::KILL)?;
    let now = || {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
    };
    let mut simulator = simulator::Simulator::new(simulator::demo()?, 1, now());
    let mut sender = FrameSender::from_stdout()?;
    loop {
        let mut sent = Ok(());
        simulator.run_until(now(), |frame| {
            if sent.is_ok() {
                sent = sender.send(&frame);
            }
        });
        sent?;
        sender.flush()?;
        thread::sleep(Duration::from_millis(20));
    }
}

/// Enters the sandbox and tries to get out of it. Prints what was refused and what was not.
fn escape() -> Result<(), Box<dyn Error>> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let own = File::open("/proc/self/exe")?;
    let parent = rustix::process::getppid().ok_or("no parent")?;
    for remark in sensor::sandbox::enter(None)? {
        println!("remark: {remark}");
    }
    let tell = |what: &str, result: io::Result<()>| match result {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => println!("refused: {what}"),
        other => println!("NOT REFUSED: {what}: {other:?}"),
    };
    tell("read a file", File::open("/etc/passwd").map(drop));
    tell("make a file", File::create("/tmp/yagura-escape").map(drop));
    tell("remove a file", fs::remove_file("/tmp/yagura-escape"));
    tell("list a folder", fs::read_dir("/").map(drop));
    tell("look at a file", fs::metadata("/etc/passwd").map(drop));
    tell("connect", TcpStream::connect("127.0.0.1:1").map(drop));
    tell("open a socket", UdpSocket::bind("127.0.0.1:0").map(drop));
    tell("open a pair of sockets", UnixStream::pair().map(drop));
    tell("connect a socket that it has", socket.connect("127.0.0.1:9"));
    tell("start a program", Command::new("/bin/true").spawn().map(drop));
    tell("start a thread", thread::Builder::new().spawn(|| ()).map(drop));
    tell("copy a descriptor", own.as_fd().try_clone_to_owned().map(drop));
    let signalled = rustix::process::kill_process(parent, sensor::Signal::HUP);
    tell("signal its parent", signalled.map_err(Into::into));
    let outliving = rustix::process::set_parent_process_death_signal(None);
    tell("outlive its parent", outliving.map_err(Into::into));
    let memory = vec![1_u8; 64 << 20];
    println!("memory: {}", memory.iter().map(|byte| usize::from(*byte)).sum::<usize>());
    Ok(())
}

/// Reads standard input in a process of its own.
fn read(mebibytes: u64, seconds: u64) -> Result<(), Box<dyn Error>> {
    let mut reader = FileReader::start(
        &["reader".into()],
        FileJob {
            file: io::stdin().as_fd().try_clone_to_owned()?.into(),
            name: PathBuf::from("upload.pcap").display().to_string(),
            sensor: SENSOR,
            first: CaptureId(40),
            sequence: 1,
            flows_max: 4_096,
            quota: Quota { memory_bytes: mebibytes << 20, cpu: Duration::from_secs(seconds) },
        },
    )?;
    println!("process {}", reader.process_id());
    loop {
        match reader.next(Duration::from_secs(30))? {
            Some(FileEvent::Batch { sequence, bytes }) => {
                println!("batch {sequence} {}", bytes.len());
                reader.acknowledge(sequence);
            }
            Some(FileEvent::Account(account)) => {
                for capture in account.captures {
                    println!("account {} {} {}", capture.capture.0, capture.name, capture.packets);
                }
            }
            Some(FileEvent::Ended { remark }) => {
                println!("ended {remark:?}");
                return Ok(());
            }
            None => return Err("nothing came for 30 s".into()),
        }
    }
}
