//! How many machines hide behind one address.

use crate::address::{HOP_LIMITS_MAX, PairFacts};

/// First values that whole operating systems use, less the one or two routers that a translated packet has passed.
const PASSED: [u8; 6] = [62, 63, 126, 127, 253, 254];

/// At least how many machines send under an address that stands on this hardware address: packets of the machine
/// itself come with an untouched hop limit, those it translates passed it and come with different first values.
/// Scanners draw hop limits by chance, so a long list of different ones proves nothing.
pub(crate) fn hidden(pair: &PairFacts) -> Option<(u32, String)> {
    let limits: Vec<u8> = pair.hop_limits.iter().collect();
    let own = limits.iter().any(|limit| [64, 128, 255].contains(limit));
    let mut passed: Vec<u8> = limits.iter().copied().filter(|limit| PASSED.contains(limit)).collect();
    passed.sort_unstable();
    let behind = u32::try_from(passed.len()).unwrap_or(0);
    let list = passed.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    (own && behind > 0 && limits.len() < HOP_LIMITS_MAX).then(|| {
        let reason = format!(
            "besides its own packets it sends some that passed a router (hop limits {list}): address translation"
        );
        (behind, reason)
    })
}
