//! `cargo xtask site-kills`: any process of a plant's server is killed, again and again, while the plant talks and
//! people write. What is done stands in the test `kills` of the program, which does the same ten times.

use crate::root::cargo;
use crate::{Outcome, arguments};

/// Kills of the bar.
const COUNT: u64 = 100;

pub(crate) fn run(given: &[String]) -> Outcome {
    arguments::only(given, &["--count"], &[])?;
    let count = arguments::number(given, "--count", COUNT)?;
    let mut command = cargo();
    command
        .args(["test", "--locked", "--package", "yagura", "--test", "site", "--", "--nocapture", "--exact"])
        .arg("kills::nothing_acknowledged_is_lost_whatever_is_killed")
        .env("YAGURA_KILLS", count.to_string());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("a bar is missed within {count} kills")),
    }
}
