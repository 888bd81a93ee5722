//! The plant.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::Moment;
use facts::id::SiteId;

record! { "sites" key [id] fixed []
    /// A plant.
    pub struct Site {
        /// Its id.
        id: SiteId,
        /// Its name as people say it.
        name: String,
        /// Its short code.
        code: String,
        /// Its time zone by the name of the IANA data base: `Asia/Tokyo`.
        time_zone: String,
        /// What else is to be known.
        note: String,
    }
}

/// Adds it, or replaces it where the id is known.
pub async fn put(on: &mut Transaction, site: &Site, at: Moment) -> Result<(), StoreError> {
    let action = match find(&mut *on, site.id).await? {
        Some(_) => Action::Changed,
        None => Action::Added,
    };
    record::put(on, core::slice::from_ref(site)).await?;
    changes::append(on, "site", site.id, action, at).await?;
    Ok(())
}

/// The site of an id.
pub async fn find(from: impl Into<Reader<'_>>, id: SiteId) -> Result<Option<Site>, StoreError> {
    record::one(from, "WHERE id = $1", |query| query.bind(id)).await
}

/// All sites by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Site>, StoreError> {
    select(from, "ORDER BY name, id", |query| query).await
}
