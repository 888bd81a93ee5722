//! The schema, made from the raw types, and what people read of it.

use crate::change::{Change, class};
use crate::sections::Raw;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write;

const HEAD: &str = "\
# Configuration

Written from the types in `crates/config` by its tests; do not edit.

`yagura site --config FILE` reads one TOML file; every key has a default, so an empty file is one too.
`yagura site check --config FILE` names every fault with line, key and what is allowed, and starts nothing.
An environment variable comes before the file: `YAGURA_LISTEN__ADDRESS` sets `address` of `[listen]`.
A key marked *live* takes effect when the file is read again; the others need a restart.
Secrets do not stand in the file: keys that end in `_file` name a file whose first line is the secret.
";

/// The JSON Schema of the file, committed as `docs/config.schema.json`. `x-change` is `live` where a key may change
/// at run time; `x-form` says in words what a text may be.
#[must_use]
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<Raw>().to_value();
    simplify(&mut schema);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("title".into(), "Configuration of Yagura".into());
    }
    sorted(schema)
}

/// Keys in the order of the alphabet, whatever order maps of the JSON library keep: that depends on what else is built.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<String, Value> =
                map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Value::Object(sorted.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// TOML knows no null: an optional key is one that may be absent.
fn simplify(schema: &mut Value) {
    if let Value::Array(items) = schema {
        items.iter_mut().for_each(simplify);
        return;
    }
    let Value::Object(map) = schema else { return };
    if map.get("default").is_some_and(|default| default.is_null() || default.is_object()) {
        map.remove("default");
    }
    if let Some(Value::Array(kinds)) = map.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [one] = kinds.as_slice() {
            let one = one.clone();
            map.insert("type".into(), one);
        }
    }
    if let Some(Value::Array(variants)) = map.remove("anyOf") {
        let of_value = variants.into_iter().find(|variant| variant.get("type") != Some(&"null".into()));
        for (key, value) in of_value.as_ref().and_then(Value::as_object).into_iter().flatten() {
            map.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    if map.contains_key("properties") {
        map.insert("additionalProperties".into(), false.into());
    }
    map.values_mut().for_each(simplify);
}

/// Whether a value of this JSON type may stand there.
pub(crate) fn is_of_form(schema: &Value, form: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(one)) => one == form,
        Some(Value::Array(several)) => several.iter().any(|one| one == form),
        _ => form == "string" && schema.get("oneOf").is_some(),
    }
}

/// The words that may stand there; empty where any text may.
pub(crate) fn choices(schema: &Value) -> Vec<&str> {
    let list = |name: &str| schema.get(name).and_then(Value::as_array).into_iter().flatten();
    list("enum").chain(list("oneOf").filter_map(|one| one.get("const"))).filter_map(Value::as_str).collect()
}

/// What is allowed, in words that follow "write".
pub(crate) fn allowed(schema: &Value) -> String {
    if let Some(form) = schema.get("x-form").and_then(Value::as_str) {
        return form.to_owned();
    }
    let words = choices(schema);
    if !words.is_empty() {
        return words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(" or ");
    }
    let number = |name: &str| schema.get(name).and_then(Value::as_i64);
    match schema.get("type").and_then(Value::as_str) {
        Some("integer") => match (number("minimum"), number("maximum")) {
            (Some(min), Some(max)) => format!("a whole number from {min} to {max}"),
            (Some(min), None) => format!("a whole number from {min}"),
            _ => "a whole number".into(),
        },
        Some("boolean") => "`true` or `false`".into(),
        Some("array") => {
            let item = schema.get("items").map(allowed).unwrap_or_default();
            format!("a list, in brackets, of {}", item.strip_prefix("a ").unwrap_or(&item))
        }
        Some("object") => "a section with keys of its own".into(),
        _ => "a text in quotation marks".into(),
    }
}

/// The schema of a key; numbers of list entries are passed over.
pub(crate) fn find<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    key.split('.').try_fold(schema, |schema, word| {
        let (name, number) = word.split_once('[').unwrap_or((word, ""));
        let found = crate::tree::property(schema, name)?;
        if number.is_empty() { Some(found) } else { found.get("items") }
    })
}

/// The reference page, committed as `docs/configuration.md`.
#[must_use]
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    section(&schema(), "", &mut page);
    page
}

fn section(schema: &Value, path: &str, page: &mut String) {
    let none = Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
    let is_section = |schema: &Value| inner(schema).is_some();
    let keys: Vec<_> = properties.iter().filter(|(_, schema)| !is_section(schema)).collect();
    if !keys.is_empty() {
        page.push_str(
            "\n| key | what it says | allowed | default | change |\n| --- | --- | --- | --- | --- |\n",
        );
    }
    for (name, key) in keys {
        row(name, key, page);
    }
    for (name, key) in properties.iter().filter(|(_, schema)| is_section(schema)) {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let is_list = is_of_form(key, "array");
        let head = if is_list { format!("[[{path}]]") } else { format!("[{path}]") };
        // Writing into a text has no way to fail.
        let _ = write!(page, "\n## `{head}`\n\n{}\n", words(key));
        if let Some(inner) = inner(key) {
            section(inner, &path, page);
        }
    }
}

/// The schema of a section's keys, or of one entry of a list of sections.
fn inner(schema: &Value) -> Option<&Value> {
    let schema = schema.get("items").unwrap_or(schema);
    schema.get("properties").is_some().then_some(schema)
}

fn row(name: &str, key: &Value, page: &mut String) {
    let default = match key.get("default") {
        None => String::from("none"),
        Some(Value::Array(items)) if items.is_empty() => "empty".into(),
        Some(default) => format!("`{default}`"),
    };
    let change = if class(key) == Change::Live { "live" } else { "restart" };
    let cell = |text: String| text.replace('|', "\\|");
    let _ = writeln!(
        page,
        "| `{name}` | {} | {} | {} | {change} |",
        cell(words(key)),
        cell(allowed(key)),
        cell(default)
    );
}

/// The doc comment in one line.
fn words(schema: &Value) -> String {
    let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
