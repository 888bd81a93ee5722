//! What can be done about a risk, and what it would change in the facts (section 6).

use super::evidence::{Control, ControlKind, FindingKind, Weakness, WeaknessState};
use super::inputs::{Asset, Reference, Role, Service};
use super::method::{Class, Method};
use super::network::{Boundary, Broker, Passage, Verdict};
use super::passage::PassageState;
use super::plant::{Plant, covers};
use super::tables::EVIDENCE_DAYS;
use super::term::{Assessment, Term, TermKind};
use crate::{DAY, days_between};
use facts::id::{AssetUid, ZoneId};
use serde::Serialize;
use std::sync::Arc;
use wire::Time;

/// Something to do. Without an asset it means all assets that it applies to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// A rule between two zones. With a service it is denied; without, all is denied that was not seen in 30 days.
    ApplyRule {
        /// From here.
        from: ZoneId,
        /// To there.
        to: ZoneId,
        /// Which service.
        service: Option<Service>,
    },
    /// The update that removes all weaknesses with this label.
    Patch(Reference, Option<AssetUid>),
    /// The mitigation that the weakness's advisory names; counts like a virtual patch.
    Mitigate(Reference, Option<AssetUid>),
    /// Switch a service off.
    DisableService(Service, AssetUid),
    /// Change default credentials.
    ChangeCredential(Option<AssetUid>),
    /// Remote access of third parties only by a broker with a second factor, approval and recording.
    BrokerRemoteAccess,
    /// Install endpoint protection where it is missing.
    InstallEndpointProtection(Option<AssetUid>),
    /// Key switch to RUN, write protection on.
    WriteProtect(Option<AssetUid>),
    /// Replace the device by one without its weaknesses.
    Replace(AssetUid),
    /// Live with it: needs approver, reason and end date. Changes no number; the asset is drawn hatched.
    AcceptRisk(AssetUid),
}

/// What an action costs, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CostClass {
    /// A setting: rule, key switch, password, service off.
    Setting,
    /// Something is installed: update, endpoint protection, broker.
    Installation,
    /// A device is bought.
    Replacement,
    /// Nothing is done.
    Decision,
}

impl Action {
    /// What it costs.
    #[must_use]
    pub const fn cost(&self) -> CostClass {
        match self {
            Self::ApplyRule { .. }
            | Self::Mitigate(..)
            | Self::DisableService(..)
            | Self::ChangeCredential(_)
            | Self::WriteProtect(_) => CostClass::Setting,
            Self::Patch(..) | Self::BrokerRemoteAccess | Self::InstallEndpointProtection(_) => {
                CostClass::Installation
            }
            Self::Replace(_) => CostClass::Replacement,
            Self::AcceptRisk(_) => CostClass::Decision,
        }
    }

    /// Whether it needs a stop of what an asset of this role runs: updates, replacements and changed services of devices that
    /// control or operate. What an advisory says of a restart goes before this.
    #[must_use]
    pub const fn needs_stop(&self, role: Role) -> bool {
        let runs =
            matches!(role, Role::Safety | Role::Controller | Role::Operator | Role::Field | Role::Gateway);
        runs && matches!(self, Self::Patch(..) | Self::Replace(_) | Self::DisableService(..))
    }

    /// The same for all assets.
    pub(super) fn for_all(self) -> Self {
        match self {
            Self::Patch(fix, _) => Self::Patch(fix, None),
            Self::Mitigate(weakness, _) => Self::Mitigate(weakness, None),
            Self::ChangeCredential(_) => Self::ChangeCredential(None),
            Self::InstallEndpointProtection(_) => Self::InstallEndpointProtection(None),
            Self::WriteProtect(_) => Self::WriteProtect(None),
            other => other,
        }
    }

    fn is_for(&self, asset: AssetUid) -> bool {
        match self {
            Self::Patch(_, only)
            | Self::Mitigate(_, only)
            | Self::ChangeCredential(only)
            | Self::InstallEndpointProtection(only)
            | Self::WriteProtect(only) => only.is_none_or(|only| only == asset),
            Self::DisableService(_, only) | Self::Replace(only) | Self::AcceptRisk(only) => *only == asset,
            Self::ApplyRule { .. } | Self::BrokerRemoteAccess => true,
        }
    }
}

/// What could be done about one asset, from its terms; sorted.
#[must_use]
pub fn candidates(plant: &Plant, assessment: &Assessment, method: &Method) -> Vec<Action> {
    let Some(asset) = plant.asset(assessment.asset) else { return Vec::new() };
    let mut actions: Vec<Action> =
        assessment.terms.iter().flat_map(|term| remedies(plant, asset, term)).collect();
    let lasting = asset.weaknesses.iter().any(|weakness| is_open(weakness) && weakness.fix.is_none())
        || asset.findings.iter().any(|finding| finding.kind == FindingKind::EndOfSupport);
    if lasting {
        actions.push(Action::Replace(asset.id));
    }
    if assessment.band > method.tolerable {
        actions.push(Action::AcceptRisk(asset.id));
    }
    actions.sort_unstable();
    actions.dedup();
    actions
}

/// What takes one term down.
pub(super) fn remedies(plant: &Plant, asset: &Asset, term: &Term) -> Vec<Action> {
    let mut actions = rules(plant, term);
    let only = Some(asset.id);
    let of = |weakness: &&Weakness| weakness.id == term.reference && is_open(weakness);
    match term.kind {
        TermKind::Weakness(_) => {
            for weakness in asset.weaknesses.iter().filter(of) {
                actions.extend(weakness.fix.iter().map(|fix| Action::Patch(Arc::clone(fix), only)));
                actions.extend(weakness.mitigable.then(|| Action::Mitigate(Arc::clone(&weakness.id), only)));
                actions.extend(weakness.changes_program.then_some(Action::WriteProtect(only)));
                actions.extend(
                    weakness.services.iter().map(|service| Action::DisableService(*service, asset.id)),
                );
            }
        }
        TermKind::Finding(kind) => actions.extend(match kind {
            FindingKind::DefaultCredential => Some(Action::ChangeCredential(only)),
            FindingKind::UnauthenticatedWrites | FindingKind::ProgramChanged => {
                Some(Action::WriteProtect(only))
            }
            FindingKind::UnbrokeredRemoteTool => Some(Action::BrokerRemoteAccess),
            FindingKind::NoEndpointProtection => Some(Action::InstallEndpointProtection(only)),
            FindingKind::ClearTextAdministration | FindingKind::OpenShare => {
                let services = asset.findings.iter().filter(|found| found.kind == kind);
                let service = services.flat_map(|found| &found.services).min();
                service.map(|service| Action::DisableService(*service, asset.id))
            }
            FindingKind::EndOfSupport | FindingKind::InternetReachable | FindingKind::DualHomed => None,
        }),
        _ => {}
    }
    actions
}

/// Rules on the way of a term: at each boundary that does not deny it already.
fn rules(plant: &Plant, term: &Term) -> Vec<Action> {
    let reach = term.reach.as_deref();
    let crossings = reach.map_or(&[][..], |reach| &reach.path);
    let open = crossings
        .iter()
        .filter(|crossing| !matches!(crossing.state, PassageState::Denied | PassageState::Separated));
    let service = reach.and_then(|reach| reach.service);
    let mut actions: Vec<Action> = open
        .filter_map(|crossing| Some(Action::ApplyRule { from: crossing.from?, to: crossing.to?, service }))
        .collect();
    let class_of = |zone: ZoneId| {
        let place = plant.zone_place(zone)?;
        plant.zones.get(place as usize).map(|zone| zone.class)
    };
    if reach.and_then(|reach| class_of(reach.from?)) == Some(Class::ThirdParty) {
        actions.push(Action::BrokerRemoteAccess);
    }
    actions
}

fn is_open(weakness: &Weakness) -> bool {
    matches!(weakness.state, WeaknessState::Open | WeaknessState::Accepted(_))
}

/// The asset after the action; `None` when it changes nothing of it.
pub(super) fn applied(action: &Action, asset: &Asset, now: Time) -> Option<Asset> {
    if !action.is_for(asset.id) {
        return None;
    }
    let has = |kind| asset.findings.iter().any(|finding| finding.kind == kind);
    let without = |kind| {
        let mut changed = asset.clone();
        changed.findings.retain(|finding| finding.kind != kind);
        changed
    };
    let fixed = |fixes: &dyn Fn(&Weakness) -> bool| {
        let mut changed = asset.clone();
        let weaknesses =
            changed.weaknesses.iter_mut().filter(|weakness| is_open(weakness) && fixes(weakness));
        weaknesses.for_each(|weakness| weakness.state = WeaknessState::Fixed);
        changed
    };
    let with = |mut changed: Asset, kind, weakness, services| {
        changed.controls.push(Control {
            kind,
            evidence: now,
            limit_days: None,
            coverage: 1.0,
            weakness,
            services,
        });
        changed
    };
    let open = |applies: &dyn Fn(&Weakness) -> bool| {
        asset.weaknesses.iter().any(|weakness| is_open(weakness) && applies(weakness))
    };
    match action {
        Action::Patch(fix, _) => {
            let mends = |weakness: &Weakness| weakness.fix.as_ref() == Some(fix);
            open(&mends).then(|| fixed(&mends))
        }
        Action::Mitigate(id, _) => open(&|weakness| weakness.id == *id && weakness.mitigable)
            .then(|| with(asset.clone(), ControlKind::VirtualPatch, Some(Arc::clone(id)), Vec::new())),
        Action::DisableService(service, _) => {
            Some(with(asset.clone(), ControlKind::ServiceDisabled, None, vec![*service]))
        }
        Action::ChangeCredential(_) => {
            has(FindingKind::DefaultCredential).then(|| without(FindingKind::DefaultCredential))
        }
        Action::BrokerRemoteAccess => {
            has(FindingKind::UnbrokeredRemoteTool).then(|| without(FindingKind::UnbrokeredRemoteTool))
        }
        Action::InstallEndpointProtection(_) => has(FindingKind::NoEndpointProtection).then(|| {
            let changed = without(FindingKind::NoEndpointProtection);
            with(changed, ControlKind::EndpointProtection, None, Vec::new())
        }),
        Action::WriteProtect(_) => (open(&|weakness| weakness.changes_program)
            || has(FindingKind::UnauthenticatedWrites)
            || has(FindingKind::ProgramChanged))
        .then(|| with(asset.clone(), ControlKind::WriteProtection, None, Vec::new())),
        Action::Replace(_) => {
            let mut changed = fixed(&|_| true);
            changed.findings.retain(|finding| finding.kind != FindingKind::EndOfSupport);
            Some(changed)
        }
        Action::AcceptRisk(_) => Some(accepted(asset, now)),
        Action::ApplyRule { .. } => None,
    }
}

/// The asset with everything that is open on it accepted, for as long as an acceptance of a trial runs.
fn accepted(asset: &Asset, now: Time) -> Asset {
    const ACCEPTED_DAYS: i64 = 365;
    let until = Time(now.0.saturating_add(ACCEPTED_DAYS * DAY));
    let mut changed = asset.clone();
    let open = changed.weaknesses.iter_mut().filter(|weakness| is_open(weakness));
    open.for_each(|weakness| weakness.state = WeaknessState::Accepted(until));
    changed.findings.iter_mut().for_each(|finding| finding.accepted_until = Some(until));
    changed
}

/// A boundary after the action; `None` when it changes nothing of it.
pub(super) fn ruled(action: &Action, plant: &Plant, boundary: &Boundary, now: Time) -> Option<Boundary> {
    let mut changed = boundary.clone();
    match action {
        Action::ApplyRule { from, to, service } if (*from, *to) == (boundary.from, boundary.to) => {
            let verdict = Verdict::Denied { since: now, evidence: now };
            let rule = Passage { asset: None, service: *service, verdict, seen: None, planned: false };
            let used =
                |passage: &Passage| passage.seen.is_some_and(|seen| days_between(seen, now) <= EVIDENCE_DAYS);
            changed.passages.retain(|passage| {
                passage.planned || !covers(&rule, passage) || (service.is_none() && used(passage))
            });
            let all = (None, None);
            if service.is_some() || !changed.passages.iter().any(|known| (known.asset, known.service) == all)
            {
                changed.passages.push(rule);
            }
        }
        Action::BrokerRemoteAccess => {
            let place = plant.zone_place(boundary.from)?;
            plant.zones.get(place as usize).filter(|zone| zone.class == Class::ThirdParty)?;
            changed.broker = Some(Broker { mfa: true, approval: true, recording: true });
        }
        _ => return None,
    }
    (changed != *boundary).then_some(changed)
}
