//! History as its callers use it: written, killed, read, kept.

#[cfg(test)]
mod keeping;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod support;
