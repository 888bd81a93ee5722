//! Services by the number of their binary encoding (IEC 62541-6, annex A), and status codes.

use facts::Verb;

/// The encoding of a service fault.
pub(super) const SERVICE_FAULT: u32 = 397;
pub(super) const FIND_SERVERS_RESPONSE: u32 = 425;
pub(super) const GET_ENDPOINTS_RESPONSE: u32 = 431;
pub(super) const CREATE_SESSION: u32 = 461;
pub(super) const CREATE_SESSION_RESPONSE: u32 = 464;
pub(super) const ACTIVATE_SESSION: u32 = 467;
pub(super) const ACTIVATE_SESSION_RESPONSE: u32 = 470;
pub(super) const DELETE_NODES: u32 = 500;
pub(super) const BROWSE: u32 = 527;
pub(super) const READ: u32 = 631;
pub(super) const READ_RESPONSE: u32 = 634;
pub(super) const HISTORY_READ: u32 = 664;
pub(super) const WRITE: u32 = 673;
pub(super) const WRITE_RESPONSE: u32 = 676;
pub(super) const CALL: u32 = 712;
pub(super) const CALL_RESPONSE: u32 = 715;
pub(super) const CREATE_MONITORED_ITEMS: u32 = 751;

/// A service message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Service {
    /// The standard's name, lower case; the same for request and response. Empty when unknown.
    pub(super) name: &'static str,
    pub(super) verb: Verb,
    pub(super) response: bool,
}

/// A service by the number of its request; responses have a number of their own.
pub(super) fn service(number: u32) -> Option<Service> {
    let request = match number {
        SERVICE_FAULT => return Some(Service { name: "service fault", verb: Verb::Other, response: true }),
        829 => return Some(Service { name: "publish", verb: Verb::Report, response: true }),
        12209 | 12212 => number - 1,
        _ => number,
    };
    let found = |request, response| by_request(request).map(|(name, verb)| Service { name, verb, response });
    found(request, request != number).or_else(|| found(number.checked_sub(3)?, true))
}

fn by_request(number: u32) -> Option<(&'static str, Verb)> {
    Some(match number {
        422 => ("find servers", Verb::Discover),
        428 => ("get endpoints", Verb::Discover),
        437 => ("register server", Verb::Other),
        446 => ("open secure channel", Verb::Other),
        452 => ("close secure channel", Verb::Other),
        CREATE_SESSION => ("create session", Verb::Login),
        ACTIVATE_SESSION => ("activate session", Verb::Login),
        473 => ("close session", Verb::Logout),
        479 => ("cancel", Verb::Other),
        488 => ("add nodes", Verb::Configure),
        494 => ("add references", Verb::Configure),
        DELETE_NODES => ("delete nodes", Verb::Configure),
        506 => ("delete references", Verb::Configure),
        BROWSE => ("browse", Verb::Read),
        533 => ("browse next", Verb::Read),
        554 => ("translate browse paths to node ids", Verb::Read),
        560 => ("register nodes", Verb::Other),
        566 => ("unregister nodes", Verb::Other),
        615 => ("query first", Verb::Read),
        621 => ("query next", Verb::Read),
        READ => ("read", Verb::Read),
        HISTORY_READ => ("history read", Verb::Read),
        WRITE => ("write", Verb::Write),
        700 => ("history update", Verb::Write),
        CALL => ("call", Verb::Operate),
        CREATE_MONITORED_ITEMS => ("create monitored items", Verb::Subscribe),
        763 => ("modify monitored items", Verb::Subscribe),
        769 => ("set monitoring mode", Verb::Subscribe),
        775 => ("set triggering", Verb::Subscribe),
        781 => ("delete monitored items", Verb::Subscribe),
        787 => ("create subscription", Verb::Subscribe),
        793 => ("modify subscription", Verb::Subscribe),
        799 => ("set publishing mode", Verb::Subscribe),
        826 => ("publish", Verb::Subscribe),
        832 => ("republish", Verb::Subscribe),
        841 => ("transfer subscriptions", Verb::Subscribe),
        847 => ("delete subscriptions", Verb::Subscribe),
        12208 => ("find servers on network", Verb::Discover),
        12211 => ("register server 2", Verb::Other),
        _ => return None,
    })
}

/// Whether a status code is bad (its severity).
pub(super) fn is_bad(status: u32) -> bool {
    status & 0x8000_0000 != 0
}

/// The name of a status code, without its info bits.
pub(super) fn status(code: u32) -> &'static str {
    match code >> 16 {
        0x8001 => "bad unexpected error",
        0x8002 => "bad internal error",
        0x8003 => "bad out of memory",
        0x8004 => "bad resource unavailable",
        0x8005 => "bad communication error",
        0x8006 => "bad encoding error",
        0x8007 => "bad decoding error",
        0x8008 => "bad encoding limits exceeded",
        0x800a => "bad timeout",
        0x800b => "bad service unsupported",
        0x800c => "bad shutdown",
        0x800d => "bad server not connected",
        0x800e => "bad server halted",
        0x800f => "bad nothing to do",
        0x8010 => "bad too many operations",
        0x8012 => "bad certificate invalid",
        0x8013 => "bad security checks failed",
        0x8014 => "bad certificate time invalid",
        0x8016 => "bad certificate host name invalid",
        0x8017 => "bad certificate uri invalid",
        0x8018 => "bad certificate use not allowed",
        0x801a => "bad certificate untrusted",
        0x801f => "bad user access denied",
        0x8020 => "bad identity token invalid",
        0x8021 => "bad identity token rejected",
        0x8022 => "bad secure channel id invalid",
        0x8025 => "bad session id invalid",
        0x8026 => "bad session closed",
        0x8027 => "bad session not activated",
        0x8028 => "bad subscription id invalid",
        0x802a => "bad request header invalid",
        0x8033 => "bad node id invalid",
        0x8034 => "bad node id unknown",
        0x8035 => "bad attribute id invalid",
        0x803a => "bad not readable",
        0x803b => "bad not writable",
        0x803c => "bad out of range",
        0x803d => "bad not supported",
        0x8054 => "bad security mode rejected",
        0x8055 => "bad security policy rejected",
        0x8056 => "bad too many sessions",
        0x8057 => "bad user signature invalid",
        0x8074 => "bad type mismatch",
        0x8078 => "bad too many publish requests",
        0x8079 => "bad no subscription",
        0x807d => "bad tcp server too busy",
        0x807e => "bad tcp message type invalid",
        0x807f => "bad tcp secure channel unknown",
        0x8080 => "bad tcp message too large",
        0x8082 => "bad tcp internal error",
        0x8083 => "bad tcp endpoint url invalid",
        0x8086 => "bad secure channel closed",
        0x8087 => "bad secure channel token unknown",
        _ => "",
    }
}
