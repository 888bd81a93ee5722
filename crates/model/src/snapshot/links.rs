//! Links, whose keys hold the number of a protocol alone: they are written with its name.

use super::ROWS_MAX;
use crate::Model;
use crate::address::AddressId;
use crate::links::{LinkFacts, LinkKey, ProtocolTotal};
use crate::table::Table;
use batch::{Code, Decoder, Encoder};
use facts::{Protocol, Transport};
use wire::Malformed;

/// Writes the totals per protocol, then the links.
pub(super) fn encode(model: &Model, encoder: &mut Encoder) {
    let totals: Vec<ProtocolTotal> = model.protocols.iter().flatten().copied().collect();
    encoder.list(totals.iter());
    let rows = model.links.rows().iter().map(|(key, facts)| Row::new(model, key, facts));
    encoder.unsigned(model.links.len() as u64);
    rows.for_each(|row| row.encode(encoder));
}

/// Reads them into a model.
pub(super) fn decode(model: &mut Model, decoder: &mut Decoder<'_, '_>) -> Result<(), Malformed> {
    for (protocol, packets, messages, malformed) in
        decoder.list::<(Protocol, u64, u64, u64)>(usize::from(u16::MAX))?
    {
        let place = usize::from(protocol.id);
        if model.protocols.len() <= place {
            model.protocols.resize(place + 1, None);
        }
        if let Some(total) = model.protocols.get_mut(place) {
            *total = Some(ProtocolTotal { protocol: protocol.name, packets, messages, malformed });
        }
    }
    let rows: Vec<Row> = decoder.list(ROWS_MAX)?;
    let rows = rows.into_iter().map(Row::parts).collect();
    model.links = Table::restore(model.limits.links, rows);
    Ok(())
}

impl<'a> Code<'a> for ProtocolTotal {
    fn encode(&self, encoder: &mut Encoder) {
        let Self { protocol, packets, messages, malformed } = *self;
        (protocol, packets, messages, malformed).encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        let (protocol, packets, messages, malformed) = Code::decode(decoder)?;
        Ok(Self { protocol, packets, messages, malformed })
    }
}

/// A link with its protocol.
struct Row {
    client: u32,
    server: u32,
    port: u16,
    protocol: Protocol,
    transport: Transport,
    facts: LinkFacts,
}

batch::code_struct! {
    Row { client, server, port, protocol, transport, facts }
    LinkFacts { packets, messages, bytes, first, last, malformed, flows, depth, established, ways }
}

impl Row {
    fn new(model: &Model, key: &LinkKey, facts: &LinkFacts) -> Self {
        let protocol = Protocol { id: key.protocol, name: model.protocol_name(key) };
        let (client, server) = (key.client.0, key.server.0);
        Self { client, server, port: key.port, protocol, transport: key.transport, facts: *facts }
    }

    fn parts(self) -> (LinkKey, LinkFacts) {
        let (client, server) = (AddressId(self.client), AddressId(self.server));
        let key = LinkKey {
            client,
            server,
            port: self.port,
            protocol: self.protocol.id,
            transport: self.transport,
        };
        (key, self.facts)
    }
}
