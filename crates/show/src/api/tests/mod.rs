//! Tests of the interface as a whole.

mod bench;
mod breaking;
mod described;
mod door;
mod entry;
mod everybody;
mod lists;
mod people;
