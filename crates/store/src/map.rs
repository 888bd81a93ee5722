//! Where people put the boxes of the map. A box is known by its lane and by what it stands for.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::Moment;
use facts::id::SiteId;

record! { "map_places" key [site lane kind name] fixed []
    /// The place of a box.
    pub struct MapPlace {
        /// Of which plant.
        site: SiteId,
        /// The lane in which it stands.
        lane: String,
        /// What it stands for: a line, a zone, a segment.
        kind: String,
        /// Which of them: an id, or what the segment is called.
        name: String,
        /// Its place in the order of the lane.
        rank: u32,
    }
}

/// Replaces all places of a plant.
pub async fn replace(
    on: &mut Transaction,
    site: SiteId,
    places: &[MapPlace],
    at: Moment,
) -> Result<(), StoreError> {
    on.execute(Query::new("DELETE FROM map_places WHERE site = $1").bind(site)).await?;
    record::add(on, places).await?;
    changes::append(on, "map", "places", Action::Changed, at).await?;
    Ok(())
}

/// All places of a plant.
pub async fn list(from: impl Into<Reader<'_>>, site: SiteId) -> Result<Vec<MapPlace>, StoreError> {
    select(from, "WHERE site = $1 ORDER BY lane, rank, kind, name", |query| query.bind(site)).await
}
