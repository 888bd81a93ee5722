//! What is forgotten, and when: by days, by bytes, and when the disk is nearly full.

use facts::id::JobId;
use history::{Catalogue, Entry, Kind, Range, Writer};
use keep::retention::{Bounds, Piece, expired, to_free};
use show::api::{Keeping, Live};
use std::path::PathBuf;
use std::sync::Arc;
use store::settings::Retention;
use store::{Moment, Store, StoreError};
use tokio::sync::watch;

/// Files of history that are off their list wait for who reads them, but all together take no more than this part of
/// the quotas of history: `cargo xtask day` counts on it.
const WAITING_SHARE: u64 = 8;
const DAY_US: i64 = 24 * 3600 * 1_000_000;

/// How long data are kept: as the configuration says at each moment.
#[derive(Clone, Debug)]
pub(crate) struct Keeper {
    /// What may change while the server runs.
    pub(crate) live: watch::Receiver<Arc<Live>>,
    /// A folder on the disk of which some stays free.
    pub(crate) folder: PathBuf,
}

impl Keeper {
    fn keeping(&self) -> Keeping {
        self.live.borrow().keeping.clone()
    }
}

/// Forgets history that is over its limits. Gives what stands in the way of it, in one line.
pub(crate) async fn history(
    keeper: &Keeper,
    store: &Store,
    catalogue: &Arc<dyn Catalogue>,
    writer: &mut Writer,
    now_us: i64,
) -> Result<(), String> {
    let keeping = keeper.keeping();
    let limits = store::settings::retention(store, &keeping.limits).await.map_err(said)?;
    let (mut kept, mut quotas) = (Vec::new(), 0u64);
    for kind in Kind::ALL {
        let entries = catalogue.list(kind, Range::ALL).await.map_err(said)?;
        let bounds = limits.iter().find(|limit| limit.kind == kind.name()).map_or(UNBOUND, bounds);
        quotas = quotas.saturating_add(bounds.bytes);
        let gone = expired(&pieces(&entries), bounds, now_us);
        kept.extend(remove(writer, entries, &gone, now_us).await?);
    }
    let space = keep::space::space(&keeper.folder).map_err(said)?;
    let short = space.short_of(keeping.free_percent);
    if short == 0 {
        return writer.collect(now_us, quotas / WAITING_SHARE).await.map(drop).map_err(said);
    }
    let gone = to_free(&pieces(&kept), short);
    let count = gone.len();
    remove(writer, kept, &gone, now_us).await?;
    let freed = writer.collect(now_us, 0).await.map_err(said)?;
    Err(nearly_full(short, keeping.free_percent, count, freed))
}

fn nearly_full(short: u64, free_percent: u8, count: usize, freed: u64) -> String {
    format!(
        "the disk is nearly full: {short} bytes are missing to keep {free_percent} % free; {count} files of the oldest \
         history were deleted before their time, which freed {freed} bytes: take other files off the disk of the \
         data folder, give it a larger one, or keep less history under [retention] of the configuration"
    )
}

/// Without any limit.
const UNBOUND: Bounds = Bounds { days: u32::MAX, bytes: u64::MAX };

fn bounds(limit: &Retention) -> Bounds {
    let days = if limit.keep_days == 0 { UNBOUND.days } else { limit.keep_days };
    let bytes = if limit.bytes_max == 0 { UNBOUND.bytes } else { limit.bytes_max };
    Bounds { days, bytes }
}

/// A file from the future (a clock was wrong) is as old as it was made.
fn pieces(entries: &[Entry]) -> Vec<Piece> {
    let piece = |entry: &Entry| Piece {
        first: entry.first_us.min(entry.made_us),
        last: entry.last_us.min(entry.made_us),
        bytes: entry.bytes,
    };
    entries.iter().map(piece).collect()
}

/// Takes the files at these places off the list and gives the others.
async fn remove(
    writer: &mut Writer,
    entries: Vec<Entry>,
    gone: &[usize],
    now_us: i64,
) -> Result<Vec<Entry>, String> {
    let (gone, kept): (Vec<_>, Vec<_>) =
        entries.into_iter().enumerate().partition(|(at, _)| gone.contains(at));
    let entries = |list: Vec<(usize, Entry)>| list.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>();
    let gone = entries(gone);
    if !gone.is_empty() {
        tracing::info!("history: {} files are over their limits and go", gone.len());
        writer.remove(&gone, now_us).await.map_err(said)?;
    }
    Ok(entries(kept))
}

/// Forgets what is over its limits in the database: changes, finished uploads, old rows of the audit log.
pub(crate) async fn database(keeper: &Keeper, store: &Store, now_us: i64) -> Result<(), StoreError> {
    let keeping = keeper.keeping();
    let limits = store::settings::retention(store, &keeping.limits).await?;
    let of = |kind: &str| limits.iter().find(|limit| limit.kind == kind).map_or(UNBOUND, bounds);
    let since = |kind: &str| Moment(now_us.saturating_sub(i64::from(of(kind).days).saturating_mul(DAY_US)));
    let mut tx = store.write().await?;
    store::changes::forget_before(&mut tx, since("changes")).await?;
    store::changes::forget_beyond(&mut tx, of("changes").bytes / store::changes::ROW_BYTES).await?;
    let (oldest, _) = store::changes::range(&mut tx).await?;
    store::webhooks::forget_up_to(&mut tx, oldest - 1).await?;
    store::jobs::forget_ended(&mut tx, "upload", job_of(since("uploads"))).await?;
    if keeping.audit_days > 0 {
        let before = Moment(now_us.saturating_sub(i64::from(keeping.audit_days).saturating_mul(DAY_US)));
        let forgotten = store::audit::forget_before(&mut tx, before).await?;
        if forgotten > 0 {
            let detail = format!(r#"{{"rows":{forgotten},"days":{}}}"#, keeping.audit_days);
            let deed = store::audit::Deed {
                at: Moment(now_us),
                actor: "product",
                action: "audit.forget",
                object: "audit",
                detail: store::Json(detail),
            };
            store::audit::append(&mut tx, &deed).await?;
        }
    }
    tx.commit().await
}

/// The smallest id of a job made at that moment: ids begin with their time.
fn job_of(moment: Moment) -> JobId {
    let millis = u64::try_from(moment.0 / 1000).unwrap_or(0);
    JobId(uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
}

fn said<E: std::fmt::Display>(error: E) -> String {
    format!("what is over its limits cannot be forgotten now: {error}")
}

#[cfg(test)]
mod tests {
    use super::nearly_full;

    #[test]
    fn a_full_disk_says_what_to_do() {
        let said = nearly_full(1_000, 5, 3, 700);
        assert!(
            said.starts_with("the disk is nearly full: 1000 bytes are missing to keep 5 % free; 3 files"),
            "{said}"
        );
        assert!(said.ends_with("or keep less history under [retention] of the configuration"), "{said}");
    }
}
