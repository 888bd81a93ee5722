//! Vendor numbers of protocols, and one spelling per vendor.

use crate::table::look_up;

const BACNET: &str = include_str!("../data/bacnet-vendors.tsv");
const CIP: &str = include_str!("../data/cip-vendors.tsv");
const PROFINET: &str = include_str!("../data/profinet-vendors.tsv");

/// The vendor behind a BACnet vendor identifier (ASHRAE 135, registry of ASHRAE).
#[must_use]
pub fn bacnet_vendor(id: u16) -> Option<&'static str> {
    look_up(BACNET, &format!("{id:05}"))
}

/// The vendor behind the Vendor ID attribute of the CIP Identity object (registry of ODVA).
#[must_use]
pub fn cip_vendor(id: u16) -> Option<&'static str> {
    look_up(CIP, &format!("{id:05}"))
}

/// The vendor behind a PROFINET VendorID (registry of PI); only the common ones are known.
#[must_use]
pub fn profinet_vendor(id: u16) -> Option<&'static str> {
    look_up(PROFINET, &format!("{id:05}"))
}

/// What OT vendors call themselves in captures, lower case, and the short name we show. The longest match at the
/// start of a word wins by order: put the longer of two that overlap first.
const SPELLINGS: &[(&str, &str)] = &[
    ("allen-bradley", "Rockwell Automation"),
    ("rockwell", "Rockwell Automation"),
    ("b&r ", "B&R"),
    ("bernecker", "B&R"),
    ("siemens", "Siemens"),
    ("simatic", "Siemens"),
    ("schneider", "Schneider Electric"),
    ("telemecanique", "Schneider Electric"),
    ("modicon", "Schneider Electric"),
    ("mitsubishi electric", "Mitsubishi Electric"),
    ("omron", "OMRON"),
    ("yokogawa", "Yokogawa"),
    ("beckhoff", "Beckhoff"),
    ("wago", "WAGO"),
    ("phoenix contact", "Phoenix Contact"),
    ("hirschmann", "Hirschmann"),
    ("moxa", "Moxa"),
    ("honeywell", "Honeywell"),
    ("emerson", "Emerson"),
    ("keyence", "KEYENCE"),
    ("panasonic", "Panasonic"),
    ("hitachi", "Hitachi"),
    ("toshiba", "Toshiba"),
    ("fuji electric", "Fuji Electric"),
    ("yaskawa", "Yaskawa"),
    ("jtekt", "JTEKT"),
    ("azbil", "Azbil"),
    ("fanuc", "FANUC"),
    ("schweitzer", "Schweitzer Engineering Laboratories"),
    ("johnson controls", "Johnson Controls"),
    ("endress", "Endress+Hauser"),
    ("bosch rexroth", "Bosch Rexroth"),
    ("general electric", "GE"),
    ("abb ", "ABB"),
    ("janitza", "Janitza"),
    ("cisco", "Cisco"),
    ("vmware", "VMware"),
    ("microsoft", "Microsoft"),
];

/// The short name of a vendor as a device spelled it; the trimmed text itself when it is none of the known ones.
#[must_use]
pub fn vendor_name(told: &str) -> &str {
    let told = told.trim();
    let lower = format!("{} ", told.to_ascii_lowercase());
    SPELLINGS.iter().find(|(start, _)| lower.starts_with(start)).map_or(told, |(_, name)| name)
}

/// What order numbers start with, upper case.
const ORDER_NUMBERS: &[(&str, &str)] = &[
    ("6ES7", "Siemens"),
    ("6GK", "Siemens"),
    ("6AV", "Siemens"),
    ("6EP", "Siemens"),
    ("6SL", "Siemens"),
    ("1756-", "Rockwell Automation"),
    ("1769-", "Rockwell Automation"),
    ("1766-", "Rockwell Automation"),
    ("1763-", "Rockwell Automation"),
    ("1747-", "Rockwell Automation"),
    ("1785-", "Rockwell Automation"),
    ("2711P", "Rockwell Automation"),
    ("BMX", "Schneider Electric"),
    ("BME", "Schneider Electric"),
    ("TSX", "Schneider Electric"),
    ("140 CPU", "Schneider Electric"),
    ("TM221", "Schneider Electric"),
    ("TM241", "Schneider Electric"),
    ("TM251", "Schneider Electric"),
];

/// The vendor that the text of a model, order number or description starts with.
#[must_use]
pub fn vendor_in_text(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let (lower, upper) = (format!("{} ", text.to_ascii_lowercase()), text.to_ascii_uppercase());
    let named = SPELLINGS.iter().find(|(start, _)| lower.starts_with(start));
    named.or_else(|| ORDER_NUMBERS.iter().find(|(start, _)| upper.starts_with(start))).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_name_their_vendor() {
        assert_eq!(cip_vendor(1), Some("Rockwell Automation"));
        assert_eq!(cip_vendor(47), Some("OMRON"));
        assert_eq!(bacnet_vendor(5), Some("Johnson Controls"));
        assert_eq!(profinet_vendor(0x002a), Some("Siemens"));
        assert_eq!((cip_vendor(u16::MAX), bacnet_vendor(u16::MAX), profinet_vendor(0)), (None, None, None));
    }

    #[test]
    fn one_vendor_has_one_spelling() {
        for told in ["SIEMENS AG", "Siemens, SIMATIC NET", " siemens"] {
            assert_eq!(vendor_name(told), "Siemens");
        }
        assert_eq!(vendor_name("ABB"), "ABB");
        assert_eq!(vendor_name("Abbott"), "Abbott");
        assert_eq!(vendor_name("  Example Relays "), "Example Relays");
    }

    #[test]
    fn products_give_their_vendor_away() {
        assert_eq!(vendor_in_text("Hirschmann RSP35 Managed Switch"), Some("Hirschmann"));
        assert_eq!(vendor_in_text("6ES7 315-2EH14-0AB0"), Some("Siemens"));
        assert_eq!(vendor_in_text("1756-L62/B LOGIX5562"), Some("Rockwell Automation"));
        assert_eq!(vendor_in_text("GoAhead"), None);
    }

    #[test]
    fn every_table_is_sorted_by_number() {
        for table in [BACNET, CIP, PROFINET] {
            let keys: Vec<_> = table.lines().map(|line| line.split('\t').next()).collect();
            assert!(keys.is_sorted() && keys.len() > 3);
        }
    }
}
