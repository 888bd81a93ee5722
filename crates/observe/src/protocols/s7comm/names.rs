//! Codes and what they are called.

use facts::Verb;

/// Name and verb of a function code.
pub(crate) fn function(code: u8) -> (&'static str, Verb) {
    match code {
        0x00 => ("cpu services", Verb::Diagnose),
        0x04 => ("read var", Verb::Read),
        0x05 => ("write var", Verb::Write),
        0x1a => ("request download", Verb::DownloadProgram),
        0x1b => ("download block", Verb::DownloadProgram),
        0x1c => ("download ended", Verb::DownloadProgram),
        0x1d => ("start upload", Verb::UploadProgram),
        0x1e => ("upload", Verb::UploadProgram),
        0x1f => ("end upload", Verb::UploadProgram),
        0x28 => ("pi-service", Verb::Other),
        0x29 => ("plc stop", Verb::Stop),
        0xf0 => ("setup communication", Verb::Login),
        _ => ("", Verb::Other),
    }
}

/// Program invocation services: what each does to the plant. Services beginning with `_N_` are those of numerical controls.
const PI_SERVICES: &[(&[u8], &str, Verb)] = &[
    (b"P_PROGRAM", "pi-service: start program", Verb::Start),
    (b"_INSE", "pi-service: insert block", Verb::DownloadProgram),
    (b"_INS2", "pi-service: insert block", Verb::DownloadProgram),
    (b"_DELE", "pi-service: delete block", Verb::DeleteProgram),
    (b"_GARB", "pi-service: compress memory", Verb::Configure),
    (b"_MODU", "pi-service: copy ram to rom", Verb::Configure),
    (b"_N_LOGIN_", "pi-service: login", Verb::Login),
    (b"_N_LOGOUT", "pi-service: logout", Verb::Logout),
    (b"_N_SELECT", "pi-service: select program", Verb::ChangeMode),
    (b"_N_NCKMOD", "pi-service: set mode", Verb::ChangeMode),
    (b"_N_NCRES", "pi-service: reset", Verb::Reset),
    (b"_N_F_COPY", "pi-service: copy file", Verb::WriteFile),
    (b"_N_F_RENA", "pi-service: rename file", Verb::WriteFile),
    (b"_N_F_OPEN", "pi-service: open file", Verb::ReadFile),
    (b"_N_F_OPER", "pi-service: open file", Verb::ReadFile),
    (b"_N_F_CLOS", "pi-service: close file", Verb::ReadFile),
    (b"_N_F_DELE", "pi-service: delete file", Verb::DeleteFile),
    (b"_N_F_DELR", "pi-service: delete file", Verb::DeleteFile),
    (b"_N_F_PROT", "pi-service: protect file", Verb::Configure),
    (b"_N_FINDBL", "pi-service: find block", Verb::Operate),
    (b"_N_IBN_SS", "pi-service: set to start", Verb::Operate),
    (b"_N_CONFIG", "pi-service: configure", Verb::Configure),
    (b"_N_SETUFR", "pi-service: activate frames", Verb::Configure),
    (b"_N_SETUDT", "pi-service: activate user data", Verb::Configure),
    (b"_N_CANCEL", "pi-service: cancel alarm", Verb::Operate),
    (b"_N_DELECE", "pi-service: delete cutting edge", Verb::Configure),
    (b"_N_DELETO", "pi-service: delete tool", Verb::Configure),
    (b"_N_CREATO", "pi-service: create tool", Verb::Configure),
    (b"_N_CREACE", "pi-service: create cutting edge", Verb::Configure),
];

/// Name and verb of a program invocation service.
pub(crate) fn pi_service(service: &[u8]) -> (&'static str, Verb) {
    let known = PI_SERVICES.iter().find(|(name, ..)| *name == service);
    known.map_or(("pi-service", Verb::Other), |(_, name, verb)| (*name, *verb))
}

/// The known service whose name ends the parameters: some clients send a wrong length before it.
pub(crate) fn pi_service_at_the_end(parameters: &[u8]) -> Option<&'static [u8]> {
    PI_SERVICES.iter().map(|(name, ..)| *name).find(|name| parameters.ends_with(name))
}

/// The object space of a block type, as the digit in its file name says.
pub(crate) fn block(kind: u8) -> &'static str {
    match kind {
        b'8' => "block-ob",
        b'9' => "block-cmod",
        b'A' => "block-db",
        b'B' => "block-sdb",
        b'C' => "block-fc",
        b'D' => "block-sfc",
        b'E' => "block-fb",
        b'F' => "block-sfb",
        _ => "block",
    }
}

/// What a return code of an item means.
pub(crate) fn return_code(code: u8) -> &'static str {
    match code {
        0x01 => "hardware error",
        0x03 => "accessing the object not allowed",
        0x05 => "invalid address",
        0x06 => "data type not supported",
        0x07 => "data type inconsistent",
        0x0a => "object does not exist",
        _ => "",
    }
}

/// What an error of a header (class, code) or of user data means.
pub(crate) fn error(code: u16) -> &'static str {
    match code {
        0x0110 => "invalid block number",
        0x0111 => "invalid request length",
        0x0112 => "invalid parameter",
        0x0113 => "invalid block type",
        0x0114 => "block not found",
        0x0115 => "block already exists",
        0x0116 => "block is write-protected",
        0x0118 => "block too large or memory full",
        0x8104 => "function not implemented or bad telegram",
        0x8304 => "not enough resources",
        0x8404 => "service aborted by protocol error",
        0x8500 => "wrong pdu size",
        0x8702 => "address out of range",
        0xd202 => "invalid block type",
        0xd204 => "invalid block number",
        0xd209 => "block not found",
        0xd20a => "block already exists",
        0xd20b => "block is write-protected",
        0xd20c => "block too large",
        0xd20d => "invalid block number",
        0xd20e => "wrong password",
        0xd210 => "link error at block",
        0xd212 => "block is not downloadable",
        0xd21b => "not enough memory",
        0xd240 => "coordination rules violated",
        0xd241 => "protection level prevents the function",
        0xd242 => "protection violation in a fail-safe block",
        0xd401 => "state list identifier not known",
        0xd402 => "state list index not known",
        0xd403 => "service not announced",
        0xd404 => "not enough resources for diagnostics",
        0xd405 => "already logged on for diagnostics",
        0xd602 => "wrong password",
        0xd604 => "protection level already granted or no password set",
        0xd605 => "password not needed",
        _ => match code >> 8 {
            0x81 => "application relationship",
            0x82 => "object definition",
            0x83 => "no resources available",
            0x84 => "error on service processing",
            0x85 => "error on supplies",
            0x87 => "access error",
            _ => "",
        },
    }
}

/// Name and verb of a function group and sub-function of user data.
pub(crate) fn userdata(group: u8, subfunction: u8) -> (&'static str, Verb) {
    match (group, subfunction) {
        // Indications of the controller: it has changed its mode.
        (0, 0) => ("mode transition: stop", Verb::Report),
        (0, 1) => ("mode transition: warm restart", Verb::Report),
        (0, 2) => ("mode transition: run", Verb::Report),
        (0, 3) => ("mode transition: hot restart", Verb::Report),
        (0, 4) => ("mode transition: hold", Verb::Report),
        (0, 6) => ("mode transition: cold restart", Verb::Report),
        (0, _) => ("mode transition", Verb::Report),
        (1, 1 | 0x13) => ("programmer: request diagnostic data", Verb::Diagnose),
        (1, 2) => ("programmer: variable table", Verb::Read),
        (1, 0x0c) => ("programmer: erase", Verb::DeleteProgram),
        (1, 0x0e) => ("programmer: read diagnostic data", Verb::Diagnose),
        (1, 0x0f) => ("programmer: remove diagnostic data", Verb::Diagnose),
        (1, 0x10) => ("programmer: forces", Verb::Force),
        (1, _) => ("programmer", Verb::Other),
        (2, 1 | 5) => ("cyclic data: subscribe", Verb::Subscribe),
        (2, 4) => ("cyclic data: unsubscribe", Verb::Subscribe),
        (2, 7) => ("cyclic data: modify subscription", Verb::Subscribe),
        (2, 8) => ("cyclic data: read record", Verb::Read),
        (2, _) => ("cyclic data", Verb::Other),
        (3, 1) => ("list blocks", Verb::Read),
        (3, 2) => ("list blocks of type", Verb::Read),
        (3, 3) => ("get block info", Verb::Read),
        (3, _) => ("block functions", Verb::Other),
        (4, 1) => ("read szl", Verb::Diagnose),
        (4, 2) => ("message service", Verb::Subscribe),
        (4, 3) => ("diagnostic message", Verb::Report),
        (4, 5 | 6 | 9 | 0x11 | 0x12 | 0x16) => ("alarm indication", Verb::Report),
        (4, 7) => ("alarm lock", Verb::Configure),
        (4, 8) => ("alarm unlock", Verb::Configure),
        (4, 0x0b) => ("alarm acknowledge", Verb::Operate),
        (4, 0x0c..=0x0e) => ("alarm state indication", Verb::Report),
        (4, 0x13) => ("alarm query", Verb::Diagnose),
        (4, _) => ("cpu functions", Verb::Other),
        (5, 1) => ("plc password", Verb::Login),
        (5, 2) => ("clear session password", Verb::Logout),
        (5, _) => ("security", Verb::Other),
        (6, _) => ("bsend/brecv", Verb::Write),
        (7, 1 | 3) => ("read clock", Verb::Read),
        (7, 2 | 4) => ("set clock", Verb::SetClock),
        (7, _) => ("time functions", Verb::Other),
        (15, 1) => ("nc: request download", Verb::DownloadProgram),
        (15, 2) => ("nc: download block", Verb::DownloadProgram),
        (15, 3) => ("nc: continue download", Verb::DownloadProgram),
        (15, 4) => ("nc: download ended", Verb::DownloadProgram),
        (15, 6) => ("nc: start upload", Verb::UploadProgram),
        (15, 7) => ("nc: upload", Verb::UploadProgram),
        (15, 8) => ("nc: continue upload", Verb::UploadProgram),
        (15, 9) => ("nc: upload ended", Verb::UploadProgram),
        _ => ("", Verb::Other),
    }
}
