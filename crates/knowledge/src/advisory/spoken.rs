//! What a device says of itself, made ready to be looked up.

use super::expand::is_like;
use super::makers;
use super::pattern::{Pattern, Word};
use super::version::Version;
use super::words::{self, compact, singular};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What a device says on the wire, as it says it. Empty texts are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spoken {
    /// Maker: `Rockwell Automation/Allen-Bradley`.
    pub vendor: String,
    /// Product or type: `1756-L85E/B`, `BMX P34 2020`, `SIPROTEC 5 6MD85 (CP300)`.
    pub product: String,
    /// Firmware or software version, or the serial number where the maker counts by it.
    pub version: String,
    /// Hardware revision or series.
    pub hardware: String,
    /// Order number: `6ES7 515-2AM01-0AB0`.
    pub order_number: String,
    /// Serial number.
    pub serial: String,
    /// CPE 2.3 names of it and of what is installed on it.
    pub cpes: Vec<String>,
    /// Modules in it, each as a device of its own.
    pub modules: Vec<Spoken>,
}

/// Which product it is, without the version: what is the same for all devices of one type.
#[derive(Clone, Debug, Default)]
pub(super) struct Identity {
    pub(super) makers: Vec<String>,
    /// Single words and joined groups of what it said itself.
    pub(super) said: BTreeSet<String>,
    /// The same with what is known of it.
    pub(super) words: BTreeSet<String>,
    /// Whether it tells which variant it is, in brackets.
    tells_variant: bool,
    /// Words of letters only.
    letters: Vec<String>,
    /// Order numbers and types that catalogues list, as it said them.
    numbers: Vec<String>,
    /// Whole types as it said them.
    types: Vec<String>,
    pub(super) series: Option<char>,
    /// A version that its name carries (`B/14.00`).
    pub(super) version: Option<String>,
}

/// How surely a device is what a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    Sure,
    /// It may be another variant of the same product.
    Perhaps,
}

const FAMILIES: &str = include_str!("../../data/families.tsv");

/// Maker, pattern of types, names of each known family, and patterns of types that are not of it.
static FAMILY_LINES: LazyLock<Vec<(&str, &str, &str, &str)>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let mut columns = line.split('\t');
        Some((columns.next()?, columns.next()?, columns.next()?, columns.next().unwrap_or_default()))
    };
    FAMILIES.lines().filter_map(line).collect()
});

impl Identity {
    pub(super) fn read(spoken: &Spoken) -> Self {
        let mut identity = Self { makers: makers::groups(&spoken.vendor), ..Self::default() };
        if let [letter] = spoken.hardware.trim().trim_start_matches("Series").trim().as_bytes() {
            identity.series = Some(char::from(*letter).to_ascii_uppercase()).filter(char::is_ascii_uppercase);
        }
        for text in [&spoken.order_number, &spoken.product] {
            identity.hear(text);
        }
        identity.said = identity.words.clone();
        if identity.makers.is_empty() {
            let known = crate::vendor_in_text(&spoken.product)
                .or_else(|| crate::vendor_in_text(&spoken.order_number));
            identity.makers = known.map(makers::groups).unwrap_or_default();
        }
        identity.learn_families();
        identity
    }

    /// Words which the device itself says.
    fn hear(&mut self, text: &str) {
        let mut kept = Vec::new();
        for word in text.split_whitespace() {
            let word = word.trim_matches([',', ';']);
            if let Some((series, version)) = word.split_once('/')
                && series.len() == 1
                && series.chars().all(|letter| letter.is_ascii_uppercase())
                && version.starts_with(|first: char| first.is_ascii_digit())
            {
                self.series = series.chars().next();
                self.version = Some(version.to_owned());
                continue;
            }
            let (head, series) = words::split_series(word);
            if series.is_some() {
                self.series = series;
            }
            kept.push(if series.is_some() { head } else { word });
        }
        let name = words::clean(&kept.join(" "));
        self.tells_variant |= !words::split_brackets(&name).1.is_empty();
        let words = words::prejoined(&words::tokens(&name));
        for word in &words {
            let digits = word.chars().filter(char::is_ascii_digit).count();
            if word.len() >= 6 && digits >= 2 && word.contains(char::is_alphabetic) {
                self.types.push(compact(word));
            }
            let is_type = word.len() >= 6 && digits >= 3 && word.contains(char::is_alphabetic);
            if super::names::is_order_number(word) || is_type {
                self.numbers.push(compact(word));
            }
        }
        self.add(&words);
    }

    /// Words that are known of it: another name of the same thing.
    pub(super) fn learn(&mut self, name: &str) {
        let name = words::clean(name);
        self.tells_variant |= !words::split_brackets(&name).1.is_empty();
        self.add(&words::prejoined(&words::tokens(&name)));
    }

    fn add(&mut self, words: &[String]) {
        let pieces: Vec<String> =
            words.iter().map(|word| compact(word)).filter(|word| !word.is_empty()).collect();
        for first in 0..pieces.len() {
            let mut joined = String::new();
            for piece in pieces.iter().skip(first).take(4) {
                joined.push_str(piece);
                self.words.insert(joined.clone());
            }
        }
        for word in words {
            self.add_parts(word);
            if !word.contains(|letter: char| letter.is_ascii_digit()) {
                let one = singular(&compact(word));
                if !self.letters.contains(&one) {
                    self.letters.push(one.clone());
                }
                self.words.insert(one);
            }
        }
    }

    /// `1756-EN2T/K` is also a 1756-EN2T; and `CJ2M-CPU33` is of the CJ2M and the CJ series.
    fn add_parts(&mut self, word: &str) {
        let parts: Vec<String> =
            word.split(['-', '/', '(', ')', '.', '+']).map(compact).filter(|part| !part.is_empty()).collect();
        let mut joined = String::new();
        for part in &parts {
            joined.push_str(part);
            if joined.len() >= 2 {
                self.words.insert(joined.clone());
            }
            let digits = part.contains(|letter: char| letter.is_ascii_digit());
            let letters = part.contains(char::is_alphabetic);
            if letters && part.len() >= if digits { 3 } else { 2 } {
                self.words.insert(part.clone());
            }
        }
        if let Some(first) = parts.first()
            && first.contains(|letter: char| letter.is_ascii_digit())
        {
            let line: String = first.chars().take_while(|letter| letter.is_alphabetic()).collect();
            if !line.is_empty() && line.len() <= 4 {
                self.words.insert(format!("{line}series"));
            }
        }
    }

    fn learn_families(&mut self) {
        let mut names = Vec::new();
        for (maker, pattern, known, others) in FAMILY_LINES.iter() {
            let by_maker = self.makers.is_empty() || self.makers.iter().any(|own| own == maker);
            let says = |pattern: &str| self.said.iter().any(|word| is_like(pattern, word));
            if by_maker && says(pattern) && !others.split(',').any(says) {
                names.extend(known.split(';'));
            }
        }
        for name in names {
            self.learn(name);
        }
    }

    fn has(&self, word: &Word, words: &BTreeSet<String>) -> bool {
        match word {
            Word::Is(text) => words.contains(text),
            Word::Like(text) => words.iter().any(|own| is_like(text, own)),
        }
    }

    fn has_letters(&self, word: &str) -> bool {
        let word = singular(word);
        self.words.contains(&word)
            || self.letters.iter().any(|own| {
                let short = own.len().min(word.len());
                short >= 5 && (own.starts_with(&word) || word.starts_with(own.as_str()))
            })
    }

    /// Whether the device is one that the pattern means: for sure, or as one of the variants it may be.
    pub(super) fn fits(&self, pattern: &Pattern) -> Option<Fit> {
        if !self.is(pattern) {
            return None;
        }
        if self.is_listed(pattern) {
            return Some(Fit::Sure);
        }
        // Without its number it is one of those listed only as far as its name goes.
        if !pattern.catalogue.is_empty() && !pattern.required.iter().flatten().any(Word::has_number) {
            return self.numbers.is_empty().then_some(Fit::Perhaps);
        }
        let says = |words: &Vec<Word>| {
            words.iter().any(|word| {
                self.has(word, &self.words) || !word.has_number() && self.has_letters(word.text())
            })
        };
        match (pattern.variant.iter().all(says), self.tells_variant) {
            (true, _) => Some(Fit::Sure),
            (false, false) => Some(Fit::Perhaps),
            (false, true) => None,
        }
    }

    fn is(&self, pattern: &Pattern) -> bool {
        if let Some(series) = self.series
            && !pattern.series.is_empty()
            && !pattern.series.contains(&series)
        {
            return false;
        }
        if self.is_listed(pattern) {
            return true;
        }
        if !pattern.catalogue.is_empty() && (pattern.required.is_empty() || self.contradicts(pattern)) {
            return false;
        }
        let is_number = Word::has_number;
        if pattern.is_cpu && self.words.contains("communicationmodule") {
            return false;
        }
        // A name that ends in the very type the device says may have anything before it.
        let named = pattern.required.iter().rposition(|alternatives| {
            alternatives.iter().any(|word| matches!(word, Word::Is(text) if self.types.contains(text)))
        });
        let mut strong = named.is_some();
        for alternatives in pattern.required.iter().skip(named.unwrap_or(0)) {
            let numbered = alternatives.iter().any(is_number);
            let fits = alternatives.iter().any(|word| {
                self.has(word, &self.words)
                    || !is_number(word)
                        && (self.has_letters(word.text())
                            || self.words.contains(&format!("{}series", word.text())) && pattern.is_family)
            });
            if !fits {
                return false;
            }
            strong |= numbered
                && alternatives
                    .iter()
                    .any(|word| word.text().len() >= 3 && word.text().contains(char::is_alphabetic));
        }
        let brand_fits = pattern.brand.iter().all(|word| {
            self.has_letters(word) || pattern.is_family && self.words.contains(&format!("{word}series"))
        });
        strong && !pattern.is_program || brand_fits && !self.borrows(pattern)
    }

    /// Whether a bare number of the name is only the head of the type it said (`1768` of `1768-EWEB`), and never stands
    /// beside the brand: then it is another thing of that line (`1768 CompactLogix`).
    fn borrows(&self, pattern: &Pattern) -> bool {
        let beside = |number: &str| {
            pattern.brand.iter().any(|brand| {
                self.words.contains(&format!("{number}{brand}"))
                    || self.words.contains(&format!("{brand}{number}"))
            })
        };
        let bare = pattern.required.iter().flatten().map(Word::text);
        let mut bare = bare.filter(|text| text.chars().all(|letter| letter.is_ascii_digit()));
        !pattern.brand.is_empty()
            && bare.any(|number| {
                let is_head = |own: &String| own.len() > number.len() && own.starts_with(number);
                self.types.iter().any(is_head) && !beside(number)
            })
    }

    /// Whether the number it said is one of the catalogue. Few letters and digits count only beside the brand.
    fn is_listed(&self, pattern: &Pattern) -> bool {
        let branded = || pattern.brand.iter().all(|word| self.has_letters(word));
        pattern.catalogue.iter().any(|word| {
            let told = word.text().chars().filter(|letter| letter.is_alphanumeric()).count();
            self.has(word, &self.said) && (told >= 4 || branded())
        })
    }

    /// Whether the device said a number of the same sort as those of the catalogue, and so is none of them.
    fn contradicts(&self, pattern: &Pattern) -> bool {
        let alike = |wanted: &Word, own: &String| {
            let head = |text: &str| text.chars().take(2).collect::<String>();
            let siemens = super::names::is_siemens_head(wanted.text()) && super::names::is_siemens_head(own);
            siemens || head(wanted.text()) == head(own)
        };
        self.numbers.iter().any(|own| pattern.catalogue.iter().any(|wanted| alike(wanted, own)))
    }

    /// Whether it said a type that a list of types could have.
    pub(super) fn says_type(&self) -> bool {
        !self.numbers.is_empty()
    }

    pub(super) fn said_version(&self, spoken: &Spoken) -> Version {
        match (&self.version, spoken.version.trim()) {
            (Some(own), "") => Version::new(own),
            (_, told) => Version::new(told),
        }
    }
}
