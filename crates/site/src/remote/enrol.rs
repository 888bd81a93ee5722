//! How a sensor joins with a one-time link, and gets its next certificate a year later.

use super::listen::Hub;
use super::{BLOCK, FIRST_CAPTURE};
use facts::id::SensorId;
use login::certificate::fingerprint;
use login::to_hex;
use login::token::{Kind, read};
use sensor::remote::{Enrolled, Enrolment, PROTOCOL, ToSensor};
use std::net::SocketAddr;
use store::access::link;
use store::sensors::{self, Sensor};
use store::{Json, Moment, StoreError, Transaction, audit};
use wire::CaptureId;

/// One answer to everything that is wrong with a link: who guesses learns nothing.
const DEAD_LINK: &str = "the link does not work: it was used, it is over, or it is not whole; make a new one";

/// Uses a link. Whatever goes wrong, the link still works afterwards.
pub(super) async fn enrol(hub: &Hub, enrolment: Enrolment, address: SocketAddr) -> ToSensor {
    if enrolment.protocol != PROTOCOL {
        let theirs = enrolment.protocol;
        return ToSensor::Refused(format!(
            "the sensor's program speaks version {theirs} of the link, this site {PROTOCOL}: bring both to the same \
             version"
        ));
    }
    match join(hub, &enrolment, address).await {
        Ok(Ok(enrolled)) => {
            tracing::info!("sensor {} joined from {address}", enrolled.sensor);
            hub.changed.send_modify(|count| *count = count.wrapping_add(1));
            ToSensor::Enrolled(enrolled)
        }
        Ok(Err(why)) => {
            tracing::warn!("somebody at {address} could not join as a sensor: {why}");
            ToSensor::Refused(why)
        }
        Err(error) => ToSensor::Refused(format!("the database cannot be written now: {error}; try again")),
    }
}

async fn join(
    hub: &Hub,
    enrolment: &Enrolment,
    address: SocketAddr,
) -> Result<Result<Enrolled, String>, StoreError> {
    let Ok(presented) = read(Kind::SensorEnrolment, &enrolment.code) else {
        return Ok(Err(DEAD_LINK.into()));
    };
    let (id, now) = (SensorId(presented.id), Moment((hub.clock)()));
    let mut tx = hub.store.write().await?;
    let detail = format!("{{\"address\":\"{}\"}}", address.ip());
    note(&mut tx, now, "sensor.enrol", id, detail).await?;
    let hash = to_hex(presented.hash());
    let taken = link::take(&mut tx, &hash, show::api::SENSOR_LINK, now).await?;
    let Some(link) = taken.filter(|link| link.subject == id.to_string()) else {
        return Ok(Err(DEAD_LINK.into()));
    };
    let joined = sensors::list(&mut tx).await?;
    let joined = joined.iter().filter(|row| !row.certificate.is_empty() && row.revoked_at.is_none()).count();
    if joined >= usize::try_from(hub.sensors_max).unwrap_or(usize::MAX) {
        return Ok(Err(format!("{joined} sensors have joined, and no more are allowed: shut one out")));
    }
    let Some(first) = next_block(sensors::highest_capture(&mut tx).await?) else {
        return Ok(Err("no block of capture numbers is left: too many sensors have joined in all".into()));
    };
    let issued = match hub.authority.issue_sensor(&enrolment.request, id, now.0) {
        Ok(issued) => issued,
        Err(error) => return Ok(Err(format!("failed to {error}"))),
    };
    let certificate = match fingerprint(&issued.pem) {
        Ok(certificate) => certificate,
        Err(error) => return Ok(Err(format!("failed to {error}"))),
    };
    let name = name_of(&link.document.0).unwrap_or_else(|| format!("sensor {id}"));
    let row = Sensor {
        id,
        name: name.clone(),
        interfaces: Json("[]".into()),
        certificate,
        version: enrolment.program.chars().take(super::session::PROGRAM_MAX).collect(),
        enrolled_at: Some(now),
        revoked_at: None,
        last_batch: 0,
        last_batch_at: None,
        first_capture: first.0,
    };
    sensors::put(&mut tx, &row, now).await?;
    tx.commit().await?;
    let authority = hub.authority.certificate_pem().to_owned();
    Ok(Ok(Enrolled { sensor: id, name, first, certificate: issued.pem, authority }))
}

/// The next certificate of a sensor that has proved who it is.
pub(super) async fn renew(hub: &Hub, sensor: SensorId, request: &str) -> Result<ToSensor, String> {
    let now = Moment((hub.clock)());
    let issued = hub.authority.issue_sensor(request, sensor, now.0);
    let issued = issued.map_err(|error| format!("failed to {error}"))?;
    let certificate = fingerprint(&issued.pem).map_err(|error| format!("failed to {error}"))?;
    let noted = async {
        let mut tx = hub.store.write().await?;
        note(&mut tx, now, "sensor.renew", sensor, "{}".into()).await?;
        if let Some(row) = sensors::find(&mut tx, sensor).await? {
            sensors::put(&mut tx, &Sensor { certificate, ..row }, now).await?;
        }
        tx.commit().await
    };
    noted.await.map_err(|error: StoreError| error.to_string())?;
    Ok(ToSensor::Certificate(issued.pem))
}

async fn note(
    on: &mut Transaction,
    at: Moment,
    action: &str,
    id: SensorId,
    detail: String,
) -> Result<(), StoreError> {
    let object = format!("sensor {id}");
    let deed = audit::Deed { at, actor: &object, action, object: &object, detail: Json(detail) };
    audit::append(on, &deed).await.map(|_| ())
}

/// A block is never given twice, so that what a sensor that was shut out once said stays apart.
fn next_block(highest: u16) -> Option<CaptureId> {
    let next = if highest < FIRST_CAPTURE { FIRST_CAPTURE } else { highest.checked_add(BLOCK)? };
    next.checked_add(BLOCK).map(|_| CaptureId(next))
}

/// The name in a link's document, `{"name":"…"}`.
fn name_of(document: &str) -> Option<String> {
    let document: serde_json::Value = serde_json::from_str(document).ok()?;
    Some(document.get("name")?.as_str()?.to_owned())
}

#[cfg(test)]
mod block_tests {
    use super::*;

    #[test]
    fn blocks_follow_each_other_and_end() {
        assert_eq!(next_block(0), Some(CaptureId(4_096)));
        assert_eq!(next_block(4_096), Some(CaptureId(4_128)));
        let all = std::iter::successors(next_block(0), |last| next_block(last.0));
        assert_eq!(all.count(), 1_919);
    }
}
