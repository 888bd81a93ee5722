//! What people decided about a weakness of an asset. A decision is never changed: a later one takes its place, and one
//! that was withdrawn stays readable.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Moment, words};
use facts::id::{AssetUid, UserId};

words! {
    /// What becomes of a weakness.
    DecisionState {
        /// It does not apply to the asset.
        NotAffected = "not-affected",
        /// It was mended on the asset, whatever its version says.
        Fixed = "fixed",
        /// People live with it until a day.
        Accepted = "accepted",
    }
}

record! { "weakness_decisions" key [id] fixed []
    /// A decision.
    pub struct Decision {
        /// Its id as text.
        id: String,
        /// About which asset.
        asset: AssetUid,
        /// Which weakness: `CVE-2023-1234`, or the advisory's own name of one without a number.
        weakness: String,
        /// What was decided.
        state: DecisionState,
        /// Why it does not apply, in the words of VEX; empty otherwise.
        justification: String,
        /// Why, in the words of the person.
        reason: String,
        /// Until when it counts; `None` without an end.
        until: Option<Moment>,
        /// The firmware that the asset had then: what was said of it is not said of another.
        firmware: String,
        /// Who decided.
        made_by: UserId,
        /// That person's name then.
        maker: String,
        /// When.
        made_at: Moment,
        /// The name of who withdrew it; empty while it stands.
        withdrawn_by: String,
        /// When it was withdrawn.
        withdrawn_at: Option<Moment>,
    }
}

/// Writes decisions.
pub async fn add(on: &mut Transaction, decisions: &[Decision], at: Moment) -> Result<(), StoreError> {
    record::add(on, decisions).await?;
    told(on, decisions, at).await
}

/// Every decision that was not withdrawn, oldest first: of one asset and weakness the last one counts.
pub async fn standing(from: impl Into<Reader<'_>>) -> Result<Vec<Decision>, StoreError> {
    select(from, "WHERE withdrawn_at IS NULL ORDER BY made_at, id", |query| query).await
}

/// Every decision about an asset, newest first.
pub async fn of_asset(from: impl Into<Reader<'_>>, asset: AssetUid) -> Result<Vec<Decision>, StoreError> {
    select(from, "WHERE asset = $1 ORDER BY made_at DESC, id DESC", |query| query.bind(asset)).await
}

/// The decision of an id.
pub async fn find(from: impl Into<Reader<'_>>, id: &str) -> Result<Option<Decision>, StoreError> {
    record::one(from, "WHERE id = $1", |query| query.bind(id)).await
}

/// Takes a decision back.
pub async fn withdraw(
    on: &mut Transaction,
    decision: &Decision,
    by: &str,
    at: Moment,
) -> Result<(), StoreError> {
    let text = "UPDATE weakness_decisions SET withdrawn_by = $1, withdrawn_at = $2 WHERE id = $3";
    on.must(Query::new(text).bind(by).bind(at).bind(decision.id.as_str())).await?;
    told(on, core::slice::from_ref(decision), at).await
}

async fn told(on: &mut Transaction, decisions: &[Decision], at: Moment) -> Result<(), StoreError> {
    let mut assets: Vec<String> = decisions.iter().map(|decision| decision.asset.to_string()).collect();
    assets.sort_unstable();
    assets.dedup();
    changes::append_all(on, "asset", &assets, Action::Changed, at).await?;
    Ok(())
}
