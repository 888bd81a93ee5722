//! A process that is killed while it writes.

use crate::support::{DAY, Folder, HOUR, all_commands, closed, command, open};
use history::RowOf;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Rows of one write of the child.
const ROWS: u64 = 7;

/// The child: writes, makes files, says how many rows are safe. Does nothing in an ordinary run of the tests.
#[test]
fn child() {
    let Ok(folder) = std::env::var("HISTORY_TEST_FOLDER") else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (mut writer, _) = open(Path::new(&folder), 40, DAY).await;
        let rows = all_commands(&writer.history()).await.rows;
        let mut number = numbers(&rows).last().map_or(0, |last| last + 1);
        println!("safe {number}");
        let mut id = 0;
        loop {
            let rows = (number..number + ROWS).map(|number| {
                // Three hours take turns, so that files and logs of several are under way.
                let time = DAY + i64::try_from(number % 3).expect("small") * HOUR;
                RowOf::Command(command(1, time + i64::try_from(number).expect("small"), &number.to_string()))
            });
            writer.write(closed(id, rows), DAY).await.expect("written");
            (number, id) = (number + ROWS, id + ROWS);
            println!("safe {number}");
            writer.seal(DAY).await.expect("sealed");
            if number.is_multiple_of(5) {
                writer.compact(history::Range::ALL, DAY + 9 * HOUR).await.expect("compacted");
                writer.collect(DAY + 9 * HOUR, 0).await.expect("collected");
            }
        }
    });
}

#[test]
fn a_killed_process_loses_nothing_it_said_was_safe_and_doubles_nothing() {
    let folder = Folder::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut kept = BTreeSet::new();
    for round in 0..25_u64 {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "killed::child", "--nocapture"])
            .env("HISTORY_TEST_FOLDER", &folder.0)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a child");
        let (mut first, mut safe) = (None, 0);
        for line in BufReader::new(child.stdout.take().expect("its output")).lines() {
            let line = line.expect("a line");
            let Some((_, number)) = line.split_once("safe ") else { continue };
            safe = number.parse().expect("a number");
            // Different moments of a round of writing, sealing and compacting.
            if safe >= *first.get_or_insert(safe) + 20 + round * 13 {
                std::thread::sleep(Duration::from_micros(round * 397 % 3_000));
                child.kill().expect("killed");
                break;
            }
        }
        child.wait().expect("ended");
        let rows = runtime.block_on(async {
            let (writer, _) = open(&folder.0, 40, DAY).await;
            let page = all_commands(&writer.history()).await;
            assert_eq!(page.reading.damaged, Vec::<String>::new());
            page.rows
        });
        let found = numbers(&rows);
        assert_eq!(found.len(), rows.len(), "round {round}: each row once");
        kept.extend(first.expect("the child began")..safe);
        assert_eq!(kept.difference(&found).next(), None, "round {round}: what was safe is there");
        // The child may have got further before the kill reached it, but made no row up.
        let last = found.last().copied().unwrap_or_default();
        assert!(rows.iter().all(|row| row.code == 16 && row.count == 2), "round {round}: whole rows");
        println!("round {round}: {safe} were safe, the last there is {last}");
        kept = found;
    }
}

fn numbers(rows: &[history::CommandRow]) -> BTreeSet<u64> {
    rows.iter().map(|row| row.target.parse().expect("a whole row")).collect()
}
