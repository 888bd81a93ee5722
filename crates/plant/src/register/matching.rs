//! Which known asset a row of a register means.

use super::{Entry, Field};
use crate::fold;
use core::net::IpAddr;
use facts::id::{AssetUid, NetworkUid};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use wire::Mac;

/// The most assets or rows that a conflict names: of 5,000 machines called `PLC` a person reads no list.
pub const LISTED_MAX: usize = 50;

/// What matching needs to know of an asset that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAsset {
    /// The asset.
    pub asset: AssetUid,
    /// Its hardware addresses.
    pub macs: Vec<Mac>,
    /// Its IP addresses and their networks.
    pub ips: Vec<(NetworkUid, IpAddr)>,
    /// Its serial numbers.
    pub serials: Vec<String>,
    /// Every name that it has or had.
    pub names: Vec<String>,
    /// What it says of itself: model, vendor, firmware. Compared with the register; addresses and serials are above.
    pub says: BTreeMap<Field, String>,
}

/// A network and its name, for rows that name theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownNetwork {
    /// The network.
    pub network: NetworkUid,
    /// Its name.
    pub name: String,
}

/// By what a row was matched; the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// Hardware address.
    Mac,
    /// Serial number.
    Serial,
    /// IP address, inside the row's network where it names one.
    Ip,
    /// Name, folded.
    Name,
}

/// Why a row cannot be applied without a person's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The key fits several assets.
    SeveralAssets {
        /// The key.
        key: Key,
        /// The assets, in order, the first [`LISTED_MAX`].
        assets: Vec<AssetUid>,
    },
    /// Two keys fit different assets.
    KeysDisagree {
        /// The stronger key and its asset.
        strong: (Key, AssetUid),
        /// The weaker key and an asset that it fits.
        weak: (Key, AssetUid),
    },
    /// Several rows fit one asset.
    SeveralRows {
        /// The rows' numbers, in order, the first [`LISTED_MAX`].
        rows: Vec<u32>,
        /// How many there are.
        count: usize,
    },
    /// Register and wire say different things.
    Contradiction {
        /// Of what.
        field: Field,
        /// What the register says.
        register: String,
        /// What was heard.
        heard: String,
    },
}

/// The known assets by what they can be found by.
pub(super) struct Index<'a> {
    assets: BTreeMap<AssetUid, &'a KnownAsset>,
    networks: HashMap<String, NetworkUid>,
    macs: HashMap<Mac, BTreeSet<AssetUid>>,
    serials: HashMap<String, BTreeSet<AssetUid>>,
    ips: HashMap<IpAddr, BTreeSet<(NetworkUid, AssetUid)>>,
    names: HashMap<String, BTreeSet<AssetUid>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(assets: &'a [KnownAsset], networks: &[KnownNetwork]) -> Self {
        let mut index = Self {
            assets: assets.iter().map(|known| (known.asset, known)).collect(),
            networks: networks.iter().map(|known| (fold(&known.name), known.network)).collect(),
            macs: HashMap::new(),
            serials: HashMap::new(),
            ips: HashMap::new(),
            names: HashMap::new(),
        };
        for known in assets {
            for mac in &known.macs {
                index.macs.entry(*mac).or_default().insert(known.asset);
            }
            for serial in known.serials.iter().map(|serial| fold(serial)).filter(|serial| is_telling(serial))
            {
                index.serials.entry(serial).or_default().insert(known.asset);
            }
            for (network, ip) in &known.ips {
                index.ips.entry(*ip).or_default().insert((*network, known.asset));
            }
            for name in known.names.iter().map(|name| fold(name)).filter(|name| !name.is_empty()) {
                index.names.entry(name).or_default().insert(known.asset);
            }
        }
        index
    }

    /// The asset that a row means, by which key, and what speaks against it.
    pub(super) fn find(&self, entry: &Entry) -> (Option<(Key, AssetUid)>, Vec<Conflict>) {
        let found = [Key::Mac, Key::Serial, Key::Ip, Key::Name].map(|key| (key, self.candidates(key, entry)));
        let mut fitting = found.iter().filter(|(_, assets)| !assets.is_empty());
        let Some((key, strongest)) = fitting.next() else { return (None, Vec::new()) };
        // Where the strongest key leaves a choice, weaker ones may decide inside it.
        let mut chosen = strongest.clone();
        for (_, assets) in fitting.clone() {
            let both: BTreeSet<_> = chosen.intersection(assets).copied().collect();
            if chosen.len() > 1 && !both.is_empty() {
                chosen = both;
            }
        }
        let mut chosen = chosen.into_iter();
        let (Some(asset), None) = (chosen.next(), chosen.next()) else {
            let assets = strongest.iter().copied().collect();
            return (None, vec![Conflict::SeveralAssets { key: *key, assets }]);
        };
        let mut conflicts = Vec::new();
        for (weak, assets) in fitting {
            // Many machines are called `PLC`: a name that fits several says nothing against one.
            let is_clear = *weak != Key::Name || assets.len() == 1;
            if let Some(other) = assets.first().filter(|_| !assets.contains(&asset) && is_clear) {
                conflicts.push(Conflict::KeysDisagree { strong: (*key, asset), weak: (*weak, *other) });
            }
        }
        if let Some(known) = self.assets.get(&asset) {
            contradictions(entry, known, self.network(entry), &mut conflicts);
        }
        (Some((*key, asset)), conflicts)
    }

    /// The first [`LISTED_MAX`] assets that a key fits.
    fn candidates(&self, key: Key, entry: &Entry) -> BTreeSet<AssetUid> {
        let first = |found: Option<&BTreeSet<AssetUid>>| -> BTreeSet<AssetUid> {
            found.into_iter().flatten().take(LISTED_MAX).copied().collect()
        };
        match key {
            Key::Mac => {
                let found = entry.macs().filter_map(|mac| self.macs.get(&mac)).flatten();
                found.take(LISTED_MAX).copied().collect()
            }
            Key::Serial => first(self.serials.get(&fold(entry.get(Field::Serial)))),
            Key::Ip => {
                let network = self.network(entry);
                let is_there = |there: &NetworkUid| network.is_none_or(|network| network == *there);
                let found = entry.ips().filter_map(|ip| self.ips.get(&ip)).flatten();
                let found = found.filter(|(there, _)| is_there(there)).map(|(_, asset)| *asset);
                found.take(LISTED_MAX).collect()
            }
            Key::Name => first(self.names.get(&fold(entry.get(Field::Name)))),
        }
    }

    fn network(&self, entry: &Entry) -> Option<NetworkUid> {
        self.networks.get(&fold(entry.get(Field::Network))).copied()
    }
}

/// Serial numbers such as `1`, `0000` and `n/a` fit many machines.
fn is_telling(folded: &str) -> bool {
    folded.chars().count() >= 4
        && folded.chars().any(|character| character.is_alphanumeric() && character != '0')
}

/// What the register says and the wire denies. Silence on one side is no contradiction.
fn contradictions(
    entry: &Entry,
    known: &KnownAsset,
    network: Option<NetworkUid>,
    conflicts: &mut Vec<Conflict>,
) {
    let mut say = |field: Field, register: &str, heard: Vec<String>| {
        let heard = heard.join(super::entry::BETWEEN);
        conflicts.push(Conflict::Contradiction { field, register: register.to_owned(), heard });
    };
    if !known.macs.is_empty()
        && entry.macs().next().is_some()
        && !entry.macs().any(|mac| known.macs.contains(&mac))
    {
        say(Field::Mac, entry.get(Field::Mac), known.macs.iter().map(ToString::to_string).collect());
    }
    let ips = known.ips.iter().filter(|(there, _)| network.is_none_or(|network| network == *there));
    let ips: Vec<IpAddr> = ips.map(|(_, ip)| *ip).collect();
    if !ips.is_empty() && entry.ips().next().is_some() && !entry.ips().any(|ip| ips.contains(&ip)) {
        say(Field::Ip, entry.get(Field::Ip), ips.iter().map(ToString::to_string).collect());
    }
    let serial = fold(entry.get(Field::Serial));
    if !serial.is_empty()
        && !known.serials.is_empty()
        && known.serials.iter().all(|heard| fold(heard) != serial)
    {
        say(Field::Serial, entry.get(Field::Serial), known.serials.clone());
    }
    for (field, heard) in &known.says {
        let (left, right) = (fold(entry.get(*field)), fold(heard));
        // `FX5U-32M` in the books and `FX5U-32MR/ES` on the wire are one model, more or less exactly.
        let is_alike = left.is_empty() || right.is_empty() || left.contains(&right) || right.contains(&left);
        if !is_alike {
            say(*field, entry.get(*field), vec![heard.clone()]);
        }
    }
}
