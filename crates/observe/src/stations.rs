//! Which hardware addresses speak, and which are only spoken to: how a port that left the mirror is noticed.
//!
//! Kept only while a plant is listened to. A file is history: it says nothing of who speaks now.

use decode::Packet;
use facts::{NetworkId, Presence, Sink};
use wire::{Mac, Time};

/// Places looked at for one address.
const PROBES: usize = 16;
/// Nanoseconds of packet time between two reports.
const EVERY: i64 = 5_000_000_000;

/// Frames of one address since the last report. A key of 0 is an empty place.
#[derive(Clone, Copy, Debug, Default)]
struct Station {
    key: u64,
    sent: u32,
    received: u32,
}

/// A table of fixed size that begins anew with each report.
#[derive(Debug, Default)]
pub(crate) struct Stations {
    places: Vec<Station>,
    told: Option<Time>,
    /// Frames whose address found no room.
    pub(crate) refused: u64,
}

impl Stations {
    /// Room for this many addresses, rounded up to a power of two; with 0 nothing is kept.
    pub(crate) fn new(stations: u32) -> Self {
        let places = if stations == 0 { 0 } else { (stations as usize).next_power_of_two() };
        Self { places: vec![Station::default(); places], told: None, refused: 0 }
    }

    /// Counts a packet for its sender and, when it goes to one machine alone, for its receiver.
    #[inline]
    pub(crate) fn count(&mut self, packet: &Packet<'_>, network: u16) {
        if self.places.is_empty() {
            return;
        }
        if let Some(station) = packet.link.source.and_then(|mac| self.place(network, mac)) {
            station.sent = station.sent.saturating_add(1);
        }
        if let Some(station) = packet.link.destination.and_then(|mac| self.place(network, mac)) {
            station.received = station.received.saturating_add(1);
        }
    }

    fn place(&mut self, network: u16, mac: Mac) -> Option<&mut Station> {
        if !mac.is_host() {
            return None;
        }
        let key = key(network, mac);
        let mask = self.places.len() - 1;
        let start = usize::try_from(key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40).unwrap_or(0);
        let is_free =
            |at: &usize| self.places.get(*at).is_some_and(|place| place.key == key || place.key == 0);
        let found = (start..start + PROBES).map(|at| at & mask).find(is_free);
        self.refused += u64::from(found.is_none());
        let place = self.places.get_mut(found?)?;
        place.key = key;
        Some(place)
    }

    /// Reports every address of the last seconds and begins anew, when it is time; `now` is the time of the last packet.
    pub(crate) fn tell(&mut self, now: Time, sink: &mut dyn Sink) {
        let since = now.since(*self.told.get_or_insert(now));
        // A clock that was set back begins a new count, too.
        if (0..EVERY).contains(&since) {
            return;
        }
        self.told = Some(now);
        for place in self.places.iter_mut().filter(|place| place.key != 0) {
            let [a, b, mac @ ..] = place.key.to_be_bytes();
            let network = NetworkId(u16::from_be_bytes([a, b]));
            let Station { sent, received, .. } = core::mem::take(place);
            sink.presence(&Presence { time: now, network, mac: Mac(mac), sent, received });
        }
    }
}

fn key(network: u16, mac: Mac) -> u64 {
    let [a, b, c, d, e, f] = mac.0;
    u64::from(network) << 48 | u64::from_be_bytes([0, 0, a, b, c, d, e, f])
}
