//! `yagura site check`: faults on standard error, one line each, and an exit status.

#![expect(clippy::expect_used, reason = "a test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn check(path: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yagura"));
    command.args(["site", "check", "--config"]).arg(path).output().expect("the program starts")
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

#[test]
fn a_good_file_is_told_so() {
    let output = check(&file("good.toml", "[site]\nname = \"Plant 1\"\n"));
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("good.toml: no faults\n"), "{output:?}");
}

#[test]
fn every_fault_is_a_line_with_its_place() {
    let path = file("bad.toml", "[site]\nnane = \"x\"\n[login]\nidle_minutes = 1\n[[capture.folder]]\n");
    let output = check(&path);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    let path = path.display();
    let expected = [
        format!("{path}:2: site.nane: unknown key; did you mean `name`?"),
        format!("{path}:4: login.idle_minutes: 1 is not allowed: write a whole number from 5 to 1440"),
        format!("{path}:5: capture.folder[1].path: is missing: write an absolute path in quotation marks"),
        format!("yagura: 3 faults in {path}"),
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_variable_comes_before_the_file() {
    let path = file("variable.toml", "[log]\nlevel = \"info\"\n");
    let mut command = Command::new(env!("CARGO_BIN_EXE_yagura"));
    command.args(["site", "check", "--config"]).arg(&path).env("YAGURA_LOG__LEVEL", "loud");
    let output = command.output().expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.starts_with("environment variable YAGURA_LOG__LEVEL: log.level: `loud` is not allowed"),
        "{said}"
    );
}

#[test]
fn a_file_that_is_missing_is_named() {
    let output = check(Path::new("no-such-file.toml"));
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("no-such-file.toml: cannot be read: "));
}
