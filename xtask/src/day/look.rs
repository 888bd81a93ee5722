//! One look at the program from outside: its processes, its files, what it says of itself.

use super::bounds::ALL;
use drive::{Client, Program};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What was seen.
pub(super) struct Look {
    /// Seconds since the start.
    pub(super) wall_s: f64,
    /// Hours of the plant that were told.
    pub(super) hours: f64,
    /// Seconds by which the last frame is behind the present.
    pub(super) behind_s: f64,
    /// Number of each process, and its resident memory in KiB.
    pub(super) memory: BTreeMap<String, (u32, u64)>,
    /// Bytes of each kind of data, in the order of [`ALL`].
    pub(super) bytes: Vec<u64>,
    /// Figures of the server that should be zero, and how much waits.
    pub(super) counters: BTreeMap<String, f64>,
    /// Frames heard.
    pub(super) frames: f64,
    /// What the server finds wrong with itself.
    pub(super) reasons: Vec<String>,
}

/// Figures that tell of something that was left out or waits.
const COUNTERS: [&str; 5] = [
    "yagura_overflow",
    "yagura_mirror_kernel_drops",
    "yagura_mirror_queue_drops",
    "yagura_sensor_restarts",
    "yagura_queue_depth",
];

pub(super) fn look(
    demo: &Program,
    client: &Client,
    data: &Path,
    begun: Instant,
    hours: u64,
) -> io::Result<Look> {
    let text = client.get("/metrics")?.expect(200)?.text();
    let health = client.get("/health")?.expect(200)?.json();
    let figures: Vec<(&str, f64)> = text.lines().filter_map(figure).collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let last = of(&figures, "yagura_mirror_last_frame_seconds").fold(0.0, f64::max);
    let span = whole_hours(hours) * 3600.0;
    let wall_s = begun.elapsed().as_secs_f64();
    let mut memory: BTreeMap<String, (u32, u64)> = BTreeMap::new();
    memory.insert("opener".into(), (demo.id(), resident(demo.id())));
    memory.extend(
        demo.processes().into_iter().map(|process| (process.name, (process.id, resident(process.id)))),
    );
    let counters = figures.iter().filter(|(name, _)| COUNTERS.contains(&base(name)));
    let reasons = health.get("reasons").and_then(|reasons| reasons.as_array()).cloned().unwrap_or_default();
    Ok(Look {
        wall_s,
        // The plant's day began that many hours before the program did.
        hours: if last > 0.0 { (last - (now - wall_s - span)) / 3600.0 } else { 0.0 },
        behind_s: now - last,
        memory,
        bytes: bytes(data),
        counters: counters.map(|(name, value)| ((*name).to_owned(), *value)).collect(),
        frames: of(&figures, "yagura_mirror_frames").sum(),
        reasons: reasons.iter().filter_map(|reason| reason.as_str()).map(str::to_owned).collect(),
    })
}

fn whole_hours(hours: u64) -> f64 {
    f64::from(u32::try_from(hours).unwrap_or(u32::MAX))
}

/// The values of a name, whatever its labels.
fn of<'f>(figures: &'f [(&str, f64)], name: &'f str) -> impl Iterator<Item = f64> + 'f {
    figures.iter().filter(move |(known, _)| base(known) == name).map(|(_, value)| *value)
}

/// A line `name{labels} value`.
fn figure(line: &str) -> Option<(&str, f64)> {
    let (name, value) = line.rsplit_once(' ').filter(|_| !line.starts_with('#'))?;
    Some((name, value.parse().ok()?))
}

/// The name without its labels.
fn base(name: &str) -> &str {
    name.split('{').next().unwrap_or_default()
}

fn resident(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Bytes of each kind of data. What goes while it is counted no longer counts.
fn bytes(data: &Path) -> Vec<u64> {
    let mut sums = vec![0; ALL.len()];
    let mut folders = vec![data.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, Ok(metadata)) = (entry.path(), entry.metadata()) else { continue };
            if metadata.is_dir() {
                folders.push(path);
                continue;
            }
            let place = path.strip_prefix(data).ok().and_then(Path::to_str).unwrap_or_default();
            let kind = ALL.iter().position(|bound| place.starts_with(bound.place));
            if let Some(sum) = kind.and_then(|kind| sums.get_mut(kind)) {
                *sum += metadata.len();
            }
        }
    }
    sums
}
