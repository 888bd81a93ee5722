//! Weaknesses and risk: what people decided about them, and what was computed day by day.

pub mod consequence;
pub mod decision;
pub mod method;
pub mod patch;
pub mod snapshot;
