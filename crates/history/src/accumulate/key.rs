//! Targets and parts: as keys that own nothing, and as people read them.

use facts::{Part, Target};
use model::decode_text;
use wire::{Charset, Text};

/// Longer names are cut: no tag, path or user of a device is longer.
const NAME_MAX: usize = 512;

/// A target without its name, whose bytes stand beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TargetKey {
    None,
    Range { space: &'static str, major: u32, first: u32, count: u32 },
    Name { space: &'static str, charset: Charset },
    Object { space: &'static str, class: u32, instance: u32, attribute: u32 },
}

impl TargetKey {
    /// The key and the bytes of the name.
    pub(crate) fn new<'a>(target: &Target<'a>) -> (Self, &'a [u8]) {
        match *target {
            Target::None => (Self::None, &[]),
            Target::Range { space, major, first, count } => (Self::Range { space, major, first, count }, &[]),
            Target::Name { space, name } => (
                Self::Name { space, charset: name.charset },
                name.bytes.get(..NAME_MAX).unwrap_or(name.bytes),
            ),
            Target::Object { space, class, instance, attribute } => {
                (Self::Object { space, class, instance, attribute }, &[])
            }
        }
    }

    pub(crate) fn space(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Range { space, .. } | Self::Name { space, .. } | Self::Object { space, .. } => space,
        }
    }

    /// `100`, `100-109`, `5:100`; a name; `class/instance`, `class/instance/attribute`.
    pub(crate) fn text(self, name: &[u8]) -> String {
        match self {
            Self::None => String::new(),
            Self::Range { major, first, count, .. } => {
                let last = first.saturating_add(count.saturating_sub(1));
                let items = if last == first { format!("{first}") } else { format!("{first}-{last}") };
                if major == 0 { items } else { format!("{major}:{items}") }
            }
            Self::Name { charset, .. } => decode_text(Text { bytes: name, charset }),
            Self::Object { class, instance, attribute: 0, .. } => format!("{class}/{instance}"),
            Self::Object { class, instance, attribute, .. } => format!("{class}/{instance}/{attribute}"),
        }
    }
}

pub(crate) fn part_text(part: Part) -> String {
    match part {
        Part::Whole => String::new(),
        Part::Slot { rack, slot } => format!("slot {rack}/{slot}"),
        Part::Unit(unit) => format!("unit {unit}"),
    }
}
