//! Messages to observations.

use super::answers::resolved;
use super::wire::Message;
use crate::out::Out;
use facts::{Command, OutcomeKind, Part, Phase, Role, Subject, Target, Verb};
use wire::Text;

pub(super) fn observe<'a>(message: &Message<'a>, out: &mut Out<'a, '_>) {
    command(message, Verb::Other, out);
    if !message.response {
        return;
    }
    match message.rcode {
        0 => {
            resolved(message, message.answers(), out);
            out.role(Subject::Sender, Part::Whole, Role::Server);
        }
        code => {
            let (kind, reason) = failure(code);
            out.outcome("", u64::from(message.opcode), kind, u32::from(code), reason);
        }
    }
}

/// The command of a message: what is asked for, by name. `query` says what a plain query does.
pub(crate) fn command(message: &Message<'_>, query: Verb, out: &mut Out<'_, '_>) {
    let mut name = [0; 256];
    let name = Text::unknown(message.question.map_or(&[][..], |(asked, _)| asked.dotted(&mut name)));
    let target = if name.is_empty() { Target::None } else { Target::Name { space: "domain-name", name } };
    let (called, verb) = opcode(message.opcode);
    out.command(Command {
        group: "",
        code: u64::from(message.opcode),
        name: called,
        verb: if message.opcode == 0 { query } else { verb },
        phase: if message.response { Phase::Response } else { Phase::Request },
        part: Part::Whole,
        target,
    });
}

fn opcode(code: u8) -> (&'static str, Verb) {
    match code {
        0 => ("query", Verb::Other),
        1 => ("inverse query", Verb::Other),
        2 => ("status", Verb::Diagnose),
        4 => ("notify", Verb::Report),
        5 => ("update", Verb::Configure),
        6 => ("stateful operations", Verb::Other),
        _ => ("", Verb::Other),
    }
}

/// Response codes (RFC 1035, 4.1.1; RFC 2136, 2.2).
fn failure(code: u8) -> (OutcomeKind, &'static str) {
    match code {
        1 => (OutcomeKind::Refused, "format error"),
        2 => (OutcomeKind::Failed, "server failure"),
        3 => (OutcomeKind::Refused, "name error"),
        4 => (OutcomeKind::Refused, "not implemented"),
        5 => (OutcomeKind::Refused, "refused"),
        6 => (OutcomeKind::Refused, "name exists"),
        7 => (OutcomeKind::Refused, "record set exists"),
        8 => (OutcomeKind::Refused, "record set does not exist"),
        9 => (OutcomeKind::Refused, "not authorized"),
        10 => (OutcomeKind::Refused, "not in zone"),
        _ => (OutcomeKind::Failed, ""),
    }
}
