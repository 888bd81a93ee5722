//! Chooses one value per field out of what was claimed.

use super::vendor::{vendor_of_claim, vendor_of_macs, vendor_of_product};
use crate::inventory::{Claim, Field};
use core::cmp::Reverse;
use facts::{Part, Property};
use std::borrow::Cow;
use wire::Mac;

/// The most trusted value of a property; draws go to the one said more often, then to the alphabet.
pub(crate) fn choose<'c>(
    claims: impl IntoIterator<Item = &'c Claim>,
    part: Part,
    property: Property,
) -> Option<Field> {
    let told = claims.into_iter().filter(|claim| claim.part == part && claim.property == property);
    let told = told.filter(|claim| says_something(&claim.value));
    let best =
        told.max_by_key(|claim| (claim.confidence, claim.count, Reverse((&claim.value, claim.key))))?;
    Some(Field { value: best.value.clone(), source: source_of(best) })
}

/// What descriptions tell in one sentence, as claims of their own beside those that were made outright.
pub(crate) fn read_descriptions(claims: &[Claim]) -> Vec<Claim> {
    let told = claims.iter().filter(|claim| claim.property == Property::Description);
    told.flat_map(|claim| {
        let read = knowledge::description(&claim.value);
        let parts = [
            (Property::Model, read.model.map(Cow::Borrowed)),
            (Property::OrderNumber, read.order_number.map(Cow::Borrowed)),
            (Property::Hardware, read.hardware.map(Cow::Borrowed)),
            (Property::Firmware, read.firmware.map(Cow::Borrowed)),
            (Property::Serial, read.serial.map(Cow::Borrowed)),
            (Property::OperatingSystem, read.operating_system),
        ];
        let parts = parts.into_iter().filter_map(|(property, value)| Some((property, value?)));
        parts.map(|(property, value)| Claim { property, value: value.into_owned(), ..claim.clone() })
    })
    .collect()
}

/// The most trusted vendor; a hardware address prefix only when no protocol says anything.
pub(crate) fn choose_vendor<'c>(
    claims: impl IntoIterator<Item = &'c Claim> + Clone,
    part: Part,
    macs: &[Mac],
) -> Option<Field> {
    let told = claims.clone().into_iter().filter(|claim| claim.part == part);
    let named = told.filter_map(|claim| Some((claim, vendor_of_claim(claim)?)));
    let best = named
        .filter(|(_, vendor)| says_something(vendor))
        .max_by_key(|(claim, vendor)| (claim.confidence, claim.count, Reverse((vendor.clone(), claim.key))));
    if let Some((claim, value)) = best {
        return Some(Field { value, source: source_of(claim) });
    }
    let products = claims.into_iter().filter(|claim| claim.part == part);
    let product = products
        .filter_map(|claim| Some((claim, vendor_of_product(claim)?)))
        .max_by_key(|(claim, vendor)| (claim.confidence, claim.count, Reverse((*vendor, claim.key))));
    match product {
        Some((claim, vendor)) => Some(Field { value: vendor.to_owned(), source: source_of(claim) }),
        None => vendor_of_macs(macs),
    }
}

pub(crate) fn source_of(claim: &Claim) -> String {
    format!("{} {}", claim.protocol, claim.key)
}

/// Placeholders that stand where nobody wrote anything.
pub(crate) fn says_something(value: &str) -> bool {
    const EMPTY: [&str; 8] = ["", "-", "n/a", "none", "null", "unknown", "not set", "0"];
    !EMPTY.iter().any(|empty| value.eq_ignore_ascii_case(empty)) && value.chars().any(char::is_alphanumeric)
}
