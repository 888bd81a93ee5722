//! What a claim means for the identity of its machine: chosen, in agreement, or contradicting what was chosen.

use super::fields::{says_something, source_of};
use super::vendor::vendor_of_claim;
use crate::inventory::{Asset, Claim, Field};
use facts::{Part, Property};

/// How a claim stands to the value that was chosen for its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The value was taken from it.
    Chosen,
    /// It says the same.
    Agrees,
    /// It says something else, and is trusted less.
    Differs,
}

impl Standing {
    /// Stable word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Agrees => "agrees",
            Self::Differs => "differs",
        }
    }
}

/// The field of the machine's identity of which a claim speaks, by its name in documents, and how it stands there.
/// `None` for a claim that speaks of a part, says nothing, or fills no field.
#[must_use]
pub fn standing(asset: &Asset, claim: &Claim) -> Option<(&'static str, Standing)> {
    if claim.part != Part::Whole || !says_something(&claim.value) {
        return None;
    }
    // A number of a registry names a vendor, whatever else the field is called.
    if let Some(vendor) = vendor_of_claim(claim) {
        return Some(("vendor", of(asset.vendor.as_ref(), claim, &vendor)));
    }
    let (field, chosen) = match claim.property {
        Property::Name => ("name", &asset.name),
        Property::Model => ("model", &asset.model),
        Property::OrderNumber => ("order_number", &asset.order_number),
        Property::Firmware => ("firmware", &asset.firmware),
        Property::Hardware => ("hardware", &asset.hardware),
        Property::Serial => ("serial", &asset.serial),
        Property::OperatingSystem => ("os", &asset.operating_system),
        _ => return None,
    };
    Some((field, of(chosen.as_ref(), claim, &claim.value)))
}

fn of(chosen: Option<&Field>, claim: &Claim, value: &str) -> Standing {
    match chosen {
        Some(field) if field.source == source_of(claim) && field.value == value => Standing::Chosen,
        Some(field) if plain(&field.value) == plain(value) => Standing::Agrees,
        _ => Standing::Differs,
    }
}

/// Versions are written with and without a V, texts with other spaces and in other case: that is no contradiction.
fn plain(value: &str) -> String {
    let lower = value.trim().to_lowercase();
    let bare = lower.strip_prefix('v').filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    let words = bare.unwrap_or(&lower).split(|letter: char| letter.is_whitespace() || letter == '.');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_no_contradiction() {
        for (one, other) in [("V4.2.1", "4.2.1"), ("CPU 315-2 PN/DP", "cpu  315-2  PN/DP "), ("2 1", "2.1")] {
            assert_eq!(plain(one), plain(other), "{one} {other}");
        }
        for (one, other) in [("4.2.1", "4.2.2"), ("v", ""), ("vendor", "endor")] {
            assert_ne!(plain(one), plain(other), "{one} {other}");
        }
    }
}
