//! What one row of a register says.

use super::Field;
use core::net::IpAddr;
use std::collections::BTreeMap;
use wire::Mac;

/// Between the values of a field that has several.
pub(super) const BETWEEN: &str = ", ";

/// What one row of a register says: fields that are not empty. Addresses, dates and levels are in one spelling, names as
/// they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    values: BTreeMap<Field, String>,
}

impl Entry {
    /// What it says of a field; empty when nothing.
    #[must_use]
    pub fn get(&self, field: Field) -> &str {
        self.values.get(&field).map_or("", String::as_str)
    }

    /// Sets a field; empty text removes it. For rows that come back from a store: nothing is checked.
    pub fn set(&mut self, field: Field, value: String) {
        if value.is_empty() {
            self.values.remove(&field);
        } else {
            self.values.insert(field, value);
        }
    }

    /// Every field that says something.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        self.values.iter().map(|(field, value)| (*field, value.as_str()))
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Its hardware addresses.
    pub fn macs(&self) -> impl Iterator<Item = Mac> {
        self.parts(Field::Mac).filter_map(super::cell::mac)
    }

    /// Its IP addresses.
    pub fn ips(&self) -> impl Iterator<Item = IpAddr> {
        self.parts(Field::Ip).filter_map(|part| part.parse().ok())
    }

    /// The values of a field that may have several.
    pub fn parts(&self, field: Field) -> impl Iterator<Item = &str> {
        self.get(field).split(BETWEEN).filter(|part| !part.is_empty())
    }

    /// Adds values to a field that may have several, each once.
    pub(super) fn append(&mut self, field: Field, value: &str) {
        for part in value.split(BETWEEN) {
            if self.parts(field).any(|held| held == part) {
                continue;
            }
            let held = self.values.entry(field).or_default();
            if !held.is_empty() {
                held.push_str(BETWEEN);
            }
            held.push_str(part);
        }
    }
}
