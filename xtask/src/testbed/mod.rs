//! `cargo xtask testbed`: a plant's server on the mirror port of the test bed. Every host that speaks is there with
//! what its stack announces and nobody else, and a port that leaves the mirror is noticed. Needs root.

mod judge;
mod plant;

use crate::root::{self, cargo};
use crate::{Outcome, arguments};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The namespace in which the mirror port ends.
const LISTENER: &str = "pt-sensor";

/// `cargo xtask testbed`; without `--program` the program is built first. `--inside` is how it calls itself in the
/// namespace of the mirror port.
pub(crate) fn run(given: &[String]) -> Outcome {
    arguments::only(given, &["--program"], &["--inside"])?;
    let program = arguments::text(given, "--program")?.map(PathBuf::from);
    let program = program.map_or_else(build, Ok)?;
    let Some(folder) = plant::folder() else {
        println!("skipped: ../shared/testbed is absent");
        return Ok(());
    };
    if given.iter().any(|argument| argument == "--inside") {
        return judge::run(&program, &folder);
    }
    plant::script(&folder, &["down"])?;
    plant::script(&folder, &["up", "--net-only"])?;
    let result = inside(&program);
    plant::script(&folder, &["down"])?;
    result
}

fn inside(program: &Path) -> Outcome {
    let this = std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    let program = program.canonicalize().map_err(|error| format!("{}: {error}", program.display()))?;
    let mut command = Command::new("ip");
    command
        .args(["netns", "exec", LISTENER])
        .arg(this)
        .args(["testbed", "--inside", "--program"])
        .arg(program);
    match command.current_dir(root::root()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("a bar is missed".into()),
        Err(error) => Err(format!("cannot run ip: {error}")),
    }
}

fn build() -> Result<PathBuf, String> {
    let built = cargo().args(["build", "--locked", "--package", "yagura"]).status();
    if built.is_ok_and(|status| status.success()) {
        Ok(root::target().join("debug/yagura"))
    } else {
        Err("yagura cannot be built".into())
    }
}
