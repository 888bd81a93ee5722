//! Keys and counters of what is folded besides addresses and links.

use crate::address::AddressId;
use crate::table::{TextId, Texts, cut};
use core::hash::{Hash, Hasher};
use facts::{
    Command, Datum, LoginOutcome, OutcomeKind, Part, Phase, Property, Protocol, Role, Seen, Target, Verb,
};
use wire::Time;

/// How often and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tally {
    pub(crate) count: u64,
    pub(crate) first: Time,
    pub(crate) last: Time,
}

impl Tally {
    pub(crate) fn new(time: Time) -> Self {
        Self { count: 0, first: time, last: time }
    }

    pub(crate) fn add(&mut self, seen: &Seen) {
        self.count += u64::from(seen.times);
        self.first = self.first.min(seen.since);
        self.last = self.last.max(seen.time);
    }

    /// Adds the counts of another realm that turned out to be this one.
    pub(crate) fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

/// An identity value, of whom and by which protocol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClaimKey {
    pub(crate) subject: AddressId,
    pub(crate) protocol: Protocol,
    pub(crate) part: Part,
    pub(crate) property: Property,
    pub(crate) key: &'static str,
    pub(crate) value: TextId,
}

// Claims and commands are looked up for a large share of all packets: their keys hash a few words, and texts that
// live for the whole run are compared by where they stand before they are compared by content.
impl PartialEq for ClaimKey {
    fn eq(&self, other: &Self) -> bool {
        (self.subject, self.value, self.protocol.id) == (other.subject, other.value, other.protocol.id)
            && (self.part, self.property) == (other.part, other.property)
            && same(self.key, other.key)
    }
}

impl Eq for ClaimKey {}

impl Hash for ClaimKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.subject.0) << 32 | u64::from(self.value.0));
        state.write_u64(packed_part(self.part) ^ u64::from(self.protocol.id) << 48);
        state.write_usize(self.key.len());
    }
}

fn same(a: &'static str, b: &'static str) -> bool {
    core::ptr::eq(a, b) || a == b
}

/// Different parts have different words, all below 2⁴².
fn packed_part(part: Part) -> u64 {
    match part {
        Part::Whole => 0,
        Part::Slot { rack, slot } => 1 << 40 | u64::from(rack) << 16 | u64::from(slot),
        Part::Unit(unit) => 2 << 40 | u64::from(unit),
    }
}

/// Two machines and the protocol they speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ConversationKey {
    pub(crate) client: AddressId,
    pub(crate) server: AddressId,
    pub(crate) protocol: Protocol,
}

/// A command within a conversation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommandKey {
    pub(crate) conversation: u32,
    pub(crate) group: &'static str,
    pub(crate) code: u64,
    pub(crate) verb: Verb,
    pub(crate) part: Part,
}

impl PartialEq for CommandKey {
    fn eq(&self, other: &Self) -> bool {
        (self.conversation, self.code) == (other.conversation, other.code)
            && (self.verb, self.part) == (other.verb, other.part)
            && same(self.group, other.group)
    }
}

impl Eq for CommandKey {}

impl Hash for CommandKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.conversation) << 32 ^ packed_part(self.part));
        state.write_u64(self.code);
        state.write_usize(self.group.len());
    }
}

/// How often a command was seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommandFacts {
    pub(crate) name: &'static str,
    /// Requests, responses, unsolicited messages; copies included.
    pub(crate) counts: [u64; 3],
    /// How many of them were further copies of a packet already counted.
    pub(crate) copies: u64,
    pub(crate) first: Time,
    pub(crate) last: Time,
}

impl CommandFacts {
    pub(crate) fn new(name: &'static str, time: Time) -> Self {
        Self { name, counts: [0; 3], copies: 0, first: time, last: time }
    }

    pub(crate) fn add(&mut self, command: &Command<'_>, seen: &Seen) {
        if self.name.is_empty() {
            self.name = command.name;
        }
        if let Some(count) = self.counts.get_mut(phase_index(command.phase)) {
            *count += u64::from(seen.times);
        }
        self.copies += if seen.copy { u64::from(seen.times) } else { 0 };
        self.first = self.first.min(seen.since);
        self.last = self.last.max(seen.time);
    }

    /// Adds the counts of another realm that turned out to be this one.
    pub(crate) fn merge(&mut self, other: Self) {
        if self.name.is_empty() {
            self.name = other.name;
        }
        self.counts.iter_mut().zip(other.counts).for_each(|(count, more)| *count += more);
        self.copies += other.copies;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

/// 0 request, 1 response, 2 unsolicited.
pub(crate) fn phase_index(phase: Phase) -> usize {
    match phase {
        Phase::Request => 0,
        Phase::Response => 1,
        Phase::Unsolicited => 2,
    }
}

/// A kind of failed exchange within a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OutcomeKey {
    pub(crate) conversation: u32,
    pub(crate) group: &'static str,
    pub(crate) code: u64,
    pub(crate) kind: OutcomeKind,
    pub(crate) status: u32,
    pub(crate) reason: &'static str,
}

/// A variable of a machine or of a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct VariableKey {
    pub(crate) subject: AddressId,
    pub(crate) protocol: Protocol,
    pub(crate) part: Part,
    pub(crate) target: TargetKey,
}

/// A target that owns nothing: its name is interned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TargetKey {
    Range { space: &'static str, major: u32, first: u32 },
    Name { space: &'static str, name: TextId },
    Object { space: &'static str, class: u32, instance: u32, attribute: u32 },
}

impl TargetKey {
    /// `None` for a target that names nothing or whose name found no room.
    pub(crate) fn new(
        target: &Target<'_>,
        intern: impl FnOnce(wire::Text<'_>) -> Option<TextId>,
    ) -> Option<Self> {
        Some(match *target {
            Target::None => return None,
            Target::Range { space, major, first, .. } => Self::Range { space, major, first },
            Target::Name { space, name } => Self::Name { space, name: intern(name)? },
            Target::Object { space, class, instance, attribute } => {
                Self::Object { space, class, instance, attribute }
            }
        })
    }
}

impl TargetKey {
    /// Whether it is that of a target, told without interning the target's name.
    pub(crate) fn is(&self, target: &Target<'_>, texts: &Texts) -> bool {
        match (*self, *target) {
            (Self::Range { space, major, first }, Target::Range { space: of, major: m, first: f, .. }) => {
                (major, first) == (m, f) && same(space, of)
            }
            (Self::Name { space, name }, Target::Name { space: of, name: text }) => {
                texts.get(name) == cut(text) && same(space, of)
            }
            (
                Self::Object { space, class, instance, attribute },
                Target::Object { space: of, class: c, instance: i, attribute: a },
            ) => (class, instance, attribute) == (c, i, a) && same(space, of),
            _ => false,
        }
    }
}

/// What a variable came to.
#[derive(Clone, Debug)]
pub(crate) struct VariableFacts {
    pub(crate) tally: Tally,
    pub(crate) value: OwnedDatum,
    pub(crate) changes: u64,
}

impl VariableFacts {
    /// Adds what was seen in another realm that turned out to be this one; the later value stands. Whether the value
    /// changed between the two is known only when the later realm saw a single value.
    pub(crate) fn merge(&mut self, mut other: Self) {
        if self.tally.last < other.tally.last {
            core::mem::swap(self, &mut other);
        }
        // `self` is the later one now.
        let changed_between = self.changes == 0 && self.value != other.value;
        self.changes += other.changes + u64::from(changed_between);
        self.tally.merge(other.tally);
    }
}

/// A value that outlives its packet.
#[derive(Clone, Debug, PartialEq)]
pub enum OwnedDatum {
    /// On or off.
    Bool(bool),
    /// Signed.
    Int(i64),
    /// Unsigned.
    UInt(u64),
    /// Floating point.
    Float(f64),
    /// Text as sent, at most 64 bytes of it.
    Text(Vec<u8>, wire::Charset),
}

/// Longer texts of variables are cut: they are shown, not compared.
const TEXT_VALUE_MAX: usize = 64;

impl OwnedDatum {
    pub(crate) fn new(datum: &Datum<'_>) -> Self {
        match *datum {
            Datum::Bool(value) => Self::Bool(value),
            Datum::Int(value) => Self::Int(value),
            Datum::UInt(value) => Self::UInt(value),
            Datum::Float(value) => Self::Float(value),
            Datum::Text(text) => {
                let bytes = text.bytes.get(..TEXT_VALUE_MAX).unwrap_or(text.bytes);
                Self::Text(bytes.to_vec(), text.charset)
            }
        }
    }

    /// Takes the new value and says whether it differs. A text keeps its buffer.
    pub(crate) fn replace(&mut self, datum: &Datum<'_>) -> bool {
        match (&mut *self, datum) {
            (Self::Bool(value), Datum::Bool(new)) => core::mem::replace(value, *new) != *new,
            (Self::Int(value), Datum::Int(new)) => core::mem::replace(value, *new) != *new,
            (Self::UInt(value), Datum::UInt(new)) => core::mem::replace(value, *new) != *new,
            (Self::Float(value), Datum::Float(new)) => core::mem::replace(value, *new) != *new,
            (Self::Text(bytes, charset), Datum::Text(text)) => {
                let new = text.bytes.get(..TEXT_VALUE_MAX).unwrap_or(text.bytes);
                let changed = bytes != new;
                bytes.clear();
                bytes.extend_from_slice(new);
                *charset = text.charset;
                changed
            }
            _ => {
                *self = Self::new(datum);
                true
            }
        }
    }
}

/// Who logs in where, how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AccountKey {
    pub(crate) client: AddressId,
    pub(crate) server: AddressId,
    pub(crate) protocol: Protocol,
    pub(crate) user: TextId,
    pub(crate) method: &'static str,
}

/// How the log-ins ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccountFacts {
    /// Attempted without a known end, accepted, refused.
    pub(crate) outcomes: [u64; 3],
    pub(crate) first: Time,
    pub(crate) last: Time,
}

impl AccountFacts {
    /// Adds the counts of another realm that turned out to be this one.
    pub(crate) fn merge(&mut self, other: Self) {
        self.outcomes.iter_mut().zip(other.outcomes).for_each(|(count, more)| *count += more);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

/// 0 attempted, 1 accepted, 2 refused.
pub(crate) fn login_index(outcome: LoginOutcome) -> usize {
    match outcome {
        LoginOutcome::Attempted => 0,
        LoginOutcome::Accepted => 1,
        LoginOutcome::Refused => 2,
    }
}

/// A role that a protocol shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RoleKey {
    pub(crate) subject: AddressId,
    pub(crate) part: Part,
    pub(crate) protocol: Protocol,
    pub(crate) role: Role,
}

/// A neighbour announcement: the sender's hardware address and how it names its chassis and port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NeighbourKey {
    pub(crate) sender: AddressId,
    pub(crate) protocol: Protocol,
    pub(crate) chassis: TextId,
    pub(crate) port: TextId,
}
