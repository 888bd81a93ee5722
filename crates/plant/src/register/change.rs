//! What an import changes, and how it is taken back.

use super::{Entry, Field, Preview, Row, Verdict};
use core::fmt;
use facts::id::{AssetUid, ImportId, RegisterRowId};
use std::collections::BTreeMap;

/// The register as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Its rows.
    pub rows: BTreeMap<RegisterRowId, KeptRow>,
    /// What the register says of assets that were heard: claims beside those of the wire.
    pub claims: BTreeMap<(AssetUid, Field), String>,
}

/// A row as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRow {
    /// What it says.
    pub entry: Entry,
    /// The import that brought this form of it.
    pub import: ImportId,
    /// The asset that it is; none while it is expected but not seen.
    pub asset: Option<AssetUid>,
}

/// One change. Each knows what was before, so that it can be taken back, and so that it is refused when something else
/// has changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A row comes, changes or goes.
    Row {
        /// The row.
        id: RegisterRowId,
        /// What it was; none when it is new.
        before: Option<KeptRow>,
        /// What it becomes; none when it goes.
        after: Option<KeptRow>,
    },
    /// The register says something else of an asset.
    Claim {
        /// The asset.
        asset: AssetUid,
        /// Of what.
        field: Field,
        /// What it said.
        before: Option<String>,
        /// What it says.
        after: Option<String>,
    },
}

impl Change {
    /// The change that takes this one back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::Row { id, before, after } => Self::Row { id, before: after, after: before },
            Self::Claim { asset, field, before, after } => {
                Self::Claim { asset, field, before: after, after: before }
            }
        }
    }
}

/// The changes that take a list of changes back, in the order in which they have to be made.
#[must_use]
pub fn inverse(changes: &[Change]) -> Vec<Change> {
    changes.iter().rev().map(Change::inverse).collect()
}

/// What a person decided about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Leave it out.
    Skip,
    /// Keep it without an asset: expected, but not seen.
    Keep,
    /// It is this asset.
    Attach(AssetUid),
}

/// The changes that an import makes. Without a decision, a matched row is attached to its asset, a row of a machine that
/// was never heard is kept (with the asset that it had), and a row in conflict is left out. Rows of `rows` that the preview
/// does not know are left out. `new_id` gives an unused id at each call. Kept rows that the file does not have stay,
/// unless `remove_absent`.
pub fn plan(
    preview: &Preview,
    rows: &[Row],
    decisions: &BTreeMap<u32, Decision>,
    kept: &Kept,
    import: ImportId,
    remove_absent: bool,
    mut new_id: impl FnMut() -> RegisterRowId,
) -> Vec<Change> {
    let by_number: BTreeMap<u32, &Row> = rows.iter().map(|row| (row.number, row)).collect();
    let mut after = kept.rows.clone();
    let mut changes = Vec::new();
    for outcome in &preview.outcomes {
        let Some(row) = by_number.get(&outcome.row) else { continue };
        let before = outcome.kept.and_then(|id| kept.rows.get(&id));
        let asset = match (decisions.get(&outcome.row), &outcome.verdict) {
            (Some(Decision::Skip), _) | (None, Verdict::Conflict { .. }) => continue,
            (Some(Decision::Keep), _) => None,
            (Some(Decision::Attach(asset)), _) | (None, Verdict::Matched { asset, .. }) => Some(*asset),
            (None, Verdict::NeverSeen) => before.and_then(|row| row.asset),
        };
        if before.is_some_and(|before| before.entry == row.entry && before.asset == asset) {
            continue;
        }
        let id = outcome.kept.filter(|_| before.is_some()).unwrap_or_else(&mut new_id);
        let kept_row = KeptRow { entry: row.entry.clone(), import, asset };
        after.insert(id, kept_row.clone());
        changes.push(Change::Row { id, before: before.cloned(), after: Some(kept_row) });
    }
    if remove_absent {
        for id in &preview.absent {
            if let Some(before) = after.remove(id) {
                changes.push(Change::Row { id: *id, before: Some(before), after: None });
            }
        }
    }
    changes.extend(claim_changes(&kept.claims, &claims(&after)));
    changes
}

/// What rows say of their assets; of two rows of one asset the older row's word stands.
fn claims(rows: &BTreeMap<RegisterRowId, KeptRow>) -> BTreeMap<(AssetUid, Field), String> {
    let mut claims = BTreeMap::new();
    for row in rows.values() {
        let Some(asset) = row.asset else { continue };
        for (field, value) in row.entry.iter() {
            claims.entry((asset, field)).or_insert_with(|| value.to_owned());
        }
    }
    claims
}

fn claim_changes(
    before: &BTreeMap<(AssetUid, Field), String>,
    after: &BTreeMap<(AssetUid, Field), String>,
) -> Vec<Change> {
    let new = after.keys().filter(|key| !before.contains_key(key));
    let changed = |key: &&(AssetUid, Field)| before.get(key) != after.get(key);
    let differing = before.keys().chain(new).filter(changed);
    differing
        .map(|key| Change::Claim {
            asset: key.0,
            field: key.1,
            before: before.get(key).cloned(),
            after: after.get(key).cloned(),
        })
        .collect()
}

/// Something has changed since the changes were planned; the text fits after "failed to".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeError {
    /// A row is not what it was.
    Row(RegisterRowId),
    /// The register says something else of an asset.
    Claim(AssetUid, Field),
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(id) => {
                write!(f, "change row {id} of the register: it has been changed since; make a new preview")
            }
            Self::Claim(asset, field) => write!(
                f,
                "change `{}` of asset {asset}: the register has been changed since; make a new preview",
                field.key()
            ),
        }
    }
}

impl core::error::Error for ChangeError {}

impl Kept {
    /// Makes all changes or none.
    ///
    /// # Errors
    /// When a row or a claim is not what it was when the changes were planned.
    pub fn apply(&mut self, changes: &[Change]) -> Result<(), ChangeError> {
        for (done, change) in changes.iter().enumerate() {
            if let Err(error) = self.make(change) {
                for change in changes.iter().take(done).rev() {
                    // It was just made, so its inverse cannot be refused.
                    let _taken_back = self.make(&change.inverse());
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn make(&mut self, change: &Change) -> Result<(), ChangeError> {
        match change {
            Change::Row { id, before, after } => {
                if self.rows.get(id) != before.as_ref() {
                    return Err(ChangeError::Row(*id));
                }
                match after {
                    Some(row) => self.rows.insert(*id, row.clone()),
                    None => self.rows.remove(id),
                };
            }
            Change::Claim { asset, field, before, after } => {
                let key = (*asset, *field);
                if self.claims.get(&key) != before.as_ref() {
                    return Err(ChangeError::Claim(*asset, *field));
                }
                match after {
                    Some(value) => self.claims.insert(key, value.clone()),
                    None => self.claims.remove(&key),
                };
            }
        }
        Ok(())
    }
}
