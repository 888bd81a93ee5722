//! How far what is shown can be trusted: mirrors, queues, disk, clock.

use super::page::Page;
use super::state::Api;
use super::view::{Mirror, View};
use crate::time::utc_us;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Data older than this is told to be old.
const STALE_US: i64 = 5 * 60 * 1_000_000;

/// The server and what it depends on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `good`, `degraded` or `unknown`: never good while a mirror is down or data is older than five minutes.
    verdict: &'static str,
    /// Why it is not good, worst first, one line each.
    reasons: Vec<String>,
    /// Moment of the data, UTC; null before the first.
    data_time: Option<String>,
    /// Batches of observations that wait to be folded.
    queue_depth: u64,
    /// Batches folded since the start.
    batches: u64,
    /// How often the sensor process had to be started again.
    sensor_restarts: u64,
    /// Milliseconds that the last view of the plant took to make.
    view_ms: u32,
    /// Bytes free on the disk of the data folder; null when that cannot be told.
    disk_free_bytes: Option<u64>,
    /// Facts that found no room in a full table since the start, by table.
    overflow: BTreeMap<&'static str, u64>,
    /// Version of the program.
    version: &'static str,
}

/// How far one mirror port can be trusted. Counters count since the sensor process began.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MirrorRow {
    /// Id of the sensor that listens; null for the server's own.
    sensor: Option<String>,
    /// Interface, folder or feed.
    name: String,
    /// `good`, `degraded`, `down` or `unknown`.
    verdict: &'static str,
    /// Why it is not good, one line each.
    reasons: Vec<String>,
    /// Frames heard.
    packets: u64,
    /// Bytes of them on the wire.
    bytes: u64,
    /// Frames that the kernel dropped because the sensor was too slow.
    kernel_drops: u64,
    /// Batches of observations that were dropped because the server was too slow.
    queue_drops: u64,
    /// Frames that the mirror delivered twice; a packet heard on both sides of a router is none.
    duplicates: u64,
    /// TCP conversations heard in one direction only.
    one_way_flows: u64,
    /// Holes in TCP streams.
    gaps: u64,
    /// Values of busy cyclic polls that were passed over.
    values_sampled: u64,
    /// Frames that could not be decoded, by reason.
    undecoded: BTreeMap<String, u64>,
    /// Frames per VLAN id; 0 without a tag.
    #[schema(value_type = BTreeMap<String, u64>)]
    vlans: BTreeMap<u16, u64>,
    /// Last frame, UTC; null when none came yet.
    last_seen: Option<String>,
    /// Milliseconds by which the clock of the frames is ahead of the server's.
    clock_ahead_ms: Option<i64>,
}

/// The server's health.
#[utoipa::path(get, path = "/health", tag = "health",
    responses((status = 200, description = "Health", body = Health)))]
pub(crate) async fn show_health(State(api): State<Api>) -> Json<Health> {
    Json(health_of(&api.view(), &api.live().remarks, api.now_us()))
}

/// Health as of a view; `remarks` are those about the configuration.
pub(crate) fn health_of(view: &View, remarks: &[String], now_us: i64) -> Health {
    let mut reasons = reasons(view, now_us);
    reasons.extend(remarks.iter().cloned());
    let verdict = match (view.time_us, reasons.is_empty()) {
        (0, _) => "unknown",
        (_, true) => "good",
        (_, false) => "degraded",
    };
    Health {
        verdict,
        reasons,
        data_time: (view.time_us > 0).then(|| utc_us(view.time_us)),
        queue_depth: view.process.queue_depth,
        batches: view.process.batches,
        sensor_restarts: view.process.sensor_restarts,
        view_ms: view.process.view_ms,
        disk_free_bytes: view.process.disk_free,
        overflow: view.overflow.iter().filter(|row| *row.1 > 0).map(|(table, n)| (*table, *n)).collect(),
        version: env!("CARGO_PKG_VERSION"),
    }
}

/// Every mirror port.
#[utoipa::path(get, path = "/mirrors", tag = "health",
    responses((status = 200, description = "Mirror ports", body = Page<MirrorRow>)))]
pub(crate) async fn list_mirrors(State(api): State<Api>) -> Json<Page<MirrorRow>> {
    Json(Page::whole(mirrors_of(&api.view(), api.now_us()), 0))
}

/// Mirror ports as of a view.
pub(crate) fn mirrors_of(view: &View, now_us: i64) -> Vec<MirrorRow> {
    view.mirrors.iter().map(|mirror| row(mirror, now_us)).collect()
}

/// Figures of the server in Prometheus text form.
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, description = "Figures", body = String, content_type = "text/plain")))]
pub(crate) async fn show_metrics(State(api): State<Api>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], api.metrics())
}

fn reasons(view: &View, now_us: i64) -> Vec<String> {
    let mut reasons: Vec<String> = view.process.troubles.clone();
    if view.time_us > 0 && now_us - view.time_us > STALE_US {
        reasons.push(format!(
            "what is shown is as of {}: the sensor or the server stands still",
            utc_us(view.time_us)
        ));
    }
    for mirror in &view.mirrors {
        let (verdict, why) = judged(mirror, now_us);
        if verdict != "good" {
            let why = why.first().map_or("no frame came yet", String::as_str);
            reasons.push(format!("mirror {}: {why}", mirror.name));
        }
    }
    reasons
}

/// Unknown is never good: a mirror that was never heard is unknown, one that fell silent is down.
fn judged(mirror: &Mirror, now_us: i64) -> (&'static str, Vec<String>) {
    let mut why: Vec<String> = mirror.remark.iter().cloned().collect();
    let lost = mirror.kernel_drops + mirror.queue_drops;
    if mirror.kernel_drops > 0 {
        why.push(format!("the kernel dropped {} frames: the sensor was too slow", mirror.kernel_drops));
    }
    if mirror.queue_drops > 0 {
        why.push(format!("{} batches were dropped: the server was too slow", mirror.queue_drops));
    }
    if mirror.packets > 0 && mirror.duplicates > mirror.packets / 3 {
        why.push("more than a third of the frames are copies: the mirror delivers them twice".into());
    }
    if mirror.one_way_flows > 0 {
        why.push(format!("{} conversations were heard in one direction only", mirror.one_way_flows));
    }
    if mirror.is_folder {
        let verdict = match (mirror.up, why.is_empty()) {
            (false, _) => "down",
            (true, false) => "degraded",
            (true, true) => "good",
        };
        return (verdict, why);
    }
    let Some(last) = mirror.last_us else {
        return (if mirror.up { "unknown" } else { "down" }, why);
    };
    if !mirror.up {
        return ("down", why);
    }
    if now_us - last > STALE_US {
        why.insert(0, format!("no frame since {}", utc_us(last)));
        return ("down", why);
    }
    let degraded = lost > 0 || !why.is_empty();
    (if degraded { "degraded" } else { "good" }, why)
}

fn row(mirror: &Mirror, now_us: i64) -> MirrorRow {
    let (verdict, reasons) = judged(mirror, now_us);
    MirrorRow {
        sensor: mirror.sensor.map(|sensor| sensor.to_string()),
        name: mirror.name.clone(),
        verdict,
        reasons,
        packets: mirror.packets,
        bytes: mirror.bytes,
        kernel_drops: mirror.kernel_drops,
        queue_drops: mirror.queue_drops,
        duplicates: mirror.duplicates,
        one_way_flows: mirror.one_way_flows,
        gaps: mirror.gaps,
        values_sampled: mirror.values_sampled,
        undecoded: mirror.undecoded.clone(),
        vlans: mirror.vlans.clone(),
        last_seen: mirror.last_us.map(utc_us),
        clock_ahead_ms: mirror.clock_ahead.map(|ns| ns / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000_000_000;

    fn mirror() -> Mirror {
        Mirror { name: "mirror1".into(), up: true, packets: 100, last_us: Some(NOW), ..Mirror::default() }
    }

    #[test]
    fn a_mirror_is_good_only_while_frames_arrive_whole() {
        let verdict = |mirror: Mirror| judged(&mirror, NOW).0;
        assert_eq!(verdict(mirror()), "good");
        assert_eq!(verdict(Mirror { last_us: None, ..mirror() }), "unknown");
        assert_eq!(verdict(Mirror { last_us: Some(NOW - STALE_US - 1), ..mirror() }), "down");
        assert_eq!(verdict(Mirror { up: false, ..mirror() }), "down");
        assert_eq!(verdict(Mirror { kernel_drops: 1, ..mirror() }), "degraded");
        assert_eq!(verdict(Mirror { queue_drops: 1, ..mirror() }), "degraded");
        assert_eq!(verdict(Mirror { one_way_flows: 1, ..mirror() }), "degraded");
        assert_eq!(verdict(Mirror { duplicates: 50, ..mirror() }), "degraded");
    }

    #[test]
    fn a_folder_is_good_without_captures_and_with_old_ones() {
        let folder = || Mirror { is_folder: true, last_us: None, ..mirror() };
        let verdict = |mirror: Mirror| judged(&mirror, NOW).0;
        assert_eq!(verdict(folder()), "good");
        assert_eq!(verdict(Mirror { last_us: Some(7), ..folder() }), "good");
        assert_eq!(verdict(Mirror { remark: Some("a.pcap: no capture".into()), ..folder() }), "degraded");
        assert_eq!(verdict(Mirror { up: false, ..folder() }), "down");
    }

    #[test]
    fn old_data_is_a_reason() {
        let view = View { time_us: NOW - STALE_US - 1, ..View::default() };
        assert_eq!(reasons(&view, NOW).len(), 1);
        assert!(reasons(&View { time_us: NOW, ..View::default() }, NOW).is_empty());
    }
}
