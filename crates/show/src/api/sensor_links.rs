//! One-time links with which sensors on other machines join the site.

use super::caller::Caller;
use super::guard::guarded;
use super::links::DAY_US;
use super::names;
use super::problem::{Answer, conflict, internal, invalid};
use super::state::{Api, RemoteEntrance};
use crate::time::utc_us;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use facts::id::SensorId;
use login::to_hex;
use login::token::{Kind, issue};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::access::link::{self, Link};
use store::{Moment, sensors};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// What the link is for, by the word that is kept; `site` uses it.
pub const SENSOR: &str = "sensor";

/// A sensor that is to join.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSensor {
    /// What people call it.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Host name or address under which the sensor reaches this server; without it, the one that the server knows.
    #[serde(default)]
    #[schema(max_length = 253)]
    host: Option<String>,
}

/// A link for one sensor. It is not shown again.
#[derive(Serialize, ToSchema)]
pub(crate) struct SensorLink {
    /// Id that the sensor will have.
    id: String,
    /// To be given to `yagura sensor enrol --link`.
    link: String,
    /// When it stops working, UTC. It also stops when it was used.
    until: String,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(guarded(Permission::ManageSensors, routes!(link_sensor)))
}

/// Makes a link with which one sensor on another machine joins the site, once, within a day.
#[utoipa::path(post, path = "/sensors/links", tag = "sensors", request_body = NewSensor,
    responses((status = 201, description = "The link; it is shown this once", body = SensorLink),
        (status = 409, description = "No sensor can join", body = super::Problem)))]
pub(crate) async fn link_sensor(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Json(given): Json<NewSensor>,
) -> Answer<(StatusCode, Json<SensorLink>)> {
    let name = names::text("name", &given.name)?;
    if name.is_empty() {
        return Err(invalid("name", "is empty"));
    }
    let Some(entrance) = &api.parts().remote else {
        return Err(conflict("no address for sensors is set: set capture.remote.address and start again"));
    };
    let origin = api.parts().origins.first().map_or("", String::as_str);
    let host = match given.host.as_deref().map(str::trim) {
        Some(host) => checked(host)?,
        None => own_host(entrance, origin)
            .ok_or_else(|| invalid("host", "say under which address the sensor reaches this server"))?,
    };
    let now = Moment(caller.now_us);
    let until = now.after(DAY_US);
    let id = SensorId(Uuid::now_v7());
    let issued =
        issue(Kind::SensorEnrolment, id.0).map_err(|error| internal("make a sensor's link", error))?;
    let mut tx = api.store().write().await?;
    caller
        .note(&mut tx, "sensor.link", &format!("sensor {id}"), &json!({ "name": name, "host": host }))
        .await?;
    let joined = sensors::list(&mut tx).await?;
    let joined = joined.iter().filter(|row| !row.certificate.is_empty() && row.revoked_at.is_none()).count();
    if joined >= usize::try_from(entrance.sensors_max).unwrap_or(usize::MAX) {
        return Err(conflict(format!(
            "{joined} sensors have joined, as many as capture.remote.sensors_max allows: shut one out, or allow more"
        )));
    }
    let new = Link {
        hash: to_hex(&issued.hash),
        purpose: SENSOR.to_owned(),
        subject: id.to_string(),
        document: store::Json(json!({ "name": name }).to_string()),
        made_by: caller.name.clone(),
        made_at: now,
        expires_at: until,
        used_at: None,
    };
    link::add(&mut tx, &new).await?;
    tx.commit().await?;
    let (port, code) = (entrance.address.port(), issued.text.expose());
    // `sensor::remote::EnrolmentLink` reads this.
    let link = format!("yagura-sensor://{host}:{port}/#{code}.{}", entrance.authority);
    Ok((StatusCode::CREATED, Json(SensorLink { id: id.to_string(), link, until: utc_us(until.0) })))
}

/// A host as it stands in front of a port.
fn checked(host: &str) -> Answer<String> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<std::net::Ipv6Addr>() {
        return Ok(format!("[{address}]"));
    }
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
    if host.is_empty() || host.len() > 253 || !host.chars().all(fits) {
        return Err(invalid("host", "is neither a host name nor an address, without a port"));
    }
    Ok(host.to_owned())
}

/// The address of the server that other machines can reach, as far as it knows one itself.
fn own_host(entrance: &RemoteEntrance, origin: &str) -> Option<String> {
    let ip = entrance.address.ip();
    if !ip.is_unspecified() {
        return Some(if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() });
    }
    let (_, rest) = origin.split_once("://")?;
    let host =
        if rest.starts_with('[') { rest.split_inclusive(']').next()? } else { rest.split(':').next()? };
    let is_own = matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "");
    (!is_own).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::trial::{NOW, administrator, api, ask, router};
    use super::*;

    fn entrance(address: &str) -> RemoteEntrance {
        RemoteEntrance {
            address: address.parse().expect("an address"),
            authority: "0f".repeat(32),
            sensors_max: 1,
        }
    }

    #[tokio::test]
    async fn a_link_names_the_server_and_its_authority_and_is_kept_as_a_hash() {
        let folder = tempfile::tempdir().expect("a folder");
        let entrance = entrance("192.0.2.7:8444");
        let (api, _uploads) = api(folder.path(), |parts| parts.remote = Some(entrance)).await;
        let router = router(&api, administrator());
        let (status, made) = ask(&router, "POST", "/sensors/links", &json!({ "name": "充填2" })).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        let link = made["link"].as_str().expect("a link");
        assert!(link.starts_with("yagura-sensor://192.0.2.7:8444/#yn_"), "{link}");
        assert!(link.ends_with(&format!(".{}", "0f".repeat(32))), "{link}");
        let code = link.split(['#', '.']).nth_back(1).expect("a code");
        let presented = login::token::read(Kind::SensorEnrolment, code).expect("a code");
        let kept = link::find(api.store(), &to_hex(presented.hash()), Moment(NOW)).await.expect("the store");
        let kept = kept.expect("a link");
        assert_eq!(
            (kept.purpose.as_str(), kept.subject.as_str()),
            (SENSOR, made["id"].as_str().expect("an id"))
        );
        let (_, other) =
            ask(&router, "POST", "/sensors/links", &json!({ "name": "x", "host": "fd00::1" })).await;
        assert!(other["link"].as_str().expect("a link").starts_with("yagura-sensor://[fd00::1]:8444/#"));
        for wrong in [
            json!({ "name": " " }),
            json!({ "name": "x", "host": "a b" }),
            json!({ "name": "x", "host": "h:1" }),
        ] {
            assert_eq!(
                ask(&router, "POST", "/sensors/links", &wrong).await.0,
                StatusCode::UNPROCESSABLE_ENTITY
            );
        }
    }

    #[tokio::test]
    async fn without_an_entrance_no_link_is_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let (api, _uploads) = api(folder.path(), |_| {}).await;
        let router = router(&api, administrator());
        let answer = ask(&router, "POST", "/sensors/links", &json!({ "name": "x" })).await;
        assert_eq!(answer.0, StatusCode::CONFLICT);
    }

    #[test]
    fn the_server_names_itself_only_where_others_reach_it() {
        let anywhere = entrance("0.0.0.0:8444");
        assert_eq!(own_host(&anywhere, "https://yagura.plant:8443").as_deref(), Some("yagura.plant"));
        assert_eq!(own_host(&anywhere, "https://[fd00::1]:8443").as_deref(), Some("[fd00::1]"));
        assert_eq!(own_host(&anywhere, "https://localhost:8443"), None);
        assert_eq!(own_host(&entrance("[fd00::2]:1"), "").as_deref(), Some("[fd00::2]"));
    }
}
