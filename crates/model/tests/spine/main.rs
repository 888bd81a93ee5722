//! The model does not notice that what it is told was added up on the way, nor that it was put away and taken up again.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a test")]

mod document;
mod gathered;
mod large;
#[path = "../../../batch/tests/replay/plants.rs"]
mod plants;
mod restored;

use std::path::PathBuf;

/// The captures of the dissectors and, where they are there, those of the test bed.
fn captures() -> Vec<PathBuf> {
    let mut captures = plants::own_captures();
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("YAGURA_SHARED").map_or(here.join("../../../shared"), PathBuf::from);
    match shared.join("captures/testbed").read_dir() {
        Ok(entries) => {
            let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
            found.retain(|path| path.extension().is_some_and(|extension| extension == "pcap"));
            found.sort();
            captures.extend(found);
        }
        Err(_) => println!("skipped: ../shared is absent"),
    }
    captures
}

/// Numbers of protocols in this program.
fn words() -> batch::Words {
    batch::Words::new(|name| {
        observe::Protocol::named(name).map(|protocol| facts::Protocol::from(protocol).id)
    })
}
