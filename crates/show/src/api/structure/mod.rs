//! The plant as its people divide it: the site, lines, cells, logical systems, zones and networks.
//!
//! Each noun is read and changed in the same way ([`noun!`]); what does not fit together is found by one check of the
//! whole structure before it is kept.

mod cell;
mod line;
mod network;
mod site;
mod system;
#[cfg(test)]
mod tests;
mod zone;

use super::problem::{Answer, conflict, invalid};
use super::state::Api;
use facts::id::SiteId;
use plant::structure as plan;
use store::Store;
use store::structure::{self as kept};
use utoipa_axum::router::OpenApiRouter;

/// Things of one kind at most.
pub(super) const ITEMS_MAX: usize = 2_000;

/// Every endpoint of the structure.
pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .merge(site::endpoints())
        .merge(line::endpoints())
        .merge(cell::endpoints())
        .merge(system::endpoints())
        .merge(zone::endpoints())
        .merge(network::endpoints())
}

/// Everything but where assets stand.
pub(super) async fn whole(store: &Store, site: SiteId) -> Answer<plan::Structure> {
    let name = kept::site::find(store, site).await?.map_or_else(|| "-".to_owned(), |site| site.name);
    let lines = kept::line::list(store, site).await?;
    let mut cells = Vec::new();
    for line in &lines {
        cells.extend(kept::cell::list(store, line.id).await?);
    }
    let systems = kept::system::list(store, site).await?;
    let zones = kept::zone::list(store, site).await?;
    let networks = kept::network::list(store, site).await?;
    Ok(plan::Structure {
        site: plan::Site { id: site, name },
        lines: lines.iter().map(line::planned).collect(),
        cells: cells.iter().map(cell::planned).collect(),
        systems: systems.iter().map(system::planned).collect(),
        zones: zones.iter().map(zone::planned).collect(),
        networks: networks.iter().map(network::planned).collect(),
        placements: Vec::new(),
    })
}

/// What a change would break. What was broken before it, as a network with the name of another that the product
/// proposed, keeps nobody from changing something else.
fn check(before: &plan::Structure, after: &plan::Structure) -> Answer<()> {
    let known = plan::check(before);
    match plan::check(after).into_iter().find(|fault| !known.contains(fault)) {
        None => Ok(()),
        Some(fault @ plan::StructureFault::SameName { .. }) => Err(conflict(fault)),
        Some(fault) => Err(invalid("body", fault)),
    }
}

/// List, add, change and remove: written once, for each noun does the same. The noun's file gives `Row::of`,
/// `Wanted::kept`, `planned` (as the check takes it), `place_of` and `list_of` (all of the site).
macro_rules! noun {
    ($module:ident $record:ident $id:ident in $plural:ident, $kind:literal at $path:literal $one:literal,
     row $row:ident, wanted $wanted:ident,
     $(#[$list_doc:meta])* $list:ident, $(#[$add_doc:meta])* $add:ident,
     $(#[$change_doc:meta])* $change:ident, $(#[$remove_doc:meta])* $remove:ident) => {
        use super::super::caller::Caller;
        use super::super::guard::guarded;
        use super::super::page::{Cut, Page};
        use super::super::place::path_id;
        use super::super::problem::{Answer, conflict, not_found, refused};
        use super::super::state::Api;
        use authz::Permission::{EditStructure, ViewStructure};
        use axum::Json;
        use axum::extract::{Extension, Path, Query, State};
        use axum::http::StatusCode;
        use facts::id::$id;
        use serde_json::json;
        use store::Moment;
        use store::structure::$module::{self as kept, $record};
        use utoipa_axum::router::OpenApiRouter;
        use utoipa_axum::routes;

        pub(super) fn endpoints() -> OpenApiRouter<Api> {
            OpenApiRouter::new()
                .routes(guarded(ViewStructure, routes!($list)))
                .routes(guarded(EditStructure, routes!($add)))
                .routes(guarded(EditStructure, routes!($change)))
                .routes(guarded(EditStructure, routes!($remove)))
        }

        $(#[$list_doc])*
        #[utoipa::path(get, path = $path, tag = "structure", params(Cut),
            responses((status = 200, description = "In their order", body = Page<$row>)))]
        pub(crate) async fn $list(
            State(api): State<Api>,
            Extension(caller): Extension<Caller>,
            Query(cut): Query<Cut>,
        ) -> Answer<Json<Page<$row>>> {
            let rows = list_of(&api).await?;
            let visible = caller.visible(ViewStructure);
            let (seen, unseen): (Vec<_>, Vec<_>) = rows.iter().partition(|row| visible.shows(place_of(row)));
            let page = Page::cut(seen, &cut, |row| order(row))?;
            Ok(Json(Page {
                items: page.items.into_iter().map($row::of).collect(),
                next: page.next,
                hidden: u64::try_from(unseen.len()).unwrap_or(u64::MAX),
            }))
        }

        $(#[$add_doc])*
        #[utoipa::path(post, path = $path, tag = "structure", request_body = $wanted,
            responses((status = 201, description = "As it is kept", body = $row)))]
        pub(crate) async fn $add(
            State(api): State<Api>,
            Extension(caller): Extension<Caller>,
            Json(wanted): Json<$wanted>,
        ) -> Answer<(StatusCode, Json<$row>)> {
            let id = $id(uuid::Uuid::now_v7());
            let mut on = api.store().write().await?;
            let object = format!("{} {id}", $kind);
            caller.note(&mut on, concat!($kind, ".add"), &object, &json!(wanted)).await?;
            let row = wanted.kept(api.parts().site, id, None)?;
            caller.may_at(EditStructure, place_of(&row))?;
            let before = super::whole(api.store(), api.parts().site).await?;
            if before.$plural.len() >= super::ITEMS_MAX {
                return Err(conflict(format!("there are {} already: remove some first", super::ITEMS_MAX)));
            }
            let mut after = before.clone();
            after.$plural.push(planned(&row));
            super::check(&before, &after)?;
            kept::put(&mut on, &row, Moment(caller.now_us)).await?;
            on.commit().await?;
            api.tell_changed();
            Ok((StatusCode::CREATED, Json($row::of(&row))))
        }

        $(#[$change_doc])*
        #[utoipa::path(put, path = $one, tag = "structure", request_body = $wanted,
            params(("id" = String, Path, description = "Its id")),
            responses((status = 200, description = "As it is kept", body = $row)))]
        pub(crate) async fn $change(
            State(api): State<Api>,
            Extension(caller): Extension<Caller>,
            Path(text): Path<String>,
            Json(wanted): Json<$wanted>,
        ) -> Answer<Json<$row>> {
            let id: $id = path_id($kind, &text)?;
            let mut on = api.store().write().await?;
            caller.note(&mut on, concat!($kind, ".change"), &format!("{} {id}", $kind), &json!(wanted)).await?;
            let old = found(&caller, &mut on, id).await?;
            let row = wanted.kept(api.parts().site, id, Some(&old))?;
            let decided = caller.access.decide_move(EditStructure, place_of(&old), place_of(&row), caller.now_us);
            decided.map_err(refused)?;
            let before = super::whole(api.store(), api.parts().site).await?;
            let mut after = before.clone();
            after.$plural.retain(|row| row.id != id);
            after.$plural.push(planned(&row));
            super::check(&before, &after)?;
            kept::put(&mut on, &row, Moment(caller.now_us)).await?;
            on.commit().await?;
            api.tell_changed();
            Ok(Json($row::of(&row)))
        }

        $(#[$remove_doc])*
        #[utoipa::path(delete, path = $one, tag = "structure",
            params(("id" = String, Path, description = "Its id")),
            responses((status = 204, description = "Removed"),
                (status = 409, description = "Something still belongs to it", body = super::super::Problem)))]
        pub(crate) async fn $remove(
            State(api): State<Api>,
            Extension(caller): Extension<Caller>,
            Path(text): Path<String>,
        ) -> Answer<StatusCode> {
            let id: $id = path_id($kind, &text)?;
            let mut on = api.store().write().await?;
            caller.note(&mut on, concat!($kind, ".remove"), &format!("{} {id}", $kind), &json!({})).await?;
            let old = found(&caller, &mut on, id).await?;
            caller.may_at(EditStructure, place_of(&old))?;
            kept::remove(&mut on, id, Moment(caller.now_us)).await?;
            on.commit().await?;
            api.tell_changed();
            Ok(StatusCode::NO_CONTENT)
        }

        /// The one of an id, when the asker may see it.
        async fn found(caller: &Caller, on: &mut store::Transaction, id: $id) -> Answer<$record> {
            let row = kept::find(&mut *on, id).await?;
            let row = row.filter(|row| caller.visible(ViewStructure).shows(place_of(row)));
            row.ok_or_else(|| not_found($kind, id))
        }
    };
}
use noun;
