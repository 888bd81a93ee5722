use super::*;
use crate::risk::{Class, FindingKind, Method, Plant, Verdict, WeaknessState, assess};
use knowledge::advisory::{
    About, Advisory, Affected, Beside, Constraint, Cvss, CvssVersion, EndOfLife, Exploited, Fixed,
    Remediation, RemediationKind, Score, State, Status, Vulnerability,
};
use uuid::Uuid;

const NOW: Time = Time(1_795_000_000_000_000_000);

fn id(number: u128) -> AssetUid {
    AssetUid(Uuid::from_u128(number))
}

fn zone(number: u128) -> ZoneId {
    ZoneId(Uuid::from_u128(number))
}

/// An advisory about `Example PLC-9` before version 2.0.
fn advisory() -> Advisory {
    let cvss = Cvss {
        version: CvssVersion::V31,
        vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".into(),
        base: 9.8,
    };
    Advisory {
        id: "EX-1".into(),
        publisher: "Example".into(),
        products: vec![Affected {
            product_id: "1".into(),
            vendor: "Siemens".into(),
            path: vec!["PLC-9".into()],
            name: "Siemens PLC-9 < 2.0".into(),
            models: vec!["PLC-9".into()],
            versions: Constraint::read("< 2.0"),
            fixed: vec![Fixed { version: "2.0".into(), remediation: Some(0) }],
            ..Affected::default()
        }],
        vulnerabilities: vec![Vulnerability {
            cve: "CVE-2021-0001".into(),
            cwes: vec!["CWE-494".into()],
            scores: vec![Score { cvss: vec![cvss], products: vec![0] }],
            states: vec![State { status: Status::KnownAffected, products: vec![0] }],
            ..Vulnerability::default()
        }],
        remediations: vec![Remediation {
            kind: RemediationKind::VendorFix,
            products: vec![0],
            vulnerabilities: vec![0],
            fixed_in: vec!["2.0".into()],
            ..Remediation::default()
        }],
        ..Advisory::default()
    }
}

fn library() -> Library {
    let beside = Beside {
        exploited: vec![Exploited {
            cve: "CVE-2021-0001".into(),
            list: "list".into(),
            ..Exploited::default()
        }],
        ends: vec![
            EndOfLife {
                product: "Windows".into(),
                cycle: "7".into(),
                security: "2020-01-14".into(),
                ..EndOfLife::default()
            },
            EndOfLife {
                product: "Windows".into(),
                cycle: "11".into(),
                security: "2031-01-01".into(),
                ..EndOfLife::default()
            },
            EndOfLife {
                product: "Windows XP".into(),
                cycle: "SP3".into(),
                aliases: vec!["cpe:2.3:o:microsoft:windows_xp:*:sp3:*:*:*:*:*:*".into()],
                security: "2014-04-08".into(),
                ..EndOfLife::default()
            },
        ],
        ..Beside::default()
    };
    Library::new(vec![advisory()], beside, About::default())
}

fn machine(number: u128, zone_number: u128, version: &str) -> Machine {
    Machine {
        id: id(number),
        kind: "plc".into(),
        spoken: Spoken {
            vendor: "Siemens".into(),
            product: "PLC-9".into(),
            version: version.into(),
            ..Spoken::default()
        },
        os: String::new(),
        zone: Some(zone(zone_number)),
        line: None,
        system: None,
        site: None,
        last_seen: NOW,
        is_heard_well: true,
        decided: Decided::default(),
        hot_standby: false,
    }
}

fn talk(from: Caller, to: u128, shows: Weak) -> Talk {
    Talk {
        from,
        to: id(to),
        protocol: "a protocol",
        shows: Some(shows),
        service: Service::tcp(502),
        is_answered: true,
        last: NOW,
    }
}

fn gathered(
    machines: &[Machine],
    talks: &[Talk],
    rulings: &BTreeMap<(AssetUid, String), Ruling>,
) -> Gathered {
    let places = [Place { id: zone(1), class: Class::Ot }, Place { id: zone(2), class: Class::Enterprise }];
    let library = library();
    gather(&Known { machines, talks, places: &places, rulings, library: &library, today: "2026-11-23" })
}

fn first(gathered: &Gathered) -> &Asset {
    gathered.inputs.assets.first().expect("an asset")
}

#[test]
fn a_match_becomes_a_weakness_with_its_threat() {
    let gathered = gathered(&[machine(1, 1, "1.4")], &[], &BTreeMap::new());
    let [weakness] = first(&gathered).weaknesses.as_slice() else { panic!("one weakness") };
    assert_eq!(&*weakness.id, "CVE-2021-0001");
    assert!((weakness.base - 9.8).abs() < 1e-9, "no more digits than were written");
    assert!(weakness.remote && weakness.exploited && weakness.changes_program);
    assert_eq!(weakness.fix.as_deref(), Some("PLC-9 2.0"));
    assert_eq!(weakness.state, WeaknessState::Open);
    assert_eq!(gathered.found.get(&id(1)).map(|found| found.len()), Some(1));
}

#[test]
fn a_mended_version_has_no_weakness() {
    let gathered = gathered(&[machine(1, 1, "2.0")], &[], &BTreeMap::new());
    assert_eq!(first(&gathered).weaknesses, []);
    assert!(gathered.found.is_empty());
}

#[test]
fn what_was_said_of_one_firmware_is_not_said_of_another() {
    let ruling = |ruled, until| Ruling { ruled, until, firmware: "1.4".into() };
    for (said, on_the_same, on_another) in [
        (ruling(Ruled::NotAffected, None), WeaknessState::NotAffected, WeaknessState::Open),
        (ruling(Ruled::Fixed, None), WeaknessState::Fixed, WeaknessState::Open),
        (ruling(Ruled::Accepted, Some(NOW)), WeaknessState::Accepted(NOW), WeaknessState::Accepted(NOW)),
    ] {
        assert_eq!(ruled(Some(&said), "1.4"), on_the_same);
        assert_eq!(ruled(Some(&said), "1.5"), on_another);
    }
    assert_eq!(ruled(None, "1.4"), WeaknessState::Open);
    let rulings = BTreeMap::from([((id(1), "CVE-2021-0001".into()), ruling(Ruled::NotAffected, None))]);
    let state = |version| {
        let gathered = gathered(&[machine(1, 1, version)], &[], &rulings);
        first(&gathered).weaknesses.first().map(|weakness| weakness.state)
    };
    assert_eq!(state("1.4"), Some(WeaknessState::NotAffected));
    assert_eq!(state("1.5"), Some(WeaknessState::Open));
}

#[test]
fn traffic_shows_weak_configuration_and_ways() {
    let machines = [machine(1, 1, "2.0"), Machine { kind: "workstation".into(), ..machine(2, 2, "2.0") }];
    let talks = [
        talk(Caller::Asset(id(2)), 1, Weak::OpenWrites),
        talk(Caller::Internet, 1, Weak::ClearAdministration),
        Talk { is_answered: false, ..talk(Caller::Stranger, 2, Weak::ClearAdministration) },
    ];
    let gathered = gathered(&machines, &talks, &BTreeMap::new());
    let kinds: Vec<FindingKind> = first(&gathered).findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(
        kinds,
        [
            FindingKind::UnauthenticatedWrites,
            FindingKind::ClearTextAdministration,
            FindingKind::InternetReachable
        ]
    );
    assert_eq!(gathered.inputs.assets[1].findings, [], "nobody answered");
    let ways: Vec<_> = gathered.inputs.boundaries.iter().map(|way| (way.from, way.to)).collect();
    assert_eq!(ways, [(zone(2), zone(1)), (INTERNET, zone(1))]);
    let verdicts = gathered.inputs.boundaries.iter().flat_map(|way| &way.passages);
    assert!(verdicts.map(|passage| passage.verdict).all(|verdict| verdict == Verdict::Unknown));
    assert!(gathered.inputs.zones.iter().any(|zone| zone.class == Class::Internet));
    assert_eq!(gathered.inputs.links.len(), 1, "between assets");
}

#[test]
fn what_has_no_port_is_no_service_and_levels_are_classes() {
    let service = Service { transport: Transport::Link, port: 0 };
    let talks = [Talk { service, ..talk(Caller::Asset(id(2)), 1, Weak::OpenWrites) }];
    let gathered = gathered(&[machine(1, 1, "2.0"), machine(2, 1, "2.0")], &talks, &BTreeMap::new());
    assert_eq!(first(&gathered).services, []);
    for (level, class) in [
        ("4", Class::Enterprise),
        ("L5", Class::Enterprise),
        ("DMZ", Class::Dmz),
        ("3.5", Class::Dmz),
        ("2", Class::Ot),
        ("", Class::Ot),
    ] {
        assert_eq!(class_of_level(level), class, "{level}");
    }
}

#[test]
fn support_that_has_ended_is_a_finding() {
    let told = |os: &str| {
        let machine = Machine { os: os.into(), kind: "workstation".into(), ..machine(1, 1, "2.0") };
        let gathered = gathered(&[machine], &[], &BTreeMap::new());
        first(&gathered).findings.first().map(|finding| finding.reference.to_string())
    };
    assert_eq!(told("Windows 7 Professional").as_deref(), Some("Windows 7, 2020-01-14"));
    assert_eq!(told("Windows 11 Pro"), None);
    assert_eq!(told("Windows 70"), None, "another word");
    assert_eq!(told(""), None);
    // A machine that announces a number is known by the name of its release; which service pack it has it does not say.
    let machine = Machine {
        os: "Windows NT 5.1".into(),
        kind: "workstation".into(),
        spoken: Spoken { cpes: knowledge::advisory::system_cpes("Windows NT 5.1"), ..Spoken::default() },
        ..machine(1, 1, "2.0")
    };
    let gathered = gathered(&[machine], &[], &BTreeMap::new());
    let findings: Vec<&str> = first(&gathered).findings.iter().map(|finding| &*finding.reference).collect();
    assert_eq!(findings, ["Windows XP, 2014-04-08"]);
}

#[test]
fn a_weakness_raises_the_risk_and_its_order_does_not_matter() {
    let risk = |machines: &[Machine]| {
        let talks = [talk(Caller::Asset(id(2)), 1, Weak::OpenWrites)];
        let plant = Plant::new(gathered(machines, &talks, &BTreeMap::new()).inputs);
        assess(&plant, NOW, &Method::default())
    };
    let (weak, other) = (machine(1, 1, "1.4"), machine(2, 2, "2.0"));
    let one = risk(&[weak.clone(), other.clone()]);
    assert_eq!(one, risk(&[other.clone(), weak]));
    let mended = risk(&[machine(1, 1, "2.0"), other]);
    assert!(one[0].likelihood.value > mended[0].likelihood.value);
}
