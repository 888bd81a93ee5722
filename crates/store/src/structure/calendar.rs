//! Calendars: shifts, stops and holidays, as documents of the crate that understands them.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment};
use facts::id::SiteId;

record! { "calendars" key [site name] fixed []
    /// A calendar.
    pub struct Calendar {
        /// Its plant.
        site: SiteId,
        /// Its name; empty for the plant's own.
        name: String,
        /// What it says.
        document: Json,
    }
}

/// Adds it, or replaces the one of that name.
pub async fn put(on: &mut Transaction, calendar: &Calendar, at: Moment) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(calendar)).await?;
    changes::append(on, "calendar", &calendar.name, Action::Changed, at).await?;
    Ok(())
}

/// The calendar of a name.
pub async fn find(
    from: impl Into<Reader<'_>>,
    site: SiteId,
    name: &str,
) -> Result<Option<Calendar>, StoreError> {
    record::one(from, "WHERE site = $1 AND name = $2", |query| query.bind(site).bind(name)).await
}

/// All calendars of a plant by name.
pub async fn list(from: impl Into<Reader<'_>>, site: SiteId) -> Result<Vec<Calendar>, StoreError> {
    select(from, "WHERE site = $1 ORDER BY name", |query| query.bind(site)).await
}

/// Removes it.
pub async fn remove(on: &mut Transaction, site: SiteId, name: &str, at: Moment) -> Result<(), StoreError> {
    let query = Query::new("DELETE FROM calendars WHERE site = $1 AND name = $2");
    on.must(query.bind(site).bind(name)).await?;
    changes::append(on, "calendar", name, Action::Removed, at).await?;
    Ok(())
}
