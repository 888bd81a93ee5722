//! What other systems say of assets: a maintenance system, a scanner, a spreadsheet. Claims stand beside what was heard.

use super::caller::Caller;
use super::place::{self, field_id, place_of, words};
use super::problem::{Answer, invalid};
use super::state::Api;
use authz::Permission::{self, PostClaims, ViewAssets};
use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use facts::id::{AssetUid, NetworkUid};
use plant::register::{Entry, Field};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use store::assets::address::{self, AddressKind, AddressRow};
use store::assets::{self, Asset};
use store::claims::{self, Claim};
use store::{Moment, Store};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Claims of one request at most.
const ITEMS_MAX: usize = 1000;

/// Every endpoint of claims.
pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(super::guard::guarded(PostClaims, routes!(put_claims)))
        .routes(super::guard::guarded(PostClaims, routes!(remove_claims)))
}

/// Claims about assets.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimsWanted {
    /// The claims.
    #[schema(max_items = 1000)]
    items: Vec<ClaimWanted>,
}

/// One claim. Its subject is named by exactly one of `asset`, `mac`, `ip`, `serial` and `name`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ClaimWanted {
    /// Id of the asset.
    asset: Option<String>,
    /// Its hardware address.
    mac: Option<String>,
    /// Its IP address.
    ip: Option<String>,
    /// Id of the network of the IP address; without one the address must mean one asset in all networks together.
    network: Option<String>,
    /// Its serial number, letter by letter.
    serial: Option<String>,
    /// Its own name or its name on the shop floor, letter by letter.
    name: Option<String>,
    /// Of what: `firmware`, `owner`, `warranty-end`, …
    #[schema(max_length = 100)]
    key: String,
    /// What is said.
    #[schema(max_length = 1000)]
    value: String,
    /// How far it is to be trusted, 0 to 100; 50 when not given.
    #[schema(maximum = 100)]
    confidence: Option<u8>,
}

/// What became of each claim, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimsTaken {
    /// How many were taken.
    accepted: usize,
    /// One for each.
    items: Vec<ClaimTaken>,
}

/// What became of a claim.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimTaken {
    /// `accepted`, `unknown-subject`, `ambiguous`, `out-of-scope` (seen, but not to be written) or `invalid`.
    status: &'static str,
    /// Id of the asset, where there is one.
    asset: Option<String>,
    /// Why it was not taken, and what to do.
    message: Option<String>,
}

impl ClaimTaken {
    fn no(status: &'static str, message: impl Into<String>) -> Self {
        Self { status, asset: None, message: Some(message.into()) }
    }
}

/// Says things about assets. What was said before by the same source is said again; nothing else is replaced. Items that
/// cannot be taken do not keep the others back.
#[utoipa::path(post, path = "/claims", tag = "claims", request_body = ClaimsWanted,
    responses((status = 200, description = "What became of each", body = ClaimsTaken)))]
pub(crate) async fn put_claims(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<ClaimsWanted>,
) -> Answer<Json<ClaimsTaken>> {
    if wanted.items.len() > ITEMS_MAX {
        return Err(invalid("items", format!("are more than {ITEMS_MAX}")));
    }
    let subjects = Subjects::read(api.store(), &wanted.items).await?;
    let mut claims = Vec::new();
    let mut items = Vec::new();
    for item in &wanted.items {
        match judged(&caller, &subjects, item) {
            Ok(claim) => {
                items.push(ClaimTaken {
                    status: "accepted",
                    asset: Some(claim.asset.to_string()),
                    message: None,
                });
                claims.push(claim);
            }
            Err(taken) => items.push(taken),
        }
    }
    if !claims.is_empty() {
        let mut on = api.store().write().await?;
        caller.note(&mut on, "claims.post", "claims", &json!({ "count": claims.len() })).await?;
        claims::put_all(&mut on, &claims, Moment(caller.now_us)).await?;
        on.commit().await?;
        api.tell_changed();
    }
    Ok(Json(ClaimsTaken { accepted: claims.len(), items }))
}

/// Takes back everything that the asker said of an asset.
#[utoipa::path(delete, path = "/assets/{id}/claims", tag = "claims",
    params(("id" = String, Path, description = "Id of the asset")),
    responses((status = 204, description = "Taken back")))]
pub(crate) async fn remove_claims(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let mut on = api.store().write().await?;
    caller.note(&mut on, "claims.remove", &format!("asset {id}"), &json!({ "source": caller.name })).await?;
    let asset = place::asset(&caller, PostClaims, &mut on, &id).await?;
    claims::remove(&mut on, asset.id, &caller.name, Moment(caller.now_us)).await?;
    on.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}

/// Whatever the claims of a request may be about, read at once.
struct Subjects {
    assets: HashMap<AssetUid, Asset>,
    addresses: Vec<AddressRow>,
}

impl Subjects {
    async fn read(store: &Store, items: &[ClaimWanted]) -> Answer<Self> {
        let texts = |field: fn(&ClaimWanted) -> Option<String>| -> Vec<String> {
            let texts: BTreeSet<String> = items.iter().filter_map(field).collect();
            texts.into_iter().collect()
        };
        let (macs, ips) = (texts(mac), texts(|item| ip(item).map(|ip| ip.to_string())));
        let (serials, names) = (texts(|item| item.serial.clone()), texts(|item| item.name.clone()));
        let mut addresses = Vec::new();
        for (kind, texts) in [(AddressKind::Mac, &macs), (AddressKind::Ip, &ips)] {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            addresses.extend(address::holders_of(store, kind, &texts).await?);
        }
        let serials: Vec<&str> = serials.iter().map(String::as_str).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let called = assets::called(store, &serials, &names).await?;
        let mut assets: HashMap<AssetUid, Asset> =
            called.into_iter().map(|asset| (asset.id, asset)).collect();
        let by_id = items.iter().filter_map(|item| item.asset.as_deref()?.parse().ok());
        let wanted: BTreeSet<AssetUid> = by_id.chain(addresses.iter().map(|row| row.asset)).collect();
        for id in wanted {
            if !assets.contains_key(&id)
                && let Some(asset) = assets::find(store, id).await?
            {
                assets.insert(id, asset);
            }
        }
        Ok(Self { assets, addresses })
    }

    /// The assets that a claim may mean.
    fn of(&self, item: &ClaimWanted) -> Answer<BTreeSet<AssetUid>> {
        let network: Option<NetworkUid> =
            item.network.as_deref().map(|id| field_id("network", id)).transpose()?;
        let holders = |kind: AddressKind, address: &str| {
            let rows = self.addresses.iter().filter(move |row| row.kind == kind && row.address == address);
            rows.filter(|row| network.is_none() || row.network == network || kind == AddressKind::Mac)
                .map(|row| row.asset)
                .collect::<BTreeSet<_>>()
        };
        let called = |is: &dyn Fn(&Asset) -> bool| {
            let assets = self.assets.values().filter(|asset| asset.merged_into.is_none() && is(asset));
            assets.map(|asset| asset.id).collect::<BTreeSet<_>>()
        };
        let named = [&item.asset, &item.mac, &item.ip, &item.serial, &item.name];
        if named.into_iter().flatten().count() != 1 {
            return Err(invalid("item", "needs exactly one of asset, mac, ip, serial and name"));
        }
        if let Some(id) = &item.asset {
            return Ok([field_id("asset", id)?].into());
        }
        if item.mac.is_some() {
            let mac = mac(item).ok_or_else(|| invalid("mac", "is no hardware address"))?;
            return Ok(holders(AddressKind::Mac, &mac));
        }
        if item.ip.is_some() {
            let ip = ip(item).ok_or_else(|| invalid("ip", "is no IP address"))?;
            return Ok(holders(AddressKind::Ip, &ip.to_string()));
        }
        if let Some(serial) = item.serial.as_deref().filter(|serial| !serial.is_empty()) {
            return Ok(called(&|asset| asset.serial == serial));
        }
        let name = item.name.as_deref().filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| invalid("item", "has an empty subject"))?;
        Ok(called(&|asset| asset.name == name || asset.floor_name == name))
    }
}

fn mac(item: &ClaimWanted) -> Option<String> {
    let mut entry = Entry::default();
    entry.set(Field::Mac, item.mac.clone()?);
    let mac = entry.macs().next();
    mac.map(|mac| mac.to_string())
}

fn ip(item: &ClaimWanted) -> Option<IpAddr> {
    item.ip.as_deref()?.parse().ok()
}

/// The claim, or why it is none. Assets that the asker may not see are as if they were not there.
fn judged(caller: &Caller, subjects: &Subjects, item: &ClaimWanted) -> Result<Claim, ClaimTaken> {
    let wrong = |problem: super::Problem| ClaimTaken::no("invalid", problem.message);
    let key = words("key", &item.key, 100, false).map_err(wrong)?;
    let value = words("value", &item.value, 1000, false).map_err(wrong)?;
    let confidence = item.confidence.unwrap_or(50);
    if confidence > 100 {
        return Err(ClaimTaken::no("invalid", "confidence: is not between 0 and 100"));
    }
    let visible = caller.visible(ViewAssets);
    let ids = subjects.of(item).map_err(wrong)?;
    let seen =
        ids.iter().filter_map(|id| subjects.assets.get(id)).filter(|asset| visible.shows(place_of(asset)));
    let seen: Vec<&Asset> = seen.collect();
    let asset = match seen.as_slice() {
        [] => return Err(ClaimTaken::no("unknown-subject", "no asset that you may see is named so")),
        [asset] => asset,
        several => {
            let message = format!("{} assets are named so: name one by its id", several.len());
            return Err(ClaimTaken::no("ambiguous", message));
        }
    };
    if let Some(other) = asset.merged_into {
        return Err(ClaimTaken::no("unknown-subject", format!("it was merged into {other}")));
    }
    if caller.may_at(Permission::PostClaims, place_of(asset)).is_err() {
        return Err(ClaimTaken {
            asset: Some(asset.id.to_string()),
            ..ClaimTaken::no("out-of-scope", "you may see it, but not say anything of it")
        });
    }
    let at = Moment(caller.now_us);
    let source = caller.name.clone();
    Ok(Claim { asset: asset.id, source, key, value, confidence, first_said: at, last_said: at })
}

#[cfg(test)]
mod tests;
