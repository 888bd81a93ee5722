//! Which advisories speak of a device.

use super::cpe::Cpe;
use super::index::{Entry, Index, Use};
use super::spoken::{Fit, Identity, Spoken};
use super::types::{Advisory, Affected, Kind, Remediation, Status};
use super::version::Version;
use super::version_key::Key;
use serde::Serialize;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Most modules of one device that are looked up.
const MODULES: usize = 256;
/// Most CPE names of one device that are looked up.
const CPES: usize = 2_000;

/// Most ranges of one product that are followed one after another.
const RANGES: usize = 8;

/// How sure it is that the advisory is about the device; the surer is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The product fits or its family, and of the version nothing can be told.
    Family,
    /// The product fits and its version lies in the range meant.
    Range,
    /// The product fits and its version is named.
    Exact,
}

/// An advisory that speaks of a device.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Match<'a> {
    /// Its identifier.
    pub advisory: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The weaknesses of the device by CVE, or by the maker's number where there is none; sorted.
    pub cves: Vec<&'a str>,
    /// How sure it is.
    pub grade: Grade,
    /// Why, as a sentence with the values compared.
    pub reason: String,
    /// The text of the advisory that decided: product and versions as written.
    pub source: String,
    /// Versions that mend it, as the advisory writes them, the lowest first.
    pub fixed_in: Vec<String>,
    /// What helps this product.
    pub remediations: Vec<&'a Remediation>,
    /// Places of these weaknesses in [`Advisory::vulnerabilities`].
    #[serde(skip)]
    pub weaknesses: Vec<u32>,
    /// The advisory itself.
    #[serde(skip)]
    pub document: &'a Advisory,
    /// The product entry that decided.
    #[serde(skip)]
    pub product: &'a Affected,
}

/// A device type with the entries that name it, to be asked for many versions.
#[derive(Debug)]
pub struct Known {
    identity: Identity,
    entries: Vec<(u32, Fit)>,
}

/// Which advisories of the index speak of this device: the surest first, then by identifier, each once. A module or
/// an installed program that an advisory names counts for the device.
#[must_use]
pub fn matches<'a>(index: &'a Index, spoken: &Spoken) -> Vec<Match<'a>> {
    matches_known(index, &index.know(spoken), spoken)
}

/// As [`matches()`] for many devices, in their order. What is one type is looked up once.
#[must_use]
pub fn matches_of_all<'a>(index: &'a Index, devices: &[Spoken]) -> Vec<Vec<Match<'a>>> {
    let mut known: BTreeMap<(&str, &str, &str, &str), Known> = BTreeMap::new();
    let mut all = Vec::with_capacity(devices.len());
    for spoken in devices {
        let key = (&*spoken.vendor, &*spoken.product, &*spoken.order_number, &*spoken.hardware);
        let known = known.entry(key).or_insert_with(|| index.know(spoken));
        all.push(matches_known(index, known, spoken));
    }
    all
}

/// As [`matches()`], for a device of a type that was looked up before with [`Index::know`].
#[must_use]
pub fn matches_known<'a>(index: &'a Index, known: &Known, spoken: &Spoken) -> Vec<Match<'a>> {
    let mut found: Found<'a> = BTreeMap::new();
    collect(index, known, spoken, "", &mut found);
    for cpe in spoken.cpes.iter().take(CPES).filter_map(|text| Cpe::read(text)) {
        collect_cpe(index, &cpe, &mut found);
    }
    for module in spoken.modules.iter().take(MODULES) {
        let mut module = module.clone();
        if module.vendor.is_empty() {
            module.vendor.clone_from(&spoken.vendor);
        }
        let name = if module.order_number.is_empty() { &module.product } else { &module.order_number };
        collect(index, &index.know(&module), &module, name, &mut found);
    }
    let mut all: Vec<Match<'a>> = found.into_values().filter_map(Gathered::finish).collect();
    all.sort_by(|one, two| two.grade.cmp(&one.grade).then_with(|| one.advisory.cmp(two.advisory)));
    all
}

impl Index {
    /// Looks a device type up by everything but its version.
    #[must_use]
    pub fn know(&self, spoken: &Spoken) -> Known {
        let mut identity = Identity::read(spoken);
        let names: Vec<String> = self.known_names(&identity).take(50).cloned().collect();
        for name in names {
            identity.learn(&name);
        }
        let entry = |place: u32| usize::try_from(place).ok().and_then(|place| self.entries.get(place));
        let fits = |place: u32| Some((place, entry(place)?.fits(&identity)?));
        let entries = self.candidates(&identity).into_iter().filter_map(fits).collect();
        Known { identity, entries }
    }
}

type Found<'a> = BTreeMap<u32, Gathered<'a>>;

/// What was found of one advisory.
struct Gathered<'a> {
    document: &'a Advisory,
    product: &'a Affected,
    product_place: u32,
    grade: Grade,
    reason: String,
    weaknesses: Vec<u32>,
    /// Weaknesses which the version of the device is said not to have.
    cleared: Vec<u32>,
    fixed: Vec<String>,
}

fn collect<'a>(index: &'a Index, known: &Known, spoken: &Spoken, module: &str, found: &mut Found<'a>) {
    let version = known.identity.said_version(spoken);
    let key = Key::read(&version.text);
    for (place, fit) in &known.entries {
        let entry = usize::try_from(*place).ok().and_then(|place| index.entries.get(place));
        let Some(entry) = entry else { continue };
        for used in &entry.uses {
            let judged = judge(entry, used, &known.identity, key.as_ref());
            let Some((grade, why)) =
                judged.map(|judged| if *fit == Fit::Sure { judged } else { (Grade::Family, Why::Variant) })
            else {
                continue;
            };
            let Some((advisory, product)) = look_up(index, used) else { continue };
            let who = Who { spoken, module, version: &version.text };
            gather(found, used, advisory, product, grade, || who.reason(product, used, &why));
        }
    }
}

fn look_up<'a>(index: &'a Index, used: &Use) -> Option<(&'a Advisory, &'a Affected)> {
    let advisory = index.advisories.get(usize::try_from(used.advisory).ok()?)?;
    let product = advisory.products.get(usize::try_from(used.product).ok()?)?;
    Some((advisory, product))
}

/// Why an entry fits.
enum Why {
    All,
    Type,
    Named,
    Within,
    NoVersion,
    Unreadable,
    Family,
    Variant,
}

/// Whether the versions of an entry are those of the device; the product itself fits already.
fn judge(entry: &Entry, used: &Use, identity: &Identity, version: Option<&Key>) -> Option<(Grade, Why)> {
    if let Some(key) = version
        && !entry.pattern.branch.is_empty()
        && !entry.pattern.branch_words.iter().all(|word| identity.said.contains(word))
        && entry.branch.hold(Some(key)) == Some(false)
    {
        return None;
    }
    if version.is_some_and(|key| is_mended(used, key, used.is_open)) {
        return None;
    }
    let is_family = entry.pattern.is_family;
    if used.versions.ranges.iter().any(super::Range::is_all) {
        return Some(if is_family { (Grade::Family, Why::Family) } else { (Grade::Range, Why::All) });
    }
    // Some advisories write types where versions belong.
    if let Some(is_type) = names_type(used, identity) {
        let mended = version.is_some_and(|key| is_mended(used, key, true));
        return match (is_type, identity.says_type()) {
            (true, _) if !mended => Some((Grade::Range, Why::Type)),
            (false, false) => Some((Grade::Family, Why::Unreadable)),
            _ => None,
        };
    }
    let Some(key) = version else { return Some((Grade::Family, Why::NoVersion)) };
    match used.spans.hold(version) {
        Some(false) => None,
        None => Some((Grade::Family, Why::Unreadable)),
        Some(true) if is_family => Some((Grade::Family, Why::Family)),
        Some(true) if used.spans.name(key) => Some((Grade::Exact, Why::Named)),
        Some(true) => Some((Grade::Range, Why::Within)),
    }
}

/// Whether a text of versions is types, and then whether one is the device's.
fn names_type(used: &Use, identity: &Identity) -> Option<bool> {
    let text = used.versions.text.trim();
    if text.is_empty() || text.contains(['<', '>', '=']) {
        return None;
    }
    let words: Vec<&str> =
        text.split([' ', '|', ',']).filter(|word| !word.is_empty() && *word != "*").collect();
    let is_type = |word: &&str| {
        let lower = word.to_lowercase();
        let letters = lower.chars().take_while(|letter| letter.is_alphabetic()).count();
        super::names::is_order_number(word)
            && !lower.starts_with("v0")
            && (letters >= 2 || lower.contains('-'))
    };
    let own = |word: &&str| {
        identity.said.contains(&super::words::compact(word))
            && word.contains(char::is_alphabetic)
            && word.len() >= 3
    };
    if words.iter().any(own) {
        return Some(true);
    }
    words.iter().all(is_type).then_some(false)
}

/// Whether the device runs what a remedy of this product calls fixed. A range that ends says itself where; of an open
/// one the remedy says it.
fn is_mended(used: &Use, version: &Key, open: bool) -> bool {
    let same = |fixed: &Key| fixed.compare(version) == Some(Ordering::Equal);
    used.fixed.iter().any(same) || open && used.before_fixed.hold(Some(version)) == Some(false)
}

fn gather<'a>(
    found: &mut Found<'a>,
    used: &Use,
    document: &'a Advisory,
    product: &'a Affected,
    grade: Grade,
    reason: impl FnOnce() -> String,
) {
    let gathered = found.entry(used.advisory).or_insert_with(|| Gathered {
        document,
        product,
        product_place: used.product,
        grade: Grade::Family,
        reason: String::new(),
        weaknesses: Vec::new(),
        cleared: Vec::new(),
        fixed: Vec::new(),
    });
    let mut affected = false;
    for (weakness, status) in &used.weaknesses {
        match status {
            Status::KnownAffected | Status::UnderInvestigation => {
                affected = true;
                gathered.weaknesses.push(*weakness);
            }
            Status::Fixed | Status::NotAffected if grade > Grade::Family => {
                gathered.cleared.push(*weakness);
            }
            _ => {}
        }
    }
    if !affected {
        return;
    }
    if gathered.reason.is_empty() || grade > gathered.grade {
        gathered.grade = grade;
        gathered.reason = reason();
        gathered.product = product;
        gathered.product_place = used.product;
    }
    let fixed = product.fixed.iter().map(|fixed| &fixed.version);
    let ends = used.versions.ranges.iter().filter_map(|range| range.high.as_ref());
    let ends = ends.filter(|end| !end.inclusive).map(|end| &end.version.text);
    for version in fixed.chain(ends) {
        if !gathered.fixed.contains(version) {
            gathered.fixed.push(version.clone());
        }
    }
}

impl<'a> Gathered<'a> {
    fn finish(mut self) -> Option<Match<'a>> {
        self.weaknesses.retain(|weakness| !self.cleared.contains(weakness));
        self.weaknesses.sort_unstable();
        self.weaknesses.dedup();
        if self.weaknesses.is_empty() {
            return None;
        }
        let weakness = |place: &u32| {
            let weakness =
                usize::try_from(*place).ok().and_then(|place| self.document.vulnerabilities.get(place))?;
            let other = weakness.ids.first().unwrap_or(&weakness.title);
            Some(if weakness.cve.is_empty() { other.as_str() } else { weakness.cve.as_str() })
        };
        let mut cves: Vec<&str> = self.weaknesses.iter().filter_map(weakness).collect();
        cves.sort_unstable();
        cves.dedup();
        let helps = |remedy: &&Remediation| {
            let product =
                remedy.products.is_empty() || remedy.products.binary_search(&self.product_place).is_ok();
            product && remedy.vulnerabilities.iter().any(|weakness| self.weaknesses.contains(weakness))
        };
        let remediations: Vec<&Remediation> = self.document.remediations.iter().filter(helps).collect();
        let fixed = std::mem::take(&mut self.fixed);
        let mut fixed: Vec<(Option<Key>, String)> = fixed
            .into_iter()
            .filter_map(|text| self.mended(text))
            .map(|text| (Key::read(&text), text))
            .collect();
        let order = |one: &(Option<Key>, String), two: &(Option<Key>, String)| match (&one.0, &two.0) {
            (Some(left), Some(right)) => left.compare(right).unwrap_or(Ordering::Equal),
            (left, right) => right.is_some().cmp(&left.is_some()),
        };
        fixed.sort_by(|one, two| order(one, two).then_with(|| one.1.cmp(&two.1)));
        fixed.dedup_by(|one, two| one.0.is_some() && order(one, two).is_eq());
        let name = self.product.path.join(" / ");
        Some(Match {
            advisory: &self.document.id,
            title: &self.document.title,
            cves,
            grade: self.grade,
            reason: self.reason,
            source: format!("{name}: {}", self.product.versions.text),
            fixed_in: fixed.into_iter().map(|(_, text)| text).collect(),
            remediations,
            weaknesses: self.weaknesses,
            document: self.document,
            product: self.product,
        })
    }
}

impl Gathered<'_> {
    /// The version, or where the next range of the same product ends when that one begins with it: its end is no fix.
    fn mended(&self, mut text: String) -> Option<String> {
        for _ in 0..RANGES {
            match self.still_weak(&Version::new(&text)) {
                None => return Some(text),
                Some(end) => text = end?,
            }
        }
        None
    }

    /// Whether ranges that begin somewhere say that the version has all of these weaknesses too, and where they end.
    fn still_weak(&self, version: &Version) -> Option<Option<String>> {
        let mut others = Vec::new();
        let mut end = None;
        for (place, product) in (0_u32..).zip(&self.document.products) {
            let ranges = &product.versions.ranges;
            let same = product.path == self.product.path && product.models == self.product.models;
            let begins = ranges.iter().all(|range| range.low.is_some());
            if same && begins && product.versions.holds(version) == Some(true) {
                others.push(place);
                let high = ranges.last().and_then(|range| range.high.as_ref());
                end = high.filter(|high| !high.inclusive).map(|high| high.version.text.clone());
            }
        }
        let has = |place: &u32| {
            let weakness =
                usize::try_from(*place).ok().and_then(|place| self.document.vulnerabilities.get(place));
            weakness.is_some_and(|weakness| {
                weakness.states.iter().any(|state| {
                    state.status == Status::KnownAffected
                        && state.products.iter().any(|product| others.contains(product))
                })
            })
        };
        (!others.is_empty() && self.weaknesses.iter().all(has)).then_some(end)
    }
}

/// Who is spoken of in a reason.
struct Who<'a> {
    spoken: &'a Spoken,
    module: &'a str,
    version: &'a str,
}

impl Who<'_> {
    fn reason(&self, product: &Affected, used: &Use, why: &Why) -> String {
        let said =
            if self.spoken.product.is_empty() { &self.spoken.order_number } else { &self.spoken.product };
        let who = if self.module.is_empty() { said.clone() } else { format!("module {}", self.module) };
        let name = product.path.last().map_or(product.name.as_str(), String::as_str);
        let (text, version) = (used.versions.text.trim(), self.version);
        let what = if product.kind == Kind::Firmware { "the firmware meant by" } else { "one of" };
        match why {
            Why::All => {
                format!("{who} is {what} \u{201c}{name}\u{201d}, of which all versions ({text}) are meant.")
            }
            Why::Type => {
                format!("{who} is {what} \u{201c}{name}\u{201d}, of which this type is named ({text}).")
            }
            Why::Named => format!(
                "{who} is {what} \u{201c}{name}\u{201d} and runs version {version}, which is named ({text})."
            ),
            Why::Within => format!(
                "{who} is {what} \u{201c}{name}\u{201d} and its version {version} is within \u{201c}{text}\u{201d}."
            ),
            Why::NoVersion => format!(
                "{who} is {what} \u{201c}{name}\u{201d}; its version is not known, versions {text} are meant."
            ),
            Why::Unreadable => {
                format!(
                    "{who} is {what} \u{201c}{name}\u{201d}; whether version {version} is within \u{201c}{text}\u{201d} cannot be told."
                )
            }
            Why::Variant => format!(
                "{who} may be the variant \u{201c}{name}\u{201d} ({text}); it does not tell which it is."
            ),
            Why::Family => format!("{who} belongs to the family \u{201c}{name}\u{201d} ({text})."),
        }
    }
}

fn collect_cpe<'a>(index: &'a Index, cpe: &Cpe, found: &mut Found<'a>) {
    let version = if cpe.has_version() { Version::new(&cpe.version) } else { Version::default() };
    for (named, used) in index.cpes.of(cpe) {
        if named.part != cpe.part {
            continue;
        }
        let Some((advisory, product)) = look_up(index, used) else { continue };
        let (grade, how) = if named.has_version() {
            match Version::new(&named.version).compare(&version) {
                Some(Ordering::Equal) => (Grade::Exact, "is named"),
                None if version.text.is_empty() => (Grade::Family, "has no known version"),
                _ => continue,
            }
        } else if version.text.is_empty() {
            (Grade::Family, "has no known version")
        } else {
            match used.versions.holds(&version) {
                Some(true) => (Grade::Range, "is within"),
                Some(false) => continue,
                None => (Grade::Family, "cannot be compared with"),
            }
        };
        gather(found, used, advisory, product, grade, || {
            format!(
                "{} {} {how} \u{201c}{} {}\u{201d}.",
                cpe.product, version.text, product.helpers.cpe, used.versions.text
            )
        });
    }
}

#[cfg(test)]
mod tests;
