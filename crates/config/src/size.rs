//! Amounts of bytes as people write them: `"20 GiB"`.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A number of bytes, or a text with a unit; checked later by [`Size::bytes`].
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(crate) enum Size {
    Bytes(u64),
    Text(String),
}

const UNITS: [(&str, u32); 9] = [
    ("KiB", 10),
    ("MiB", 20),
    ("GiB", 30),
    ("TiB", 40),
    ("K", 10),
    ("M", 20),
    ("G", 30),
    ("T", 40),
    ("B", 0),
];

impl Size {
    /// The amount; `None` when the text is none.
    pub(crate) fn bytes(&self) -> Option<u64> {
        let text = match self {
            Self::Bytes(bytes) => return Some(*bytes),
            Self::Text(text) => text.trim(),
        };
        let unit = UNITS.iter().find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, *shift)));
        let (number, shift) = unit.unwrap_or((text, 0));
        number.trim().parse::<u64>().ok()?.checked_mul(1u64.checked_shl(shift)?)
    }
}

impl From<&str> for Size {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["integer", "string"],
            "minimum": 0,
            "x-form": "an amount such as `\"20 GiB\"`, in B, KiB, MiB, GiB or TiB",
        })
    }

    fn inline_schema() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Size;

    #[test]
    fn amounts_are_read_with_their_unit() {
        let bytes = |text: &str| Size::from(text).bytes();
        assert_eq!(bytes("20 GiB"), Some(20 << 30));
        assert_eq!(bytes("512MiB"), Some(512 << 20));
        assert_eq!(bytes("0"), Some(0));
        assert_eq!(bytes("7 B"), Some(7));
        assert_eq!(bytes("3T"), Some(3 << 40));
        assert_eq!(["20 GB", "", "GiB", "-1", "1.5 GiB", "99999999 TiB"].map(bytes), [None; 6]);
    }
}
