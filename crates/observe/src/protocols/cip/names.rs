//! Names of services, classes and statuses, and what services do to the plant.

use super::path::SYMBOL;
use facts::{OutcomeKind, Verb};

pub(super) const IDENTITY: u32 = 0x01;
pub(super) const MESSAGE_ROUTER: u32 = 0x02;
pub(super) const ASSEMBLY: u32 = 0x04;
pub(super) const CONNECTION_MANAGER: u32 = 0x06;
pub(super) const FILE: u32 = 0x37;
pub(super) const TIME_SYNC: u32 = 0x43;
pub(super) const PCCC: u32 = 0x67;
pub(super) const TCP_IP: u32 = 0xf5;
pub(super) const ETHERNET_LINK: u32 = 0xf6;

// Rockwell's own objects, as their software uses them.
pub(super) const CONTROLLER: u32 = 0x64;
const PROGRAM: u32 = 0x68;
const ROUTINE: u32 = 0x6d;
const TEMPLATE: u32 = 0x6c;
const TASK: u32 = 0x70;
pub(super) const WALL_CLOCK: u32 = 0x8b;
const MODE: u32 = 0x8e;
const FIRMWARE: u32 = 0xa1;

pub(super) const GET_ATTRIBUTES_ALL: u8 = 0x01;
pub(super) const GET_ATTRIBUTE_LIST: u8 = 0x03;
pub(super) const GET_ATTRIBUTE_SINGLE: u8 = 0x0e;
pub(super) const EXECUTE_PCCC: u8 = 0x4b;
pub(super) const READ_TAG: u8 = 0x4c;
pub(super) const WRITE_TAG: u8 = 0x4d;
pub(super) const READ_TAG_FRAGMENTED: u8 = 0x52;
pub(super) const WRITE_TAG_FRAGMENTED: u8 = 0x53;

pub(super) const SUCCESS: u8 = 0x00;
/// More follows: not a failure.
pub(super) const PARTIAL_TRANSFER: u8 = 0x06;
/// Multiple Service Packet of which some services failed.
pub(super) const EMBEDDED_SERVICE_ERROR: u8 = 0x1e;

/// Name and verb of a service (Volume 1, appendix A; object-specific services in the object's section).
pub(super) fn service(service: u8, class: Option<u32>) -> (&'static str, Verb) {
    if service >= 0x4b { specific(service, class) } else { common(service, class) }
}

fn common(service: u8, class: Option<u32>) -> (&'static str, Verb) {
    let class = class.unwrap_or(0);
    let get = if class == IDENTITY { Verb::Identify } else { Verb::Read };
    let set = match class {
        WALL_CLOCK | TIME_SYNC => Verb::SetClock,
        // Process images and points are operated, everything else is configured.
        ASSEMBLY | 0x08..=0x0b | 0x1d..=0x22 => Verb::Write,
        _ => Verb::Configure,
    };
    let program = matches!(class, PROGRAM..=TASK);
    match service {
        GET_ATTRIBUTES_ALL => ("get attributes all", get),
        0x02 => ("set attributes all", set),
        GET_ATTRIBUTE_LIST => ("get attribute list", get),
        0x04 => ("set attribute list", set),
        0x05 => ("reset", Verb::Reset),
        0x06 => ("start", Verb::Start),
        0x07 => ("stop", Verb::Stop),
        0x08 => ("create", if program { Verb::DownloadProgram } else { Verb::Configure }),
        0x09 => ("delete", if program { Verb::DeleteProgram } else { Verb::Configure }),
        0x0a => ("multiple service packet", Verb::Other),
        0x0d => ("apply attributes", Verb::Configure),
        GET_ATTRIBUTE_SINGLE => ("get attribute single", get),
        0x10 => ("set attribute single", set),
        0x11 => ("find next object instance", Verb::Discover),
        0x15 => ("restore", Verb::Configure),
        0x16 => ("save", Verb::Configure),
        0x17 => ("no operation", Verb::Diagnose),
        0x18 => ("get member", get),
        0x19 => ("set member", set),
        0x1a => ("insert member", Verb::Configure),
        0x1b => ("remove member", Verb::Configure),
        0x1c => ("group sync", Verb::Other),
        _ => ("", Verb::Other),
    }
}

fn specific(service: u8, class: Option<u32>) -> (&'static str, Verb) {
    match (class, service) {
        (Some(CONNECTION_MANAGER), _) => match service {
            0x4e => ("forward close", Verb::Other),
            0x52 => ("unconnected send", Verb::Other),
            0x54 => ("forward open", Verb::Other),
            0x56 => ("get connection data", Verb::Diagnose),
            0x57 => ("search connection data", Verb::Diagnose),
            0x5a => ("get connection owner", Verb::Diagnose),
            0x5b => ("large forward open", Verb::Other),
            _ => ("", Verb::Other),
        },
        (Some(FILE), _) => match service {
            0x4b => ("initiate upload", Verb::ReadFile),
            0x4c => ("initiate download", Verb::WriteFile),
            0x4d => ("initiate partial read", Verb::ReadFile),
            0x4e => ("initiate partial write", Verb::WriteFile),
            0x4f => ("upload transfer", Verb::ReadFile),
            0x50 => ("download transfer", Verb::WriteFile),
            0x51 => ("clear file", Verb::DeleteFile),
            _ => ("", Verb::Other),
        },
        (Some(FIRMWARE), _) => match service {
            0x4b => ("nvs update", Verb::UpdateFirmware),
            0x4d => ("nvs transfer", Verb::UpdateFirmware),
            _ => ("", Verb::UpdateFirmware),
        },
        (Some(MESSAGE_ROUTER), 0x4b) => ("symbolic translation", Verb::Read),
        (Some(PCCC), EXECUTE_PCCC) => ("execute pccc", Verb::Other),
        (Some(PCCC), 0x4c) => ("execute dh+", Verb::Other),
        (Some(TCP_IP | ETHERNET_LINK), 0x4c) => ("get and clear", Verb::Diagnose),
        (Some(SYMBOL | TEMPLATE), 0x55) => ("get instance attribute list", Verb::Discover),
        (Some(TEMPLATE), 0x4c) => ("read template", Verb::Read),
        // Logix data access, also by numbered instance of tables (Rockwell publication 1756-PM020).
        (Some(SYMBOL | 0x72 | 0xb2), _) => logix(service),
        (Some(PROGRAM..=TASK), 0x4c) => ("read tag", Verb::UploadProgram),
        (Some(PROGRAM..=TASK), 0x4d) => ("write tag", Verb::DownloadProgram),
        _ => ("", Verb::Other),
    }
}

fn logix(service: u8) -> (&'static str, Verb) {
    match service {
        READ_TAG => ("read tag", Verb::Read),
        WRITE_TAG => ("write tag", Verb::Write),
        0x4e => ("read modify write tag", Verb::Write),
        READ_TAG_FRAGMENTED => ("read tag fragmented", Verb::Read),
        WRITE_TAG_FRAGMENTED => ("write tag fragmented", Verb::Write),
        _ => ("", Verb::Other),
    }
}

/// Name of a class, for targets (Volume 1, chapter 5).
pub(super) fn class(class: u32) -> &'static str {
    match class {
        IDENTITY => "identity",
        MESSAGE_ROUTER => "message-router",
        0x03 => "devicenet",
        ASSEMBLY => "assembly",
        0x05 => "connection",
        CONNECTION_MANAGER => "connection-manager",
        0x07 => "register",
        0x08 => "discrete-input",
        0x09 => "discrete-output",
        0x0a => "analog-input",
        0x0b => "analog-output",
        0x0f => "parameter",
        0x10 => "parameter-group",
        0x23..=0x25 => "position",
        0x28 => "motor-data",
        0x29 => "control-supervisor",
        0x2a => "drive",
        0x2c => "overload",
        FILE => "file",
        0x39 => "safety-supervisor",
        0x3a => "safety-validator",
        0x42 => "motion-axis",
        TIME_SYNC => "time-sync",
        0x44 => "modbus",
        0x47 => "device-level-ring",
        0x48 => "qos",
        0x5d..=0x5f => "security",
        CONTROLLER => "controller",
        PCCC => "pccc",
        PROGRAM => "program",
        SYMBOL => "symbol",
        TEMPLATE => "template",
        ROUTINE => "routine",
        TASK => "task",
        WALL_CLOCK => "wall-clock",
        MODE => "mode",
        FIRMWARE => "firmware",
        0xf0..=0xf2 => "controlnet",
        0xf4 => "port",
        TCP_IP => "tcp-ip",
        ETHERNET_LINK => "ethernet-link",
        _ => "object",
    }
}

/// Kind and name of a general status (Volume 1, appendix B).
pub(super) fn status(status: u8) -> (OutcomeKind, &'static str) {
    let name = STATUSES.get(usize::from(status)).copied().unwrap_or_default();
    let failed = matches!(status, 0x01 | 0x02 | 0x07 | 0x0b | 0x11 | 0x17..=0x1b | EMBEDDED_SERVICE_ERROR..=0x1f | 0x22);
    (if failed { OutcomeKind::Failed } else { OutcomeKind::Refused }, name)
}

const STATUSES: [&str; 0x2d] = [
    "success",
    "connection failure",
    "resource unavailable",
    "invalid parameter value",
    "path segment error",
    "path destination unknown",
    "partial transfer",
    "connection lost",
    "service not supported",
    "invalid attribute value",
    "attribute list error",
    "already in requested mode or state",
    "object state conflict",
    "object already exists",
    "attribute not settable",
    "privilege violation",
    "device state conflict",
    "reply data too large",
    "fragmentation of a primitive value",
    "not enough data",
    "attribute not supported",
    "too much data",
    "object does not exist",
    "service fragmentation sequence not in progress",
    "no stored attribute data",
    "store operation failure",
    "routing failure, request packet too large",
    "routing failure, response packet too large",
    "missing attribute list entry data",
    "invalid attribute value list",
    "embedded service error",
    "vendor specific error",
    "invalid parameter",
    "write-once value or medium already written",
    "invalid reply received",
    "buffer overflow",
    "message format error",
    "key failure in path",
    "path size invalid",
    "unexpected attribute in list",
    "invalid member id",
    "member not settable",
    "group 2 only server general failure",
    "unknown modbus error",
    "attribute not gettable",
];
