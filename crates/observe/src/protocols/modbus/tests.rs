use crate::check;

const EXCHANGE: &[&str] = &[
    "> 0001 0000 0006 01 03 0010 0002",
    "< 0001 0000 0007 01 03 04 00ff 1234",
    "> 0002 0000 0006 ff 05 0007 ff00",
    "< 0002 0000 0006 ff 05 0007 ff00",
];

#[test]
fn reads_name_their_values_and_writes_are_writes() {
    check::stream(
        502,
        EXCHANGE,
        r#"
        > modbus command 3 "read holding registers" verb=read Request unit=1 holding-register:16+2
        < modbus command 3 "read holding registers" verb=read Response unit=1
        < modbus value server unit=1 holding-register:16+1 = 255
        < modbus value server unit=1 holding-register:17+1 = 4660
        < modbus role server unit=1 Controller
        > modbus command 5 "write single coil" verb=write Request coil:7+1
        > modbus value server coil:7+1 = true
        < modbus command 5 "write single coil" verb=write Response coil:7+1
        < modbus role server Controller
        "#,
    );
    check::stream_on_another_port(502, EXCHANGE);
}

#[test]
fn a_device_says_who_it_is() {
    check::stream(
        502,
        &[
            "> 0009 0000 0005 00 2b0e0100",
            "< 0009 0000 0017 00 2b0e01010000 02 00 0453636869 01 07424d5820503334",
        ],
        r#"
        > modbus command 43 "encapsulated interface transport" verb=identify Request
        < modbus command 43 "encapsulated interface transport" verb=identify Response
        < modbus identity server Vendor device-id.vendor-name="Schi"
        < modbus identity server OrderNumber device-id.product-code="BMX P34"
        < modbus role server Controller
        "#,
    );
}

#[test]
fn a_refusal_is_an_outcome() {
    check::stream(
        502,
        &["> 0001 0000 0006 01 04 0010 0002", "< 0001 0000 0003 01 84 02"],
        r#"
        > modbus command 4 "read input registers" verb=read Request unit=1 input-register:16+2
        < modbus command 4 "read input registers" verb=read Response unit=1
        < modbus outcome 4 Refused status=2 "illegal data address"
        "#,
    );
}

#[test]
fn what_is_not_modbus_on_its_port_is_said_once() {
    check::stream(
        502,
        &["> 45484c4f20612e6578616d706c650d0a", "< 3235302d622e6578616d706c650d0a"],
        r#"
        < modbus anomaly WrongProtocol { expected: "modbus" }
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared("testbed/modbus.pcap", &["modbus 6 write single register=14"]);
}

#[test]
fn a_scanner_asks_a_device_who_it_is() {
    check::capture("modbus/captures/identity.pcap", include_str!("captures/identity.expected"));
}
