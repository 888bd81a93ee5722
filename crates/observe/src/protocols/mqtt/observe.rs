//! Messages to observations.

use super::Mqtt;
use super::sparkplug;
use super::wire::{Body, Connect, Message, string};
use crate::dissector::Context;
use crate::out::Out;
use facts::{
    Command, LoginOutcome, Observation, OutcomeKind, Part, Phase, Property, Role, Subject, Target, Verb,
};
use wire::{Direction, Reader, ShortText, Text};

/// Topic filters read of one subscription.
const FILTERS_MAX: usize = 64;

/// The client's version and user, for packets that depend on the first and answers about the second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    /// Protocol level; 0 when the session's start was not seen.
    pub(crate) version: u8,
    user: ShortText,
    named: bool,
}

pub(super) fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Mqtt>, out: &mut Out<'a, '_>) {
    command(message, out);
    let to_server = context.seen.direction == Direction::ToServer;
    match message.body {
        Body::Connect(connect) => opened(&connect, context.session, out),
        Body::ConnectAnswer(reason) => answered(reason, context.session, out),
        // What the broker passes on is its publisher's, who is not seen here.
        Body::Publish { topic, payload } if to_server => sparkplug::published(topic, payload, out),
        Body::Granted(reasons) => {
            if let Some(reason) = reasons.iter().find(|reason| **reason >= 0x80) {
                out.outcome("", 8, OutcomeKind::Refused, u32::from(*reason), refusal(*reason));
            }
        }
        _ => {}
    }
}

fn command(message: &Message<'_>, out: &mut Out<'_, '_>) {
    let (name, verb, phase) = packet(message.kind);
    let (topic, verb) = match message.body {
        Body::Publish { topic, .. } if sparkplug::is_command(topic) => (topic, Verb::Write),
        Body::Publish { topic, .. } => (topic, verb),
        Body::Filters(filters) => (widest(filters, message.kind == 8), verb),
        _ => (Text::default(), verb),
    };
    let target = if topic.is_empty() { Target::None } else { Target::Name { space: "topic", name: topic } };
    out.command(Command {
        group: "",
        code: u64::from(message.kind),
        name,
        verb,
        phase,
        part: Part::Whole,
        target,
    });
}

/// The first filter, or the one that takes all topics where it is among them.
fn widest(mut filters: Reader<'_>, options: bool) -> Text<'_> {
    let mut first = Text::default();
    for _ in 0..FILTERS_MAX {
        let Ok(filter) = string(&mut filters) else { break };
        if options && filters.skip(1).is_err() {
            break;
        }
        if filter.bytes == b"#" {
            return filter;
        }
        if first.is_empty() {
            first = filter;
        }
    }
    first
}

fn opened(connect: &Connect<'_>, session: &mut Session, out: &mut Out<'_, '_>) {
    let named = connect.password || !connect.user.is_empty();
    *session = Session { version: connect.version, user: ShortText::keep(connect.user), named };
    if let Some(damage) = connect.damage {
        out.push(&Observation::Malformed(damage));
    }
    out.identity(Subject::Client, Property::Other, "client-id", connect.client);
    out.identity(Subject::Client, Property::Other, "will-topic", connect.will);
    out.login(connect.user, method(named), LoginOutcome::Attempted);
}

fn method(named: bool) -> &'static str {
    if named { "password" } else { "anonymous" }
}

/// Return codes of version 3 are below 6, reason codes of version 5 that refuse from 0x80 on.
fn answered(reason: u8, session: &Session, out: &mut Out<'_, '_>) {
    let outcome = if reason == 0 { LoginOutcome::Accepted } else { LoginOutcome::Refused };
    out.login(session.user.as_text(), method(session.named), outcome);
    if reason == 0 {
        out.role(Subject::Server, Part::Whole, Role::Server);
    } else {
        out.outcome("", 1, OutcomeKind::Refused, u32::from(reason), refusal(reason));
    }
}

fn refusal(reason: u8) -> &'static str {
    match reason {
        1 | 0x84 => "unsupported protocol version",
        2 | 0x85 => "client identifier not valid",
        3 | 0x88 => "server unavailable",
        4 | 0x86 => "bad user name or password",
        5 | 0x87 => "not authorized",
        0x80 => "unspecified error",
        0x81 => "malformed packet",
        0x82 => "protocol error",
        0x8a => "banned",
        0x8f => "topic filter invalid",
        0x97 => "quota exceeded",
        0x9e => "shared subscriptions not supported",
        0xa2 => "wildcard subscriptions not supported",
        _ => "",
    }
}

/// Packet types (MQTT 5.0, 2.1.2).
fn packet(kind: u8) -> (&'static str, Verb, Phase) {
    match kind {
        1 => ("connect", Verb::Login, Phase::Request),
        2 => ("connack", Verb::Login, Phase::Response),
        3 => ("publish", Verb::Report, Phase::Unsolicited),
        4 => ("puback", Verb::Report, Phase::Response),
        5 => ("pubrec", Verb::Report, Phase::Response),
        6 => ("pubrel", Verb::Report, Phase::Response),
        7 => ("pubcomp", Verb::Report, Phase::Response),
        8 => ("subscribe", Verb::Subscribe, Phase::Request),
        9 => ("suback", Verb::Subscribe, Phase::Response),
        10 => ("unsubscribe", Verb::Other, Phase::Request),
        11 => ("unsuback", Verb::Other, Phase::Response),
        12 => ("pingreq", Verb::Diagnose, Phase::Request),
        13 => ("pingresp", Verb::Diagnose, Phase::Response),
        14 => ("disconnect", Verb::Logout, Phase::Unsolicited),
        15 => ("auth", Verb::Login, Phase::Request),
        _ => ("", Verb::Other, Phase::Unsolicited),
    }
}
