//! What a structure refuses.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests stand outside the test functions")]

use facts::id::{AssetUid, CellId, LineId, NetworkUid, SiteId, SystemId, ZoneId};
use plant::structure::{
    Cell, Item, Level, Line, Network, Placement, Site, Structure, StructureFault, System, Zone, check,
};
use uuid::Uuid;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn plant() -> Structure {
    let mut placement = Placement::of(AssetUid(id(100)));
    placement.line = Some(LineId(id(1)));
    placement.cell = Some(CellId(id(11)));
    placement.equipment_number = "E-001".into();
    placement.tags = vec!["充填".into(), "重要".into()];
    Structure {
        site: Site { id: SiteId(id(0)), name: "横浜工場".into() },
        lines: vec![
            Line { id: LineId(id(1)), name: "ライン1".into() },
            Line { id: LineId(id(2)), name: "ライン2".into() },
        ],
        cells: vec![
            Cell { id: CellId(id(11)), line: LineId(id(1)), name: "充填".into() },
            Cell { id: CellId(id(12)), line: LineId(id(2)), name: "充填".into() },
        ],
        systems: vec![
            System { id: SystemId(id(21)), parent: None, name: "DCS".into() },
            System { id: SystemId(id(22)), parent: Some(SystemId(id(21))), name: "SIS".into() },
        ],
        zones: vec![Zone { id: ZoneId(id(31)), parent: None, name: "制御".into(), target_level: Some(2) }],
        networks: vec![Network {
            id: NetworkUid(id(41)),
            zone: Some(ZoneId(id(31))),
            name: "制御LAN".into(),
            vlan: Some(10),
            prefixes: vec![("10.30.1.0".parse().unwrap(), 24)],
        }],
        placements: vec![placement],
    }
}

#[test]
fn a_sound_plant_has_no_fault() {
    assert_eq!(check(&plant()), []);
}

#[test]
fn names_are_unique_under_one_parent() {
    let mut plant = plant();
    plant.lines[1].name = "ﾗｲﾝ１".into();
    plant.cells[1].line = LineId(id(1));
    plant.systems[0].name = " ".into();
    let faults = check(&plant);
    assert_eq!(faults.len(), 3, "{faults:?}");
    let (first, second) = (Item::Line(LineId(id(1))), Item::Line(LineId(id(2))));
    assert!(faults.contains(&StructureFault::SameName { first, second, name: "ﾗｲﾝ１".into() }));
    assert!(faults.contains(&StructureFault::Name(Item::System(SystemId(id(21))))));
}

#[test]
fn nothing_lies_inside_itself() {
    let mut plant = plant();
    plant.systems[0].parent = Some(SystemId(id(22)));
    // A part of the ring's inside is no part of the ring.
    plant.systems.push(System { id: SystemId(id(23)), parent: Some(SystemId(id(22))), name: "IO".into() });
    plant.zones[0].parent = Some(ZoneId(id(31)));
    let faults = check(&plant);
    let cycle = |item| StructureFault::Cycle(item);
    assert_eq!(
        faults,
        [
            cycle(Item::System(SystemId(id(21)))),
            cycle(Item::System(SystemId(id(22)))),
            cycle(Item::Zone(ZoneId(id(31))))
        ]
    );
}

#[test]
fn what_is_named_exists_and_values_are_in_range() {
    let mut plant = plant();
    plant.networks[0].vlan = Some(4095);
    plant.networks[0].prefixes[0].1 = 33;
    plant.zones[0].target_level = Some(5);
    plant.placements[0].cell = Some(CellId(id(12)));
    plant.placements[0].zone = Some(ZoneId(id(99)));
    plant.placements[0].tags.push("充填".into());
    let mut other = Placement::of(AssetUid(id(101)));
    other.equipment_number = "ｅ－００１".into();
    plant.placements.push(other);
    let faults: Vec<String> = check(&plant).iter().map(ToString::to_string).collect();
    assert_eq!(faults.len(), 7, "{faults:?}");
    assert!(faults.iter().any(|fault| fault.contains("names zone") && fault.ends_with("does not exist")));
    assert!(faults.iter().any(|fault| fault.ends_with("the VLAN is 1 to 4094")));
    assert!(faults.iter().any(|fault| fault.contains("belongs to another line")));
    assert!(faults.iter().any(|fault| fault.contains("`ｅ－００１`")));
}

#[test]
fn levels_are_read_as_people_write_them() {
    for (text, level) in [
        ("2", Level::Supervision),
        ("Ｌ２", Level::Supervision),
        ("Level 0", Level::Process),
        ("レベル３", Level::Operation),
        ("3.5", Level::Dmz),
        ("dmz", Level::Dmz),
        ("4", Level::Business),
    ] {
        assert_eq!(Level::read(text), Some(level), "{text}");
    }
    for text in ["5", "-1", "", "L", "2.5", "high"] {
        assert_eq!(Level::read(text), None, "{text}");
    }
}
