//! Realms that turn out to be one: nothing may tell afterwards where a fact was folded.

use super::{asset, machines, plant};
use crate::{Address, Model};
use facts::NetworkId;

/// A line with a router, a controller with units, log-ins, names, variables and a switch.
const LINE: &str = "
    heard A1 10.0.0.1 64 vlan=3
    heard A2 10.0.0.2 128
    bound A1 10.0.0.1
    bound A2 10.0.0.2
    flow A1/10.0.0.1 > A2/10.0.0.2:502 modbus 5 5
    says A2/10.0.0.2 modbus device-id.product-code model BMX P34 2020
    says A2/10.0.0.2 modbus device-id.revision@7 firmware 2.9
    says A1/10.0.0.1 snmp sys-name name panel
    command A1/10.0.0.1 > A2/10.0.0.2:502 modbus 3 read request 7
    command A1/10.0.0.1 > A2/10.0.0.2:502 modbus 3 read response 7
    command A1/10.0.0.1 > A2/10.0.0.2:502 modbus 6 write request 8
    command A1/10.0.0.1 > A2/10.0.0.2:502 modbus 6 write response 8
    login A1/10.0.0.1 > A2/10.0.0.2:21 ftp maintenance accepted
    role A2/10.0.0.2 modbus controller
    value A2/10.0.0.2 cip Level 7
    chassis A3 switch-1 port-1
    chassis A3 switch-1 port-2
    heard B1 10.9.0.5 63
    bound B1 10.0.0.254
    bound B2 10.8.0.254
    heard B2 10.0.0.1 63
    resolved plc.example 10.0.0.2
    flow A1/10.0.0.1 > A2/10.0.0.2:502 modbus 7 9";

/// Everything that the inventory says, line by line.
fn told(model: &Model) -> Vec<String> {
    let inventory = model.inventory();
    let links: Vec<_> = inventory.links().collect();
    let commands: Vec<_> = inventory.commands().collect();
    let rest = (&inventory.variables(), &inventory.accounts, &inventory.names, &inventory.networks);
    let counts = (&inventory.protocols, inventory.overflow);
    let text = format!("{:#?}\n{links:#?}\n{commands:#?}\n{rest:#?}\n{counts:#?}", inventory.assets);
    text.lines().map(str::to_owned).collect()
}

/// The first line in which the two differ is enough to look at.
#[track_caller]
fn same(model: &Model, expected: &Model, case: &str) {
    let (told, expected) = (told(model), told(expected));
    for (at, (line, wanted)) in told.iter().zip(&expected).enumerate() {
        assert_eq!(line, wanted, "{case}, line {at}");
    }
    assert_eq!(told.len(), expected.len(), "{case}");
    assert!(told.iter().any(|line| line.contains("maintenance")), "the plant was told");
}

/// The line told twice, every fact in the realm that `realm_of` gives it by its number, and `between` after the
/// first time.
fn twice(realm_of: impl Fn(usize) -> u16, between: &str) -> Model {
    let facts: Vec<&str> = LINE.lines().skip(1).map(str::trim).collect();
    let tell = |from: usize| {
        let numbered = (from..).zip(&facts);
        numbered.map(|(at, line)| format!("@{} {line}\n", realm_of(at))).collect::<String>()
    };
    plant(&format!("{}{between}\n{}", tell(0), tell(facts.len())))
}

/// Realm 0 the first time, realm 1 the second.
fn first_and_second(at: usize) -> u16 {
    u16::from(at >= LINE.lines().count() - 1)
}

#[test]
fn a_union_leaves_no_trace_wherever_the_facts_were_folded() {
    let expected = twice(|_| 0, "");
    same(&twice(|at| u16::from(at % 2 == 1), "same 0 1"), &expected, "every other fact");
    same(&twice(|at| u16::from(at % 3 == 0), "same 0 1"), &expected, "of three");
    same(&twice(|_| 1, "same 0 1"), &expected, "all in the one that ends");
    same(&twice(first_and_second, "same 0 1"), &expected, "only after the union");
}

#[test]
fn a_union_at_the_end_unites_two_files_of_one_plant() {
    let mut model = twice(first_and_second, "");
    assert_eq!(model.inventory().networks.len(), 2, "no union was said yet");
    let expected = twice(|_| 0, "");
    facts::Sink::same_network(&mut model, NetworkId(0), NetworkId(1));
    same(&model, &expected, "united");
    facts::Sink::same_network(&mut model, NetworkId(0), NetworkId(1));
    same(&model, &expected, "said again");
}

#[test]
fn unions_of_unions_end_in_one_realm() {
    let expected = twice(|_| 0, "");
    let realm_of = |at: usize| u16::try_from(at % 4).expect("few");
    for unions in [[(0, 1), (2, 3), (0, 2)], [(2, 3), (1, 2), (0, 1)], [(0, 3), (1, 3), (2, 1)]] {
        let mut model = twice(realm_of, "");
        for (kept, joined) in unions {
            facts::Sink::same_network(&mut model, NetworkId(kept), NetworkId(joined));
        }
        assert_eq!(model.inventory().networks.len(), 1);
        if unions[2].0 == 0 {
            same(&model, &expected, &format!("{unions:?}"));
        }
    }
}

#[test]
fn a_router_seen_at_work_in_two_realms_is_one() {
    let lines = "
        heard B1 10.1.0.1 64
        heard B2 10.2.0.1 64
        forwarded B1 B2 1
        @1 heard B2 10.2.0.1 64
        @1 heard B1 10.1.0.1 64
        @1 forwarded B1 B2 1
        same 0 1
        @1 forwarded B1 B2 1";
    assert_eq!(machines(&plant(lines)), ["B1 B2 10.1.0.1 10.2.0.1"]);
}

#[test]
fn a_value_that_changed_between_two_realms_counts_as_changed() {
    let lines = "
        value A2/10.0.0.2 cip Level 1
        value A2/10.0.0.2 cip Level 2
        @1 value A2/10.0.0.2 cip Level 3
        same 0 1";
    let model = plant(lines);
    let variables = model.inventory().variables();
    let told: Vec<_> = variables.iter().map(|one| (one.value.clone(), one.count, one.changes)).collect();
    assert_eq!(told, [(crate::OwnedDatum::Int(3), 3, 2)]);
}

#[test]
fn realms_without_a_union_stay_apart() {
    let model = twice(|at| u16::from(at % 2 == 1), "same 0 2");
    let inventory = model.inventory();
    let of = |network| inventory.asset_at(NetworkId(network), Address::Ip("10.0.0.1".parse().expect("ip")));
    assert!(of(0).is_some() && of(1).is_some() && of(0) != of(1));
}

#[test]
fn an_address_is_found_by_the_realm_that_ended() {
    let model = plant("@1 heard A1 10.0.0.1 64\nsame 0 1");
    let inventory = model.inventory();
    let index = inventory.asset_at(NetworkId(1), Address::Ip("10.0.0.1".parse().expect("ip")));
    assert_eq!(
        index.and_then(|index| inventory.asset(index)).map(|one| one.id.0.as_str()),
        Some("0/02:00:00:00:00:a1")
    );
    assert_eq!(asset(&inventory, "10.0.0.1").network, NetworkId(0));
}

#[test]
fn limits_hold_across_a_union() {
    let limits = crate::Limits { claims_per_key: 2, ..crate::Limits::default() };
    let lines = "
        says A1 snmp sys-name name one
        @1 says A1 snmp sys-name name one
        same 0 1
        @1 says A1 snmp sys-name name two
        says A1 snmp sys-name name three";
    let model = super::plant_with(limits, lines);
    assert_eq!(model.overflow().claims, 1, "the name told in both realms takes one place of two");
}
