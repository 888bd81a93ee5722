//! The text as a tree of values with places: parsed, overlaid with the environment, compared with the schema.
//!
//! What the schema refuses is told and taken out, so that the rest can be read and checked in the same run.

use crate::fault::{Fault, Place};
use crate::reference::{allowed, choices, is_of_form};
use crate::sections::Raw;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

const PREFIX: &str = "YAGURA_";
/// Places that one variable may take: each value inside of it has its own.
const VARIABLE_PLACES: usize = 1 << 16;
/// A key further than this from every known one is not taken for a slip.
const SLIP_MAX: usize = 3;

/// Where each value came from.
#[derive(Debug)]
pub(crate) struct Origin {
    file: String,
    /// Where each line begins.
    lines: Vec<usize>,
    len: usize,
    variables: Vec<String>,
    keys: BTreeMap<(usize, usize), String>,
    places: BTreeMap<String, usize>,
}

/// Whether an environment variable speaks of a key: `YAGURA_SECTION__KEY`.
pub(crate) fn is_override(name: &str) -> bool {
    name.strip_prefix(PREFIX).is_some_and(|rest| rest.contains("__"))
}

/// The raw configuration without what the schema refuses, where its values stand, and the faults so far.
pub(crate) fn read(
    file: &str,
    text: &str,
    variables: &[(String, String)],
    schema: &Value,
) -> (Raw, Origin, Vec<Fault>) {
    let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let (keys, places) = Default::default();
    let names = variables.iter().map(|(name, _)| name.clone()).collect();
    let mut origin = Origin { file: file.into(), lines, len: text.len(), variables: names, keys, places };
    let (mut table, errors) = DeTable::parse_recoverable(text);
    let syntax = |error: &toml::de::Error| {
        let span = error.span().unwrap_or(0..0);
        origin.fault(span.start, String::new(), format!("not TOML: {}", error.message().replace('\n', ", ")))
    };
    let mut faults: Vec<Fault> = errors.iter().map(syntax).collect();
    for (number, (name, value)) in variables.iter().enumerate().filter(|(_, (name, _))| is_override(name)) {
        let start = text.len() + 1 + number * VARIABLE_PLACES;
        if let Err(error) = overlay(table.get_mut(), name, value, start, schema) {
            faults.push(origin.fault(start, String::new(), error));
        }
    }
    walk_table(table.get_mut(), schema, "", &mut origin, &mut faults);
    let raw = Raw::deserialize(toml::Deserializer::from(table)).unwrap_or_else(|error| {
        // The walk lets only values through that the types hold; a gap between them is told, not hidden.
        let at = error.span().map_or(0, |span| span.start);
        faults.push(origin.fault(at, String::new(), error.message().into()));
        Raw::default()
    });
    (raw, origin, faults)
}

impl Origin {
    pub(crate) fn fault(&self, start: usize, key: String, text: String) -> Fault {
        Fault { file: self.file.clone(), place: self.place(start), key, text }
    }

    /// The path of the key whose value stands there.
    pub(crate) fn key(&self, span: &Range<usize>) -> Option<&str> {
        self.keys.get(&(span.start, span.end)).map(String::as_str)
    }

    /// The place of a key, or of the nearest part of its path that was given.
    pub(crate) fn start_of(&self, key: &str) -> Option<usize> {
        let mut path = key;
        loop {
            if let Some(start) = self.places.get(path) {
                return Some(*start);
            }
            path = path.rsplit_once('.')?.0;
        }
    }

    pub(crate) fn whole(&self, key: String, text: String) -> Fault {
        Fault { file: self.file.clone(), place: Place::Whole, key, text }
    }

    fn place(&self, start: usize) -> Place {
        if start > self.len {
            let number = (start - self.len - 1) / VARIABLE_PLACES;
            return self.variables.get(number).map_or(Place::Whole, |name| Place::Variable(name.clone()));
        }
        let line = self.lines.partition_point(|begin| *begin <= start);
        Place::Line(u32::try_from(line).unwrap_or(u32::MAX))
    }

    fn note(&mut self, span: Range<usize>, path: &str) {
        self.places.insert(path.to_owned(), span.start);
        self.keys.insert((span.start, span.end), path.to_owned());
    }
}

/// Puts the value of a variable where its name says; sections on the way are made.
fn overlay<'i>(
    table: &mut DeTable<'i>,
    name: &str,
    value: &'i str,
    start: usize,
    schema: &Value,
) -> Result<(), String> {
    let path = name.strip_prefix(PREFIX).unwrap_or(name).to_lowercase();
    let mut words: Vec<String> = path.split("__").map(str::to_owned).collect();
    let last = words.pop().unwrap_or_default();
    let (mut table, mut schema) = (table, schema);
    for word in words {
        schema = property(schema, &word).unwrap_or(&Value::Null);
        let key = Spanned::new(start..start, word.clone().into());
        let fresh = || Spanned::new(start..start, DeValue::Table(DeTable::default()));
        table = match table.entry(key).or_insert_with(fresh).get_mut() {
            DeValue::Table(inner) => inner,
            _ => return Err(format!("`{word}` is no section, so that no key inside of it can be set")),
        };
    }
    let is_text = property(schema, &last).is_some_and(|schema| is_of_form(schema, "string"));
    let parsed = if is_text { None } else { DeValue::parse(value).ok().map(Spanned::into_inner) };
    let mut next = start;
    let value = placed(parsed.unwrap_or_else(|| DeValue::String(value.into())), &mut next);
    table.insert(Spanned::new(start..start, last.into()), value);
    Ok(())
}

/// Gives each value of a variable a place of its own behind the file's.
fn placed<'i>(value: DeValue<'i>, next: &mut usize) -> Spanned<DeValue<'i>> {
    let at = *next;
    *next += 1;
    let value = match value {
        DeValue::Array(items) => DeValue::Array(
            items.into_iter().map(|item| placed(item.into_inner(), next)).collect::<DeArray<'i>>(),
        ),
        DeValue::Table(table) => {
            let mut fresh = DeTable::default();
            for (key, value) in table {
                let key = Spanned::new(at..at, key.into_inner());
                fresh.insert(key, placed(value.into_inner(), next));
            }
            DeValue::Table(fresh)
        }
        other => other,
    };
    Spanned::new(at..at + 1, value)
}

fn walk_table(
    table: &mut DeTable<'_>,
    schema: &Value,
    path: &str,
    origin: &mut Origin,
    faults: &mut Vec<Fault>,
) {
    let mut refused = Vec::new();
    for (key, value) in table.iter_mut() {
        let name = key.get_ref().to_string();
        let full = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match property(schema, &name) {
            Some(schema) => {
                origin.note(value.span(), &full);
                if !walk(value, schema, &full, origin, faults) {
                    refused.push(name);
                }
            }
            None => {
                faults.push(origin.fault(key.span().start, full, unknown(&name, schema)));
                refused.push(name);
            }
        }
    }
    for name in refused {
        table.remove(name.as_str());
    }
}

/// Whether the value may stay; its faulty parts are told and taken out.
fn walk(
    value: &mut Spanned<DeValue<'_>>,
    schema: &Value,
    path: &str,
    origin: &mut Origin,
    faults: &mut Vec<Fault>,
) -> bool {
    let start = value.span().start;
    let refuse = |origin: &Origin, faults: &mut Vec<Fault>, found: String| {
        faults.push(origin.fault(start, path.into(), format!("{found}: write {}", allowed(schema))));
        false
    };
    match value.get_mut() {
        DeValue::Table(table) if is_of_form(schema, "object") => {
            walk_table(table, schema, path, origin, faults);
            true
        }
        DeValue::Array(items) if is_of_form(schema, "array") => {
            walk_items(items, schema, path, origin, faults);
            true
        }
        DeValue::String(text) if is_of_form(schema, "string") => {
            let words = choices(schema);
            let fits = words.is_empty() || words.contains(&text.as_ref());
            fits || refuse(origin, faults, format!("`{text}` is not allowed"))
        }
        DeValue::Boolean(_) if is_of_form(schema, "boolean") => true,
        DeValue::Integer(number) if is_of_form(schema, "integer") => {
            let read = i64::from_str_radix(number.as_str(), number.radix()).ok();
            let limit = |name: &str| schema.get(name).and_then(Value::as_i64);
            let fits = read.is_some_and(|n| {
                limit("minimum").is_none_or(|min| n >= min) && limit("maximum").is_none_or(|max| n <= max)
            });
            fits || refuse(origin, faults, format!("{number} is not allowed"))
        }
        DeValue::Datetime(moment) if is_of_form(schema, "string") => {
            *value.get_mut() = DeValue::String(moment.to_string().into());
            true
        }
        other => {
            let found = format!("a value of another kind ({})", other.type_str());
            refuse(origin, faults, found)
        }
    }
}

fn walk_items(
    items: &mut DeArray<'_>,
    schema: &Value,
    path: &str,
    origin: &mut Origin,
    faults: &mut Vec<Fault>,
) {
    let Some(schema) = schema.get("items") else { return };
    let [mut kept, empty] = [(); 2].map(|()| std::iter::empty().collect::<DeArray<'_>>());
    for (number, mut item) in std::mem::replace(items, empty).into_iter().enumerate() {
        let full = format!("{path}[{}]", number + 1);
        origin.note(item.span(), &full);
        if walk(&mut item, schema, &full, origin, faults) {
            kept.push(item);
        }
    }
    *items = kept;
}

fn unknown(name: &str, schema: &Value) -> String {
    let known = schema.get("properties").and_then(Value::as_object);
    let known: Vec<&str> = known.into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    let nearest = known.iter().map(|key| (strsim::damerau_levenshtein(name, key), *key)).min();
    match nearest {
        Some((distance, key)) if distance <= SLIP_MAX && distance < key.len() => {
            format!("unknown key; did you mean `{key}`?")
        }
        _ => {
            let list: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
            format!("unknown key; known here: {}", list.join(", "))
        }
    }
}

pub(crate) fn property<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    schema.get("properties")?.get(name)
}
