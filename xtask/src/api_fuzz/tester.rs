//! The tester (schemathesis), a program of its own: started, waited for, and what it found.

use super::Task;
use super::asker::Asker;
use super::plant::Plant;
use crate::root::{installed, root};
use serde_json::Value;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What every answer is checked for.
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// An endless answer, which the tester would wait for. It is read by hand in [`stream`].
const STREAM: &str = "stream_changes";
/// What the tester may take beyond its time, to finish and to report.
const GRACE: Duration = Duration::from_secs(120);

/// The tester's part that only it can know: see there.
const HOOKS: &str = include_str!("hooks.py");

/// Where the tester lies.
pub(super) fn find(given: Option<&str>) -> Result<PathBuf, String> {
    match given {
        Some(path) if Path::new(path).is_file() => Ok(path.into()),
        Some(path) => Err(format!("there is no {path}")),
        None if installed("st") => Ok("st".into()),
        None => Err("schemathesis is not in the search path: `python3 -m venv VENV && VENV/bin/pip install \
                     schemathesis`, then --tester VENV/bin/st"
            .into()),
    }
}

/// What came of one role.
pub(super) struct Told {
    report: Value,
    hooks: Value,
    stream: Result<(), String>,
}

/// Runs the tester until its time is over.
pub(super) fn run(task: &Task<'_>, folder: &Path, plant: &Plant, asker: &Asker) -> Result<Told, String> {
    let failed = |error: std::io::Error| format!("the tester: {error}");
    fs::write(folder.join("fuzz_hooks.py"), HOOKS).map_err(failed)?;
    let (report, hooks) = (folder.join("report.json"), folder.join("hooks.json"));
    let output = File::create(folder.join("output.txt")).map_err(failed)?;
    let mut command = Command::new(&task.tester);
    command
        .arg("run")
        .arg(root().join("openapi/site.json"))
        .args(["--url", &plant.url, "--checks", CHECKS, "--continue-on-failure", "--no-color"])
        .args(["--max-time", &task.seconds.to_string(), "--seed", &task.seed.to_string()])
        .args(["--generation-database", "none", "--exclude-operation-id", STREAM, "--request-timeout", "60"])
        // A made-up proof beside the asker's own would make nobody of the asker.
        .args(["--generation-with-security-parameters", "false"])
        .args(["--suppress-health-check", "all", "--warnings", "off", "--report", "json"])
        .arg("--report-json-path")
        .arg(&report)
        .env("SCHEMATHESIS_HOOKS", "fuzz_hooks")
        .env("PYTHONPATH", folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("FUZZ_HEADER", asker.header)
        .env("FUZZ_VALUE", &asker.value)
        .env("FUZZ_SPARE", asker.spare.join("\n"))
        .env("FUZZ_FORBIDDEN", asker.forbidden.join(" "))
        .env("FUZZ_KEEP", asker.keep.join(" "))
        .env("FUZZ_IDS", asker.known.to_string())
        .env("FUZZ_REPORT", &hooks)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(output.try_clone().map_err(failed)?)
        .stdout(output);
    if let Some(only) = task.only {
        command.args(["--include-path-regex", only]);
    }
    let mut child = command.spawn().map_err(failed)?;
    let within = Duration::from_secs(task.seconds) + GRACE;
    let ended = drive::until("the tester's end", within, || child.try_wait().ok().flatten());
    if ended.is_err() {
        let _ = child.kill();
        let _ = child.wait();
    }
    ended.map_err(failed)?;
    let read = |path: &Path| -> Result<Value, String> {
        let text =
            fs::read(path).map_err(|_| format!("the tester failed: see {}/output.txt", folder.display()))?;
        serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))
    };
    Ok(Told { report: read(&report)?, hooks: read(&hooks)?, stream: stream(plant, asker) })
}

/// The first events of the endless answer.
fn stream(plant: &Plant, asker: &Asker) -> Result<(), String> {
    let client = plant.nobody.with(asker.header, &asker.value).with("Last-Event-ID", "0");
    let answer =
        client.beginning("/changes/stream").map_err(|error| format!("stream of changes: {error}"))?;
    let text = answer.text();
    let told = asker.forbidden.iter().find_map(|word| text.lines().find(|line| line.contains(word)));
    match (answer.status, told) {
        (200 | 403, None) => Ok(()),
        (_, Some(line)) => Err(format!("leak: the stream of changes tells {line}")),
        (status, None) => Err(format!("the stream of changes answers {status}: {text}")),
    }
}

impl Told {
    /// One line: how much was asked, and what was found.
    pub(super) fn line(&self, role: &str) -> String {
        let number = |value: &Value, at: &str| value.pointer(at).and_then(Value::as_u64).unwrap_or(0);
        let statuses = self.hooks.pointer("/statuses").and_then(Value::as_object);
        let statuses: Vec<String> =
            statuses.into_iter().flatten().map(|(status, count)| format!("{status}×{count}")).collect();
        format!(
            "{role:<20} {:>7} requests, {} of {} operations, {} failures, {} leaks ({})",
            number(&self.hooks, "/requests"),
            number(&self.report, "/operations/tested"),
            number(&self.report, "/operations/total"),
            number(&self.report, "/test_cases/unique_failures"),
            self.list("/leaks").len(),
            statuses.join(" ")
        )
    }

    fn list(&self, at: &str) -> &[Value] {
        self.hooks.pointer(at).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn reported(&self, at: &str) -> &[Value] {
        self.report.pointer(at).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Whether nothing was found.
    pub(super) fn is_clean(&self) -> bool {
        self.findings().is_empty()
    }

    /// A line for each finding.
    pub(super) fn findings(&self) -> Vec<String> {
        let word = |value: &Value, at: &str| value.get(at).map_or_else(String::new, Value::to_string);
        let failure = |found: &Value| format!("{} {}", word(found, "title"), word(found, "operations"));
        let error = |found: &Value| format!("the tester's own error: {}", word(found, "title"));
        let leak = |found: &Value| format!("leak: {} {}", word(found, "operation"), word(found, "word"));
        let server = |found: &Value| format!("5xx: {} {}", word(found, "operation"), word(found, "body"));
        let mut lines: Vec<String> = self.reported("/failures").iter().map(failure).collect();
        lines.extend(self.reported("/errors").iter().map(error));
        lines.extend(self.list("/leaks").iter().map(leak));
        lines.extend(self.list("/failed").iter().map(server));
        lines.extend(self.stream.as_ref().err().cloned());
        if self.hooks.pointer("/requests").and_then(Value::as_u64).is_none_or(|count| count == 0) {
            lines.push("nothing was asked".into());
        }
        lines.sort();
        lines.dedup();
        lines
    }
}
