//! Objects, properties, vendors and errors (clause 21).

use facts::{Property, Verb};

pub(super) const DEVICE: u32 = 8;
pub(super) const PRESENT_VALUE: u32 = 85;
pub(super) const OBJECT_NAME: u32 = 77;
const OUT_OF_SERVICE: u32 = 81;
const PROGRAM_CHANGE: u32 = 90;

/// The name of an object type.
pub(super) fn object(kind: u32) -> &'static str {
    const NAMES: &[&str] = &[
        "analog-input",
        "analog-output",
        "analog-value",
        "binary-input",
        "binary-output",
        "binary-value",
        "calendar",
        "command",
        "device",
        "event-enrollment",
        "file",
        "group",
        "loop",
        "multi-state-input",
        "multi-state-output",
        "notification-class",
        "program",
        "schedule",
        "averaging",
        "multi-state-value",
        "trend-log",
        "life-safety-point",
        "life-safety-zone",
        "accumulator",
        "pulse-converter",
        "event-log",
        "global-group",
        "trend-log-multiple",
        "load-control",
        "structured-view",
        "access-door",
        "timer",
        "access-credential",
        "access-point",
        "access-rights",
        "access-user",
        "access-zone",
        "credential-data-input",
        "network-security",
        "bitstring-value",
        "characterstring-value",
        "datepattern-value",
        "date-value",
        "datetimepattern-value",
        "datetime-value",
        "integer-value",
        "large-analog-value",
        "octetstring-value",
        "positive-integer-value",
        "timepattern-value",
        "time-value",
        "notification-forwarder",
        "alert-enrollment",
        "channel",
        "lighting-output",
        "binary-lighting-output",
        "network-port",
        "elevator-group",
        "escalator",
        "lift",
        "staging",
        "audit-log",
        "audit-reporter",
    ];
    usize::try_from(kind).ok().and_then(|kind| NAMES.get(kind)).copied().unwrap_or("object")
}

/// What a property of the device object tells about the device.
pub(super) fn identity(property: u32) -> Option<(Property, &'static str)> {
    Some(match property {
        12 => (Property::Software, "application-software-version"),
        28 => (Property::Description, "description"),
        44 => (Property::Firmware, "firmware-revision"),
        58 => (Property::Location, "location"),
        70 => (Property::Model, "model-name"),
        OBJECT_NAME => (Property::Name, "object-name"),
        98 => (Property::Other, "protocol-version"),
        120 => (Property::Other, "vendor-id"),
        121 => (Property::Vendor, "vendor-name"),
        139 => (Property::Other, "protocol-revision"),
        168 => (Property::Other, "profile-name"),
        372 => (Property::Serial, "serial-number"),
        _ => return None,
    })
}

/// What writing a property does: the present value is process data, other properties are configuration.
pub(super) fn write_verb(kind: u32, property: u32, value: Option<u64>) -> Verb {
    match (kind, property) {
        (4 | 5 | 14 | 55, PRESENT_VALUE) => Verb::Operate,
        (_, PRESENT_VALUE) => Verb::Write,
        (_, OUT_OF_SERVICE) => Verb::Force,
        (16, PROGRAM_CHANGE) => match value {
            Some(1) => Verb::DownloadProgram,
            Some(2) => Verb::Start,
            Some(3 | 5) => Verb::Stop,
            Some(4) => Verb::Reset,
            _ => Verb::ChangeMode,
        },
        _ => Verb::Configure,
    }
}

/// Makers of building controllers by their vendor identifier, as the maintainer of the standard assigns it.
pub(super) fn vendor(identifier: u64) -> Option<&'static str> {
    Some(match identifier {
        2 => "Trane",
        3 => "Daikin Applied",
        5 => "Johnson Controls",
        6 | 127 => "ABB",
        7 | 9 | 22 => "Siemens",
        8 => "Delta Controls",
        10 => "Schneider Electric",
        11 | 19 => "TAC",
        14 => "Cimetrics",
        16 => "Carrier",
        17 => "Honeywell",
        18 => "Alerton",
        24 => "Automated Logic",
        26 => "Phoenix Controls",
        28 => "KMC Controls",
        35 => "Reliable Controls",
        36 => "Tridium",
        39 => "Kieback & Peter",
        42 => "Acuity Brands",
        51 => "Samson",
        53 => "Daikin",
        76 => "Nohmi Bosai",
        77 => "Carel",
        79 => "Hochiki",
        80 => "Sauter",
        81 => "Panasonic Electric Works",
        82 | 92 | 99 => "Mitsubishi Electric",
        83 => "Mitsubishi Heavy Industries",
        85 => "Azbil",
        89 => "Saia-Burgess Controls",
        90 => "Hitachi",
        98 => "Toshiba",
        106 => "Meidensha",
        112 => "Fujitsu",
        113 => "Vertiv",
        _ => return None,
    })
}

/// The name of an error code.
pub(super) fn error(code: u32) -> &'static str {
    match code {
        0 => "other",
        1 => "authentication failed",
        2 => "configuration in progress",
        3 => "device busy",
        5 => "file access denied",
        7 => "inconsistent parameters",
        9 => "invalid data type",
        25 => "operational problem",
        26 => "password failure",
        27 => "read access denied",
        28 => "security not supported",
        29 => "service request denied",
        30 => "timeout",
        31 => "unknown object",
        32 => "unknown property",
        36 => "unsupported object type",
        37 => "value out of range",
        40 => "write access denied",
        41 => "character set not supported",
        42 => "invalid array index",
        43 => "cov subscription failed",
        44 => "not cov property",
        45 => "optional functionality not supported",
        46 => "invalid configuration data",
        47 => "datatype not supported",
        48 => "duplicate name",
        49 => "duplicate object id",
        50 => "property is not an array",
        58 => "network down",
        70 => "unknown device",
        71 => "unknown route",
        82 => "busy",
        83 => "communication disabled",
        85 => "access denied",
        _ => "",
    }
}

pub(super) fn reject(reason: u8) -> &'static str {
    match reason {
        0 => "other",
        1 => "buffer overflow",
        2 => "inconsistent parameters",
        3 => "invalid parameter data type",
        4 => "invalid tag",
        5 => "missing required parameter",
        6 => "parameter out of range",
        7 => "too many arguments",
        8 => "undefined enumeration",
        9 => "unrecognized service",
        _ => "",
    }
}

pub(super) fn abort(reason: u8) -> &'static str {
    match reason {
        0 => "other",
        1 => "buffer overflow",
        2 => "invalid apdu in this state",
        3 => "preempted by higher priority task",
        4 => "segmentation not supported",
        5 => "security error",
        6 => "insufficient security",
        7 => "window size out of range",
        8 => "application exceeded reply time",
        9 => "out of resources",
        10 => "tsm timeout",
        11 => "apdu too long",
        _ => "",
    }
}

/// The name of a negative result of the BVLC.
pub(super) fn link_result(code: u16) -> &'static str {
    match code {
        0x10 => "write-broadcast-distribution-table refused",
        0x20 => "read-broadcast-distribution-table refused",
        0x30 => "register-foreign-device refused",
        0x40 => "read-foreign-device-table refused",
        0x50 => "delete-foreign-device-table-entry refused",
        0x60 => "distribute-broadcast-to-network refused",
        _ => "",
    }
}
