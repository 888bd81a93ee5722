//! Where to listen next: which switch a mirror should take in, and which assets that adds.

use super::caller::Caller;
use super::guard::guarded;
use super::place::place_of;
use super::problem::{Answer, internal};
use super::register::{every_asset, never_heard};
use super::state::Api;
use authz::Permission;
use axum::Json;
use axum::extract::{Extension, State};
use facts::id::AssetUid;
use plant::mirror::{self, Advice, Basis, Gain, Machine, Proposal};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use store::assets::Asset;
use store::register::row::RegisterRow;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Switches of one answer at most.
const PROPOSALS_MAX: usize = 50;
/// Assets below one number at most; the number itself is whole.
const ASSETS_MAX: usize = 500;
/// The hearing that leaves nothing to be wished.
const HEARD_WELL: &str = "both-directions";

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(guarded(Permission::ViewAssets, routes!(show_mirror_advice)))
}

/// Where to listen next.
#[derive(Debug, Default, Serialize, ToSchema)]
struct MirrorAdvice {
    /// Assets that are not heard in both directions: those below the proposals and those of which nothing can be told.
    half_heard: u64,
    /// Machines of the register with a switch port written down that were never heard at all: they are among those below
    /// the proposals. Rows without one are left out.
    never_heard: u64,
    /// How many of both lie outside the asker's lines and zones.
    hidden: u64,
    /// Assets that were heard announcing themselves to their neighbours (LLDP, CDP).
    announcing: u64,
    /// Assets of which people wrote down switch and port.
    written: u64,
    /// Switches that a mirror should take in, the one that adds most first; 50 at most.
    proposals: Vec<MirrorProposal>,
    /// How many switches more there are.
    proposals_more: u64,
    /// How many assets there are of which it cannot be told where they stand.
    untold: u64,
    /// The first 500 of them.
    untold_assets: Vec<UntoldAsset>,
}

/// A switch that a mirror should take in.
#[derive(Debug, Serialize, ToSchema)]
struct MirrorProposal {
    /// Id of the switch; null for one that is only written down and never was heard.
    switch: Option<String>,
    /// Its name.
    name: String,
    /// How it names its chassis to its neighbours.
    chassis: Vec<String>,
    /// Its ports whose announcements were heard: a mirror takes them in already.
    heard_ports: Vec<String>,
    /// How many assets would be heard that are not heard now, or only half.
    adds: u64,
    /// How many of them only supposedly stand there: nobody wrote it down.
    supposed: u64,
    /// The same by port.
    ports: Vec<MirrorPort>,
    /// Those assets, the first 500.
    assets: Vec<GainedAsset>,
    /// How many assets written down at this switch are heard in both directions already.
    heard_well: u64,
    /// Those, the first 500.
    heard_well_assets: Vec<NamedAsset>,
}

/// A port of a switch.
#[derive(Debug, Serialize, ToSchema)]
struct MirrorPort {
    /// The port as people wrote it; null where they did not.
    port: Option<String>,
    /// How many assets it adds.
    adds: u64,
}

/// An asset that would be heard.
#[derive(Debug, Serialize, ToSchema)]
struct GainedAsset {
    /// Id of the asset; null for a machine of the register that was never heard.
    asset: Option<String>,
    /// Its name, or its address.
    name: String,
    /// Its first address.
    address: String,
    /// How it is heard now; empty for one that was never heard.
    hearing: String,
    /// The port at which it stands; null where nobody wrote it down.
    port: Option<String>,
    /// Whether the announcement of that port was heard: a mirror takes it in already, but not what comes from the asset.
    is_port_heard: bool,
    /// From what it is known that it stands there: `written` by people, or `subnet`, in which this is the only switch.
    basis: &'static str,
    /// The words that people wrote, or the subnet.
    evidence: String,
}

/// An asset with its name.
#[derive(Debug, Serialize, ToSchema)]
struct NamedAsset {
    /// Id of the asset.
    asset: String,
    /// Its name, or its address.
    name: String,
}

/// An asset of which it cannot be told where it stands.
#[derive(Debug, Serialize, ToSchema)]
struct UntoldAsset {
    /// Id of the asset; null for a machine of the register that was never heard.
    asset: Option<String>,
    /// Its name, or its address.
    name: String,
    /// Its first address.
    address: String,
    /// How it is heard now; empty for one that was never heard.
    hearing: String,
    /// Why: `no-data`, `several-switches` in its subnet, `ambiguous` words, `only-port` without a switch, or
    /// `switch-hidden` from the asker.
    why: &'static str,
    /// The words that people wrote; empty where they did not.
    written: String,
}

/// Which switch or port to mirror next, and which assets that adds, as far as neighbour data tells. Nothing is
/// guessed: assets without neighbour data are listed as such.
#[utoipa::path(get, path = "/mirrors/advice", tag = "health",
    responses((status = 200, description = "Where to listen next", body = MirrorAdvice)))]
async fn show_mirror_advice(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
) -> Answer<Json<MirrorAdvice>> {
    let (assets, mut rows) = (every_asset(&api).await?, never_heard(&api).await?);
    let (view, visible) = (api.view(), caller.visible(Permission::ViewAssets));
    // A row without an asset stands nowhere: who is limited to lines or zones does not see it.
    let hidden_rows = if caller.visible(Permission::ViewRegister).is_everything() {
        0
    } else {
        core::mem::take(&mut rows).len()
    };
    let work = move || {
        let machines: Vec<Machine> = assets.iter().map(machine).chain(rows.iter().map(expected)).collect();
        let advice = mirror::advise(&machines, &view.announcements, &view.segments);
        let of = assets.iter().filter(|asset| visible.shows(place_of(asset)));
        let mut seen: HashMap<AssetUid, Seen<'_>> = of.map(|asset| (asset.id, Seen::Asset(asset))).collect();
        seen.extend(rows.iter().map(|(row, words)| (AssetUid(row.id.0), Seen::Row(row, words))));
        let announcing: HashSet<AssetUid> = view.announcements.iter().map(|told| told.asset).collect();
        let half_heard = seen.values().filter(|one| one.is_half_heard()).count();
        let all = assets.iter().filter(|asset| asset.hearing != HEARD_WELL).count();
        let written = seen.values().filter(|one| one.is_written()).count();
        MirrorAdvice {
            half_heard: whole(half_heard),
            never_heard: whole(rows.len()),
            hidden: whole(all.saturating_sub(half_heard) + hidden_rows),
            announcing: whole(announcing.iter().filter(|asset| seen.contains_key(asset)).count()),
            written: whole(written),
            ..told(advice, &seen)
        }
    };
    let advice = tokio::task::spawn_blocking(work).await;
    Ok(Json(advice.map_err(|error| internal("work out where to listen next", error))?))
}

/// What the asker may see of a machine.
#[derive(Clone, Copy)]
enum Seen<'a> {
    Asset(&'a Asset),
    /// A row of the register that was never heard.
    Row(&'a RegisterRow, &'a str),
}

impl Seen<'_> {
    fn is_half_heard(&self) -> bool {
        matches!(self, Self::Asset(asset) if asset.hearing != HEARD_WELL)
    }

    fn is_written(&self) -> bool {
        match self {
            Self::Asset(asset) => !asset.switch_port.is_empty(),
            Self::Row(..) => true,
        }
    }

    fn id(&self) -> Option<String> {
        match self {
            Self::Asset(asset) => Some(asset.id.to_string()),
            Self::Row(..) => None,
        }
    }

    fn name(&self) -> String {
        let names = match self {
            Self::Asset(asset) => [&asset.floor_name, &asset.name, &asset.address],
            Self::Row(row, _) => [&row.name, &row.ip, &row.mac],
        };
        names.into_iter().find(|name| !name.is_empty()).cloned().unwrap_or_default()
    }

    fn address(&self) -> String {
        match self {
            Self::Asset(asset) => asset.address.clone(),
            Self::Row(row, _) => if row.ip.is_empty() { &row.mac } else { &row.ip }.clone(),
        }
    }

    fn hearing(&self) -> String {
        match self {
            Self::Asset(asset) => asset.hearing.clone(),
            Self::Row(..) => String::new(),
        }
    }
}

/// A machine that people expect, with what they wrote of its switch.
fn expected((row, switch_port): &(RegisterRow, String)) -> Machine {
    Machine {
        asset: AssetUid(row.id.0),
        names: vec![row.name.clone(), row.ip.clone()],
        is_switch: false,
        is_half_heard: true,
        switch_port: switch_port.clone(),
    }
}

fn machine(asset: &Asset) -> Machine {
    Machine {
        asset: asset.id,
        names: [&asset.floor_name, &asset.name, &asset.equipment_number, &asset.address]
            .map(Clone::clone)
            .into(),
        is_switch: asset.kind == "switch",
        is_half_heard: asset.hearing != HEARD_WELL,
        switch_port: asset.switch_port.clone(),
    }
}

/// What of the advice the asker may see. A switch that is hidden takes its assets' proposal with it.
fn told(advice: Advice, seen: &HashMap<AssetUid, Seen<'_>>) -> MirrorAdvice {
    let mut untold: Vec<(AssetUid, &'static str)> =
        advice.untold.iter().map(|(asset, why)| (*asset, why.name())).collect();
    let mut proposals = Vec::new();
    for mut proposal in advice.proposals {
        proposal.gains.retain(|gain| seen.contains_key(&gain.asset));
        proposal.heard_well.retain(|asset| seen.contains_key(asset));
        if proposal.switch.is_some_and(|switch| !seen.contains_key(&switch)) {
            untold.extend(proposal.gains.iter().map(|gain| (gain.asset, "switch-hidden")));
        } else if !proposal.gains.is_empty() {
            proposals.push(proposal);
        }
    }
    mirror::rank(&mut proposals);
    let untold = untold.iter().filter_map(|(id, why)| Some(untold_row(seen.get(id)?, why)));
    let mut untold: Vec<UntoldAsset> = untold.collect();
    untold
        .sort_by(|one, other| (one.why, &one.name, &one.asset).cmp(&(other.why, &other.name, &other.asset)));
    let untold_count = whole(untold.len());
    untold.truncate(ASSETS_MAX);
    MirrorAdvice {
        proposals_more: whole(proposals.len().saturating_sub(PROPOSALS_MAX)),
        proposals: proposals
            .iter()
            .take(PROPOSALS_MAX)
            .map(|proposal| proposal_row(proposal, seen))
            .collect(),
        untold: untold_count,
        untold_assets: untold,
        ..MirrorAdvice::default()
    }
}

fn proposal_row(proposal: &Proposal, of: &HashMap<AssetUid, Seen<'_>>) -> MirrorProposal {
    let mut ports: BTreeMap<Option<&str>, u64> = BTreeMap::new();
    for gain in &proposal.gains {
        *ports.entry(gain.port.as_deref()).or_default() += 1;
    }
    let mut ports: Vec<MirrorPort> =
        ports.into_iter().map(|(port, adds)| MirrorPort { port: port.map(str::to_owned), adds }).collect();
    ports.sort_by_key(|row| (core::cmp::Reverse(row.adds), row.port.is_none()));
    ports.truncate(ASSETS_MAX);
    let supposed = proposal.gains.iter().filter(|gain| matches!(gain.basis, Basis::OnlySwitch(_))).count();
    let gained = proposal.gains.iter().filter_map(|gain| Some(gained(gain, of.get(&gain.asset)?)));
    let well = proposal.heard_well.iter().filter_map(|id| of.get(id));
    MirrorProposal {
        switch: proposal.switch.map(|switch| switch.to_string()),
        name: proposal.name.clone(),
        chassis: proposal.chassis.clone(),
        heard_ports: proposal.heard_ports.clone(),
        adds: whole(proposal.gains.len()),
        supposed: whole(supposed),
        ports,
        assets: gained.take(ASSETS_MAX).collect(),
        heard_well: whole(proposal.heard_well.len()),
        heard_well_assets: well
            .take(ASSETS_MAX)
            .filter_map(|one| Some(NamedAsset { asset: one.id()?, name: one.name() }))
            .collect(),
    }
}

fn gained(gain: &Gain, machine: &Seen<'_>) -> GainedAsset {
    let (basis, evidence) = match &gain.basis {
        Basis::Said(words) => ("written", words),
        Basis::OnlySwitch(subnet) => ("subnet", subnet),
    };
    GainedAsset {
        asset: machine.id(),
        name: machine.name(),
        address: machine.address(),
        hearing: machine.hearing(),
        port: gain.port.clone(),
        is_port_heard: gain.is_port_heard,
        basis,
        evidence: evidence.clone(),
    }
}

fn untold_row(machine: &Seen<'_>, why: &'static str) -> UntoldAsset {
    let written = match machine {
        Seen::Asset(asset) => asset.switch_port.clone(),
        Seen::Row(_, words) => (*words).to_owned(),
    };
    UntoldAsset {
        asset: machine.id(),
        name: machine.name(),
        address: machine.address(),
        hearing: machine.hearing(),
        why,
        written,
    }
}

fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
