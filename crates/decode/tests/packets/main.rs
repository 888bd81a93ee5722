//! Frames in, packets out: every layer, fragments, hostile bytes, and a second decoder to compare with.

// The lints' exceptions for tests hold inside `cfg(test)`.
#[cfg(test)]
mod differential;
#[cfg(test)]
mod fragments;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod layers;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tunnels;
