//! Numbers as text on the stack, for identity values that a protocol sends as numbers.

use crate::Text;
use core::fmt;

/// Bytes of the longest text: sixteen numbers of three digits and their dots.
const TEXT_MAX: usize = 64;

/// A number written out; borrows as [`Text`].
#[derive(Clone, Copy, Debug)]
pub struct Digits {
    bytes: [u8; TEXT_MAX],
    len: usize,
}

impl Digits {
    /// Decimal, without leading zeros.
    #[must_use]
    pub fn decimal(number: u64) -> Self {
        let mut digits = Self::empty();
        digits.push_decimal(number);
        digits
    }

    /// Lower-case hexadecimal of at least `width` digits (at most 16 are padded).
    #[must_use]
    pub fn hex(number: u64, width: usize) -> Self {
        let mut digits = Self::empty();
        for place in (0..16u32).rev() {
            let nibble = (number >> (4 * place)) & 15;
            let wanted = usize::try_from(place).is_ok_and(|place| place < width);
            if nibble != 0 || wanted || digits.len > 0 || place == 0 {
                digits.push(char::from_digit(u32::try_from(nibble).unwrap_or(0), 16));
            }
        }
        digits
    }

    /// Decimal bytes with dots between them; only the first sixteen.
    #[must_use]
    pub fn dotted(numbers: &[u8]) -> Self {
        let mut digits = Self::empty();
        for (at, number) in numbers.iter().take(16).enumerate() {
            if at > 0 {
                digits.push(Some('.'));
            }
            digits.push_decimal(u64::from(*number));
        }
        digits
    }

    /// What a format string says, cut at 64 bytes: `Digits::format(format_args!("V{major}.{minor}"))`.
    #[must_use]
    pub fn format(arguments: fmt::Arguments<'_>) -> Self {
        let mut digits = Self::empty();
        // The writer never fails; a too long text is cut.
        let _ = fmt::write(&mut digits, arguments);
        digits
    }

    /// The written number.
    #[must_use]
    pub fn as_text(&self) -> Text<'_> {
        Text::utf8(self.bytes.get(..self.len).unwrap_or_default())
    }

    fn empty() -> Self {
        Self { bytes: [0; TEXT_MAX], len: 0 }
    }

    fn push_decimal(&mut self, number: u64) {
        let mut place = 10_u64.pow(number.checked_ilog10().unwrap_or(0));
        while place > 0 {
            self.push(char::from_digit(u32::try_from(number / place % 10).unwrap_or(0), 10));
            place /= 10;
        }
    }

    fn push(&mut self, digit: Option<char>) {
        if let (Some(place), Some(Ok(byte))) = (self.bytes.get_mut(self.len), digit.map(u8::try_from)) {
            *place = byte;
            self.len += 1;
        }
    }
}

impl fmt::Write for Digits {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.bytes.get_mut(self.len..).unwrap_or_default();
        let len = room.len().min(text.len());
        if let (Some(place), Some(bytes)) = (room.get_mut(..len), text.as_bytes().get(..len)) {
            place.copy_from_slice(bytes);
            self.len += len;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_cut_at_the_end_of_the_buffer() {
        assert_eq!(Digits::format(format_args!("V{}.{}", 3, 12)).as_text(), Text::utf8(b"V3.12"));
        assert_eq!(Digits::format(format_args!("{:080}", 7)).as_text().bytes.len(), 64);
    }

    #[test]
    fn numbers_are_written_as_people_expect() {
        assert_eq!(Digits::decimal(0).as_text(), Text::utf8(b"0"));
        assert_eq!(Digits::decimal(u64::MAX).as_text(), Text::utf8(b"18446744073709551615"));
        assert_eq!(Digits::hex(0xc0ffee, 8).as_text(), Text::utf8(b"00c0ffee"));
        assert_eq!(Digits::hex(0, 0).as_text(), Text::utf8(b"0"));
        assert_eq!(Digits::dotted(&[10, 0, 255]).as_text(), Text::utf8(b"10.0.255"));
        assert_eq!(Digits::dotted(&[255; 40]).as_text().bytes.len(), 63);
    }
}
