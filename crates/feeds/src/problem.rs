//! What was wrong with a source: told entry by entry, never a reason to stop.

use core::fmt;
use serde::{Deserialize, Serialize};

/// At most so many problems of each weight are kept of one import; the rest is counted.
pub const PROBLEMS_MAX: usize = 2_000;
/// A text taken from a source into a problem is cut after so many characters.
const TEXT_MAX: usize = 300;

/// What a problem did to the entry it was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The entry was read; something about it is odd.
    Warning,
    /// A part of the entry was left out.
    Partly,
    /// The entry, or the whole file, was left out.
    Refused,
}

/// One thing that is wrong in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// The file, or the file inside an archive, as the caller named it.
    pub file: String,
    /// JSON pointer, `line N`, or empty for the whole file.
    pub at: String,
    /// What is wrong, in one line.
    pub what: String,
    /// What it did.
    pub weight: Weight,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Warning => "warning",
            Weight::Partly => "left out in part",
            Weight::Refused => "refused",
        };
        match self.at.as_str() {
            "" => write!(formatter, "{}: {weight}: {}", self.file, self.what),
            at => write!(formatter, "{}: {at}: {weight}: {}", self.file, self.what),
        }
    }
}

/// Why an entry could not be read: where in it, and what is wrong. Becomes a [`Problem`] when the file is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer relative to the entry, or `line N`.
    pub at: String,
    /// What is wrong, in one line.
    pub what: String,
}

impl Fault {
    /// A fault at a place.
    pub fn new(at: impl Into<String>, what: impl fmt::Display) -> Self {
        Self { at: at.into(), what: one_line(&what.to_string()) }
    }

    /// The same, seen from further out.
    #[must_use]
    pub fn under(mut self, prefix: impl fmt::Display) -> Self {
        self.at = format!("{prefix}{}", self.at);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.is_empty() {
            self.what.fmt(formatter)
        } else {
            write!(formatter, "{}: {}", self.at, self.what)
        }
    }
}

/// The problems of an import, bounded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problems {
    /// In the order they were found, at most [`PROBLEMS_MAX`] of each weight.
    pub list: Vec<Problem>,
    /// How many there were of each weight, listed or not.
    counts: [usize; 3],
}

impl Problems {
    /// Adds one.
    pub fn add(&mut self, file: &str, weight: Weight, fault: Fault) {
        self.push(Problem { file: one_line(file), at: one_line(&fault.at), what: fault.what, weight });
    }

    /// Adds all of another list.
    pub fn append(&mut self, other: Self) {
        let more = other.more();
        other.list.into_iter().for_each(|problem| self.push(problem));
        for (count, more) in self.counts.iter_mut().zip(more) {
            *count = count.saturating_add(more);
        }
    }

    /// How many there were of a weight.
    #[must_use]
    pub fn count(&self, weight: Weight) -> usize {
        self.counts.get(weight as usize).copied().unwrap_or_default()
    }

    /// How many are not listed, by weight.
    fn more(&self) -> [usize; 3] {
        let mut more = self.counts;
        for problem in &self.list {
            if let Some(count) = more.get_mut(problem.weight as usize) {
                *count = count.saturating_sub(1);
            }
        }
        more
    }

    /// How many are not listed.
    #[must_use]
    pub fn unlisted(&self) -> usize {
        self.more().into_iter().sum()
    }

    fn push(&mut self, problem: Problem) {
        let Some(count) = self.counts.get_mut(problem.weight as usize) else { return };
        *count = count.saturating_add(1);
        if *count <= PROBLEMS_MAX {
            self.list.push(problem);
        }
    }
}

/// A text of a stranger on one bounded line: control characters become blanks.
#[must_use]
pub fn one_line(text: &str) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    let mut line: String = text.chars().take(TEXT_MAX).map(plain).collect();
    if text.chars().nth(TEXT_MAX).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_line_and_the_list_is_bounded() {
        let mut problems = Problems::default();
        for _ in 0..PROBLEMS_MAX + 3 {
            problems.add("a\nb.json", Weight::Refused, Fault::new("/x", "no\tway").under("/list/3"));
        }
        assert_eq!(problems.list.len(), PROBLEMS_MAX);
        assert_eq!((problems.unlisted(), problems.count(Weight::Refused)), (3, PROBLEMS_MAX + 3));
        let mut all = Problems::default();
        all.append(problems.clone());
        assert_eq!(all, problems);
        assert_eq!(problems.list[0].to_string(), "a b.json: /list/3/x: refused: no way");
        assert_eq!(one_line(&"x".repeat(1000)).chars().count(), TEXT_MAX + 1);
    }
}
