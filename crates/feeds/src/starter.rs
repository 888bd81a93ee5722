//! What the program knows without a bundle: real advisories about the devices of the demo plant, in our own words.

use crate::bundle::Content;
use crate::problem::Problems;
use crate::source::{self, Options};

/// Under this name the starter is an origin of its parts.
pub const NAME: &str = "starter/demo.toml";

const TEXT: &str = include_str!("../data/starter/demo.toml");

/// The content of the starter. Needs no key and no file; it is part of the signed program.
#[must_use]
pub fn content() -> Content {
    let (mut content, mut problems) = (Content::default(), Problems::default());
    source::import_bytes(NAME, TEXT.as_bytes(), &Options::default(), &mut content, &mut problems);
    content
}

#[cfg(test)]
mod tests;
