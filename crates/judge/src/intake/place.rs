//! Zones, what lies between them, and who talks to whom.

use super::{Caller, Known, Talk};
use crate::risk::{Boundary, Class, Link, Passage, Verdict, Zone};
use facts::id::{AssetUid, ZoneId};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The zone of all public addresses; it is there when one was heard.
pub const INTERNET: ZoneId = ZoneId(Uuid::from_u128(0x1971_0000_0000_8000_8000_0000_0000_0001));

/// A zone of the plant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub id: ZoneId,
    /// What an attacker who stands there is counted as.
    pub class: Class,
}

/// What a zone of a Purdue level is: from 4 on the office, between 3 and 4 the DMZ, below it OT. One without a level is taken
/// for OT, since it is the plant that is divided into zones.
#[must_use]
pub fn class_of_level(level: &str) -> Class {
    let number: Option<f32> = level.trim_start_matches(['L', 'l']).trim().parse().ok();
    match number {
        None if level.eq_ignore_ascii_case("dmz") => Class::Dmz,
        Some(level) if level >= 4.0 => Class::Enterprise,
        Some(level) if level > 3.0 => Class::Dmz,
        _ => Class::Ot,
    }
}

pub(super) fn zones(known: &Known<'_>) -> Vec<Zone> {
    let is_public = known.talks.iter().any(|talk| talk.from == Caller::Internet && talk.is_answered);
    let internet = is_public.then_some(Zone { id: INTERNET, class: Class::Internet });
    let zone = |place: &Place| Zone { id: place.id, class: place.class };
    known.places.iter().map(zone).chain(internet).collect()
}

/// Boundaries where traffic was seen. No rules are known, so what was not seen is unknown.
pub(super) fn boundaries(known: &Known<'_>) -> Vec<Boundary> {
    let zone_of: BTreeMap<AssetUid, ZoneId> =
        known.machines.iter().filter_map(|machine| Some((machine.id, machine.zone?))).collect();
    let mut all: BTreeMap<(ZoneId, ZoneId), BTreeSet<Passage>> = BTreeMap::new();
    for talk in known.talks.iter().filter(|talk| talk.is_answered) {
        let from = match talk.from {
            Caller::Asset(asset) => zone_of.get(&asset).copied(),
            Caller::Internet => Some(INTERNET),
            Caller::Stranger => None,
        };
        let (Some(from), Some(to)) = (from, zone_of.get(&talk.to).copied()) else { continue };
        if from != to {
            all.entry((from, to)).or_default().insert(Passage {
                asset: Some(talk.to),
                service: Some(talk.service),
                verdict: Verdict::Unknown,
                seen: Some(talk.last),
                planned: false,
            });
        }
    }
    let boundary = |((from, to), passages): ((ZoneId, ZoneId), BTreeSet<Passage>)| Boundary {
        from,
        to,
        device: None,
        broker: None,
        passages: passages.into_iter().collect(),
    };
    all.into_iter().map(boundary).collect()
}

pub(super) fn links(known: &Known<'_>) -> Vec<Link> {
    let link = |talk: &Talk| match talk.from {
        Caller::Asset(from) if from != talk.to => {
            Some(Link { from, to: talk.to, service: talk.service, seen: talk.last })
        }
        _ => None,
    };
    known.talks.iter().filter(|talk| talk.is_answered).filter_map(link).collect()
}
