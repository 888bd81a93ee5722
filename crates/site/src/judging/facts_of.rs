//! The facts of the plant, from the store and from the view of the moment.

use facts::Transport;
use facts::id::{AssetUid, NetworkUid, SiteId, ZoneId};
use judge::intake::{Caller, Machine, Place, Ruled, Ruling, Talk, class_of_level};
use judge::risk::{Decided, Method, Service};
use knowledge::advisory::{Spoken, system_cpes};
use observe::Protocol;
use serde::Deserialize;
use show::api::judged::Judge;
use show::api::view::View;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use store::assets::{Asset, list, overrule};
use store::risk::consequence::{self, Consequence, ConsequenceKind};
use store::risk::decision::{self, DecisionState};
use store::risk::method;
use store::structure::{network, site, zone};
use store::{Limit, Moment, ScopeFilter, Store, StoreError};
use wire::Time;

/// A machine that was not heard for so long is no longer active, in microseconds: 30 days.
const ACTIVE_US: i64 = 30 * 86_400_000_000;
/// A standby counts for so long after its last test, in microseconds: 12 months.
const TESTED_US: i64 = 365 * 86_400_000_000;

/// The facts of the plant.
pub(super) struct Facts {
    pub(super) day: i64,
    /// Today, `YYYY-MM-DD`.
    pub(super) date: String,
    pub(super) method: Method,
    pub(super) machines: Vec<Machine>,
    pub(super) assets: BTreeMap<AssetUid, Judge>,
    pub(super) places: Vec<Place>,
    pub(super) rulings: BTreeMap<(AssetUid, String), Ruling>,
    /// When each was first seen, and whether it is active.
    pub(super) seen: BTreeMap<AssetUid, (Time, bool)>,
}

/// Consequences as they are kept.
#[derive(Debug, Default, Deserialize)]
struct Values {
    /// 0 to 5 in the order S E P F D.
    values: [Option<u8>; 5],
    /// When a declared standby was tested, microseconds since 1970 UTC.
    standby_tested_us: Option<i64>,
}

/// The modules of each asset, read again only where it changed.
#[derive(Debug, Default)]
pub(super) struct Modules {
    revision: i64,
    of: HashMap<AssetUid, Vec<Spoken>>,
}

/// The part of an asset's document that is asked for.
#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    modules: Vec<Module>,
}

#[derive(Deserialize)]
struct Module {
    name: Option<String>,
    vendor: Option<String>,
    model: Option<String>,
    order_number: Option<String>,
    firmware: Option<String>,
    hardware: Option<String>,
}

impl Modules {
    pub(super) async fn refresh(&mut self, store: &Store) -> Result<(), StoreError> {
        for (asset, revision, document) in store::assets::documents_since(store, self.revision).await? {
            self.revision = self.revision.max(revision);
            let document: Result<Document, _> = serde_json::from_str(&document.0);
            let modules: Vec<Spoken> = document
                .map_or_else(|_| Vec::new(), |told| told.modules.into_iter().map(spoken_of).collect());
            match modules.is_empty() {
                true => self.of.remove(&asset),
                false => self.of.insert(asset, modules),
            };
        }
        Ok(())
    }
}

fn spoken_of(module: Module) -> Spoken {
    Spoken {
        vendor: module.vendor.unwrap_or_default(),
        product: module.model.or(module.name).unwrap_or_default(),
        order_number: module.order_number.unwrap_or_default(),
        version: module.firmware.unwrap_or_default(),
        hardware: module.hardware.unwrap_or_default(),
        ..Spoken::default()
    }
}

/// What the register says of each asset, by the names of its fields.
async fn registered(
    store: &Store,
    of: SiteId,
) -> Result<HashMap<AssetUid, BTreeMap<String, String>>, StoreError> {
    let mut all = HashMap::new();
    for row in store::register::row::list_all(store, of).await? {
        let Some(asset) = row.asset else { continue };
        let says: BTreeMap<String, String> = serde_json::from_str(&row.document.0).unwrap_or_default();
        all.entry(asset).or_insert(says);
    }
    Ok(all)
}

pub(super) async fn read(
    store: &Store,
    of: SiteId,
    modules: &Modules,
    now_us: i64,
) -> Result<Facts, StoreError> {
    let time_zone = site::find(store, of).await?.map(|site| site.time_zone).unwrap_or_default();
    let (day, date) = day_of(now_us, &time_zone);
    let methods = method::list(store).await?;
    let own = methods.first().and_then(|method| serde_json::from_str(&method.document.0).ok());
    let zone_of: HashMap<NetworkUid, ZoneId> =
        network::list(store, of).await?.into_iter().filter_map(|net| Some((net.id, net.zone?))).collect();
    let decided = consequence::list(store).await?;
    let decided: HashMap<(ConsequenceKind, String), Values> =
        decided.into_iter().map(|row| ((row.kind, row.object.clone()), values(&row))).collect();
    let zones = zone::list(store, of).await?;
    let places = zones.iter().map(|zone| Place { id: zone.id, class: class_of_level(&zone.level) });
    let mut facts = Facts {
        day,
        date,
        method: own.unwrap_or_default(),
        machines: Vec::new(),
        assets: BTreeMap::new(),
        places: places.collect(),
        rulings: rulings(store, now_us).await?,
        seen: BTreeMap::new(),
    };
    let (registered, nothing) = (registered(store, of).await?, BTreeMap::new());
    let mut overruled = overruled(store).await?;
    for asset in every(store).await? {
        let says = registered.get(&asset.id).unwrap_or(&nothing);
        let (spoken, from_register) = spoken(&asset, says, modules.of.get(&asset.id));
        let zone = asset.zone.or_else(|| zone_of.get(asset.network.as_ref()?).copied());
        let is_active = asset.last_seen.0 >= now_us.saturating_sub(ACTIVE_US);
        facts.seen.insert(asset.id, (time(asset.first_seen), is_active));
        let mut about = about(&asset);
        (about.vendor, about.model) = (spoken.vendor.clone(), spoken.product.clone());
        (about.firmware, about.from_register) = (spoken.version.clone(), from_register);
        about.overruled = overruled.remove(&asset.id).unwrap_or_default();
        facts.assets.insert(asset.id, about);
        facts.machines.push(machine(&asset, spoken, (zone, of), &decided, now_us));
    }
    Ok(facts)
}

/// The fields of each asset that a person overruled.
async fn overruled(store: &Store) -> Result<HashMap<AssetUid, Vec<String>>, StoreError> {
    let mut all: HashMap<AssetUid, Vec<String>> = HashMap::new();
    for row in overrule::list_all(store).await? {
        all.entry(row.asset).or_default().push(row.field);
    }
    Ok(all)
}

fn values(row: &Consequence) -> Values {
    serde_json::from_str(&row.document.0).unwrap_or_default()
}

async fn every(store: &Store) -> Result<Vec<Asset>, StoreError> {
    let (filter, all) = (list::Filter::default(), ScopeFilter::default());
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = list::list(
            store,
            &filter,
            std::slice::from_ref(&all),
            list::Sort::default(),
            cursor.as_ref(),
            limit,
        )
        .await?;
        found.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

async fn rulings(store: &Store, now_us: i64) -> Result<BTreeMap<(AssetUid, String), Ruling>, StoreError> {
    let standing = decision::standing(store).await?;
    // In the order of time: the last one counts. One that has ended leaves no earlier one standing.
    let mut rulings: BTreeMap<(AssetUid, String), Ruling> = BTreeMap::new();
    for decision in standing {
        let key = (decision.asset, decision.weakness);
        if decision.until.is_some_and(|until| until.0 <= now_us) {
            rulings.remove(&key);
            continue;
        }
        let ruled = match decision.state {
            DecisionState::NotAffected => Ruled::NotAffected,
            DecisionState::Fixed => Ruled::Fixed,
            DecisionState::Accepted => Ruled::Accepted,
        };
        let until = decision.until.map(time);
        rulings.insert(key, Ruling { ruled, until, firmware: decision.firmware });
    }
    Ok(rulings)
}

fn machine(
    asset: &Asset,
    spoken: Spoken,
    (zone, site): (Option<ZoneId>, SiteId),
    decided: &HashMap<(ConsequenceKind, String), Values>,
    now_us: i64,
) -> Machine {
    let of = |kind, id: Option<String>| decided.get(&(kind, id?));
    let own = of(ConsequenceKind::Asset, Some(asset.id.to_string()));
    let letters = |found: Option<&Values>| found.map(|found| found.values).unwrap_or_default();
    let decided = Decided {
        asset: letters(own),
        zone: letters(of(ConsequenceKind::Zone, zone.map(|id| id.to_string()))),
        process: letters(of(ConsequenceKind::Line, asset.line.map(|id| id.to_string()))),
    };
    let tested = own.and_then(|own| own.standby_tested_us);
    Machine {
        id: asset.id,
        kind: asset.kind.clone(),
        spoken,
        os: asset.os.clone(),
        zone,
        line: asset.line,
        system: asset.system,
        site: Some(site),
        last_seen: time(asset.last_seen),
        is_heard_well: asset.hearing == "both-directions",
        decided,
        hot_standby: tested.is_some_and(|tested| tested >= now_us.saturating_sub(TESTED_US)),
    }
}

/// What a machine says of itself, and where it is silent what the register says of it; the names of those fields. The serial
/// number stands aside: with it no two machines would be of one type, and advisories that count by it are few.
fn spoken(
    asset: &Asset,
    says: &BTreeMap<String, String>,
    modules: Option<&Vec<Spoken>>,
) -> (Spoken, Vec<&'static str>) {
    let mut from_register = Vec::new();
    let mut or = |heard: &String, field: &'static str| {
        let said = says.get(field).filter(|said| heard.is_empty() && !said.trim().is_empty());
        if let Some(said) = said {
            from_register.push(field);
            return said.trim().to_owned();
        }
        heard.clone()
    };
    // A model of the register beside an order number of the wire would be one machine told twice.
    let product = if asset.order_number.is_empty() { or(&asset.model, "model") } else { asset.model.clone() };
    let spoken = Spoken {
        vendor: or(&asset.vendor, "vendor"),
        product,
        version: or(&asset.firmware, "firmware"),
        hardware: asset.hardware.clone(),
        order_number: asset.order_number.clone(),
        cpes: system_cpes(&asset.os),
        modules: modules.cloned().unwrap_or_default(),
        ..Spoken::default()
    };
    (spoken, from_register)
}

fn about(asset: &Asset) -> Judge {
    let names = [&asset.floor_name, &asset.name, &asset.address];
    let name = names.into_iter().find(|name| !name.is_empty()).cloned();
    Judge {
        name: name.unwrap_or_else(|| asset.id.to_string()),
        kind: asset.kind.clone(),
        order_number: asset.order_number.clone(),
        os: asset.os.clone(),
        line: asset.line,
        zone: asset.zone,
        system: asset.system,
        ..Judge::default()
    }
}

impl Facts {
    /// Who talks to whom, innermost protocols included.
    pub(super) fn talks(&self, view: &View) -> Vec<Talk> {
        let mut talks: Vec<Talk> = Vec::new();
        for link in &view.links {
            let Some(to) = link.server.asset.filter(|to| self.assets.contains_key(to)) else { continue };
            let from = match link.client.asset {
                Some(asset) => Caller::Asset(asset),
                None if is_public(&link.client.address) => Caller::Internet,
                None => Caller::Stranger,
            };
            let transport = match link.transport {
                "tcp" => Transport::Tcp,
                "udp" => Transport::Udp,
                "ip" => Transport::Ip,
                _ => Transport::Link,
            };
            let [_, is_answered] = link.ways;
            talks.push(Talk {
                from,
                to,
                protocol: link.protocol,
                shows: Protocol::named(link.protocol).and_then(|protocol| protocol.info().shows),
                service: Service { transport, port: link.port },
                is_answered: is_answered || link.established,
                last: Time(link.last_us.saturating_mul(1_000)),
            });
        }
        talks
    }
}

fn is_public(address: &str) -> bool {
    match address.parse() {
        Ok(IpAddr::V4(address)) => {
            let [first, second, ..] = address.octets();
            // 100.64.0.0/10 is shared by providers and their customers.
            let is_shared = first == 100 && (64..128).contains(&second);
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_broadcast()
                || address.is_documentation()
                || address.is_unspecified()
                || is_shared)
        }
        Ok(IpAddr::V6(address)) => address.segments().first().is_some_and(|first| first & 0xe000 == 0x2000),
        Err(_) => false,
    }
}

fn time(moment: Moment) -> Time {
    Time(moment.0.saturating_mul(1_000))
}

/// The day in the plant's time: in days since 1970, and as it is written.
fn day_of(now_us: i64, time_zone: &str) -> (i64, String) {
    let zone = jiff::tz::TimeZone::get(time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let date = jiff::Timestamp::from_microsecond(now_us).unwrap_or_default().to_zoned(zone).date();
    let first = jiff::civil::date(1970, 1, 1);
    let days = date.since(first).map(|span| i64::from(span.get_days())).unwrap_or_default();
    (days, date.to_string())
}
