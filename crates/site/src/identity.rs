//! Which remembered asset a machine of the model is: the same over restarts, merges and new addresses.
//!
//! The model names machines by their addresses of the moment. People attach names, notes and risks to a machine, so
//! its id must outlive its addresses. A hardware address decides; an IP address counts only where no hardware address
//! contradicts it, since a replaced machine often takes over the address of the one before.

use facts::NetworkId;
use facts::id::AssetUid;
use model::Asset;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use wire::Mac;

/// An address by which an asset is found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// A hardware address of a network.
    Mac(NetworkId, Mac),
    /// An IP address of a network.
    Ip(NetworkId, IpAddr),
}

/// Remembered assets by their addresses.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    holders: HashMap<Key, BTreeSet<AssetUid>>,
    keys: HashMap<AssetUid, BTreeSet<Key>>,
}

/// What [`Ledger::reconcile`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// The asset of each machine, in the order of the inventory.
    pub of: Vec<AssetUid>,
    /// Machines that were not remembered.
    pub new: Vec<AssetUid>,
    /// Assets that turned out to be one with another: the former, and the one that stays.
    pub merged: Vec<(AssetUid, AssetUid)>,
}

impl Ledger {
    /// Remembers an address of an asset.
    pub fn remember(&mut self, asset: AssetUid, key: Key) {
        self.holders.entry(key).or_default().insert(asset);
        self.keys.entry(asset).or_default().insert(key);
    }

    /// Addresses of an asset.
    pub fn keys(&self, asset: AssetUid) -> impl Iterator<Item = Key> + '_ {
        self.keys.get(&asset).into_iter().flatten().copied()
    }

    /// Finds the remembered asset of every machine, makes new ones with `fresh`, and remembers the addresses.
    ///
    /// The result depends only on what is remembered and on the machines: the strongest bond is tied first, the
    /// oldest asset wins where two are equally strong.
    pub fn reconcile(&mut self, machines: &[Asset], mut fresh: impl FnMut() -> AssetUid) -> Assignment {
        let keys: Vec<BTreeSet<Key>> = machines.iter().map(keys_of).collect();
        let mut bonds = self.bonds(&keys);
        bonds.sort_by_key(|bond| (std::cmp::Reverse(bond.strength), bond.asset, bond.machine));
        let mut of: Vec<Option<AssetUid>> = vec![None; machines.len()];
        let mut placed = BTreeSet::new();
        for bond in &bonds {
            if let Some(place @ None) = of.get_mut(bond.machine)
                && placed.insert(bond.asset)
            {
                *place = Some(bond.asset);
            }
        }
        let mut assignment = Assignment::default();
        for bond in &bonds {
            if let Some(stays) = of.get(bond.machine).copied().flatten()
                && placed.insert(bond.asset)
            {
                assignment.merged.push((bond.asset, stays));
                self.unite(bond.asset, stays);
            }
        }
        for (place, keys) in of.into_iter().zip(keys) {
            let asset = place.unwrap_or_else(|| {
                let asset = fresh();
                assignment.new.push(asset);
                asset
            });
            self.move_here(asset, &keys);
            assignment.of.push(asset);
        }
        assignment
    }

    /// Every pair of machine and remembered asset that share an address which counts.
    fn bonds(&self, keys: &[BTreeSet<Key>]) -> Vec<Bond> {
        let mut bonds = Vec::new();
        for (machine, keys) in keys.iter().enumerate() {
            let candidates: BTreeSet<AssetUid> =
                keys.iter().filter_map(|key| self.holders.get(key)).flatten().copied().collect();
            for asset in candidates {
                let strength = self.keys.get(&asset).map_or(0, |known| strength(keys, known));
                if strength > 0 {
                    bonds.push(Bond { strength, asset, machine });
                }
            }
        }
        bonds
    }

    fn unite(&mut self, former: AssetUid, stays: AssetUid) {
        for key in self.keys.remove(&former).unwrap_or_default() {
            if let Some(holders) = self.holders.get_mut(&key) {
                holders.remove(&former);
            }
            self.remember(stays, key);
        }
    }

    /// A machine that answers to an address now holds it alone among those that are present; who held it before and
    /// is away keeps it too, for the day it comes back with its own hardware address.
    fn move_here(&mut self, asset: AssetUid, keys: &BTreeSet<Key>) {
        for key in keys {
            self.remember(asset, *key);
        }
    }
}

struct Bond {
    strength: u32,
    asset: AssetUid,
    machine: usize,
}

/// How surely two sets of addresses are one machine: shared hardware addresses first. Where both sides have hardware
/// addresses and share none, they are two machines, whatever IP addresses they share.
fn strength(machine: &BTreeSet<Key>, asset: &BTreeSet<Key>) -> u32 {
    let has_mac = |keys: &BTreeSet<Key>| keys.iter().any(|key| matches!(key, Key::Mac(..)));
    let (mut macs, mut ips) = (0u32, 0u32);
    for key in machine.intersection(asset) {
        match key {
            Key::Mac(..) => macs += 1,
            Key::Ip(..) => ips += 1,
        }
    }
    match macs {
        0 if has_mac(machine) && has_mac(asset) => 0,
        _ => macs.saturating_mul(1 << 16).saturating_add(ips),
    }
}

/// The addresses of a machine by which it can be found again.
#[must_use]
pub fn keys_of(machine: &Asset) -> BTreeSet<Key> {
    let network = machine.network;
    let macs = machine.interfaces.iter().filter_map(|interface| interface.mac);
    let ips = machine.interfaces.iter().flat_map(|interface| &interface.addresses).map(|address| address.ip);
    macs.map(|mac| Key::Mac(network, mac)).chain(ips.map(|ip| Key::Ip(network, ip))).collect()
}

#[cfg(test)]
mod tests;
