//! Everything that CI runs, runnable at a desk: `cargo xtask NAME`.

#![expect(clippy::print_stdout, reason = "these programs speak to a person at a terminal")]

mod api_fuzz;
mod arguments;
mod bench;
mod console;
mod day;
mod deb;
mod fuzz;
mod mutate;
mod root;
mod score;
mod site_kills;
mod source;
mod test;
mod testbed;
mod tidy;
mod veth_load;
mod web;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask NAME
  tidy [--bless]                   the house rules that a program can check; --bless rewrites the crate graph
                                   and lowers numbers in xtask/tidy-exceptions.txt
  test                             install what tests need, then everything CI runs, with one summary
  score                            the bars of ../shared/captures/score.py (YAGURA_SHARED names another folder)
  mutate [--seed N] [--count N] [--seconds N] [--protocol NAME] [--only I]
                                   damaged copies of every capture: no panic, at most 5 s and 300 MiB
  fuzz [--seconds N] [--protocol NAME] [--seed N]
                                   the targets of fuzz/ where cargo-fuzz is there, else mutate per protocol
  api-fuzz [--minutes N] [--seconds N] [--role ROLE] [--tester FILE] [--program FILE] [--seed N] [--only REGEX]
                                   the description of the interface against a server, through schemathesis (10 minutes
                                   with each role; --role names one, --tester is its program `st`, REGEX chooses paths)
  bench [--no-live] [--only offline|memory|server|judge|live] [--program FILE]
                                   figures as JSON lines, against peers in the same run
  site-kills [--count N]           processes of a server are killed while a plant talks and people write (needs root)
  testbed [--program FILE]         a server on the mirror port of ../shared/testbed: hosts, identities, and a port that
                                   leaves the mirror (needs root)
  day [--program FILE] [--hours N] a day of the simulated plant as fast as the server takes it: memory is flat after the
                                   first hour, the disk inside its quotas
  deb [--binary FILE]              target/debian/yagura_VERSION_ARCHITECTURE.deb, of the dist profile or of FILE
  veth-load [--rate N] [--seconds N]
                                   the live look under load through a pair of namespaces (needs root)
  console [--binary FILE]          the console's flows in a headless browser against the demo of FILE
  web [--check]                    builds the console into web/dist; --check: whether what is committed is current";

/// How a subcommand ends: nothing to say, or one line about what is wrong.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match run(&name, &rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask {name}: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run(name: &str, arguments: &[String]) -> Outcome {
    match name {
        "testbed" => testbed::run(arguments),
        "tidy" => tidy::run(arguments),
        "test" => test::run(arguments),
        "score" => score::run(arguments),
        "mutate" => mutate::run(arguments),
        "fuzz" => fuzz::run(arguments),
        "site-kills" => site_kills::run(arguments),
        "bench" => bench::run(arguments),
        "api-fuzz" => api_fuzz::run(arguments),
        "console" => console::run(arguments),
        "day" => day::run(arguments),
        "deb" => deb::run(arguments),
        "veth-load" => veth_load::run(arguments),
        "web" => web::run(arguments),
        _ => Err(format!("no such name\n{USAGE}")),
    }
}
