//! What happened to patches, as it is kept.

use crate::api::judged::{Judge, Judged};
use crate::api::problem::{Answer, internal};
use core::cmp::Ordering;
use facts::id::AssetUid;
use judge::advice::{PatchMove, PatchState, PatchTrack};
use judge::intake::{first_state, newest_fix};
use knowledge::advisory::Version;
use std::collections::BTreeMap;
use store::risk::patch::{PatchEvent, PatchEventKind};
use wire::Time;

/// Tracks by asset and version.
pub(super) type Tracks = BTreeMap<(AssetUid, String), PatchTrack>;

/// The tracks that these events, oldest first, make up. They were checked when they were written down.
pub(super) fn tracks(events: &[PatchEvent]) -> Answer<Tracks> {
    let mut tracks = Tracks::new();
    for event in events {
        let track = tracks.entry((event.asset, event.version.clone())).or_default();
        let text = &event.document.0;
        let unread = |error| internal("read what happened to a patch", error);
        match event.kind {
            PatchEventKind::Move => track.moves.push(serde_json::from_str(text).map_err(unread)?),
            PatchEventKind::Deferral => track.deferrals.push(serde_json::from_str(text).map_err(unread)?),
        }
    }
    Ok(tracks)
}

/// Whether the network shows this version on an asset, or a newer one. What only the register says shows nothing.
pub(super) fn is_shown(about: &Judge, version: &str) -> bool {
    if about.from_register.contains(&"firmware") || about.overruled.iter().any(|field| field == "firmware") {
        return false;
    }
    let runs = Version::new(&about.firmware).compare(&Version::new(version));
    matches!(runs, Some(Ordering::Equal | Ordering::Greater))
}

/// The track as it stands now: a patch that was allowed and that the network shows is installed, whether or not somebody wrote
/// that down.
pub(super) fn standing(mut track: PatchTrack, about: &Judge, version: &str, now: Time) -> PatchTrack {
    let is_allowed = track.state().is_some_and(PatchState::is_authorized);
    if is_allowed && !track.is_verified() && is_shown(about, version) {
        track.moves.push(PatchMove {
            to: PatchState::Installed,
            at: now,
            actor: "network".into(),
            note: String::new(),
            approver: String::new(),
            verified: true,
        });
    }
    track
}

/// The version that the advisories of an asset would have it run; `None` where nothing mends.
pub(super) fn offered(judged: &Judged, asset: AssetUid) -> Option<String> {
    newest_fix(judged.found(asset))
}

/// The step by which an offered patch came to the owner, written down with the first thing that people do about it.
pub(super) fn first_move(judged: &Judged, asset: AssetUid, version: &str, now: Time) -> PatchMove {
    let found = judged.found(asset);
    let vendor = judged.assets.get(&asset).map_or("", |about| about.vendor.as_str());
    let names = |found: &judge::intake::Found| {
        let advisory = found.advisory(&judged.library)?;
        found.fixed_in.iter().any(|fixed| fixed == version).then_some((&advisory.publisher, &advisory.id))
    };
    let told = found.iter().find_map(names);
    PatchMove {
        to: first_state(&judged.library, found, vendor),
        at: now,
        actor: told.map_or_else(|| "supplier".to_owned(), |(publisher, _)| publisher.clone()),
        note: told.map(|(_, advisory)| advisory.clone()).unwrap_or_default(),
        approver: String::new(),
        verified: false,
    }
}
