//! History as its callers use it: written, killed, read, kept.

mod keeping;
mod killed;
mod reading;
mod support;
