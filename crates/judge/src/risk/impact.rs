//! Impact I(a): the worst consequence, not an average (section 3).

use super::inputs::{Asset, Decided, Role};
use super::method::Class;
use super::plant::Plant;
use super::tables::{CONSEQUENCE_WEIGHTS, CRITICAL_IMPACT, STANDBY, assumed};
use crate::text;
use facts::id::AssetUid;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How far the only path to a critical asset is followed.
const GATES_MAX: usize = 8;

/// An impact and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Impact {
    /// I, 0..=1.
    pub value: f64,
    /// The consequence that decides; the first in the order S E P F D of equals.
    pub decisive: Consequence,
    /// 0..=5 in the order S E P F D.
    pub values: [u8; 5],
    /// Where each comes from.
    pub origins: [Origin; 5],
    /// Whether a tested standby took its share off.
    pub standby: bool,
    /// The critical asset whose only path this is, when that raised P.
    #[serde(with = "text::maybe_id")]
    pub raised_for: Option<AssetUid>,
}

/// A kind of consequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// S: people's safety.
    Safety,
    /// E: environment.
    Environment,
    /// P: production.
    Production,
    /// F: quality, finance.
    Finance,
    /// D: data, law, contract.
    Data,
}

const CONSEQUENCES: [Consequence; 5] = [
    Consequence::Safety,
    Consequence::Environment,
    Consequence::Production,
    Consequence::Finance,
    Consequence::Data,
];

/// Where a consequence comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Decided for the asset.
    Asset,
    /// Decided for its zone.
    Zone,
    /// Decided for its process.
    Process,
    /// Assumed from its role.
    Assumed,
    /// Raised because it is the only path to a critical asset.
    OnlyPath,
}

impl Impact {
    /// Whether people decided every consequence, so that none is assumed (KPI K-05).
    #[must_use]
    pub fn is_decided(&self) -> bool {
        !self.origins.contains(&Origin::Assumed)
    }
}

/// I from consequences: for each letter that of the asset, else of its zone, else of its process, else the role's. Values beyond
/// 5 are read as 5.
#[must_use]
pub(super) fn impact(decided: Decided, role: Role, standby: bool) -> Impact {
    let mut values = assumed(role);
    let mut origins = [Origin::Assumed; 5];
    let sources =
        [(decided.process, Origin::Process), (decided.zone, Origin::Zone), (decided.asset, Origin::Asset)];
    for (given, source) in sources {
        for ((value, origin), given) in values.iter_mut().zip(&mut origins).zip(given) {
            if let Some(given) = given {
                (*value, *origin) = (given.min(5), source);
            }
        }
    }
    weigh(values, origins, standby, None)
}

fn weigh(values: [u8; 5], origins: [Origin; 5], standby: bool, raised_for: Option<AssetUid>) -> Impact {
    let mut worst = (0.0, Consequence::Safety);
    for ((value, weight), consequence) in values.iter().zip(CONSEQUENCE_WEIGHTS).zip(CONSEQUENCES) {
        let weighted = f64::from(*value) * weight / 5.0;
        if weighted > worst.0 {
            worst = (weighted, consequence);
        }
    }
    let value = worst.0 * if standby { 1.0 - STANDBY } else { 1.0 };
    Impact { value, decisive: worst.1, values, origins, standby, raised_for }
}

/// The impacts of all assets, by place. A device on the only path to a critical asset takes at least that asset's P minus 1
/// (section 3). Which are critical is decided before anything is raised, so that nothing rises by what it raised itself.
pub(super) fn impacts(plant: &Plant) -> Vec<Impact> {
    let of = |asset: &Arc<Asset>| impact(asset.decided, asset.role, asset.hot_standby);
    let mut impacts: Vec<Impact> = plant.assets.iter().map(of).collect();
    let mut gates_of_zones = BTreeMap::new();
    let mut raised: BTreeMap<usize, (u8, AssetUid)> = BTreeMap::new();
    for (asset, impact) in plant.assets.iter().zip(&impacts) {
        if impact.value < CRITICAL_IMPACT {
            continue;
        }
        let zone = asset.zone.and_then(|zone| plant.zone_place(zone));
        let gates = zone.map(|zone| &*gates_of_zones.entry(zone).or_insert_with(|| gates(plant, zone)));
        let gates = gates.into_iter().flatten().copied().chain(wires(plant, asset));
        let [_, _, production, ..] = impact.values;
        let least = production.saturating_sub(1);
        for gate in gates.filter(|gate| *gate != asset.id) {
            let Some(place) = plant.place(gate) else { continue };
            let entry = raised.entry(place).or_insert((least, asset.id));
            if least > entry.0 {
                *entry = (least, asset.id);
            }
        }
    }
    for (place, (least, target)) in raised {
        if let Some(impact) = impacts.get_mut(place) {
            let (mut values, mut origins) = (impact.values, impact.origins);
            let [_, _, production, ..] = &mut values;
            if *production < least {
                *production = least;
                let [_, _, origin, ..] = &mut origins;
                *origin = Origin::OnlyPath;
                *impact = weigh(values, origins, impact.standby, Some(target));
            }
        }
    }
    impacts
}

/// Devices that every way into a zone passes: while all boundaries into it name the same device, that one; and further out while
/// they all come from one zone.
fn gates(plant: &Plant, mut zone: u32) -> Vec<AssetUid> {
    let mut gates = Vec::new();
    let mut passed = vec![zone];
    while gates.len() < GATES_MAX {
        let into = || plant.borders_into(zone).filter(|(_, border)| !passed.contains(&border.from));
        let device = into().next().and_then(|(_, border)| border.boundary.device);
        if let Some(device) =
            device.filter(|device| into().all(|(_, border)| border.boundary.device == Some(*device)))
        {
            gates.push(device);
        }
        let Some(from) = into().next().map(|(_, border)| border.from) else { break };
        let outside = plant.zones.get(from as usize).is_none_or(|zone| zone.class != Class::Ot);
        if outside || into().any(|(_, border)| border.from != from) {
            break;
        }
        passed.push(from);
        zone = from;
    }
    gates
}

/// Devices that an asset's only wire leads to, one after the other.
fn wires(plant: &Plant, asset: &Asset) -> Vec<AssetUid> {
    let mut passed = Vec::new();
    let mut at = Some(asset);
    while let Some([next]) = at.map(|asset| asset.wired_to.as_slice()) {
        if passed.len() == GATES_MAX || *next == asset.id || passed.contains(next) {
            break;
        }
        passed.push(*next);
        at = plant.asset(*next);
    }
    passed
}
