//! Security advisories in the Common Security Advisory Framework (OASIS CSAF 2.0 and 2.1): checked, then read.

mod check;
#[cfg(test)]
mod conformance;

pub use check::{Checked, Finding, Level, Verdict, check, check_one};
