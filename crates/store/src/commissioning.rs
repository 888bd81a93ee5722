//! Commissioning signed off: who says of which step that it is done, with what was found then.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::Moment;
use facts::id::{SiteId, UserId};

/// What the change feed calls a sign-off.
const KIND: &str = "sign-off";

record! { "sign_offs" key [site step] fixed []
    /// A step that somebody signed off.
    pub struct SignOff {
        /// Of which plant.
        site: SiteId,
        /// The step.
        step: String,
        /// What the signer adds.
        note: String,
        /// What was found at that moment, as the signer read it.
        found: String,
        /// Who signed.
        signed_by: UserId,
        /// The signer's name then: the record outlives the account.
        signer: String,
        /// When.
        signed_at: Moment,
    }
}

/// Signs a step off; one that is signed off already is a conflict.
pub async fn sign(on: &mut Transaction, row: &SignOff) -> Result<(), StoreError> {
    record::add(on, core::slice::from_ref(row)).await?;
    changes::append(on, KIND, &row.step, Action::Added, row.signed_at).await?;
    Ok(())
}

/// Steps that are signed off.
pub async fn list(from: impl Into<Reader<'_>>, site: SiteId) -> Result<Vec<SignOff>, StoreError> {
    select(from, "WHERE site = $1 ORDER BY step", |query| query.bind(site)).await
}

/// The sign-off of a step.
pub async fn find(
    from: impl Into<Reader<'_>>,
    site: SiteId,
    step: &str,
) -> Result<Option<SignOff>, StoreError> {
    record::one(from, "WHERE site = $1 AND step = $2", |query| query.bind(site).bind(step)).await
}

/// Takes a sign-off back.
pub async fn withdraw(on: &mut Transaction, site: SiteId, step: &str, at: Moment) -> Result<(), StoreError> {
    let query = Query::new("DELETE FROM sign_offs WHERE site = $1 AND step = $2");
    on.must(query.bind(site).bind(step)).await?;
    changes::append(on, KIND, step, Action::Removed, at).await?;
    Ok(())
}
