use super::*;
use uuid::Uuid;

fn uid(number: u128) -> AssetUid {
    AssetUid(Uuid::from_u128(number))
}

fn machine(number: u128, name: &str, switch_port: &str) -> Machine {
    Machine {
        asset: uid(number),
        names: vec![name.into()],
        is_switch: false,
        is_half_heard: true,
        switch_port: switch_port.into(),
    }
}

fn switch(number: u128, name: &str) -> Machine {
    Machine { is_switch: true, is_half_heard: false, ..machine(number, name, "") }
}

fn told(number: u128, chassis: &str, port: &str) -> Announcement {
    Announcement { asset: uid(number), chassis: chassis.into(), port: port.into() }
}

fn segment(name: &str, assets: &[u128]) -> Segment {
    Segment { name: name.into(), assets: assets.iter().map(|number| uid(*number)).collect() }
}

/// Switch and port of a text, with these switches known.
fn read(text: &str, switches: &[Machine]) -> (Option<AssetUid>, String, Option<String>) {
    let mut machines = switches.to_vec();
    machines.push(machine(99, "x99", text));
    let advice = advise(&machines, &[], &[]);
    let proposal = advice.proposals.first().unwrap_or_else(|| panic!("{text}: {:?}", advice.untold));
    (proposal.switch, proposal.name.clone(), proposal.gains[0].port.clone())
}

#[test]
fn nothing_known_gives_nothing() {
    assert_eq!(advise(&[], &[], &[]), Advice::default());
    let advice = advise(&[machine(1, "plc", ""), switch(2, "sw")], &[], &[segment("s", &[1, 2])]);
    assert!(advice.proposals.is_empty(), "a switch that never announced itself is no neighbour data");
    assert_eq!(advice.untold, [(uid(1), Untold::NoData)]);
}

#[test]
fn the_switch_that_adds_most_comes_first_and_written_words_before_suppositions() {
    let machines = [
        switch(1, "sw-a"),
        switch(2, "sw-b"),
        switch(3, "sw-c"),
        machine(11, "a1", "SW-A ポート3"),
        Machine { is_half_heard: false, ..machine(12, "a2", "sw-a/4") },
        machine(21, "b1", "sw-b Gi1/1"),
        machine(22, "b2", "sw-b Gi1/2"),
        machine(31, "c1", ""),
        machine(32, "c2", ""),
        machine(33, "c3", ""),
        machine(34, "c4", "port 7"),
    ];
    let announcements =
        [told(1, "00:80:63:00:00:01", "port-003"), told(2, "bb", "GigabitEthernet1/1"), told(3, "cc", "1")];
    let segments = [segment("10.0.3.0/24", &[3, 31, 32, 33, 34])];
    let advice = advise(&machines, &announcements, &segments);
    let order: Vec<_> = advice.proposals.iter().map(|one| (one.switch, one.gains.len())).collect();
    assert_eq!(order, [(Some(uid(2)), 2), (Some(uid(1)), 1), (Some(uid(3)), 4)]);
    let [b, a, c] = &advice.proposals[..] else { panic!("three switches") };
    assert_eq!(
        (a.name.as_str(), a.heard_well.as_slice(), &a.chassis[..]),
        ("sw-a", &[uid(12)][..], &["00:80:63:00:00:01".to_owned()][..])
    );
    assert_eq!(a.gains[0].port.as_deref(), Some("ポート3"));
    assert!(
        a.gains[0].is_port_heard,
        "the mirror has that port, and only what comes out of the machine is missing"
    );
    assert_eq!(b.gains.iter().map(|gain| gain.is_port_heard).collect::<Vec<_>>(), [true, false]);
    assert_eq!(c.gains[0].basis, Basis::OnlySwitch("10.0.3.0/24".into()));
    assert_eq!(c.gains[3].port.as_deref(), Some("port 7"));
    assert!(advice.untold.is_empty());
    let mut turned = machines.clone();
    turned.reverse();
    assert_eq!(advise(&turned, &announcements, &segments), advice, "the order of the facts does not count");
}

#[test]
fn what_cannot_be_told_says_why() {
    let machines = [
        switch(1, "hub"),
        switch(2, "hub"),
        switch(3, "sw-c"),
        machine(11, "a", "hub 3"),
        machine(12, "b", "Gi1/0/7"),
        machine(13, "c", ""),
        machine(14, "d", ""),
    ];
    let announcements = [told(1, "x1", "1"), told(2, "x2", "1"), told(3, "x3", "1")];
    let advice = advise(&machines, &announcements, &[segment("s", &[2, 3, 13])]);
    assert!(advice.proposals.is_empty());
    let why: Vec<_> = advice.untold.iter().map(|(_, why)| why.name()).collect();
    assert_eq!(why, ["ambiguous", "only-port", "several-switches", "no-data"]);
}

#[test]
fn switches_that_name_each_other_and_themselves_end() {
    let half = |number, name: &str, port: &str| Machine {
        is_half_heard: true,
        switch_port: port.into(),
        ..switch(number, name)
    };
    let machines = [half(1, "sw-a", "sw-b 1"), half(2, "sw-b", "sw-a 1"), half(3, "sw-c", "sw-c 2")];
    let advice = advise(&machines, &[], &[]);
    let of: Vec<_> = advice.proposals.iter().map(|one| (one.switch, one.gains[0].asset)).collect();
    assert_eq!(advice.untold, [(uid(3), Untold::NoData)], "a switch is not plugged into itself");
    assert_eq!(of, [(Some(uid(1)), uid(2)), (Some(uid(2)), uid(1))]);
}

#[test]
fn a_device_in_two_subnets_is_supposed_nowhere_but_at_one_switch() {
    let machines = [switch(1, "sw-a"), switch(2, "sw-b"), machine(11, "x", "")];
    let announcements = [told(1, "x1", "1"), told(2, "x2", "1")];
    let both = [segment("a", &[1, 11]), segment("b", &[2, 11])];
    assert_eq!(advise(&machines, &announcements, &both).untold, [(uid(11), Untold::SeveralSwitches)]);
    let empty = [segment("a", &[1, 11]), segment("b", &[11])];
    assert_eq!(advise(&machines, &announcements, &empty).proposals[0].switch, Some(uid(1)));
}

#[test]
fn what_people_write_is_read() {
    let known = [switch(1, "sw1"), switch(2, "sw12"), switch(3, "制御盤室SW①"), switch(4, "core")];
    for (text, number, port) in [
        ("SW1-3", 1, Some("3")),
        ("sw12 ポート 4", 2, Some("ポート 4")),
        ("ＳＷ１２", 2, None),
        ("制御盤室ＳＷ①ポート7", 3, Some("ポート7")),
        ("制御盤室SW1/7", 3, Some("7")),
        ("core Gi1/0/3", 4, Some("Gi1/0/3")),
        ("ポート5 (core)", 4, Some("ポ-ト5")),
    ] {
        let (switch, _, found) = read(text, &known);
        assert_eq!((switch, found.as_deref()), (Some(uid(number)), port), "{text}");
    }
    for (text, name, port) in [
        ("SW3-5", "SW3", Some("5")),
        ("SW-3", "SW-3", None),
        ("HUB 2", "HUB 2", None),
        ("第2盤HUB ポート2", "第2盤HUB", Some("ポート2")),
        ("盤3：8", "盤3", Some("8")),
        ("sw123", "sw123", None),
    ] {
        let (switch, found, at) = read(text, &known);
        assert_eq!((switch, found.as_str(), at.as_deref()), (None, name, port), "{text}");
    }
}

#[test]
fn one_port_is_one_however_it_is_written() {
    for (one, other) in [
        ("Gi1/0/3", "GigabitEthernet1/0/3"),
        ("port-001", "ポート1"),
        ("3", "eth3"),
        ("Fa0/1", "FastEthernet0/1"),
        ("uplink", "UPLINK"),
    ] {
        assert!(same_port(one, other), "{one} {other}");
    }
    for (one, other) in
        [("1", "11"), ("Gi1/1", "Fa1/1"), ("Gi1/11", "Gi11/1"), ("uplink", "uplink2"), ("", "1")]
    {
        assert!(!same_port(one, other), "{one} {other}");
    }
}

#[test]
fn hostile_names_neither_fill_nor_hide_anything() {
    let long = "あ".repeat(5_000);
    let machines = [
        switch(1, "\u{202e}evil\n\tname\u{200b}"),
        switch(2, &long),
        switch(3, "1"),
        switch(4, ""),
        machine(11, "plc", "evil name\u{202e} 3"),
        machine(12, "plc", &format!("{long} 1")),
        machine(13, "plc", "\u{200b}\n"),
        machine(14, "plc", "1"),
        machine(15, "plc", "///---"),
    ];
    let announcements: Vec<_> =
        (0..10_000).map(|number| told(1, &format!("c{number}"), &format!("p{number}"))).collect();
    let advice = advise(&machines, &announcements, &[]);
    let evil = advice.proposals.iter().find(|one| one.switch == Some(uid(1))).expect("the switch");
    assert_eq!(evil.name, "evil name");
    assert_eq!((evil.chassis.len(), evil.heard_ports.len()), (64, 64));
    assert_eq!(evil.gains[0].port.as_deref(), Some("3"));
    assert!(advice.proposals.iter().all(|one| one.name.chars().count() <= 120 && !one.name.contains('\n')));
    let why = |number| advice.untold.iter().find(|(asset, _)| *asset == uid(number)).map(|(_, why)| *why);
    assert_eq!([13, 14, 15].map(why), [Some(Untold::NoData), Some(Untold::OnlyPort), Some(Untold::NoData)]);
}
