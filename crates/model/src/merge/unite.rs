//! Unites addresses to machines and keeps the reason of every union.

use super::bindings::{Bindings, FORWARDED_MIN, Standing};
use super::same_machine::{Evidence, same_machine};
use crate::Model;
use crate::address::{Address, AddressId, usual_subnet};
use core::net::IpAddr;
use hashbrown::HashMap;

/// Machines as groups of addresses.
pub(crate) struct Machines {
    parent: Vec<u32>,
    order: Vec<u32>,
    /// Per address: why it belongs to the machine of an earlier one; empty for the first of a machine.
    pub(crate) reason: Vec<String>,
}

impl Machines {
    /// The first address of the machine, in the order of network and address.
    pub(crate) fn root(&self, id: AddressId) -> AddressId {
        let mut at = id.0;
        while let Some(parent) = self.parent.get(at as usize).filter(|parent| **parent != at) {
            at = *parent;
        }
        AddressId(at)
    }

    /// The two in the order of network and address.
    pub(crate) fn sorted(&self, a: AddressId, b: AddressId) -> (AddressId, AddressId) {
        let place = |id: AddressId| self.order.get(id.index());
        if place(a) <= place(b) { (a, b) } else { (b, a) }
    }

    /// Makes two machines one and notes why the later one belongs to the earlier.
    fn join_because(&mut self, a: AddressId, b: AddressId, reason: impl FnOnce() -> String) {
        let (first, second) = self.sorted(self.root(a), self.root(b));
        if first == second {
            return;
        }
        if let (Some(parent), Some(place)) =
            (self.parent.get_mut(second.index()), self.reason.get_mut(second.index()))
        {
            *parent = first.0;
            *place = reason();
        }
    }
}

/// Groups all addresses into machines.
pub(crate) fn unite(model: &Model, bindings: &Bindings) -> Machines {
    let len = model.addresses.len();
    let parent = (0..u32::try_from(len).unwrap_or(u32::MAX)).collect();
    let mut machines = Machines { parent, order: bindings.order.clone(), reason: vec![String::new(); len] };
    for (ip, _) in model.addresses.numbered() {
        if let Some((mac, standing)) = bindings.home_of(AddressId(ip)) {
            machines.join_because(mac, AddressId(ip), || standing_reason(standing).to_owned());
        }
    }
    unite_routers(model, bindings, &mut machines);
    for Evidence { first, second, reason } in same_machine(model, bindings, &machines) {
        machines.join_because(first, second, || reason);
    }
    machines
}

fn standing_reason(standing: Standing) -> &'static str {
    match standing {
        Standing::Bound => "an address protocol binds it to this hardware address",
        Standing::LinkLocal => "link-local address sent from this hardware address",
        Standing::Heard => "sent from this hardware address with an untouched hop limit",
    }
}

/// Interfaces of a router that was seen at work. Two hardware addresses that hold addresses of the same subnet are
/// not united: packets injected to imitate a router must not join a victim with its attacker.
fn unite_routers(model: &Model, bindings: &Bindings, machines: &mut Machines) {
    let mut subnets: HashMap<AddressId, Vec<IpAddr>> = HashMap::new();
    for (row, ((_, address), _)) in model.addresses.numbered() {
        if let (Address::Ip(ip @ IpAddr::V4(_)), Some((home, _))) =
            (address, bindings.home_of(AddressId(row)))
        {
            subnets.entry(home).or_default().push(usual_subnet(*ip));
        }
    }
    let subnets_of = |mac: &AddressId| subnets.get(mac).map(Vec::as_slice).unwrap_or_default();
    let mut rows: Vec<_> =
        model.forwardings.rows().iter().filter(|(_, count)| *count >= FORWARDED_MIN).collect();
    rows.sort_by_key(|((into, out_of), _)| (bindings.place(*into), bindings.place(*out_of)));
    for ((into, out_of), count) in rows {
        let inside = subnets_of(into);
        if into == out_of || subnets_of(out_of).iter().any(|subnet| inside.contains(subnet)) {
            continue;
        }
        let text = |id: &AddressId| model.addresses.get(id.0).map(|((_, address), _)| address.to_string());
        let (from, to) = (text(into).unwrap_or_default(), text(out_of).unwrap_or_default());
        machines.join_because(*into, *out_of, || {
            format!("router seen at work: {count} packets went in at {from} and came out of {to}")
        });
    }
}
