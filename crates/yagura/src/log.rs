//! What the program tells about itself: one line for each event on standard error, where the service manager reads.

use serde_json::{Map, Value};
use std::fmt;
use std::io::Write;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// The least important that is told, by its place in [`LEVELS`]; it may change while the program runs.
static LEAST: AtomicU8 = AtomicU8::new(2);
const LEVELS: [Level; 5] = [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE];

/// Writes events as they come. Spans are not followed: each line says by itself what it is about.
struct Lines {
    format: config::Format,
}

/// Begins to tell.
pub(crate) fn begin(log: config::Log) {
    set(log.level);
    // A second call, which there is none of, would change nothing.
    let _ = tracing::subscriber::set_global_default(Lines { format: log.format });
}

/// Tells from now on what is at least so important.
pub(crate) fn set(level: config::Level) {
    let place = LEVELS.iter().position(|known| known.as_str().eq_ignore_ascii_case(level.name()));
    LEAST.store(place.and_then(|place| u8::try_from(place).ok()).unwrap_or(2), Ordering::Relaxed);
    tracing::callsite::rebuild_interest_cache();
}

fn least() -> Level {
    LEVELS.get(usize::from(LEAST.load(Ordering::Relaxed))).copied().unwrap_or(Level::INFO)
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() <= least()
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::from_level(least()))
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let time = jiff::Timestamp::from_microsecond(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
        let line = line(event, &time.unwrap_or_default().to_string(), self.format);
        // Where nobody listens any more there is nobody to tell.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The fields of an event, the message apart.
#[derive(Default)]
struct Told {
    message: String,
    fields: Vec<(&'static str, String)>,
}

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.message = text;
        } else {
            self.fields.push((field.name(), text));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

fn line(event: &Event<'_>, time: &str, format: config::Format) -> String {
    let (level, target) = (event.metadata().level(), event.metadata().target());
    let mut told = Told::default();
    event.record(&mut told);
    match format {
        config::Format::Text => {
            let mut line = format!("{time} {level} {target}: {}", told.message);
            for (name, value) in &told.fields {
                line.push_str(&format!(" {name}={value}"));
            }
            // What others said must not begin a line of its own.
            line.replace(char::is_control, " ") + "\n"
        }
        config::Format::Json => {
            let mut object = Map::new();
            let fields = told.fields.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value)));
            object.extend(fields);
            for (name, value) in
                [("time", time), ("level", level.as_str()), ("target", target), ("message", &told.message)]
            {
                object.insert(name.into(), value.into());
            }
            Value::Object(object).to_string() + "\n"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// Keeps lines instead of writing them.
    struct Kept(config::Format, Arc<Mutex<Vec<String>>>);

    impl Subscriber for Kept {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            Lines { format: self.0 }.enabled(metadata)
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            self.1.lock().expect("no panic").push(line(event, "T", self.0));
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn each_event_is_one_line_and_the_level_may_change() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let tell = || {
            tracing::debug!("small");
            tracing::warn!(port = "mirror1", "two\nlines");
        };
        set(config::Level::Info);
        tracing::subscriber::with_default(Kept(config::Format::Text, lines.clone()), || {
            tell();
            set(config::Level::Debug);
            tell();
            set(config::Level::Info);
        });
        tracing::subscriber::with_default(Kept(config::Format::Json, lines.clone()), tell);
        let lines = lines.lock().expect("no panic");
        let target = module_path!();
        let warning = format!("T WARN {target}: two lines port=mirror1\n");
        assert_eq!(lines[..3], [warning.clone(), format!("T DEBUG {target}: small\n"), warning]);
        let read: Value = serde_json::from_str(&lines[3]).expect("JSON");
        assert_eq!((&read["message"], &read["port"]), (&Value::from("two\nlines"), &Value::from("mirror1")));
        assert_eq!(lines.len(), 4);
    }
}
