use crate::check;

#[test]
fn a_device_says_who_it_is_in_any_character_set() {
    check::datagrams(
        47808,
        &[
            "> 810a001101040005010c0c02002710194d",
            "< 810a001d010030010c0c02002710194d3e7509045145586b6a5f24613f",
            "> 810a001101040005020c0c020027101979",
            "< 810a0019010030020c0c0200271019793e75050041636d653f",
            "> 810a001101040005030c0c02002710193a",
            "< 810a001b010030030c0c02002710193a3e75070103a4eee08bb43f",
            "> 810a001101040005040c0c020027101946",
            "< 810a001a010030040c0c0200271019463e750605476572e4743f",
            "> 810a001101040005050c0c020027101978",
            "< 810a0014010030050c0c0200271019783e21243f",
        ],
        r#"
        > bacnet command confirmed 12 "read property" verb=read Request device=8/10000/77
        < bacnet command confirmed 12 "read property" verb=read Response device=8/10000/77
        < bacnet identity sender Name object-name="充填機②"
        < bacnet role sender BuildingController
        > bacnet command confirmed 12 "read property" verb=read Request device=8/10000/121
        < bacnet command confirmed 12 "read property" verb=read Response device=8/10000/121
        < bacnet identity sender Vendor vendor-name="Acme"
        < bacnet role sender BuildingController
        > bacnet command confirmed 12 "read property" verb=read Request device=8/10000/58
        < bacnet command confirmed 12 "read property" verb=read Response device=8/10000/58
        < bacnet identity sender Location location="\xee\xe0\x8b\xb4"
        < bacnet role sender BuildingController
        > bacnet command confirmed 12 "read property" verb=read Request device=8/10000/70
        < bacnet command confirmed 12 "read property" verb=read Response device=8/10000/70
        < bacnet identity sender Model model-name="Ger\xe4t"
        < bacnet role sender BuildingController
        > bacnet command confirmed 12 "read property" verb=read Request device=8/10000/120
        < bacnet command confirmed 12 "read property" verb=read Response device=8/10000/120
        < bacnet identity sender Other vendor-id="36"
        < bacnet identity sender Vendor vendor-id.name="Tridium"
        < bacnet role sender BuildingController
        "#,
    );
}

#[test]
fn answers_come_from_the_server_although_they_are_seen_first() {
    check::datagrams(
        47808,
        &[
            "< 810a001401001000c4020027102205c491032105",
            "> 810a001101040005090c0c02002710192c",
            "< 810a0018010030090c0c02002710192c3e750400392e303f",
        ],
        r#"
        < bacnet command unconfirmed 0 "i-am" verb=discover Response device=8/10000/0
        < bacnet identity sender Address device-instance="10000"
        < bacnet identity sender Other vendor-id="5"
        < bacnet identity sender Vendor vendor-id.name="Johnson Controls"
        > bacnet command confirmed 12 "read property" verb=read Request device=8/10000/44
        < bacnet command confirmed 12 "read property" verb=read Response device=8/10000/44
        < bacnet identity sender Firmware firmware-revision="9.0"
        < bacnet role sender BuildingController
        "#,
    );
}

#[test]
fn writes_operate_force_and_configure() {
    check::datagrams(
        47808,
        &[
            "> 810a001801040005010f0c0080000119553e44423400003f",
            "< 810a0009010020010f",
            "> 810a001501040005020f0c0100000719553e91013f",
            "> 810a001401040005030f0c0000000319513e113f",
            "> 810a001501040005040f0c04000001195a3e91033f",
            "> 810a001901040005050f0c02002710194d3e7504006e65773f",
            "< 810a000d010050050f91029128",
        ],
        r#"
        > bacnet command confirmed 15 "write property" verb=write Request analog-value=2/1/85
        > bacnet value receiver analog-value=2/1/85 = 45.0
        < bacnet command confirmed 15 "write property" verb=write Response
        < bacnet role sender BuildingController
        > bacnet command confirmed 15 "write property" verb=operate Request binary-output=4/7/85
        > bacnet value receiver binary-output=4/7/85 = 1
        > bacnet command confirmed 15 "write property" verb=force Request analog-input=0/3/81
        > bacnet command confirmed 15 "write property" verb=stop Request program=16/1/90
        > bacnet command confirmed 15 "write property" verb=configure Request device=8/10000/77
        < bacnet command confirmed 15 "write property" verb=write Response
        < bacnet outcome 15 Refused status=131112 "write access denied"
        "#,
    );
}

#[test]
fn a_device_is_restarted_silenced_and_refuses() {
    check::datagrams(
        47808,
        &[
            "> 810a001001040005011409001b007077",
            "< 810a000d01005001149104911a",
            "> 810a000c0104000502111901",
            "< 810a00090100600209",
            "> 810a000c0104000503140904",
            "< 810a00090100710305",
        ],
        r#"
        > bacnet command confirmed 20 "reinitialize device" verb=reset Request
        < bacnet command confirmed 20 "reinitialize device" verb=reset Response
        < bacnet outcome 20 Refused status=262170 "password failure"
        < bacnet login "" password Refused
        > bacnet command confirmed 17 "device communication control" verb=change-mode Request
        < bacnet outcome 17 Refused status=9 "unrecognized service"
        > bacnet command confirmed 20 "reinitialize device" verb=download-program Request
        < bacnet outcome 20 Failed status=5 "security error"
        "#,
    );
}

#[test]
fn a_property_list_has_its_values() {
    check::datagrams(
        47808,
        &[
            "> 810a001e01040005070e0c000000011e0955096f1f0c020027101e094d1f",
            "< 810a0034010030070e0c000000011e29554e4441ac00004f296f5e910291205f1f0c020027101e294d4e7506004148552d374f1f",
        ],
        r#"
        > bacnet command confirmed 14 "read property multiple" verb=read Request analog-input=0/1/85
        < bacnet command confirmed 14 "read property multiple" verb=read Response analog-input=0/1/85
        < bacnet value sender analog-input=0/1/85 = 21.5
        < bacnet identity sender Name object-name="AHU-7"
        < bacnet role sender BuildingController
        "#,
    );
}

#[test]
fn devices_behind_a_router_are_units() {
    check::datagrams(
        47808,
        &[
            "> 810a0016012407d1011dff0005010c0c023fffff194d",
            "< 810a0018010807d1011d1000c40201f0c32201e091032108",
            "> 810a0016012407d1011dff0005020c0c0201f0c3194d",
            "< 810a001e010807d1011d30020c0c0201f0c3194d3e75060056415620333f",
            "> 810b0007018000",
            "< 810b000b01800107d107d2",
        ],
        r#"
        > bacnet command confirmed 12 "read property" verb=read Request unit=2147995933 device=8/4194303/77
        < bacnet role sender Gateway
        < bacnet command unconfirmed 0 "i-am" verb=discover Response unit=127171 device=8/127171/0
        < bacnet identity sender unit=127171 Address device-instance="127171"
        < bacnet identity sender unit=127171 Other vendor-id="8"
        < bacnet identity sender unit=127171 Vendor vendor-id.name="Delta Controls"
        > bacnet command confirmed 12 "read property" verb=read Request unit=127171 device=8/127171/77
        < bacnet role sender Gateway
        < bacnet command confirmed 12 "read property" verb=read Response unit=127171 device=8/127171/77
        < bacnet identity sender unit=127171 Name object-name="VAV 3"
        < bacnet role sender unit=127171 BuildingController
        > bacnet command network 0 "who-is-router-to-network" verb=discover Request
        < bacnet command network 1 "i-am-router-to-network" verb=discover Response network:2001+2
        < bacnet role sender Gateway
        "#,
    );
}

#[test]
fn link_management_is_told() {
    check::datagrams(
        47808,
        &["> 81050006003c", "< 810000060030", "> 8101000e0a000001bac0ffffffff"],
        r#"
        > bacnet command bvlc 5 "register-foreign-device" verb=subscribe Request
        < bacnet command bvlc 0 "bvlc-result" verb=other Response
        < bacnet outcome 5 Refused status=48 "register-foreign-device refused"
        > bacnet command bvlc 1 "write-broadcast-distribution-table" verb=configure Request
        "#,
    );
}

#[test]
fn a_forwarded_broadcast_is_its_origin_s() {
    check::datagrams(
        47808,
        &[
            "> 8104001a0a00004dbac001001000c4020000072205c491032118",
            "> 810b001201001006a47e041504b40c1e0000",
            "> 810b000c01001008090019ff",
        ],
        r#"
        > bacnet command unconfirmed 0 "i-am" verb=discover Response device=8/7/0
        > bacnet identity 10.0.0.77 Address device-instance="7"
        > bacnet identity 10.0.0.77 Other vendor-id="24"
        > bacnet identity 10.0.0.77 Vendor vendor-id.name="Automated Logic"
        > bacnet command unconfirmed 6 "time synchronization" verb=set-clock Request
        > bacnet clock 1776774600000000000
        > bacnet command unconfirmed 8 "who-is" verb=discover Request device:0+256
        "#,
    );
}

#[test]
fn it_is_found_on_another_port() {
    check::datagrams(
        39017,
        &["> 810a001101040005010c0c02002710194d", "< 810a0018010030010c0c02002710194d3e7504004148553f"],
        r#"
        > bacnet command confirmed 12 "read property" verb=read Request device=8/10000/77
        < bacnet command confirmed 12 "read property" verb=read Response device=8/10000/77
        < bacnet identity sender Name object-name="AHU"
        < bacnet role sender BuildingController
        "#,
    );
}

#[test]
fn ethernet_and_recorded_ms_tp_carry_the_same() {
    check::frames(
        "ffffffffffff 00602d0015d5 001f 8282 03",
        &["0128 ffff00 0001 06 c0a8000dbac0 fe 1000 c40200006f 2132 9103 212a"],
        r#"
        > bacnet role sender Gateway
        > bacnet command unconfirmed 0 "i-am" verb=discover Response unit=111 device=8/111/0
        > bacnet identity sender unit=111 Address device-instance="111"
        > bacnet identity sender unit=111 Other vendor-id="42"
        > bacnet identity sender unit=111 Vendor vendor-id.name="Acuity Brands"
        "#,
    );
    check::frames(
        "0000000000ff 000000000072 0035 aaaa03 001090 0001",
        &["0000 80 06ff720014 1f 0120ffff00ff 1000 c402015062 2180 9103 220104 b396"],
        r#"
        > bacnet command unconfirmed 0 "i-am" verb=discover Response device=8/86114/0
        > bacnet identity sender Address device-instance="86114"
        > bacnet identity sender Other vendor-id="260"
        "#,
    );
}

#[test]
fn what_is_not_bacnet_on_its_port_is_not_believed() {
    check::datagrams(47808, &["> 45484c4f20612e6578616d706c650d0a", "> 810a000b1007 2c0200003d"], "");
}

#[test]
fn abuse_from_the_test_bed() {
    check::capture(
        "bacnet/captures/abuse.pcap",
        r#"
        > bacnet command unconfirmed 8 "who-is" verb=discover Request
        < bacnet command unconfirmed 0 "i-am" verb=discover Response device=8/41019/0
        < bacnet identity sender Address device-instance="41019"
        < bacnet identity sender Other vendor-id="5"
        < bacnet identity sender Vendor vendor-id.name="Johnson Controls"
        < bacnet command unconfirmed 0 "i-am" verb=discover Response device=8/999/0
        < bacnet identity sender Address device-instance="999"
        < bacnet identity sender Other vendor-id="999"
        > bacnet command confirmed 15 "write property" verb=write Request analog-value=2/1/85
        > bacnet value receiver analog-value=2/1/85 = 45.0
        < bacnet command confirmed 15 "write property" verb=write Response
        < bacnet role sender BuildingController
        > bacnet command confirmed 20 "reinitialize device" verb=reset Request
        < bacnet outcome 20 Refused status=9 "unrecognized service"
        > bacnet command confirmed 17 "device communication control" verb=change-mode Request
        < bacnet outcome 17 Refused status=9 "unrecognized service"
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared(
        "bacnet/ct__BACnet-MSTP-SNAP-Mixed.pcap",
        &["bacnet messages=137 malformed=0", "bacnet confirmed 12 read property=124"],
    );
    check::shared(
        "bacnet/icsnpp-bacnet__bacnet_error_reject_abort.pcap",
        &["bacnet confirmed 16 write property multiple=1", "bacnet unconfirmed 14 you-are=1"],
    );
    check::shared("testbed/bacnet.pcap", &["bacnet confirmed 15 write property=4"]);
}
