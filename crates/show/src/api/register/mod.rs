//! The plant's own register of assets: read into a preview, applied, taken back; and what it and the wire do not share.

mod import;
mod lists;
mod preview;
mod steps;
#[cfg(test)]
mod tests;

pub(super) use lists::{never_heard, seen_rows};
pub(super) use preview::every_asset;

use super::guard::{guarded, of_size};
use super::state::Api;
use authz::Permission::{ApplyImport, PreviewImport, UndoImport, ViewRegister};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every endpoint of the register.
pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(PreviewImport, of_size(plant::register::FILE_BYTES_MAX, routes!(import::add_import))))
        .routes(guarded(PreviewImport, routes!(import::list_imports)))
        .routes(guarded(PreviewImport, routes!(import::show_import)))
        .routes(guarded(PreviewImport, routes!(import::list_import_rows)))
        .routes(guarded(ApplyImport, routes!(import::apply_import)))
        .routes(guarded(UndoImport, routes!(import::undo_import)))
        .routes(guarded(ViewRegister, routes!(lists::list_register)))
        .routes(guarded(ViewRegister, routes!(lists::list_unregistered)))
}
