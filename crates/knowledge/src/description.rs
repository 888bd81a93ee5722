//! Model, version and serial number out of the sentence with which a machine describes itself (`sysDescr` of RFC 3418,
//! the system description of IEEE 802.1AB): each maker writes it in a form of its own.

use std::borrow::Cow;

/// What a description tells; borrowed from it. What it does not tell is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description<'a> {
    /// Product name.
    pub model: Option<&'a str>,
    /// Article number to order it by.
    pub order_number: Option<&'a str>,
    /// Hardware version.
    pub hardware: Option<&'a str>,
    /// Firmware version.
    pub firmware: Option<&'a str>,
    /// Serial number.
    pub serial: Option<&'a str>,
    /// Operating system with its version.
    pub operating_system: Option<Cow<'a, str>>,
}

type Form = for<'a> fn(&'a str) -> Description<'a>;

/// How the text of a maker begins, and how it goes on.
const FORMS: &[(&str, Form)] = &[
    ("Siemens, ", siemens),
    ("Hirschmann ", hirschmann),
    ("Cisco IOS", cisco),
    ("Cisco NX-OS", cisco),
    ("APC ", apc),
    ("ProCurve ", procurve),
    ("HP J", procurve),
    ("Aruba J", procurve),
    ("Juniper Networks", juniper),
    ("RouterOS ", router_os),
    ("Westermo ", westermo),
    ("Linux ", linux),
    ("Hardware: ", windows),
];

/// Reads a description. A text of no known form tells nothing: a guess would stand in the inventory as a fact.
#[must_use]
pub fn description(text: &str) -> Description<'_> {
    let form = FORMS.iter().find(|(start, _)| text.starts_with(start));
    form.map(|(_, read)| read(text)).unwrap_or_default()
}

/// `Siemens, SIMATIC S7, CPU315-2 PN/DP, 6ES7 315-2EH14-0AB0 , HW: 5, FW: V3.2.6, S C-X4U421302009`; network components
/// write `HW: Version 7, FW: Version V5.2.1, SVPL2112345`.
fn siemens(text: &str) -> Description<'_> {
    let mut parts = text.split(',').map(str::trim).skip(2);
    let mut found = Description { model: parts.next().and_then(filled), ..Description::default() };
    for part in parts {
        if let Some(version) = part.strip_prefix("HW:") {
            found.hardware = version_of(version);
        } else if let Some(version) = part.strip_prefix("FW:") {
            found.firmware = version_of(version);
        } else if is_siemens_article(part) {
            found.order_number = Some(part);
        } else if part.starts_with('S') && part.len() > 6 && part.ends_with(|end: char| end.is_ascii_digit())
        {
            found.serial = Some(part);
        }
    }
    found
}

/// `6ES7 315-2EH14-0AB0`: a digit, two letters and a digit, and further groups.
fn is_siemens_article(text: &str) -> bool {
    matches!(text.as_bytes(), [b'0'..=b'9', b'A'..=b'Z', b'A'..=b'Z', b'0'..=b'9', b' ', ..])
}

/// `Hirschmann RSP35 Managed Switch, HiOS-2S-09.1.00`, `Hirschmann RSP35 - HiOS-2S-09.1.00`.
fn hirschmann(text: &str) -> Description<'_> {
    let mut words = text.split([' ', ',']).skip(1);
    let model = words.next().and_then(filled);
    let firmware = words.find(|word| word.starts_with("HiOS-") || word.starts_with("HiSecOS-"));
    Description { model, firmware, ..Description::default() }
}

/// `Cisco IOS Software, IE2000 Software (IE2000-UNIVERSALK9-M), Version 15.2(4)EA, RELEASE SOFTWARE`.
fn cisco(text: &str) -> Description<'_> {
    let parts = || text.split(',').map(str::trim);
    let model = parts().find_map(|part| part.split_once(" Software (").map(|(model, _)| model));
    let firmware = parts().find_map(|part| part.strip_prefix("Version "));
    Description {
        model: model.and_then(filled),
        firmware: firmware.and_then(filled),
        ..Description::default()
    }
}

/// `APC Web/SNMP Management Card (MB:v4.1.0 PF:v6.8.2 PN:... AF1:v6.8.0 ... MN:AP9631 HR:05 SN: ZA1234567890 MD:...)`.
fn apc(text: &str) -> Description<'_> {
    let marked = |mark: &str| text.split_once(mark).and_then(|(_, rest)| word(rest));
    Description {
        model: marked(" MN:"),
        hardware: marked(" HR:"),
        firmware: marked(" PF:"),
        serial: marked(" SN:"),
        ..Description::default()
    }
}

/// `ProCurve J9050A Switch 2810-48G, revision N.11.25, ROM N.10.01`.
fn procurve(text: &str) -> Description<'_> {
    let (head, rest) = text.split_once(", revision ").unwrap_or((text, ""));
    let mut words = head.splitn(3, ' ').skip(1);
    let order_number = words.next().filter(|number| number.len() > 4);
    Description {
        model: words.next().and_then(filled),
        order_number,
        firmware: word(rest),
        ..Description::default()
    }
}

/// `Juniper Networks, Inc. ex3300-24t Ethernet Switch, kernel JUNOS 12.3R6.6, Build date: ...`.
fn juniper(text: &str) -> Description<'_> {
    let model = text.split_once("Inc. ").and_then(|(_, rest)| word(rest));
    let firmware = text.split_once("JUNOS ").and_then(|(_, rest)| word(rest));
    Description { model, firmware, ..Description::default() }
}

/// `RouterOS RB750Gr3`.
fn router_os(text: &str) -> Description<'_> {
    let model = text.strip_prefix("RouterOS ").and_then(filled);
    Description { model, operating_system: Some("RouterOS".into()), ..Description::default() }
}

/// `Westermo RedFox Industrial, primary:  v4.24.1, backup:  v4.24.1, bootloader: ...`.
fn westermo(text: &str) -> Description<'_> {
    let model = text.strip_prefix("Westermo ").and_then(|rest| rest.split(',').next());
    let firmware = text.split_once("primary:").and_then(|(_, rest)| word(rest));
    Description { model: model.and_then(filled), firmware, ..Description::default() }
}

/// `Linux NAME 5.10.0-9-amd64 #1 SMP ...`: the system as `uname` prints it, with the machine's name before the version.
fn linux(text: &str) -> Description<'_> {
    let version = text.split_ascii_whitespace().nth(2);
    let version = version.filter(|version| version.starts_with(|first: char| first.is_ascii_digit()));
    let system = version.map(|version| format!("Linux {version}").into());
    Description { operating_system: system, ..Description::default() }
}

/// `Hardware: Intel64 Family 6 ... - Software: Windows Version 6.3 (Build 9600 Multiprocessor Free)`.
fn windows(text: &str) -> Description<'_> {
    let system = text.split_once(" - Software: ").and_then(|(_, system)| filled(system));
    Description { operating_system: system.map(Cow::Borrowed), ..Description::default() }
}

/// `Version V5.2.1` and `V5.2.1` are both `V5.2.1`.
fn version_of(text: &str) -> Option<&str> {
    let text = text.trim();
    filled(text.strip_prefix("Version").unwrap_or(text))
}

/// The first word, without the punctuation that follows it.
fn word(text: &str) -> Option<&str> {
    text.split([' ', ',', ';', ')', '\r', '\n']).find(|word| !word.is_empty())
}

fn filled(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::{Description, description};

    #[test]
    fn each_maker_has_a_form() {
        let siemens = description(
            "Siemens, SIMATIC S7, CPU315-2 PN/DP, 6ES7 315-2EH14-0AB0 , HW: 5, FW: V3.2.6, S C-X4U421302009",
        );
        assert_eq!(siemens.model, Some("CPU315-2 PN/DP"));
        assert_eq!(siemens.order_number, Some("6ES7 315-2EH14-0AB0"));
        assert_eq!((siemens.hardware, siemens.firmware), (Some("5"), Some("V3.2.6")));
        assert_eq!(siemens.serial, Some("S C-X4U421302009"));

        let switch = description("Hirschmann RSP35 - HiOS-2S-09.1.00");
        assert_eq!((switch.model, switch.firmware), (Some("RSP35"), Some("HiOS-2S-09.1.00")));
        assert_eq!(switch, description("Hirschmann RSP35 Managed Switch, HiOS-2S-09.1.00"));

        let cisco = description(
            "Cisco IOS Software, IE2000 Software (IE2000-UNIVERSALK9-M), Version 15.2(4)EA, RELEASE SOFTWARE (fc1)",
        );
        assert_eq!((cisco.model, cisco.firmware), (Some("IE2000"), Some("15.2(4)EA")));

        let apc = description(
            "APC Web/SNMP Management Card (MB:v4.1.0 PF:v6.8.2 PN:x.bin AF1:v6.8.0 MN:AP9631 HR:05 SN: ZA123 MD:01/02/2020)",
        );
        assert_eq!((apc.model, apc.firmware, apc.serial), (Some("AP9631"), Some("v6.8.2"), Some("ZA123")));

        let hp = description("ProCurve J9050A Switch 2810-48G, revision N.11.25, ROM N.10.01");
        assert_eq!((hp.model, hp.firmware), (Some("Switch 2810-48G"), Some("N.11.25")));

        let windows = description(
            "Hardware: x86 Family 6 Model 15 - Software: Windows Version 6.1 (Build 7601 Multiprocessor Free)",
        );
        assert_eq!(
            windows.operating_system.as_deref(),
            Some("Windows Version 6.1 (Build 7601 Multiprocessor Free)")
        );
        let linux = description("Linux hmi 5.10.0-9-amd64 #1 SMP");
        assert_eq!(linux.operating_system.as_deref(), Some("Linux 5.10.0-9-amd64"));
    }

    #[test]
    fn cut_or_unknown_texts_tell_nothing_false() {
        assert_eq!(description("Frobnicator 3000, FW: 1"), Description::default());
        for text in [
            "Siemens, ",
            "Siemens, SIMATIC S7",
            "Hirschmann ",
            "Cisco IOS",
            "APC ",
            "HP J",
            "Linux ",
            "Hardware: ",
        ] {
            assert_eq!(description(text), Description::default(), "{text}");
        }
        assert_eq!(description("Linux is fine here").operating_system, None);
    }
}
