//! Where a dissector says what it saw.

use crate::Protocol;
use core::net::IpAddr;
use facts::{
    Command, Identity, Login, LoginOutcome, Observation, Outcome, OutcomeKind, Part, Property, Role, Seen,
    Sink, Subject, Transport, Value,
};
use wire::{Direction, Text};

/// Payloads for nested dissectors that one message may hand on; more are counted as defects.
pub(crate) const INNER_MAX: usize = 32;

/// Bytes of the longest payload that is put together from pieces.
pub(crate) const JOINED_MAX: usize = 65_536;

/// A payload for a nested dissector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inner<'a> {
    /// The protocol, or `None` to ask those that registered as `Inner` of the present one.
    pub(crate) protocol: Option<Protocol>,
    pub(crate) bytes: &'a [u8],
    pub(crate) tag: u64,
}

/// The payloads that one message hands on. The list of those beyond the first is made only when there is a second,
/// since most messages hand on one or none.
#[derive(Default)]
pub(crate) struct InnerList<'a> {
    first: Option<Inner<'a>>,
    further: Option<[Option<Inner<'a>>; INNER_MAX - 1]>,
    len: usize,
}

impl<'a> InnerList<'a> {
    /// Whether there was room.
    fn add(&mut self, inner: Inner<'a>) -> bool {
        let place = match self.len.checked_sub(1) {
            None => Some(&mut self.first),
            Some(at) => self.further.get_or_insert([None; INNER_MAX - 1]).get_mut(at),
        };
        let Some(place) = place else { return false };
        *place = Some(inner);
        self.len += 1;
        true
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Inner<'a>> {
        let further = self.further.iter().flatten().take(self.len.saturating_sub(1));
        self.first.iter().chain(further.flatten()).copied()
    }
}

/// A related conversation that a message announces.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// Its server's address.
    pub server: IpAddr,
    /// Its server's port.
    pub port: u16,
    /// Its carrier, TCP or UDP.
    pub transport: Transport,
    /// Which protocol it will speak.
    pub protocol: Protocol,
}

/// Collects what one message says. Observations go straight on; nested payloads are dissected when `observe` returns.
pub struct Out<'a, 's> {
    pub(crate) seen: &'s Seen,
    pub(crate) sink: &'s mut dyn Sink,
    pub(crate) inner: InnerList<'a>,
    pub(crate) inner_dropped: bool,
    joining: &'s mut Vec<u8>,
    pub(crate) joined_tag: Option<u64>,
    pub(crate) expected: Option<Expected>,
    /// Values are wanted, not passed over as part of a busy poll.
    pub(crate) values_open: bool,
    /// Values told or passed over.
    pub(crate) values: u32,
}

impl core::fmt::Debug for Out<'_, '_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Out")
            .field("seen", &self.seen)
            .field("inner_len", &self.inner.len)
            .finish_non_exhaustive()
    }
}

impl<'a, 's> Out<'a, 's> {
    pub(crate) fn new(seen: &'s Seen, sink: &'s mut dyn Sink, joining: &'s mut Vec<u8>) -> Self {
        joining.clear();
        Self {
            seen,
            sink,
            inner: InnerList::default(),
            inner_dropped: false,
            joining,
            joined_tag: None,
            expected: None,
            values_open: true,
            values: 0,
        }
    }

    /// Says something.
    pub fn push(&mut self, observation: &Observation<'_>) {
        self.sink.observation(self.seen, observation);
    }

    /// Says who somebody is; empty values are left out.
    pub fn identity(&mut self, subject: Subject, property: Property, key: &'static str, value: Text<'_>) {
        self.part_identity(subject, Part::Whole, property, key, value);
    }

    /// Says who a part of somebody is; empty values are left out.
    pub fn part_identity(
        &mut self,
        subject: Subject,
        part: Part,
        property: Property,
        key: &'static str,
        value: Text<'_>,
    ) {
        if !value.is_empty() {
            self.push(&Observation::Identity(Identity { subject, part, property, key, value }));
        }
    }

    /// Says what was commanded, answered or reported. Call it once for each message that carries a code.
    pub fn command(&mut self, command: Command<'_>) {
        self.push(&Observation::Command(command));
    }

    /// Says a value. What a busy cyclic poll reads is sampled; what a client writes never is.
    pub fn value(&mut self, value: Value<'_>) {
        self.values += 1;
        if self.values_open || self.seen.direction == Direction::ToServer {
            self.push(&Observation::Value(value));
        }
    }

    /// Whether so many values are passed over as part of a busy cyclic poll. Asked before the values of a message are
    /// named, which costs more than all the rest; those of which it is true are counted and must not be told.
    pub fn passes_over(&mut self, values: usize) -> bool {
        let passes = !self.values_open && self.seen.direction == Direction::ToClient;
        if passes {
            self.values = self.values.saturating_add(u32::try_from(values).unwrap_or(u32::MAX));
        }
        passes
    }

    /// Says that somebody plays a role.
    pub fn role(&mut self, subject: Subject, part: Part, role: Role) {
        self.push(&Observation::Role { subject, part, role });
    }

    /// Says that an exchange did not succeed.
    pub fn outcome(
        &mut self,
        group: &'static str,
        code: u64,
        kind: OutcomeKind,
        status: u32,
        reason: &'static str,
    ) {
        self.push(&Observation::Outcome(Outcome { group, code, kind, status, reason }));
    }

    /// Says that somebody logged in or tried to. Never pass a password or hash.
    pub fn login(&mut self, user: Text<'_>, method: &'static str, outcome: LoginOutcome) {
        self.push(&Observation::Login(Login { user, method, outcome }));
    }

    /// Hands a payload to whichever nested protocol recognises it (those with `Carrier::Inner` of this protocol's name).
    pub fn inner(&mut self, bytes: &'a [u8], tag: u64) {
        self.hand_on(Inner { protocol: None, bytes, tag });
    }

    /// Hands on a payload that the message carries in pieces, as [`Out::inner`] does: once per message, at most 64 KiB,
    /// and only one carrier of a packet may join pieces; a payload beyond these limits is dropped and counted.
    pub fn inner_joined<'p>(&mut self, pieces: impl Iterator<Item = &'p [u8]>, tag: u64) {
        for piece in pieces {
            // The buffer has its full size from the start: growing it would be an allocation per packet.
            if self.joined_tag.is_some() || self.joining.capacity() - self.joining.len() < piece.len() {
                self.inner_dropped = true;
                return;
            }
            self.joining.extend_from_slice(piece);
        }
        self.joined_tag = Some(tag);
    }

    /// Hands a payload to a known nested protocol.
    pub fn inner_as(&mut self, protocol: Protocol, bytes: &'a [u8], tag: u64) {
        self.hand_on(Inner { protocol: Some(protocol), bytes, tag });
    }

    /// Announces a related conversation (one per message).
    pub fn expect(&mut self, expected: Expected) {
        self.expected = Some(expected);
    }

    fn hand_on(&mut self, inner: Inner<'a>) {
        self.inner_dropped |= !self.inner.add(inner);
    }
}
