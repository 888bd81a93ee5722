//! Processes are killed at any time, while people write and the plant talks: nothing that was acknowledged is lost.
//!
//! The test kills ten times. `cargo xtask site-kills` runs the same with the variable `YAGURA_KILLS` and judges the
//! bars, which a test does not: how long the sensor was away, and how much of the plant was not heard.

use super::cable::{self, MIRROR, READ, Station, WRITE, counted};
use super::common::{PATIENCE, Site, assets, get, items, upload};
use drive::{Client, until};
use serde_json::{Value, json};
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Kills of the test.
const KILLS: u64 = 10;
/// Time between two commands of the plant.
const BEAT: Duration = Duration::from_millis(10);
/// Words of which a log or the health page would tell of damage.
const DAMAGE: [&str; 5] = ["panicked", "passed over", "journal lost", "cannot be read", "malformed"];

#[test]
fn nothing_acknowledged_is_lost_whatever_is_killed() {
    if !cable::inside("kills::with_a_plant") {
        println!("skipped in part: no permission to make a network namespace, so no plant talks");
        without_a_plant();
    }
}

fn without_a_plant() {
    let site = Site::first("kills-alone", "");
    Strain::new(site, None).run();
}

#[test]
#[ignore = "run in a namespace by the test above"]
fn with_a_plant() {
    cable::lay();
    let site = Site::first("kills", &format!("[[capture.interface]]\nname = \"{MIRROR}\"\n"));
    Strain::new(site, Some(Plant::start())).run();
}

/// What people did, and what was answered.
#[derive(Default)]
struct Deeds {
    /// Names of lines that were acknowledged.
    lines: Vec<String>,
    /// The name that the asset has for certain, and those that came after it without an answer.
    named: Vec<String>,
}

/// Somebody who writes as fast as answers come.
struct Writer {
    deeds: Arc<Mutex<Deeds>>,
    goes_on: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Writer {
    fn start(client: Client, asset: String, name: &str, round: u64) -> Self {
        let deeds = Deeds { lines: Vec::new(), named: vec![name.to_owned()] };
        let deeds = Arc::new(Mutex::new(deeds));
        let goes_on = Arc::new(AtomicBool::new(true));
        let (shared, running) = (Arc::clone(&deeds), Arc::clone(&goes_on));
        let thread = thread::spawn(move || {
            for number in 0u64.. {
                if !running.load(Ordering::Relaxed) {
                    return;
                }
                let text = format!("round {round} deed {number}");
                write(&client, &asset, &text, &shared);
            }
        });
        Self { deeds, goes_on, thread }
    }

    fn end(self) -> Deeds {
        self.goes_on.store(false, Ordering::Relaxed);
        self.thread.join().expect("the writer");
        std::mem::take(&mut self.deeds.lock().expect("the deeds"))
    }
}

/// A line, and a name of the asset. No answer is no acknowledgement: it may have been done or not.
fn write(client: &Client, asset: &str, text: &str, deeds: &Mutex<Deeds>) {
    let line = client.send("POST", "/lines", &json!({ "name": text }));
    if line.is_ok_and(|answer| answer.status == 201) {
        deeds.lock().expect("the deeds").lines.push(text.to_owned());
    } else {
        // Nobody answers while the process is away.
        thread::sleep(BEAT);
    }
    deeds.lock().expect("the deeds").named.push(text.to_owned());
    let change = json!({ "set": { "floor_name": text } });
    let named = client.send("PATCH", &format!("/assets/{asset}"), &change);
    if named.is_ok_and(|answer| answer.status == 200) {
        let named = &mut deeds.lock().expect("the deeds").named;
        named.drain(..named.len() - 1);
    }
}

/// A station that talks all the time.
struct Plant {
    sent: Arc<AtomicU64>,
    /// Which command it sends.
    code: Arc<AtomicU64>,
}

impl Plant {
    fn start() -> Self {
        let (sent, code) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(READ)));
        let (count, wanted) = (Arc::clone(&sent), Arc::clone(&code));
        let mut station = Station::new();
        // It ends with the test's process.
        thread::spawn(move || {
            loop {
                let code = wanted.load(Ordering::SeqCst);
                station.send(code);
                if code == WRITE {
                    count.fetch_add(1, Ordering::SeqCst);
                }
                thread::sleep(BEAT);
            }
        });
        Self { sent, code }
    }

    /// What was sent and not counted so far. For the moment it sends something else, and when that is counted twice,
    /// everything before it was counted or is lost.
    fn lost(&self, client: &Client) -> u64 {
        self.code.store(READ, Ordering::SeqCst);
        for _ in 0..2 {
            let before = counted(client, READ);
            until("the plant is heard", PATIENCE, || (counted(client, READ) > before).then_some(()))
                .expect("reads");
        }
        let lost = self.sent.load(Ordering::SeqCst).saturating_sub(counted(client, WRITE));
        self.code.store(WRITE, Ordering::SeqCst);
        lost
    }
}

struct Strain {
    site: Site,
    client: Client,
    asset: String,
    /// The asset's name on the shop floor.
    name: String,
    plant: Option<Plant>,
    is_judged: bool,
    kills: u64,
    lost: u64,
    /// What was lost at each kill of each process, in milliseconds, and how long a killed sensor was away.
    figures: Vec<(&'static str, u64, Option<Duration>)>,
    acknowledged: usize,
}

impl Strain {
    fn new(site: Site, plant: Option<Plant>) -> Self {
        let client = site.enrol();
        upload(&client, "modbus/captures/identity.pcap");
        let known = until("an asset", PATIENCE, || assets(&client).into_keys().next());
        let asset = known.expect("an asset");
        let wanted = std::env::var("YAGURA_KILLS").ok().and_then(|count| count.parse().ok());
        let (is_judged, kills) = (wanted.is_some(), wanted.unwrap_or(KILLS));
        Self {
            site,
            client,
            asset,
            name: String::new(),
            plant,
            is_judged,
            kills,
            lost: 0,
            figures: Vec::new(),
            acknowledged: 0,
        }
    }

    fn run(mut self) {
        if let Some(plant) = &self.plant {
            self.lost = plant.lost(&self.client);
        }
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        for round in 0..self.kills {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let victim =
                ["main", "sensor", "opener", "main"][usize::try_from(random >> 62).expect("two bits")];
            let writer = Writer::start(self.client.clone(), self.asset.clone(), &self.name, round);
            // A moment of the middle of the writing: after so many acknowledged deeds.
            let enough = usize::try_from(random >> 32 & 7).expect("three bits") + 1;
            let deeds = Arc::clone(&writer.deeds);
            until("deeds", PATIENCE, || {
                (deeds.lock().expect("the deeds").lines.len() >= enough).then_some(())
            })
            .expect("it is writing");
            let away = self.kill(victim);
            self.is_back();
            let deeds = writer.end();
            self.check(round, &deeds);
            self.note(victim, away);
        }
        self.judge();
    }

    /// Kills a process; how long the sensor was away, where it is the sensor.
    fn kill(&mut self, victim: &str) -> Option<Duration> {
        let begun = Instant::now();
        match victim {
            "opener" => {
                self.site.program.kill_opener(PATIENCE).expect("the opener");
                self.site.again();
                None
            }
            "main" => {
                self.site.program.kill("main", PATIENCE).expect("the main process");
                self.site.program.ready(PATIENCE).expect("it is started again");
                None
            }
            _ => {
                let killed = self.site.program.kill("sensor", PATIENCE).expect("the sensor");
                let next =
                    || self.site.program.process("sensor").filter(|id| *id != killed && is_confined(*id));
                until("the next sensor", PATIENCE, next).expect("a sensor");
                Some(begun.elapsed())
            }
        }
    }

    fn is_back(&self) {
        let answers = || self.client.get("/health").ok().filter(|answer| answer.status == 200);
        until("an answer", PATIENCE, answers).expect("it answers");
    }

    /// Everything that was acknowledged is there, and nothing is damaged.
    fn check(&mut self, round: u64, deeds: &Deeds) {
        let lines = items(&self.client, "/lines?limit=500");
        for name in &deeds.lines {
            assert!(
                lines.iter().any(|line| line["name"] == **name),
                "round {round}: {name} was acknowledged"
            );
        }
        let asset = get(&self.client, &format!("/assets/{}", self.asset));
        self.name = asset["floor_name"].as_str().expect("a name").to_owned();
        assert!(deeds.named.contains(&self.name), "round {round}: {}, not {:?}", self.name, deeds.named);
        assert_eq!(get(&self.client, "/audit/verification")["whole"], true, "round {round}");
        let health = get(&self.client, "/health");
        let reasons = health["reasons"].to_string();
        let said = self.site.program.said();
        for word in DAMAGE {
            assert!(!reasons.contains(word), "round {round}: {reasons}");
            assert!(!said.contains(word), "round {round}: {said}");
        }
        self.acknowledged += deeds.lines.len();
        for line in &lines {
            let path = format!("/lines/{}", line["id"].as_str().expect("an id"));
            let gone = self.client.send("DELETE", &path, &Value::Null);
            gone.and_then(|answer| answer.expect(204)).expect("a line without cells");
        }
    }

    fn note(&mut self, victim: &'static str, away: Option<Duration>) {
        let Some(plant) = &self.plant else { return };
        let lost = plant.lost(&self.client);
        let milliseconds = lost.saturating_sub(self.lost) * u64::try_from(BEAT.as_millis()).expect("short");
        self.lost = lost;
        self.figures.push((victim, milliseconds, away));
    }

    fn judge(&self) {
        println!("{} kills, {} lines acknowledged, none lost", self.kills, self.acknowledged);
        for victim in ["sensor", "main", "opener"] {
            let of: Vec<_> = self.figures.iter().filter(|figure| figure.0 == victim).collect();
            let lost = of.iter().map(|figure| figure.1).max().unwrap_or(0);
            let away = of.iter().filter_map(|figure| figure.2).max();
            let away_ms =
                away.map(|away| format!(", away at most {} ms", away.as_millis())).unwrap_or_default();
            println!("{victim}: {} kills, at most {lost} ms of the plant lost{away_ms}", of.len());
            if self.is_judged {
                assert!(lost <= 1_000, "the bar is a second");
                assert!(away.is_none_or(|away| away <= Duration::from_secs(1)), "the bar is a second");
            }
        }
    }
}

/// Whether the sensor process has entered its sandbox: from then on it listens.
fn is_confined(id: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("Seccomp:") && line.ends_with('2'))
}
