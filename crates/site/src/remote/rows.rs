//! The store's side of sensors on other machines: who has joined, and how far each has come.

use super::Kept;
use crate::fold::now_us;
use crate::tasks::Troubles;
use facts::id::SensorId;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Moment, Store, StoreError, sensors};
use tokio::sync::watch;
use tokio::time::sleep;

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(5);

/// A sensor that has joined and was not shut out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) sensor: SensorId,
    pub(crate) name: String,
    /// When a batch of it came last, as the store remembers; before that, when it joined.
    pub(crate) since_us: i64,
}

/// Keeps the list of sensors, and writes down how far each has come, until the server ends.
pub(crate) async fn follow(
    store: Store,
    kept: watch::Receiver<Kept>,
    known: watch::Sender<Arc<Vec<Known>>>,
    troubles: Troubles,
) {
    let mut written = BTreeMap::new();
    loop {
        let now = kept.borrow().clone();
        match round(&store, &now, &mut written).await {
            Ok(rows) => {
                known.send_if_modified(|before| {
                    let is_new = **before != rows;
                    if is_new {
                        *before = Arc::new(rows);
                    }
                    is_new
                });
                troubles.set("sensors", None);
            }
            Err(error) => troubles.set("sensors", Some(format!("sensors cannot be looked up: {error}"))),
        }
        sleep(EVERY).await;
        if known.is_closed() {
            return;
        }
    }
}

async fn round(
    store: &Store,
    kept: &Kept,
    written: &mut BTreeMap<SensorId, u64>,
) -> Result<Vec<Known>, StoreError> {
    let fresh: Vec<_> = kept
        .iter()
        .map(|(sensor, position)| (*sensor, position.sequence))
        .filter(|(sensor, sequence)| written.get(sensor) != Some(sequence))
        .collect();
    if !fresh.is_empty() {
        let mut tx = store.write().await?;
        for (sensor, sequence) in &fresh {
            sensors::advance(&mut tx, *sensor, *sequence, Moment(now_us())).await?;
        }
        tx.commit().await?;
        written.extend(fresh);
    }
    let rows = sensors::list(store).await?;
    let rows = rows.into_iter().filter(|row| !row.certificate.is_empty() && row.revoked_at.is_none());
    let known = rows.map(|row| Known {
        sensor: row.id,
        name: row.name,
        since_us: row.last_batch_at.or(row.enrolled_at).map_or(0, |at| at.0),
    });
    Ok(known.collect())
}
