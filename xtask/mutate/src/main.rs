//! `cargo xtask mutate`: damaged copies of captures through everything that `yagura analyze` does.
//!
//! No damage may cause a panic, take more than 5 s or 300 MiB; a capture is refused only when its first bytes were
//! hit; a cut capture gives every whole packet before the cut. The seed and the number of a mutation decide it alone.

#![expect(clippy::print_stdout, reason = "this program speaks to a person at a terminal")]

mod analysis;
mod corpus;
mod operation;
mod random;
mod records;
mod supervise;
mod worker;

#[path = "../../src/arguments.rs"]
mod arguments;
#[path = "../../src/root.rs"]
#[expect(dead_code, reason = "shared with xtask, which uses all of it")]
mod root;

use std::process::ExitCode;

/// The most processor time for one file.
const SECONDS_MAX: u64 = 5;
/// The most resident memory of the process that reads it, in KiB.
const MEMORY_MAX_KIB: u64 = 300 * 1024;

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match given.split_first() {
        Some((name, rest)) if name == worker::NAME => worker::run(rest),
        Some((name, [])) if name == "protocols" => {
            observe::Protocol::ALL.iter().for_each(|protocol| println!("{}", protocol.name()));
            Ok(())
        }
        _ => supervise::run(&given),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("mutate: {reason}");
            ExitCode::FAILURE
        }
    }
}
