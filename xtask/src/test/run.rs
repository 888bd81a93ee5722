//! One step of the tests: a program, what it prints, and how many of its tests passed.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Instant;

/// How many tests; a step that is no collection of tests counts as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

/// A step and how it ended.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) counts: Counts,
    pub(super) seconds: u64,
}

impl Counts {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl Step {
    pub(super) fn result(&self) -> &'static str {
        match self.counts {
            Counts { failed: 1.., .. } => "FAILED",
            Counts { passed: 0, .. } => "skipped",
            _ => "ok",
        }
    }
}

/// A step that cannot run here, with a printed line that says why.
pub(super) fn skip(name: &'static str, reason: &str) -> Step {
    println!("\n== {name}\nskipped: {reason}");
    Step { name, counts: Counts { skipped: 1, ..Counts::default() }, seconds: 0 }
}

/// Runs a step; its output goes to the terminal, except what passing tests printed.
pub(super) fn step(name: &'static str, mut command: Command) -> Step {
    println!("\n== {name}");
    let started = Instant::now();
    let mut watch = Watch::default();
    let succeeded = match command.stdout(Stdio::piped()).spawn() {
        Ok(mut child) => {
            child.stdout.take().into_iter().for_each(|output| watch.read(output));
            child.wait().is_ok_and(|status| status.success())
        }
        Err(error) => {
            println!("{} cannot be started: {error}", command.get_program().display());
            false
        }
    };
    let mut counts = watch.counts();
    match (counts == Counts::default(), succeeded) {
        (true, true) => counts.passed = 1,
        // A program that ended badly without a failed test did not even build.
        (_, false) if counts.failed == 0 => counts.failed = 1,
        _ => {}
    }
    Step { name, counts, seconds: started.elapsed().as_secs() }
}

/// Reads the output of test programs: sums up their results and finds the tests that skipped themselves.
#[derive(Debug, Default)]
struct Watch {
    sum: Counts,
    /// Whether what passing tests printed comes now.
    in_successes: bool,
    /// Whether the present test has already said that it is skipped.
    is_skip_counted: bool,
    /// Passing tests that printed `skipped: …`.
    skipped_themselves: u64,
}

impl Watch {
    fn read(&mut self, output: impl Read) {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            if self.line(&line) {
                println!("{line}");
            }
        }
    }

    /// Takes a line; whether it is worth showing.
    fn line(&mut self, line: &str) -> bool {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.in_successes = false;
            self.sum = self.sum.plus(result_counts(result));
        } else if line == "failures:" {
            self.in_successes = false;
        } else if line == "successes:" {
            self.in_successes = true;
            return false;
        } else if self.in_successes {
            if line.starts_with("---- ") {
                self.is_skip_counted = false;
            }
            let says_so = line.starts_with("skipped: ");
            self.skipped_themselves += u64::from(says_so && !self.is_skip_counted);
            self.is_skip_counted |= says_so;
            return says_so;
        }
        !line.ends_with(" ... ok")
    }

    fn counts(&self) -> Counts {
        let Counts { passed, failed, skipped } = self.sum;
        let themselves = self.skipped_themselves.min(passed);
        Counts { passed: passed - themselves, failed, skipped: skipped + themselves }
    }
}

/// `ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s`
fn result_counts(result: &str) -> Counts {
    let number = |name: &str| {
        let before = result.split([';', '.']).find_map(|part| part.trim().strip_suffix(name)).unwrap_or("0");
        before.trim().parse().unwrap_or(0)
    };
    Counts { passed: number("passed"), failed: number("failed"), skipped: number("ignored") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
running 3 tests
test a ... ok
test b ... ok
test c ... FAILED

successes:

---- a stdout ----
skipped: ../shared is absent (x)
skipped: ../shared is absent (y)

---- b stdout ----
a table

successes:
    a
    b

failures:

---- c stdout ----
assertion failed

failures:
    c

test result: FAILED. 2 passed; 1 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.01s
test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
";

    #[test]
    fn tests_are_counted_and_skips_are_seen() {
        let mut watch = Watch::default();
        let shown: Vec<&str> = OUTPUT.lines().filter(|line| watch.line(line)).collect();
        assert_eq!(watch.counts(), Counts { passed: 6, failed: 1, skipped: 4 });
        assert!(shown.contains(&"skipped: ../shared is absent (x)") && shown.contains(&"assertion failed"));
        assert!(!shown.contains(&"a table") && !shown.contains(&"test a ... ok"));
    }

    #[test]
    fn a_program_that_fails_without_tests_is_a_failure() {
        assert_eq!(step("false", Command::new("false")).counts.failed, 1);
        assert_eq!(step("true", Command::new("true")).counts.passed, 1);
        assert_eq!(step("nothing", Command::new("no-such-program")).result(), "FAILED");
    }
}
