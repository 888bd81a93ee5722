//! The end of an account: nobody can log in with it any more, and nothing of the person is left but in the audit log.

use super::super::caller::Caller;
use super::super::guard::guarded;
use super::super::links;
use super::super::problem::{Answer, conflict};
use super::super::session::forgive;
use super::super::state::Api;
use super::{REMOVED, must_keep_administrator, object, present, read_id};
use authz::Permission::ManageUsers;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use facts::id::UserId;
use serde_json::json;
use store::access::user::{self, User};
use store::access::{grant, link, read_mark, session, token};
use store::{Moment, Transaction, views};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(guarded(ManageUsers, routes!(remove_user)))
}

/// Removes a person. Every log-in, link and role ends at once, tokens that the person issued are revoked, views are
/// removed, and name, mail address and factors are forgotten. What the person did stays in the audit log, where the
/// entry of the removal says who the id was.
#[utoipa::path(delete, path = "/users/{id}", tag = "users", params(("id" = String, Path)),
    responses((status = 204, description = "Removed"),
        (status = 409, description = "No administrator would be left", body = super::super::Problem)))]
async fn remove_user(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let (id, now) = (read_id(&id)?, Moment(caller.now_us));
    let before = present(api.store(), id).await?;
    let mut tx = api.store().write().await?;
    let detail = json!({ "name": before.name, "display_name": before.display_name, "origin": before.origin });
    caller.note(&mut tx, "user.remove", &object(id), &detail).await?;
    let user = present(&mut tx, id).await?;
    if user.name != before.name || user.display_name != before.display_name {
        return Err(conflict("the user was changed meanwhile"));
    }
    for name in token::revoke_of_user(&mut tx, id, now).await? {
        caller.note(&mut tx, "token.revoke", &object(id), &json!({ "name": name })).await?;
    }
    end_everything(&mut tx, &user, now).await?;
    user::put(&mut tx, &anonymous(&user), now).await?;
    must_keep_administrator(&mut tx).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(StatusCode::NO_CONTENT)
}

async fn end_everything(tx: &mut Transaction, user: &User, now: Moment) -> Answer<()> {
    session::remove_of_user(tx, user.id).await?;
    link::revoke_of(tx, &user.id.to_string()).await?;
    for old in grant::of_user(&mut *tx, user.id, Moment(i64::MIN)).await? {
        grant::remove(tx, &old, now).await?;
    }
    views::remove_of_user(tx, user.id).await?;
    read_mark::remove(tx, user.id).await?;
    forgive(tx, &user.name).await?;
    Ok(())
}

/// The row that stays for what refers to it.
fn anonymous(user: &User) -> User {
    let UserId(id) = user.id;
    User {
        id: user.id,
        origin: REMOVED.to_owned(),
        disabled: true,
        made_at: user.made_at,
        // A name that nobody can choose, so that a new person may have the old one.
        ..links::new_user(&format!("{REMOVED}:{}", id.simple()), user.made_at)
    }
}
