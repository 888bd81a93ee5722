//! The way back in for those who are locked out, from the machine that the server runs on.

use super::links::{self, RESET, USER};
use super::names;
use super::problem::Problem;
use super::session::forgive;
use super::users::has_administrator;
use login::Secret;
use serde_json::json;
use store::access::{link, session, user};
use store::{Json, Moment, Store, Transaction, audit};

/// What is wanted of a reset.
#[derive(Clone, Copy, Debug)]
pub struct ResetWish<'w> {
    /// Log-in name.
    pub name: &'w str,
    /// Makes the person an administrator, where nobody is left who is one.
    pub is_administrator: bool,
    /// Who asks, for the audit log: `host NAME`.
    pub actor: &'w str,
    /// What else the audit log should know.
    pub detail: &'w str,
    /// The moment.
    pub now: Moment,
    /// How long the link works, in microseconds.
    pub link_us: i64,
}

/// Takes password, second factors and sessions from a person and makes a link, which works once, to set a new password;
/// gives the link's path. Everything happens in one transaction, with its row in the audit log; the server may run.
///
/// # Errors
/// One line for people: nobody has the name, the log-in is locked, another system keeps the password.
pub async fn reset_login(store: &Store, wish: ResetWish<'_>) -> Result<Secret<String>, String> {
    reset(store, wish).await.map_err(|problem| problem.message)
}

async fn reset(store: &Store, wish: ResetWish<'_>) -> Result<Secret<String>, Problem> {
    let name = names::user_name(wish.name)?;
    let mut tx = store.write().await?;
    note(&mut tx, &wish, &name).await?;
    let found = user::find_by_name(&mut tx, &name).await?;
    let is_left = has_administrator(&mut tx).await?;
    if wish.is_administrator && is_left {
        return Err(super::problem::conflict(
            "there is an administrator who can log in: reset that one, or have the role given in the console",
        ));
    }
    let is_new = found.is_none();
    let mut user = match found {
        Some(user) => user,
        None if wish.is_administrator => links::new_user(&name, wish.now),
        None => {
            let hint = if is_left {
                ""
            } else {
                "; with --administrator one is made, since nobody is left who is one"
            };
            return Err(super::problem::conflict(format!("nobody has the log-in name {name}{hint}")));
        }
    };
    if user.origin != "local" {
        let why = format!("{} vouches for {name} and keeps the password: reset it there", user.origin);
        return Err(super::problem::conflict(why));
    }
    if user.disabled && !wish.is_administrator {
        let why = format!("the log-in of {name} is locked: unlock it in the console, or reset another one");
        return Err(super::problem::conflict(why));
    }
    user.disabled = false;
    user.password_hash = String::new();
    user.password_changed_at = None;
    user.totp_secret = None;
    user.passkeys = Json("[]".into());
    user::put(&mut tx, &user, wish.now).await?;
    session::remove_of_user(&mut tx, user.id).await?;
    forgive(&mut tx, &name).await?;
    link::revoke_of(&mut tx, &user.id.to_string()).await?;
    if wish.is_administrator {
        links::grant_administrator(&mut tx, user.id, wish.now).await?;
    }
    let purpose = if is_new { USER } else { RESET };
    let text = links::make(&mut tx, purpose, user.id, wish.actor, wish.now, wish.link_us).await?;
    tx.commit().await?;
    Ok(Secret::new(links::path(&text)))
}

/// First in the transaction, so that nobody else comes between; a reset that is refused leaves no row.
async fn note(tx: &mut Transaction, wish: &ResetWish<'_>, name: &str) -> Result<(), store::StoreError> {
    let detail = json!({ "name": name, "administrator": wish.is_administrator, "by": wish.detail });
    let deed = audit::Deed {
        at: wish.now,
        actor: wish.actor,
        action: "user.host-reset",
        object: &format!("name {name}"),
        detail: Json(detail.to_string()),
    };
    audit::append(tx, &deed).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{NOW, api};
    use super::*;
    use store::access::grant;

    const fn wish(name: &str, is_administrator: bool) -> ResetWish<'_> {
        ResetWish {
            name,
            is_administrator,
            actor: "host root",
            detail: "",
            now: Moment(NOW),
            link_us: 3_600_000_000,
        }
    }

    #[tokio::test]
    async fn who_is_locked_out_comes_back_and_only_then() {
        let folder = tempfile::tempdir().expect("a folder");
        let (api, _uploads) = api(folder.path(), |_| {}).await;
        let store = api.store();
        let refused = reset_login(store, wish("mori", false)).await.expect_err("nobody");
        assert!(refused.contains("--administrator"), "{refused}");
        assert!(store::audit::last(store).await.expect("the log").is_none(), "what was refused left no row");
        let first = reset_login(store, wish("mori", true)).await.expect("a link");
        assert!(first.expose().starts_with("/enrol#ye_"), "{}", first.expose());
        let refused = reset_login(store, wish("other", true)).await.expect_err("there is one");
        assert!(refused.contains("there is an administrator"), "{refused}");

        let mut tx = store.write().await.expect("a change");
        let mut user = user::find_by_name(&mut tx, "mori").await.expect("read").expect("a user");
        user.password_hash = "hash".into();
        user.totp_secret = Some(vec![1]);
        user.passkeys = Json("[{}]".into());
        user::put(&mut tx, &user, Moment(NOW)).await.expect("put");
        tx.commit().await.expect("a commit");
        let second = reset_login(store, wish("mori", false)).await.expect("a link");
        assert!(second.expose().starts_with("/enrol#yr_"), "{}", second.expose());
        let user = user::find_by_name(store, "mori").await.expect("read").expect("a user");
        assert_eq!(
            (user.password_hash.as_str(), user.totp_secret, user.passkeys.0.as_str()),
            ("", None, "[]")
        );
        assert!(
            link::list(store, USER, Moment(NOW)).await.expect("links").is_empty(),
            "the first link is dead"
        );
        assert_eq!(link::list(store, RESET, Moment(NOW)).await.expect("links").len(), 1);
        assert_eq!(grant::list(store).await.expect("grants").len(), 1);
        let entry = store::audit::last(store).await.expect("the log").expect("a row");
        assert_eq!((entry.actor.as_str(), entry.action.as_str()), ("host root", "user.host-reset"));
    }
}
