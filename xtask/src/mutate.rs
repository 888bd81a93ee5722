//! `cargo xtask mutate`: the program of that name, which uses every stage and is built only when it is wanted.

use crate::Outcome;
use crate::root::{cargo, output};

/// Hands all arguments over.
pub(crate) fn run(given: &[String]) -> Outcome {
    start(&given.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Builds and runs it.
pub(crate) fn start(given: &[&str]) -> Outcome {
    let mut command = cargo();
    command.args(["run", "--locked", "--quiet", "--package", "mutate", "--"]).args(given);
    let status = command.status().map_err(|error| format!("cargo cannot be started: {error}"))?;
    if status.success() { Ok(()) } else { Err("failed".into()) }
}

/// The names of all protocols that it can be asked for.
pub(crate) fn protocols() -> Result<Vec<String>, String> {
    let mut command = cargo();
    command.args(["run", "--locked", "--quiet", "--package", "mutate", "--", "protocols"]);
    Ok(output(&mut command)?.lines().map(String::from).collect())
}
