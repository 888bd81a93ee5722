//! Which addresses become one machine: one case per rule, each a few lines of what the capture showed.

use super::{asset, machines, plant};

#[track_caller]
fn check(lines: &str, expected: &[&str]) {
    assert_eq!(machines(&plant(lines)), expected);
}

#[test]
fn an_address_stands_on_the_mac_that_sends_it() {
    check("heard A1 10.0.0.1 64\nheard A2 10.0.0.2 128", &["A1 10.0.0.1", "A2 10.0.0.2"]);
}

#[test]
fn a_host_with_an_alias_and_a_link_local_address_is_one() {
    let lines = "heard A1 10.0.0.1 64\nbound A1 10.0.0.1\nbound A1 10.0.0.9\nheard A1 10.0.0.9 64\nheard A1 fe80::1 255";
    check(lines, &["A1 10.0.0.1 10.0.0.9 fe80::1"]);
}

#[test]
fn a_controller_with_two_addresses_and_no_arp_is_one() {
    check("heard A1 192.168.0.6 64\nheard A1 192.168.0.7 64", &["A1 192.168.0.6 192.168.0.7"]);
}

#[test]
fn a_controller_whose_stack_starts_at_100_is_one() {
    check("heard A1 192.168.0.6 100\nheard A1 192.168.0.7 100", &["A1 192.168.0.6 192.168.0.7"]);
}

#[test]
fn two_addresses_on_one_mac_that_talk_to_each_other_are_two() {
    let lines = "heard A1 10.0.0.8 64\nheard A1 10.0.0.9 64\nflow A1/10.0.0.8 > A1/10.0.0.9:502 modbus 5 5";
    check(lines, &["A1", "10.0.0.8", "10.0.0.9"]);
}

#[test]
fn a_router_joins_nobody_behind_it() {
    let lines = "
        bound A1 10.0.0.1
        heard A1 10.9.0.5 63
        heard A1 10.9.0.6 127
        heard A2 10.0.0.2 64
        bound A2 10.0.0.2";
    check(lines, &["A1 10.0.0.1", "A2 10.0.0.2", "10.9.0.5", "10.9.0.6"]);
    let model = plant(lines);
    let inventory = model.inventory();
    assert_eq!(asset(&inventory, "A1").kind, crate::Kind::Router);
    let gateway = asset(&inventory, "10.9.0.5").gateway.and_then(|gateway| inventory.asset(gateway));
    assert_eq!(gateway.map(|gateway| gateway.id.0.as_str()), Some("0/02:00:00:00:00:a1"));
}

#[test]
fn public_addresses_behind_a_gateway_stay_apart_without_any_arp() {
    let lines =
        "heard A1 192.168.1.1 64\nheard A1 8.8.8.8 117\nheard A1 1.1.1.1 57\nheard A2 192.168.1.6 128";
    check(lines, &["A1 192.168.1.1", "A2 192.168.1.6", "1.1.1.1", "8.8.8.8"]);
}

#[test]
fn one_public_peer_far_away_is_not_its_gateway() {
    let lines = "heard A1 192.168.1.6 64\nheard A2 3.15.227.20 44";
    check(lines, &["A1 192.168.1.6", "A2", "3.15.227.20"]);
}

#[test]
fn public_addresses_used_inside_a_plant_stand_on_their_macs() {
    check("heard A1 198.18.0.1 64\nheard A2 198.18.0.2 64", &["A1 198.18.0.1", "A2 198.18.0.2"]);
}

#[test]
fn emulated_translation_with_untouched_hop_limits_joins_no_public_address() {
    let lines = "heard A1 10.0.2.2 64\nheard A1 93.184.216.34 64\nheard A2 10.0.2.15 64";
    check(lines, &["A1 10.0.2.2", "A2 10.0.2.15", "93.184.216.34"]);
}

#[test]
fn both_sides_of_a_router_in_one_capture() {
    // The router forwards 10.41.0.11 to the other segment, where its other interface sends it with one hop less.
    let lines = "
        heard A1 10.41.0.11 64
        heard B2 10.41.0.11 63
        heard A3 10.42.0.10 64
        heard B1 10.42.0.10 63
        bound B1 10.41.0.1
        bound B2 10.42.0.1
        bound A1 10.41.0.11
        bound A3 10.42.0.10
        forwarded B1 B2 40
        forwarded B2 B1 40";
    check(lines, &["A1 10.41.0.11", "A3 10.42.0.10", "B1 B2 10.41.0.1 10.42.0.1"]);
    let model = plant(lines);
    let inventory = model.inventory();
    let router = asset(&inventory, "B2");
    assert_eq!(router.kind, crate::Kind::Router);
    assert_eq!(router.interfaces[0].reason, "");
    assert!(
        router.interfaces[1].reason.contains("router seen at work: 40 packets"),
        "{}",
        router.interfaces[1].reason
    );
}

#[test]
fn both_sides_without_arp_are_told_by_the_hop_limit() {
    let lines =
        "heard A1 10.41.0.11 64\nheard B2 10.41.0.11 63\nheard A3 10.42.0.10 128\nheard B1 10.42.0.10 127";
    check(lines, &["A1 10.41.0.11", "A3 10.42.0.10", "B1", "B2"]);
}

#[test]
fn a_router_at_work_never_joins_two_holders_of_one_subnet() {
    // Forged copies must not join a victim with its attacker.
    let lines = "bound A1 10.0.0.1\nheard A1 10.0.0.1 64\nbound A2 10.0.0.2\nheard A2 10.0.0.2 64\nforwarded A1 A2 50";
    check(lines, &["A1 10.0.0.1", "A2 10.0.0.2"]);
}

#[test]
fn one_or_two_forwarded_packets_prove_nothing() {
    check("heard A1 - 0\nheard A2 - 0\nforwarded A1 A2 2", &["A1", "A2"]);
}

#[test]
fn an_arp_spoofer_gets_none_of_its_victims() {
    let lines = "
        bound A1 10.0.0.14
        heard A1 10.0.0.14 64
        bound A2 10.0.0.50
        heard A2 10.0.0.50 64
        bound BB 10.0.0.14
        bound BB 10.0.0.50
        bound BB 10.0.0.66
        heard BB 10.0.0.66 64
        heard BB 10.0.0.14 63
        heard BB 10.0.0.50 63";
    check(lines, &["A1 10.0.0.14", "A2 10.0.0.50", "BB 10.0.0.66"]);
    let model = plant(lines);
    let inventory = model.inventory();
    assert_eq!(asset(&inventory, "10.0.0.14").contested.len(), 1, "the contradiction is kept");
}

#[test]
fn an_address_conflict_keeps_the_one_that_talks() {
    let lines = "bound BB 10.0.0.14\nbound A1 10.0.0.14\nheard A1 10.0.0.14 64\nheard BB - 0";
    check(lines, &["A1 10.0.0.14", "BB"]);
}

#[test]
fn proxy_arp_joins_nothing() {
    let mut lines = String::from("heard A1 - 0\n");
    for host in 1..=20 {
        lines += &format!("bound A1 10.0.0.{host}\nheard A1 10.0.0.{host} 63\n");
    }
    let machines = machines(&plant(&lines));
    assert_eq!((machines.len(), machines[0].as_str()), (21, "A1"));
}

#[test]
fn loopback_captures_have_addresses_and_no_macs() {
    let lines = "heard 00:00:00:00:00:00 127.0.0.1 64\nheard 00:00:00:00:00:00 10.0.0.5 64\nheard - ::1 64";
    check(lines, &["10.0.0.5", "127.0.0.1", "::1"]);
}

#[test]
fn groups_and_broadcasts_are_nobody() {
    let lines = "
        heard A1 10.0.0.1 64 group
        heard 01:00:5e:00:00:01 224.0.0.1 1
        heard A2 0.0.0.0 128 group
        flow A1/10.0.0.1 > ff:ff:ff:ff:ff:ff/10.0.0.255:138 - 3 0
        flow A1/10.0.0.1 > 01:00:5e:00:00:fb/224.0.0.251:5353 dns 3 0
        flow A1/10.0.0.1 > ff:ff:ff:ff:ff:ff/255.255.255.255:67 dhcp 3 0";
    check(lines, &["A1 10.0.0.1", "A2"]);
    let model = plant(lines);
    assert_eq!(model.inventory().assets.len(), 2, "nor are they talked-about machines");
    assert_eq!(model.inventory().links().count(), 3, "but the links to them are there");
}

#[test]
fn a_broadcast_shows_the_size_of_its_subnet() {
    let lines = "
        heard A1 10.1.4.7 64
        heard A2 10.1.7.9 64
        flow A1/10.1.4.7 > ff:ff:ff:ff:ff:ff/10.1.7.255:47808 bacnet 3 0";
    let model = plant(lines);
    let inventory = model.inventory();
    let subnet = &inventory.networks[0].subnets[0];
    assert_eq!(
        (subnet.address.to_string(), subnet.prefix, subnet.assets.len()),
        ("10.1.4.0".to_owned(), 22, 2)
    );
}

#[test]
fn a_shared_router_address_is_a_router_of_its_own() {
    let lines = "bound 00:00:5e:00:01:07 10.0.0.254\nheard 00:00:5e:00:01:07 - 0\nbound A1 10.0.0.253\nheard A1 10.0.0.253 255";
    check(lines, &["00:00:5e:00:01:07 10.0.0.254", "A1 10.0.0.253"]);
    let model = plant(lines);
    assert_eq!(asset(&model.inventory(), "10.0.0.254").kind, crate::Kind::Router);
}

#[test]
fn two_identical_lines_stay_two() {
    let line = |network: u8, last: &str| {
        format!(
            "@{network} heard {last} 10.0.0.1 64\n@{network} bound {last} 10.0.0.1\n@{network} heard C{network} 10.0.0.2 64\n"
        )
    };
    let model = plant(&(line(0, "A1") + &line(1, "B1")));
    assert_eq!(machines(&model), ["A1 10.0.0.1", "C0 10.0.0.2", "B1 10.0.0.1", "C1 10.0.0.2"]);
}

#[test]
fn the_same_mac_in_two_networks_is_two() {
    assert_eq!(machines(&plant("@0 heard A1 10.0.0.1 64\n@1 heard A1 10.0.0.1 64")).len(), 2);
}

#[test]
fn one_serial_number_on_two_macs_is_one_machine_with_a_reason() {
    let lines = "
        heard A1 10.0.0.1 64
        heard A2 10.1.0.1 64
        says A1/10.0.0.1 cip identity.serial serial 00c0ffee
        says A2/10.1.0.1 cip identity.serial serial 00c0ffee";
    check(lines, &["A1 A2 10.0.0.1 10.1.0.1"]);
    let model = plant(lines);
    assert_eq!(asset(&model.inventory(), "A1").interfaces[1].reason, "both say identity.serial 00c0ffee");
}

#[test]
fn one_serial_number_of_two_models_or_of_many_or_a_default_joins_nobody() {
    let pair = "heard A1 10.0.0.1 64\nheard A2 10.0.0.2 64\n";
    let same = "says A1/10.0.0.1 cip identity.serial serial 00c0ffee\nsays A2/10.0.0.2 cip identity.serial serial 00c0ffee\n";
    let models = "says A1/10.0.0.1 cip identity.product-name model L61\nsays A2/10.0.0.2 cip identity.product-name model L62\n";
    check(&format!("{pair}{same}{models}"), &["A1 10.0.0.1", "A2 10.0.0.2"]);
    for default in ["0000000000", "123456789", "1"] {
        let lines =
            format!("{pair}says A1/10.0.0.1 cip s serial {default}\nsays A2/10.0.0.2 cip s serial {default}");
        check(&lines, &["A1 10.0.0.1", "A2 10.0.0.2"]);
    }
    let many: String = (1..=6)
        .map(|host| {
            format!("heard A{host} 10.0.0.{host} 64\nsays A{host}/10.0.0.{host} cip s serial 00c0ffee\n")
        })
        .collect();
    assert_eq!(machines(&plant(&many)).len(), 6);
}

#[test]
fn ports_of_one_chassis_are_one_switch() {
    let lines = "
        heard 00:80:63:41:00:03 - 0 group
        heard 00:80:63:41:00:04 - 0 group
        heard 00:1b:1b:41:00:04 - 0 group
        chassis 00:80:63:41:00:03 00:80:63:41:00:02 port-1
        chassis 00:80:63:41:00:04 00:80:63:41:00:02 port-2
        chassis 00:1b:1b:41:00:04 sw-plc port-1";
    check(lines, &["00:1b:1b:41:00:04", "00:80:63:41:00:03 00:80:63:41:00:04"]);
}

#[test]
fn a_chassis_named_by_its_address_joins_its_port() {
    let lines = "
        heard 00:80:63:41:00:02 10.0.0.2 64
        heard 00:80:63:41:00:03 - 0 group
        chassis 00:80:63:41:00:03 00:80:63:41:00:02 port-1";
    check(lines, &["00:80:63:41:00:02 00:80:63:41:00:03 10.0.0.2"]);
}

#[test]
fn translation_hides_machines_behind_one_address() {
    let lines = "bound A1 10.0.0.1\nheard A1 10.0.0.1 64\nheard A1 10.0.0.1 63\nheard A1 10.0.0.1 127";
    let model = plant(lines);
    let inventory = model.inventory();
    let hides = asset(&inventory, "10.0.0.1").hides.clone();
    assert_eq!(hides.map(|(count, _)| count), Some(2));
}
