//! Links and commands as views over the model: sorted once, built one at a time.

use crate::Model;
use crate::address::{Address, AddressId};
use crate::inventory::{AssetIndex, CommandRow, Inventory, Link, Party, Variable};
use crate::links::{LinkKey, UNKNOWN};

/// The model, whose addresses belong to whom, and the order of rows.
pub(crate) struct Rows<'m> {
    pub(crate) model: &'m Model,
    pub(crate) asset_of: Vec<Option<AssetIndex>>,
    pub(crate) links: Vec<u32>,
    pub(crate) commands: Vec<u32>,
}

impl<'m> Rows<'m> {
    pub(crate) fn new(model: &'m Model, order: &[u32], asset_of: Vec<Option<AssetIndex>>) -> Self {
        let place = |id: AddressId| order.get(id.index()).copied();
        let links = sorted_links(model, order);
        let mut commands: Vec<u32> = model.commands.numbered().map(|(row, _)| row).collect();
        commands.sort_by_cached_key(|row| {
            let (key, _) = model.commands.get(*row)?;
            let (talk, _) = model.conversations.get(key.conversation)?;
            let whom = (talk.protocol.name, place(talk.client), place(talk.server));
            Some((whom, key.group, key.code, key.verb, key.part))
        });
        Self { model, asset_of, links, commands }
    }

    pub(crate) fn party(&self, id: AddressId) -> Option<Party> {
        let ((_, address), _) = self.model.addresses.get(id.0)?;
        Some(Party { address: *address, asset: self.asset_of.get(id.index()).copied().flatten() })
    }

    /// Client, server and protocol of a conversation.
    pub(crate) fn conversation(&self, row: u32) -> Option<(Party, Party, &'static str)> {
        let (key, _) = self.model.conversations.get(row)?;
        Some((self.party(key.client)?, self.party(key.server)?, key.protocol.name))
    }

    fn link(&self, row: u32) -> Option<Link> {
        let (key, facts) = self.model.links.get(row)?;
        let ((network, _), _) = self.model.addresses.get(key.client.0)?;
        Some(Link {
            network: *network,
            protocol: self.model.protocol_name(key),
            depth: facts.depth,
            transport: key.transport,
            client: self.party(key.client)?,
            server: self.party(key.server)?,
            port: key.port,
            packets: facts.packets,
            messages: facts.messages,
            malformed: facts.malformed.into(),
            bytes: facts.bytes,
            flows: facts.flows,
            established: facts.established,
            ways: facts.ways,
            first: facts.first,
            last: facts.last,
        })
    }

    fn command(&self, row: u32) -> Option<CommandRow> {
        let (key, facts) = self.model.commands.get(row)?;
        let (client, server, protocol) = self.conversation(key.conversation)?;
        let (conversation, _) = self.model.conversations.get(key.conversation)?;
        let ((network, _), _) = self.model.addresses.get(conversation.client.0)?;
        let [requests, responses, unsolicited] = facts.counts;
        Some(CommandRow {
            network: *network,
            protocol,
            group: key.group,
            code: key.code,
            name: facts.name,
            verb: key.verb,
            part: key.part,
            client,
            server,
            requests,
            responses,
            unsolicited,
            copies: facts.copies,
            first: facts.first,
            last: facts.last,
        })
    }
}

/// Rows of links by client, server, port, transport and protocol. There may be a million, so the first two are
/// packed beside the row and the rest is looked at only where they are equal.
fn sorted_links(model: &Model, order: &[u32]) -> Vec<u32> {
    let place = |id: AddressId| order.get(id.index()).copied().unwrap_or(u32::MAX);
    let packed = |key: &LinkKey| u64::from(place(key.client)) << 32 | u64::from(place(key.server));
    let mut links: Vec<(u64, u32)> =
        model.links.numbered().map(|(row, (key, _))| (packed(key), row)).collect();
    let rest = |row: u32| model.links.get(row).map(|(key, _)| (key.port, key.transport, key.protocol));
    links.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| rest(a.1).cmp(&rest(b.1))));
    links.into_iter().map(|(_, row)| row).collect()
}

impl Inventory<'_> {
    /// Who talks to whom: one row per protocol, client, server and port, sorted by addresses.
    pub fn links(&self) -> impl Iterator<Item = Link> + '_ {
        self.rows.links.iter().filter_map(|row| self.rows.link(*row))
    }

    /// Commands, sorted by protocol, addresses and code.
    pub fn commands(&self) -> impl Iterator<Item = CommandRow> + '_ {
        self.rows.commands.iter().filter_map(|row| self.rows.command(*row))
    }

    /// Process variables, made anew at each call: there may be a hundred thousand of them.
    #[must_use]
    pub fn variables(&self) -> Vec<Variable> {
        crate::assemble::variables(&self.rows)
    }

    /// The network that a capture's own became part of, itself when none.
    #[must_use]
    pub fn network(&self, heard: facts::NetworkId) -> facts::NetworkId {
        self.rows.model.realms.of(heard)
    }

    /// The asset that holds an address.
    #[must_use]
    pub fn asset_at(&self, network: facts::NetworkId, address: Address) -> Option<AssetIndex> {
        let network = self.rows.model.realms.of(network);
        let row = self.rows.model.addresses.find(&(network, address))?;
        self.rows.asset_of.get(row as usize).copied().flatten()
    }

    /// The asset of an index of this inventory.
    #[must_use]
    pub fn asset(&self, index: AssetIndex) -> Option<&crate::inventory::Asset> {
        self.assets.get(index.0 as usize)
    }
}

impl Model {
    pub(crate) fn protocol_name(&self, key: &LinkKey) -> &'static str {
        let total = self.protocols.get(usize::from(key.protocol)).and_then(Option::as_ref);
        total.map_or(UNKNOWN.name, |total| total.protocol)
    }
}
