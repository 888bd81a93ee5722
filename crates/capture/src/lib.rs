//! Frames from a file, standard input or a mirror port; the only crate that opens a device.
