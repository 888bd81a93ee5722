//! A plant in a temporary folder, its server, and one request at a time.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// A configuration and a data folder.
pub(crate) struct Plant {
    folder: TempDir,
    pub(crate) port: u16,
}

/// A running server; stopped when dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
    /// What it printed when it was ready.
    pub(crate) ready: String,
}

/// A port that nobody uses now.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}

impl Plant {
    /// A plant with plain HTTP on this machine and these further lines of configuration.
    pub(crate) fn new(further: impl FnOnce(&Path) -> String) -> Self {
        Self::listening("tls = \"off\"", further)
    }

    pub(crate) fn listening(listen: &str, further: impl FnOnce(&Path) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        std::fs::create_dir(folder.path().join("backups")).expect("a folder");
        let data = folder.path().join("data");
        let text = format!(
            "[site]\nname = \"第一工場\"\n[listen]\naddress = \"127.0.0.1:{port}\"\n{listen}\n[data]\nfolder = \"{}\"\n{}",
            data.display(),
            further(folder.path())
        );
        std::fs::write(folder.path().join("yagura.toml"), text).expect("a file");
        Self { folder, port }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file of the plant and gives its path.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yagura"));
        command.args(words).arg("--config").arg(self.path("yagura.toml"));
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("the program starts")
    }

    /// What a command that succeeds prints.
    #[track_caller]
    pub(crate) fn told(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// The one line of a command that is refused.
    #[track_caller]
    pub(crate) fn refused(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(!output.status.success() && output.stdout.is_empty(), "{words:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{words:?}: {said}");
        said
    }

    /// Starts the server and waits until it answers.
    pub(crate) fn start(&self) -> Server {
        let mut process = self.command(&["site"]).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut ready = String::new();
        let mut told = BufReader::new(process.stdout.take().expect("its output"));
        told.read_line(&mut ready).expect("a line");
        assert!(ready.starts_with("ready: "), "{ready}");
        Server { process, port: self.port, ready }
    }
}

impl Server {
    /// Asks it to end and waits.
    pub(crate) fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let id = i32::try_from(self.process.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(id) = id {
            let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        }
        let _ = self.process.wait();
    }

    /// One request; gives status, head and body.
    pub(crate) fn ask(&self, method: &str, path: &str, cookie: &str, body: &str) -> (u16, String, Vec<u8>) {
        let own = format!("127.0.0.1:{}", self.port);
        let mut stream = TcpStream::connect(&own).expect("a connection");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {own}\r\nOrigin: http://{own}\r\nCookie: {cookie}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(answer[..end].to_vec()).expect("ASCII");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, head, answer[end + 4..].to_vec())
    }

    /// One request whose answer is JSON.
    pub(crate) fn json(&self, method: &str, path: &str, cookie: &str, body: &Value) -> (u16, Value) {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let (status, _, body) = self.ask(method, path, cookie, &text);
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Uses a one-time link and gives the cookie of the log-in.
    pub(crate) fn enrol(&self, link: &str, name: Option<&str>, password: &str) -> String {
        let link = link.trim().rsplit_once('#').expect("a link").1;
        let body = serde_json::json!({ "link": link, "name": name, "password": password });
        let (status, head, body) = self.ask("POST", "/api/v1/auth/enrolment", "", &body.to_string());
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
        cookie.split(';').next().expect("a value").to_owned()
    }

    /// Who a cookie belongs to.
    pub(crate) fn who(&self, cookie: &str) -> Value {
        self.json("GET", "/api/v1/auth/session", cookie, &Value::Null).1["kind"].clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
