//! What applying an import writes: rows of the register, and where its assets stand.

use super::super::assets::{Say, applied};
use super::super::problem::Answer;
use super::super::state::Api;
use super::preview::says;
use facts::id::{AssetUid, RegisterRowId};
use plant::fold;
use plant::register::{Change, Entry, Field, KeptRow};
use plant::structure::Structure;
use std::collections::{HashMap, HashSet};
use store::assets::place::Placement;
use store::register::import::Step;
use store::register::row::{RegisterRow, RowState};
use store::{Json, Transaction, assets};

/// What is known while steps are made.
pub(super) struct Ground<'g> {
    pub(super) api: &'g Api,
    pub(super) plant: &'g Structure,
    /// Row numbers of the file.
    pub(super) numbers: HashMap<Vec<(Field, String)>, u32>,
    /// Equipment numbers that assets have, folded.
    pub(super) taken: HashSet<String>,
    /// Whether assets get what the register says where nothing is said yet.
    pub(super) fill: bool,
}

/// An entry as a key.
pub(super) fn key(entry: &Entry) -> Vec<(Field, String)> {
    entry.iter().map(|(field, value)| (field, value.to_owned())).collect()
}

/// The steps of a list of changes.
pub(super) async fn steps(
    on: &mut Transaction,
    mut ground: Ground<'_>,
    changes: &[Change],
) -> Answer<Vec<Step>> {
    let mut steps = Vec::new();
    for change in changes {
        match change {
            Change::Row { id, after: Some(after), .. } => {
                steps.push(Step::Put(row(&ground, *id, after)));
                if let Some(asset) = after.asset.filter(|_| ground.fill)
                    && let Some(placement) = filled(on, &mut ground, asset, &after.entry).await?
                {
                    steps.push(Step::Place(asset, placement));
                }
            }
            Change::Row { id, after: None, .. } => steps.push(Step::Remove(*id)),
            // What the register says of an asset is read from its rows.
            Change::Claim { .. } => {}
        }
    }
    Ok(steps)
}

fn row(ground: &Ground<'_>, id: RegisterRowId, after: &KeptRow) -> RegisterRow {
    let entry = &after.entry;
    RegisterRow {
        id,
        site: ground.api.parts().site,
        import: Some(after.import),
        row_number: ground.numbers.get(&key(entry)).copied().unwrap_or_default(),
        name: entry.get(Field::Name).to_owned(),
        mac: entry.macs().next().map(|mac| mac.to_string()).unwrap_or_default(),
        ip: entry.ips().next().map(|ip| ip.to_string()).unwrap_or_default(),
        serial: entry.get(Field::Serial).to_owned(),
        asset: after.asset,
        state: if after.asset.is_some() { RowState::Matched } else { RowState::NotSeen },
        document: Json(serde_json::to_string(&says(entry)).unwrap_or_default()),
    }
}

/// Where an asset stands after the register filled what nobody had said; `None` when nothing changes.
async fn filled(
    on: &mut Transaction,
    ground: &mut Ground<'_>,
    id: AssetUid,
    entry: &Entry,
) -> Answer<Option<Placement>> {
    let Some(asset) = assets::find(&mut *on, id).await? else { return Ok(None) };
    let now = Placement::of(&asset);
    let text = |is: &str, field: Field| {
        let said = entry.get(field);
        (is.is_empty() && !said.is_empty()).then(|| said.to_owned())
    };
    let plant = ground.plant;
    let wanted = |field: Field| Some(fold(entry.get(field))).filter(|name| !name.is_empty());
    let line = wanted(Field::Line).and_then(|name| plant.lines.iter().find(|row| fold(&row.name) == name));
    let stands_on = now.line.or(line.map(|line| line.id));
    let in_line = |cell: &&plant::structure::Cell| stands_on.is_none_or(|line| cell.line == line);
    let cell = wanted(Field::Cell)
        .and_then(|name| plant.cells.iter().filter(in_line).find(|row| fold(&row.name) == name))
        .filter(|_| stands_on.is_some());
    let system =
        wanted(Field::System).and_then(|name| plant.systems.iter().find(|row| fold(&row.name) == name));
    let zone = wanted(Field::Zone).and_then(|name| plant.zones.iter().find(|row| fold(&row.name) == name));
    let number = text(&now.equipment_number, Field::EquipmentNumber);
    let tags: Vec<String> = entry.parts(Field::Tags).map(str::to_owned).collect();
    let say = Say {
        floor_name: text(&now.floor_name, Field::Name),
        line: line.filter(|_| now.line.is_none()).map(|row| row.id.to_string()),
        cell: cell.filter(|_| now.cell.is_none()).map(|row| row.id.to_string()),
        system: system.filter(|_| now.system.is_none()).map(|row| row.id.to_string()),
        zone: zone.filter(|_| now.zone.is_none()).map(|row| row.id.to_string()),
        building: text(&now.building, Field::Building),
        panel: text(&now.panel, Field::Panel),
        switch_port: text(&now.switch_port, Field::SwitchPort),
        equipment_number: number.filter(|number| ground.taken.insert(fold(number))),
        owner: text(&now.owner, Field::Owner),
        tags: (now.tags.0.is_empty() && !tags.is_empty()).then_some(tags),
    };
    let next = applied(on, ground.api.parts().site, &say, id, &now).await?;
    Ok((next != now).then_some(next))
}
