//! The server of a plant: from its start to its first page, with nothing and with ten thousand assets.

use super::cost::median;
use super::figure;
use crate::Outcome;
use drive::{Client, Program, until};
use serde_json::json;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(300);
/// Starts of each kind.
const RUNS: usize = 3;
/// Rows of a page of the list of assets.
const PAGE: usize = 500;

/// Measures the starts; `many` is a capture of ten thousand machines.
pub(super) fn run(program: &Path, folder: &Path, many: &Path) -> Outcome {
    let failed = |error: std::io::Error| format!("the server: {error}");
    let folder = folder.join("server");
    let mut empty = Vec::new();
    for _ in 0..RUNS {
        let (mut server, seconds) = Server::first(program, &folder).map_err(failed)?;
        empty.push(seconds);
        server.end().map_err(failed)?;
    }
    let seconds = median(empty.into_iter());
    figure("start with an empty disk to the first page", json!({ "seconds": seconds, "bar_seconds": 2 }));
    let (mut server, _) = Server::first(program, &folder).map_err(failed)?;
    let client = server.enrol().map_err(failed)?;
    server.read(&client, many).map_err(failed)?;
    let assets = count(&client).map_err(failed)?;
    let (mut pages, mut lists) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        server.end().map_err(failed)?;
        let started = Instant::now();
        pages.push(server.start().map_err(failed)?);
        let listed = || client.get("/assets?limit=50").ok().filter(|answer| answer.status == 200);
        until("the list of assets", PATIENCE, listed).map_err(failed)?;
        lists.push(started.elapsed().as_secs_f64());
    }
    server.end().map_err(failed)?;
    figure(
        "restart with many assets",
        json!({
            "assets": assets, "first_page_seconds": median(pages.into_iter()),
            "list_seconds": median(lists.into_iter()), "bar_seconds": 5,
        }),
    );
    Ok(())
}

/// A server in a folder of its own.
struct Server {
    binary: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
    program: Program,
    link: String,
}

impl Server {
    /// A server with nothing, and how many seconds it took to its first page.
    fn first(binary: &Path, folder: &Path) -> std::io::Result<(Self, f64)> {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder)?;
        let address = drive::free_address()?;
        let text = format!(
            "[site]\nname = \"Bench\"\n[listen]\naddress = \"{address}\"\ntls = \"off\"\n[data]\nfolder = \"{}\"\n",
            folder.join("data").display()
        );
        fs::write(folder.join("yagura.toml"), text)?;
        let started = Instant::now();
        let program = begin(binary, folder)?;
        first_page(address)?;
        let seconds = started.elapsed().as_secs_f64();
        let link = program.ready(PATIENCE)?;
        Ok((Self { binary: binary.into(), folder: folder.into(), address, program, link }, seconds))
    }

    /// Starts it again; seconds to the first page.
    fn start(&mut self) -> std::io::Result<f64> {
        let started = Instant::now();
        self.program = begin(&self.binary, &self.folder)?;
        first_page(self.address)?;
        Ok(started.elapsed().as_secs_f64())
    }

    fn end(&mut self) -> std::io::Result<()> {
        self.program.terminate()?;
        self.program.wait(PATIENCE).map(|_| ())
    }

    fn enrol(&self) -> std::io::Result<Client> {
        drive::enrol(&Client::new(self.address), &self.link, Some("root"))
    }

    /// Uploads a capture and waits until it is read.
    fn read(&self, client: &Client, capture: &Path) -> std::io::Result<()> {
        let taken = client.upload("/uploads?name=many.pcap", &fs::read(capture)?)?.expect(202)?.json();
        let id = taken.get("id").and_then(|id| id.as_str()).unwrap_or_default().to_owned();
        until("the capture is read", PATIENCE, || {
            let row = client.get(&format!("/uploads/{id}")).ok()?.json();
            matches!(row.get("state")?.as_str()?, "done" | "failed").then_some(())
        })
    }
}

fn begin(binary: &Path, folder: &Path) -> std::io::Result<Program> {
    let file = folder.join("yagura.toml");
    Program::start(binary, &[Path::new("site"), Path::new("--config"), &file], &folder.join("errors"))
}

fn first_page(address: SocketAddr) -> std::io::Result<()> {
    let nobody = Client::new(address);
    let page = || nobody.ask("GET", "/", "", &[]).ok().filter(|answer| answer.status == 200).map(|_| ());
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if page().is_some() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Err(std::io::Error::other("no first page"))
}

/// All rows of the list of assets, page by page, once the last of them is there.
fn count(client: &Client) -> std::io::Result<usize> {
    let all = || {
        let (mut rows, mut next) = (0, String::new());
        loop {
            let page = client.get(&format!("/assets?limit={PAGE}{next}")).ok()?.expect(200).ok()?.json();
            rows += page.get("items")?.as_array()?.len();
            match page.get("next").and_then(|next| next.as_str()) {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => return Some(rows),
            }
        }
    };
    let mut before = None;
    until("the assets of the capture", PATIENCE, || {
        std::thread::sleep(Duration::from_secs(2));
        let rows = all();
        let is_settled = rows.is_some_and(|rows| rows > 0) && rows == before;
        before = rows;
        rows.filter(|_| is_settled)
    })
}
