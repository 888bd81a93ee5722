//! A server that runs, and what tests ask of it.

use drive::{Client, Program, until};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Whatever is waited for comes sooner, on a busy machine too.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// The program.
pub(crate) fn yagura() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_yagura"))
}

/// An empty folder of this name; names are those of the tests, so that none is used twice.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("site-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A demo that runs; its temporary files are in `folder`/tmp.
pub(crate) struct Demo {
    pub(crate) program: Program,
    pub(crate) address: SocketAddr,
    pub(crate) temporary: PathBuf,
    /// What stands behind the address in the line `ready:`.
    pub(crate) link: String,
}

impl Demo {
    pub(crate) fn start(name: &str) -> Self {
        let folder = folder(name);
        let temporary = folder.join("tmp");
        fs::create_dir_all(&temporary).expect("a folder");
        let address = drive::free_address().expect("a free port");
        let mut command = Command::new(yagura());
        command.args(["demo", "--listen", &address.to_string()]).env("TMPDIR", &temporary);
        let program = Program::start_with(&mut command, &folder.join("errors")).expect("the program starts");
        let link = path(&program.ready(PATIENCE).expect("it is ready"), address);
        Self { program, address, temporary, link }
    }

    /// Uses a link of the demo: who comes in by it.
    pub(crate) fn enter(&self, link: &str) -> Option<Client> {
        let nobody = Client::new(self.address);
        let answer = nobody.ask("GET", link, "", &[]).expect("an answer");
        assert_eq!(answer.status, 303, "{}", answer.text());
        let cookie = answer.header("set-cookie")?.split(';').next()?;
        Some(nobody.with("Cookie", cookie))
    }
}

/// What stands behind the address of a URL.
pub(crate) fn path(url: &str, address: SocketAddr) -> String {
    url.strip_prefix(&format!("http://{address}")).expect("the address that was asked for").to_owned()
}

/// A server with a configuration of its own.
pub(crate) struct Site {
    pub(crate) program: Program,
    pub(crate) folder: PathBuf,
    pub(crate) nobody: Client,
    /// The URL of its last line `ready:`.
    pub(crate) ready: String,
}

impl Site {
    /// A first start; `further` is added to the configuration.
    pub(crate) fn first(name: &str, further: &str) -> Self {
        Self::prepared(name, further, |_| {})
    }

    /// The same with a data folder that was prepared.
    pub(crate) fn prepared(name: &str, further: &str, prepare: impl FnOnce(&Path)) -> Self {
        Self::started(name, further, prepare, None)
    }

    /// The same with a variable of the environment.
    pub(crate) fn with(name: &str, further: &str, variable: (&str, &OsStr)) -> Self {
        Self::started(name, further, |_| {}, Some(variable))
    }

    fn started(
        name: &str,
        further: &str,
        prepare: impl FnOnce(&Path),
        variable: Option<(&str, &OsStr)>,
    ) -> Self {
        let folder = folder(name);
        let address = drive::free_address().expect("a free port");
        let data = folder.join("data");
        prepare(&data);
        let configuration = format!(
            "[site]\nname = \"{name}\"\n[listen]\naddress = \"{address}\"\ntls = \"off\"\n\
             [data]\nfolder = \"{}\"\n[limits]\nrequests_per_minute = 100000\n{further}",
            data.display()
        );
        fs::write(folder.join("yagura.toml"), configuration).expect("a file");
        let (program, ready) = start(&folder, variable);
        Self { program, folder, nobody: Client::new(address), ready }
    }

    /// The program once more, after its end.
    pub(crate) fn again(&mut self) {
        (self.program, self.ready) = start(&self.folder, None);
    }

    /// Asks it to end, as the service manager does, and waits for that.
    pub(crate) fn end(&mut self) {
        let processes = self.program.processes();
        self.program.terminate().expect("it runs");
        let status = self.program.wait(PATIENCE).expect("it ends");
        assert!(status.success(), "{status}: {}", self.program.said());
        assert!(processes.iter().all(|process| !process.runs()), "{processes:?}");
    }

    /// The first administrator, by the link that was printed.
    pub(crate) fn enrol(&self) -> Client {
        drive::enrol(&self.nobody, &self.ready, Some("root")).expect("the link works")
    }
}

fn start(folder: &Path, variable: Option<(&str, &OsStr)>) -> (Program, String) {
    let mut command = Command::new(yagura());
    command.args([Path::new("site"), Path::new("--config"), &folder.join("yagura.toml")]).envs(variable);
    let program = Program::start_with(&mut command, &folder.join("errors")).expect("the program starts");
    let ready = program.ready(PATIENCE).unwrap_or_else(|error| panic!("{error}\n{}", program.said()));
    (program, ready)
}

/// An answer's JSON; it must be a good one.
pub(crate) fn get(client: &Client, path: &str) -> Value {
    client.get(path).and_then(|answer| answer.expect(200)).expect(path).json()
}

/// The rows of a list.
pub(crate) fn items(client: &Client, path: &str) -> Vec<Value> {
    get(client, path)["items"].as_array().expect("a list").clone()
}

/// The first address of each asset by its id. Two networks may have the same address.
pub(crate) fn assets(client: &Client) -> BTreeMap<String, String> {
    let text = |row: &Value, key: &str| row[key].as_str().expect("a text").to_owned();
    let rows = items(client, "/assets?limit=500");
    rows.iter().map(|row| (text(row, "id"), text(row, "address"))).collect()
}

/// Uploads one of the repository's captures and waits until it is read.
pub(crate) fn upload(client: &Client, capture: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../observe/src/protocols").join(capture);
    let bytes = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let taken = client.upload("/uploads?name=a.pcap", &bytes).and_then(|answer| answer.expect(202));
    let path = format!("/uploads/{}", taken.expect("taken").json()["id"].as_str().expect("an id"));
    until("the capture is read", PATIENCE, || {
        let row = get(client, &path);
        matches!(row["state"].as_str(), Some("done" | "failed")).then_some(row)
    })
    .expect("it is read")
}

/// Adds something; it must be taken.
pub(crate) fn add(client: &Client, path: &str, what: &Value) -> Value {
    client.send("POST", path, what).and_then(|answer| answer.expect(201)).expect(path).json()
}

/// Gives an asset a name on the shop floor.
pub(crate) fn name(client: &Client, asset: &str, name: &str) {
    let change = json!({ "set": { "floor_name": name } });
    let told = client.send("PATCH", &format!("/assets/{asset}"), &change);
    told.and_then(|answer| answer.expect(200)).expect("it is named");
}
