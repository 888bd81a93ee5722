//! A PostgreSQL server of its own: in a temporary folder, on a Unix socket only, stopped when dropped.

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server.
pub(crate) struct Server {
    process: Child,
    folder: PathBuf,
}

/// The user `nobody`: the server refuses to run as root.
const NOBODY: u32 = 65534;

impl Server {
    /// `None` when no server is installed.
    pub(crate) fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = std::env::temp_dir().join(format!("yagura-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        if is_root() {
            chown(&folder, Some(NOBODY), Some(NOBODY)).expect("the folder is given away");
        }
        let data = folder.join("data");
        let done = as_nobody(&programs.join("initdb"))
            .args([
                "--no-sync",
                "--auth=trust",
                "--username=yagura",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "-D",
            ])
            .arg(&data)
            .stdout(Stdio::null())
            .current_dir(&folder)
            .status();
        assert!(done.expect("initdb starts").success(), "initdb");
        let process = as_nobody(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60"])
            .stderr(Stdio::null())
            .current_dir(&folder)
            .spawn()
            .expect("the server starts");
        let mut server = Self { process, folder };
        server.wait();
        Some(server)
    }

    /// The URL of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://yagura@{folder}/{database}")
    }

    fn wait(&mut self) {
        let begin = Instant::now();
        // The file has a status line once connections are taken.
        let pid = self.folder.join("data/postmaster.pid");
        while !std::fs::read_to_string(&pid).is_ok_and(|text| text.contains("ready")) {
            assert!(begin.elapsed() < Duration::from_secs(60), "the server is not ready after a minute");
            assert!(self.process.try_wait().expect("its state").is_none(), "the server ended at once");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGINT ends it at once and in order.
        let _ = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn as_nobody(program: &Path) -> Command {
    let mut command = Command::new(if is_root() { Path::new("setpriv") } else { program });
    if is_root() {
        // Ends with this program even when that is killed.
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--pdeathsig=INT"]).arg(program);
    }
    command
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0)
}

/// The folder of `initdb` and `postgres`: where the search path says, or where Debian puts them.
fn programs() -> Option<PathBuf> {
    let has = |folder: &PathBuf| folder.join("initdb").exists() && folder.join("postgres").exists();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").ok();
    let debian = debian.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    debian.chain(std::env::split_paths(&path)).find(has)
}
