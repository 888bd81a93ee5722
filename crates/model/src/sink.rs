//! The interface of the stage before: what happened goes in here.

use crate::Model;
use crate::address::{Address, AddressId, HEARD, SENT_TO_GROUP};
use crate::records::{NeighbourKey, Tally};
use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink, Subject};
use wire::Mac;

impl Sink for Model {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        let network = self.realms.of(seen.network);
        if network != seen.network {
            return self.observation(&Seen { network, ..*seen }, observation);
        }
        if let Observation::Command(command) = observation {
            return self.command(seen, command);
        }
        if seen.copy {
            return;
        }
        let time = seen.time;
        match observation {
            Observation::Identity(identity) => self.claim(seen, identity),
            Observation::Value(value) => self.value(seen, value),
            Observation::Outcome(outcome) => self.outcome(seen, outcome),
            Observation::Login(login) => self.login(seen, login),
            Observation::NameResolved { name, address } => {
                let Some(name) = self.text(*name) else { return };
                match self.names.entry((seen.network, *address, seen.protocol, name), || Tally::new(time)) {
                    Some((_, tally)) => tally.add(seen),
                    None => self.overflow.names += u64::from(seen.times),
                }
            }
            Observation::Bound { mac, ip } => self.bound(seen, *mac, *ip),
            Observation::Role { subject, part, role } => {
                self.role(seen, *subject, *part, *role);
            }
            Observation::Neighbour(neighbour) => {
                let Some(sender) = self.subject(seen, Subject::Sender) else { return };
                let Some(chassis) = self.text(neighbour.chassis) else { return };
                let Some(port) = self.text(neighbour.port) else { return };
                let key = NeighbourKey { sender, protocol: seen.protocol, chassis, port };
                Self::marked(&mut self.neighbours, &mut self.overflow, key, seen);
            }
            Observation::Clock { told } => {
                let Some(sender) = self.subject(seen, Subject::Sender) else { return };
                let offset = told.since(time);
                match self.clocks.entry(sender, || (offset, Tally::new(time))) {
                    Some((_, (last, tally))) => {
                        *last = offset;
                        tally.add(seen);
                    }
                    None => self.overflow.marks += 1,
                }
            }
            Observation::Marker(marker) => {
                let Some(conversation) = self.conversation(seen) else { return };
                Self::marked(&mut self.markers, &mut self.overflow, (conversation, *marker), seen);
            }
            Observation::Anomaly(anomaly) => {
                let Some(conversation) = self.conversation(seen) else { return };
                Self::marked(&mut self.anomalies, &mut self.overflow, (conversation, *anomaly), seen);
            }
            Observation::Malformed(malformed) => {
                if let Some((_, count)) = self.defects.entry((seen.protocol, malformed.defect), || 0) {
                    *count += u64::from(seen.times);
                }
            }
            // Files belong to history, commands were taken above.
            Observation::File(_) | Observation::Command(_) => (),
        }
    }

    fn heard(&mut self, heard: &Heard) {
        let network = self.realms.of(heard.network);
        let marks = HEARD | if heard.to_group { SENT_TO_GROUP } else { 0 };
        let mut known = [None, None];
        let addresses = [heard.mac.map(Address::Mac), heard.ip.map(Address::Ip)];
        for (known, address) in known.iter_mut().zip(addresses) {
            let Some(address) = address.filter(|address| address.is_host()) else { continue };
            *known = self.address(network, address, marks, heard.time);
            if let Some(facts) = known.and_then(|id| self.addresses.get_mut(id.0)) {
                facts.vlans.add(heard.vlan);
            }
        }
        if let [Some(mac), Some(ip)] = known
            && let Some(pair) = self.pair(mac, ip, heard.time)
        {
            pair.heard = pair.heard.saturating_add(1);
            pair.hop_limits.add(heard.ttl);
        }
    }

    fn presence(&mut self, presence: &Presence) {
        self.present(presence);
    }

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        let network = self.realms.of(summary.network);
        self.fold_flow(&FlowSummary { network, ..*summary });
    }

    fn forwarded(&mut self, network: NetworkId, into: Mac, out_of: Mac) {
        let network = self.realms.of(network);
        let (into, out_of) = (Address::Mac(into), Address::Mac(out_of));
        if !into.is_host() || !out_of.is_host() {
            return;
        }
        // Both were heard, or will be: only the row numbers are wanted here.
        let Some(into) = self.addresses.find(&(network, into)).map(AddressId) else { return };
        let Some(out_of) = self.addresses.find(&(network, out_of)).map(AddressId) else { return };
        match self.forwardings.entry((into, out_of), || 0) {
            Some((_, count)) => *count += 1,
            None => self.overflow.marks += 1,
        }
    }
    fn same_network(&mut self, kept: NetworkId, joined: NetworkId) {
        self.unite_networks(kept, joined);
    }
}
