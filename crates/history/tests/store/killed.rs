//! A process that is killed while it writes.

use crate::support::{DAY, Folder, HOUR, all_commands, closed, command, open};
use history::RowOf;
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
        let mut number = all_commands(&writer.history()).await.rows.len() as u64;
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
            if number % 5 == 0 {
                writer.compact(history::Range::ALL, DAY + 9 * HOUR).await.expect("compacted");
                writer.collect(DAY + 9 * HOUR, true).await.expect("collected");
            }
        }
    });
}

#[test]
fn a_killed_process_loses_nothing_it_said_was_safe_and_doubles_nothing() {
    let folder = Folder::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut total = 0;
    for round in 0..25_u64 {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "killed::child", "--nocapture"])
            .env("HISTORY_TEST_FOLDER", &folder.0)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a child");
        let mut safe = 0;
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        // Different moments of a round of writing, sealing and compacting.
        let wanted = total + 20 + round * 13;
        for line in lines {
            let line = line.expect("a line");
            let Some((_, number)) = line.split_once("safe ") else { continue };
            safe = number.parse().expect("a number");
            if safe >= wanted {
                std::thread::sleep(Duration::from_micros(round * 397 % 3_000));
                child.kill().expect("killed");
                break;
            }
        }
        child.wait().expect("ended");
        assert!(safe >= wanted, "the child ended by itself");
        let rows = runtime.block_on(async {
            let (writer, _) = open(&folder.0, 40, DAY).await;
            let page = all_commands(&writer.history()).await;
            assert_eq!(page.reading.damaged, Vec::<String>::new());
            page.rows
        });
        let mut numbers: Vec<u64> = rows.iter().map(|row| row.target.parse().expect("whole rows")).collect();
        numbers.sort_unstable();
        total = numbers.len() as u64;
        assert_eq!(numbers, (0..total).collect::<Vec<_>>(), "round {round}: each row once");
        assert!(total >= safe, "round {round}: {safe} were safe, {total} are there");
    }
}
