//! Capture files of every kind, whole, damaged and cut.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test"
)]

mod common;
mod damage;
mod formats;
mod shared;
