//! What keeps a plant's server running for years, asked of the program as its user asks it.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

mod backups;
mod certificates;
mod people;
mod plant;
mod support;
