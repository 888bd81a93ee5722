//! Conversations that a message announced: a small table whose entries expire.

use crate::{Expected, Protocol};
use core::net::IpAddr;
use facts::Transport;
use wire::Time;

const EXPECTED_MAX: usize = 256;
const EXPIRES_NS: i64 = 600_000_000_000;

#[derive(Clone, Copy, Debug)]
struct Entry {
    expected: Expected,
    network: u16,
    until: Time,
}

/// Announced conversations; the oldest entry makes room for a new one.
#[derive(Debug)]
pub(crate) struct Expectations {
    entries: Vec<Entry>,
    next: usize,
    /// Ports that were ever announced, a bit each: nearly every new conversation is told from them to be none of ours.
    ports: Vec<u64>,
    pub(crate) evicted: u64,
}

impl Expectations {
    pub(crate) fn new() -> Self {
        Self { entries: Vec::with_capacity(EXPECTED_MAX), next: 0, ports: vec![0; 1 << 10], evicted: 0 }
    }

    pub(crate) fn add(&mut self, expected: Expected, network: u16, now: Time) {
        if let Some(word) = self.ports.get_mut(usize::from(expected.port >> 6)) {
            *word |= 1 << (expected.port & 63);
        }
        let entry = Entry { expected, network, until: Time(now.0.saturating_add(EXPIRES_NS)) };
        let same = |old: &&mut Entry| {
            (old.expected.server, old.expected.port, old.network) == (expected.server, expected.port, network)
        };
        if let Some(old) = self.entries.iter_mut().find(same) {
            *old = entry;
        } else if self.entries.len() < EXPECTED_MAX {
            self.entries.push(entry);
        } else if let Some(old) = self.entries.get_mut(self.next) {
            self.evicted += u64::from(old.until > now);
            *old = entry;
            self.next = (self.next + 1) % EXPECTED_MAX;
        }
    }

    /// The protocol announced for one of these ends, and whether it is the second that serves.
    pub(crate) fn find(
        &self,
        transport: Transport,
        network: u16,
        ends: [(Option<IpAddr>, u16); 2],
        now: Time,
    ) -> Option<(Protocol, usize)> {
        if !ends.iter().any(|(_, port)| self.was_announced(*port)) {
            return None;
        }
        let fits = |entry: &&Entry, (address, port): (Option<IpAddr>, u16)| {
            entry.network == network
                && entry.until > now
                && entry.expected.transport == transport
                && entry.expected.port == port
                && Some(entry.expected.server) == address
        };
        ends.into_iter()
            .enumerate()
            .find_map(|(at, end)| Some((self.entries.iter().find(|e| fits(e, end))?.expected.protocol, at)))
    }

    fn was_announced(&self, port: u16) -> bool {
        self.ports.get(usize::from(port >> 6)).is_some_and(|word| word >> (port & 63) & 1 == 1)
    }
}
