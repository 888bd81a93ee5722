//! What is wrong with a configuration, and where.

use std::fmt;

/// Where a fault stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A line of the file, counted from 1.
    Line(u32),
    /// An environment variable.
    Variable(String),
    /// The file as a whole, or a key that it does not have.
    Whole,
}

/// One fault or warning: a single line that says what, where and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file as it was named.
    pub file: String,
    /// Where in it.
    pub place: Place,
    /// Path of the key, such as `listen.address` or `capture.interface[2].name`; empty for a fault of the whole.
    pub key: String,
    /// What is wrong and what to write instead.
    pub text: String,
}

impl Fault {
    pub(crate) fn at_line(file: &str, line: u32, text: &str) -> Self {
        Self { file: file.into(), place: Place::Line(line), key: String::new(), text: text.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Line(line) => write!(formatter, "{}:{line}: ", self.file)?,
            Place::Variable(name) => write!(formatter, "environment variable {name}: ")?,
            Place::Whole => write!(formatter, "{}: ", self.file)?,
        }
        if !self.key.is_empty() {
            write!(formatter, "{}: ", self.key)?;
        }
        formatter.write_str(&self.text)
    }
}

/// Every fault of a configuration, in the order of its lines; displayed one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    pub(crate) fn sorted(mut faults: Vec<Fault>) -> Self {
        faults.sort_by(|a, b| (&a.place, &a.key).cmp(&(&b.place, &b.key)));
        Self(faults)
    }

    pub(crate) fn unreadable(file: &str, error: &std::io::Error) -> Self {
        let text = format!("cannot be read: {error}");
        Self(vec![Fault { file: file.into(), place: Place::Whole, key: String::new(), text }])
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.0.iter().enumerate() {
            if at > 0 {
                writeln!(formatter)?;
            }
            fault.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
