//! How far an identity value is trusted.
//!
//! A value counts by the protocol that told it: what a device says of itself in a protocol made for identification
//! counts most, then management protocols, then names it announces, then banners, then what others say of it.
//! A few keys count differently from their protocol. The most trusted value fills the field; draws go to the one
//! said more often, then to the first in the alphabet.

use facts::Property;

/// Trust by protocol, 0 to 100.
const PROTOCOLS: &[(u8, &[&str])] = &[
    (
        90,
        &[
            "s7comm",
            "s7comm-plus",
            "umas",
            "cip",
            "profinet-io",
            "melsec",
            "slmp",
            "fins",
            "ads",
            "focas",
            "codesys",
        ],
    ),
    (
        85,
        &[
            "enip",
            "profinet-dcp",
            "modbus",
            "bacnet",
            "opcua",
            "mms",
            "hart-ip",
            "toyopuc",
            "keyence-kv",
            "mewtocol",
        ],
    ),
    (
        80,
        &[
            "dnp3",
            "iec104",
            "knx",
            "ethercat",
            "powerlink",
            "fl-net",
            "cclink-ief-basic",
            "dlms",
            "goose",
            "sv",
        ],
    ),
    (70, &["lldp", "cdp"]),
    (65, &["snmp"]),
    (60, &["smb", "dcerpc", "rdp", "ldap", "kerberos"]),
    (55, &["mdns", "nbns", "llmnr"]),
    (50, &["dhcp", "dhcpv6", "ssdp"]),
    (40, &["ssh", "ftp", "telnet", "vnc", "tds"]),
    (35, &["http", "tls"]),
    (20, &["dns"]),
];

/// Trust of a protocol that the table does not know.
const OTHERS: u8 = 30;

/// Keys that count differently, by what their name ends in: protocol (empty for any), end of the key, trust.
const KEYS: &[(&str, &str, u8)] = &[
    // Free text that holds a product name somewhere is worse than a field made for it.
    ("", "description", 45),
    ("lldp", "system-description", 60),
    ("snmp", "sys-descr", 60),
    // What a client sends of itself is easily wrong.
    ("", "user-agent", 15),
    // A certificate may be anybody's.
    ("tls", "subject", 25),
    ("tls", "issuer", 5),
    // A number stands in for a name only when nothing better was said.
    ("", "vendor-id", 75),
];

/// Trust in a value, 0 to 100.
pub(crate) fn weight(protocol: &str, key: &str, property: Property) -> u8 {
    let by_key = KEYS.iter().find(|(of, end, _)| (of.is_empty() || *of == protocol) && key.ends_with(end));
    if let Some((_, _, weight)) = by_key {
        return *weight;
    }
    let by_protocol =
        PROTOCOLS.iter().find(|(_, names)| names.contains(&protocol)).map_or(OTHERS, |(weight, _)| *weight);
    match property {
        // Computers announce their names in the protocols made for names, controllers in theirs.
        Property::Name if matches!(protocol, "smb" | "nbns" | "dhcp" | "mdns") => 75,
        Property::Description => by_protocol.min(45),
        _ => by_protocol,
    }
}

#[cfg(test)]
mod tests {
    use super::weight;
    use facts::Property;

    #[test]
    fn a_field_made_for_it_beats_a_banner() {
        let model = |protocol, key| weight(protocol, key, Property::Model);
        assert!(model("cip", "identity.product-name") > model("lldp", "system-name"));
        assert!(model("lldp", "x") > model("snmp", "sys-descr"));
        assert!(model("snmp", "sys-descr") > model("http", "server"));
        assert!(model("http", "server") > model("http", "user-agent"));
    }
}
