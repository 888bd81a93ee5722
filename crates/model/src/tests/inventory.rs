//! What the inventory says of machines, links, commands and accounts.

use super::{asset, line_of, plant, plant_with};
use crate::{Hearing, Kind, Level, Limits, Model};
use facts::{Part, Sink, Verb};

#[test]
fn the_most_trusted_value_fills_the_field_and_the_others_stay() {
    let model = plant(
        "
        heard A1 10.0.0.1 64
        says A1/10.0.0.1 http server model GoAhead
        says A1/10.0.0.1 http server model GoAhead
        says A1/10.0.0.1 cip identity.product-name model 1756-L62/B
        says A1/10.0.0.1 snmp sys-name name unknown
        says A1/10.0.0.1 lldp system-name name plc-ab",
    );
    let inventory = model.inventory();
    let asset = asset(&inventory, "10.0.0.1");
    let field = asset.model.clone().expect("a model");
    assert_eq!((field.value.as_str(), field.source.as_str()), ("1756-L62/B", "cip identity.product-name"));
    assert_eq!(asset.name.clone().expect("a name").value, "plc-ab", "a placeholder is no name");
    assert_eq!(asset.claims.len(), 4, "every value is kept");
    assert_eq!(asset.claims.iter().find(|claim| claim.key == "server").map(|claim| claim.count), Some(2));
}

#[test]
fn protocols_name_the_vendor_before_the_address_does() {
    let by_address = plant("heard 00:1b:1b:41:00:11 10.0.0.1 64");
    let inventory = by_address.inventory();
    let vendor = asset(&inventory, "10.0.0.1").vendor.clone().expect("a vendor");
    assert_eq!(
        (vendor.value.as_str(), vendor.source.as_str()),
        ("Siemens", "hardware address 00:1b:1b:41:00:11")
    );
    for (protocol, key, property, value, expected) in [
        ("cip", "identity.vendor-id", "vendor", "1", "Rockwell Automation"),
        ("bacnet", "device.vendor-id", "other", "5", "Johnson Controls"),
        ("profinet-dcp", "device.vendor-id", "vendor", "0x002a", "Siemens"),
        ("modbus", "device-id.vendor-name", "vendor", "Schneider Electric SA", "Schneider Electric"),
    ] {
        let lines =
            format!("heard 00:10:8d:41:00:19 10.0.0.1 64\nsays 10.0.0.1 {protocol} {key} {property} {value}");
        let model = plant(&lines);
        assert_eq!(asset(&model.inventory(), "10.0.0.1").vendor.clone().expect("a vendor").value, expected);
    }
}

#[test]
fn a_virtual_network_card_is_told() {
    let model = plant("heard 00:50:56:42:00:10 10.0.0.1 64");
    let inventory = model.inventory();
    let asset = asset(&inventory, "10.0.0.1");
    assert!(asset.virtual_machine);
    assert!(asset.vendor.clone().expect("a vendor").source.starts_with("virtual network card"));
}

#[test]
fn kinds_and_levels_follow_from_what_machines_do() {
    let model = plant(
        "
        heard A1 10.0.0.1 64
        heard A2 10.0.0.2 64
        heard A3 10.0.0.3 128
        heard A4 10.0.0.4 128
        heard A5 10.0.0.5 64
        heard A6 - 0 group
        flow A3/10.0.0.3 > A1/10.0.0.1:102 cotp,s7comm 9 9
        flow A3/10.0.0.3 > A2/10.0.0.2:502 modbus 9 9
        flow A4/10.0.0.4 > A1/10.0.0.1:102 cotp,s7comm 9 9
        command A4/10.0.0.4 > A1/10.0.0.1:102 s7comm 26 download-program request
        flow A4/10.0.0.4 > A5/10.0.0.5:80 http 9 9
        flow A6 > 01:0c:cd:01:00:01 goose 9 0
        role A2 modbus drive",
    );
    let inventory = model.inventory();
    let what = |address| {
        let asset = asset(&inventory, address);
        assert_eq!(asset.kind == Kind::Unknown, asset.kind_reasons.is_empty(), "never without a reason");
        (asset.kind, asset.level.clone().map(|(level, _)| level))
    };
    assert_eq!(what("10.0.0.1"), (Kind::Plc, Some(Level::Control)));
    assert_eq!(what("10.0.0.3"), (Kind::Scada, Some(Level::Supervision)));
    assert_eq!(what("10.0.0.4"), (Kind::EngineeringStation, Some(Level::Supervision)));
    assert_eq!(what("10.0.0.5"), (Kind::Unknown, None), "any machine may serve pages");
    assert_eq!(what("A6"), (Kind::Ied, Some(Level::Control)));
    assert_eq!(what("A2"), (Kind::Drive, Some(Level::Process)));
    assert_eq!(asset(&inventory, "10.0.0.1").kind_reasons, ["serves s7comm"]);
}

#[test]
fn hearing_says_how_far_the_mirror_reaches() {
    let model = plant(
        "
        heard A1 10.0.0.1 64
        heard A2 10.0.0.2 64
        heard A3 10.0.0.3 64
        heard A4 10.0.0.4 64 group
        flow A1/10.0.0.1 > A2/10.0.0.2:502 modbus 5 5
        flow A3/10.0.0.3 > A5/10.0.0.5:502 modbus 5 0
        flow A4/10.0.0.4 > ff:ff:ff:ff:ff:ff/255.255.255.255:67 dhcp 5 0",
    );
    let inventory = model.inventory();
    let hearing = |address| asset(&inventory, address).hearing;
    assert_eq!(hearing("10.0.0.1"), Hearing::BothDirections);
    assert_eq!(hearing("10.0.0.2"), Hearing::BothDirections);
    assert_eq!(hearing("10.0.0.3"), Hearing::OneDirection);
    assert_eq!(hearing("10.0.0.4"), Hearing::OnlyGroups);
    assert_eq!(hearing("10.0.0.5"), Hearing::OnlyTalkedAbout);
    assert!(!asset(&inventory, "10.0.0.5").interfaces[0].addresses[0].heard);
}

#[test]
fn commands_are_counted_by_phase_and_unit() {
    let model = plant(
        "
        command 10.0.0.1 > 10.0.0.2:502 modbus 3 read request 1
        command 10.0.0.1 > 10.0.0.2:502 modbus 3 read response 1
        command 10.0.0.1 > 10.0.0.2:502 modbus 3 read request 1
        command 10.0.0.1 > 10.0.0.2:502 modbus 6 write request 2
        command 10.0.0.1 > 10.0.0.2:502 modbus 6 write response 2",
    );
    let inventory = model.inventory();
    let rows: Vec<_> = inventory
        .commands()
        .map(|row| (row.code, row.verb, row.part, row.requests, row.responses, row.messages()))
        .collect();
    assert_eq!(rows, [(3, Verb::Read, Part::Unit(1), 2, 1, 3), (6, Verb::Write, Part::Unit(2), 1, 1, 2)]);
    let row = inventory.commands().next().expect("a row");
    assert_eq!(
        (row.client.address.to_string(), row.server.address.to_string()),
        ("10.0.0.1".into(), "10.0.0.2".into())
    );
    let units: Vec<_> = asset(&inventory, "10.0.0.2").modules.iter().map(|module| module.part).collect();
    assert_eq!(units, [Part::Unit(1), Part::Unit(2)], "two units answer behind the address");
}

#[test]
fn many_units_behind_one_address_are_a_gateway() {
    let mut lines = String::new();
    for unit in 1..=4 {
        lines += &format!("command 10.0.0.1 > 10.0.0.2:502 modbus 3 read response {unit}\n");
    }
    let model = plant(&lines);
    assert_eq!(asset(&model.inventory(), "10.0.0.2").kind, Kind::Gateway);
}

#[test]
fn a_unit_that_names_itself_is_a_module() {
    let model = plant("heard A1 10.0.0.1 64\nsays A1/10.0.0.1 modbus device-id.product-code@7 model PM5560");
    let inventory = model.inventory();
    let asset = asset(&inventory, "10.0.0.1");
    assert_eq!(asset.model, None, "a unit's model is not the machine's");
    assert_eq!(asset.modules[0].part, Part::Unit(7));
    assert_eq!(asset.modules[0].model.clone().expect("a model").value, "PM5560");
}

#[test]
fn the_only_unit_with_the_number_of_the_machine_is_the_machine() {
    let says = "heard A1 10.0.0.1 64\nsays A1/10.0.0.1 modbus device-id.model-name@1 model BMXP342020\n";
    let lone = plant(says);
    let lone = lone.inventory();
    assert_eq!(asset(&lone, "10.0.0.1").model.clone().expect("a model").value, "BMXP342020");
    assert!(asset(&lone, "10.0.0.1").modules.is_empty());
    let two = plant(&format!("{says}says A1/10.0.0.1 modbus device-id.product-code@2 model PM5560"));
    let two = two.inventory();
    assert_eq!(asset(&two, "10.0.0.1").model, None, "two units are two machines");
    assert_eq!(asset(&two, "10.0.0.1").modules.len(), 2);
}

#[test]
fn links_have_a_row_per_protocol_and_one_for_what_nobody_knows() {
    let model = plant(
        "
        flow A1/10.0.0.1 > A2/10.0.0.2:102 cotp,s7comm 5 5
        flow A1/10.0.0.1 > A2/10.0.0.2:102 cotp,s7comm 5 5
        flow A1/10.0.0.1 > A2/10.0.0.2:7777 - 2 2
        flow A1/10.0.0.1 > A2/10.0.0.2:9999 - 2 0",
    );
    let inventory = model.inventory();
    let rows: Vec<_> = inventory
        .links()
        .map(|link| (link.protocol, link.port, link.depth, link.packets, link.flows))
        .collect();
    assert_eq!(
        rows,
        [
            ("s7comm", 102, 1, 20, 2),
            ("cotp", 102, 0, 20, 2),
            ("unknown", 7777, 0, 4, 1),
            ("unknown", 9999, 0, 2, 1)
        ]
    );
    let services: Vec<_> = asset(&inventory, "10.0.0.2")
        .services
        .iter()
        .map(|service| (service.port, service.protocol))
        .collect();
    assert_eq!(services, [(102, "cotp"), (102, "s7comm"), (7777, "unknown")], "nobody answers on 9999");
    let totals: Vec<_> = inventory.protocols.iter().map(|total| (total.protocol, total.packets)).collect();
    assert_eq!(totals, [("cotp", 20), ("s7comm", 20)]);
}

#[test]
fn accounts_tell_who_tried_what() {
    let model = plant(
        "
        login 10.0.0.1 > 10.0.0.2:21 ftp sysdiag refused
        login 10.0.0.1 > 10.0.0.2:21 ftp sysdiag refused
        login 10.0.0.1 > 10.0.0.2:21 ftp sysdiag accepted
        login 10.0.0.3 > 10.0.0.2:21 ftp admin attempted",
    );
    let inventory = model.inventory();
    let rows: Vec<_> = inventory
        .accounts
        .iter()
        .map(|one| (one.user.as_str(), one.attempted, one.accepted, one.refused))
        .collect();
    assert_eq!(rows, [("sysdiag", 0, 1, 2), ("admin", 1, 0, 0)]);
}

#[test]
fn variables_keep_the_last_value_and_count_changes() {
    let model = plant("value 10.0.0.1 cip SPEED 7\nvalue 10.0.0.1 cip SPEED 7\nvalue 10.0.0.1 cip SPEED 9");
    let inventory = model.inventory();
    let row = &inventory.variables()[0];
    assert_eq!(
        (row.name.as_str(), &row.value, row.count, row.changes),
        ("SPEED", &crate::OwnedDatum::Int(9), 3, 1)
    );
}

#[test]
fn zones_follow_subnets_and_levels() {
    let model = plant(
        "
        bound A1 10.41.0.1
        heard A1 10.9.9.9 63
        heard A2 10.41.0.2 64
        heard A3 10.41.0.3 64
        heard A4 10.41.0.4 64
        flow A4/10.41.0.4 > A2/10.41.0.2:102 s7comm 5 5
        flow A4/10.41.0.4 > A3/10.41.0.3:102 s7comm 5 5",
    );
    let inventory = model.inventory();
    let zones: Vec<_> = inventory
        .zones
        .iter()
        .map(|zone| {
            let names = zone.assets.iter().filter_map(|index| inventory.asset(*index)).map(line_of);
            (zone.name.as_str(), names.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        zones,
        [(
            "Level 1 in 10.41.0.0/24",
            vec!["A2 10.41.0.2".to_owned(), "A3 10.41.0.3".into(), "A4 10.41.0.4".into()]
        )]
    );
    // The router borders zones and stands in none.
    let gateways = &inventory.networks[0].subnets[0].gateways;
    assert_eq!(gateways.len(), 1);
}

#[test]
fn the_order_of_what_was_observed_changes_nothing() {
    let mut lines = Vec::new();
    for host in 1..=40 {
        let mac = format!("00:1b:1b:00:00:{host:02x}");
        lines.push(format!("heard {mac} 10.0.{}.{host} 64", host % 3));
        lines.push(format!("bound {mac} 10.0.{}.{host}", host % 3));
        lines.push(format!(
            "says {mac}/10.0.{}.{host} cip identity.serial serial 00c0ff{:02x}",
            host % 3,
            host / 2
        ));
        lines.push(format!("flow 10.0.{}.{host} > 10.0.0.3:502 modbus 5 5", host % 3));
        lines.push(format!("command 10.0.{}.{host} > 10.0.0.3:502 modbus 3 read request", host % 3));
    }
    let shape = |model: &Model| {
        let inventory = model.inventory();
        let assets: Vec<String> = inventory
            .assets
            .iter()
            .map(|asset| {
                let reasons: Vec<_> =
                    asset.interfaces.iter().map(|interface| interface.reason.clone()).collect();
                let claims: Vec<_> =
                    asset.claims.iter().map(|claim| (claim.address, claim.value.clone())).collect();
                format!(
                    "{} {} {:?} {reasons:?} {claims:?} {:?}",
                    asset.id,
                    line_of(asset),
                    asset.kind,
                    asset.services
                )
            })
            .collect();
        let links: Vec<_> = inventory.links().map(|link| (link.client, link.server, link.packets)).collect();
        let commands: Vec<_> =
            inventory.commands().map(|row| (row.client, row.server, row.requests)).collect();
        (assets, links, commands)
    };
    let straight = shape(&plant(&lines.join("\n")));
    lines.reverse();
    assert_eq!(straight, shape(&plant(&lines.join("\n"))));
    // A walk by a number that shares no factor with the length visits every line once.
    let walked: Vec<_> = (0..lines.len()).map(|at| lines[at * 77 % lines.len()].clone()).collect();
    assert_eq!(straight, shape(&plant(&walked.join("\n"))));
}

#[test]
fn every_table_is_bounded_and_says_what_it_left_out() {
    let limits = Limits { addresses: 16, links: 9, claims_per_key: 3, ..Limits::default() };
    let mut lines = String::from("heard A1 10.0.0.1 64\n");
    for number in 0..60 {
        lines += &format!("flow A1/10.0.0.1 > A2/10.0.1.{number}:{number} - 1 0\n");
        lines += &format!("says A1/10.0.0.1 snmp sys-name name host-{number}\n");
    }
    lines += "heard A7 10.0.0.7 64\nflow A1/10.0.0.1 > A7/10.0.0.7:502 modbus 5 5\n";
    let model = plant_with(limits, &lines);
    let inventory = model.inventory();
    let overflow = inventory.overflow;
    assert!(overflow.addresses > 0 && overflow.links > 0 && overflow.claims == 57, "{overflow:?}");
    assert_eq!(
        asset(&inventory, "10.0.0.7").hearing,
        Hearing::BothDirections,
        "a scan pushes no real machine out"
    );
    assert!(inventory.links().any(|link| link.protocol == "modbus"), "nor a recognised link");
}

#[test]
fn a_copy_is_counted_and_not_believed() {
    let mut model = plant("heard A1 10.0.0.1 64");
    let endpoint = |ip: &str| facts::Endpoint { mac: None, ip: ip.parse().ok(), port: 502 };
    let seen = facts::Seen {
        time: wire::Time(1),
        times: 1,
        since: wire::Time(1),
        capture: wire::CaptureId(0),
        network: facts::NetworkId(0),
        protocol: super::protocol("modbus"),
        flow: facts::FlowId(0),
        direction: wire::Direction::ToServer,
        source: endpoint("10.0.0.1"),
        destination: endpoint("10.0.0.2"),
        copy: true,
    };
    let login = facts::Login {
        user: wire::Text::unknown(b"bob"),
        method: "password",
        outcome: facts::LoginOutcome::Accepted,
    };
    model.observation(&seen, &facts::Observation::Login(login));
    let command = facts::Command {
        group: "",
        code: 3,
        name: "read",
        verb: Verb::Read,
        phase: facts::Phase::Request,
        part: Part::Whole,
        target: facts::Target::None,
    };
    model.observation(&seen, &facts::Observation::Command(command));
    let inventory = model.inventory();
    assert!(inventory.accounts.is_empty());
    let row = inventory.commands().next().expect("a row");
    assert_eq!((row.requests, row.copies), (1, 1));
}

#[test]
fn words_of_a_description_tell_kind_and_vendor() {
    let model = plant(
        "
        heard 00:10:8d:00:00:01 10.0.0.1 64
        says 10.0.0.1 snmp sys-descr description Hirschmann RSP35 Managed Switch, HiOS-2S-09.1.00",
    );
    let inventory = model.inventory();
    let asset = asset(&inventory, "10.0.0.1");
    assert_eq!(
        (asset.kind, asset.vendor.clone().expect("a vendor").value.as_str()),
        (Kind::Switch, "Hirschmann")
    );
}

#[test]
fn a_machine_of_unknown_kind_has_the_level_of_its_neighbours() {
    let mut lines = String::from("heard A9 10.0.0.9 64\nheard B9 10.5.0.9 64\nheard B9 8.8.8.8 57\n");
    for host in 1..=4 {
        lines += &format!(
            "heard A{host} 10.0.0.{host} 64\nflow B9/10.5.0.9 > A{host}/10.0.0.{host}:102 s7comm 5 5\n"
        );
    }
    let model = plant(&lines);
    let inventory = model.inventory();
    let level = |address| asset(&inventory, address).level.clone().map(|(level, _)| level);
    assert_eq!(level("10.0.0.9"), Some(Level::Control));
    assert_eq!(level("8.8.8.8"), Some(Level::External));
    let (_, why) = asset(&inventory, "10.0.0.9").level.clone().expect("a level");
    assert_eq!(why, "stands in 10.0.0.0/24, where 4 of 4 machines of known level are on level 1");
    assert_eq!(asset(&inventory, "B9").behind, 1, "one machine is heard only through it");
}

#[test]
fn a_resolved_name_is_a_weak_claim() {
    let model = plant("heard A1 10.0.0.1 64\nresolved plc7.plant.test 10.0.0.1");
    let inventory = model.inventory();
    let name = asset(&inventory, "10.0.0.1").name.clone().expect("a name");
    assert_eq!((name.value.as_str(), name.source.as_str()), ("plc7.plant.test", "dns resolved-name"));
}

#[test]
fn hop_limits_drawn_by_chance_hide_nobody() {
    let mut lines = String::from("bound A1 10.0.0.1\nheard A1 10.0.0.1 64\n");
    for limit in [57, 41, 63, 62, 40, 52] {
        lines += &format!("heard A1 10.0.0.1 {limit}\n");
    }
    let model = plant(&lines);
    assert_eq!(asset(&model.inventory(), "10.0.0.1").hides, None);
}

#[test]
fn announcements_are_told_with_whose_they_are() {
    let model = plant(
        "heard A1 10.0.0.1 64\nchassis A1 sw-a port-2\nchassis A1 sw-a port-1\nchassis A1 sw-a port-1\nchassis B7 <b> 1",
    );
    let inventory = model.inventory();
    let told: Vec<_> = inventory
        .announcements
        .iter()
        .map(|told| {
            let whose = inventory.asset(told.asset).expect("an asset").id.0.clone();
            (whose.ends_with("a1"), told.protocol, told.chassis.as_str(), told.port.as_str(), told.count)
        })
        .collect();
    let expected = [
        (true, "lldp", "sw-a", "port-1", 2),
        (true, "lldp", "sw-a", "port-2", 1),
        (false, "lldp", "<b>", "1", 1),
    ];
    assert_eq!(told, expected);
}
