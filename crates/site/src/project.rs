//! From the inventory to rows of the store: what is new or changed since the last time.

use crate::identity::{Key, Ledger};
use facts::NetworkId;
use facts::id::{AssetUid, NetworkUid};
use model::{Asset, AssetIndex, Field, Inventory};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use store::assets::address::{AddressKey, AddressKind};
use store::assets::write::Heard;
use store::{Json, Moment};
use uuid::Uuid;

/// Remembers what the store was told.
#[derive(Default)]
pub(crate) struct Projection {
    /// Which addresses are whose.
    pub ledger: Ledger,
    /// The store's id of each network.
    pub networks: BTreeMap<NetworkId, NetworkUid>,
    told: HashMap<AssetUid, (u64, i64)>,
}

/// What the store is to be told.
#[derive(Default)]
pub(crate) struct News {
    /// Networks that are new.
    pub networks: Vec<(NetworkId, NetworkUid)>,
    /// Assets that are new or changed.
    pub assets: Vec<Heard>,
    /// Assets of which only the last time is new.
    pub seen: Vec<(AssetUid, Moment)>,
    /// Assets that turned out to be one with another: the former, and the one that stays.
    pub merged: Vec<(AssetUid, AssetUid)>,
}

/// The stored id of each asset of the inventory that was heard.
pub(crate) type Ids = HashMap<AssetIndex, AssetUid>;

impl Projection {
    /// Compares an inventory with what the store knows.
    pub(crate) fn news(&mut self, inventory: &Inventory<'_>) -> (News, Ids) {
        let mut news = News::default();
        for network in inventory.assets.iter().map(|asset| asset.network) {
            self.networks.entry(network).or_insert_with(|| {
                let uid = NetworkUid(Uuid::now_v7());
                news.networks.push((network, uid));
                uid
            });
        }
        let heard: Vec<(AssetIndex, &Asset)> = (0u32..)
            .map(AssetIndex)
            .zip(&inventory.assets)
            .filter(|(_, asset)| show::is_heard(asset))
            .collect();
        let machines: Vec<Asset> = heard.iter().map(|(_, asset)| (*asset).clone()).collect();
        let assignment = self.ledger.reconcile(&machines, || AssetUid(Uuid::now_v7()));
        news.merged = assignment.merged;
        let mut ids = Ids::with_capacity(heard.len());
        for ((index, asset), uid) in heard.into_iter().zip(assignment.of) {
            ids.insert(index, uid);
            self.compare(asset, uid, inventory, &mut news);
        }
        (news, ids)
    }

    fn compare(&mut self, asset: &Asset, uid: AssetUid, inventory: &Inventory<'_>, news: &mut News) {
        let (now, last_us) = (fingerprint(asset), us(asset.last));
        match self.told.get_mut(&uid) {
            Some((told, _)) if *told == now => {}
            _ => {
                let network = self.networks.get(&asset.network).copied();
                self.told.insert(uid, (now, last_us));
                news.assets.push(row(asset, uid, network, inventory));
                return;
            }
        }
        if let Some((_, told_us)) = self.told.get_mut(&uid)
            && last_us - *told_us >= TOUCH_US
        {
            *told_us = last_us;
            news.seen.push((uid, Moment(last_us)));
        }
    }
}

/// The last time of an asset is written at most so often.
const TOUCH_US: i64 = 30_000_000;

/// Changes when something of the asset is new; counts and times do not.
fn fingerprint(asset: &Asset) -> u64 {
    let mut hasher = DefaultHasher::new();
    let fields = [
        &asset.name,
        &asset.vendor,
        &asset.model,
        &asset.order_number,
        &asset.firmware,
        &asset.hardware,
        &asset.serial,
        &asset.operating_system,
    ];
    for field in fields {
        text(field).hash(&mut hasher);
    }
    asset.kind.name().hash(&mut hasher);
    asset.kind_reasons.hash(&mut hasher);
    asset.level.as_ref().map(|(level, reason)| (level.number().to_bits(), reason)).hash(&mut hasher);
    asset.hearing.name().hash(&mut hasher);
    asset.gateway.hash(&mut hasher);
    asset.hides.hash(&mut hasher);
    for interface in &asset.interfaces {
        (&interface.mac, &interface.vlans, &interface.reason).hash(&mut hasher);
        interface.addresses.iter().for_each(|address| (address.ip, address.heard).hash(&mut hasher));
    }
    for claim in &asset.claims {
        (claim.protocol, claim.key, &claim.bytes, claim.part).hash(&mut hasher);
    }
    for module in &asset.modules {
        (module.part, &module.protocols, text(&module.model), text(&module.firmware)).hash(&mut hasher);
    }
    asset.services.iter().for_each(|service| (service.port, service.protocol).hash(&mut hasher));
    hasher.finish()
}

fn row(asset: &Asset, id: AssetUid, network: Option<NetworkUid>, inventory: &Inventory<'_>) -> Heard {
    let owned = |field: &Option<Field>| text(field).to_owned();
    Heard {
        id,
        name: owned(&asset.name),
        kind: asset.kind.name().to_owned(),
        role: String::new(),
        level: asset.level.as_ref().map_or_else(String::new, |(level, _)| level_name(level.number())),
        vendor: owned(&asset.vendor),
        model: owned(&asset.model),
        order_number: owned(&asset.order_number),
        firmware: owned(&asset.firmware),
        hardware: owned(&asset.hardware),
        serial: owned(&asset.serial),
        os: owned(&asset.operating_system),
        hearing: asset.hearing.name().to_owned(),
        network,
        first_seen: Moment(us(asset.first)),
        last_seen: Moment(us(asset.last)),
        addresses: addresses(asset, network),
        document: Json(show::asset_document(asset, inventory)),
    }
}

/// Purdue levels as the plant's structure names them.
pub(crate) fn level_name(number: f32) -> String {
    if number.fract() > 0.0 { "DMZ".to_owned() } else { format!("{number:.0}") }
}

fn addresses(asset: &Asset, network: Option<NetworkUid>) -> Vec<AddressKey> {
    let key = |key: Key| {
        let (kind, address) = match key {
            Key::Mac(_, mac) => (AddressKind::Mac, mac.to_string()),
            Key::Ip(_, ip) => (AddressKind::Ip, ip.to_string()),
        };
        AddressKey { network, kind, address }
    };
    crate::identity::keys_of(asset).into_iter().map(key).collect()
}

fn text(field: &Option<Field>) -> &str {
    field.as_ref().map_or("", |field| field.value.as_str())
}

pub(crate) fn us(time: wire::Time) -> i64 {
    time.0.div_euclid(1000)
}

impl News {
    /// Puts newer news to those that were not told yet.
    pub(crate) fn add(&mut self, newer: News) {
        let again: std::collections::HashSet<AssetUid> = newer.assets.iter().map(|asset| asset.id).collect();
        self.assets.retain(|asset| !again.contains(&asset.id));
        self.assets.extend(newer.assets);
        self.networks.extend(newer.networks);
        self.seen.extend(newer.seen);
        self.merged.extend(newer.merged);
    }
}
