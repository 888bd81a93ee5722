//! Who is trusted to sign public knowledge.

use crate::api::caller::Caller;
use crate::api::page::Page;
use crate::api::problem::{Answer, invalid, unavailable};
use crate::api::state::Api;
use axum::Json;
use axum::extract::{Extension, State};
use feeds::bundle::PublicKey;
use feeds::library;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// Keys at most: of a central team and its stand-ins.
const KEYS_MAX: usize = 16;

/// A key that is trusted to sign public knowledge.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KnowledgeKey {
    /// `ed25519:` and 64 hexadecimal digits, as `yagura feeds key` prints it.
    key: String,
}

/// The keys that are trusted from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KnowledgeKeys {
    /// All of them, `ed25519:` and 64 hexadecimal digits each; without any, no bundle is taken.
    #[schema(max_items = 16)]
    keys: Vec<String>,
}

/// The keys that are trusted to sign public knowledge.
#[utoipa::path(get, path = "/knowledge/keys", tag = "vulnerabilities",
    responses((status = 200, description = "Keys", body = Page<KnowledgeKey>)))]
pub(super) async fn list_knowledge_keys(State(api): State<Api>) -> Answer<Json<Page<KnowledgeKey>>> {
    let keys = library::keys(&api.parts().knowledge).map_err(|error| unavailable("read the keys", error))?;
    Ok(Json(rows(&keys)))
}

/// Sets whom to trust; a bundle of somebody else, the present one included, is then refused.
#[utoipa::path(put, path = "/knowledge/keys", tag = "vulnerabilities", request_body = KnowledgeKeys,
    responses((status = 200, description = "Keys", body = Page<KnowledgeKey>)))]
pub(super) async fn set_knowledge_keys(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(wanted): Json<KnowledgeKeys>,
) -> Answer<Json<Page<KnowledgeKey>>> {
    if wanted.keys.len() > KEYS_MAX {
        return Err(invalid("keys", format!("are more than {KEYS_MAX}")));
    }
    let read = |text: &String| PublicKey::read(text).map_err(|error| invalid("keys", error));
    let mut keys = wanted.keys.iter().map(read).collect::<Answer<Vec<PublicKey>>>()?;
    keys.sort_unstable();
    keys.dedup();
    let folder = &api.parts().knowledge;
    // A file that cannot be read is replaced all the same: that is how it is mended here.
    let before = library::keys(folder).unwrap_or_default();
    let words = |keys: &[PublicKey]| keys.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut tx = api.store().write().await?;
    let detail = json!({ "keys": words(&keys), "before": words(&before) });
    caller.note(&mut tx, "knowledge.trust", "keys of knowledge", &detail).await?;
    library::trust(folder, &keys).map_err(|error| unavailable("keep the keys", error))?;
    tx.commit().await?;
    api.tell_changed();
    Ok(Json(rows(&keys)))
}

fn rows(keys: &[PublicKey]) -> Page<KnowledgeKey> {
    Page::whole(keys.iter().map(|key| KnowledgeKey { key: key.to_string() }).collect(), 0)
}
