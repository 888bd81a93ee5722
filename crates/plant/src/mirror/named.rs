//! Finds a switch and a port in what people wrote down: "SW1-3", "制御盤室SW① ポート5", "core Gi1/0/3".

use super::{Announced, Machine, shown};
use crate::fold;
use facts::id::AssetUid;
use std::collections::{BTreeSet, HashMap};

/// Folded letters of a text that are searched for names.
const SEARCHED_MAX: usize = 80;
/// Shorter names are found everywhere.
const NAME_MIN: usize = 2;
/// What stands before the number of a port and names no switch.
const PORT_WORDS: [&str; 24] = [
    "port",
    "p",
    "ポ-ト",
    "番",
    "番ポ-ト",
    "no",
    "if",
    "lan",
    "x",
    "eth",
    "ether",
    "ethernet",
    "fa",
    "fast",
    "fe",
    "fastethernet",
    "gi",
    "ge",
    "gig",
    "gigabitethernet",
    "te",
    "xe",
    "tengigabitethernet",
    "swp",
];

/// What a text says of the place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A machine that is known, and the port.
    Switch(AssetUid, Option<String>),
    /// A name that is nobody's, and the port.
    Unknown(String, Option<String>),
    /// Names of several machines.
    Ambiguous,
    /// A port alone.
    Port,
    /// Nothing.
    Nothing,
}

/// Folded names of what machines can be plugged into.
pub(super) struct Names(HashMap<String, BTreeSet<AssetUid>>);

impl Names {
    pub(super) fn new<'m>(
        machines: impl Iterator<Item = &'m Machine>,
        announced: &HashMap<AssetUid, Announced>,
    ) -> Self {
        let mut names: HashMap<String, BTreeSet<AssetUid>> = HashMap::new();
        for machine in machines {
            let told = announced.get(&machine.asset);
            // A device with two ports passes frames on, too: it can be what another is plugged into.
            if !machine.is_switch && told.is_none() {
                continue;
            }
            let chassis = told.into_iter().flat_map(|told| &told.chassis);
            for name in machine.names.iter().chain(chassis) {
                let name = fold(&shown(name));
                if name.chars().count() >= NAME_MIN && !is_port(&name) {
                    names.entry(name).or_default().insert(machine.asset);
                }
            }
        }
        Self(names)
    }

    /// The longest name in the text counts; a machine is not plugged into itself.
    pub(super) fn find(&self, text: &str, whose: AssetUid) -> Named {
        let folded = fold(text);
        if !folded.contains(char::is_alphanumeric) {
            return Named::Nothing;
        }
        if is_port(&folded) {
            return Named::Port;
        }
        let letters: Vec<(usize, char)> = folded.char_indices().take(SEARCHED_MAX).collect();
        let edges = edges(&letters);
        let mut best: Option<(usize, usize)> = None;
        let (mut holders, mut is_own) = (BTreeSet::new(), false);
        for (place, from) in edges.iter().enumerate() {
            for to in edges.iter().skip(place + 1) {
                let long = to - from;
                let Some(who) = folded.get(*from..*to).and_then(|part| self.0.get(part)) else { continue };
                if who.iter().all(|one| *one == whose) {
                    is_own = true;
                    continue;
                }
                match best {
                    Some((begin, end)) if end - begin > long => continue,
                    Some((begin, end)) if end - begin == long => (),
                    _ => holders.clear(),
                }
                holders.extend(who.iter().filter(|one| **one != whose));
                best = Some((*from, *to));
            }
        }
        let Some((from, to)) = best else { return if is_own { Named::Nothing } else { written(text) } };
        let mut holders = holders.into_iter();
        match (holders.next(), holders.next()) {
            (Some(switch), None) => Named::Switch(switch, port(text, &folded, from, to)),
            _ => Named::Ambiguous,
        }
    }
}

/// Where a name may begin or end: not between two Latin letters or digits, so that "sw1" is not found in "sw12".
fn edges(letters: &[(usize, char)]) -> Vec<usize> {
    let is_joined = |pair: &[(usize, char)]| matches!(pair, [(_, one), (_, other)] if one.is_ascii_alphanumeric() && other.is_ascii_alphanumeric());
    let mut edges: Vec<usize> = letters.first().map(|(at, _)| *at).into_iter().collect();
    edges.extend(letters.windows(2).filter(|pair| !is_joined(pair)).filter_map(|pair| Some(pair.last()?.0)));
    edges.extend(letters.last().map(|(at, letter)| at + letter.len_utf8()));
    edges
}

/// What stands beside the name; behind it as it was written, before it as it is folded.
fn port(text: &str, folded: &str, from: usize, to: usize) -> Option<String> {
    let wanted = folded.get(..to).unwrap_or_default();
    let behind =
        text.char_indices().map(|(at, _)| at).find(|at| fold(text.get(..*at).unwrap_or_default()) == wanted);
    let behind = behind.map(|at| trimmed(text.get(at..).unwrap_or_default()));
    let before = || trimmed(folded.get(..from).unwrap_or_default());
    behind.filter(|rest| !rest.is_empty()).or_else(|| Some(before()).filter(|rest| !rest.is_empty()))
}

fn trimmed(text: &str) -> String {
    let is_between = |letter: char| {
        letter.is_whitespace()
            || matches!(
                letter,
                '-' | '/'
                    | '_'
                    | ':'
                    | '：'
                    | ','
                    | '、'
                    | '，'
                    | '／'
                    | '#'
                    | '－'
                    | '('
                    | ')'
                    | '（'
                    | '）'
                    | '・'
                    | 'の'
            )
    };
    text.trim_matches(is_between).to_owned()
}

/// A name that is nobody's, cut where people part it from the port.
fn written(text: &str) -> Named {
    let is_between = |letter: char| {
        letter.is_whitespace() || matches!(letter, ':' | '：' | ',' | '、' | '，' | '／' | '#')
    };
    let cut = text.char_indices().find(|(_, letter)| is_between(*letter)).map(|(at, _)| at);
    let dashed = || {
        let (at, _) = text.char_indices().rfind(|(_, letter)| matches!(letter, '-' | '－' | '/'))?;
        let (name, port) = (text.get(..at)?, text.get(at..)?);
        // "SW3-5" is a switch and its port, "SW-3" is a switch.
        let has_number = fold(name).contains(|letter: char| letter.is_ascii_digit());
        (has_number && fold(port).trim_start_matches(['-', '/']).chars().all(|one| one.is_ascii_digit()))
            .then_some(at)
    };
    let Some(at) = cut.or_else(dashed) else { return Named::Unknown(text.to_owned(), None) };
    let (name, rest) = (trimmed(text.get(..at).unwrap_or_default()), text.get(at..).unwrap_or_default());
    let rest = trimmed(rest);
    // "SW 5" is a switch of that number: a single word before a bare number says no port.
    let is_number = !rest.is_empty() && fold(&rest).chars().all(|letter| letter.is_ascii_digit());
    let has_number = fold(&name).contains(|letter: char| letter.is_ascii_digit());
    if name.is_empty() || (is_number && !has_number) {
        return Named::Unknown(text.to_owned(), None);
    }
    Named::Unknown(name, Some(rest).filter(|rest| !rest.is_empty()))
}

/// Whether a folded text is a port alone: numbers, or numbers behind a word for a port.
fn is_port(folded: &str) -> bool {
    let words = words(folded);
    folded.contains(|letter: char| letter.is_ascii_digit())
        && words.iter().all(|word| PORT_WORDS.contains(&word.as_str()))
}

/// Runs of letters; a long-vowel mark is folded to a dash and belongs to the word that it stands in.
fn words(folded: &str) -> Vec<String> {
    let letters: Vec<char> = folded.chars().collect();
    let is_word = |place: usize| {
        let at = |place: usize| letters.get(place).copied().unwrap_or(' ');
        let before = at(place.wrapping_sub(1));
        at(place).is_alphabetic()
            || (at(place) == '-'
                && before.is_alphabetic()
                && !before.is_ascii()
                && at(place + 1).is_alphabetic())
    };
    let mut words = vec![String::new()];
    for (place, letter) in letters.iter().enumerate() {
        match (is_word(place), words.last_mut()) {
            (true, Some(word)) => word.push(*letter),
            (false, Some(word)) if !word.is_empty() => words.push(String::new()),
            _ => (),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether two texts name one port, however the interface is abbreviated: `Gi1/3` and `GigabitEthernet1/3`,
/// `port-001` and `ポート1`. Texts without a number are one only where they are equal.
#[must_use]
pub fn same_port(one: &str, other: &str) -> bool {
    let key = |text: &str| {
        let folded = fold(text);
        let numbers: Vec<String> = folded
            .split(|letter: char| !letter.is_ascii_digit())
            .filter(|digits| !digits.is_empty())
            .map(|digits| digits.trim_start_matches('0').to_owned())
            .collect();
        let mut words = words(&folded);
        words.retain(|word| !matches!(word.as_str(), "port" | "p" | "ポ-ト" | "番" | "番ポ-ト" | "no"));
        let kind: String = words.concat().chars().take(2).collect();
        (kind, numbers, folded)
    };
    let ((one_kind, one_numbers, one), (other_kind, other_numbers, other)) = (key(one), key(other));
    if one_numbers.is_empty() || other_numbers.is_empty() {
        return one == other;
    }
    let is_same_kind = one_kind == other_kind || one_kind.is_empty() || other_kind.is_empty();
    is_same_kind && one_numbers == other_numbers
}
