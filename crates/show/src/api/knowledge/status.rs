//! What is publicly known here, from where and how old.

use crate::api::state::Api;
use axum::Json;
use axum::extract::State;
use knowledge::advisory::About;
use serde::Serialize;
use utoipa::ToSchema;

/// What is publicly known here.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KnowledgeStatus {
    /// `starter` for what the program itself brings, `bundle` for one that was laid here.
    source: &'static str,
    /// The line of bundles.
    line: String,
    /// Its number in the line.
    serial: u64,
    /// When it was made, RFC 3339; empty for what the program itself brings.
    created: String,
    /// Who signed it.
    signed_by: String,
    /// What it holds.
    parts: Vec<KnowledgePart>,
}

/// A part of it.
#[derive(Debug, Serialize, ToSchema)]
struct KnowledgePart {
    /// `advisories`, `exploited`, `epss`, …
    part: String,
    /// How many entries it has.
    items: u64,
    /// Where they came from.
    origins: Vec<KnowledgeOrigin>,
}

/// A source.
#[derive(Debug, Serialize, ToSchema)]
struct KnowledgeOrigin {
    /// Its address or name.
    source: String,
    /// The date that it states; empty where it states none.
    date: String,
}

/// What is publicly known here of products and weaknesses: from where, and how old.
#[utoipa::path(get, path = "/knowledge", tag = "vulnerabilities",
    responses((status = 200, description = "What is known", body = KnowledgeStatus)))]
pub(super) async fn show_knowledge(State(api): State<Api>) -> Json<KnowledgeStatus> {
    Json(KnowledgeStatus::of(&api.judged().library.about))
}

impl KnowledgeStatus {
    pub(super) fn of(about: &About) -> Self {
        let origin = |(source, date): &(String, String)| KnowledgeOrigin {
            source: source.clone(),
            date: date.clone(),
        };
        let parts = about.parts.iter().map(|part| KnowledgePart {
            part: part.name.clone(),
            items: part.items,
            origins: part.origins.iter().map(origin).collect(),
        });
        Self {
            source: if about.signed_by.is_empty() { "starter" } else { "bundle" },
            line: about.line.clone(),
            serial: about.serial,
            created: about.created.clone(),
            signed_by: about.signed_by.clone(),
            parts: parts.collect(),
        }
    }
}
