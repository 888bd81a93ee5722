//! Every asset in few words: what a drawing of the whole plant needs at once.

use crate::assets::list;
use crate::error::StoreError;
use crate::open::Store;
use crate::page::ScopeFilter;
use crate::query::{Query, Reader};
use crate::record::{Record, record};
use crate::value::Moment;
use facts::id::{AssetUid, LineId, NetworkUid, SystemId, ZoneId};

record! { "assets" key [id] fixed []
    /// What a drawing shows of an asset. Texts are empty where nothing is known.
    pub struct Brief {
        /// Its id, over restarts and readdressing.
        id: AssetUid,
        /// Its name as it says it itself.
        name: String,
        /// Its name on the shop floor.
        floor_name: String,
        /// What it is.
        kind: String,
        /// Its Purdue level.
        level: String,
        /// Product.
        model: String,
        /// Its first address.
        address: String,
        /// How it is heard.
        hearing: String,
        /// Where its addresses mean something.
        network: Option<NetworkUid>,
        /// Its line.
        line: Option<LineId>,
        /// Its logical system.
        system: Option<SystemId>,
        /// Its zone.
        zone: Option<ZoneId>,
        /// Building.
        building: String,
        /// Control panel or cabinet.
        panel: String,
        /// First time heard or named.
        first_seen: Moment,
        /// Last time heard or named.
        last_seen: Moment,
    }
}

/// The assets that may be seen (by one of the areas, where several are given), at most so many, in the order of their
/// ids, and how many may not be seen. Merged ones are left out.
pub async fn every(
    store: &Store,
    scope: &(impl AsRef<[ScopeFilter]> + ?Sized),
    most: usize,
) -> Result<(Vec<Brief>, u64), StoreError> {
    let [seen, unseen] = [true, false].map(|is_seen| list::all(scope.as_ref(), is_seen));
    let columns = Brief::COLUMNS.join(", ");
    let text = format!("SELECT {columns} FROM assets WHERE {} ORDER BY id LIMIT {most}", seen.0);
    let rows = Reader::Store(store).rows(Query::with(text, seen.1).once()).await?;
    let assets = rows.iter().map(Brief::read).collect::<Result<_, _>>()?;
    let count = Query::with(format!("SELECT COUNT(*) FROM assets WHERE {}", unseen.0), unseen.1);
    Ok((assets, Reader::Store(store).number(count.once()).await?))
}
