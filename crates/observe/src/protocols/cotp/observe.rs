//! Messages to observations.

use super::Cotp;
use super::wire::{Kind, Message, pieces};
use crate::dissector::Context;
use crate::out::Out;
use facts::{Command, OutcomeKind, Part, Phase, Property, Subject, Target, Verb};
use wire::{Digits, Text};

/// Whether a connection was asked for and not yet answered: then a disconnect request is a refusal.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    asked: bool,
}

pub(super) fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Cotp>, out: &mut Out<'a, '_>) {
    match message.kind {
        Kind::ConnectionRequest => {
            context.session.asked = true;
            connection(message, 14, "connection request", Phase::Request, out);
        }
        Kind::ConnectionConfirm => {
            context.session.asked = false;
            connection(message, 13, "connection confirm", Phase::Response, out);
        }
        Kind::DisconnectRequest(reason) => {
            command(8, "disconnect request", Phase::Request, Target::None, out);
            if context.session.asked {
                out.outcome("", 14, OutcomeKind::Refused, u32::from(reason), disconnect_reason(reason));
            }
            context.session.asked = false;
        }
        Kind::DisconnectConfirm => command(12, "disconnect confirm", Phase::Response, Target::None, out),
        Kind::Error(cause) => out.outcome("", 7, OutcomeKind::Failed, u32::from(cause), reject_cause(cause)),
        Kind::Data { whole: true } => user_data(message.bytes, out),
        Kind::Data { whole: false } | Kind::Other => {}
    }
}

fn command(code: u64, name: &'static str, phase: Phase, target: Target<'_>, out: &mut Out<'_, '_>) {
    out.command(Command { group: "", code, name, verb: Verb::Other, phase, part: Part::Whole, target });
}

/// Hands on one piece as it is; several are put together.
fn user_data<'a>(bytes: &'a [u8], out: &mut Out<'a, '_>) {
    let mut filled = pieces(bytes).filter(|piece| !piece.is_empty());
    match (filled.next(), filled.next()) {
        (Some(only), None) => out.inner(only, 0),
        (Some(_), Some(_)) => out.inner_joined(pieces(bytes), 0),
        (None, _) => {}
    }
}

fn connection(message: &Message<'_>, code: u64, name: &'static str, phase: Phase, out: &mut Out<'_, '_>) {
    let parameters = message.parameters;
    let called = selector(parameters.called);
    let target =
        if called.is_empty() { Target::None } else { Target::Name { space: "tsap", name: called.text() } };
    command(code, name, phase, target, out);
    out.part_identity(
        Subject::Server,
        slot(parameters.called),
        Property::Other,
        "called-tsap",
        called.text(),
    );
    out.identity(Subject::Client, Property::Other, "calling-tsap", selector(parameters.calling).text());
}

/// S7 selectors of two bytes: kind of connection (1 PG, 2 OP, 3 others), then rack in three bits and slot in five.
fn slot(tsap: &[u8]) -> Part {
    match tsap {
        [1..=3, place] if *place != 0 => Part::Slot { rack: place >> 5, slot: u16::from(place & 0x1f) },
        _ => Part::Whole,
    }
}

/// A transport selector for people: as it stands when it is readable, else as a number.
enum Selector<'a> {
    Readable(&'a [u8]),
    Number(Digits),
    Absent,
}

impl Selector<'_> {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Absent)
    }

    fn text(&self) -> Text<'_> {
        match self {
            Self::Readable(bytes) => Text::unknown(bytes),
            Self::Number(digits) => digits.as_text(),
            Self::Absent => Text::default(),
        }
    }
}

fn selector(tsap: &[u8]) -> Selector<'_> {
    if tsap.is_empty() {
        Selector::Absent
    } else if tsap.len() > 2 && tsap.iter().all(u8::is_ascii_graphic) {
        Selector::Readable(tsap)
    } else {
        let number = tsap.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Selector::Number(Digits::format(format_args!("0x{number:0width$x}", width = 2 * tsap.len().min(8))))
    }
}

/// ISO/IEC 8073, 13.5.3.
fn disconnect_reason(reason: u8) -> &'static str {
    match reason {
        0 => "reason not specified",
        1 => "congestion at tsap",
        2 => "session entity not attached to tsap",
        3 => "address unknown",
        128 => "normal disconnect",
        129 => "remote transport entity congestion",
        130 => "connection negotiation failed",
        131 => "duplicate source reference",
        132 => "mismatched references",
        133 => "protocol error",
        135 => "reference overflow",
        136 => "connection request refused on this network connection",
        138 => "header or parameter length invalid",
        _ => "",
    }
}

/// ISO/IEC 8073, 13.12.3.
fn reject_cause(cause: u8) -> &'static str {
    match cause {
        0 => "reason not specified",
        1 => "invalid parameter code",
        2 => "invalid tpdu type",
        3 => "invalid parameter value",
        _ => "",
    }
}
