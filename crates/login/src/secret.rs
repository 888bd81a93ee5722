//! What must not be seen: secrets that do not print themselves and are wiped when dropped.

use crate::failure::failures;
use core::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A secret: no `Display`, a `Debug` that says nothing, wiped from memory when dropped.
pub struct Secret<T: Zeroize>(T);

failures! {
    /// Why no random bytes could be had.
    NoRandom {
        /// The operating system gave none.
        System "get random bytes from the operating system";
    }
}

impl<T: Zeroize> Secret<T> {
    /// Takes the value in.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value: only for what needs it at once, never for a log.
    #[must_use]
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// `N` random bytes from the operating system.
///
/// # Errors
/// When the operating system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], NoRandom> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandom::System)?;
    Ok(bytes)
}

/// Whether two byte strings are equal, in a time that does not tell where they differ.
#[must_use]
pub fn equal(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The `N` bytes that exactly `2 * N` lower-case hexadecimal digits stand for.
#[must_use]
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || text.bytes().any(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Secret, equal, from_hex, random, to_hex};

    #[test]
    fn a_secret_does_not_print_itself() {
        let secret = Secret::new(String::from("correct horse"));
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        assert_eq!(secret.expose(), "correct horse");
    }

    #[test]
    fn hexadecimal_is_read_as_written_and_nothing_else() {
        let bytes: [u8; 32] = random().expect("random bytes");
        assert_eq!(from_hex::<32>(&to_hex(&bytes)), Some(bytes));
        for wrong in ["", "0", "0g", "+1", "0A", "é", "000"] {
            assert_eq!(from_hex::<1>(wrong), None, "{wrong}");
        }
        assert!(equal(b"same", b"same") && !equal(b"same", b"sama") && !equal(b"same", b"same1"));
    }
}
