//! What is known outside the plant, read from files: advisories, lists of exploited weaknesses, probabilities, ends of
//! support, names and numbers; checked, put together into one signed bundle, and read back from it.
//!
//! Nothing here opens a connection and nothing asks what time it is: files, readers, times and a function that fetches
//! are given by the caller. Sources are strangers: every length is bounded, and an entry that cannot be read is told as
//! a [`Problem`] (file, place, what is wrong) while the others go on.

pub mod csaf;
pub mod problem;

#[cfg(test)]
mod shared;

pub use problem::{Fault, Problem, Problems, Weight};
