//! Where the simulated plant is told what to play: a socket in the demo's folder, one line of JSON there and one back.

use serde_json::{Value, json};
use simulator::{Deed, Simulator, Story};
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::Duration;
use wire::Time;

/// Whoever asks says it within this time; the plant does not stand still for longer.
const PATIENCE: Duration = Duration::from_millis(200);
/// Bytes of a request at most.
const REQUEST_MAX: u64 = 4_096;

/// The socket.
pub(super) struct Prompter(UnixListener);

impl Prompter {
    /// Listens; a socket that a plant before this one left is taken over.
    pub(super) fn listen(path: &Path) -> io::Result<Self> {
        let _ = fs::remove_file(path);
        let listener = UnixListener::bind(path)?;
        listener.set_nonblocking(true)?;
        Ok(Self(listener))
    }

    /// Answers all that ask. `past` is how far the plant's past was told, until the present is reached.
    pub(super) fn answer(&self, story: &mut Story, simulator: &mut Simulator, past: Option<Time>) {
        while let Ok((stream, _)) = self.0.accept() {
            // Whoever asks and goes away, or asks nonsense, gets no answer; the plant goes on.
            let _ = exchange(&stream, story, simulator, past);
        }
    }
}

fn exchange(
    mut stream: &UnixStream,
    story: &mut Story,
    simulator: &mut Simulator,
    past: Option<Time>,
) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(stream.take(REQUEST_MAX)).read_line(&mut line)?;
    let request: Value = serde_json::from_str(&line)?;
    if let Some(deed) = request.get("action").and_then(Value::as_str).and_then(Deed::from_word) {
        story.act(deed, simulator);
    }
    stream.write_all(format!("{}\n", told(story, simulator, past)).as_bytes())
}

fn told(story: &Story, simulator: &Simulator, past: Option<Time>) -> Value {
    let chapters = simulator.plant().chapters().iter();
    let chapters = chapters
        .map(|chapter| json!({ "key": chapter.key, "seconds": chapter.seconds, "look": chapter.look }));
    json!({
        "chapters": chapters.collect::<Vec<_>>(),
        "chapter": story.chapter(),
        "played_s": story.played_s(),
        "mode": story.mode().word(),
        "past_us": past.map(|time| time.0.div_euclid(1_000)),
    })
}
