//! The method by which risk is computed, and the part of it that an owner may edit.

use super::sight::word;
use crate::api::caller::Caller;
use crate::api::place::words;
use crate::api::problem::{Answer, invalid};
use crate::api::state::Api;
use crate::time::utc_us;
use axum::Json;
use axum::extract::{Extension, State};
use judge::risk::{Band, Class, FORMULA, Matrix, Method};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use store::risk::method::{self, OwnMethod};
use store::{Json as Document, Moment};
use utoipa::ToSchema;

/// The method that counts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RiskMethod {
    /// Names formulas, weights and matrix together.
    version: String,
    /// Chance that an attacker stands in a zone of each class within 30 days.
    weights: Vec<ClassWeight>,
    /// Bands by likelihood (rows, lowest first) and impact (columns, lowest first).
    matrix: Vec<Vec<String>>,
    /// The highest band that the owner lives with.
    tolerable: String,
    /// Why it was changed; empty for the product's own.
    reason: String,
    /// Who changed it; empty for the product's own.
    changed_by: String,
    /// When, UTC; null for the product's own.
    changed_at: Option<String>,
}

/// The weight of a class.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassWeight {
    /// `internet`, `third-party`, `enterprise`, `dmz`, `ot`, `same-zone` or `physical`.
    class: String,
    /// 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    weight: f64,
}

/// The method as it shall be.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RiskMethodWanted {
    /// A weight for each class.
    weights: Vec<ClassWeight>,
    /// Five rows of five bands, lowest likelihood and impact first; more is never lower.
    matrix: Vec<Vec<String>>,
    /// The highest band that the owner lives with.
    tolerable: String,
    /// Why.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// The method by which risk is computed.
#[utoipa::path(get, path = "/risk/method", tag = "risk",
    responses((status = 200, description = "The method", body = RiskMethod)))]
pub(super) async fn show_risk_method(State(api): State<Api>) -> Answer<Json<RiskMethod>> {
    let newest = method::list(api.store()).await?.into_iter().next();
    let own = newest.as_ref().and_then(|row| serde_json::from_str(&row.document.0).ok());
    Ok(Json(told(&own.unwrap_or_default(), newest.as_ref())))
}

/// Changes the method. What was computed before is compared as if this method had counted then, and the week is marked.
#[utoipa::path(put, path = "/risk/method", tag = "risk", request_body = RiskMethodWanted,
    responses((status = 200, description = "The method", body = RiskMethod)))]
pub(super) async fn change_risk_method(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<RiskMethodWanted>,
) -> Answer<Json<RiskMethod>> {
    let reason = words("reason", &wanted.reason, 1_000, true)?;
    let person = caller.person()?;
    let mut on = api.store().write().await?;
    let number = method::list(&mut on).await?.len() + 1;
    let method = read(&wanted, &format!("{FORMULA}.{number}"))?;
    let document = serde_json::to_string(&method).unwrap_or_default();
    let detail = json!({ "version": method.version, "method": document, "reason": reason });
    caller.note(&mut on, "risk.method", "risk method", &detail).await?;
    let row = OwnMethod {
        version: method.version.to_string(),
        document: Document(document),
        reason,
        made_by: person,
        maker: caller.name.clone(),
        made_at: Moment(caller.now_us),
    };
    method::add(&mut on, &row).await?;
    on.commit().await?;
    api.tell_changed();
    Ok(Json(told(&method, Some(&row))))
}

fn told(method: &Method, row: Option<&OwnMethod>) -> RiskMethod {
    let weight = |class: &Class| ClassWeight { class: word(class), weight: method.weight(*class) };
    let band = |likelihood, impact| word(&method.matrix.band(likelihood, impact));
    let levels = judge::risk::Level::ALL;
    let row_of = |likelihood| levels.iter().map(|impact| band(likelihood, *impact)).collect();
    RiskMethod {
        version: method.version.to_string(),
        weights: Class::ALL.iter().map(weight).collect(),
        matrix: levels.iter().map(|likelihood| row_of(*likelihood)).collect(),
        tolerable: word(&method.tolerable),
        reason: row.map(|row| row.reason.clone()).unwrap_or_default(),
        changed_by: row.map(|row| row.maker.clone()).unwrap_or_default(),
        changed_at: row.map(|row| utc_us(row.made_at.0)),
    }
}

fn read(wanted: &RiskMethodWanted, version: &str) -> Answer<Method> {
    let mut weights = [0.0; 7];
    for (place, class) in weights.iter_mut().zip(Class::ALL) {
        let name = word(&class);
        let mut named = wanted.weights.iter().filter(|weight| weight.class == name);
        let (Some(weight), None) = (named.next(), named.next()) else {
            return Err(invalid("weights", format!("needs `{name}` once")));
        };
        if !(0.0..=1.0).contains(&weight.weight) {
            return Err(invalid("weights", format!("`{name}` is not between 0 and 1")));
        }
        *place = weight.weight;
    }
    if wanted.weights.len() != Class::ALL.len() {
        return Err(invalid("weights", "names a class that there is not"));
    }
    let rows: Option<Vec<[Band; 5]>> = wanted.matrix.iter().map(|row| bands(row)?.try_into().ok()).collect();
    let rows: Option<[[Band; 5]; 5]> = rows.and_then(|rows| rows.try_into().ok());
    let rows = rows.ok_or_else(|| invalid("matrix", "needs five rows of low, medium, high or critical"))?;
    let matrix = Matrix::new(rows).map_err(|fault| {
        let (likelihood, impact) = (fault.likelihood.number(), fault.impact.number());
        let why = "is lower than a cell of less likelihood or impact";
        invalid("matrix", format!("the cell of likelihood {likelihood} and impact {impact} {why}"))
    })?;
    let tolerable = Band::ALL.into_iter().find(|band| word(band) == wanted.tolerable);
    let tolerable =
        tolerable.ok_or_else(|| invalid("tolerable", "is none of low, medium, high, critical"))?;
    Ok(Method { version: Arc::from(version), weights, matrix, tolerable })
}

fn bands(row: &[String]) -> Option<Vec<Band>> {
    row.iter().map(|name| Band::ALL.into_iter().find(|band| word(band) == *name)).collect()
}
