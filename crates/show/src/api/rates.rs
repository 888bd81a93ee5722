//! How often one address, one actor, and one address that tries to log in may ask.

use super::live::Live;
use super::problem::{Problem, too_often};
use authz::Actor;
use core::hash::Hash;
use core::num::NonZeroU32;
use core::sync::atomic::{AtomicU32, Ordering};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::IpAddr;
use uuid::Uuid;

/// An address may ask this many times as often as one actor: a plant's people come through one proxy.
const ACTORS_PER_ADDRESS: u32 = 4;
/// After so many requests, keys that are idle are forgotten.
const SWEEP: u32 = 4096;

/// Who asked how often.
#[derive(Debug)]
pub(crate) struct Rates {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    actors: DefaultKeyedRateLimiter<Uuid>,
    logins: DefaultKeyedRateLimiter<IpAddr>,
    asked: AtomicU32,
    per_minute: [u32; 2],
}

impl Rates {
    pub(crate) fn new(live: &Live) -> Self {
        let requests = live.requests_per_minute;
        Self {
            addresses: limiter(requests.saturating_mul(ACTORS_PER_ADDRESS)),
            actors: limiter(requests),
            logins: limiter(live.logins_per_minute),
            asked: AtomicU32::new(0),
            per_minute: [requests, live.logins_per_minute],
        }
    }

    /// Whether these are still the limits.
    pub(crate) fn are_of(&self, live: &Live) -> bool {
        self.per_minute == [live.requests_per_minute, live.logins_per_minute]
    }

    /// One more request of an address.
    pub(crate) fn address(&self, address: Option<IpAddr>) -> Result<(), Problem> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.addresses.retain_recent();
            self.actors.retain_recent();
            self.logins.retain_recent();
        }
        address.map_or(Ok(()), |address| check(&self.addresses, &network(address)))
    }

    /// One more request of somebody who is known.
    pub(crate) fn actor(&self, actor: Actor) -> Result<(), Problem> {
        match actor {
            Actor::Nobody => Ok(()),
            Actor::Person(user) => check(&self.actors, &user.0),
            Actor::Machine { token, .. } => check(&self.actors, &token.0),
        }
    }

    /// One more attempt to log in.
    pub(crate) fn login(&self, address: Option<IpAddr>) -> Result<(), Problem> {
        address.map_or(Ok(()), |address| check(&self.logins, &network(address)))
    }
}

fn limiter<K: Hash + Eq + Clone>(per_minute: u32) -> DefaultKeyedRateLimiter<K> {
    RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN)))
}

fn check<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Problem> {
    limiter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        too_often(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1))
    })
}

/// A whole network of 64 bits is one subscriber's (RFC 6177): single addresses of it cost nothing.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => address
            .to_ipv4_mapped()
            .map_or_else(|| IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()), IpAddr::V4),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_are_told_when_to_come_back() {
        let rates = Rates::new(&Live { logins_per_minute: 2, ..Live::default() });
        let [one, same, other] = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"]
            .map(|text| Some(text.parse().expect("an address")));
        assert!(rates.login(one).is_ok());
        assert!(rates.login(same).is_ok());
        let told = rates.login(one).expect_err("the third in a minute");
        assert!(told.retry_after.is_some_and(|seconds| (1..=31).contains(&seconds)), "{told:?}");
        assert!(rates.login(other).is_ok(), "another network");
    }
}
