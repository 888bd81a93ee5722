//! Services (clause 21, BACnetConfirmedServiceChoice and BACnetUnconfirmedServiceChoice), network messages (clause 6)
//! and BVLC functions (annex J.2): names and verbs.

use facts::Verb;

pub(super) fn confirmed(code: u8) -> (&'static str, Verb) {
    match code {
        0 => ("acknowledge alarm", Verb::Other),
        1 => ("confirmed cov notification", Verb::Report),
        2 => ("confirmed event notification", Verb::Report),
        3 => ("get alarm summary", Verb::Read),
        4 => ("get enrollment summary", Verb::Read),
        5 => ("subscribe cov", Verb::Subscribe),
        6 => ("atomic read file", Verb::ReadFile),
        7 => ("atomic write file", Verb::WriteFile),
        8 => ("add list element", Verb::Configure),
        9 => ("remove list element", Verb::Configure),
        10 => ("create object", Verb::Configure),
        11 => ("delete object", Verb::Configure),
        12 => ("read property", Verb::Read),
        13 => ("read property conditional", Verb::Read),
        14 => ("read property multiple", Verb::Read),
        15 => ("write property", Verb::Write),
        16 => ("write property multiple", Verb::Write),
        17 => ("device communication control", Verb::ChangeMode),
        18 => ("confirmed private transfer", Verb::Other),
        19 => ("confirmed text message", Verb::Other),
        20 => ("reinitialize device", Verb::Reset),
        21 => ("vt open", Verb::Login),
        22 => ("vt close", Verb::Logout),
        23 => ("vt data", Verb::Other),
        24 => ("authenticate", Verb::Login),
        25 => ("request key", Verb::Other),
        26 => ("read range", Verb::Read),
        27 => ("life safety operation", Verb::Operate),
        28 => ("subscribe cov property", Verb::Subscribe),
        29 => ("get event information", Verb::Read),
        30 => ("subscribe cov property multiple", Verb::Subscribe),
        31 => ("confirmed cov notification multiple", Verb::Report),
        32 => ("confirmed audit notification", Verb::Report),
        33 => ("audit log query", Verb::Read),
        34 => ("auth request", Verb::Login),
        _ => ("", Verb::Other),
    }
}

pub(super) fn unconfirmed(code: u8) -> (&'static str, Verb) {
    match code {
        0 => ("i-am", Verb::Discover),
        1 => ("i-have", Verb::Discover),
        2 => ("unconfirmed cov notification", Verb::Report),
        3 => ("unconfirmed event notification", Verb::Report),
        4 => ("unconfirmed private transfer", Verb::Other),
        5 => ("unconfirmed text message", Verb::Other),
        6 => ("time synchronization", Verb::SetClock),
        7 => ("who-has", Verb::Discover),
        8 => ("who-is", Verb::Discover),
        9 => ("utc time synchronization", Verb::SetClock),
        10 => ("write group", Verb::Write),
        11 => ("unconfirmed cov notification multiple", Verb::Report),
        12 => ("unconfirmed audit notification", Verb::Report),
        13 => ("who-am-i", Verb::Discover),
        14 => ("you-are", Verb::Configure),
        _ => ("", Verb::Other),
    }
}

pub(super) fn network(code: u8) -> (&'static str, Verb) {
    match code {
        0 => ("who-is-router-to-network", Verb::Discover),
        1 => ("i-am-router-to-network", Verb::Discover),
        2 => ("i-could-be-router-to-network", Verb::Discover),
        3 => ("reject-message-to-network", Verb::Other),
        4 => ("router-busy-to-network", Verb::Report),
        5 => ("router-available-to-network", Verb::Report),
        6 => ("initialize-routing-table", Verb::Configure),
        7 => ("initialize-routing-table-ack", Verb::Configure),
        8 => ("establish-connection-to-network", Verb::Configure),
        9 => ("disconnect-connection-to-network", Verb::Configure),
        10 => ("challenge-request", Verb::Other),
        11 => ("security-payload", Verb::Other),
        12 => ("security-response", Verb::Other),
        13 => ("request-key-update", Verb::Other),
        14 => ("update-key-set", Verb::Configure),
        15 => ("update-distribution-key", Verb::Configure),
        16 => ("request-master-key", Verb::Other),
        17 => ("set-master-key", Verb::Configure),
        18 => ("what-is-network-number", Verb::Discover),
        19 => ("network-number-is", Verb::Discover),
        _ => ("", Verb::Other),
    }
}

pub(super) fn link(code: u8) -> (&'static str, Verb) {
    match code {
        0 => ("bvlc-result", Verb::Other),
        1 => ("write-broadcast-distribution-table", Verb::Configure),
        2 => ("read-broadcast-distribution-table", Verb::Read),
        3 => ("read-broadcast-distribution-table-ack", Verb::Read),
        5 => ("register-foreign-device", Verb::Subscribe),
        6 => ("read-foreign-device-table", Verb::Read),
        7 => ("read-foreign-device-table-ack", Verb::Read),
        8 => ("delete-foreign-device-table-entry", Verb::Configure),
        12 => ("secure-bvll", Verb::Other),
        _ => ("", Verb::Other),
    }
}

/// What a state of Reinitialize Device asks for: backups read the configuration, restores replace it.
pub(super) fn reinitialize(state: u64) -> Verb {
    match state {
        2 => Verb::UploadProgram,
        4 => Verb::DownloadProgram,
        3 | 5 | 6 => Verb::ChangeMode,
        _ => Verb::Reset,
    }
}
