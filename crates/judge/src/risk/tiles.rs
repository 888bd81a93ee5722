//! The five tiles and the cells of the matrix, counted from two days of snapshots (section 1).

use super::method::{Band, Level, Method};
use super::snapshot::Snapshot;
use crate::days_between;
use wire::Time;

/// How much a score must move inside a band to count as movement.
pub(super) const MOVED: f64 = 5.0;
/// Days of a week, after which a device is no longer new.
const WEEK: f64 = 7.0;

/// The five tiles. Tiles 3 to 5 are `None` while the older day was computed by another method: it must be recalculated first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tiles {
    /// Devices in the system.
    pub devices: u32,
    /// Devices at high risk or above.
    pub high: u32,
    /// Became high or above in the past week.
    pub became_high: Option<u32>,
    /// Those of them that are new.
    pub became_high_new: Option<u32>,
    /// Risk increased in the past week.
    pub increased: Option<u32>,
    /// Risk decreased in the past week.
    pub decreased: Option<u32>,
}

/// How an asset's risk moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Band higher, or score 5 or more up.
    Increased,
    /// Band lower, or score 5 or more down.
    Decreased,
    /// Neither.
    Same,
}

/// How a risk moved between two snapshots of an asset.
#[must_use]
pub fn change(before: &Snapshot, after: &Snapshot) -> Change {
    // A movement of exactly 5 must not be lost to a rounding of the difference.
    const ROUNDING: f64 = 1e-9;
    let moved = after.score.value - before.score.value;
    match after.band.cmp(&before.band) {
        core::cmp::Ordering::Greater => Change::Increased,
        core::cmp::Ordering::Less => Change::Decreased,
        core::cmp::Ordering::Equal if moved >= MOVED - ROUNDING => Change::Increased,
        core::cmp::Ordering::Equal if moved <= ROUNDING - MOVED => Change::Decreased,
        core::cmp::Ordering::Equal => Change::Same,
    }
}

/// The tiles of what passes the filter on `now`'s day. Both lists are sorted by asset; `week_ago` is that of 7 days before.
#[must_use]
pub fn tiles(
    today: &[Snapshot],
    week_ago: &[Snapshot],
    now: Time,
    filter: impl Fn(&Snapshot) -> bool,
) -> Tiles {
    let mut tiles = Tiles {
        became_high: Some(0),
        became_high_new: Some(0),
        increased: Some(0),
        decreased: Some(0),
        ..Tiles::default()
    };
    let mut comparable = true;
    for after in today.iter().filter(|snapshot| snapshot.active && filter(snapshot)) {
        tiles.devices += 1;
        tiles.high += u32::from(after.band.is_high());
        let before = find(week_ago, after).filter(|before| before.active);
        comparable &= before.is_none_or(|before| before.method == after.method);
        let is_new = before.is_none() && days_between(after.first_seen, now) <= WEEK;
        let was_below = before.is_some_and(|before| !before.band.is_high());
        let moved = before.map(|before| change(before, after));
        count(&mut tiles.became_high, after.band.is_high() && (was_below || is_new));
        count(&mut tiles.became_high_new, after.band.is_high() && is_new);
        count(&mut tiles.increased, moved == Some(Change::Increased));
        count(&mut tiles.decreased, moved == Some(Change::Decreased));
    }
    if comparable { tiles } else { Tiles { devices: tiles.devices, high: tiles.high, ..Tiles::default() } }
}

fn count(tile: &mut Option<u32>, counts: bool) {
    *tile = tile.map(|count| count + u32::from(counts));
}

fn find<'a>(snapshots: &'a [Snapshot], of: &Snapshot) -> Option<&'a Snapshot> {
    snapshots.binary_search_by_key(&of.asset, |snapshot| snapshot.asset).ok().and_then(|at| snapshots.get(at))
}

/// A cell of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Row.
    pub likelihood: Level,
    /// Column.
    pub impact: Level,
    /// Its band.
    pub band: Band,
    /// Devices in it. The cells of a filter add up to the first tile.
    pub count: u32,
    /// Those of them that are drawn hatched.
    pub hatched: u32,
    /// Devices in it 7 days before; `None` while that day was computed by another method.
    pub before: Option<u32>,
}

impl Cell {
    /// Devices more or fewer than 7 days before.
    #[must_use]
    pub fn moved(&self) -> Option<i64> {
        self.before.map(|before| i64::from(self.count) - i64::from(before))
    }
}

/// The 25 cells, rows from the lowest likelihood. The filter is asked for the snapshots of both days.
#[must_use]
pub fn cells(
    today: &[Snapshot],
    week_ago: &[Snapshot],
    method: &Method,
    filter: impl Fn(&Snapshot) -> bool,
) -> Vec<Cell> {
    let empty = |likelihood: Level, impact| Cell {
        likelihood,
        impact,
        band: method.matrix.band(likelihood, impact),
        count: 0,
        hatched: 0,
        before: Some(0),
    };
    let rows = Level::ALL.into_iter();
    let mut cells: Vec<Cell> =
        rows.flat_map(|likelihood| Level::ALL.map(|impact| empty(likelihood, impact))).collect();
    let at =
        |snapshot: &Snapshot| snapshot.likelihood_level.at() * Level::ALL.len() + snapshot.impact_level.at();
    let counts = |snapshot: &&Snapshot| snapshot.active && filter(snapshot);
    for snapshot in today.iter().filter(counts) {
        if let Some(cell) = cells.get_mut(at(snapshot)) {
            cell.count += 1;
            cell.hatched += u32::from(snapshot.hatched);
        }
    }
    let comparable = week_ago.iter().filter(counts).all(|before| before.method == method.version);
    for snapshot in week_ago.iter().filter(counts) {
        if let Some(cell) = cells.get_mut(at(snapshot)) {
            cell.before = cell.before.map(|count| count + 1);
        }
    }
    if !comparable {
        cells.iter_mut().for_each(|cell| cell.before = None);
    }
    cells
}
