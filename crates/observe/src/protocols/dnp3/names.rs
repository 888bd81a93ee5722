//! Names and verbs of functions, groups and states (application layer and object library).

use facts::{Property, Verb};

/// Name and verb of an application function code.
pub(super) fn function(code: u8) -> (&'static str, Verb) {
    match code {
        0 => ("confirm", Verb::Other),
        1 => ("read", Verb::Read),
        2 => ("write", Verb::Write),
        3 => ("select", Verb::Operate),
        4 => ("operate", Verb::Operate),
        5 => ("direct operate", Verb::Operate),
        6 => ("direct operate, no response", Verb::Operate),
        7 => ("immediate freeze", Verb::Other),
        8 => ("immediate freeze, no response", Verb::Other),
        9 => ("freeze and clear", Verb::Write),
        10 => ("freeze and clear, no response", Verb::Write),
        11 => ("freeze at time", Verb::Other),
        12 => ("freeze at time, no response", Verb::Other),
        13 => ("cold restart", Verb::Reset),
        14 => ("warm restart", Verb::Reset),
        15 => ("initialize data", Verb::Reset),
        16 => ("initialize application", Verb::Reset),
        17 => ("start application", Verb::Start),
        18 => ("stop application", Verb::Stop),
        19 => ("save configuration", Verb::Configure),
        20 => ("enable unsolicited responses", Verb::Subscribe),
        // Silences the outstation's own reports, so it is more than the end of a subscription.
        21 => ("disable unsolicited responses", Verb::Configure),
        22 => ("assign class", Verb::Configure),
        23 => ("delay measurement", Verb::Diagnose),
        24 => ("record current time", Verb::SetClock),
        25 => ("open file", Verb::ReadFile),
        26 => ("close file", Verb::Other),
        27 => ("delete file", Verb::DeleteFile),
        28 => ("get file information", Verb::ReadFile),
        29 => ("authenticate file", Verb::Login),
        30 => ("abort file transfer", Verb::Other),
        31 => ("activate configuration", Verb::Configure),
        32 => ("authentication request", Verb::Login),
        33 => ("authentication request, no acknowledgement", Verb::Login),
        129 => ("response", Verb::Report),
        130 => ("unsolicited response", Verb::Report),
        131 => ("authentication response", Verb::Login),
        _ => ("", Verb::Other),
    }
}

/// What reading or writing a group really does, where that differs from the function's verb.
pub(super) fn verb_of_group(function: u8, group: u8, variation: u8) -> Option<Verb> {
    match (function, group, variation) {
        (1, 0, _) => Some(Verb::Identify),
        (1, 70, _) => Some(Verb::ReadFile),
        (2, 70, _) => Some(Verb::WriteFile),
        (2, 50, _) => Some(Verb::SetClock),
        (2, 120, _) => Some(Verb::ManageUser),
        (2, 0 | 34, _) => Some(Verb::Configure),
        // The master acknowledges that the outstation has restarted; nothing in the plant changes.
        (2, 80, _) => Some(Verb::Diagnose),
        _ => None,
    }
}

/// The point type or other address space that a group belongs to.
pub(super) fn space(group: u8) -> &'static str {
    match group {
        0 => "device-attribute",
        1 | 2 => "binary-input",
        3 | 4 => "double-bit-input",
        10..=13 => "binary-output",
        20 | 22 => "counter",
        21 | 23 => "frozen-counter",
        30 | 32 => "analog-input",
        31 | 33 => "frozen-analog-input",
        34 => "analog-input-deadband",
        40..=43 => "analog-output",
        50..=52 => "time",
        60 => "class",
        70 => "file",
        80 => "internal-indication",
        81 => "device-storage",
        82 | 83 => "device-profile",
        85..=88 => "data-set",
        90 => "application",
        100..=102 => "number",
        110 | 111 => "octet-string",
        112 | 113 => "virtual-terminal",
        120 => "authentication",
        121 | 122 => "security-statistic",
        _ => "object",
    }
}

/// What a device attribute (group 0, its variation) tells.
pub(super) fn attribute(variation: u8) -> (Property, &'static str) {
    match variation {
        196 => (Property::Other, "attribute.configuration-id"),
        197 => (Property::Other, "attribute.configuration-version"),
        206 => (Property::Contact, "attribute.secondary-operator"),
        207 => (Property::Contact, "attribute.primary-operator"),
        208 => (Property::Domain, "attribute.system-name"),
        242 => (Property::Firmware, "attribute.software-version"),
        243 => (Property::Hardware, "attribute.hardware-version"),
        245 => (Property::Location, "attribute.location"),
        246 => (Property::Other, "attribute.id-code"),
        247 => (Property::Name, "attribute.device-name"),
        248 => (Property::Serial, "attribute.serial-number"),
        249 => (Property::Other, "attribute.conformance"),
        250 => (Property::Model, "attribute.product-name"),
        252 => (Property::Vendor, "attribute.manufacturer"),
        _ => (Property::Other, "attribute.other"),
    }
}

/// Status of a control (group 12).
pub(super) fn control_status(status: u8) -> &'static str {
    match status {
        1 => "timeout",
        2 => "no select",
        3 => "format error",
        4 => "not supported",
        5 => "already active",
        6 => "hardware error",
        7 => "local",
        8 => "too many operations",
        9 => "not authorized",
        10 => "automation inhibit",
        11 => "processing limited",
        12 => "out of range",
        13 => "downstream local",
        14 => "already complete",
        15 => "blocked",
        16 => "cancelled",
        17 => "blocked by another master",
        18 => "downstream failure",
        126 => "non-participating",
        _ => "undefined",
    }
}

/// Status of a file operation (group 70).
pub(super) fn file_status(status: u8) -> &'static str {
    match status {
        1 => "permission denied",
        2 => "invalid mode",
        3 => "file not found",
        4 => "file locked",
        5 => "too many open files",
        6 => "invalid handle",
        7 => "write block size",
        8 => "communication lost",
        9 => "cannot abort",
        16 => "file not open",
        17 => "handle expired",
        18 => "buffer overrun",
        19 => "fatal error",
        20 => "block sequence error",
        _ => "undefined",
    }
}
