//! A week of a plant of 50 devices through `Accumulate` into files, then scans by asset and hour.
//!
//! `cargo run --release -p history --example week -- [FOLDER] [SECONDS_BETWEEN_POLLS] [DAYS]`
//!
//! 40 controllers, each read by a supervisory server (4 areas) and told from by 20 variables: 5 measured numbers that
//! never rest, 5 that move every ten minutes, 10 flags that turn every half hour. Three panels write set points, an
//! engineering station uploads a program each day, a historian reads every controller over a connection of its own
//! each minute, and everything has its flows.
#![expect(clippy::print_stdout, reason = "a program that prints figures")]

use core::error::Error;
use facts::id::{AssetUid, SiteId};
use facts::{
    Command, Datum, Endpoint, FlowId, FlowSummary, Layer, NetworkId, Observation, Part, Phase, Protocol,
    Seen, Sink, Subject, Target, Transport, Value, Verb,
};
use history::{
    Accumulate, Catalogue, CommandRow, Filter, FlowRow, HOUR_US, History, JsonCatalogue, Kind, Known, Limits,
    Options, Order, Range, Row, ValueRow, Who, Writer,
};
use model::Level;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;
use wire::{CaptureId, Direction, Mac, Text, Time};

const SECOND: i64 = 1_000_000;
/// 2026-11-16 00:00 UTC, a Monday.
const START: i64 = 1_794_787_200 * SECOND;
const CONTROLLERS: u8 = 40;
const SERVER: u8 = 41;
const HISTORIAN: u8 = 42;
const STATION: u8 = 43;
const PANELS: [u8; 3] = [44, 45, 46];
const DEVICES: u8 = 50;
const SCANS: usize = 200;
const MODBUS: Protocol = Protocol { id: 1, name: "modbus" };
const OPCUA: Protocol = Protocol { id: 2, name: "opcua" };
const S7: Protocol = Protocol { id: 3, name: "s7comm" };
const HTTP: Protocol = Protocol { id: 4, name: "http" };

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map_or_else(|| std::env::temp_dir().join("history-week"), PathBuf::from);
    let step: i64 = arguments.next().map_or(Ok(10), |text| text.parse())?;
    let days: i64 = arguments.next().map_or(Ok(7), |text| text.parse())?;
    let _ = std::fs::remove_dir_all(&folder);
    let store = history::files_in(&folder.join("files"))?;
    let catalogue = Arc::new(JsonCatalogue::open(folder.join("catalogue.json"))?);
    let options = Options { sync: false, ..Options::new(folder.join("logs")) };
    let (mut writer, _) = Writer::open(store, catalogue.clone(), options, START).await?;

    let begun = Instant::now();
    let mut plant = Plant { accumulate: Accumulate::new(site(), Limits::default()), random: 1, told: 0 };
    let end = START + days * 24 * HOUR_US;
    let mut now = START;
    while now < end {
        plant.tick(now, step);
        now += step * SECOND;
        if now % (60 * SECOND) == 0 {
            let changes = plant.accumulate.drain(now, &known);
            writer.write(changes, now).await?;
            writer.seal(now).await?;
        }
    }
    let changes = plant.accumulate.finish(&known);
    writer.write(changes, now).await?;
    writer.seal_all(now).await?;
    println!(
        "{} observations in {:.1} s, polls every {step} s, {days} days",
        plant.told,
        begun.elapsed().as_secs_f64()
    );
    println!("not written: {:?}, {}", plant.accumulate.dropped(), writer.dropped());
    print_sizes(&*catalogue, days).await?;
    print_scans(&writer.history(), days).await
}

async fn print_sizes(catalogue: &dyn Catalogue, days: i64) -> Result<(), Box<dyn Error>> {
    let mut all = 0;
    for kind in Kind::ALL {
        let entries = catalogue.list(kind, Range::ALL).await?;
        let rows: u64 = entries.iter().map(|entry| entry.rows).sum();
        let bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
        all += bytes;
        let each = bytes / rows.max(1);
        println!(
            "{:<11}{rows:>10} rows {bytes:>12} bytes {:>5} files, {each} bytes a row",
            kind.name(),
            entries.len()
        );
    }
    let asset_days = u64::from(DEVICES) * days.unsigned_abs();
    println!("{all} bytes in all, {} bytes per asset-day", all / asset_days);
    Ok(())
}

async fn print_scans(history: &History, days: i64) -> Result<(), Box<dyn Error>> {
    let mut random = 7;
    for cold in [true, false] {
        let mut times = Vec::new();
        let (mut rows, mut groups, mut read) = (0, 0, 0);
        for scan in 0..SCANS {
            let device = below(&mut random, u64::from(DEVICES)) + 1;
            let hour = below(&mut random, days.unsigned_abs() * 24).cast_signed();
            let filter =
                Filter { asset: Who { assets: vec![asset(device)], ..Who::default() }, ..Filter::default() };
            let from_us = START + hour * HOUR_US;
            let range = Range { from_us, until_us: from_us + HOUR_US };
            let begun = Instant::now();
            let history = if cold { history.without_footers() } else { history.clone() };
            let found = match scan % 3 {
                0 => count::<FlowRow>(&history, &filter, range).await?,
                1 => count::<CommandRow>(&history, &filter, range).await?,
                _ => count::<ValueRow>(&history, &filter, range).await?,
            };
            times.push(begun.elapsed());
            rows += found.0;
            groups += found.1;
            read += found.2;
        }
        times.sort();
        let at = |part: usize| {
            times.get(SCANS * part / 100).copied().unwrap_or(Duration::ZERO).as_secs_f64() * 1e3
        };
        let (p50, p95) = (at(50), at(95));
        let name = if cold { "footers read anew" } else { "footers kept" };
        println!(
            "{SCANS} scans by asset and hour, {name}: p50 {p50:.1} ms, p95 {p95:.1} ms ({rows} rows, {read} of {groups} row groups read)"
        );
    }
    let begun = Instant::now();
    let filter = Filter { asset: Who { assets: vec![asset(1)], ..Who::default() }, ..Filter::default() };
    let found = count::<CommandRow>(history, &filter, Range::ALL).await?;
    println!(
        "one asset's commands of the whole time: {} rows in {:.0} ms",
        found.0,
        begun.elapsed().as_secs_f64() * 1e3
    );
    Ok(())
}

async fn count<R: Row>(
    history: &History,
    filter: &Filter,
    range: Range,
) -> Result<(usize, u64, u64), Box<dyn Error>> {
    let page = history.page::<R>(filter, range, Order::OldestFirst, None, 1_000_000).await?;
    Ok((page.rows.len(), page.reading.groups, page.reading.groups_read))
}

struct Plant {
    accumulate: Accumulate,
    random: u64,
    told: u64,
}

impl Plant {
    fn tick(&mut self, now: i64, step: i64) {
        let minute = now % (60 * SECOND) < step * SECOND;
        for controller in 1..=CONTROLLERS {
            self.poll(now, controller);
            self.tell(now, controller, step);
            if minute {
                self.account(now, (SERVER, controller, 502), &[MODBUS], 60, false);
                self.account(now, (HISTORIAN, controller, 4840), &[OPCUA], 1, true);
                self.command(now, (HISTORIAN, controller, 4840), OPCUA, (Verb::Read, 631, "read", 0));
            }
        }
        for panel in PANELS {
            // An operator changes a set point every few minutes.
            if below(&mut self.random, 240 / step.unsigned_abs().clamp(1, 240)) == 0 {
                let controller =
                    u8::try_from(below(&mut self.random, u64::from(CONTROLLERS)) + 1).unwrap_or(1);
                let register = u32::try_from(below(&mut self.random, 30)).unwrap_or(0);
                let write = (Verb::Write, 16, "write multiple registers", register);
                self.command(now, (panel, controller, 502), MODBUS, write);
                self.account(now, (panel, controller, 502), &[MODBUS], 2, true);
            }
        }
        if now % (24 * HOUR_US) == 9 * HOUR_US {
            for block in 0..60 {
                self.command(now, (STATION, 7, 102), S7, (Verb::UploadProgram, 0x1d, "start upload", block));
            }
            self.account(now, (STATION, 7, 102), &[S7], 400, true);
        }
        if minute {
            for device in 47..=DEVICES {
                self.account(now, (device, HISTORIAN, 80), &[HTTP], 6, true);
            }
        }
    }

    fn poll(&mut self, now: i64, controller: u8) {
        for area in 0..4 {
            let read = (Verb::Read, 3, "read holding registers", area * 100);
            self.command(now, (SERVER, controller, 502), MODBUS, read);
        }
    }

    /// A request and its answer.
    fn command(
        &mut self,
        now: i64,
        (client, server, port): (u8, u8, u16),
        protocol: Protocol,
        (verb, code, name, first): (Verb, u64, &'static str, u32),
    ) {
        let target = Target::Range { space: "holding-register", major: 0, first, count: 50 };
        for (phase, direction, delay) in
            [(Phase::Request, Direction::ToServer, 0), (Phase::Response, Direction::ToClient, 2_000)]
        {
            let jitter = below(&mut self.random, 5_000).cast_signed();
            let seen = seen(now + delay + jitter, protocol, (client, server, port), direction);
            let command = Command { group: "", code, name, verb, phase, part: Part::Unit(1), target };
            self.accumulate.observation(&seen, &Observation::Command(command));
            self.told += 1;
        }
    }

    fn tell(&mut self, now: i64, controller: u8, step: i64) {
        const NAMES: [&str; 20] = [
            "温度",
            "圧力",
            "流量",
            "液位",
            "速度",
            "設定1",
            "設定2",
            "設定3",
            "設定4",
            "設定5",
            "弁1",
            "弁2",
            "弁3",
            "弁4",
            "ポンプ1",
            "ポンプ2",
            "扉1",
            "扉2",
            "異常",
            "運転",
        ];
        let seen = seen(now + 3_000, MODBUS, (SERVER, controller, 502), Direction::ToClient);
        for (place, name) in (0_u64..).zip(NAMES) {
            let own = place * 37 + u64::from(controller) * 101;
            let tick = (now / SECOND).unsigned_abs();
            let noise = below(&mut self.random, 1_000);
            let datum = match place {
                0..5 => Datum::Int((20_000 + own + noise).cast_signed()),
                5..10 => Datum::UInt((tick + own) / 600 % 977),
                _ => Datum::Bool(
                    (tick / step.unsigned_abs() * step.unsigned_abs() + own * 61) / 1_800 % 2 == 1,
                ),
            };
            let target = Target::Name { space: "tag", name: Text::utf8(name.as_bytes()) };
            let value = Value { subject: Subject::Server, part: Part::Unit(1), target, datum };
            self.accumulate.observation(&seen, &Observation::Value(value));
            self.told += 1;
        }
    }

    fn account(
        &mut self,
        now: i64,
        (client, server, port): (u8, u8, u16),
        protocols: &[Protocol],
        exchanges: u32,
        whole: bool,
    ) {
        let layer = |protocol: &Protocol| Layer {
            protocol: *protocol,
            messages: exchanges * 2,
            malformed: 0,
            packets: exchanges * 3,
            row: true,
        };
        let layers: Vec<Layer> = protocols.iter().map(layer).collect();
        let packets = [u64::from(exchanges) * 2, u64::from(exchanges)];
        let client_port = 49_152 + u16::try_from(below(&mut self.random, 16_000)).unwrap_or(0);
        self.accumulate.flow(&FlowSummary {
            flow: FlowId(0),
            capture: CaptureId(0),
            network: NetworkId(0),
            transport: Transport::Tcp,
            client: end(client, if whole { client_port } else { 50_000 }),
            server: end(server, port),
            layers: &layers,
            packets,
            bytes: packets.map(|packets| packets * 90),
            first: Time(now * 1_000),
            last: Time((now + 30 * SECOND) * 1_000),
            established: true,
            lost_bytes: 0,
            begun: whole,
            ended: whole,
            packets_in_all: packets,
        });
        self.told += 1;
    }
}

fn seen(time: i64, protocol: Protocol, (client, server, port): (u8, u8, u16), direction: Direction) -> Seen {
    let (client, server) = (end(client, 50_000), end(server, port));
    let (source, destination) = match direction {
        Direction::ToServer => (client, server),
        Direction::ToClient => (server, client),
    };
    Seen {
        time: Time(time * 1_000),
        times: 1,
        since: Time(time * 1_000),
        capture: CaptureId(0),
        network: NetworkId(0),
        protocol,
        flow: FlowId(0),
        direction,
        source,
        destination,
        copy: false,
    }
}

fn end(device: u8, port: u16) -> Endpoint {
    Endpoint { mac: Some(Mac([2, 0, 0, 0, 0, device])), ip: Some([192, 168, 10, device].into()), port }
}

fn known(_: NetworkId, end: &Endpoint) -> Known {
    let device = end.mac.map_or(0, |mac| u64::from(mac.0[5]));
    let level = if device <= u64::from(CONTROLLERS) { Level::Control } else { Level::Supervision };
    Known { asset: Some(asset(device)), network: None, level: Some(level) }
}

/// Version 7 ids as the product makes them: alike at the front, random behind.
fn asset(device: u64) -> AssetUid {
    let random = u128::from(device.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    AssetUid(Uuid::from_u128(0x0192_f0c1_2b3c_7000_8000_0000_0000_0000 | (random & 0x3fff_ffff_ffff_ffff)))
}

fn site() -> SiteId {
    SiteId(Uuid::from_u128(0x0192_f0c1_0000_7000_8000_0000_0000_0001))
}

/// A number below `limit`, evenly spread.
fn below(random: &mut u64, limit: u64) -> u64 {
    *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*random >> 33) % limit.max(1)
}
