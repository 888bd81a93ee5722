//! Assets: the living model's projection, where people placed them, and what people say about them.

pub mod address;
pub mod brief;
pub mod file;
pub mod list;
pub mod note;
pub mod overrule;
pub mod place;
pub mod regroup;
pub mod write;

use crate::error::StoreError;
use crate::query::{Query, Reader};
use crate::record::{self, Record, record};
use crate::value::{Column, Json, Moment, Value};
use facts::id::{AssetUid, CellId, LineId, NetworkUid, SystemId, UserId, ZoneId};

/// Words that people attach, each once, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(pub Vec<String>);

// Lines, each begun and ended, so that one tag is found as a whole; a line break within a tag becomes a blank.
impl Column for Tags {
    fn value(&self) -> Value {
        let lines = self.0.iter().map(|tag| format!("\n{}", tag.replace('\n', " ")));
        let text: String = lines.chain((!self.0.is_empty()).then(|| "\n".to_owned())).collect();
        text.value()
    }

    fn read(row: &crate::query::Row, at: usize) -> Result<Self, StoreError> {
        let text = String::read(row, at)?;
        Ok(Self(text.split('\n').filter(|tag| !tag.is_empty()).map(str::to_owned).collect()))
    }
}

record! { "assets" key [id] fixed []
    /// An asset as lists show it. Texts are empty where nothing is known.
    pub struct Asset {
        /// Its id, over restarts and readdressing.
        id: AssetUid,
        /// Its name as it says it itself.
        name: String,
        /// What it is, as the model writes it.
        kind: String,
        /// What it does.
        role: String,
        /// Its Purdue level, as the model writes it.
        level: String,
        /// Manufacturer.
        vendor: String,
        /// Product.
        model: String,
        /// Order or catalogue number.
        order_number: String,
        /// Firmware version.
        firmware: String,
        /// Hardware revision.
        hardware: String,
        /// Serial number.
        serial: String,
        /// Operating system.
        os: String,
        /// Its first address, as shown.
        address: String,
        /// How it is heard, as the model writes it.
        hearing: String,
        /// Where its addresses mean something.
        network: Option<NetworkUid>,
        /// First time heard or named.
        first_seen: Moment,
        /// Last time heard or named.
        last_seen: Moment,
        /// The revision of the change feed at which it last changed.
        revision: i64,
        /// Its name on the shop floor.
        floor_name: String,
        /// Its line.
        line: Option<LineId>,
        /// Its cell.
        cell: Option<CellId>,
        /// Its logical system.
        system: Option<SystemId>,
        /// Its zone.
        zone: Option<ZoneId>,
        /// Building.
        building: String,
        /// Control panel or cabinet.
        panel: String,
        /// Switch and port that it is plugged into.
        switch_port: String,
        /// The plant's equipment number.
        equipment_number: String,
        /// Who answers for it.
        owner: String,
        /// Tags.
        tags: Tags,
        /// Who confirmed what is known of it.
        confirmed_by: Option<UserId>,
        /// When.
        confirmed_at: Option<Moment>,
        /// The asset that it was merged into; lists leave it out then.
        merged_into: Option<AssetUid>,
    }
}

/// The asset of an id, also one that was merged into another.
pub async fn find(from: impl Into<Reader<'_>>, id: AssetUid) -> Result<Option<Asset>, StoreError> {
    record::one(from, "WHERE id = $1", |query| query.bind(id)).await
}

/// The full detail of an asset.
pub async fn document(from: impl Into<Reader<'_>>, id: AssetUid) -> Result<Option<Json>, StoreError> {
    let query = Query::new("SELECT document FROM asset_documents WHERE asset = $1").bind(id);
    from.into().rows(query).await?.first().map(|row| row.get(0)).transpose()
}

/// The full details of assets that changed after a revision.
pub async fn documents_since(
    from: impl Into<Reader<'_>>,
    revision: i64,
) -> Result<Vec<(AssetUid, i64, Json)>, StoreError> {
    let text = "SELECT assets.id, assets.revision, asset_documents.document FROM assets \
                JOIN asset_documents ON asset_documents.asset = assets.id WHERE assets.revision > $1";
    let rows = from.into().rows(Query::new(text).bind(revision)).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// Assets that carry one of these serial numbers, or one of these names: the own one or that of the shop floor, letter
/// by letter. Merged ones are left out.
pub async fn called(
    from: impl Into<Reader<'_>>,
    serials: &[&str],
    names: &[&str],
) -> Result<Vec<Asset>, StoreError> {
    let mut from = from.into();
    let mut found = Vec::new();
    for (columns, texts) in [(&["serial"][..], serials), (&["name", "floor_name"], names)] {
        for texts in texts.chunks(500) {
            // With numbers on both back ends, for the list occurs twice.
            let within = record::placeholders(false, 1, texts.len());
            let any: Vec<String> = columns.iter().map(|column| format!("{column} IN {within}")).collect();
            let text = format!(
                "SELECT {} FROM assets WHERE merged_into = '' AND ({})",
                Asset::COLUMNS.join(", "),
                any.join(" OR ")
            );
            let query = texts.iter().fold(Query::new(text), |query, text| query.bind(*text));
            for row in from.rows(query.once()).await? {
                found.push(Asset::read(&row)?);
            }
        }
    }
    Ok(found)
}

/// How many assets there are, merged ones left out.
pub async fn count(from: impl Into<Reader<'_>>) -> Result<u64, StoreError> {
    from.into().number(Query::new("SELECT COUNT(*) FROM assets WHERE merged_into = ''")).await
}
