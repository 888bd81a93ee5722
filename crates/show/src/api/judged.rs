//! What the server thinks of the plant at the moment: weaknesses and risk, computed by the stages every few minutes, read by
//! every request. It is replaced as a whole, so that no request sees half of it.

use facts::id::{AssetUid, LineId, SystemId, ZoneId};
use judge::intake::{Found, Place, Ruling};
use judge::risk::{Assessment, Chokes, Effect, Method, Plant, Reason, Snapshot};
use knowledge::advisory::Library;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that was judged.
#[derive(Debug)]
pub struct Judged {
    /// When, microseconds since 1970 UTC; 0 before the first time.
    pub time_us: i64,
    /// The day in the plant's time, in days since 1970.
    pub day: i64,
    /// How.
    pub method: Arc<Method>,
    /// From what public knowledge.
    pub library: Arc<Library>,
    /// From what facts, for trying out actions.
    pub plant: Arc<Plant>,
    /// What stands where.
    pub assets: BTreeMap<AssetUid, Judge>,
    /// The zones that the facts name.
    pub places: Vec<Place>,
    /// Each asset's risk with its terms, by asset.
    pub assessments: Vec<Assessment>,
    /// The same as it is shown, by asset.
    pub today: Vec<Snapshot>,
    /// As it was 7 days before, by asset; empty while nothing was kept then.
    pub week_ago: Vec<Snapshot>,
    /// The day of `week_ago`.
    pub week_ago_day: Option<i64>,
    /// Whether that day was computed by another method, or consequences were decided since: it is computed again by today's, and
    /// the week is marked.
    pub is_rebaseline: bool,
    /// Why the risk of an asset is another than at the last daily snapshot.
    pub reasons: BTreeMap<AssetUid, Vec<Reason>>,
    /// The advisories that speak of each asset.
    pub found: BTreeMap<AssetUid, Arc<[Found]>>,
    /// What people decided about weaknesses, as it counts now.
    pub rulings: BTreeMap<(AssetUid, String), Ruling>,
}

/// What is shown of an asset beside its risk.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    /// Floor name, or the name on the network, or an address.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// Manufacturer.
    pub vendor: String,
    /// Product.
    pub model: String,
    /// Order number.
    pub order_number: String,
    /// Firmware version.
    pub firmware: String,
    /// Which of `vendor`, `model` and `firmware` the wire does not tell, so that the register's word counts.
    pub from_register: Vec<&'static str>,
    /// Which fields a person overruled: what is said of them was not heard.
    pub overruled: Vec<String>,
    /// Operating system.
    pub os: String,
    /// Line.
    pub line: Option<LineId>,
    /// Zone.
    pub zone: Option<ZoneId>,
    /// Logical system.
    pub system: Option<SystemId>,
}

/// What is thought about beside the computation, because it takes longer in a large plant: the actions that would lower the risk of
/// the plant most, and what most ways to its critical assets pass.
#[derive(Debug, Default)]
pub struct Prospects {
    /// When they were tried, microseconds since 1970 UTC; 0 before the first time.
    pub time_us: i64,
    /// The actions with what they would do, the best first.
    pub effects: Vec<Effect>,
    /// What most paths to critical assets pass.
    pub chokes: Chokes,
    /// Critical assets for which no path was searched, because there are too many.
    pub targets_left_out: usize,
}

impl Default for Judged {
    fn default() -> Self {
        Self {
            time_us: 0,
            day: 0,
            method: Arc::default(),
            library: Arc::default(),
            plant: Arc::new(Plant::new(judge::risk::Inputs::default())),
            assets: BTreeMap::new(),
            places: Vec::new(),
            assessments: Vec::new(),
            today: Vec::new(),
            week_ago: Vec::new(),
            week_ago_day: None,
            is_rebaseline: false,
            reasons: BTreeMap::new(),
            found: BTreeMap::new(),
            rulings: BTreeMap::new(),
        }
    }
}

impl Judged {
    /// The assessment of an asset.
    #[must_use]
    pub fn assessment(&self, asset: AssetUid) -> Option<&Assessment> {
        let place = self.assessments.binary_search_by_key(&asset, |known| known.asset).ok()?;
        self.assessments.get(place)
    }

    /// The snapshot of an asset as it is shown.
    #[must_use]
    pub fn snapshot(&self, asset: AssetUid) -> Option<&Snapshot> {
        of(&self.today, asset)
    }

    /// The snapshot of an asset 7 days before.
    #[must_use]
    pub fn before(&self, asset: AssetUid) -> Option<&Snapshot> {
        of(&self.week_ago, asset)
    }

    /// The advisories that speak of an asset.
    #[must_use]
    pub fn found(&self, asset: AssetUid) -> &[Found] {
        self.found.get(&asset).map_or(&[], |found| found)
    }
}

fn of(snapshots: &[Snapshot], asset: AssetUid) -> Option<&Snapshot> {
    let place = snapshots.binary_search_by_key(&asset, |known| known.asset).ok()?;
    snapshots.get(place)
}
