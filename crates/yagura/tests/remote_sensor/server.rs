//! The real server of a plant without a mirror port, and what an administrator asks of it.

use super::PROGRAM;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longer than anything here takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Server {
    process: Option<Child>,
    folder: PathBuf,
    console: SocketAddr,
    /// Where sensors come in.
    pub(crate) sensors: SocketAddr,
    cookie: String,
}

/// An empty folder for a test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("remote-{name}-{}", std::process::id()));
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("an address")
}

impl Server {
    /// Starts, and makes the first administrator.
    pub(crate) fn start(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        let (console, sensors) = (free(), free());
        let config = format!(
            "[site]\nname = \"Plant 1\"\n[listen]\naddress = \"{console}\"\ntls = \"off\"\n[evidence]\nbytes = 0\n\
             [data]\nfolder = \"{}\"\n[capture.remote]\naddress = \"{sensors}\"\n",
            folder.join("data").display()
        );
        fs::write(folder.join("yagura.toml"), config).expect("a disk");
        let server =
            Self { process: None, folder: folder.to_owned(), console, sensors, cookie: String::new() };
        let (mut server, ready) = server.run();
        let link = ready.split('#').nth(1).expect("a link").trim().to_owned();
        let body = format!(
            "{{\"link\":\"{link}\",\"name\":\"admin\",\"display_name\":\"A\",\"password\":\"correct horse battery\"}}"
        );
        let answer = server.ask("POST", "/api/v1/auth/enrolment", &body);
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.and_then(|cookie| cookie.split(';').next());
        server.cookie = cookie.unwrap_or_else(|| panic!("no log-in: {answer}")).to_owned();
        server
    }

    fn run(mut self) -> (Self, String) {
        let mut command = Command::new(PROGRAM);
        command.args(["site", "--config"]).arg(self.folder.join("yagura.toml"));
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut ready = String::new();
        let mut output = BufReader::new(process.stdout.take().expect("its output"));
        output.read_line(&mut ready).expect("a line");
        assert!(ready.starts_with("ready: "), "{ready:?}");
        self.process = Some(process);
        (self, ready)
    }

    /// A link for a sensor.
    pub(crate) fn sensor_link(&self, name: &str) -> String {
        let body = format!("{{\"name\":\"{name}\",\"host\":\"127.0.0.1\"}}");
        let made = self.post("/api/v1/sensors/links", &body);
        let link = made.split("\"link\":\"").nth(1).and_then(|rest| rest.split('"').next());
        link.unwrap_or_else(|| panic!("no link: {made}")).to_owned()
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.ask("GET", path, "")
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> String {
        self.ask("POST", path, body)
    }

    /// Asks until the answer is as wanted: the page is made anew about once a second.
    pub(crate) fn wait_until(&self, path: &str, is_fine: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let body = self.get(path);
            if is_fine(&body) {
                return body;
            }
            assert!(begun.elapsed() < PATIENCE, "{body}");
            // Who asks too often is told to wait.
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let console = self.console;
        let mut stream = TcpStream::connect(console).expect("the server");
        let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {console}\r\norigin: http://{console}\r\ncookie: {}\r\n{kind}\
             content-length: {}\r\nconnection: close\r\n\r\n",
            self.cookie,
            body.len()
        );
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(body.as_bytes()))
            .expect("the server");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// Kills the server: its processes end with the one that started them.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("it runs");
            process.wait().expect("it ends");
        }
    }

    /// Starts it again; people are still logged in.
    pub(crate) fn again(mut self) -> Self {
        self.kill();
        // The main process hears of its parent's death by a signal: the journal is free when it has ended.
        let begun = Instant::now();
        while TcpStream::connect(self.console).is_ok() {
            assert!(begun.elapsed() < PATIENCE, "the killed server still answers");
        }
        let journal = self.folder.join("data/model/journal/lock");
        let lock = fs::File::options().write(true).open(journal).expect("the lock of the journal");
        lock.lock().expect("the lock");
        drop(lock);
        let without_process = Self {
            process: None,
            folder: self.folder.clone(),
            console: self.console,
            sensors: self.sensors,
            cookie: self.cookie.clone(),
        };
        without_process.run().0
    }

    /// Ends it as an operator does; the folder of its model.
    pub(crate) fn stop(mut self) -> PathBuf {
        let mut process = self.process.take().expect("it runs");
        let pid = process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        process.wait().expect("it ends");
        self.folder.join("data/model")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
