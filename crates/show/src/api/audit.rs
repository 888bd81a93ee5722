//! The audit log: who did what, and the proof that nobody changed the log.

use super::guard::guarded;
use super::page::{Page, limit};
use super::problem::{Answer, invalid};
use super::state::Api;
use crate::time::{us_of, utc_us};
use authz::Permission::ViewAudit;
use axum::Json;
use axum::extract::{Query, State};
use login::{to_hex, verify_head};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::audit::{self, Entry, Head, Verdict};
use store::{Moment, StoreError};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// One deed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditRow {
    /// Its place in the log, from 1 without gaps.
    sequence: i64,
    /// When, UTC.
    time: String,
    /// Who: `user ID`, `token ID`, `nobody` before a log-in, `host` for commands on the machine, `product`.
    actor: String,
    /// What: a word such as `user.role`.
    action: String,
    /// With what: `user ID`.
    object: String,
    /// How; its members depend on the action.
    #[schema(value_type = Object)]
    detail: Value,
    /// SHA-256 over the hash of the row before and this row, hexadecimal digits.
    hash: String,
}

/// Which deeds.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
struct AuditFilter {
    /// Only of this actor, such as `user ID`.
    actor: Option<String>,
    /// Only this action.
    action: Option<String>,
    /// Only with this object.
    object: Option<String>,
    /// At or after, RFC 3339.
    since: Option<String>,
    /// Before, RFC 3339.
    until: Option<String>,
    /// Rows at most, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What a walk through the whole log found.
#[derive(Debug, Serialize, ToSchema)]
struct Verification {
    /// Every row follows from the one before, and every signed head fits.
    whole: bool,
    /// Rows that were checked; null when the chain is broken.
    rows: Option<u64>,
    /// Signed heads that were checked; null when the chain is broken.
    heads: Option<u64>,
    /// The first row that does not fit.
    broken_at: Option<i64>,
    /// What is wrong with it.
    why: Option<&'static str>,
    /// Key to check signed heads with, Ed25519, hexadecimal digits; keep it where the log is not.
    public_key: String,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ViewAudit, routes!(list_audit)))
        .routes(guarded(ViewAudit, routes!(verify_audit)))
}

/// Deeds, newest first.
#[utoipa::path(get, path = "/audit", tag = "audit", params(AuditFilter),
    responses((status = 200, description = "Deeds", body = Page<AuditRow>)))]
async fn list_audit(
    State(api): State<Api>,
    Query(wanted): Query<AuditFilter>,
) -> Answer<Json<Page<AuditRow>>> {
    let limit = limit(wanted.limit)?;
    let time = |field: &str, text: Option<String>| {
        text.map(|text| us_of(&text).map(Moment).ok_or_else(|| invalid(field, "is no time of RFC 3339")))
            .transpose()
    };
    let filter = audit::Filter {
        actor: wanted.actor,
        action: wanted.action,
        object: wanted.object,
        since: time("since", wanted.since)?,
        until: time("until", wanted.until)?,
    };
    let before = wanted.cursor.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| invalid("cursor", "was not given by this list"))?.unwrap_or(i64::MAX);
    // One more than wanted tells whether there is a next page.
    let asked = u16::try_from(limit + 1).unwrap_or(u16::MAX);
    let mut kept = audit::list(api.store(), &filter, before, asked).await?;
    let has_more = kept.len() >= usize::from(asked);
    kept.truncate(usize::from(asked - 1));
    let next = kept.last().filter(|_| has_more).map(|entry| entry.sequence.to_string());
    Ok(Json(Page { items: kept.into_iter().map(AuditRow::of).collect(), next, hidden: 0 }))
}

/// Walks through the whole log and checks its chain and its signed heads.
#[utoipa::path(get, path = "/audit/verification", tag = "audit",
    responses((status = 200, description = "What was found", body = Verification)))]
async fn verify_audit(State(api): State<Api>) -> Answer<Json<Verification>> {
    let public = api.parts().head.public();
    let none = Verification {
        whole: false,
        rows: None,
        heads: None,
        broken_at: None,
        why: None,
        public_key: to_hex(&public),
    };
    Ok(Json(match audit::verify(api.store(), |head| is_signed(&public, head)).await? {
        Verdict::Whole { rows, heads, .. } => {
            Verification { whole: true, rows: Some(rows), heads: Some(heads), ..none }
        }
        Verdict::Broken { sequence, why } => {
            Verification { broken_at: Some(sequence), why: Some(why), ..none }
        }
    }))
}

/// Signs the log as far as it goes. To be called about once an hour; nothing happens where nothing was added.
pub async fn sign_audit(api: &Api) -> Result<(), StoreError> {
    let mut tx = api.store().write().await?;
    let Some(last) = audit::last(&mut tx).await? else { return Ok(()) };
    if audit::heads(&mut tx, 1).await?.first().is_some_and(|head| head.sequence == last.sequence) {
        return Ok(());
    }
    let (at, key) = (api.now(), &api.parts().head);
    let signature = key.sign(&Head::signed_bytes(last.sequence, at, &last.hash)).to_vec();
    let head = Head { sequence: last.sequence, hash: last.hash, at, key: to_hex(&key.public()), signature };
    audit::add_head(&mut tx, &head).await?;
    tx.commit().await
}

/// Whether the signature of a head is of this key.
#[must_use]
pub fn is_signed(public: &[u8; 32], head: &Head) -> bool {
    let signed = Head::signed_bytes(head.sequence, head.at, &head.hash);
    verify_head(public, &signed, &head.signature).is_ok()
}

impl AuditRow {
    fn of(entry: Entry) -> Self {
        Self {
            sequence: entry.sequence,
            time: utc_us(entry.at.0),
            actor: entry.actor,
            action: entry.action,
            object: entry.object,
            detail: serde_json::from_str(&entry.detail.0).unwrap_or(Value::String(entry.detail.0)),
            hash: to_hex(&entry.hash),
        }
    }
}
