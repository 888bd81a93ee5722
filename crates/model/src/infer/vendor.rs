//! Manufacturer: what protocols say first, the hardware address prefix last.

use crate::inventory::{Claim, Field};
use facts::Property;
use knowledge::{
    bacnet_vendor, cip_vendor, is_virtual_machine, mac_vendor, profinet_vendor, vendor_in_text, vendor_name,
};
use wire::Mac;

/// The vendor a claim names, as the field writes it; numbers are looked up in their protocol's registry.
pub(crate) fn vendor_of_claim(claim: &Claim) -> Option<String> {
    let numbered = claim.key.ends_with("vendor-id") || claim.key.ends_with("manufacturer-id");
    if let (true, Some(id)) = (numbered, number(&claim.value)) {
        let name = match claim.protocol {
            "enip" | "cip" | "cip-io" => cip_vendor(id),
            "bacnet" => bacnet_vendor(id),
            "profinet-dcp" | "profinet-io" => profinet_vendor(id),
            _ => None,
        };
        return name.map(str::to_owned);
    }
    (claim.property == Property::Vendor && !claim.value.is_empty())
        .then(|| vendor_name(&claim.value).to_owned())
}

/// Decimal or `0x` hexadecimal.
fn number(text: &str) -> Option<u16> {
    match text.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// The vendor that a product's name or order number gives away: weaker than a field made for it.
pub(crate) fn vendor_of_product(claim: &Claim) -> Option<&'static str> {
    let tells = matches!(claim.property, Property::Model | Property::OrderNumber | Property::Description);
    vendor_in_text(&claim.value).filter(|_| tells)
}

/// The vendor by hardware addresses: the first that is registered.
pub(crate) fn vendor_of_macs(macs: &[Mac]) -> Option<Field> {
    macs.iter().find_map(|mac| {
        let value = mac_vendor(*mac)?.to_owned();
        let card = if is_virtual_machine(*mac) { "virtual network card, " } else { "" };
        Some(Field { value, source: format!("{card}hardware address {mac}") })
    })
}
