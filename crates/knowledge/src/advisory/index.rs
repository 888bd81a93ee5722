//! All advisories, found by the words of the products they name.

use super::pattern::{self, Pattern, Word};
use super::spoken::{Fit, Identity};
use super::types::{Advisory, Affected, Status};
use super::version::{Bound, Constraint, Range, Spans, Version};
use super::version_key::Key;
use super::words::{self, compact};
use super::{makers, names, version_text};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Advisories with what it takes to find those of a device at once. Built anew when the advisories change.
#[derive(Debug, Default)]
pub struct Index {
    pub(super) advisories: Vec<Advisory>,
    pub(super) entries: Vec<Entry>,
    /// Places in `entries` by a word that the device must have; `^` and letters for the beginning of a pattern.
    by_word: HashMap<String, Vec<u32>>,
    /// Names that stand beside an order number.
    by_number: HashMap<String, BTreeSet<String>>,
    pub(super) cpes: super::cpe::CpeIndex,
}

/// A product name of a maker with every statement about it.
#[derive(Debug)]
pub(super) struct Entry {
    makers: Vec<String>,
    pub(super) pattern: Pattern,
    pub(super) branch: Spans,
    pub(super) uses: Vec<Use>,
}

/// Where a product stands, and what is said of it.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) advisory: u32,
    pub(super) product: u32,
    /// The versions meant, after the branches of the same name were told apart.
    pub(super) versions: Constraint,
    /// The same, to be asked.
    pub(super) spans: Spans,
    /// Whether a range among them ends nowhere, so that only a remedy tells what is mended.
    pub(super) is_open: bool,
    /// Versions that remedies call fixed for this product.
    pub(super) fixed: Vec<Key>,
    /// What is left affected when those are the ends of branches.
    pub(super) before_fixed: Spans,
    /// Weaknesses with their status.
    pub(super) weaknesses: Vec<(u32, Status)>,
}

impl Index {
    /// Builds the index. Advisories of one identifier should come once, in their newest revision.
    #[must_use]
    pub fn new(advisories: Vec<Advisory>) -> Self {
        let mut index = Self::default();
        let mut places: BTreeMap<(String, Vec<String>, Vec<String>), usize> = BTreeMap::new();
        for (advisory_place, advisory) in advisories.iter().enumerate() {
            let Ok(advisory_place) = u32::try_from(advisory_place) else { break };
            let stated = statements(advisory);
            let constraints = constraints(advisory, &stated);
            for (place, (product, weaknesses)) in advisory.products.iter().zip(stated).enumerate() {
                let Ok(product_place) = u32::try_from(place) else { break };
                if weaknesses.is_empty() {
                    continue;
                }
                let versions = constraints.get(place).cloned().unwrap_or_default();
                let mut used = used(product, versions);
                (used.advisory, used.product, used.weaknesses) = (advisory_place, product_place, weaknesses);
                index.cpes.add(product, &used);
                let key = (product.vendor.clone(), product.path.clone(), product.models.clone());
                if let Some(entry) = places.get(&key).and_then(|place| index.entries.get_mut(*place)) {
                    entry.uses.push(used);
                } else if let Some(entry) = entry(product, used) {
                    places.insert(key, index.entries.len());
                    index.entries.push(entry);
                }
            }
        }
        index.post();
        index.advisories = advisories;
        index.learn_numbers();
        index
    }

    /// The advisories of the index, in the order given.
    #[must_use]
    pub fn advisories(&self) -> &[Advisory] {
        &self.advisories
    }

    fn post(&mut self) {
        let mut count: HashMap<String, u32> = HashMap::new();
        for entry in &self.entries {
            for word in entry.pattern.required.iter().flatten() {
                *count.entry(word.text().to_owned()).or_default() += 1;
            }
        }
        for (place, entry) in self.entries.iter().enumerate() {
            let Ok(place) = u32::try_from(place) else { break };
            for key in anchors(&entry.pattern, &count) {
                self.by_word.entry(key).or_default().push(place);
            }
        }
    }

    /// What the advisories call the order number otherwise.
    pub(super) fn known_names<'a>(&'a self, identity: &'a Identity) -> impl Iterator<Item = &'a String> {
        identity
            .said
            .iter()
            .filter(|word| names::is_order_number(word))
            .filter_map(|word| self.by_number.get(word))
            .flatten()
    }

    /// Entries that the device may be, by place, each once.
    pub(super) fn candidates(&self, identity: &Identity) -> Vec<u32> {
        let mut found = Vec::new();
        for word in &identity.words {
            found.extend(self.by_word.get(word).into_iter().flatten());
            let mut end = 0;
            for (count, letter) in word.chars().enumerate().take(3) {
                end += letter.len_utf8();
                if count >= 1 {
                    let key = format!("^{}", word.get(..end).unwrap_or_default());
                    found.extend(self.by_word.get(&key).into_iter().flatten());
                }
            }
            if let Some(line) = word.strip_suffix("series") {
                found.extend(self.by_word.get(line).into_iter().flatten());
            }
            if word.len() >= 5 && word.chars().all(char::is_alphabetic) {
                let key = format!("~{}", word.chars().take(5).collect::<String>());
                found.extend(self.by_word.get(&key).into_iter().flatten());
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Entry {
    pub(super) fn fits(&self, identity: &Identity) -> Option<Fit> {
        let by_maker = self.makers.is_empty()
            || identity.makers.is_empty()
            || self.makers.iter().any(|maker| identity.makers.contains(maker));
        if by_maker { identity.fits(&self.pattern) } else { None }
    }
}

/// The words of which the device must have one; the rarest of those it must have.
fn anchors(pattern: &Pattern, count: &HashMap<String, u32>) -> Vec<String> {
    let key = |word: &Word| match word {
        Word::Is(text) if text.len() >= 5 && text.chars().all(char::is_alphabetic) => {
            format!("~{}", text.chars().take(5).collect::<String>())
        }
        Word::Is(text) => text.clone(),
        Word::Like(text) => {
            let head: String = text.chars().take_while(|letter| letter.is_alphanumeric()).take(3).collect();
            if head.len() < 2 { String::new() } else { format!("^{head}") }
        }
    };
    let mut keys: Vec<String> = pattern.catalogue.iter().map(key).collect();
    let rarest = pattern.required.iter().min_by_key(|words| {
        words.iter().map(|word| count.get(word.text()).copied().unwrap_or(0)).sum::<u32>()
    });
    match rarest {
        Some(words) => keys.extend(words.iter().map(key)),
        None => keys.extend(pattern.brand.iter().map(|word| key(&Word::Is(word.clone())))),
    }
    keys.retain(|key| !key.is_empty());
    keys.sort();
    keys.dedup();
    keys
}

fn entry(product: &Affected, used: Use) -> Option<Entry> {
    let mut pattern = pattern::compile(&product.path, &product.vendor)?;
    for model in &product.models {
        let text = compact(model);
        let word = if text.contains(['*', '?']) { Word::Like(text) } else { Word::Is(text) };
        let digits = word.text().chars().filter(char::is_ascii_digit).count();
        if digits >= 3 && word.text().len() >= 5 && !pattern.catalogue.contains(&word) {
            pattern.catalogue.push(word);
        }
    }
    Some(Entry {
        makers: makers::groups(&product.vendor),
        branch: Spans::of(&pattern.branch),
        pattern,
        uses: vec![used],
    })
}

fn used(product: &Affected, versions: Constraint) -> Use {
    let fixed: Vec<Key> = product.fixed.iter().filter_map(|fixed| Key::read(&fixed.version)).collect();
    let limit = |version: &String| Bound { version: Version::new(version), inclusive: false };
    let limits = product.fixed.iter().map(|fixed| limit(&fixed.version)).collect();
    Use {
        advisory: 0,
        product: 0,
        spans: Spans::of(&versions.ranges),
        is_open: !versions.ranges.is_empty() && versions.ranges.iter().all(|range| range.high.is_none()),
        versions,
        before_fixed: if fixed.is_empty() {
            Spans::default()
        } else {
            Spans::of(&version_text::branches(limits))
        },
        fixed,
        weaknesses: Vec::new(),
    }
}

/// For each product its weaknesses with the status said.
fn statements(advisory: &Advisory) -> Vec<Vec<(u32, Status)>> {
    let mut stated: Vec<Vec<(u32, Status)>> = vec![Vec::new(); advisory.products.len()];
    for (place, weakness) in advisory.vulnerabilities.iter().enumerate() {
        let Ok(place) = u32::try_from(place) else { break };
        for state in &weakness.states {
            for product in &state.products {
                let found = usize::try_from(*product).ok().and_then(|product| stated.get_mut(product));
                if let Some(found) = found {
                    found.push((place, state.status));
                }
            }
        }
    }
    stated
}

/// The versions of each product. Entries of one name and weakness that have only upper ends are branches.
fn constraints(advisory: &Advisory, stated: &[Vec<(u32, Status)>]) -> Vec<Constraint> {
    let mut constraints: Vec<Constraint> =
        advisory.products.iter().map(|product| product.versions.clone()).collect();
    let mut groups: BTreeMap<(Vec<String>, Vec<String>), Vec<usize>> = BTreeMap::new();
    for (place, product) in advisory.products.iter().enumerate() {
        let bounded = matches!(product.versions.ranges.as_slice(), [Range { low: None, high: Some(_) }]);
        if bounded {
            groups.entry((product.path.clone(), product.models.clone())).or_default().push(place);
        }
    }
    for places in groups.values().filter(|places| places.len() > 1) {
        for place in places {
            let shares = |other: &&usize| {
                let weaknesses = |place: usize| stated.get(place).map(Vec::as_slice).unwrap_or_default();
                *other == place || weaknesses(*place).iter().any(|one| weaknesses(**other).contains(one))
            };
            let limit = |place: &usize| -> Option<Bound> {
                advisory.products.get(*place)?.versions.ranges.first()?.high.clone()
            };
            let Some(own) = limit(place) else { continue };
            let limits: Vec<Bound> = places.iter().filter(shares).filter_map(limit).collect();
            let branched = version_text::branches(limits);
            let found = branched.into_iter().find(|range| range.high.as_ref() == Some(&own));
            if let (Some(range), Some(constraint)) = (found, constraints.get_mut(*place)) {
                constraint.ranges = vec![range];
            }
        }
    }
    constraints
}

impl Index {
    /// Fills the names that stand beside order numbers.
    pub(super) fn learn_numbers(&mut self) {
        for advisory in &self.advisories {
            for product in &advisory.products {
                let Some(name) = product.path.last() else { continue };
                let (mut bare, brackets) = words::split_brackets(&words::clean(name));
                for bracket in brackets.iter().filter(|text| names::order_numbers(text).is_empty()) {
                    bare = format!("{} ({bracket})", bare.trim());
                }
                let bare = bare.trim();
                if bare.len() < 5 || product.models.len() > 3 {
                    continue;
                }
                for model in &product.models {
                    let number = compact(model);
                    if names::is_order_number(&number)
                        && !number.contains(['*', '?'])
                        && compact(bare) != number
                    {
                        self.by_number.entry(number).or_default().insert(bare.to_owned());
                    }
                }
            }
        }
    }
}
