//! The plant as its people know it: how it is divided, when it runs, and the register of assets that they keep.
//!
//! Everything here is pure: bytes and values come in, values go out. No function performs I/O, reads a clock or
//! panics; time zones come from the database inside the program, so that a server without `/usr/share/zoneinfo` gives
//! the same answers. What a file may hold is bounded by constants that are documented where they apply.

pub mod calendar;
mod fold;
pub mod mirror;
pub mod register;
pub mod structure;

pub use fold::fold;
