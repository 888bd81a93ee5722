//! What an import would mean, before anything is changed.

use super::change::Kept;
use super::matching::{Index, LISTED_MAX};
use super::{Conflict, Entry, Field, Key, KnownAsset, KnownNetwork, Row};
use crate::fold;
use facts::id::{AssetUid, RegisterRowId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What each row means, and what no row means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// One for each row, in the file's order.
    pub outcomes: Vec<Outcome>,
    /// Assets that were heard and that neither this file nor a kept row names, in order.
    pub unregistered: Vec<AssetUid>,
    /// Kept rows that this file does not have, in order.
    pub absent: Vec<RegisterRowId>,
    /// How many of what.
    pub counts: Counts,
}

/// What one row means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The row's number as a spreadsheet counts.
    pub row: u32,
    /// The kept row that it is a newer form of.
    pub kept: Option<RegisterRowId>,
    /// Whether that kept row says exactly the same.
    pub is_same: bool,
    /// What it means for the assets.
    pub verdict: Verdict,
}

/// What a row means for the assets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is this asset.
    Matched {
        /// The asset.
        asset: AssetUid,
        /// By what it was found.
        key: Key,
    },
    /// A person has to decide.
    Conflict {
        /// The asset that it probably is.
        asset: Option<AssetUid>,
        /// What speaks against it; never empty.
        reasons: Vec<Conflict>,
    },
    /// No asset that was heard fits: expected, but not seen.
    NeverSeen,
}

/// How many rows and assets there are of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows of the file without a fault.
    pub rows: usize,
    /// Matched rows.
    pub matched: usize,
    /// Rows in conflict.
    pub conflicts: usize,
    /// Rows whose machine was never heard.
    pub never_seen: usize,
    /// Rows that are kept already and say the same.
    pub unchanged: usize,
    /// Assets without a row.
    pub unregistered: usize,
    /// Kept rows that the file does not have.
    pub absent: usize,
}

/// Says what each row means for the known assets and the kept rows; changes nothing.
#[must_use]
pub fn preview(rows: &[Row], assets: &[KnownAsset], networks: &[KnownNetwork], kept: &Kept) -> Preview {
    let index = Index::new(assets, networks);
    let found: Vec<_> = rows.iter().map(|row| (row, index.find(&row.entry))).collect();
    let mut rows_of = BTreeMap::<AssetUid, Vec<u32>>::new();
    for (row, (asset, _)) in &found {
        if let Some((_, asset)) = asset {
            rows_of.entry(*asset).or_default().push(row.number);
        }
    }
    let mut earlier = Earlier::new(kept);
    let mut outcomes = Vec::with_capacity(rows.len());
    for (row, (asset, mut reasons)) in found {
        let several = asset.and_then(|(_, asset)| rows_of.get(&asset)).filter(|rows| rows.len() > 1);
        reasons.extend(several.map(|rows| Conflict::SeveralRows {
            rows: rows.iter().take(LISTED_MAX).copied().collect(),
            count: rows.len(),
        }));
        let verdict = match asset {
            Some((key, asset)) if reasons.is_empty() => Verdict::Matched { asset, key },
            None if reasons.is_empty() => Verdict::NeverSeen,
            asset => Verdict::Conflict { asset: asset.map(|(_, asset)| asset), reasons },
        };
        let before = earlier.take(&row.entry);
        let is_same =
            before.and_then(|id| kept.rows.get(&id)).is_some_and(|before| before.entry == row.entry);
        outcomes.push(Outcome { row: row.number, kept: before, is_same, verdict });
    }
    let named = outcomes.iter().flat_map(assets_of).chain(kept.rows.values().filter_map(|row| row.asset));
    let named: BTreeSet<AssetUid> = named.collect();
    let heard: BTreeSet<AssetUid> = assets.iter().map(|known| known.asset).collect();
    let unregistered: Vec<_> = heard.difference(&named).copied().collect();
    let absent = earlier.left();
    let counts = count(&outcomes, unregistered.len(), absent.len());
    Preview { outcomes, unregistered, absent, counts }
}

/// Every asset that a row may mean: one that is disputed is not unregistered.
fn assets_of(outcome: &Outcome) -> Vec<AssetUid> {
    match &outcome.verdict {
        Verdict::Matched { asset, .. } => vec![*asset],
        Verdict::NeverSeen => Vec::new(),
        Verdict::Conflict { asset, reasons } => {
            let several = reasons.iter().flat_map(|reason| match reason {
                Conflict::SeveralAssets { assets, .. } => assets.clone(),
                _ => Vec::new(),
            });
            asset.iter().copied().chain(several).collect()
        }
    }
}

fn count(outcomes: &[Outcome], unregistered: usize, absent: usize) -> Counts {
    let mut counts = Counts { rows: outcomes.len(), unregistered, absent, ..Counts::default() };
    for outcome in outcomes {
        counts.unchanged += usize::from(outcome.is_same);
        match outcome.verdict {
            Verdict::Matched { .. } => counts.matched += 1,
            Verdict::Conflict { .. } => counts.conflicts += 1,
            Verdict::NeverSeen => counts.never_seen += 1,
        }
    }
    counts
}

/// Finds the kept row that a new row continues: by equipment number, then hardware address, serial number, address, name.
struct Earlier {
    by: [HashMap<String, Vec<RegisterRowId>>; 5],
    left: BTreeSet<RegisterRowId>,
}

const CONTINUES: [Field; 5] = [Field::EquipmentNumber, Field::Mac, Field::Serial, Field::Ip, Field::Name];

impl Earlier {
    fn new(kept: &Kept) -> Self {
        let by = CONTINUES.map(|field| {
            let mut found = HashMap::<String, Vec<RegisterRowId>>::new();
            for (id, row) in &kept.rows {
                for value in keys(&row.entry, field) {
                    found.entry(value).or_default().push(*id);
                }
            }
            found
        });
        Self { by, left: kept.rows.keys().copied().collect() }
    }

    /// Each kept row is continued once at most.
    fn take(&mut self, entry: &Entry) -> Option<RegisterRowId> {
        let candidates = CONTINUES.iter().zip(&self.by).flat_map(|(field, found)| {
            keys(entry, *field).into_iter().filter_map(|value| found.get(&value)).flatten()
        });
        let id = candidates.copied().find(|id| self.left.contains(id))?;
        self.left.remove(&id);
        Some(id)
    }

    fn left(&self) -> Vec<RegisterRowId> {
        self.left.iter().copied().collect()
    }
}

fn keys(entry: &Entry, field: Field) -> Vec<String> {
    // The same address in two networks is two machines.
    let network = if field == Field::Ip { fold(entry.get(Field::Network)) } else { String::new() };
    let parts: Vec<&str> =
        if field.is_list() { entry.parts(field).collect() } else { vec![entry.get(field)] };
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| format!("{} {network}", fold(part)))
        .collect()
}
