use crate::check;

#[test]
fn an_outstation_says_who_it_is() {
    check::stream(
        20000,
        &[
            "> 05640dc40a00010075bac0c00100fe00000016bf",
            "< 0564444401000a00167ac0c081000000fc000000010441636d654ef200fa00000001055254552d3900f20000b7de000104322e343000f80000000104534e1786373700f7000000010650756d702033ecd6",
        ],
        r#"
        > dnp3 identity sender Address link-address="1"
        > dnp3 command 1 "read" verb=identify Request unit=10 device-attribute:254+1
        < dnp3 identity sender unit=10 Address link-address="10"
        < dnp3 command 129 "response" verb=report Response unit=10 device-attribute:252+1
        < dnp3 role sender unit=10 Rtu
        < dnp3 identity sender unit=10 Vendor attribute.manufacturer="Acme"
        < dnp3 identity sender unit=10 Model attribute.product-name="RTU-9"
        < dnp3 identity sender unit=10 Firmware attribute.software-version="2.40"
        < dnp3 identity sender unit=10 Serial attribute.serial-number="SN77"
        < dnp3 identity sender unit=10 Name attribute.device-name="Pump 3"
        "#,
    );
}

#[test]
fn a_file_is_opened_for_writing_and_refused() {
    check::stream(
        20000,
        &[
            "> 056436c40a000100ba3ac0c21946035b0128001a000e0000000052a3000000ff010000000000100000020000caf20401002f7072672f756e6974312e636622b6679406",
            "< 05641d4401000a009183c0c281000046045b010d000000000000db3a000000000001000119d0",
        ],
        r#"
        > dnp3 identity sender Address link-address="1"
        > dnp3 command 25 "open file" verb=write-file Request unit=10 file="/prg/unit1.cfg"
        > dnp3 file Write "/prg/unit1.cfg" size=Some(4096)
        < dnp3 identity sender unit=10 Address link-address="10"
        < dnp3 command 129 "response" verb=report Response unit=10
        < dnp3 role sender unit=10 Rtu
        < dnp3 outcome 25 Refused status=1 "permission denied"
        "#,
    );
}

#[test]
fn segments_become_one_fragment_with_its_values() {
    check::stream(
        20000,
        &[
            "> 05640bc40a000100acd1c0c3013c0106f535",
            "< 05640f4401000a00e7dd45c38100001e05000003364c",
            "< 0564114401000a00235406010000c03f01000010c001c0db",
            "< 05641b4401000a0048e8870000000001002474491501280100071b3a0001393000005c79",
        ],
        r#"
        > dnp3 identity sender Address link-address="1"
        > dnp3 command 1 "read" verb=read Request unit=10 class:0+1
        < dnp3 identity sender unit=10 Address link-address="10"
        < dnp3 command 129 "response" verb=report Response unit=10 analog-input:0+4
        < dnp3 role sender unit=10 Rtu
        < dnp3 value sender unit=10 analog-input:0+1 = 1.5
        < dnp3 value sender unit=10 analog-input:1+1 = -2.25
        < dnp3 value sender unit=10 analog-input:2+1 = 0.0
        < dnp3 value sender unit=10 analog-input:3+1 = 1000000.0
        < dnp3 value sender unit=10 frozen-counter:7+1 = 12345
        "#,
    );
}

#[test]
fn refusals_are_outcomes_of_what_was_asked() {
    check::stream(
        20000,
        &[
            "> 05641ac40a0001008a1cc0c4050c0128010005000301640000009e566400000000005b",
            "< 05641c4401000a007636c0c48100000c01280100050003016400027b00006400000009d792",
            "> 056408c40a000100fc42c0c51260d4",
            "< 05640a4401000a006e25c0c581000101c0",
        ],
        r#"
        > dnp3 identity sender Address link-address="1"
        > dnp3 command 5 "direct operate" verb=operate Request unit=10 binary-output:5+1
        > dnp3 value receiver unit=10 binary-output:5+1 = 3
        < dnp3 identity sender unit=10 Address link-address="10"
        < dnp3 command 129 "response" verb=report Response unit=10 binary-output:5+1
        < dnp3 role sender unit=10 Rtu
        < dnp3 outcome 5 Refused status=9 "not authorized"
        > dnp3 command 18 "stop application" verb=stop Request unit=10
        < dnp3 command 129 "response" verb=report Response unit=10
        < dnp3 outcome 18 Refused status=1 "function code not supported"
        < dnp3 role sender unit=10 Rtu
        "#,
    );
}

#[test]
fn the_master_sets_the_clock_and_clears_the_restart_indication() {
    check::stream(
        20000,
        &[
            "> 056412c40a0001005686c0c602320107010068e5cf8b0119f1",
            "> 05640ec40a0001002529c0c702500100070700522b",
            "< 0564124401000a0073c7c0f78280000201280100030081a77b",
        ],
        r#"
        > dnp3 identity sender Address link-address="1"
        > dnp3 command 2 "write" verb=set-clock Request unit=10 time:0+1
        > dnp3 clock 1700000000000000000
        > dnp3 command 2 "write" verb=diagnose Request unit=10 internal-indication:7+1
        < dnp3 identity sender unit=10 Address link-address="10"
        < dnp3 command 130 "unsolicited response" verb=report Unsolicited unit=10 binary-input:3+1
        < dnp3 role sender unit=10 Rtu
        < dnp3 value sender unit=10 binary-input:3+1 = true
        "#,
    );
}

#[test]
fn authentication_names_the_user_and_never_the_key() {
    check::stream(
        20000,
        &[
            "> 056418c40a0001003d3ac0c82078025b010a00010000000300aa4259bbccdd5ec4",
            "< 05641f4401000a0026a5c0c883000078075b010f000100000003405e00010005000000000000ad4e",
        ],
        r#"
        > dnp3 identity sender Address link-address="1"
        > dnp3 command 32 "authentication request" verb=login Request unit=10 authentication:0+1
        > dnp3 login "3" challenge Attempted
        < dnp3 identity sender unit=10 Address link-address="10"
        < dnp3 command 131 "authentication response" verb=login Response unit=10 authentication:0+1
        < dnp3 role sender unit=10 Rtu
        < dnp3 login "3" challenge Refused
        "#,
    );
}

#[test]
fn link_functions_are_no_commands() {
    check::stream(
        20000,
        &["> 056405c90a000100feda", "< 0564050b01000a006ded"],
        r#"
        > dnp3 identity sender Address link-address="1"
        < dnp3 identity sender unit=10 Address link-address="10"
        "#,
    );
}

#[test]
fn it_is_found_on_another_port_and_in_datagrams() {
    let messages = [
        "> 05641ac40a0001008a1cc0c4050c0128010005000301640000009e566400000000005b",
        "< 05641c4401000a007636c0c48100000c01280100050003016400027b00006400000009d792",
        "> 056408c40a000100fc42c0c51260d4",
        "< 05640a4401000a006e25c0c581000101c0",
    ];
    check::stream_on_another_port(20000, &messages);
    check::datagrams(
        20000,
        &messages[..2],
        r#"
        > dnp3 identity sender Address link-address="1"
        > dnp3 command 5 "direct operate" verb=operate Request unit=10 binary-output:5+1
        > dnp3 value receiver unit=10 binary-output:5+1 = 3
        < dnp3 identity sender unit=10 Address link-address="10"
        < dnp3 command 129 "response" verb=report Response unit=10 binary-output:5+1
        < dnp3 role sender unit=10 Rtu
        < dnp3 outcome 5 Refused status=9 "not authorized"
        "#,
    );
}

#[test]
fn what_is_not_dnp3_on_its_port_is_said_once() {
    check::stream(
        20000,
        &["> 45484c4f20612e6578616d706c650d0a", "< 3235302d622e6578616d706c650d0a"],
        r#"< dnp3 anomaly WrongProtocol { expected: "dnp3" }"#,
    );
}

#[test]
fn a_wrong_checksum_is_a_defect() {
    check::stream(
        20000,
        &["> 05640bc40a000100acd1 c0c3013c0106 f536"],
        r#"
        > dnp3 malformed bad_checksum at 10
        "#,
    );
}

#[test]
fn control_from_the_test_bed() {
    check::capture(
        "dnp3/captures/control.pcap",
        r#"
        > dnp3 identity sender Address link-address="1"
        < dnp3 identity sender unit=10 Address link-address="10"
        > dnp3 command 5 "direct operate" verb=operate Request unit=10 binary-output:0+1
        > dnp3 value receiver unit=10 binary-output:0+1 = 3
        < dnp3 command 129 "response" verb=report Response unit=10 binary-output:0+1
        < dnp3 role sender unit=10 Rtu
        > dnp3 command 21 "disable unsolicited responses" verb=configure Request unit=10 class:1+1
        < dnp3 command 129 "response" verb=report Response unit=10
        < dnp3 role sender unit=10 Rtu
        > dnp3 command 23 "delay measurement" verb=diagnose Request unit=10
        < dnp3 command 129 "response" verb=report Response unit=10 time:0+1
        < dnp3 role sender unit=10 Rtu
        > dnp3 command 14 "warm restart" verb=reset Request unit=10
        < dnp3 command 129 "response" verb=report Response unit=10 time:0+1
        < dnp3 role sender unit=10 Rtu
        > dnp3 command 13 "cold restart" verb=reset Request unit=10
        < dnp3 command 129 "response" verb=report Response unit=10 time:0+1
        < dnp3 role sender unit=10 Rtu
        > dnp3 command 1 "read" verb=read Request unit=10 class:1+1
        < dnp3 command 129 "response" verb=report Response unit=10 analog-input:0+1
        < dnp3 role sender unit=10 Rtu
        < dnp3 value sender unit=10 analog-input:0+1 = 120
        < dnp3 value sender unit=10 binary-input:0+1 = false
        < dnp3 value sender unit=10 binary-input:1+1 = true
        < dnp3 value sender unit=10 binary-input:2+1 = false
        < dnp3 value sender unit=10 binary-input:3+1 = true
        < dnp3 value sender unit=10 binary-input:4+1 = false
        < dnp3 value sender unit=10 binary-input:5+1 = true
        < dnp3 value sender unit=10 binary-input:6+1 = false
        < dnp3 value sender unit=10 binary-input:7+1 = true
        < dnp3 value sender unit=10 analog-input:0+1 = 120
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared("dnp3/iti__dnp3_file_write.pcap", &["dnp3 25 open file=1", "dnp3 26 close file=1"]);
    // A fragment of more than 2048 bytes: its function is told, the rest is not believed.
    check::shared("dnp3/suricata__dnp3-dnp3-max-points-test.pcap", &["dnp3 2 write=1"]);
    check::shared("dnp3/zeek__dnp3_udp_select_operate.pcap", &["dnp3 3 select=1", "dnp3 4 operate=1"]);
    check::shared("testbed/dnp3.pcap", &["dnp3 1 read=23"]);
}
