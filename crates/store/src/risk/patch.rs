//! What happened to the patches of assets: steps and deferrals, as documents of the crate that understands them. Nothing of it is
//! ever changed or removed: the history is the record.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment, words};
use facts::id::{AssetUid, UserId};

words! {
    /// What happened.
    PatchEventKind {
        /// The patch came to another state.
        Move = "move",
        /// It was decided to patch later.
        Deferral = "deferral",
    }
}

record! { "patch_events" key [id] fixed []
    /// Something that happened to the patch of an asset.
    pub struct PatchEvent {
        /// Its id as text; ids that were made later are greater.
        id: String,
        /// The asset.
        asset: AssetUid,
        /// The version that the patch brings, as its maker writes it.
        version: String,
        /// What happened.
        kind: PatchEventKind,
        /// The step or the deferral.
        document: Json,
        /// Who wrote it down.
        made_by: UserId,
        /// That person's name then.
        maker: String,
        /// When it was written down.
        made_at: Moment,
    }
}

/// Writes events.
pub async fn add(on: &mut Transaction, events: &[PatchEvent], at: Moment) -> Result<(), StoreError> {
    record::add(on, events).await?;
    let mut assets: Vec<String> = events.iter().map(|event| event.asset.to_string()).collect();
    assets.sort_unstable();
    assets.dedup();
    changes::append_all(on, "asset", &assets, Action::Changed, at).await?;
    Ok(())
}

/// Every event, oldest first.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<PatchEvent>, StoreError> {
    select(from, "ORDER BY made_at, id", |query| query).await
}

/// Every event of an asset, oldest first.
pub async fn of_asset(from: impl Into<Reader<'_>>, asset: AssetUid) -> Result<Vec<PatchEvent>, StoreError> {
    select(from, "WHERE asset = $1 ORDER BY made_at, id", |query| query.bind(asset)).await
}
