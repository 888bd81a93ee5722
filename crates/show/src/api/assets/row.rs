//! An asset as lists show it.

use crate::time::utc_us;
use serde::Serialize;
use store::assets::Asset;
use utoipa::ToSchema;

/// An asset as lists show it. Texts are empty where nothing is known.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AssetRow {
    /// Its id, over restarts and readdressing.
    id: String,
    /// Its name as it says it itself.
    name: String,
    /// Its name on the shop floor.
    floor_name: String,
    /// What it is.
    kind: String,
    /// What it does.
    role: String,
    /// Its Purdue level.
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
    /// Its first address.
    address: String,
    /// How it is heard.
    hearing: String,
    /// Id of the network in which its addresses mean something.
    network: Option<String>,
    /// Id of its line.
    line: Option<String>,
    /// Id of its cell.
    cell: Option<String>,
    /// Id of its logical system.
    system: Option<String>,
    /// Id of its zone.
    zone: Option<String>,
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
    tags: Vec<String>,
    /// First time heard or named, UTC.
    first_seen: String,
    /// Last time heard or named, UTC.
    last_seen: String,
    /// When a person confirmed what is known of it, UTC.
    confirmed_at: Option<String>,
    /// Id of the user who did.
    confirmed_by: Option<String>,
    /// Id of the asset that it was merged into; lists leave it out then.
    merged_into: Option<String>,
    /// The revision of the change feed at which it last changed.
    revision: i64,
}

fn id(id: Option<impl ToString>) -> Option<String> {
    id.map(|id| id.to_string())
}

impl AssetRow {
    pub(in crate::api) fn of(asset: &Asset) -> Self {
        Self {
            id: asset.id.to_string(),
            name: asset.name.clone(),
            floor_name: asset.floor_name.clone(),
            kind: asset.kind.clone(),
            role: asset.role.clone(),
            level: asset.level.clone(),
            vendor: asset.vendor.clone(),
            model: asset.model.clone(),
            order_number: asset.order_number.clone(),
            firmware: asset.firmware.clone(),
            hardware: asset.hardware.clone(),
            serial: asset.serial.clone(),
            os: asset.os.clone(),
            address: asset.address.clone(),
            hearing: asset.hearing.clone(),
            network: id(asset.network),
            line: id(asset.line),
            cell: id(asset.cell),
            system: id(asset.system),
            zone: id(asset.zone),
            building: asset.building.clone(),
            panel: asset.panel.clone(),
            switch_port: asset.switch_port.clone(),
            equipment_number: asset.equipment_number.clone(),
            owner: asset.owner.clone(),
            tags: asset.tags.0.clone(),
            first_seen: utc_us(asset.first_seen.0),
            last_seen: utc_us(asset.last_seen.0),
            confirmed_at: asset.confirmed_at.map(|at| utc_us(at.0)),
            confirmed_by: id(asset.confirmed_by),
            merged_into: id(asset.merged_into),
            revision: asset.revision,
        }
    }
}
