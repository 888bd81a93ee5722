//! Where things lie, and how other programs are run from there.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The project's folder: the one with the lock file.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|folder| folder.join("Cargo.lock").is_file()).unwrap_or(here).to_owned()
}

/// The folder of shared captures, when it is there: `YAGURA_SHARED`, or `shared` beside the project.
pub(crate) fn shared() -> Option<PathBuf> {
    let path = std::env::var_os("YAGURA_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    path.join("captures").is_dir().then_some(path)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The same cargo that runs this program. What only a next edit would use is not kept: it takes gigabytes of disk.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).env("CARGO_INCREMENTAL", "0");
    command
}

/// Whether a program of this name is in the search path.
pub(crate) fn installed(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// What a command printed on standard output; an error is one line with its last words.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program} cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program}: {}", words.lines().last().unwrap_or("failed without a word")))
}
