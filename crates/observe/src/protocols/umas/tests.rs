use crate::check;

#[test]
fn an_answer_is_told_by_its_request() {
    let messages = [
        "> 0000 0000 0004 00 5a 00 02",
        "< 0000 0000 0032 00 5a 00 fe 10ff5a010100000070020000270009000800000000000e3134302043505520333131203130010101000000001100",
        "> 0016 0000 0018 00 5a 00 10 434c00000f555345522d37313445373446323142",
        "< 0016 0000 0005 00 5a 00 fe 01",
        "> 0017 0000 0004 00 5a 01 41",
        "< 0017 0000 0006 00 5a 01 fd 8180",
    ];
    check::stream(
        502,
        &messages,
        r#"
        > modbus command 90 "umas" verb=other Request
        > umas command 2 "read id" verb=identify Request
        < modbus command 90 "umas" verb=other Response
        < modbus role server Controller
        < umas command 2 "read id" verb=identify Response
        < umas role server Controller
        < umas identity server Model read-id.name="140 CPU 311 10"
        < umas identity server Firmware read-id.version="2.70"
        > modbus command 90 "umas" verb=other Request
        > umas command 16 "take plc reservation" verb=login Request
        > umas identity client Name reservation.owner="USER-714E74F21B"
        > umas role client EngineeringStation
        < modbus command 90 "umas" verb=other Response
        < modbus role server Controller
        < umas command 16 "take plc reservation" verb=login Response
        < umas role server Controller
        > modbus command 90 "umas" verb=other Request
        > umas command 65 "stop plc" verb=stop Request
        < modbus command 90 "umas" verb=other Response
        < modbus role server Controller
        < umas command 65 "stop plc" verb=stop Response
        < umas outcome 65 Refused status=33152 ""
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared(
        "umas-modicon/iti__modicon_test.pcap",
        &["modbus 90 umas=180", "umas messages=180 malformed=0", "umas 16 take plc reservation=2"],
    );
}

#[test]
fn a_station_reserves_and_stops() {
    check::capture("umas/captures/reservation.pcap", include_str!("captures/reservation.expected"));
}
