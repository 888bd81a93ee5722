//! Sensors: who listens where, under which name, and whom to shut out.

use super::caller::Caller;
use super::guard::guarded;
use super::page::Page;
use super::problem::{Answer, conflict, invalid, not_found};
use super::state::Api;
use super::view::View;
use crate::time::utc_us;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, Path, State};
use facts::id::SensorId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Moment;
use store::sensors::{self, Sensor};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Letters of a name at most.
const NAME_MAX: usize = 100;

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(Permission::ManageSensors, routes!(list_sensors)))
        .routes(guarded(Permission::ManageSensors, routes!(show_sensor, rename_sensor)))
        .routes(guarded(Permission::ManageSensors, routes!(revoke_sensor)))
}

/// A sensor.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SensorRow {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Its interfaces, as it tells them.
    interfaces: Vec<String>,
    /// Whether it runs on the server's own machine.
    is_local: bool,
    /// Version of its program.
    version: String,
    /// When it was enrolled, UTC.
    enrolled: Option<String>,
    /// When it was shut out, UTC; null while it may deliver.
    revoked: Option<String>,
    /// Sequence number of the last batch that is safely kept.
    last_batch: u64,
    /// When that came, UTC.
    last_batch_time: Option<String>,
    /// Whether a sensor on another machine is connected now; null for the one on the server's own.
    connected: Option<bool>,
    /// When a sensor on another machine was heard last, UTC.
    last_heard: Option<String>,
    /// Batches that wait on its disk, as it told last.
    spooled_batches: u64,
    /// Bytes of its spool, as it told last.
    spooled_bytes: u64,
    /// Batches of it that are missing since the server began: its spool or its memory was full.
    lost_batches: u64,
    /// What restricts it, one line each.
    remarks: Vec<String>,
}

/// A new name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SensorChange {
    /// Its name.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

/// All sensors by name.
#[utoipa::path(get, path = "/sensors", tag = "sensors",
    responses((status = 200, description = "Sensors", body = Page<SensorRow>)))]
pub(crate) async fn list_sensors(State(api): State<Api>) -> Answer<Json<Page<SensorRow>>> {
    let sensors = sensors::list(api.store()).await?;
    let view = api.view();
    Ok(Json(Page::whole(sensors.iter().map(|sensor| row(sensor, &view)).collect(), 0)))
}

/// One sensor.
#[utoipa::path(get, path = "/sensors/{id}", tag = "sensors",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The sensor", body = SensorRow)))]
pub(crate) async fn show_sensor(State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<SensorRow>> {
    let found = sensors::find(api.store(), read(&id)?).await?.ok_or_else(|| not_found("sensor", &id))?;
    Ok(Json(row(&found, &api.view())))
}

/// Renames a sensor.
#[utoipa::path(patch, path = "/sensors/{id}", tag = "sensors", request_body = SensorChange,
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The sensor", body = SensorRow)))]
pub(crate) async fn rename_sensor(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(change): Json<SensorChange>,
) -> Answer<Json<SensorRow>> {
    let name = change.name.trim().to_owned();
    let letters = name.chars().count();
    if letters == 0 || letters > NAME_MAX || name.chars().any(char::is_control) {
        return Err(invalid("name", format!("needs 1 to {NAME_MAX} letters on one line")));
    }
    let sensor_id = read(&id)?;
    let mut tx = api.store().write().await?;
    let found = sensors::find(&mut tx, sensor_id).await?.ok_or_else(|| not_found("sensor", &id))?;
    let detail = json!({ "before": found.name, "after": name });
    caller.note(&mut tx, "sensor.rename", &format!("sensor {sensor_id}"), &detail).await?;
    let sensor = Sensor { name, ..found };
    sensors::put(&mut tx, &sensor, Moment(caller.now_us)).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(Json(row(&sensor, &api.view())))
}

/// Shuts a sensor out: its certificate counts no more. It can be enrolled anew under another id.
#[utoipa::path(post, path = "/sensors/{id}/revoke", tag = "sensors",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The sensor", body = SensorRow),
        (status = 409, description = "It cannot be shut out", body = super::Problem)))]
pub(crate) async fn revoke_sensor(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Json<SensorRow>> {
    let sensor_id = read(&id)?;
    let at = Moment(caller.now_us);
    let mut tx = api.store().write().await?;
    let found = sensors::find(&mut tx, sensor_id).await?.ok_or_else(|| not_found("sensor", &id))?;
    if found.certificate.is_empty() {
        return Err(conflict(
            "the sensor runs on the server's own machine: take its interfaces out of the configuration",
        ));
    }
    if found.revoked_at.is_some() {
        return Err(conflict("the sensor is shut out already"));
    }
    caller
        .note(&mut tx, "sensor.revoke", &format!("sensor {sensor_id}"), &json!({ "name": found.name }))
        .await?;
    sensors::revoke(&mut tx, sensor_id, at).await?;
    tx.commit().await?;
    api.tell_changed();
    Ok(Json(row(&Sensor { revoked_at: Some(at), ..found }, &api.view())))
}

fn read(id: &str) -> Answer<SensorId> {
    id.parse().map_err(|_| not_found("sensor", id))
}

fn row(sensor: &Sensor, view: &View) -> SensorRow {
    let is_local = sensor.certificate.is_empty();
    let live = view.sensors.get(&sensor.id).cloned().unwrap_or_default();
    let time = |at: Option<Moment>| at.map(|at| utc_us(at.0));
    SensorRow {
        id: sensor.id.to_string(),
        name: sensor.name.clone(),
        interfaces: serde_json::from_str(&sensor.interfaces.0).unwrap_or_default(),
        is_local,
        version: sensor.version.clone(),
        enrolled: time(sensor.enrolled_at),
        revoked: time(sensor.revoked_at),
        last_batch: sensor.last_batch,
        last_batch_time: time(sensor.last_batch_at),
        connected: (!is_local).then_some(live.connected),
        last_heard: live.heard_us.or(sensor.last_batch_at.map(|at| at.0)).map(utc_us),
        spooled_batches: live.spooled_batches,
        spooled_bytes: live.spooled_bytes,
        lost_batches: live.lost_batches,
        remarks: live.remarks,
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{NOW, administrator, api, ask, router};
    use super::*;
    use axum::http::StatusCode;
    use serde_json::Value;
    use uuid::Uuid;

    #[tokio::test]
    async fn a_remote_sensor_is_renamed_and_shut_out_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let (api, _uploads) = api(folder.path(), |_| {}).await;
        let sensor = |number, certificate: &str| Sensor {
            id: SensorId(Uuid::from_u128(number)),
            name: format!("sensor {number}"),
            interfaces: store::Json("[\"eth1\"]".into()),
            certificate: certificate.into(),
            version: "0.1.0".into(),
            enrolled_at: Some(Moment(NOW)),
            revoked_at: None,
            last_batch: 0,
            last_batch_at: None,
            first_capture: 0,
        };
        let mut tx = api.store().write().await.expect("a transaction");
        for sensor in [sensor(1, ""), sensor(2, "ab")] {
            sensors::put(&mut tx, &sensor, Moment(NOW)).await.expect("a sensor");
        }
        tx.commit().await.expect("a commit");
        let router = router(&api, administrator());
        let path = format!("/sensors/{}", Uuid::from_u128(2));
        let (_, renamed) = ask(&router, "PATCH", &path, &json!({ "name": "充填機②" })).await;
        assert_eq!((&renamed["name"], &renamed["interfaces"]), (&json!("充填機②"), &json!(["eth1"])));
        let (status, _) = ask(&router, "PATCH", &path, &json!({ "name": "a\nb" })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let (_, shown) = ask(&router, "GET", &path, &Value::Null).await;
        assert_eq!((&shown["connected"], &shown["is_local"]), (&json!(false), &json!(false)));
        let revoke = format!("{path}/revoke");
        assert_eq!(ask(&router, "POST", &revoke, &Value::Null).await.0, StatusCode::OK);
        assert_eq!(ask(&router, "POST", &revoke, &Value::Null).await.0, StatusCode::CONFLICT);
        let local = format!("/sensors/{}/revoke", Uuid::from_u128(1));
        assert_eq!(ask(&router, "POST", &local, &Value::Null).await.0, StatusCode::CONFLICT);
        assert!(sensors::find_by_certificate(api.store(), "ab").await.expect("the store").is_none());
        let unknown = format!("/sensors/{}/revoke", Uuid::from_u128(3));
        assert_eq!(ask(&router, "POST", &unknown, &Value::Null).await.0, StatusCode::NOT_FOUND);
    }
}
