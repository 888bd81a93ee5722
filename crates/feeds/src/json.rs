//! Reading JSON of strangers: fields that say where they are missing, and long lists read entry by entry.

use crate::problem::Fault;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::cell::RefCell;
use std::fmt;
use std::io::Read;

/// A text that must be there and not be empty.
pub(crate) fn text<'v>(value: &'v Value, key: &str) -> Result<&'v str, Fault> {
    match value.get(key) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.trim()),
        Some(Value::String(_)) => Err(Fault::new(format!("/{key}"), "is empty")),
        Some(_) => Err(Fault::new(format!("/{key}"), "is not a text")),
        None => Err(Fault::new(format!("/{key}"), "is missing")),
    }
}

/// A text that may be absent; another kind of value reads as absent too.
pub(crate) fn maybe_text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// The entries of a list that may be absent.
pub(crate) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts of a list that may be absent.
pub(crate) fn texts(value: &Value, key: &str) -> Vec<String> {
    list(value, key).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A yes or no that may be absent.
pub(crate) fn is(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// A whole document, no longer than `max` bytes.
pub(crate) fn document(reader: impl Read, max: u64) -> Result<Value, Fault> {
    let bytes = bounded(reader, max)?;
    serde_json::from_slice(strip_bom(&bytes)).map_err(|error| fault(&error))
}

/// All bytes of a reader, no more than `max`.
pub(crate) fn bounded(reader: impl Read, max: u64) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    reader
        .take(max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Fault::new("", format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > max {
        return Err(Fault::new("", format!("is longer than {max} bytes")));
    }
    Ok(bytes)
}

/// Text without the mark that some editors put before it.
pub(crate) fn strip_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// A defect of the JSON itself, with its line.
pub(crate) fn fault(error: &serde_json::Error) -> Fault {
    Fault::new(format!("line {}", error.line()), error)
}

/// Gives the entries of the list `key` of the outermost object to `each`, one after another, never holding two; the
/// other fields of the object go to `other`. What was given before a defect stays given.
pub(crate) fn each(
    reader: impl Read,
    key: &str,
    other: &mut dyn FnMut(&str, Value),
    each: &mut dyn FnMut(usize, Value),
) -> Result<(), Fault> {
    let seen = RefCell::new(false);
    let mut deserializer = serde_json::Deserializer::from_reader(std::io::BufReader::new(reader));
    Outer { key, other, each, seen: &seen }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
        .map_err(|error| fault(&error))?;
    if seen.into_inner() { Ok(()) } else { Err(Fault::new(format!("/{key}"), "is missing")) }
}

struct Outer<'a> {
    key: &'a str,
    other: &'a mut dyn FnMut(&str, Value),
    each: &'a mut dyn FnMut(usize, Value),
    seen: &'a RefCell<bool>,
}

impl<'de> DeserializeSeed<'de> for Outer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Outer<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object with the list {}", self.key)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key != self.key {
                (self.other)(&key, map.next_value()?);
            } else if self.seen.replace(true) {
                return Err(A::Error::custom(format!("the list {key} stands there twice")));
            } else {
                map.next_value_seed(Entries(&mut *self.each))?;
            }
        }
        Ok(())
    }
}

struct Entries<'a>(&'a mut dyn FnMut(usize, Value));

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(value) = sequence.next_element::<Value>()? {
            (self.0)(index, value);
            index += 1;
        }
        // Nothing is left; said so that a reader that stops early is noticed here.
        debug_assert!(sequence.next_element::<IgnoredAny>().is_ok_and(|rest| rest.is_none()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> (Vec<String>, Result<(), Fault>) {
        let mut found = Vec::new();
        let result = each(text.as_bytes(), "list", &mut |_, _| (), &mut |at, value| {
            found.push(format!("{at} {value}"))
        });
        (found, result)
    }

    #[test]
    fn a_long_list_is_read_entry_by_entry_up_to_a_defect() {
        let (found, result) = entries("{\"a\": {\"list\": 1}, \"list\": [1, {\"x\": 2}], \"b\": []}");
        assert_eq!((found.as_slice(), result), (&["0 1".to_owned(), "1 {\"x\":2}".into()][..], Ok(())));
        let (found, result) = entries("{\"list\": [1,\n2,\n}");
        assert_eq!(found, ["0 1", "1 2"]);
        assert_eq!(result.expect_err("a defect").at, "line 3");
        assert_eq!(entries("{}").1.expect_err("no list").to_string(), "/list: is missing");
        assert!(entries("{\"list\": [], \"list\": []}").1.is_err());
        assert!(entries("[]").1.is_err());
        assert!(entries("{\"list\": 3}").1.is_err());
    }

    #[test]
    fn a_document_is_bounded() {
        assert_eq!(document(&b"\xef\xbb\xbf{}"[..], 5).expect("JSON"), serde_json::json!({}));
        assert_eq!(document(&b"[1, 2]"[..], 5).expect_err("too long").what, "is longer than 5 bytes");
    }
}
