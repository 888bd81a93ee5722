//! A folder of its own for each test, and rows to put there.

use facts::id::{AssetUid, SiteId};
use facts::{Phase, Transport, Verb};
use history::{
    Catalogue, Change, CommandRow, DetectionRow, Filter, FlowRow, History, JsonCatalogue, Options, Order,
    Page, Range, Report, RowOf, ValueRow, Writer,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const HOUR: i64 = history::HOUR_US;
/// The first hour of 2026-11-23.
pub(crate) const DAY: i64 = 1_795_392_000 * SECOND;

pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("history-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(path.join("files")).expect("a folder");
        Self(path)
    }

    pub(crate) fn catalogue(&self) -> Arc<dyn Catalogue> {
        Arc::new(JsonCatalogue::open(self.0.join("catalogue.json")).expect("a catalogue"))
    }

    pub(crate) async fn open(&self, rows_max: usize, now: i64) -> (Writer, Report) {
        open(&self.0, rows_max, now).await
    }
}

pub(crate) async fn open(path: &Path, rows_max: usize, now: i64) -> (Writer, Report) {
    let store = history::files_in(&path.join("files")).expect("a store");
    let catalogue = Arc::new(JsonCatalogue::open(path.join("catalogue.json")).expect("a catalogue"));
    let options = Options { rows_max, sync: false, ..Options::new(path.join("logs")) };
    Writer::open(store, catalogue, options, now).await.expect("history opens")
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn asset(number: u32) -> AssetUid {
    AssetUid(Uuid::from_u128(0x0192_f0c1_2b3c_7d4e_8f50_0000_0000_0000 | u128::from(number)))
}

pub(crate) fn site() -> SiteId {
    SiteId(Uuid::from_u128(1))
}

/// A write by asset `client` to asset 1000.
pub(crate) fn command(client: u32, time: i64, target: &str) -> CommandRow {
    CommandRow {
        row: 0,
        site: site(),
        time,
        last: time + SECOND,
        count: 2,
        network: None,
        protocol: "modbus".into(),
        client_asset: Some(asset(client)),
        client_mac: None,
        client_ip: Some(format!("192.0.2.{}", client % 250).parse().expect("an address")),
        client_level: Some(model::Level::Supervision),
        server_asset: Some(asset(1000)),
        server_mac: Some(wire::Mac([2, 0, 0, 0, 0, 9])),
        server_ip: Some("198.51.100.7".parse().expect("an address")),
        server_port: 502,
        server_level: Some(model::Level::Control),
        crosses_levels: true,
        verb: Verb::Write,
        phase: Phase::Request,
        group: "".into(),
        code: 16,
        name: "write multiple registers".into(),
        part: "unit 3".into(),
        space: "holding-register".into(),
        target: target.to_owned(),
        outcome: "".into(),
        status: None,
        reason: "".into(),
        bytes: None,
    }
}

pub(crate) fn flow(time: i64) -> FlowRow {
    FlowRow {
        row: 0,
        site: site(),
        time,
        last: time + 30 * SECOND,
        network: Some(facts::id::NetworkUid(Uuid::from_u128(7))),
        transport: Transport::Tcp,
        protocol: "s7comm".into(),
        layers: "cotp/s7comm".into(),
        client_asset: None,
        client_mac: Some(wire::Mac([2, 0, 0, 0, 0, 1])),
        client_ip: Some("2001:db8::1".parse().expect("an address")),
        client_port: 50_000,
        client_level: None,
        server_asset: Some(asset(4)),
        server_mac: None,
        server_ip: Some("2001:db8::2".parse().expect("an address")),
        server_port: 102,
        server_level: Some(model::Level::Dmz),
        crosses_levels: false,
        begun: 1,
        ended: 0,
        not_established: 0,
        packets_to_server: 10,
        packets_to_client: 9,
        bytes_to_server: 1_000,
        bytes_to_client: u64::from(u32::MAX) + 1,
        messages: 4,
        malformed: 0,
        lost_bytes: 3,
    }
}

pub(crate) fn value(time: i64, number: Option<f64>, text: Option<&str>) -> ValueRow {
    ValueRow {
        row: 0,
        site: site(),
        time,
        last: time,
        count: 1,
        changes: 1,
        network: None,
        asset: Some(asset(2)),
        mac: None,
        ip: None,
        protocol: "opcua".into(),
        part: "".into(),
        space: "node".into(),
        target: "充填機②.温度".into(),
        class: if text.is_some() { "text" } else { "float" }.into(),
        number,
        min: number,
        max: number,
        text: text.map(str::to_owned),
    }
}

pub(crate) fn detection(time: i64) -> DetectionRow {
    DetectionRow {
        row: 0,
        site: site(),
        time,
        last: time,
        count: 1,
        rule: "first-write".into(),
        severity: "high".into(),
        assets: format!("{} {}", asset(1), asset(2)),
        flow: "tcp 192.0.2.1:50000 192.0.2.2:502".into(),
        evidence: "ring 12:4711".into(),
        text: r#"{"verb":"write"}"#.into(),
    }
}

/// Finished rows, numbered from `first`.
pub(crate) fn closed(first: u64, rows: impl IntoIterator<Item = RowOf>) -> Vec<Change> {
    (first..).zip(rows).map(|(id, row)| Change { id, closed: true, row }).collect()
}

pub(crate) async fn all_commands(history: &History) -> Page<CommandRow> {
    let order = Order::OldestFirst;
    history.page(&Filter::default(), Range::ALL, order, None, usize::MAX - 1).await.expect("a page")
}

pub(crate) fn targets(page: &Page<CommandRow>) -> Vec<&str> {
    page.rows.iter().map(|row| row.target.as_str()).collect()
}
