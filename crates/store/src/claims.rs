//! What other systems say of assets. Claims are kept beside each other; none replaces another source's.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::Moment;
use facts::id::AssetUid;
use std::collections::BTreeMap;

record! { "claims" key [asset source key value] fixed [first_said]
    /// One claim.
    pub struct Claim {
        /// Of which asset.
        asset: AssetUid,
        /// Who says so: the name of a machine token or an import.
        source: String,
        /// Of what: `firmware`, `owner`, …
        key: String,
        /// What it says.
        value: String,
        /// How far it is trusted, 0 to 100.
        confidence: u8,
        /// When it was first said.
        first_said: Moment,
        /// When it was last said.
        last_said: Moment,
    }
}

/// Writes claims in bulk: a known one is said again. A claim given twice counts once, the later one.
pub async fn put_all(on: &mut Transaction, claims: &[Claim], at: Moment) -> Result<(), StoreError> {
    let mut rows = BTreeMap::new();
    for claim in claims {
        rows.insert((claim.asset, &claim.source, &claim.key, &claim.value), claim.clone());
    }
    let rows: Vec<Claim> = rows.into_values().collect();
    record::put(on, &rows).await?;
    let mut assets: Vec<String> = rows.iter().map(|claim| claim.asset.to_string()).collect();
    assets.dedup();
    changes::append_all(on, "asset", &assets, Action::Changed, at).await?;
    Ok(())
}

/// Claims of an asset by key, the surest first.
pub async fn list(from: impl Into<Reader<'_>>, asset: AssetUid) -> Result<Vec<Claim>, StoreError> {
    let rest = "WHERE asset = $1 ORDER BY key, confidence DESC, last_said DESC, source, value";
    select(from, rest, |query| query.bind(asset)).await
}

/// Takes back what a source said of an asset and returns how much it was.
pub async fn remove(
    on: &mut Transaction,
    asset: AssetUid,
    source: &str,
    at: Moment,
) -> Result<u64, StoreError> {
    let query = Query::new("DELETE FROM claims WHERE asset = $1 AND source = $2");
    let count = on.execute(query.bind(asset).bind(source)).await?;
    if count > 0 {
        changes::append(on, "asset", asset, Action::Changed, at).await?;
    }
    Ok(count)
}
