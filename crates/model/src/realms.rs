//! Realms of addresses that turned out to be one.
//!
//! What was folded under the joined realm is moved at once, so that nothing after it needs to know: the address of
//! both realms becomes one row, and with it everything that was counted by that row.

use crate::Model;
use crate::address::{AddressFacts, AddressId, HEARD, PairFacts};
use crate::links::{LinkFacts, LinkKey};
use crate::presence::PresenceFacts;
use crate::records::{
    AccountFacts, AccountKey, ClaimKey, CommandFacts, CommandKey, ConversationKey, NeighbourKey, OutcomeKey,
    RoleKey, Tally, VariableFacts, VariableKey,
};
use crate::table::Renumbering;
use facts::NetworkId;

/// Which realm every realm belongs to.
#[derive(Default)]
pub(crate) struct Realms {
    /// By number, always the last of a chain, so that one look is enough; realms beyond the end are their own.
    pub(crate) of: Vec<u16>,
}

impl Realms {
    /// The realm that a realm became part of, itself when none.
    pub(crate) fn of(&self, network: NetworkId) -> NetworkId {
        NetworkId(self.of.get(usize::from(network.0)).copied().unwrap_or(network.0))
    }

    /// Makes two realms one. Answers the one that remains and the one that ends, or `None` when they were one.
    fn unite(&mut self, kept: NetworkId, joined: NetworkId) -> Option<(NetworkId, NetworkId)> {
        let (kept, joined) = (self.of(kept), self.of(joined));
        if kept == joined {
            return None;
        }
        let known = u16::try_from(self.of.len()).unwrap_or(u16::MAX);
        self.of.extend(known..=joined.0);
        self.of.iter_mut().filter(|of| **of == joined.0).for_each(|of| *of = kept.0);
        Some((kept, joined))
    }
}

impl Model {
    /// Moves everything of one realm into another. Counts that were limited per realm are not counted again.
    pub(crate) fn unite_networks(&mut self, kept: NetworkId, joined: NetworkId) {
        let Some((kept, joined)) = self.realms.unite(kept, joined) else { return };
        let network = |of: NetworkId| if of == joined { kept } else { of };
        self.names.rekey(|(of, ip, protocol, name)| (network(of), ip, protocol, name), Tally::merge);
        let united = self.addresses.rekey(|(of, address)| (network(of), address), AddressFacts::merge);
        self.move_addresses(|id| AddressId(united.of(id.0)));
        let heard = |(_, facts): &&(_, AddressFacts)| !facts.is(HEARD);
        self.talked_about = self.addresses.rows().iter().filter(heard).count();
    }

    /// Gives everything that is counted by address the addresses' new rows.
    fn move_addresses(&mut self, new: impl Fn(AddressId) -> AddressId) {
        let both = |(a, b)| (new(a), new(b));
        self.pairs.rekey(both, PairFacts::merge);
        self.forwardings.rekey(both, |count, more| *count += more);
        self.links.rekey(
            |key| LinkKey { client: new(key.client), server: new(key.server), ..key },
            LinkFacts::merge,
        );
        self.variables.rekey(|key| VariableKey { subject: new(key.subject), ..key }, VariableFacts::merge);
        self.accounts.rekey(
            |key| AccountKey { client: new(key.client), server: new(key.server), ..key },
            AccountFacts::merge,
        );
        self.presences.rekey(&new, PresenceFacts::merge);
        self.roles.rekey(|key| RoleKey { subject: new(key.subject), ..key }, Tally::merge);
        self.neighbours.rekey(|key| NeighbourKey { sender: new(key.sender), ..key }, Tally::merge);
        self.clocks.rekey(&new, |(offset, tally), (other, more)| {
            if tally.last < more.last {
                *offset = other;
            }
            tally.merge(more);
        });
        let talks = self.conversations.rekey(
            |key| ConversationKey { client: new(key.client), server: new(key.server), ..key },
            Tally::merge,
        );
        self.move_conversations(&talks);
        self.move_claims(new);
    }

    fn move_conversations(&mut self, talks: &Renumbering) {
        let new = |conversation| talks.of(conversation);
        self.commands
            .rekey(|key| CommandKey { conversation: new(key.conversation), ..key }, CommandFacts::merge);
        self.outcomes.rekey(|key| OutcomeKey { conversation: new(key.conversation), ..key }, Tally::merge);
        self.markers.rekey(|(talk, marker)| (new(talk), marker), Tally::merge);
        self.anomalies.rekey(|(talk, anomaly)| (new(talk), anomaly), Tally::merge);
        self.talks.forget();
    }

    /// Claims of both realms may be the same, so what each address claimed is counted again.
    fn move_claims(&mut self, new: impl Fn(AddressId) -> AddressId) {
        self.claims.rekey(|key| ClaimKey { subject: new(key.subject), ..key }, Tally::merge);
        self.values_per_key.clear();
        for (key, _) in self.claims.rows() {
            *self.values_per_key.entry((key.subject, key.key)).or_default() += 1;
            if let Some(facts) = self.addresses.get_mut(key.subject.0) {
                facts.claims = 0;
            }
        }
        for ((subject, _), values) in &self.values_per_key {
            if let Some(facts) = self.addresses.get_mut(subject.0) {
                facts.claims = facts.claims.saturating_add(*values);
            }
        }
    }
}
