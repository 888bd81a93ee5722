//! The state machine: one observation after the other goes in, counters go up.
//!
//! Folding only counts and remembers; what it means is worked out when somebody asks for the inventory. Nothing
//! is allocated for a fact that is known already.

use crate::address::{
    Address, AddressFacts, AddressId, AddressKey, BOUND, CLAIMED, HEARD, PairFacts, machine_of, place_of,
};
use crate::limits::{Limits, Overflow};
use crate::links::{LinkFacts, LinkKey, ProtocolTotal};
use crate::presence::PresenceFacts;
use crate::realms::Realms;
use crate::records::{
    AccountFacts, AccountKey, ClaimKey, CommandFacts, CommandKey, ConversationKey, NeighbourKey, OutcomeKey,
    OwnedDatum, RoleKey, Tally, TargetKey, VariableFacts, VariableKey, login_index,
};
use crate::table::{Table, TextId, Texts, cut};
use crate::talks::{Place, Talks};
use core::net::IpAddr;
use facts::{
    Anomaly, Command, Identity, Login, Marker, NetworkId, Outcome, Part, Property, Protocol, Role, Seen,
    Subject, Value,
};
use hashbrown::HashMap;
use wire::{Defect, Direction, Mac, Text, Time};

/// Everything learned so far.
pub struct Model {
    pub(crate) limits: Limits,
    pub(crate) overflow: Overflow,
    pub(crate) texts: Texts,
    pub(crate) addresses: Table<AddressKey, AddressFacts>,
    pub(crate) pairs: Table<(AddressId, AddressId), PairFacts>,
    pub(crate) forwardings: Table<(AddressId, AddressId), u64>,
    pub(crate) claims: Table<ClaimKey, Tally>,
    pub(crate) values_per_key: HashMap<(AddressId, &'static str), u16>,
    pub(crate) links: Table<LinkKey, LinkFacts>,
    pub(crate) conversations: Table<ConversationKey, Tally>,
    pub(crate) commands: Table<CommandKey, CommandFacts>,
    pub(crate) outcomes: Table<OutcomeKey, Tally>,
    pub(crate) variables: Table<VariableKey, VariableFacts>,
    pub(crate) accounts: Table<AccountKey, AccountFacts>,
    pub(crate) roles: Table<RoleKey, Tally>,
    pub(crate) names: Table<(NetworkId, IpAddr, Protocol, TextId), Tally>,
    pub(crate) neighbours: Table<NeighbourKey, Tally>,
    pub(crate) markers: Table<(u32, Marker), Tally>,
    pub(crate) anomalies: Table<(u32, Anomaly), Tally>,
    pub(crate) clocks: Table<AddressId, (i64, Tally)>,
    pub(crate) defects: Table<(Protocol, Defect), u64>,
    pub(crate) presences: Table<AddressId, PresenceFacts>,
    pub(crate) protocols: Vec<Option<ProtocolTotal>>,
    pub(crate) realms: Realms,
    /// How many addresses were never heard.
    pub(crate) talked_about: usize,
    pub(crate) talks: Talks,
}

impl Model {
    /// An empty model that will keep at most so much.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            overflow: Overflow::default(),
            texts: Texts::new(limits.texts, limits.text_bytes),
            addresses: Table::new(limits.addresses),
            pairs: Table::new(limits.pairs),
            forwardings: Table::new(limits.marks),
            claims: Table::new(limits.claims),
            values_per_key: HashMap::new(),
            links: Table::new(limits.links),
            conversations: Table::new(limits.conversations),
            commands: Table::new(limits.commands),
            outcomes: Table::new(limits.commands),
            variables: Table::new(limits.variables),
            accounts: Table::new(limits.accounts),
            roles: Table::new(limits.marks),
            names: Table::new(limits.names),
            neighbours: Table::new(limits.marks),
            markers: Table::new(limits.marks),
            anomalies: Table::new(limits.marks),
            clocks: Table::new(limits.marks),
            defects: Table::new(limits.marks),
            presences: Table::new(limits.marks),
            protocols: Vec::new(),
            realms: Realms::default(),
            talked_about: 0,
            talks: Talks::new(),
            limits,
        }
    }

    /// What found no room so far.
    #[must_use]
    pub fn overflow(&self) -> Overflow {
        self.overflow
    }

    /// The row of an address; made when new. Addresses that were never heard may take one half of the room.
    pub(crate) fn address(
        &mut self,
        network: NetworkId,
        address: Address,
        marks: u16,
        time: Time,
    ) -> Option<AddressId> {
        let key = (network, address);
        let heard = marks & HEARD != 0;
        let room = if heard || self.talked_about < self.limits.addresses / 2 { usize::MAX } else { 0 };
        let before = self.addresses.len();
        let Some((row, facts)) = self.addresses.entry_below(key, room, || AddressFacts::new(time)) else {
            self.overflow.addresses += 1;
            return None;
        };
        let was_heard = facts.is(HEARD);
        facts.mark(marks, time);
        let new = self.addresses.len() > before;
        match (new, was_heard, heard) {
            (true, _, false) => self.talked_about += 1,
            (false, false, true) => self.talked_about = self.talked_about.saturating_sub(1),
            _ => (),
        }
        Some(AddressId(row))
    }

    pub(crate) fn pair(&mut self, mac: AddressId, ip: AddressId, time: Time) -> Option<&mut PairFacts> {
        match self.pairs.entry((mac, ip), || PairFacts::new(time)) {
            Some((_, pair)) => {
                pair.first = pair.first.min(time);
                Some(pair)
            }
            None => {
                self.overflow.pairs += 1;
                None
            }
        }
    }

    pub(crate) fn text(&mut self, text: Text<'_>) -> Option<TextId> {
        let id = self.texts.intern(cut(text));
        self.overflow.texts += u64::from(id.is_none());
        id
    }

    /// Of whom an observation speaks.
    pub(crate) fn subject(&mut self, seen: &Seen, subject: Subject) -> Option<AddressId> {
        let place = self.talks.place(seen);
        self.subject_at(place, seen, subject)
    }

    fn subject_at(&mut self, place: Place, seen: &Seen, subject: Subject) -> Option<AddressId> {
        let (end, endpoint) = match (subject, seen.direction) {
            (Subject::Mac(mac), _) => return self.named(seen, Address::Mac(mac)),
            (Subject::Ip(ip), _) => return self.named(seen, Address::Ip(ip)),
            (Subject::Sender, Direction::ToServer) => (0, &seen.source),
            (Subject::Sender, Direction::ToClient) => (1, &seen.source),
            (Subject::Receiver, Direction::ToServer) => (1, &seen.destination),
            (Subject::Receiver, Direction::ToClient) => (0, &seen.destination),
            (Subject::Client, Direction::ToServer) => (0, &seen.source),
            (Subject::Client, Direction::ToClient) => (0, &seen.destination),
            (Subject::Server, Direction::ToServer) => (1, &seen.destination),
            (Subject::Server, Direction::ToClient) => (1, &seen.source),
        };
        let known = self.talks.at(place).and_then(|talk| talk.machines.get(end).copied())?;
        if let Some(facts) = self.addresses.get_mut(known) {
            facts.mark(0, seen.time);
            facts.mark(0, seen.since);
            return Some(AddressId(known));
        }
        let id = self.machine(seen, machine_of(endpoint)?)?;
        *self.talks.at(place)?.machines.get_mut(end)? = id.0;
        Some(id)
    }

    /// An address that a message names itself.
    fn named(&mut self, seen: &Seen, address: Address) -> Option<AddressId> {
        self.machine(seen, Some(address).filter(|address| address.is_host())?)
    }

    /// The row of a machine's address, marked from the first to the last time of what is said.
    fn machine(&mut self, seen: &Seen, address: Address) -> Option<AddressId> {
        let id = self.address(seen.network, address, 0, seen.time)?;
        if let Some(facts) = self.addresses.get_mut(id.0) {
            facts.mark(0, seen.since);
        }
        Some(id)
    }

    /// The conversation of a message.
    pub(crate) fn conversation(&mut self, seen: &Seen) -> Option<u32> {
        let place = self.talks.place(seen);
        self.conversation_at(place, seen)
    }

    fn conversation_at(&mut self, place: Place, seen: &Seen) -> Option<u32> {
        let known = self.talks.at(place)?.conversation;
        if self.conversations.get(known).is_some() {
            return Some(known);
        }
        let client = self.address(seen.network, place_of(&seen.client())?, 0, seen.time)?;
        let server = self.address(seen.network, place_of(&seen.server())?, 0, seen.time)?;
        let key = ConversationKey { client, server, protocol: seen.protocol };
        let Some((row, _)) = self.conversations.entry(key, || Tally::new(seen.time)) else {
            self.overflow.conversations += 1;
            return None;
        };
        self.talks.at(place)?.conversation = row;
        Some(row)
    }

    pub(crate) fn command(&mut self, seen: &Seen, command: &Command<'_>) {
        let place = self.talks.place(seen);
        let Some(conversation) = self.conversation_at(place, seen) else { return };
        if let Some(tally) = self.conversations.get_mut(conversation) {
            tally.add(seen);
        }
        let Some(talk) = self.talks.at(place) else { return };
        let Command { group, code, verb, part, .. } = *command;
        let key = CommandKey { conversation, group, code, verb, part };
        // An answer follows its request: both count on the same row.
        if !self.commands.is(talk.command, &key) {
            let make = || CommandFacts::new(command.name, seen.time);
            let Some(row) = self.commands.row_after(talk.command, key, make) else {
                self.overflow.commands += u64::from(seen.times);
                return;
            };
            talk.command = row;
        }
        if let Some(facts) = self.commands.get_mut(talk.command) {
            facts.add(command, seen);
        }
    }

    pub(crate) fn claim(&mut self, seen: &Seen, identity: &Identity<'_>) {
        if identity.value.is_empty() {
            return;
        }
        let Some(subject) = self.subject(seen, identity.subject) else { return };
        let Some(value) = self.text(identity.value) else { return };
        let Identity { part, property, key, .. } = *identity;
        let row = ClaimKey { subject, protocol: seen.protocol, part, property, key, value };
        if let Some(tally) = self.claims.known(&row) {
            tally.add(seen);
            return;
        }
        if !self.may_claim(subject, property, key) {
            self.overflow.claims += u64::from(seen.times);
            return;
        }
        match self.claims.entry(row, || Tally::new(seen.time)) {
            Some((_, tally)) => tally.add(seen),
            None => self.overflow.claims += u64::from(seen.times),
        }
    }

    /// Whether the address has room for one more value of this key. The last quarter is kept for what fills a
    /// field, so that fingerprints and other evidence never keep a name or serial number out.
    fn may_claim(&mut self, subject: AddressId, property: Property, key: &'static str) -> bool {
        let Limits { claims_per_address, claims_per_key, .. } = self.limits;
        let Some(facts) = self.addresses.get_mut(subject.0) else { return false };
        let evidence = matches!(property, Property::Other | Property::Fingerprint | Property::Software);
        let room = if evidence { claims_per_address - claims_per_address / 4 } else { claims_per_address };
        if usize::from(facts.claims) >= room {
            return false;
        }
        let values = self.values_per_key.entry((subject, key)).or_default();
        if usize::from(*values) >= claims_per_key {
            return false;
        }
        facts.claims += 1;
        *values += 1;
        true
    }

    pub(crate) fn value(&mut self, seen: &Seen, value: &Value<'_>) {
        let place = self.talks.place(seen);
        let Some(subject) = self.subject_at(place, seen, value.subject) else { return };
        let Some(latest) = self.talks.at(place).map(|talk| talk.variable) else { return };
        // A poll names its variables in the same order each time, so the guess is compared before a name is interned.
        let guess = self.variables.follower(latest);
        let guessed = self.variables.get(guess).is_some_and(|(key, _)| {
            (key.subject, key.protocol, key.part) == (subject, seen.protocol, value.part)
                && key.target.is(&value.target, &self.texts)
        });
        let row = if guessed { Some(guess) } else { self.variable(subject, latest, seen, value) };
        let Some(row) = row else { return };
        if let Some(facts) = self.variables.get_mut(row) {
            facts.tally.add(seen);
            facts.changes += u64::from(facts.value.replace(&value.datum));
        }
        if let Some(talk) = self.talks.at(place) {
            talk.variable = row;
        }
    }

    /// The row of a variable, made when it is new.
    fn variable(&mut self, subject: AddressId, latest: u32, seen: &Seen, value: &Value<'_>) -> Option<u32> {
        let target = TargetKey::new(&value.target, |name| self.text(name))?;
        let key = VariableKey { subject, protocol: seen.protocol, part: value.part, target };
        let make = || VariableFacts {
            tally: Tally::new(seen.time),
            value: OwnedDatum::new(&value.datum),
            changes: 0,
        };
        let row = self.variables.row_after(latest, key, make);
        self.overflow.variables += if row.is_none() { u64::from(seen.times) } else { 0 };
        row
    }

    pub(crate) fn role(&mut self, seen: &Seen, subject: Subject, part: Part, role: Role) {
        let place = self.talks.place(seen);
        let Some(subject) = self.subject_at(place, seen, subject) else { return };
        let Some(talk) = self.talks.at(place) else { return };
        let key = RoleKey { subject, part, protocol: seen.protocol, role };
        if !self.roles.is(talk.role, &key) {
            let Some(row) = self.roles.row_after(talk.role, key, || Tally::new(seen.time)) else {
                self.overflow.marks += u64::from(seen.times);
                return;
            };
            talk.role = row;
        }
        if let Some(tally) = self.roles.get_mut(talk.role) {
            tally.add(seen);
        }
    }

    pub(crate) fn login(&mut self, seen: &Seen, login: &Login<'_>) {
        let Some(client) = self.subject(seen, Subject::Client) else { return };
        let Some(server) = self.subject(seen, Subject::Server) else { return };
        let Some(user) = self.text(login.user) else { return };
        let key = AccountKey { client, server, protocol: seen.protocol, user, method: login.method };
        let make = || AccountFacts { outcomes: [0; 3], first: seen.time, last: seen.time };
        let Some((_, facts)) = self.accounts.entry(key, make) else {
            self.overflow.accounts += u64::from(seen.times);
            return;
        };
        if let Some(count) = facts.outcomes.get_mut(login_index(login.outcome)) {
            *count += u64::from(seen.times);
        }
        facts.first = facts.first.min(seen.since);
        facts.last = facts.last.max(seen.time);
    }

    pub(crate) fn outcome(&mut self, seen: &Seen, outcome: &Outcome) {
        let Some(conversation) = self.conversation(seen) else { return };
        let Outcome { group, code, kind, status, reason } = *outcome;
        let key = OutcomeKey { conversation, group, code, kind, status, reason };
        match self.outcomes.entry(key, || Tally::new(seen.time)) {
            Some((_, tally)) => tally.add(seen),
            None => self.overflow.commands += u64::from(seen.times),
        }
    }

    pub(crate) fn bound(&mut self, seen: &Seen, mac: Mac, ip: IpAddr) {
        let (network, time) = (seen.network, seen.time);
        let marks = if seen.source.mac == Some(mac) { BOUND | CLAIMED } else { BOUND };
        let (mac, ip) = (Address::Mac(mac), Address::Ip(ip));
        if !mac.is_host() || !ip.is_host() {
            return;
        }
        let Some(mac) = self.address(network, mac, 0, time) else { return };
        let Some(ip) = self.address(network, ip, marks, time) else { return };
        if let Some(pair) = self.pair(mac, ip, time) {
            pair.bound = pair.bound.saturating_add(seen.times);
        }
    }

    /// Counts a mark of any of the small tables.
    pub(crate) fn marked<K: core::hash::Hash + Eq>(
        table: &mut Table<K, Tally>,
        overflow: &mut Overflow,
        key: K,
        seen: &Seen,
    ) {
        match table.entry(key, || Tally::new(seen.time)) {
            Some((_, tally)) => tally.add(seen),
            None => overflow.marks += u64::from(seen.times),
        }
    }
}
