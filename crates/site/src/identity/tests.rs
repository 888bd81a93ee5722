use super::*;
use uuid::Uuid;

const HOME: NetworkId = NetworkId(0);

fn mac(last: u8) -> Key {
    Key::Mac(HOME, Mac([0x00, 0x1b, 0x1b, 0, 0, last]))
}

fn ip(last: u8) -> Key {
    Key::Ip(HOME, IpAddr::from([10, 0, 0, last]))
}

fn uid(number: u128) -> AssetUid {
    AssetUid(Uuid::from_u128(number))
}

/// Machines with these addresses, against what is remembered of assets 1, 2, 3 …; new ones are 100, 101 …
fn check(remembered: &[&[Key]], machines: &[&[Key]], expected: &[u128], merged: &[(u128, u128)]) -> Ledger {
    let mut ledger = Ledger::default();
    for (number, keys) in (1..).zip(remembered) {
        keys.iter().for_each(|key| ledger.remember(uid(number), *key));
    }
    let machines: Vec<Asset> = machines.iter().map(|keys| machine(keys)).collect();
    let mut next = 99;
    let found = ledger.reconcile(&machines, || {
        next += 1;
        uid(next)
    });
    assert_eq!(found.of, expected.iter().map(|number| uid(*number)).collect::<Vec<_>>());
    assert_eq!(found.merged, merged.iter().map(|(a, b)| (uid(*a), uid(*b))).collect::<Vec<_>>());
    ledger
}

/// A machine of a real inventory, heard with these addresses.
fn machine(keys: &[Key]) -> Asset {
    let mut model = model::Model::new(model::Limits::default());
    let macs: Vec<Mac> =
        keys.iter().filter_map(|key| if let Key::Mac(_, mac) = key { Some(*mac) } else { None }).collect();
    let ips: Vec<IpAddr> =
        keys.iter().filter_map(|key| if let Key::Ip(_, ip) = key { Some(*ip) } else { None }).collect();
    let mut asset = {
        use facts::Sink;
        model.heard(&facts::Heard {
            time: wire::Time(0),
            capture: wire::CaptureId(0),
            network: HOME,
            mac: macs.first().copied(),
            ip: ips.first().copied(),
            vlan: 0,
            ttl: 64,
            to_group: false,
        });
        model.inventory().assets.remove(0)
    };
    for mac in macs.iter().skip(1) {
        let like = asset.interfaces[0].clone();
        asset.interfaces.push(model::Interface { mac: Some(*mac), addresses: Vec::new(), ..like });
    }
    for ip in ips.iter().skip(1) {
        let like = asset.interfaces[0].addresses[0].clone();
        asset.interfaces[0].addresses.push(model::InterfaceAddress { ip: *ip, ..like });
    }
    asset
}

#[test]
fn a_machine_keeps_its_id_when_its_address_changes() {
    check(&[&[mac(1), ip(1)]], &[&[mac(1), ip(9)]], &[1], &[]);
}

#[test]
fn a_new_machine_with_an_old_address_is_new() {
    check(&[&[mac(1), ip(1)]], &[&[mac(2), ip(1)]], &[100], &[]);
}

#[test]
fn behind_a_router_the_address_is_all_there_is() {
    check(&[&[ip(1)], &[ip(2)]], &[&[ip(2)], &[ip(1)]], &[2, 1], &[]);
    // Its hardware address becomes known later: still the same machine.
    check(&[&[ip(1)]], &[&[mac(1), ip(1)]], &[1], &[]);
}

#[test]
fn two_that_turn_out_to_be_one_keep_the_older_id() {
    let ledger = check(&[&[mac(1)], &[mac(2)]], &[&[mac(1), mac(2)]], &[1], &[(2, 1)]);
    assert_eq!(ledger.keys(uid(1)).collect::<Vec<_>>(), [mac(1), mac(2)]);
    assert_eq!(ledger.keys(uid(2)).count(), 0);
}

#[test]
fn one_that_turns_out_to_be_two_stays_with_the_stronger_part() {
    check(&[&[mac(1), mac(2), mac(3)]], &[&[mac(3)], &[mac(1), mac(2)]], &[100, 1], &[]);
}

#[test]
fn two_machines_exchange_their_addresses() {
    check(&[&[mac(1), ip(1)], &[mac(2), ip(2)]], &[&[mac(1), ip(2)], &[mac(2), ip(1)]], &[1, 2], &[]);
}

#[test]
fn the_same_address_in_two_networks_is_two_machines() {
    let elsewhere = Key::Mac(NetworkId(1), Mac([0x00, 0x1b, 0x1b, 0, 0, 1]));
    check(&[&[elsewhere]], &[&[mac(1)]], &[100], &[]);
}
