//! The name of a product in an advisory, taken apart into what a device must say to be that product.

use super::expand::alternatives;
use super::version::{Constraint, Range};
use super::words::{clean, compact, prejoined, singular, split_brackets, take_series, tokens};
use super::{makers, names};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What a device must say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    /// Order numbers and types of which one is enough, and which no other number of the device may contradict.
    pub(super) catalogue: Vec<Word>,
    /// Of each of these one word.
    pub(super) required: Vec<Vec<Word>>,
    /// Words in brackets that tell variants of it apart; a device that tells no variant may be each of them.
    pub(super) variant: Vec<Vec<Word>>,
    /// Words before the first type: the brand and the sort, which a device often leaves out.
    pub(super) brand: Vec<String>,
    /// Whether the words before the type are those of a program for it, which a device must say.
    pub(super) is_program: bool,
    /// Whether it speaks of processors, and so of no other module of its family.
    pub(super) is_cpu: bool,
    /// Series letters of hardware; empty means all.
    pub(super) series: Vec<char>,
    /// Versions that the name itself means: `V4.X`.
    pub(super) branch: Vec<Range>,
    /// The words of that version, which some devices have in their own name.
    pub(super) branch_words: Vec<String>,
    /// Whether it speaks of a whole family and of no type in it.
    pub(super) is_family: bool,
}

/// A word to be said, lower case without separators.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Word {
    Is(String),
    /// With `?` for one letter and `*` for any.
    Like(String),
}

type Words = LazyLock<BTreeSet<&'static str>>;

/// Words that say nothing about which product it is.
static NOISE: Words = LazyLock::new(|| {
    let words = "a affected all an and any automation base based basic below by called central communication component \
        controller device devices discontinued earlier embedded equipped ethernet family firmware following for from \
        generation hardware higher in included includes industrial integrated interface is its kit later legacy \
        line listed machine managed master model modular module multiple newer number of on only operating option \
        or other part previously prior processor product project range redistributed reference region respective revision \
        running series service signed specific standard system the to type unit unsigned using variant version with";
    words.split_whitespace().collect()
});

/// Words of those above that still count where a name has no other.
static NOUNS: Words = LazyLock::new(|| {
    "controller device interface machine module service system unit".split_whitespace().collect()
});

/// What sort of thing it is: says nothing beside a type, and something where there is none.
static SORTS: Words = LazyLock::new(|| {
    "cpu drive gateway panel plc relay router rtu software switch switche terminal"
        .split_whitespace()
        .collect()
});

/// Words of programs that are made for a device and are none.
static PROGRAMS: Words = LazyLock::new(|| {
    let words = "activation anywhere app builder client configuration configurator designer desktop driver editor \
        expert library manager mobile monitor opc plcsim plugin portal programmer runtime server setting simulator \
        softwarecontroller studio suite tool utility viewer workbench works workshop";
    words.split_whitespace().collect()
});

impl Word {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Is(text) | Self::Like(text) => text,
        }
    }

    pub(super) fn has_number(&self) -> bool {
        self.text().contains(|letter: char| letter.is_ascii_digit())
    }

    /// Whether it is enough to tell a product from all others of its maker.
    fn is_catalogue(&self) -> bool {
        match self {
            Self::Like(text) => {
                let literal = text.chars().filter(|letter| letter.is_alphanumeric()).count();
                literal >= 3 || literal >= 1 && self.has_number()
            }
            Self::Is(text) => names::is_order_number(text),
        }
    }
}

/// Takes a name apart. `None` when nothing in it could tell one product from another.
pub(super) fn compile(path: &[String], vendor: &str) -> Option<Pattern> {
    let has_number = |text: &str| text.contains(|letter: char| letter.is_ascii_digit());
    // The lowest name decides, and a family above it only when the lowest has no number of its own.
    let name = match path {
        [] => return None,
        [.., above, last] if !has_number(last) && !last.contains(above.as_str()) => format!("{above} {last}"),
        [.., last] => last.clone(),
    };
    let mut pattern = Pattern::default();
    let name = take_series(&clean(&name), &mut pattern);
    let (name, brackets) = split_brackets(&name.replace("Software Controller", "SoftwareController"));
    let words = prejoined(&tokens(&name));
    let is_line = |word: &String| {
        let lower = word.to_lowercase();
        matches!(lower.as_str(), "series" | "family") || lower.ends_with("-series")
    };
    let mut builder = Builder {
        pattern,
        vendor_words: tokens(vendor).iter().map(|word| compact(word)).collect(),
        makers: makers::groups(vendor),
        has_variables: name.contains("x="),
        has_line: words.iter().any(is_line),
        ..Builder::default()
    };
    for (place, word) in words.iter().enumerate() {
        let behind: Vec<String> =
            words.iter().skip(place + 1).take(2).map(|word| word.to_lowercase()).collect();
        builder.take(word, &behind.join(" "));
    }
    for text in &brackets {
        builder.take_bracket(text);
    }
    builder.finish()
}

/// A pattern while its words are taken one by one.
#[derive(Default)]
struct Builder {
    pattern: Pattern,
    vendor_words: Vec<String>,
    makers: Vec<String>,
    /// Whether letters of its types are explained elsewhere in the name: `FX5U-xMy/z x=32,64`.
    has_variables: bool,
    /// Whether it says that it is a series or a family.
    has_line: bool,
    sign: &'static str,
    seen_type: bool,
    was_listed: bool,
    sorts: Vec<String>,
    names_of_maker: Vec<String>,
    nouns: Vec<String>,
}

impl Builder {
    fn take(&mut self, word: &str, behind: &str) {
        let word = word.strip_suffix("-series").or_else(|| word.strip_suffix("-Series")).unwrap_or(word);
        let lower = word.to_lowercase();
        match lower.as_str() {
            "and" | "or" | "," | "&" => self.was_listed = true,
            "<" => self.sign = "<",
            "<=" => self.sign = "<=",
            text if text.contains('=') => {}
            text if is_branch(text) => self.take_branch(text, behind),
            text if self.is_other_word(text) => {}
            text => {
                let found = if self.has_variables && text.contains('x') && text.contains('y') {
                    vec![Word::Like(compact(&text.replace(['x', 'y', 'z'], "*")))]
                } else {
                    alternatives(word)
                };
                self.take_word(found, &singular(&text.replace('-', "")));
                self.was_listed = false;
            }
        }
    }

    /// `V4.X`, `V7 and below`, `< V4`: the versions which the name itself means.
    fn take_branch(&mut self, version: &str, behind: &str) {
        let ends = |words: [&str; 5]| {
            behind
                .split_once(' ')
                .is_some_and(|(first, second)| matches!(first, "and" | "or") && words.contains(&second))
        };
        let text = if !self.sign.is_empty() {
            format!("{} {}", self.sign, version.trim_end_matches(".x"))
        } else if ends(["earlier", "below", "prior", "older", "lower"]) {
            format!("<= {version}.x")
        } else if ends(["later", "newer", "above", "higher", "up"]) {
            format!(">= {version}")
        } else {
            format!("{version}.x")
        };
        self.pattern.branch = Constraint::read(&text).ranges;
        self.pattern.branch_words.push(compact(version));
    }

    /// Words of letters that tell the maker, the sort, or nothing; kept aside for a name that has no others.
    fn is_other_word(&mut self, lower: &str) -> bool {
        if lower.contains(|letter: char| letter.is_ascii_digit()) {
            return false;
        }
        let plain = singular(&lower.replace('-', ""));
        let spelled = lower.chars().all(|letter| letter.is_alphabetic() || letter == '-')
            && makers::known(lower).iter().any(|maker| self.makers.iter().any(|own| own == maker));
        if NOISE.contains(plain.as_str()) {
            if NOUNS.contains(plain.as_str()) {
                self.nouns.push(plain);
            }
        } else if spelled || self.vendor_words.contains(&plain) {
            self.names_of_maker.push(plain);
        } else if SORTS.contains(plain.as_str()) {
            self.pattern.is_cpu |= plain == "cpu";
            self.sorts.push(plain);
        } else {
            return false;
        }
        true
    }

    fn take_word(&mut self, found: Vec<Word>, plain: &str) {
        let Some(first) = found.first() else { return };
        let has_number = first.has_number();
        let has_letter = first.text().contains(char::is_alphabetic);
        if found.iter().any(Word::is_catalogue) {
            self.pattern.catalogue.extend(found);
            self.seen_type = true;
        } else if has_number || self.seen_type || !has_letter {
            self.seen_type |= has_number && has_letter;
            let last = self.pattern.required.last_mut().filter(|last| last.iter().any(Word::has_number));
            match last {
                Some(last) if self.was_listed && has_number => last.extend(found),
                _ => self.pattern.required.push(found),
            }
        } else if found.len() > 1 {
            let one = |word: Word| Word::Is(singular(word.text()));
            self.pattern.required.push(found.into_iter().map(one).collect());
        } else {
            self.pattern.is_program |= PROGRAMS.contains(plain);
            self.pattern.brand.push(singular(first.text()));
        }
    }

    /// Order numbers of the name, or else words of a variant.
    fn take_bracket(&mut self, text: &str) {
        let words: Vec<Vec<Word>> = prejoined(&tokens(text)).iter().map(|word| alternatives(word)).collect();
        let numbers: Vec<Word> =
            words.iter().filter(|word| word.iter().any(Word::is_catalogue)).flatten().cloned().collect();
        if !numbers.is_empty() {
            self.pattern.catalogue.extend(numbers);
            return;
        }
        let says = |word: &Vec<Word>| {
            word.first().is_some_and(|word| !NOISE.contains(singular(word.text()).as_str()))
        };
        self.pattern.variant.extend(words.into_iter().filter(says));
    }

    fn finish(mut self) -> Option<Pattern> {
        let pattern = &mut self.pattern;
        let has_number = pattern.required.iter().flatten().any(Word::has_number);
        if !has_number && pattern.catalogue.is_empty() {
            let bare = pattern.brand.is_empty() && pattern.required.is_empty();
            if bare || !self.has_line {
                pattern.brand.append(&mut self.sorts);
            }
            if bare {
                pattern.brand.append(&mut self.nouns);
                pattern.brand.append(&mut self.names_of_maker);
                // The vendor alone, `SIMATIC Series`, is no product; but `RoboDK` of RoboDK is one.
                if self.has_line && pattern.brand.len() < 2 {
                    return None;
                }
            }
        }
        pattern.is_family = self.has_line && pattern.catalogue.is_empty() && !has_number;
        let told = pattern.catalogue.len() + pattern.required.len() + pattern.brand.len();
        (told > 0).then_some(self.pattern)
    }
}

/// `v4.x`, `v7`, `v9.0`, `12.4`: the line of versions that a name is about.
fn is_branch(lower: &str) -> bool {
    let dotted = lower.len() <= 6 && lower.contains('.');
    let Some(rest) = lower.strip_prefix('v').or(dotted.then_some(lower)) else { return false };
    let is_part =
        |part: &str| part == "x" || (!part.is_empty() && part.chars().all(|digit| digit.is_ascii_digit()));
    rest.len() <= 8 && rest.starts_with(|first: char| first.is_ascii_digit()) && rest.split('.').all(is_part)
}
