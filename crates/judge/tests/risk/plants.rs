//! Plants to try things on.

use facts::id::{AssetUid, LineId, ZoneId};
use judge::risk::{
    Alert, AlertState, Assessment, Asset, Band, Boundary, Class, Control, ControlKind, Finding, FindingKind,
    Grade, Inputs, Link, Method, Passage, Plant, Role, Service, Verdict, Weakness, WeaknessState, Zone,
    assess,
};
use std::sync::Arc;
use uuid::Uuid;
use wire::Time;

pub(crate) const SMB: Service = Service::tcp(445);
pub(crate) const S7: Service = Service::tcp(102);

/// The moment of all tests.
pub(crate) const NOW: Time = Time(1_800_000_000_000_000_000);

pub(crate) fn days_ago(days: i64) -> Time {
    Time(NOW.0 - days * 86_400_000_000_000)
}

pub(crate) fn asset_id(number: u64) -> AssetUid {
    AssetUid(Uuid::from_u64_pair(1, number))
}

pub(crate) fn zone_id(number: u64) -> ZoneId {
    ZoneId(Uuid::from_u64_pair(2, number))
}

pub(crate) fn line_id(number: u64) -> LineId {
    LineId(Uuid::from_u64_pair(3, number))
}

pub(crate) fn weakness(id: &str, base: f64) -> Weakness {
    Weakness {
        id: Arc::from(id),
        base,
        remote: true,
        epss: None,
        exploited: false,
        public_exploit: false,
        services: Vec::new(),
        grade: Grade::Exact,
        changes_program: false,
        fix: None,
        mitigable: false,
        state: WeaknessState::Open,
    }
}

pub(crate) fn finding(kind: FindingKind) -> Finding {
    Finding { kind, reference: Arc::from(""), services: Vec::new(), accepted_until: None }
}

pub(crate) fn control(kind: ControlKind) -> Control {
    Control { kind, evidence: NOW, limit_days: None, coverage: 1.0, weakness: None, services: Vec::new() }
}

pub(crate) fn alert(id: &str, severity: Band, confidence: f64, at: Time, state: AlertState) -> Alert {
    Alert { id: Arc::from(id), severity, confidence, at, state }
}

pub(crate) fn passage(service: Option<Service>, verdict: Verdict, seen: Option<Time>) -> Passage {
    Passage { asset: None, service, verdict, seen, planned: false }
}

pub(crate) fn denied() -> Verdict {
    Verdict::Denied { since: days_ago(10), evidence: days_ago(1) }
}

pub(crate) fn boundary(from: u64, to: u64, passages: Vec<Passage>) -> Boundary {
    Boundary { from: zone_id(from), to: zone_id(to), device: None, broker: None, passages }
}

pub(crate) fn zone(number: u64, class: Class) -> Zone {
    Zone { id: zone_id(number), class }
}

pub(crate) fn run(inputs: &Inputs) -> Vec<Assessment> {
    assess(&Plant::new(inputs.clone()), NOW, &Method::default())
}

/// Zones of the worked example: 1 is the office network, 2 the cell, 3 another OT zone.
pub(crate) const EWS: u64 = 1;
pub(crate) const PLC: u64 = 2;

/// Section 5 of the model, state 0: a flat network.
pub(crate) fn flat() -> Inputs {
    let mut ews = Asset::new(asset_id(EWS), Role::Engineering);
    ews.zone = Some(zone_id(2));
    ews.decided.asset = [Some(0), Some(0), Some(4), Some(0), Some(0)];
    ews.services = vec![SMB];
    let smb = Weakness {
        exploited: true,
        services: vec![SMB],
        fix: Some(Arc::from("KB1")),
        ..weakness("CVE-A", 8.1)
    };
    ews.weaknesses = vec![smb];
    ews.findings = vec![finding(FindingKind::EndOfSupport)];
    ews.controls = vec![control(ControlKind::Monitored)];
    let mut plc = Asset::new(asset_id(PLC), Role::Controller);
    plc.zone = Some(zone_id(2));
    plc.decided.asset = [Some(3), Some(0), Some(5), Some(0), Some(0)];
    plc.services = vec![S7];
    plc.weaknesses = vec![Weakness { epss: Some(0.02), changes_program: true, ..weakness("CVE-B", 9.8) }];
    plc.findings = vec![Finding { services: vec![S7], ..finding(FindingKind::UnauthenticatedWrites) }];
    plc.controls = vec![control(ControlKind::Monitored)];
    let office = vec![
        passage(Some(SMB), Verdict::NoFilter, Some(days_ago(2))),
        passage(None, Verdict::NoFilter, None),
    ];
    let other =
        vec![passage(Some(S7), Verdict::NoFilter, Some(days_ago(3))), passage(None, Verdict::NoFilter, None)];
    Inputs {
        assets: vec![ews, plc],
        zones: vec![zone(1, Class::Enterprise), zone(2, Class::Ot), zone(3, Class::Ot)],
        boundaries: vec![boundary(1, 2, office), boundary(3, 2, other)],
        links: vec![Link { from: asset_id(EWS), to: asset_id(PLC), service: S7, seen: days_ago(1) }],
    }
}

/// State 1: rules between office and plant are applied and imported.
pub(crate) fn rules_applied() -> Inputs {
    let mut inputs = flat();
    inputs.boundaries[0] = boundary(1, 2, vec![passage(None, denied(), None)]);
    inputs
}

/// State 2: rules of the cell's boundary too.
pub(crate) fn cell_closed() -> Inputs {
    let mut inputs = rules_applied();
    inputs.boundaries[1] = boundary(3, 2, vec![passage(None, denied(), None)]);
    inputs
}

/// State 3: the workstation is patched, the controller's key is in RUN.
pub(crate) fn patched() -> Inputs {
    let mut inputs = cell_closed();
    inputs.assets[0].weaknesses[0].state = WeaknessState::Fixed;
    inputs.assets[0].weaknesses.push(weakness("CVE-C", 5.5));
    inputs.assets[1].controls.push(control(ControlKind::WriteProtection));
    inputs
}
