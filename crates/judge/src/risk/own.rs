//! An asset's own likelihood: weaknesses, findings, alerts, and the controls that lower them (sections 4.3 to 4.6).

use super::evidence::{Alert, Control, ControlKind, Finding, FindingKind, Weakness, WeaknessState};
use super::inputs::{Asset, Reference, Service};
use super::method::unit;
use super::plant::Plant;
use super::reach::{Need, Reach, Ways};
use super::sum::{keep, larger, plain, same, together};
use super::tables::{EVIDENCE_DAYS, alert_left, confidence, effect, finding, floor, severity, threat};
use super::term::{Applied, Spread, Term, TermKind, Unknown};
use crate::days_between;
use std::sync::Arc;
use wire::Time;

/// The most own terms of an asset that are kept one by one; the rest is one term.
pub const TERMS_MAX: usize = 100;
/// The most unknowns that are listed.
pub const UNKNOWNS_MAX: usize = 50;
/// What an asset has by itself.
pub(super) struct Own {
    pub(super) terms: Vec<Term>,
    pub(super) left_out: u32,
    pub(super) unknowns: Vec<Unknown>,
    pub(super) likelihood: Spread,
}

/// Terms of one asset, largest first.
pub(super) fn own(ways: &Ways<'_>, asset: &Asset) -> Own {
    let mut scene =
        Scene { ways, asset, proven: proven(&asset.controls, ways.now), any: None, unknowns: Vec::new() };
    let mut terms = Vec::with_capacity(asset.weaknesses.len() + asset.findings.len() + asset.alerts.len());
    for weakness in &asset.weaknesses {
        if matches!(weakness.state, WeaknessState::Open | WeaknessState::Accepted(_)) {
            terms.push(scene.weakness(weakness));
        }
    }
    terms.extend(asset.findings.iter().map(|finding| scene.finding(finding)));
    terms.extend(asset.alerts.iter().filter_map(|alert| alert_term(alert, ways.now)));
    // The same weakness by two advisories, the same finding told twice: the worst counts, once.
    terms.sort_by(|a, b| same(a).cmp(&same(b)).then_with(|| larger(a, b)));
    terms.dedup_by(|next, kept| {
        let one = same(next) == same(kept);
        if one {
            kept.value = kept.value.with(next.value, f64::max);
        }
        one
    });
    let left_out = keep(&mut terms, TERMS_MAX, TermKind::Rest);
    let mut likelihood = together(&terms);
    scene.unknowns.sort_unstable();
    if !asset.identified {
        scene.unknowns.push(Unknown::Identity);
        likelihood.high = scene.unidentified(likelihood.high);
    }
    Own { terms, left_out, unknowns: scene.unknowns, likelihood }
}

/// La: severity, confidence, decay with a half-life of 7 days, and what its closing left of it.
fn alert_term(alert: &Alert, now: Time) -> Option<Term> {
    let factor = alert_left(alert.state);
    let numbers = [
        severity(alert.severity),
        unit(alert.confidence),
        0.5_f64.powf(days_between(alert.at, now) / 7.0),
        factor,
    ];
    let value = Spread::known(numbers.iter().product());
    let term = plain(TermKind::Alert(alert.severity), Arc::clone(&alert.id), numbers, value);
    (factor > 0.0).then_some(Term { seen: Some(alert.at), ..term })
}

/// Controls whose evidence is within its limit.
fn proven(controls: &[Control], now: Time) -> Vec<&Control> {
    let limit = |control: &Control| control.limit_days.map_or(EVIDENCE_DAYS, f64::from);
    let mut proven: Vec<&Control> =
        controls.iter().filter(|control| days_between(control.evidence, now) <= limit(control)).collect();
    proven.sort_by(|a, b| {
        let key = |control: &Control| (control.kind, control.evidence, coverage(control).to_bits());
        key(a).cmp(&key(b)).then_with(|| (&a.weakness, &a.services).cmp(&(&b.weakness, &b.services)))
    });
    proven
}

/// Share that a control covers; what is not a number covers nothing.
fn coverage(control: &Control) -> f64 {
    if control.coverage.is_nan() { 0.0 } else { control.coverage.clamp(0.0, 1.0) }
}

/// One asset while its terms are made.
struct Scene<'a> {
    ways: &'a Ways<'a>,
    asset: &'a Asset,
    proven: Vec<&'a Control>,
    /// The reach of what names no service.
    any: Option<(Arc<Reach>, Spread)>,
    unknowns: Vec<Unknown>,
}

/// What a term of weakness asks of controls.
struct Asked<'a> {
    weakness: Option<&'a Reference>,
    services: &'a [Service],
    changes_program: bool,
}

impl Scene<'_> {
    fn weakness(&mut self, weakness: &Weakness) -> Term {
        let (threat, basis) = threat(weakness);
        let [low, sure, high] = confidence(weakness.grade);
        if low < sure {
            self.unknown(Unknown::Version(Arc::clone(&weakness.id)));
        }
        let asked = Asked {
            weakness: Some(&weakness.id),
            services: &weakness.services,
            changes_program: weakness.changes_program,
        };
        let accepted = matches!(weakness.state, WeaknessState::Accepted(until) if until >= self.ways.now);
        let confidence = Spread { low, value: sure, high };
        let kind = TermKind::Weakness(basis);
        Term { accepted, ..self.reached(kind, Arc::clone(&weakness.id), threat, confidence, &asked) }
    }

    fn finding(&mut self, found: &Finding) -> Term {
        use FindingKind::{ProgramChanged, UnauthenticatedWrites};
        // A key switch in RUN stops writes of programs: the findings that are about them.
        let changes_program = matches!(found.kind, UnauthenticatedWrites | ProgramChanged);
        let asked = Asked { weakness: None, services: &found.services, changes_program };
        let accepted = found.accepted_until.is_some_and(|until| until >= self.ways.now);
        let (kind, reference) = (TermKind::Finding(found.kind), Arc::clone(&found.reference));
        let term = self.reached(kind, reference, finding(found.kind), Spread::known(1.0), &asked);
        Term { accepted, ..term }
    }

    fn reached(
        &mut self,
        kind: TermKind,
        reference: Reference,
        threat: f64,
        confidence: Spread,
        asked: &Asked<'_>,
    ) -> Term {
        let (reach, x) = self.reach(asked.services);
        let controls = self.controls(asked);
        let factor: f64 = controls.iter().map(|applied| 1.0 - applied.effect).product();
        let value = x.with(confidence, |x, confidence| threat * confidence * x * factor);
        let term = plain(kind, reference, [threat, confidence.value, x.value, factor], value);
        Term { reach, controls, ..term }
    }

    /// X: the worst of the services named; else of all of the asset; else of any.
    fn reach(&mut self, services: &[Service]) -> (Option<Arc<Reach>>, Spread) {
        if !services.is_empty() {
            return self.worst(services).map_or((None, Spread::known(1.0)), |(reach, x)| (Some(reach), x));
        }
        if self.any.is_none() {
            if self.asset.services.is_empty() {
                self.unknown(Unknown::Services);
            }
            self.any = self.worst(&self.asset.services);
        }
        self.any.clone().map_or((None, Spread::known(1.0)), |(reach, x)| (Some(reach), x))
    }

    fn worst(&mut self, services: &[Service]) -> Option<(Arc<Reach>, Spread)> {
        let mut needs: Vec<Need> = services.iter().map(|service| self.ways.need(*service)).collect();
        if needs.is_empty() {
            needs.push(Need::Any);
        }
        needs.sort_unstable();
        needs.dedup();
        let mut worst: Option<(Arc<Reach>, Spread)> = None;
        for need in needs {
            let Some(reach) = self.ways.reach(self.asset, need) else { continue };
            let x = worst.as_ref().map_or(reach.x, |(_, x)| x.with(reach.x, f64::max));
            let better = worst.take().filter(|(known, _)| known.x.value >= reach.x.value);
            worst = Some((better.map_or(reach, |(known, _)| known), x));
        }
        if let Some((reach, _)) = &worst {
            for unknown in unknowns_of(reach, self.ways.plant, self.asset) {
                self.unknown(unknown);
            }
        }
        worst
    }

    /// What K consists of for one term. Of controls of one kind the strongest counts, and of the two kinds of attendance the
    /// stronger; a control of services helps only when it covers every service by which the term can be used.
    fn controls(&self, asked: &Asked<'_>) -> Arc<[Applied]> {
        let services = if asked.services.is_empty() { &self.asset.services } else { asked.services };
        let helps = |control: &Control| match control.kind {
            ControlKind::Monitored | ControlKind::MonitoredOfficeHours | ControlKind::EndpointProtection => {
                true
            }
            ControlKind::VirtualPatch => {
                control.weakness.is_some() && control.weakness.as_ref() == asked.weakness
            }
            ControlKind::WriteProtection => asked.changes_program,
            ControlKind::ServiceDisabled | ControlKind::MutualAuthentication => {
                !services.is_empty() && services.iter().all(|service| control.services.contains(service))
            }
        };
        let mut applied: Vec<Applied> = Vec::new();
        for control in self.proven.iter().filter(|control| helps(control)) {
            let next = Applied {
                kind: control.kind,
                effect: effect(control.kind) * coverage(control),
                evidence: control.evidence,
            };
            match applied.iter_mut().find(|known| group(known.kind) == group(next.kind)) {
                Some(known) if next.effect > known.effect => *known = next,
                Some(_) => {}
                None => applied.push(next),
            }
        }
        applied.into()
    }

    /// The likelihood with one more weakness: the floor of a base score of 9 on any service.
    fn unidentified(&mut self, high: f64) -> f64 {
        let (_, x) = self.reach(&[]);
        let asked = Asked { weakness: None, services: &[], changes_program: false };
        let factor: f64 = self.controls(&asked).iter().map(|applied| 1.0 - applied.effect).product();
        1.0 - (1.0 - high) * (1.0 - floor(9.0, true) * x.high * factor)
    }

    fn unknown(&mut self, unknown: Unknown) {
        if self.unknowns.len() < UNKNOWNS_MAX && !self.unknowns.contains(&unknown) {
            self.unknowns.push(unknown);
        }
    }
}

/// Kinds of which only one counts.
fn group(kind: ControlKind) -> ControlKind {
    if kind == ControlKind::MonitoredOfficeHours { ControlKind::Monitored } else { kind }
}

/// What is not known of a reach.
fn unknowns_of(reach: &Reach, plant: &Plant, asset: &Asset) -> Vec<Unknown> {
    if asset.zone.and_then(|zone| plant.zone_place(zone)).is_none() {
        return vec![Unknown::Zone];
    }
    let mut unknowns = Vec::new();
    if reach.path.is_empty() && reach.x.low < reach.x.value {
        unknowns.push(Unknown::Way(reach.class));
    }
    for crossing in reach.path.iter().filter(|crossing| crossing.state.is_unknown()) {
        if let (Some(from), Some(to)) = (crossing.from, crossing.to) {
            unknowns.push(Unknown::Boundary { from, to });
        }
    }
    unknowns
}
