//! What goes into a batch comes out of it, and damaged batches do no harm.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a test")]

mod damage;
mod plants;
mod round;
mod told;
