//! Risk: the worked examples of the model, its properties, and what is counted from snapshots.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "the helpers of these tests stand outside the test functions"
)]

mod examples;
mod paths;
mod plants;
mod properties;
mod reasons;
mod rules;
mod snapshots;
mod speed;
mod whatif;
