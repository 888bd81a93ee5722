//! One's own authenticator app and the codes on paper.

use super::super::caller::Caller;
use super::super::guard::guarded;
use super::super::problem::{Answer, conflict, internal, invalid};
use super::super::session::Factors;
use super::super::state::Api;
use super::super::waiting::Half;
use super::{change, check_own_password, own_local};
use authz::Permission::ManageOwnAccount;
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use facts::id::UserId;
use login::{check_totp, enrol_totp, issue_recovery_codes, to_hex};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What an authenticator app reads; nothing counts before a code confirms it.
#[derive(Serialize, ToSchema)]
struct TotpStart {
    /// `otpauth://…`, with the secret.
    uri: String,
    /// The same as a QR code: an SVG image.
    qr_svg: String,
}

/// A code of the app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpCode {
    /// Six digits.
    #[schema(max_length = 32)]
    code: String,
}

/// What proves that it is the owner who asks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnPassword {
    /// One's own password.
    #[schema(max_length = 256)]
    password: String,
}

/// Codes to keep on paper; each logs in once, without the app. They are not shown again.
#[derive(Serialize, ToSchema)]
struct Codes {
    /// The codes.
    recovery_codes: Vec<String>,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(ManageOwnAccount, routes!(begin_totp)))
        .routes(guarded(ManageOwnAccount, routes!(confirm_totp)))
        .routes(guarded(ManageOwnAccount, routes!(remove_totp)))
        .routes(guarded(ManageOwnAccount, routes!(renew_recovery_codes)))
}

/// Begins to use an authenticator app; it counts once a code of it was given back.
#[utoipa::path(post, path = "/account/totp", tag = "account", request_body = OwnPassword,
    responses((status = 200, description = "For the app", body = TotpStart)))]
async fn begin_totp(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(given): Json<OwnPassword>,
) -> Answer<Json<TotpStart>> {
    let user = own_local(&api, &caller).await?;
    check_own_password(&api, &caller, &user, &given.password).await?;
    let issuer = api.parts().entry.site_name.replace(':', " ");
    let new = enrol_totp(&issuer, &user.name).map_err(|error| internal("begin with an app", error))?;
    let told = TotpStart { uri: new.uri.expose().clone(), qr_svg: new.qr_svg.expose().clone() };
    api.waiting().put(format!("totp {}", user.id), Half::Totp(new.secret), caller.now_us);
    Ok(Json(told))
}

/// Confirms the app by one of its codes. From now on log-in asks for one.
#[utoipa::path(post, path = "/account/totp/confirm", tag = "account", request_body = TotpCode,
    responses((status = 200, description = "It counts; codes for paper", body = Codes)))]
async fn confirm_totp(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(given): Json<TotpCode>,
) -> Answer<Json<Codes>> {
    let user = own_local(&api, &caller).await?;
    let key = format!("totp {}", user.id);
    let Some(Half::Totp(secret)) = api.waiting().take(&key, caller.now_us) else {
        return Err(conflict("no app was begun with, or too long ago"));
    };
    let step = match check_totp(&secret, &given.code, None, caller.now_us) {
        Ok(step) => step,
        Err(error) => {
            // A slip of the finger must not cost another walk to the screen with the image.
            api.waiting().put(key, Half::Totp(secret), caller.now_us);
            return Err(invalid("code", format!("cannot {error}")));
        }
    };
    let (codes, recovery) = new_codes(user.id)?;
    let sealed = Factors { secret: to_hex(secret.expose()), recovery }.seal(&api, user.id)?;
    change(&api, &caller, "account.totp", |user| {
        user.totp_secret = Some(sealed);
        user.totp_step = step;
        Ok(())
    })
    .await?;
    Ok(Json(codes))
}

/// Log-in asks for no code any more.
#[utoipa::path(post, path = "/account/totp/remove", tag = "account", request_body = OwnPassword,
    responses((status = 204, description = "Removed")))]
async fn remove_totp(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(given): Json<OwnPassword>,
) -> Answer<StatusCode> {
    let user = own_local(&api, &caller).await?;
    check_own_password(&api, &caller, &user, &given.password).await?;
    change(&api, &caller, "account.totp-removed", |user| {
        user.totp_secret = None;
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// New codes for paper; the old ones no longer count.
#[utoipa::path(post, path = "/account/recovery-codes", tag = "account", request_body = OwnPassword,
    responses((status = 200, description = "The codes", body = Codes)))]
async fn renew_recovery_codes(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(given): Json<OwnPassword>,
) -> Answer<Json<Codes>> {
    let user = own_local(&api, &caller).await?;
    check_own_password(&api, &caller, &user, &given.password).await?;
    let (codes, recovery) = new_codes(user.id)?;
    change(&api, &caller, "account.recovery-codes", |user| {
        let none = || conflict("there is no app yet: begin with one");
        let sealed = user.totp_secret.as_ref().ok_or_else(none)?;
        let factors = Factors { recovery, ..Factors::open(&api, user.id, sealed)? };
        user.totp_secret = Some(factors.seal(&api, user.id)?);
        Ok(())
    })
    .await?;
    Ok(Json(codes))
}

fn new_codes(user: UserId) -> Answer<(Codes, Vec<String>)> {
    let new = issue_recovery_codes(user).map_err(|error| internal("make codes", error))?;
    let texts = new.texts.iter().map(|text| text.expose().clone()).collect();
    Ok((Codes { recovery_codes: texts }, new.hashes.iter().map(|hash| to_hex(hash)).collect()))
}
