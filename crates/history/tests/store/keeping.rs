//! Damage, late rows, clocks, upkeep.

use crate::support::{DAY, Folder, HOUR, SECOND, all_commands, closed, command, targets};
use history::{Compaction, JsonCatalogue, Kind, Order, Range, RowOf};
use std::fs;

fn row(time: i64, target: &str) -> RowOf {
    RowOf::Command(command(1, time, target))
}

#[tokio::test]
async fn a_damaged_file_is_named_and_left_out() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open(1000, DAY).await;
    let hours = ["first", "second", "third", "fourth"];
    for (hour, name) in (0..).zip(hours) {
        writer.write(closed(hour, [row(DAY + hour.cast_signed() * HOUR, name)]), DAY).await.expect("written");
    }
    let entries = writer.seal_all(DAY).await.expect("sealed");
    let path = |place: usize| folder.0.join("files").join(&entries[place].path);
    // Content, footer, everything.
    let mut bytes = fs::read(path(0)).expect("a file");
    bytes[4..200].fill(0xa5);
    fs::write(path(0), bytes).expect("damaged");
    let bytes = fs::read(path(1)).expect("a file");
    fs::write(path(1), &bytes[..bytes.len() / 2]).expect("cut");
    fs::remove_file(path(3)).expect("gone");
    let page = all_commands(&writer.history()).await;
    assert_eq!(targets(&page), ["third"]);
    let damaged: Vec<String> = [0, 1, 3].map(|place| entries[place].path.clone()).into();
    assert_eq!(page.reading.damaged, damaged);
    assert_eq!(writer.verify(&entries).await, damaged);
}

#[tokio::test]
async fn every_cut_and_many_flips_of_a_file_are_survived() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open(1000, DAY).await;
    writer.write(closed(0, (0..40).map(|time| row(DAY + time, "x"))), DAY).await.expect("written");
    let entries = writer.seal_all(DAY).await.expect("sealed");
    let path = folder.0.join("files").join(&entries[0].path);
    let whole = fs::read(&path).expect("a file");
    let mut state = 1_u64;
    for round in 0..300 {
        let mut bytes = whole.clone();
        for _ in 0..=round % 3 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let place = usize::try_from(state >> 33).expect("small") % bytes.len();
            bytes[place] ^= 1 << (state >> 60 & 7);
        }
        fs::write(&path, bytes).expect("flipped");
        // A reader of its own, which remembers no footer.
        let store = history::files_in(&folder.0.join("files"));
        let history = history::History::read_only(store.expect("a store"), folder.catalogue());
        let page = all_commands(&history).await;
        assert!(page.rows.len() <= 40);
    }
}

#[tokio::test]
async fn rows_of_an_hour_that_is_in_a_file_make_a_further_one_and_are_united_later() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open(1000, DAY).await;
    writer
        .write(closed(0, [row(DAY + HOUR - 1, "last of its hour"), row(DAY + HOUR, "next")]), DAY)
        .await
        .expect("written");
    let now = DAY + HOUR + 120 * SECOND;
    let entries = writer.seal(now).await.expect("sealed");
    assert_eq!(entries.iter().map(|entry| (entry.hour_us, entry.shard)).collect::<Vec<_>>(), [(DAY, 1)]);
    assert!(entries[0].path.ends_with("day=2026-11-23/00-0001.parquet"), "{}", entries[0].path);
    writer.write(closed(2, [row(DAY + 5, "late")]), now).await.expect("written");
    assert_eq!(writer.seal(now + SECOND).await.expect("sealed"), [], "more late rows may come");
    let entries = writer.seal(now + 60 * SECOND).await.expect("sealed");
    assert_eq!(entries.iter().map(|entry| (entry.hour_us, entry.shard)).collect::<Vec<_>>(), [(DAY, 2)]);
    let history = writer.history();
    let before = all_commands(&history).await;
    assert_eq!(targets(&before), ["late", "last of its hour", "next"]);
    assert_eq!(writer.compact(Range::ALL, now).await.expect("compacted"), Compaction::default(), "too early");
    let later = DAY + 2 * HOUR;
    let done = writer.compact(Range::ALL, later).await.expect("compacted");
    assert_eq!((done.hours, done.files, done.damaged), (1, 1, vec![]));
    assert_eq!(all_commands(&history).await.rows, before.rows);
    // The old ones are there for scans that began before, then go.
    let files = || fs::read_dir(folder.0.join("files/commands/day=2026-11-23")).expect("a folder").count();
    assert_eq!(files(), 3);
    assert_eq!(writer.collect(later + SECOND, u64::MAX).await.expect("collected"), 0);
    assert!(writer.collect(later + 300 * SECOND, u64::MAX).await.expect("collected") > 0);
    assert_eq!(files(), 1);
    assert_eq!(all_commands(&history).await.rows, before.rows);
}

#[tokio::test]
async fn days_and_hours_have_their_own_files_whatever_order_rows_come_in() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open(1000, DAY).await;
    let times = [DAY + 1, DAY - 1, DAY + HOUR, DAY, DAY - 24 * HOUR];
    writer.write(closed(0, times.map(|time| row(time, &time.to_string()))), DAY).await.expect("written");
    let paths: Vec<String> =
        writer.seal_all(DAY).await.expect("sealed").into_iter().map(|entry| entry.path).collect();
    let expected = [
        "day=2026-11-22/00-0001",
        "day=2026-11-22/23-0001",
        "day=2026-11-23/00-0001",
        "day=2026-11-23/01-0001",
    ];
    assert_eq!(paths, expected.map(|path| format!("commands/{path}.parquet")));
    let mut sorted = times.map(|time| time.to_string());
    sorted.sort();
    assert_eq!(targets(&all_commands(&writer.history()).await), sorted);
}

#[tokio::test]
async fn a_clock_that_jumps_loses_nothing() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open(1000, DAY).await;
    writer.write(closed(0, [row(DAY + 50 * HOUR, "future")]), DAY + 50 * HOUR).await.expect("written");
    // The clock is set back by two days: the hour of the row will not be over for long.
    writer.write(closed(1, [row(DAY, "now")]), DAY).await.expect("written");
    let entries = writer.seal(DAY + SECOND).await.expect("sealed");
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].hour_us, DAY + 50 * HOUR);
    let page = all_commands(&writer.history()).await;
    assert_eq!(targets(&page), ["now", "future"]);
    // And a start with the clock still behind finds both.
    drop(writer);
    let (writer, report) = folder.open(1000, DAY - HOUR).await;
    assert_eq!(report.rows, 1);
    assert_eq!(all_commands(&writer.history()).await.rows, page.rows);
}

#[tokio::test]
async fn what_is_removed_gives_its_room_back() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open(1000, DAY).await;
    for hour in 0..10_i64 {
        let rows = (0..20).map(|number| row(DAY + hour * HOUR + number, "x"));
        writer.write(closed(hour.unsigned_abs() * 20, rows), DAY).await.expect("written");
    }
    writer.seal_all(DAY + 10 * HOUR).await.expect("sealed");
    let catalogue = writer.history();
    let listed = || async { folder.catalogue().list(Kind::Commands, Range::ALL).await.expect("a list") };
    let entries = listed().await;
    let (older, _) = entries.split_at(5);
    writer.remove(older, DAY).await.expect("removed");
    let bytes: u64 = older.iter().map(|entry| entry.bytes).sum();
    assert_eq!(writer.collect(DAY, u64::MAX).await.expect("nothing: a reader may still be in them"), 0);
    let last = older[4].bytes;
    let early =
        writer.collect(DAY, last).await.expect("more waits than may: the longest gone go before their time");
    assert_eq!(early, bytes - last);
    assert_eq!(writer.collect(DAY, 0).await.expect("collected"), last);
    let rows = all_commands(&catalogue).await.rows;
    assert_eq!((rows.len(), rows[0].time), (100, DAY + 5 * HOUR));
    assert!(writer.verify(&listed().await).await.is_empty());
}

#[tokio::test]
async fn files_that_the_list_lost_come_back() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open(1000, DAY).await;
    for hour in 0..3_i64 {
        writer.write(closed(hour.unsigned_abs(), [row(DAY + hour * HOUR, "x")]), DAY).await.expect("written");
    }
    let mut made = writer.seal_all(DAY).await.expect("sealed");
    let before = all_commands(&writer.history()).await;
    drop(writer);
    fs::remove_file(folder.0.join("catalogue.json")).expect("an old backup");
    let (mut writer, _) = folder.open(1000, DAY).await;
    assert!(all_commands(&writer.history()).await.rows.is_empty());
    let mut adopted = writer.reconcile(DAY).await.expect("reconciled");
    adopted.sort_by_key(|entry| entry.hour_us);
    for entry in &mut made {
        entry.first_us = entry.hour_us;
    }
    assert_eq!(adopted, made);
    let order = Order::NewestFirst;
    let page =
        writer.history().page(&history::Filter::default(), Range::ALL, order, None, 9).await.expect("rows");
    let mut rows: Vec<history::CommandRow> = page.rows;
    rows.reverse();
    assert_eq!(rows, before.rows);
    assert_eq!(writer.reconcile(DAY).await.expect("reconciled"), []);
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_memory_holds() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open(1000, DAY).await;
    writer.write(closed(0, [row(DAY, "before")]), DAY).await.expect("written");
    // No file can be made where a folder's name is taken.
    fs::write(folder.0.join("files/commands"), "in the way").expect("a file");
    let error = writer.seal_all(DAY).await.expect_err("no room");
    assert!(error.to_string().contains("commands/day=2026-11-23/00-0001.parquet"), "{error}");
    writer.write(closed(1, [row(DAY + 1, "meanwhile")]), DAY).await.expect("written");
    let history = writer.history();
    assert_eq!(targets(&all_commands(&history).await), ["before", "meanwhile"]);
    fs::remove_file(folder.0.join("files/commands")).expect("room again");
    assert_eq!(writer.seal_all(DAY).await.expect("sealed").len(), 1);
    assert_eq!(targets(&all_commands(&history).await), ["before", "meanwhile"]);
}

#[test]
fn a_list_of_files_survives_in_its_file_and_a_damaged_one_is_refused() {
    let folder = Folder::new();
    let path = folder.0.join("catalogue.json");
    fs::write(&path, "[{]").expect("damaged");
    assert!(JsonCatalogue::open(path).is_err());
}
