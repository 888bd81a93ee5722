//! `cargo xtask api-fuzz`: the published description of the interface against a running server, through a
//! property-based tester, once for each role; and whether anything is told across the borders of a scope.
//!
//! Each role meets a server of its own with the same plant on two lines. What lies on the second line bears a marker;
//! askers who are limited to the first line must never be answered it.

mod asker;
mod plant;
mod tester;

use crate::root::{self, cargo};
use crate::{Outcome, arguments};
use asker::{ROLES, Role};
use std::fs;
use std::path::{Path, PathBuf};

/// Minutes for each role, where nothing else is said: the bar's.
const MINUTES: u64 = 10;

/// `cargo xtask api-fuzz`; without `--program` the program is built first.
pub(crate) fn run(given: &[String]) -> Outcome {
    let known = ["--minutes", "--seconds", "--role", "--tester", "--program", "--seed", "--only"];
    arguments::only(given, &known, &[])?;
    let minutes = arguments::number(given, "--minutes", MINUTES)?;
    let seconds = arguments::number(given, "--seconds", minutes.saturating_mul(60))?;
    let tester = tester::find(arguments::text(given, "--tester")?)?;
    let seed = arguments::number(given, "--seed", 1)?;
    let wanted = arguments::text(given, "--role")?.unwrap_or("all");
    let roles: Vec<&Role> = ROLES.iter().filter(|role| wanted == "all" || role.word == wanted).collect();
    if roles.is_empty() {
        let words: Vec<&str> = ROLES.iter().map(|role| role.word).collect();
        return Err(format!("no such role: all, {}", words.join(", ")));
    }
    let program = arguments::text(given, "--program")?.map(PathBuf::from);
    let program = program.map_or_else(build, Ok)?;
    let task = Task { program, tester, seconds, seed, only: arguments::text(given, "--only")? };
    let mut missed = Vec::new();
    for role in roles {
        match one(&task, role) {
            Ok(told) => {
                println!("{}", told.line(role.word));
                told.findings().iter().for_each(|finding| println!("    {finding}"));
                if !told.is_clean() {
                    missed.push(role.word);
                }
            }
            Err(error) => {
                println!("{:<20} could not be tried: {error}", role.word);
                missed.push(role.word);
            }
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(format!("findings for {}", missed.join(", "))) }
}

/// What is the same for each role.
struct Task<'t> {
    program: PathBuf,
    tester: PathBuf,
    seconds: u64,
    seed: u64,
    /// Operations whose path matches, all without.
    only: Option<&'t str>,
}

fn one(task: &Task<'_>, role: &Role) -> Result<tester::Told, String> {
    let folder = root::target().join("api-fuzz").join(role.word);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let failed = |error: std::io::Error| error.to_string();
    let plant = plant::start(&task.program, &folder).map_err(failed)?;
    let asker = asker::make(role, &plant).map_err(failed)?;
    let told = tester::run(task, &folder, &plant, &asker)?;
    let said = plant.program.said();
    if let Some(line) = said.lines().find(|line| line.contains("panicked")) {
        return Err(format!("the server said: {line}"));
    }
    Ok(told)
}

/// Builds the program as developers do; where it lies.
fn build() -> Result<PathBuf, String> {
    let built = cargo().args(["build", "--locked", "--package", "yagura"]).status();
    if !built.is_ok_and(|status| status.success()) {
        return Err("yagura cannot be built".into());
    }
    let program = root::target().join("debug/yagura");
    if Path::new(&program).is_file() { Ok(program) } else { Err(format!("no {}", program.display())) }
}
