//! Backups by the plan of the configuration, and those that somebody wishes for, one after the other.

use crate::backup::{self, Place, Plan, file_name, next, surplus};
use crate::fold::now_us;
use crate::tasks::Troubles;
use facts::id::SiteId;
use show::api::{BackupMade, kept_backups, note_backup};
use std::fs;
use std::path::Path;
use std::time::Duration;
use store::Store;
use tokio::sync::mpsc;

/// What tries again after a failure waits so long.
const AGAIN_US: i64 = 3_600_000_000;
/// The clock is looked at so often: it may be set while a wait goes on.
const LOOK: Duration = Duration::from_secs(30);
/// Who wants a backup of the plan.
const PLANNED: &str = "product";

/// Makes backups until the server ends. One that is due while the server is down is made when it is back.
pub(crate) async fn run(
    place: Place,
    plan: Plan,
    site: SiteId,
    store: Store,
    mut wishes: mpsc::Receiver<String>,
    troubles: Troubles,
) {
    let mut due = first(&plan, &store).await;
    loop {
        let left = u64::try_from(due.saturating_sub(now_us())).unwrap_or(0);
        let asked_by = tokio::select! {
            wish = wishes.recv() => match wish {
                Some(asked_by) => asked_by,
                None => return,
            },
            () = tokio::time::sleep(Duration::from_micros(left).min(LOOK)) => {
                if now_us() < due {
                    continue;
                }
                PLANNED.to_owned()
            }
        };
        let trouble = one(&place, &plan, site, &store, asked_by).await;
        due = if trouble.is_none() { next(&plan, now_us()) } else { now_us().saturating_add(AGAIN_US) };
        troubles.set("backup", trouble);
    }
}

/// The moment of the plan behind the last backup, or the next one where there was none.
async fn first(plan: &Plan, store: &Store) -> i64 {
    let rows = kept_backups(store).await.unwrap_or_default();
    let last = rows.iter().find(|row| row.problem.is_none()).map(|row| row.time_us);
    next(plan, last.unwrap_or_else(now_us).min(now_us()))
}

/// Makes one backup, removes those beyond the number that stays, and writes down what happened; gives the trouble.
async fn one(place: &Place, plan: &Plan, site: SiteId, store: &Store, asked_by: String) -> Option<String> {
    let time_us = now_us();
    let to = plan.folder.join(file_name(site, time_us));
    let made = backup::make(place, store, plan.lock.clone(), &to, time_us).await;
    let gone = if made.is_ok() { remove_surplus(plan, site) } else { Vec::new() };
    let row = BackupMade {
        time_us,
        done_us: now_us(),
        file: to.display().to_string(),
        bytes: made.as_ref().map_or(0, |made| made.bytes),
        asked_by,
        problem: made.as_ref().err().map(ToString::to_string),
        removed: false,
    };
    let noted = note_backup(store, &row, &gone).await;
    match (made, noted) {
        (Err(error), _) => Some(format!("the last backup failed: {error}")),
        (Ok(_), Err(error)) => Some(format!("a backup was made and could not be noted: {error}")),
        (Ok(made), Ok(())) if !made.skipped.is_empty() => Some(format!(
            "files whose names no backup can hold were left out: {}; rename them or move them away",
            made.skipped.join(", ")
        )),
        (Ok(_), Ok(())) => None,
    }
}

/// Files of backups beyond those that stay; one that cannot be removed is tried again by the next backup.
fn remove_surplus(plan: &Plan, site: SiteId) -> Vec<String> {
    let names: Vec<String> = fs::read_dir(&plan.folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    let removed = |path: &Path| fs::remove_file(path).is_ok();
    surplus(&names, site, plan.keep)
        .iter()
        .map(|name| plan.folder.join(name))
        .filter(|path| removed(path))
        .map(|path| path.display().to_string())
        .collect()
}
