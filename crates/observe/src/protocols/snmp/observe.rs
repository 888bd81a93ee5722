//! Messages to observations.

use super::objects::identity;
use super::wire::{Message, Pdu, Security, dotted};
use crate::out::Out;
use facts::{Command, LoginOutcome, OutcomeKind, Part, Phase, Property, Subject, Target, Verb};
use wire::{Text, TextBuffer};

/// Requests whose response does not say what kind they were.
const PENDING_MAX: usize = 6;
/// The kind of a response.
const RESPONSE: u8 = 2;
/// SNMP-USER-BASED-SM-MIB statistics (RFC 3414, section 5): 1.3.6.1.6.3.15.1.1, then which.
const USM_STATISTICS: &[u8] = &[0x2b, 6, 1, 6, 3, 15, 1, 1];

/// The last requests of a conversation, and whose log-in was told last.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    pending: [(u32, u8); PENDING_MAX],
    next: u8,
    /// A fingerprint of the last community or user, and whether it was let in.
    told: Option<(u32, bool)>,
}

pub(super) fn observe(message: &Message<'_>, session: &mut Session, out: &mut Out<'_, '_>) {
    if let (Security::User { engine, .. }, Some(Pdu { kind: RESPONSE | 7 | 8, .. })) =
        (message.security, message.pdu)
    {
        out.identity(Subject::Sender, Property::Other, "engine-id", TextBuffer::hex(engine).as_text());
    }
    let Some(pdu) = &message.pdu else { return };
    let asked = asked(pdu, session);
    command(pdu, asked, out);
    login(message, pdu, session, out);
    if matches!(pdu.kind, RESPONSE | 4 | 6 | 7) {
        if pdu.error == 0 {
            pdu.bindings().for_each(|binding| identity(&binding, out));
        } else {
            let kind = if pdu.error == 5 { OutcomeKind::Failed } else { OutcomeKind::Refused };
            out.outcome("", u64::from(asked), kind, pdu.error, error(pdu.error));
        }
    }
}

/// What a response answers, else the PDU's own kind. Remembers requests.
fn asked(pdu: &Pdu<'_>, session: &mut Session) -> u8 {
    match pdu.kind {
        0 | 1 | 3 | 5 | 6 => {
            if let Some(place) = session.pending.get_mut(usize::from(session.next) % PENDING_MAX) {
                *place = (pdu.request, pdu.kind);
                session.next = session.next.wrapping_add(1);
            }
            pdu.kind
        }
        RESPONSE => session
            .pending
            .iter()
            .find(|(request, _)| *request == pdu.request)
            .map_or(RESPONSE, |asked| asked.1),
        kind => kind,
    }
}

fn command(pdu: &Pdu<'_>, asked: u8, out: &mut Out<'_, '_>) {
    let (name, phase) = match pdu.kind {
        0 => ("get-request", Phase::Request),
        1 => ("get-next-request", Phase::Request),
        2 => ("response", Phase::Response),
        3 => ("set-request", Phase::Request),
        4 => ("trap", Phase::Unsolicited),
        5 => ("get-bulk-request", Phase::Request),
        6 => ("inform-request", Phase::Unsolicited),
        7 => ("snmpv2-trap", Phase::Unsolicited),
        _ => ("report", Phase::Unsolicited),
    };
    let verb = match asked {
        3 => Verb::Configure,
        4 | 6 | 7 => Verb::Report,
        8 => Verb::Diagnose,
        _ => Verb::Read,
    };
    let first = pdu.bindings().next().map_or(pdu.enterprise, |binding| binding.object);
    let object = dotted(if pdu.kind == 4 { pdu.enterprise } else { first });
    let name_of_object = object.as_text();
    let target = if name_of_object.is_empty() {
        Target::None
    } else {
        Target::Name { space: "oid", name: name_of_object }
    };
    out.command(Command {
        group: "",
        code: u64::from(pdu.kind),
        name,
        verb,
        phase,
        part: Part::Whole,
        target,
    });
}

/// A community or user is told when it is new in the conversation and when the agent first answers it. A wrong
/// community gets no answer at all; a wrong user gets a report.
fn login(message: &Message<'_>, pdu: &Pdu<'_>, session: &mut Session, out: &mut Out<'_, '_>) {
    let (user, secret, method) = match message.security {
        Security::Community(community) => (Text::default(), community, "community"),
        Security::User { name, .. } => (Text::utf8(name), name, "usm"),
    };
    // A request for the agent's engine has no user yet (RFC 3414, section 4).
    if method == "usm" && user.is_empty() {
        return;
    }
    let print = fingerprint(secret);
    match pdu.kind {
        0 | 1 | 3 | 5 if session.told.is_none_or(|(told, _)| told != print) => {
            session.told = Some((print, false));
            out.login(user, method, LoginOutcome::Attempted);
        }
        RESPONSE if session.told != Some((print, true)) => {
            session.told = Some((print, true));
            out.login(user, method, LoginOutcome::Accepted);
        }
        8 => {
            // Unknown user names (3), wrong digests (5) and decryption errors (6) turn somebody away.
            let refused = pdu.bindings().any(|binding| {
                matches!(binding.object.strip_prefix(USM_STATISTICS).and_then(<[u8]>::first), Some(3 | 5 | 6))
            });
            if refused {
                out.login(user, method, LoginOutcome::Refused);
            }
        }
        _ => {}
    }
}

/// Enough to see that another community is tried, too little to be it (FNV-1a).
fn fingerprint(secret: &[u8]) -> u32 {
    secret.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Error status (RFC 3416, section 3).
fn error(status: u32) -> &'static str {
    const NAMES: [&str; 18] = [
        "too big",
        "no such name",
        "bad value",
        "read only",
        "general error",
        "no access",
        "wrong type",
        "wrong length",
        "wrong encoding",
        "wrong value",
        "no creation",
        "inconsistent value",
        "resource unavailable",
        "commit failed",
        "undo failed",
        "authorization error",
        "not writable",
        "inconsistent name",
    ];
    let place = usize::try_from(status).ok().and_then(|status| status.checked_sub(1));
    place.and_then(|place| NAMES.get(place)).copied().unwrap_or("")
}
