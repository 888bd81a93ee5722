//! Who is no longer heard: a machine that others still send to, while its own frames stay away.
//!
//! Either its port left the mirror or it is switched off; both are worth a look, and neither may be shown as heard.

use crate::Model;
use crate::address::{Address, AddressId};
use batch::code_struct;
use facts::Presence;
use wire::Time;

/// Reports in a row in which an address was only spoken to before it counts as no longer heard.
const UNANSWERED_MIN: u16 = 3;
/// Seconds after its last frame in which others must still have spoken to it.
const PATIENCE_S: u16 = 30;
/// The most that patience grows to, for machines that habitually listen longer than they speak.
const PATIENCE_MAX_S: u16 = 3600;
const NS_PER_S: i64 = 1_000_000_000;

/// When an address spoke and was spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PresenceFacts {
    /// Its last frame.
    sent: Time,
    /// The last frame to it alone.
    received: Time,
    /// Reports in a row with frames to it and none from it.
    unanswered: u16,
    patience_s: u16,
}

code_struct! {
    PresenceFacts { sent, received, unanswered, patience_s }
}

impl PresenceFacts {
    fn new(time: Time) -> Self {
        Self { sent: time, received: time, unanswered: 0, patience_s: PATIENCE_S }
    }

    fn add(&mut self, presence: &Presence) {
        if presence.received > 0 {
            self.received = self.received.max(presence.time);
        }
        if presence.sent == 0 {
            self.unanswered = self.unanswered.saturating_add(u16::from(presence.received > 0));
            return;
        }
        // Back by itself shortly after it was given up: it is one that often listens so long.
        let away = presence.time.since(self.sent);
        if self.is_lost() && away < 2 * i64::from(self.patience_s) * NS_PER_S {
            self.patience_s = self.patience_s.saturating_mul(2).min(PATIENCE_MAX_S);
        }
        (self.sent, self.unanswered) = (presence.time, 0);
    }

    /// Whether others still speak to it and it no longer speaks.
    pub(crate) fn is_lost(&self) -> bool {
        let patience = i64::from(self.patience_s) * NS_PER_S;
        self.unanswered >= UNANSWERED_MIN && self.received.since(self.sent) >= patience
    }

    /// Adds what was learned of the same address in a realm that turned out to be this one.
    pub(crate) fn merge(&mut self, other: Self) {
        if other.sent > self.sent {
            *self = other;
        }
    }
}

impl Model {
    /// Only who was heard once can be missed.
    pub(crate) fn present(&mut self, presence: &Presence) {
        let network = self.realms.of(presence.network);
        let Some(row) = self.addresses.find(&(network, Address::Mac(presence.mac))).map(AddressId) else {
            return;
        };
        if presence.sent == 0 && self.presences.find(&row).is_none() {
            return;
        }
        match self.presences.entry(row, || PresenceFacts::new(presence.time)) {
            Some((_, facts)) => facts.add(presence),
            None => self.overflow.marks += 1,
        }
    }

    /// Whether an address was heard and no longer is, while others still speak to it.
    pub(crate) fn is_lost(&self, address: AddressId) -> bool {
        let row = self.presences.find(&address).and_then(|row| self.presences.get(row));
        row.is_some_and(|(_, facts)| facts.is_lost())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::NetworkId;
    use wire::Mac;

    fn heard(facts: &mut PresenceFacts, second: i64, sent: u32, received: u32) -> bool {
        let (time, network, mac) = (Time(second * NS_PER_S), NetworkId(0), Mac::default());
        facts.add(&Presence { time, network, mac, sent, received });
        facts.is_lost()
    }

    /// Seconds until it counts as lost, when others go on to speak to it every five.
    fn lost_after(facts: &mut PresenceFacts, from: i64) -> i64 {
        (1..).map(|step| step * 5).find(|later| heard(facts, from + later, 0, 9)).unwrap_or(0)
    }

    #[test]
    fn who_is_only_spoken_to_is_lost_and_comes_back() {
        let mut facts = PresenceFacts::new(Time(0));
        assert!(!heard(&mut facts, 0, 3, 3));
        assert_eq!(lost_after(&mut facts, 0), 30);
        assert!(!heard(&mut facts, 200, 1, 0), "heard again");
        assert_eq!(lost_after(&mut facts, 200), 30, "a real absence teaches no patience");
    }

    #[test]
    fn silence_of_everybody_says_nothing() {
        let mut facts = PresenceFacts::new(Time(0));
        heard(&mut facts, 0, 1, 1);
        assert!(!heard(&mut facts, 3600, 0, 0));
        assert!(!heard(&mut facts, 3605, 0, 1), "one frame is no proof");
    }

    #[test]
    fn patience_grows_with_a_listener() {
        let mut facts = PresenceFacts::new(Time(0));
        heard(&mut facts, 0, 1, 1);
        assert_eq!(lost_after(&mut facts, 0), 30);
        assert!(!heard(&mut facts, 45, 1, 1));
        assert_eq!(lost_after(&mut facts, 45), 60);
    }
}
