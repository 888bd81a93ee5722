//! Vendors of hardware addresses (IEEE registries MA-L, MA-M, MA-S and IAB).

use crate::table::look_up;
use wire::Mac;

const PREFIXES: &str = include_str!("../data/oui.tsv");

/// Who was given the prefix of this address, under the short name the field uses. The longest prefix decides
/// (36, 28, then 24 bits). A group, zero or locally administered address says nothing about a vendor.
#[must_use]
pub fn mac_vendor(mac: Mac) -> Option<&'static str> {
    if !mac.is_host() || mac.is_local() {
        return None;
    }
    let [a, b, c, d, e, _] = mac.0;
    let digits = format!("{a:02X}{b:02X}{c:02X}{d:02X}{e:02X}");
    [9, 7, 6].into_iter().find_map(|len| look_up(PREFIXES, digits.get(..len)?))
}

/// Whether addresses of this vendor belong to virtual network cards, so that they name the hypervisor and not the
/// machine. The MAC is needed because some of these vendors also make real cards.
#[must_use]
pub fn is_virtual_machine(mac: Mac) -> bool {
    // VMware (four), Hyper-V, Xen, VirtualBox, Parallels, and QEMU/KVM's locally administered 52:54:00.
    const PREFIXES: [[u8; 3]; 9] = [
        [0x00, 0x05, 0x69],
        [0x00, 0x0c, 0x29],
        [0x00, 0x1c, 0x14],
        [0x00, 0x50, 0x56],
        [0x00, 0x15, 0x5d],
        [0x00, 0x16, 0x3e],
        [0x08, 0x00, 0x27],
        [0x00, 0x1c, 0x42],
        [0x52, 0x54, 0x00],
    ];
    let [a, b, c, ..] = mac.0;
    PREFIXES.contains(&[a, b, c])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vendor(mac: [u8; 6]) -> Option<&'static str> {
        mac_vendor(Mac(mac))
    }

    #[test]
    fn prefixes_name_the_vendor_shortly() {
        assert_eq!(vendor([0x00, 0x1b, 0x1b, 0x41, 0, 0x11]), Some("Siemens"));
        assert_eq!(vendor([0x00, 0x1d, 0x9c, 0x41, 0, 0x13]), Some("Rockwell Automation"));
        assert_eq!(vendor([0x00, 0x80, 0xf4, 0x41, 0, 0x14]), Some("Schneider Electric"));
        assert_eq!(vendor([0xb8, 0x27, 0xeb, 0x41, 0, 0x66]), Some("Raspberry Pi"));
    }

    #[test]
    fn a_longer_prefix_wins_over_the_registry_itself() {
        // 70:B3:D5 is the registry's own block for 36-bit prefixes, so it must never be a vendor by itself.
        assert_ne!(vendor([0x70, 0xb3, 0xd5, 0x00, 0x00, 0]), Some("IEEE Registration Authority"));
        assert!(vendor([0x70, 0xb3, 0xd5, 0x00, 0x10, 0]).is_some());
    }

    #[test]
    fn addresses_that_nobody_was_given_have_no_vendor() {
        for mac in [[0; 6], [0xff; 6], [0x02, 0x1b, 0x1b, 0, 0, 1], [0x01, 0x00, 0x5e, 0, 0, 1]] {
            assert_eq!(vendor(mac), None, "{mac:02x?}");
        }
        assert!(is_virtual_machine(Mac([0x52, 0x54, 0, 1, 2, 3])));
    }

    #[test]
    fn the_table_is_sorted_and_complete() {
        let mut before = "";
        for line in PREFIXES.lines() {
            let (prefix, name) = line.split_once('\t').expect("two columns");
            assert!(prefix > before && matches!(prefix.len(), 6 | 7 | 9) && !name.is_empty(), "{line}");
            before = prefix;
        }
        assert!(PREFIXES.lines().count() > 40_000);
    }
}
