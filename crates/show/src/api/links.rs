//! Links that work once: for the first administrator, for a new user, for a lost password, for the demo.

use super::problem::{Answer, internal};
use super::state::Api;
use facts::id::UserId;
use login::token::{Kind, Presented, issue, read};
use login::{Secret, to_hex};
use store::access::grant::{self, Grant};
use store::access::link::{self, Link};
use store::access::{session, throttle, user};
use store::{Json, Moment, Store, StoreError, Transaction, audit};
use uuid::Uuid;

/// What a link is for, by the word that is kept.
pub(crate) const FIRST_USER: &str = "first-user";
/// A user who is to choose a password.
pub(crate) const USER: &str = "user";
/// A user who lost password or factors.
pub(crate) const RESET: &str = "reset";
/// A log-in without a password, and the name of its user.
pub const DEMO: &str = "demo";

/// Seconds of a day, in microseconds.
pub(super) const DAY_US: i64 = 86_400_000_000;

/// Makes a link for a user (or, for the first one, for nobody yet) and returns the text that its holder sees once.
pub(crate) async fn make(
    on: &mut Transaction,
    purpose: &str,
    user: UserId,
    made_by: &str,
    now: Moment,
    link_us: i64,
) -> Answer<Secret<String>> {
    let issued = issue(kind(purpose), user.0).map_err(|error| internal("make a link", error))?;
    let new = Link {
        hash: to_hex(&issued.hash),
        purpose: purpose.to_owned(),
        subject: user.to_string(),
        document: Json("{}".into()),
        made_by: made_by.to_owned(),
        made_at: now,
        expires_at: now.after(link_us),
        used_at: None,
    };
    link::add(on, &new).await?;
    Ok(issued.text)
}

/// The page where a link is used. It stands behind the `#`, which browsers send to no server and write into no log.
pub(crate) fn url(api: &Api, text: &Secret<String>) -> String {
    format!("{}{}", api.parts().origins.first().map_or("", String::as_str), path(text))
}

pub(crate) fn path(text: &Secret<String>) -> String {
    format!("/enrol#{}", text.expose())
}

/// What somebody presents for one of the purposes of a person's link.
pub(crate) fn presented(text: &str) -> Option<Presented> {
    read(Kind::Enrolment, text).or_else(|_| read(Kind::Reset, text)).ok()
}

fn kind(purpose: &str) -> Kind {
    if purpose == RESET { Kind::Reset } else { Kind::Enrolment }
}

/// While nobody has a log-in: the path of the page that makes the first administrator. Earlier ones stop working.
/// `None` once there is somebody.
pub async fn first_link(api: &Api) -> Result<Option<String>, StoreError> {
    let (now, link_us) = (api.now(), api.live().link_us);
    let mut tx = api.store().write().await?;
    product_note(&mut tx, now, "link.first-user", "site").await?;
    if user::count(&mut tx).await? > 0 {
        return Ok(None);
    }
    link::revoke_all(&mut tx, FIRST_USER).await?;
    let made = make(&mut tx, FIRST_USER, UserId(Uuid::now_v7()), "", now, link_us).await;
    let text = made.map_err(|_| StoreError::new(store::Trouble::Other, "make the first user's link"))?;
    tx.commit().await?;
    Ok(Some(path(&text)))
}

/// A path that logs the demo's user in, once, as an administrator; the user is made where there is none.
pub async fn demo_link(api: &Api) -> Result<String, StoreError> {
    let now = api.now();
    let mut tx = api.store().write().await?;
    product_note(&mut tx, now, "link.demo", DEMO).await?;
    let id = match user::find_by_name(&mut tx, DEMO).await? {
        Some(user) => user.id,
        None => {
            let user = new_user(DEMO, now);
            user::put(&mut tx, &user, now).await?;
            grant_administrator(&mut tx, user.id, now).await?;
            user.id
        }
    };
    let made = make(&mut tx, DEMO, id, "", now, DAY_US).await;
    let text = made.map_err(|_| StoreError::new(store::Trouble::Other, "make the demo's link"))?;
    tx.commit().await?;
    Ok(format!("/enter?token={}", text.expose()))
}

/// Forgets what no longer counts: log-ins, links, failed attempts. To be called about once an hour.
pub async fn forget_ended(on: &Store, now: Moment) -> Result<(), StoreError> {
    let mut tx = on.write().await?;
    session::forget_ended(&mut tx, now).await?;
    link::forget_before(&mut tx, now.after(-30 * DAY_US)).await?;
    throttle::forget_before(&mut tx, now.after(-DAY_US)).await?;
    tx.commit().await
}

/// A user of our own, without a password yet.
pub(crate) fn new_user(name: &str, now: Moment) -> user::User {
    user::User {
        id: UserId(Uuid::now_v7()),
        name: name.to_owned(),
        display_name: String::new(),
        mail: String::new(),
        language: String::new(),
        origin: String::from("local"),
        subject: String::new(),
        disabled: false,
        password_hash: String::new(),
        password_changed_at: None,
        totp_secret: None,
        totp_step: 0,
        passkeys: Json("[]".into()),
        made_at: now,
        last_login_at: None,
    }
}

/// Makes somebody an administrator of everything, for ever.
pub(crate) async fn grant_administrator(
    on: &mut Transaction,
    user: UserId,
    now: Moment,
) -> Result<(), StoreError> {
    let new = Grant {
        id: Uuid::now_v7().to_string(),
        user_id: user,
        role: authz::Role::Administrator.name().to_owned(),
        scope: super::scope::Reach::default().kept(),
        until: None,
        made_by: user,
        made_at: now,
    };
    grant::put(on, &new, now).await
}

async fn product_note(
    on: &mut Transaction,
    at: Moment,
    action: &str,
    object: &str,
) -> Result<(), StoreError> {
    let deed = audit::Deed { at, actor: "product", action, object, detail: Json("{}".into()) };
    audit::append(on, &deed).await.map(|_| ())
}
