use crate::check;

const BIND_AND_MAP: &[&str] = &[
    // bind to the endpoint mapper with context 1
    "> 05000b03 10000000 4800 0000 01000000 b810 b810 00000000 01000000 0100 0100 \
     0883afe1 1f5d c911 91a408002b14a0fa 03000000 045d888a eb1c c911 9fe8 08002b104860 02000000",
    "< 05000c03 10000000 1c00 0000 01000000 b810 b810 00000000 0000 0000",
    "> 05000003 10000000 1800 0000 02000000 00000000 0100 0300",
    // ept_map answer with one tower of two floors: the interface and TCP port 49667
    "< 05000203 10000000 5800 0000 02000000 00000000 0100 0000 \
     0000000000000000000000000000000000000000 01000000 01000000 00000000 01000000 03000000 \
     0e000000 0e000000 0200 0100 0d 0000 0100 07 0200 c203 0000",
];

#[test]
fn interfaces_name_their_operations_and_ports_are_announced() {
    check::stream(
        135,
        BIND_AND_MAP,
        r#"
        > dcerpc identity server Other interface="e1af8308-5d1f-11c9-91a4-08002b14a0fa"
        > dcerpc identity server Other interface-name="epmapper"
        > dcerpc command epmapper 3 "ept_map" verb=discover Request
        < dcerpc command epmapper 3 "ept_map" verb=discover Response
        "#,
    );
    check::stream_on_another_port(135, BIND_AND_MAP);
}

#[test]
fn a_fault_is_an_outcome() {
    check::stream(
        135,
        &[
            "> 05000003 10000000 1800 0000 02000000 00000000 0100 0900",
            "< 05000303 10000000 2000 0000 02000000 00000000 0100 0000 0300011c 00000000",
        ],
        r#"
        > dcerpc command 9 "" verb=other Request
        < dcerpc command 9 "" verb=other Response
        < dcerpc outcome 9 Failed status=469827587 "fault"
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared("it/scapy__dcerpc_privacy_krb.pcapng", &["dcerpc epmapper 3 ept_map=4"]);
}
