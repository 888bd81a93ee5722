//! What a bundle holds, as it is put together: items by part and key, with their origins.

use super::header::Origin;
use crate::item::{Item, Part};
use std::collections::BTreeMap;

/// Items by part and key. A later item takes the place of an earlier one of the same key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    /// Items as one line of JSON each: the form they have in the file, and the smallest.
    pub(super) parts: BTreeMap<Part, BTreeMap<String, String>>,
    pub(super) origins: BTreeMap<Part, Vec<Origin>>,
}

impl Content {
    /// Adds an item.
    pub fn add(&mut self, item: &Item) {
        // Items are plain values: they always have a form in JSON.
        if let Ok(line) = serde_json::to_string(item) {
            self.parts.entry(item.part()).or_default().insert(item.key(), line);
        }
    }

    /// Notes a source; one of the same name takes the place of the earlier.
    pub fn came_from(&mut self, part: Part, origin: Origin) {
        let origins = self.origins.entry(part).or_default();
        origins.retain(|known| known.source != origin.source);
        origins.push(origin);
    }

    /// Takes everything of a part away, to be filled anew.
    pub fn clear(&mut self, part: Part) {
        self.parts.remove(&part);
        self.origins.remove(&part);
    }

    /// Keeps these parts only.
    pub fn keep(&mut self, parts: &[Part]) {
        self.parts.retain(|part, _| parts.contains(part));
        self.origins.retain(|part, _| parts.contains(part));
    }

    /// How many items each part has, empty parts left out.
    pub fn counts(&self) -> impl Iterator<Item = (Part, usize)> {
        self.parts.iter().map(|(part, items)| (*part, items.len())).filter(|(_, items)| *items > 0)
    }

    /// Where the items of a part came from.
    pub fn origins(&self, part: Part) -> impl Iterator<Item = &Origin> {
        self.origins.get(&part).into_iter().flatten()
    }

    /// Every item of a part, in the order of their keys.
    pub fn items(&self, part: Part) -> impl Iterator<Item = Item> {
        self.parts
            .get(&part)
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter_map(|line| serde_json::from_str(line).ok())
    }

    /// What is here and not, or not so, in an earlier content; and the parts from which something went away, whole.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> (Self, Vec<Part>) {
        let (mut changed, mut whole) = (Self::default(), Vec::new());
        let nothing = BTreeMap::new();
        for part in Part::ALL {
            let (now, then) =
                (self.parts.get(&part).unwrap_or(&nothing), earlier.parts.get(&part).unwrap_or(&nothing));
            let gone = then.keys().any(|key| !now.contains_key(key));
            let is_new = |(key, line): &(&String, &String)| gone || then.get(*key) != Some(*line);
            let items: BTreeMap<String, String> =
                now.iter().filter(is_new).map(|(key, line)| (key.clone(), line.clone())).collect();
            if gone {
                whole.push(part);
            }
            if gone || !items.is_empty() {
                changed.origins.insert(part, self.origins.get(&part).cloned().unwrap_or_default());
                changed.parts.insert(part, items);
            }
        }
        (changed, whole)
    }
}
