//! `cargo xtask console`: starts the demo and plays the console's flows on it with a headless browser.

use crate::root::{cargo, installed, root, target};
use crate::{Outcome, arguments};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// What the demo prints when its console can be opened, before the address.
const READY: &str = "ready: ";
/// The flows by their files, those together that share a demo, and the language of those that have one.
const DEMOS: [(&[&str], &str); 5] = [
    (&["figures", "console", "large"], "ja"),
    (&["know", "risk", "patches"], "ja"),
    (&["flows", "account", "keyboard", "roles"], "ja"),
    (&["story"], "ja"),
    (&["story"], "en"),
];

/// `cargo xtask console`.
pub(crate) fn run(given: &[String]) -> Outcome {
    arguments::only(given, &["--binary"], &[])?;
    if !installed("npm") || !installed("chromium") {
        return Err("Node.js with npm and Chromium are needed to play the console's flows".into());
    }
    let binary = match arguments::text(given, "--binary")? {
        Some(path) => PathBuf::from(path),
        None => build()?,
    };
    // The story changes the plant, so it has demos of its own.
    let played = DEMOS.map(|(files, language)| {
        let mut demo = start(&binary)?;
        let played = address(&mut demo).and_then(|address| play(&address, files, language));
        // The demo keeps nothing, so it may be ended at once.
        let ended =
            demo.kill().and_then(|()| demo.wait()).map(|_| ()).map_err(|error| format!("the demo: {error}"));
        played.and(ended)
    });
    played.into_iter().collect()
}

fn build() -> Result<PathBuf, String> {
    let built = cargo().args(["build", "--locked", "--package", "yagura"]).status();
    if built.is_ok_and(|status| status.success()) {
        Ok(target().join("debug/yagura"))
    } else {
        Err("the program could not be built".into())
    }
}

fn start(binary: &PathBuf) -> Result<Child, String> {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let address = free.map_err(|error| format!("no free port: {error}"))?;
    Command::new(binary)
        .args(["demo", "--listen", &address.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", binary.display()))
}

fn address(demo: &mut Child) -> Result<String, String> {
    let lines = demo.stdout.take().map(|output| BufReader::new(output).lines());
    let mut lines = lines.into_iter().flatten().map_while(Result::ok);
    let ready = lines.find_map(|line| line.strip_prefix(READY).map(ToOwned::to_owned));
    ready.ok_or_else(|| "the demo ended before its console was ready".into())
}

fn play(address: &str, files: &[&str], language: &str) -> Outcome {
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent", "e2e", "--"])
        .args(files)
        .env("YAGURA_URL", address)
        .env("YAGURA_LANGUAGE", language);
    npm.current_dir(root().join("web"));
    if npm.status().is_ok_and(|status| status.success()) {
        Ok(())
    } else {
        Err("a flow of the console failed; pictures of the pages are in web/tests/output".into())
    }
}
