//! Methods of computing risk that an owner made; the newest counts, and every snapshot names its own.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment};
use facts::id::UserId;

record! { "risk_methods" key [version] fixed []
    /// A method.
    pub struct OwnMethod {
        /// Its version: the formula's and the owner's.
        version: String,
        /// Weights, matrix and tolerable band, as the risk engine reads them.
        document: Json,
        /// Why it was made.
        reason: String,
        /// Who made it.
        made_by: UserId,
        /// That person's name then.
        maker: String,
        /// When.
        made_at: Moment,
    }
}

/// Adds a method.
pub async fn add(on: &mut Transaction, method: &OwnMethod) -> Result<(), StoreError> {
    record::add(on, core::slice::from_ref(method)).await?;
    changes::append(on, "setting", "risk-method", Action::Changed, method.made_at).await?;
    Ok(())
}

/// Every method, newest first.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<OwnMethod>, StoreError> {
    select(from, "ORDER BY made_at DESC, version DESC", |query| query).await
}
