//! The queue of everything that is still to happen, in time order, and the sending of packets over their hops.

use core::cmp::{Ordering, Reverse};
use core::net::Ipv4Addr;
use std::collections::{BTreeMap, BinaryHeap};

use wire::Mac;

use crate::bytes::{Put, len16};
use crate::net::frame::{self, Packet, UDP};
use crate::net::route::{Hop, Route};
use crate::random::Random;

/// One microsecond in the unit of [`wire::Time`].
pub(crate) const MICROSECOND: i64 = 1_000;
/// One millisecond.
pub(crate) const MILLISECOND: i64 = 1_000_000;
/// One second.
pub(crate) const SECOND: i64 = 1_000_000_000;
/// How long a router takes to pass a packet on.
const ROUTER_DELAY: i64 = 60 * MICROSECOND;
/// How long a machine keeps a neighbour's hardware address.
const NEIGHBOUR_LIFETIME: i64 = 240 * SECOND;
/// Buffers kept for reuse.
const POOL_MAX: usize = 65_536;

/// What is due at a time.
pub(crate) enum Due {
    /// A frame on a capture.
    Frame { capture: u16, bytes: Vec<u8> },
    /// An actor has something to do.
    Wake(usize),
}

struct Scheduled {
    time: i64,
    order: u64,
    due: Due,
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Scheduled {}
impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Scheduled {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.time, self.order).cmp(&(other.time, other.order))
    }
}

/// Sends frames into the future. Everything handed in must not lie before what was taken out last.
pub(crate) struct Emitter {
    queue: BinaryHeap<Reverse<Scheduled>>,
    order: u64,
    pool: Vec<Vec<u8>>,
    scratch: Vec<u8>,
    /// Until when the machine with this hardware address knows the neighbour with this IP address.
    neighbours: BTreeMap<(Mac, Ipv4Addr), i64>,
    /// The next IPv4 identification of each device.
    ids: Vec<u16>,
    random: Random,
}

/// Who sends: for the fields that its network stack fills in.
#[derive(Clone, Copy)]
pub(crate) struct Sender {
    /// Index of the device.
    pub(crate) device: usize,
    pub(crate) ttl: u8,
}

impl Emitter {
    pub(crate) fn new(devices: usize, seed: u64) -> Self {
        let mut random = Random::new(seed, u64::MAX);
        let ids = (0..devices).map(|_| random.u16()).collect();
        Self {
            queue: BinaryHeap::new(),
            order: 0,
            pool: Vec::new(),
            scratch: Vec::new(),
            neighbours: BTreeMap::new(),
            ids,
            random,
        }
    }

    /// The earliest thing that is due, and when.
    pub(crate) fn pop(&mut self) -> Option<(i64, Due)> {
        self.queue.pop().map(|Reverse(scheduled)| (scheduled.time, scheduled.due))
    }

    /// When the earliest thing is due.
    pub(crate) fn next_time(&self) -> Option<i64> {
        self.queue.peek().map(|Reverse(scheduled)| scheduled.time)
    }

    /// Gives a buffer back for the next frame.
    pub(crate) fn recycle(&mut self, bytes: Vec<u8>) {
        if self.pool.len() < POOL_MAX && bytes.capacity() > 0 {
            self.pool.push(bytes);
        }
    }

    /// Wakes an actor at a time.
    pub(crate) fn wake(&mut self, time: i64, actor: usize) {
        self.schedule(time, Due::Wake(actor));
    }

    /// One frame over one hop, where the mirror shows it.
    pub(crate) fn frame(&mut self, time: i64, hop: &Hop, build: impl FnOnce(&mut Vec<u8>)) {
        if !hop.visible {
            return;
        }
        let mut bytes = self.pool.pop().unwrap_or_default();
        bytes.clear();
        build(&mut bytes);
        if self.random.percent(hop.duplicate_percent) {
            let copy = bytes.clone();
            self.schedule(time + 3 * MICROSECOND, Due::Frame { capture: hop.capture, bytes: copy });
        }
        self.schedule(time, Due::Frame { capture: hop.capture, bytes });
    }

    /// One IPv4 packet over all its hops. `write` appends transport header (checksum zero) and payload.
    pub(crate) fn ip(
        &mut self,
        time: i64,
        hops: &[Hop],
        sender: Sender,
        protocol: u8,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let mut segment = core::mem::take(&mut self.scratch);
        segment.clear();
        write(&mut segment);
        let packet = Packet {
            ttl: sender.ttl,
            id: self.next_id(sender.device),
            protocol,
            segment: &segment,
            sum: frame::sum(&segment),
        };
        for (hop, passed) in hops.iter().zip(0..) {
            self.frame(time + ROUTER_DELAY * passed, hop, |out| frame::ipv4(out, hop, &packet));
        }
        self.scratch = segment;
    }

    /// One UDP datagram over all its hops.
    pub(crate) fn udp(&mut self, time: i64, hops: &[Hop], sender: Sender, ports: (u16, u16), payload: &[u8]) {
        self.ip(time, hops, sender, UDP, |out| {
            out.u16(ports.0).u16(ports.1).u16(len16(payload.len() + 8)).u16(0).put(payload);
        });
    }

    /// Asks for the hardware addresses along the way that are not known any more. Returns when the way is known.
    pub(crate) fn resolve(&mut self, time: i64, route: &Route) -> i64 {
        let mut ready = time;
        for (hop, back) in route.there.iter().zip(route.back.iter().rev()) {
            if hop.to_neighbour.is_unspecified() || hop.from_neighbour.is_unspecified() {
                continue;
            }
            let key = (hop.from_mac, hop.to_neighbour);
            if self.neighbours.get(&key).is_some_and(|until| *until > ready) {
                continue;
            }
            self.ask(ready, hop);
            let answer = ready + 180 * MICROSECOND + self.random.below(200) * MICROSECOND;
            let (asker, answerer) = ((hop.from_mac, hop.from_neighbour), (hop.to_mac, hop.to_neighbour));
            self.frame(answer, back, |out| frame::arp(out, back, 2, answerer, asker));
            let until = answer + NEIGHBOUR_LIFETIME + self.random.below(60) * SECOND;
            self.neighbours.insert(key, until);
            self.neighbours.insert((hop.to_mac, hop.from_neighbour), until);
            ready = answer + 50 * MICROSECOND;
        }
        ready
    }

    /// An ARP request that may stay without an answer.
    pub(crate) fn ask(&mut self, time: i64, hop: &Hop) {
        let broadcast = Hop { to_mac: Mac::BROADCAST, ..hop.clone() };
        let (asker, target) = ((hop.from_mac, hop.from_neighbour), (Mac([0; 6]), hop.to_neighbour));
        self.frame(time, &broadcast, |out| frame::arp(out, &broadcast, 1, asker, target));
    }

    /// Forgets a machine's address, so that it is asked for again.
    pub(crate) fn forget(&mut self, ip: Ipv4Addr) {
        self.neighbours.retain(|(_, neighbour), _| *neighbour != ip);
    }

    fn schedule(&mut self, time: i64, due: Due) {
        self.order += 1;
        self.queue.push(Reverse(Scheduled { time, order: self.order, due }));
    }

    fn next_id(&mut self, device: usize) -> u16 {
        self.ids.get_mut(device).map_or(0, |id| {
            *id = id.wrapping_add(1);
            *id
        })
    }
}
