//! What a file would mean for the plant, as it is kept until somebody decides.

use super::super::problem::{Answer, internal, invalid};
use super::super::state::Api;
use super::super::structure;
use facts::id::{AssetUid, NetworkUid, RegisterRowId};
use plant::register::{
    self as reg, Conflict, Entry, Field, Kept, KeptRow, Key, KnownAsset, KnownNetwork, Options, Outcome,
    Preview, Source, Verdict,
};
use plant::structure::Structure;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use store::assets::Asset;
use store::assets::address::{self, AddressKind, AddressRow};
use store::assets::list::{Filter, Sort};
use store::register::row::{self, RegisterRow};
use store::{Limit, Reader, ScopeFilter, assets};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a file would mean.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) summary: Summary,
    pub(super) rows: Vec<RowWords>,
    pub(super) absent: Vec<String>,
}

/// How a file was read, and how many rows mean what.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
pub(crate) struct Summary {
    /// `csv` or `xlsx`.
    format: String,
    /// Encoding of a CSV file; the sheet of a workbook.
    read_as: String,
    /// Every sheet of a workbook.
    sheets: Vec<String>,
    /// Row of the header as a spreadsheet counts, from 1; 0 without one.
    header_row: u32,
    /// Columns of the file.
    columns: Vec<ColumnWords>,
    /// What is wrong, by row, then column.
    faults: Vec<FaultWords>,
    /// Faults beyond those.
    faults_unlisted: usize,
    /// Rows that are left out because of a fault.
    refused: usize,
    /// Rows without a fault.
    rows: usize,
    /// Rows that belong to an asset.
    matched: usize,
    /// Rows that a person has to decide.
    conflicts: usize,
    /// Rows whose machine was never heard: expected, not seen.
    never_seen: usize,
    /// Rows that are kept already and say the same.
    unchanged: usize,
    /// Assets that neither the file nor the register names: seen, not registered.
    unregistered: usize,
    /// Rows of the register that the file does not have.
    absent: usize,
}

/// A column of the file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ColumnWords {
    /// Its number, from 1.
    number: usize,
    /// Its title.
    title: String,
    /// The field that it is; null when it is left out.
    field: Option<String>,
}

/// What is wrong with a cell or row.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct FaultWords {
    /// Row as a spreadsheet counts, from 1.
    row: u32,
    /// Column, from 1; 0 for the row as a whole.
    column: usize,
    /// The column's title.
    title: String,
    /// What the cell holds.
    value: String,
    /// A stable word for programs.
    code: String,
    /// What is wrong, where, and what to do.
    message: String,
    /// Whether the row is taken all the same.
    is_doubt: bool,
}

/// A row of the file, and what it means.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct RowWords {
    /// Its number as a spreadsheet counts, from 1.
    pub(super) row: u32,
    /// What it says, by field.
    pub(super) says: BTreeMap<String, String>,
    /// `matched`, `conflict` or `never-seen`.
    pub(super) verdict: String,
    /// Id of the asset that it is, or probably is.
    pub(super) asset: Option<String>,
    /// By what it was matched: `mac`, `serial`, `ip` or `name`.
    pub(super) key: Option<String>,
    /// What speaks against it.
    pub(super) reasons: Vec<String>,
    /// Id of the kept row that it continues.
    pub(super) kept: Option<String>,
    /// Whether that row says the same.
    pub(super) is_same: bool,
}

const KEYS: [(Key, &str); 4] =
    [(Key::Mac, "mac"), (Key::Serial, "serial"), (Key::Ip, "ip"), (Key::Name, "name")];

fn key_name(key: Key) -> &'static str {
    KEYS.iter().find(|(known, _)| *known == key).map_or("", |(_, name)| name)
}

/// Reads a file and says what it would mean.
pub(super) async fn read(api: &Api, bytes: Vec<u8>, mut options: Options) -> Answer<Stored> {
    let plant = structure::whole(api.store(), api.parts().site).await?;
    options.known = known_names(&plant);
    let (assets, addresses) = all_assets(api).await?;
    let kept = kept(&row::list_all(api.store(), api.parts().site).await?);
    let networks = plant.networks.iter();
    let networks: Vec<KnownNetwork> =
        networks.map(|row| KnownNetwork { network: row.id, name: row.name.clone() }).collect();
    let work = move || -> Result<Stored, reg::ReadError> {
        let register = reg::read(&bytes, &options)?;
        let preview = reg::preview(&register.rows, &known_assets(&assets, &addresses), &networks, &kept);
        Ok(stored(&register, &preview))
    };
    let read =
        tokio::task::spawn_blocking(work).await.map_err(|error| internal("read the register", error))?;
    read.map_err(|error| invalid("body", error))
}

/// Every asset and every address.
pub(in crate::api) async fn all_assets(api: &Api) -> Answer<(Vec<Asset>, Vec<AddressRow>)> {
    Ok((every_asset(api).await?, address::list_all(api.store()).await?))
}

/// Every asset, whoever may see it.
pub(in crate::api) async fn every_asset(api: &Api) -> Answer<Vec<Asset>> {
    let (filter, all) = (Filter::default(), ScopeFilter::default());
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page =
            assets::list::list(api.store(), &filter, &all, Sort::default(), cursor.as_ref(), limit).await?;
        found.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

/// Names that a column may hold; where the plant has none yet, any text.
fn known_names(plant: &Structure) -> BTreeMap<Field, Vec<String>> {
    let names = [
        (Field::Line, plant.lines.iter().map(|row| row.name.clone()).collect::<Vec<_>>()),
        (Field::Cell, plant.cells.iter().map(|row| row.name.clone()).collect()),
        (Field::System, plant.systems.iter().map(|row| row.name.clone()).collect()),
        (Field::Zone, plant.zones.iter().map(|row| row.name.clone()).collect()),
        (Field::Network, plant.networks.iter().map(|row| row.name.clone()).collect()),
    ];
    names.into_iter().filter(|(_, names)| !names.is_empty()).collect()
}

fn known_assets(assets: &[Asset], addresses: &[AddressRow]) -> Vec<KnownAsset> {
    let mut of: HashMap<AssetUid, Vec<&AddressRow>> = HashMap::new();
    for row in addresses {
        of.entry(row.asset).or_default().push(row);
    }
    let known = |asset: &Asset| {
        let rows = of.get(&asset.id).map(Vec::as_slice).unwrap_or_default();
        let of_kind = |kind: AddressKind| rows.iter().filter(move |row| row.kind == kind);
        let mut macs = Entry::default();
        let texts: Vec<&str> = of_kind(AddressKind::Mac).map(|row| row.address.as_str()).collect();
        macs.set(Field::Mac, texts.join(", "));
        // An address without a network means the same everywhere: one network of its own.
        let nowhere = NetworkUid(Uuid::nil());
        let ip = |row: &&&AddressRow| Some((row.network.unwrap_or(nowhere), row.address.parse().ok()?));
        let names = [&asset.name, &asset.floor_name]
            .into_iter()
            .chain(of_kind(AddressKind::Name).map(|row| &row.address));
        // Manufacturers are left out: a Japanese register names them in Japanese, and each row would be a conflict.
        let says = [(Field::Model, &asset.model), (Field::Firmware, &asset.firmware)];
        KnownAsset {
            asset: asset.id,
            macs: macs.macs().collect(),
            ips: of_kind(AddressKind::Ip).filter_map(|row| ip(&row)).collect(),
            serials: Some(asset.serial.clone()).into_iter().filter(|text| !text.is_empty()).collect(),
            names: names.filter(|name| !name.is_empty()).cloned().collect(),
            says: says
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(f, text)| (f, text.clone()))
                .collect(),
        }
    };
    assets.iter().map(known).collect()
}

/// The register as it is kept. What it says of assets follows from its rows, so claims are not kept apart.
pub(super) fn kept(rows: &[RegisterRow]) -> Kept {
    let row = |row: &RegisterRow| {
        let says: BTreeMap<String, String> = serde_json::from_str(&row.document.0).unwrap_or_default();
        let import = row.import.unwrap_or(facts::id::ImportId(Uuid::nil()));
        (row.id, KeptRow { entry: entry(&says), import, asset: row.asset })
    };
    Kept { rows: rows.iter().map(row).collect(), claims: BTreeMap::new() }
}

/// What a row says, from how it is kept.
pub(super) fn entry(says: &BTreeMap<String, String>) -> Entry {
    let mut entry = Entry::default();
    for (key, value) in says {
        if let Some(field) = Field::from_key(key) {
            entry.set(field, value.clone());
        }
    }
    entry
}

/// The same, as it is kept.
pub(super) fn says(entry: &Entry) -> BTreeMap<String, String> {
    entry.iter().map(|(field, value)| (field.key().to_owned(), value.to_owned())).collect()
}

/// The kept outcomes as planning takes them.
pub(super) fn planned(stored: &Stored) -> (Preview, Vec<reg::Row>) {
    let row = |row: &RowWords| reg::Row { number: row.row, entry: entry(&row.says) };
    let outcome = |row: &RowWords| {
        let asset: Option<AssetUid> = row.asset.as_deref().and_then(|id| id.parse().ok());
        let key = KEYS.iter().find(|(_, name)| Some(*name) == row.key.as_deref()).map(|(key, _)| *key);
        let verdict = match (row.verdict.as_str(), asset) {
            ("matched", Some(asset)) => Verdict::Matched { asset, key: key.unwrap_or(Key::Name) },
            ("never-seen", _) => Verdict::NeverSeen,
            _ => Verdict::Conflict { asset, reasons: Vec::new() },
        };
        let kept: Option<RegisterRowId> = row.kept.as_deref().and_then(|id| id.parse().ok());
        Outcome { row: row.row, kept, is_same: row.is_same, verdict }
    };
    let preview = Preview {
        outcomes: stored.rows.iter().map(outcome).collect(),
        unregistered: Vec::new(),
        absent: stored.absent.iter().filter_map(|id| id.parse().ok()).collect(),
        counts: reg::Counts::default(),
    };
    (preview, stored.rows.iter().map(row).collect())
}

fn stored(register: &reg::Register, preview: &Preview) -> Stored {
    let (format, read_as, sheets) = match &register.source {
        Source::Csv { encoding, .. } => ("csv", encoding.name().to_owned(), Vec::new()),
        Source::Xlsx { sheet, sheets } => ("xlsx", sheet.clone(), sheets.clone()),
    };
    let column = |column: &reg::Column| ColumnWords {
        number: column.number,
        title: column.title.clone(),
        field: column.field.map(|field| field.key().to_owned()),
    };
    let fault = |fault: &reg::Fault| FaultWords {
        row: fault.row,
        column: fault.column,
        title: fault.title.clone(),
        value: fault.value.clone(),
        code: fault.kind.code().to_owned(),
        message: fault.to_string(),
        is_doubt: fault.kind.is_doubt(),
    };
    let counts = preview.counts;
    let summary = Summary {
        format: format.to_owned(),
        read_as,
        sheets,
        header_row: register.header_row,
        columns: register.columns.iter().map(column).collect(),
        faults: register.faults.iter().map(fault).collect(),
        faults_unlisted: register.faults_unlisted,
        refused: register.refused,
        rows: counts.rows,
        matched: counts.matched,
        conflicts: counts.conflicts,
        never_seen: counts.never_seen,
        unchanged: counts.unchanged,
        unregistered: counts.unregistered,
        absent: counts.absent,
    };
    let entries: HashMap<u32, &Entry> = register.rows.iter().map(|row| (row.number, &row.entry)).collect();
    let rows = preview.outcomes.iter().map(|outcome| row_words(outcome, &entries)).collect();
    Stored { summary, rows, absent: preview.absent.iter().map(RegisterRowId::to_string).collect() }
}

fn row_words(outcome: &Outcome, entries: &HashMap<u32, &Entry>) -> RowWords {
    let (verdict, asset, key, reasons) = match &outcome.verdict {
        Verdict::Matched { asset, key } => ("matched", Some(*asset), Some(*key), Vec::new()),
        Verdict::Conflict { asset, reasons } => {
            ("conflict", *asset, None, reasons.iter().map(reason).collect())
        }
        Verdict::NeverSeen => ("never-seen", None, None, Vec::new()),
    };
    RowWords {
        row: outcome.row,
        says: entries.get(&outcome.row).map(|entry| says(entry)).unwrap_or_default(),
        verdict: verdict.to_owned(),
        asset: asset.map(|asset| asset.to_string()),
        key: key.map(|key| key_name(key).to_owned()),
        reasons,
        kept: outcome.kept.map(|id| id.to_string()),
        is_same: outcome.is_same,
    }
}

fn reason(conflict: &Conflict) -> String {
    match conflict {
        Conflict::SeveralAssets { key, assets } => {
            format!("its {} fits {} assets: name the one that it is", key_name(*key), assets.len())
        }
        Conflict::KeysDisagree { strong, weak } => format!(
            "its {} is that of asset {}, its {} that of asset {}",
            key_name(strong.0),
            strong.1,
            key_name(weak.0),
            weak.1
        ),
        Conflict::SeveralRows { rows, count } => {
            let rows: Vec<String> = rows.iter().take(10).map(u32::to_string).collect();
            format!("{count} rows fit one asset: {}", rows.join(", "))
        }
        Conflict::Contradiction { field, register, heard } => {
            format!("{}: the register says `{register}`, heard was `{heard}`", field.key())
        }
    }
}

/// The stored preview of an import.
pub(super) fn parsed(text: &str) -> Answer<Stored> {
    serde_json::from_str(text).map_err(|error| internal("read the kept preview", error))
}

/// Rows of the register, in a transaction or not.
pub(super) async fn kept_rows(from: impl Into<Reader<'_>>, api: &Api) -> Answer<Vec<RegisterRow>> {
    Ok(row::list_all(from, api.parts().site).await?)
}
