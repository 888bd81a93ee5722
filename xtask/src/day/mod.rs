//! `cargo xtask day`: the server hears a day of the simulated plant at its full pace, as fast as it takes it. The bar:
//! memory is flat after the first hour, the disk stays inside its quotas, nothing that was heard is lost.
//!
//! Flat: after one simulated hour no process is ever larger than it was then by more than 10 % and 16 MiB; the plant,
//! which is none of the product's processes, is measured and not judged. Disk: at every look, what a kind of data takes
//! is at most its quota and the slack that [`bounds`] names. Frames carry the plant's clock, the server goes by its
//! own: what it does once a minute happens once in hours of the plant, so quotas are met harder than they ever are.

mod bounds;
mod judge;
mod look;

use crate::root::{cargo, target};
use crate::{Outcome, arguments};
use drive::{Client, Program};
use look::{Look, look};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Hours of the bar.
const HOURS: u64 = 24;
const PATIENCE: Duration = Duration::from_secs(120);
/// Time between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The present is reached when the last frame is not older.
const PRESENT_S: f64 = 60.0;
/// A plant that does not come on for so long stands still.
const STILL: Duration = Duration::from_secs(300);
/// Looks in the present: hours that are over become files within a minute, and what they replace goes.
const LOOKS_AFTER: usize = 90;

/// `cargo xtask day`; without `--program` the program is built first, as a release.
pub(crate) fn run(given: &[String]) -> Outcome {
    arguments::only(given, &["--program", "--hours"], &[])?;
    let hours = arguments::number(given, "--hours", HOURS)?;
    let program = arguments::text(given, "--program")?.map(PathBuf::from).map_or_else(build, Ok)?;
    let folder = target().join("day");
    let failed = |error: std::io::Error| error.to_string();
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(failed)?;
    let looks = watch(&program, &folder, hours).map_err(failed)?;
    judge::judge(&looks, hours)
}

fn build() -> Result<PathBuf, String> {
    let built = cargo().args(["build", "--locked", "--release", "--package", "yagura"]).status();
    if built.is_ok_and(|status| status.success()) {
        Ok(target().join("release/yagura"))
    } else {
        Err("yagura cannot be built".into())
    }
}

/// Looks every second from the start to some time after the present was reached.
fn watch(program: &Path, folder: &Path, hours: u64) -> std::io::Result<Vec<Look>> {
    let address = drive::free_address()?;
    let mut command = Command::new(program);
    command.args(["demo", "--listen", &address.to_string(), "--full-hours", &hours.to_string()]);
    command.env("TMPDIR", folder);
    let demo = Program::start_with(&mut command, &folder.join("errors"))?;
    let begun = Instant::now();
    let client = enter(&demo, &Client::new(address))?;
    for (kind, bytes) in bounds::HISTORY {
        let limits = json!({ "keep_days": null, "bytes_max": bytes });
        client.send("PUT", &format!("/settings/retention/{kind}"), &limits)?.expect(200)?;
    }
    let data = folder.join(format!("yagura-demo-{}", demo.id()));
    let mut looks: Vec<Look> = Vec::new();
    let (mut after, mut moved, mut reached) = (0, Instant::now(), 0.0);
    while after < LOOKS_AFTER {
        let seen = look(&demo, &client, &data, begun, hours)?;
        if seen.hours > reached {
            (moved, reached) = (Instant::now(), seen.hours);
        }
        if moved.elapsed() > STILL {
            return Err(std::io::Error::other(format!("the plant stands still at hour {reached:.1}")));
        }
        after += usize::from(seen.behind_s < PRESENT_S);
        judge::tell(&seen, looks.last());
        looks.push(seen);
        sleep(LOOK_EVERY);
    }
    Ok(looks)
}

/// Uses the link that the demo prints.
fn enter(demo: &Program, nobody: &Client) -> std::io::Result<Client> {
    let url = demo.ready(PATIENCE)?;
    let link = url.find("/enter").and_then(|at| url.get(at..)).unwrap_or("/");
    let answer = nobody.ask("GET", link, "", &[])?.expect(303)?;
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    cookie.map(|cookie| nobody.with("Cookie", cookie)).ok_or_else(|| std::io::Error::other("no log-in"))
}
