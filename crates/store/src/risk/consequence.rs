//! How bad a loss would be, as people decided it: for a line, a zone, an asset.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment, words};
use facts::id::UserId;

words! {
    /// For what it was decided; an asset's own value wins over its zone's, and that over its line's.
    ConsequenceKind {
        /// An asset.
        Asset = "asset",
        /// A zone.
        Zone = "zone",
        /// A line: the process that runs on it.
        Line = "line",
    }
}

record! { "consequences" key [kind object] fixed []
    /// A decision.
    pub struct Consequence {
        /// For what sort of thing.
        kind: ConsequenceKind,
        /// Its id.
        object: String,
        /// The values, as the risk engine reads them.
        document: Json,
        /// Why.
        reason: String,
        /// Who decided.
        made_by: UserId,
        /// That person's name then.
        maker: String,
        /// When.
        made_at: Moment,
    }
}

/// Decides; an earlier decision for the same thing is replaced.
pub async fn put(on: &mut Transaction, row: &Consequence) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(row)).await?;
    changes::append(on, row.kind.word(), &row.object, Action::Changed, row.made_at).await?;
    Ok(())
}

/// Every decision.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Consequence>, StoreError> {
    select(from, "ORDER BY kind, object", |query| query).await
}

/// The decision for one thing.
pub async fn find(
    from: impl Into<Reader<'_>>,
    kind: ConsequenceKind,
    object: &str,
) -> Result<Option<Consequence>, StoreError> {
    record::one(from, "WHERE kind = $1 AND object = $2", |query| query.bind(kind.word()).bind(object)).await
}

/// Leaves it to the next wider decision again; whether there was one.
pub async fn remove(
    on: &mut Transaction,
    kind: ConsequenceKind,
    object: &str,
    at: Moment,
) -> Result<bool, StoreError> {
    let text = "DELETE FROM consequences WHERE kind = $1 AND object = $2";
    let removed = on.execute(Query::new(text).bind(kind.word()).bind(object)).await?;
    if removed > 0 {
        changes::append(on, kind.word(), object, Action::Changed, at).await?;
    }
    Ok(removed > 0)
}
