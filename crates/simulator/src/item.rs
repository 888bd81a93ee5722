//! One line of a conversation's script: words, and perhaps a value, as in `write holding 40 1 = 1200`.

use serde::Deserialize;

/// Words separated by spaces, then optionally `=` and a value that may hold spaces.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Item {
    words: Vec<String>,
    value: Option<String>,
}

impl Item {
    /// The word at `index`, or nothing.
    pub(crate) fn word(&self, index: usize) -> &str {
        self.words.get(index).map_or("", String::as_str)
    }

    /// The first two words, for a `match`.
    pub(crate) fn head(&self) -> (&str, &str) {
        (self.word(0), self.word(1))
    }

    /// The word at `index` as a number (decimal or 0x), or `otherwise` where there is none.
    pub(crate) fn number(&self, index: usize, otherwise: u32) -> u32 {
        self.words.get(index).and_then(|word| number(word)).unwrap_or(otherwise)
    }

    /// `number` cut to 16 bits.
    pub(crate) fn number16(&self, index: usize, otherwise: u16) -> u16 {
        u16::try_from(self.number(index, u32::from(otherwise))).unwrap_or(otherwise)
    }

    /// The value as a whole number, 0 where there is none.
    pub(crate) fn value(&self) -> i64 {
        self.value.as_deref().and_then(|value| value.parse().ok()).unwrap_or_default()
    }

    /// The value as text.
    pub(crate) fn text(&self) -> &str {
        self.value.as_deref().unwrap_or_default()
    }

    /// An item made in code.
    pub(crate) fn new(text: &str) -> Self {
        let (words, value) = match text.split_once('=') {
            Some((words, value)) => (words, Some(value.trim().to_owned())),
            None => (text, None),
        };
        Self { words: words.split_whitespace().map(str::to_owned).collect(), value }
    }
}

impl TryFrom<String> for Item {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let item = Self::new(&text);
        if item.words.is_empty() { Err("an item needs at least one word".to_owned()) } else { Ok(item) }
    }
}

fn number(word: &str) -> Option<u32> {
    match word.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_value() {
        let item = Item::new("write holding 0x28 1 = 1200");
        assert_eq!(item.head(), ("write", "holding"));
        assert_eq!((item.number(2, 0), item.number(3, 0), item.value()), (40, 1, 1200));
        assert_eq!(item.number(4, 9), 9, "a missing word takes the default");
    }
}
