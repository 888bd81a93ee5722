//! Tests of the interface as a whole.

pub(super) mod bench;
mod breaking;
mod described;
mod door;
mod entry;
mod everybody;
mod evidence;
mod external;
mod lists;
mod mirror_advice;
mod people;
mod vouching;
