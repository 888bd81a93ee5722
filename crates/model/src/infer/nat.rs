//! How many machines hide behind one address.

use crate::address::{PairFacts, hops_of};

/// At least how many machines send under an address that stands on this hardware address: packets of the machine
/// itself come with an untouched hop limit, those it translates passed it and come with different first values.
pub(crate) fn hidden(pair: &PairFacts) -> Option<(u32, String)> {
    let limits: Vec<u8> = pair.hop_limits.iter().collect();
    let own = limits.iter().any(|limit| hops_of(*limit) == Some(0));
    let mut passed: Vec<u8> =
        limits.iter().copied().filter(|limit| (1..=4).contains(&hops_of(*limit).unwrap_or(0))).collect();
    passed.sort_unstable();
    let behind = u32::try_from(passed.len()).unwrap_or(0);
    let list = passed.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    (own && behind > 0).then(|| {
        (behind, format!("besides its own packets it sends some that passed a router (hop limits {list}): address translation"))
    })
}
