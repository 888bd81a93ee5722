//! Settles every IP address on the hardware address it stands on, or on none.

use crate::Model;
use crate::address::{Address, AddressId, PairFacts, is_link_local, is_private, usual_subnet};
use core::net::IpAddr;
use hashbrown::{HashMap, HashSet};

/// Why an IP address stands on a hardware address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A protocol (ARP, NDP, DHCP, DCP) bound the two.
    Bound,
    /// The address is valid on one link only.
    LinkLocal,
    /// The packets came with an untouched hop limit, or nothing speaks against it.
    Heard,
}

/// Why a hardware address carries packets of other machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forwarder {
    /// The same packets were captured on both sides of it.
    SeenAtWork,
    /// It sends packets of an address that stands on another hardware address.
    CarriesOthers,
    /// It sends packets that passed routers before, or of addresses that cannot be its own.
    FarAddresses,
    /// It answers for many addresses (proxy ARP) or sends for many.
    ManyAddresses,
}

/// What stands where.
pub(crate) struct Bindings {
    /// Per address: the hardware address that the IP address stands on.
    pub(crate) home: Vec<Option<(AddressId, Standing)>>,
    /// Per address: why this hardware address is taken for a router.
    pub(crate) forwarder: Vec<Option<Forwarder>>,
    /// Per address: its place when all are sorted by network and address, so that nothing depends on who came first.
    pub(crate) order: Vec<u32>,
    /// IP addresses that a further hardware address claims too: (IP, the other claimant).
    pub(crate) contested: Vec<(AddressId, AddressId)>,
}

/// More bound IPv4 addresses than this on one hardware address are proxy ARP or a simulator, not aliases.
const ALIASES_MAX: usize = 8;
/// More addresses than this on one hardware address, without any protocol that binds them, are a router's.
const UNBOUND_MAX: usize = 4;
/// A router at work is believed after as many packets.
pub(crate) const FORWARDED_MIN: u64 = 3;

/// One hardware and IP address that stood together, with everything the rules look at.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    mac: AddressId,
    ip: AddressId,
    address: IpAddr,
    facts: &'a PairFacts,
}

pub(crate) fn settle(model: &Model) -> Bindings {
    let len = model.addresses.len();
    let mut bindings = Bindings {
        home: vec![None; len],
        forwarder: vec![None; len],
        order: order(model),
        contested: Vec::new(),
    };
    for ((into, out_of), count) in model.forwardings.rows() {
        if *count >= FORWARDED_MIN {
            bindings.forward(*into, Forwarder::SeenAtWork);
            bindings.forward(*out_of, Forwarder::SeenAtWork);
        }
    }
    let mut candidates = candidates(model);
    mark_proxies(&candidates, &mut bindings);
    candidates.sort_by_key(|candidate| (bindings.place(candidate.ip), bindings.place(candidate.mac)));
    let claimed = claimed_addresses(&candidates, len);
    for same_ip in candidates.chunk_by(|a, b| a.ip == b.ip) {
        settle_bound(same_ip, &claimed, &mut bindings);
    }
    for same_ip in candidates.chunk_by(|a, b| a.ip == b.ip) {
        mark_carriers(same_ip, &mut bindings);
    }
    let talking = talking_pairs(model, &candidates);
    settle_unbound(&candidates, &talking, &mut bindings);
    let Bindings { order, contested, .. } = &mut bindings;
    contested.sort_by_key(|(ip, mac)| (order.get(ip.index()).copied(), order.get(mac.index()).copied()));
    contested.dedup();
    bindings
}

impl Bindings {
    fn forward(&mut self, mac: AddressId, reason: Forwarder) {
        if let Some(place) = self.forwarder.get_mut(mac.index()) {
            place.get_or_insert(reason);
        }
    }

    fn put(&mut self, ip: AddressId, mac: AddressId, standing: Standing) {
        if let Some(place) = self.home.get_mut(ip.index()) {
            *place = Some((mac, standing));
        }
    }

    /// Where an address stands when all are sorted.
    pub(crate) fn place(&self, id: AddressId) -> u32 {
        self.order.get(id.index()).copied().unwrap_or(u32::MAX)
    }

    pub(crate) fn home_of(&self, ip: AddressId) -> Option<(AddressId, Standing)> {
        self.home.get(ip.index()).copied().flatten()
    }

    pub(crate) fn forwarder_of(&self, mac: AddressId) -> Option<Forwarder> {
        self.forwarder.get(mac.index()).copied().flatten()
    }
}

fn order(model: &Model) -> Vec<u32> {
    let mut sorted: Vec<_> = model.addresses.numbered().map(|(row, (key, _))| (*key, row)).collect();
    sorted.sort();
    let mut order = vec![0; sorted.len()];
    for (place, (_, row)) in (0..).zip(sorted) {
        if let Some(slot) = order.get_mut(row as usize) {
            *slot = place;
        }
    }
    order
}

/// How many addresses each hardware address claims by a protocol.
fn claimed_addresses(candidates: &[Candidate<'_>], len: usize) -> Vec<u32> {
    let mut claimed = vec![0; len];
    for candidate in candidates.iter().filter(|candidate| candidate.facts.bound > 0) {
        if let Some(count) = claimed.get_mut(candidate.mac.index()) {
            *count += 1;
        }
    }
    claimed
}

fn candidates(model: &Model) -> Vec<Candidate<'_>> {
    let address = |ip: AddressId| match model.addresses.get(ip.0) {
        Some(((_, Address::Ip(ip)), _)) => Some(*ip),
        _ => None,
    };
    let rows = model.pairs.rows().iter();
    rows.filter_map(|((mac, ip), facts)| {
        Some(Candidate { mac: *mac, ip: *ip, address: address(*ip)?, facts })
    })
    .collect()
}

/// Hardware addresses that answer for many IPv4 addresses: none of them is settled there.
fn mark_proxies(candidates: &[Candidate<'_>], bindings: &mut Bindings) {
    let mut bound: Vec<_> =
        candidates.iter().filter(|one| one.facts.bound > 0 && one.address.is_ipv4()).collect();
    bound.sort_by_key(|candidate| candidate.mac);
    for same_mac in bound.chunk_by(|a, b| a.mac == b.mac) {
        if let (true, Some(first)) = (same_mac.len() > ALIASES_MAX, same_mac.first()) {
            bindings.forward(first.mac, Forwarder::ManyAddresses);
        }
    }
}

/// How strongly an IP address stands on a hardware address: a protocol's word and an untouched hop limit count
/// alike, packets that passed a router count against it.
fn strength(candidate: &Candidate<'_>, bindings: &Bindings) -> i32 {
    let bound = if candidate.facts.bound > 0 { 3 } else { 0 };
    let heard = match (candidate.facts.heard, candidate.facts.hops()) {
        (0, _) => 0,
        (_, Some(0)) => 3,
        (_, None) => 1,
        (_, Some(_)) => -2,
    };
    let proxy = bindings.forwarder_of(candidate.mac) == Some(Forwarder::ManyAddresses);
    bound + heard - if proxy { 4 } else { 0 }
}

/// Settles an IP address that a protocol bound to somebody. Several claimants are judged by strength; whoever
/// claims fewer contested addresses, was first, and has the lower address wins a draw, so that a machine that
/// claims the addresses of its neighbours gets none of them.
fn settle_bound(same_ip: &[Candidate<'_>], claimed: &[u32], bindings: &mut Bindings) {
    if same_ip.iter().all(|candidate| candidate.facts.bound == 0) {
        return;
    }
    let rank = |candidate: &&Candidate<'_>| {
        let bound = candidate.facts.bound > 0;
        let claims = claimed.get(candidate.mac.index()).copied();
        (-strength(candidate, bindings), !bound, claims, candidate.facts.first, bindings.place(candidate.mac))
    };
    let Some(best) = same_ip.iter().min_by_key(rank) else { return };
    let passed = candidate_passed_routers(best);
    let carries = bindings.forwarder_of(best.mac).is_some() && passed;
    if strength(best, bindings) <= 0 || carries {
        return;
    }
    let standing = if best.facts.bound > 0 { Standing::Bound } else { Standing::Heard };
    bindings.put(best.ip, best.mac, standing);
    let claimants = same_ip.iter().filter(|other| other.mac != best.mac && other.facts.bound > 0);
    bindings.contested.extend(claimants.map(|other| (other.ip, other.mac)));
}

fn candidate_passed_routers(candidate: &Candidate<'_>) -> bool {
    candidate.facts.heard > 0 && candidate.facts.hops().is_some_and(|hops| hops > 0)
}

/// Whoever sends packets of an address that stands elsewhere, with fewer hops left, is a router.
fn mark_carriers(same_ip: &[Candidate<'_>], bindings: &mut Bindings) {
    let Some(first) = same_ip.first() else { return };
    let Some((home, _)) = bindings.home_of(first.ip) else { return };
    for candidate in same_ip.iter().filter(|candidate| candidate.mac != home) {
        if candidate_passed_routers(candidate) {
            bindings.forward(candidate.mac, Forwarder::CarriesOthers);
        }
    }
}

/// Pairs of IP addresses that share a hardware address and talk to each other over the wire.
fn talking_pairs(model: &Model, candidates: &[Candidate<'_>]) -> HashSet<(AddressId, AddressId)> {
    let mut macs: Vec<_> =
        candidates.iter().filter(|one| one.facts.heard > 0).map(|one| (one.mac, one.ip)).collect();
    macs.sort();
    let shared: HashSet<_> = macs
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|group| (2..=64).contains(&group.len()))
        .flatten()
        .map(|(_, ip)| *ip)
        .collect();
    let links = model.links.rows().iter().map(|(key, _)| (key.client, key.server));
    links.filter(|(client, server)| shared.contains(client) && shared.contains(server)).collect()
}

/// Settles the addresses that no protocol bound to anybody.
fn settle_unbound(
    candidates: &[Candidate<'_>],
    talking: &HashSet<(AddressId, AddressId)>,
    bindings: &mut Bindings,
) {
    let mut lone = Vec::new();
    for same_ip in candidates.chunk_by(|a, b| a.ip == b.ip) {
        let unsettled = same_ip.iter().all(|candidate| bindings.home_of(candidate.ip).is_none());
        let bound = same_ip.iter().any(|candidate| candidate.facts.bound > 0);
        if unsettled && !bound {
            lone.extend(nearest(same_ip, bindings));
        }
    }
    lone.sort_by_key(|candidate| (bindings.place(candidate.mac), candidate.address));
    let mut by_mac: HashMap<AddressId, Vec<Candidate<'_>>> = HashMap::new();
    for candidate in candidates {
        by_mac.entry(candidate.mac).or_default().push(*candidate);
    }
    let near_subnets: HashSet<_> = candidates
        .iter()
        .filter(|candidate| bindings.home_of(candidate.ip).is_some())
        .map(|candidate| usual_subnet(candidate.address))
        .collect();
    for same_mac in lone.chunk_by(|a, b| a.mac == b.mac) {
        for family in [true, false] {
            let group: Vec<_> =
                same_mac.iter().copied().filter(|one| one.address.is_ipv4() == family).collect();
            let Some(first) = group.first() else { continue };
            let beside = by_mac.get(&first.mac).map(Vec::as_slice).unwrap_or_default();
            let own = own_addresses(beside, first, bindings);
            for (candidate, standing) in judge(&group, &own, talking, &near_subnets, bindings) {
                bindings.put(candidate.ip, candidate.mac, standing);
            }
        }
    }
}

/// Of several hardware addresses that send for one IP address, the one with the fewest routers before it; the
/// others are routers. When all are routers, none.
fn nearest<'a>(same_ip: &[Candidate<'a>], bindings: &mut Bindings) -> Option<Candidate<'a>> {
    let best = *same_ip.iter().min_by_key(|one| {
        (one.facts.hops().unwrap_or(0), core::cmp::Reverse(one.facts.heard), bindings.place(one.mac))
    })?;
    for other in same_ip.iter().filter(|other| other.mac != best.mac) {
        if other.facts.hops() > best.facts.hops() {
            bindings.forward(other.mac, Forwarder::CarriesOthers);
        }
    }
    if same_ip.len() > 1 && candidate_passed_routers(&best) {
        bindings.forward(best.mac, Forwarder::FarAddresses);
        return None;
    }
    Some(best)
}

/// The addresses already settled on the hardware address of a group.
fn own_addresses<'a>(
    beside: &[Candidate<'a>],
    first: &Candidate<'a>,
    bindings: &Bindings,
) -> Vec<Candidate<'a>> {
    let settled = |one: &&Candidate<'a>| {
        one.address.is_ipv4() == first.address.is_ipv4()
            && !is_link_local(one.address)
            && bindings.home_of(one.ip).is_some_and(|(home, _)| home == first.mac)
    };
    beside.iter().filter(settled).copied().collect()
}

/// Decides for the unbound addresses of one family on one hardware address which are its own. Whatever is not is
/// left without a hardware address, and its carrier becomes a router.
fn judge<'a>(
    group: &[Candidate<'a>],
    own: &[Candidate<'a>],
    talking: &HashSet<(AddressId, AddressId)>,
    near_subnets: &HashSet<IpAddr>,
    bindings: &mut Bindings,
) -> Vec<(Candidate<'a>, Standing)> {
    let (local, group): (Vec<_>, Vec<_>) = group.iter().copied().partition(|one| is_link_local(one.address));
    let mut joined: Vec<_> = local.into_iter().map(|one| (one, Standing::LinkLocal)).collect();
    let Some(mac) = group.first().map(|one| one.mac) else { return joined };
    let known_router = bindings.forwarder_of(mac).is_some();
    let near = |one: &Candidate<'_>| !candidate_passed_routers(one);
    let all_public = group.iter().chain(own).all(|one| !is_private(one.address));
    let mine = |one: &Candidate<'_>| {
        let neighbour = own.iter().any(|other| usual_subnet(other.address) == usual_subnet(one.address));
        if known_router || !own.is_empty() {
            // A router's own address comes with an untouched hop limit and lies beside its others.
            near(one) && one.facts.hops().is_some() && (neighbour || is_private(one.address))
        } else if group.len() == 1 {
            let strange = !near_subnets.is_empty() && !near_subnets.contains(&usual_subnet(one.address));
            near(one) || (is_private(one.address) && !strange)
        } else {
            near(one) && (is_private(one.address) || all_public)
        }
    };
    let talks = |one: &Candidate<'_>| {
        let others = group.iter().chain(own).map(|other| other.ip);
        others
            .into_iter()
            .any(|other| talking.contains(&(one.ip, other)) || talking.contains(&(other, one.ip)))
    };
    let mut mine: Vec<_> = group.iter().copied().filter(|one| mine(one) && !talks(one)).collect();
    if own.is_empty() && !known_router && mine.is_empty() && one_odd_stack(&group) && !group.iter().any(talks)
    {
        mine.clone_from(&group);
    }
    let one_subnet = mine.windows(2).all(|two| match two {
        [a, b] => usual_subnet(a.address) == usual_subnet(b.address),
        _ => true,
    });
    if mine.len() > UNBOUND_MAX || (all_public && mine.len() > 1 && !one_subnet) {
        mine.clear();
    }
    if mine.len() < group.len() {
        let reason =
            if group.len() > UNBOUND_MAX { Forwarder::ManyAddresses } else { Forwarder::FarAddresses };
        bindings.forward(mac, reason);
    }
    joined.extend(mine.into_iter().map(|one| (one, Standing::Heard)));
    joined
}

/// A few private addresses of one subnet, all with the same unusual hop limit: a stack with a first value of its
/// own rather than a router.
fn one_odd_stack(group: &[Candidate<'_>]) -> bool {
    let Some(first) = group.first() else { return false };
    group.len() <= UNBOUND_MAX
        && group.iter().all(|one| {
            is_private(one.address)
                && usual_subnet(one.address) == usual_subnet(first.address)
                && one.facts.hops() == first.facts.hops()
        })
}
