//! What changed between two configurations, and whether the running product can follow.

use crate::reference::schema;
use crate::sections::Config;
use serde_json::Value;

/// How a changed key takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// At once.
    Live,
    /// With the next start.
    Restart,
}

/// A key whose effective value differs. Values are not told: some name secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Path of the key; lists such as `capture.interface` count as one key.
    pub key: String,
    /// How it takes effect.
    pub change: Change,
}

/// Every key whose effective value differs; a default written out is no difference.
#[must_use]
pub fn changes(old: &Config, new: &Config) -> Vec<Changed> {
    let mut found = Vec::new();
    compare(&old.settings, &new.settings, &schema(), "", &mut found);
    found
}

fn compare(old: &Value, new: &Value, schema: &Value, path: &str, found: &mut Vec<Changed>) {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, schema) in properties.into_iter().flatten() {
        let key = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let [old, new] = [old, new].map(|value| value.get(name).unwrap_or(&Value::Null));
        if old == new {
            continue;
        }
        // A section that comes or goes is one change, not one for each of its keys.
        if old.is_object() && new.is_object() {
            compare(old, new, schema, &key, found);
        } else {
            found.push(Changed { key, change: class(schema) });
        }
    }
}

/// What the key's declaration says; without a word, a restart is needed.
pub(crate) fn class(schema: &Value) -> Change {
    let is_live = schema.get("x-change").and_then(Value::as_str) == Some("live");
    if is_live { Change::Live } else { Change::Restart }
}
