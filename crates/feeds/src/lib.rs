//! What is known outside the plant, read from files: advisories, lists of exploited weaknesses, probabilities, ends of
//! support, names and numbers; checked, put together into one signed bundle, and read back from it.
//!
//! Nothing here opens a connection and nothing asks what time it is: files, readers, times and a function that fetches
//! are given by the caller. Sources are strangers: every length is bounded, and an entry that cannot be read is told as
//! a [`Problem`] (file, place, what is wrong) while the others go on.

pub mod attack;
pub mod bundle;
pub mod correct;
pub mod corrections;
mod cpe;
pub mod csaf;
pub mod cve;
pub mod cvss;
mod day;
pub mod eol;
pub mod epss;
pub mod export;
pub mod item;
mod json;
pub mod jvn;
pub mod kev;
pub mod known;
pub mod library;
pub mod nvd;
pub mod oui;
mod own;
pub mod problem;
pub mod sbom;
pub mod source;
pub mod starter;
mod versions;
mod xml;

#[cfg(test)]
mod shared;

pub use item::{Item, Part, Reading};
pub use problem::{Fault, Problem, Problems, Weight};
