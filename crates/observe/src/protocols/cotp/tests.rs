use crate::check;

/// Connection of an S7 client to rack 0 slot 2, then the hand-shake of S7.
const CONNECT: &[&str] = &[
    "> 0300 0016 11 e0 0000 0001 00 c0010a c1020100 c2020102",
    "< 0300 0016 11 d0 0001 0002 00 c0010a c1020100 c2020102",
];

#[test]
fn a_connection_tells_rack_and_slot() {
    check::stream(
        102,
        CONNECT,
        r#"
        > cotp command 14 "connection request" verb=other Request tsap="0x0102"
        > cotp identity server slot=0/2 Other called-tsap="0x0102"
        > cotp identity client Other calling-tsap="0x0100"
        < cotp command 13 "connection confirm" verb=other Response tsap="0x0102"
        < cotp identity server slot=0/2 Other called-tsap="0x0102"
        < cotp identity client Other calling-tsap="0x0100"
        "#,
    );
    check::stream_on_another_port(102, CONNECT);
}

#[test]
fn a_readable_selector_is_read() {
    check::stream(
        102,
        &[
            "> 0300 0023 1e e0 0000 0006 00 c1020600 c20f 53494d415449432d524f4f542d4553 c0010a",
            "< 0300 000b 06 80 0006 0000 88",
        ],
        r#"
        > cotp command 14 "connection request" verb=other Request tsap="SIMATIC-ROOT-ES"
        > cotp identity server Other called-tsap="SIMATIC-ROOT-ES"
        > cotp identity client Other calling-tsap="0x0600"
        < cotp command 8 "disconnect request" verb=other Request
        < cotp outcome 14 Refused status=136 "connection request refused on this network connection"
        "#,
    );
}

#[test]
fn data_in_several_tpdus_is_put_together() {
    // An empty TPDU without the end mark, then an S7 message (set-up of communication) cut in three.
    let pieces = &[
        "> 0300 0007 02 f000",
        "> 0300 000b 02 f000 32010000",
        "> 0300 000b 02 f000 02000008",
        "> 0300 0011 02 f080 0000 f0000001000101e0",
    ];
    check::stream(102, pieces, r#"> s7comm command 240 "setup communication" verb=login Request"#);
}

#[test]
fn what_is_no_transport_is_said() {
    check::stream(
        102,
        &["> 45484c4f20612e6578616d706c650d0a", "< 3235302d622e6578616d706c650d0a"],
        r#"< cotp anomaly WrongProtocol { expected: "cotp" }"#,
    );
}

#[test]
fn real_captures() {
    check::shared("testbed/s7comm.pcap", &["cotp messages=418 malformed=0"]);
}
