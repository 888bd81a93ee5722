//! Sensors: who listens where, and how far their batches have come.

use crate::changes::{self, Action};
use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment};
use facts::id::SensorId;

record! { "sensors" key [id] fixed [last_batch last_batch_at]
    /// A sensor.
    pub struct Sensor {
        /// Its id.
        id: SensorId,
        /// Its name.
        name: String,
        /// Its interfaces, as the sensor tells them.
        interfaces: Json,
        /// The fingerprint of its certificate; empty for the sensor on the same machine.
        certificate: String,
        /// The version of its program.
        version: String,
        /// When it was enrolled.
        enrolled_at: Option<Moment>,
        /// When it was shut out.
        revoked_at: Option<Moment>,
        /// The sequence number of the last batch that is safely kept; see [`advance`].
        last_batch: u64,
        /// When that came.
        last_batch_at: Option<Moment>,
        /// The first capture number of its block; 0 for the sensor on the same machine.
        first_capture: u16,
    }
}

/// Adds a sensor, or replaces what is known of it; how far its batches have come stays.
pub async fn put(on: &mut Transaction, sensor: &Sensor, at: Moment) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(sensor)).await?;
    changes::append(on, "sensor", sensor.id, Action::Changed, at).await?;
    Ok(())
}

/// Notes what a sensor says of itself, when that is new.
pub async fn describe(
    on: &mut Transaction,
    id: SensorId,
    interfaces: &Json,
    version: &str,
    at: Moment,
) -> Result<(), StoreError> {
    let is_new = |row: &Sensor| row.interfaces != *interfaces || row.version != version;
    match find(&mut *on, id).await?.filter(is_new) {
        Some(row) => {
            put(on, &Sensor { interfaces: interfaces.clone(), version: version.into(), ..row }, at).await
        }
        None => Ok(()),
    }
}

/// The sensor of an id.
pub async fn find(from: impl Into<Reader<'_>>, id: SensorId) -> Result<Option<Sensor>, StoreError> {
    record::one(from, "WHERE id = $1", |query| query.bind(id)).await
}

/// The sensor of a certificate that is not shut out.
pub async fn find_by_certificate(
    from: impl Into<Reader<'_>>,
    fingerprint: &str,
) -> Result<Option<Sensor>, StoreError> {
    let rest = "WHERE certificate = $1 AND certificate <> '' AND revoked_at IS NULL";
    record::one(from, rest, |query| query.bind(fingerprint)).await
}

/// The first number of the highest block that any sensor ever got, also one that is shut out; 0 before the first.
pub async fn highest_capture(on: &mut Transaction) -> Result<u16, StoreError> {
    let rows = on.rows(Query::new("SELECT COALESCE(MAX(first_capture), 0) FROM sensors")).await?;
    rows.first().map_or(Ok(0), |row| row.get(0))
}

/// All sensors by name.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Sensor>, StoreError> {
    select(from, "ORDER BY name, id", |query| query).await
}

/// Notes that a batch is safely kept; `false` when it, or a later one, was kept before.
pub async fn advance(on: &mut Transaction, id: SensorId, batch: u64, at: Moment) -> Result<bool, StoreError> {
    let query = Query::new(
        "UPDATE sensors SET last_batch = $1, last_batch_at = $2 WHERE id = $3 AND last_batch < $1",
    );
    Ok(on.execute(query.bind(batch).bind(at).bind(id)).await? == 1)
}

/// Shuts a sensor out.
pub async fn revoke(on: &mut Transaction, id: SensorId, at: Moment) -> Result<(), StoreError> {
    let query = Query::new("UPDATE sensors SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL");
    on.must(query.bind(at).bind(id)).await?;
    changes::append(on, "sensor", id, Action::Changed, at).await?;
    Ok(())
}
