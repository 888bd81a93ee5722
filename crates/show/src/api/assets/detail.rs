//! Everything that is known of one asset: what was heard, and beside it what others and people say.

use super::super::caller::Caller;
use super::super::place;
use super::super::problem::Answer;
use super::super::state::Api;
use super::AssetRow;
use super::file::FileRow;
use super::note::NoteRow;
use super::regroup::{AddressWords, RegroupingRow};
use crate::time::utc_us;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Path, State};
use serde::Serialize;
use serde_json::Value;
use store::assets::overrule::Override;
use store::assets::{self, Asset, address, file, note, overrule, regroup};
use store::register::row;
use store::{Reader, claims};
use utoipa::ToSchema;

/// Everything that is known of one asset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssetDetail {
    /// As lists show it.
    #[serde(flatten)]
    row: AssetRow,
    /// What was heard, with evidence, as the analysis document writes an asset; null for one that was never heard.
    #[schema(value_type = Option<Object>)]
    document: Value,
    /// By what it is found again, the surest first.
    addresses: Vec<AddressWords>,
    /// What people say against what was heard.
    overrides: Vec<OverrideRow>,
    /// What other systems say.
    claims: Vec<ClaimRow>,
    /// What the plant's register says.
    register: Vec<RegisterWords>,
    /// What people wrote, newest first.
    notes: Vec<NoteRow>,
    /// Files kept with it.
    files: Vec<FileRow>,
    /// Merges and splits, newest first.
    regroupings: Vec<RegroupingRow>,
}

/// A field that a person overruled.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OverrideRow {
    /// Which field.
    field: String,
    /// What a person says.
    value: String,
    /// What was heard, or inferred from it; empty when nothing was.
    heard: String,
    /// Whether both say the same.
    agrees: bool,
    /// Why.
    reason: String,
    /// Id of the user.
    made_by: String,
    /// When, UTC.
    made_at: String,
}

/// What another system says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimRow {
    /// Who says so.
    source: String,
    /// Of what.
    key: String,
    /// What.
    value: String,
    /// How far it is trusted, 0 to 100.
    confidence: u8,
    /// When it was first said, UTC.
    first_said: String,
    /// When it was last said, UTC.
    last_said: String,
}

/// A row of the plant's register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegisterWords {
    /// Id of the row.
    id: String,
    /// Its columns by their stable names.
    #[schema(value_type = Object)]
    says: Value,
}

/// One asset.
#[utoipa::path(get, path = "/assets/{id}", tag = "assets",
    params(("id" = String, Path, description = "Id of the asset")),
    responses((status = 200, description = "The asset", body = AssetDetail)))]
pub(crate) async fn show_asset(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<AssetDetail>> {
    let asset = place::asset(&caller, Permission::ViewAssets, api.store(), &id).await?;
    let sees_register = caller.visible(Permission::ViewRegister).shows(place::place_of(&asset));
    let mut detail = detail(&api, &asset).await?;
    if !sees_register {
        detail.register.clear();
    }
    detail.regroupings = regroupings(&api, &caller, &asset).await?;
    Ok(Json(detail))
}

async fn detail(api: &Api, asset: &Asset) -> Answer<AssetDetail> {
    let from = || Reader::from(api.store());
    let id = asset.id;
    let document = assets::document(from(), id).await?;
    Ok(AssetDetail {
        row: AssetRow::of(asset),
        document: document.map(|json| parsed(&json.0)).unwrap_or_default(),
        addresses: address::of_asset(from(), id).await?.iter().map(AddressWords::of).collect(),
        overrides: overrule::list(from(), id).await?.into_iter().map(overruled).collect(),
        claims: claims::list(from(), id).await?.into_iter().map(claim).collect(),
        register: row::of_asset(from(), id).await?.iter().map(register).collect(),
        notes: note::list(from(), id).await?.iter().map(NoteRow::of).collect(),
        files: file::list(from(), id).await?.iter().map(FileRow::of).collect(),
        regroupings: Vec::new(),
    })
}

/// Merges and splits of an asset. Of one whose other side the asker may not see, nothing is told.
async fn regroupings(api: &Api, caller: &Caller, asset: &Asset) -> Answer<Vec<RegroupingRow>> {
    let visible = caller.visible(Permission::ViewAssets);
    let mut shown = Vec::new();
    for row in regroup::of_asset(api.store(), asset.id).await? {
        let other = if row.asset == asset.id { row.other } else { row.asset };
        let other = assets::find(api.store(), other).await?;
        if other.is_none_or(|other| visible.shows(place::place_of(&other))) {
            shown.push(RegroupingRow::of(&row));
        }
    }
    Ok(shown)
}

/// A document of the store; one that is no JSON is shown as nothing rather than refusing the asset.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn overruled(row: Override) -> OverrideRow {
    OverrideRow {
        agrees: plant::fold(&row.heard) == plant::fold(&row.value),
        heard: row.heard,
        field: row.field,
        value: row.value,
        reason: row.reason,
        made_by: row.made_by.to_string(),
        made_at: utc_us(row.made_at.0),
    }
}

fn claim(row: claims::Claim) -> ClaimRow {
    ClaimRow {
        source: row.source,
        key: row.key,
        value: row.value,
        confidence: row.confidence,
        first_said: utc_us(row.first_said.0),
        last_said: utc_us(row.last_said.0),
    }
}

fn register(row: &row::RegisterRow) -> RegisterWords {
    RegisterWords { id: row.id.to_string(), says: parsed(&row.document.0) }
}
