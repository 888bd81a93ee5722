use crate::check;

const HEAD: &str = "010ecf000000 b827eb410066 8892";

#[test]
fn machines_are_found_and_say_who_they_are() {
    check::frames(
        HEAD,
        &[
            "fefe 05 00 00000001 0001 0004 ffff0000 0000000000000000000000000000000000000000",
            "feff 05 01 00000001 0000 0034 0202 000b 0000 583230382d424f5244 00 0203 0006 0000 002a 0a01
             0204 0004 0000 0100 0102 000e 0001 c0a80006 ffffff00 c0a80006",
        ],
        r#"
        > profinet-dcp command 5 "identify" verb=discover Request
        > profinet-dcp command 5 "identify" verb=discover Response
        > profinet-dcp identity sender Name device.name-of-station="X208-BORD"
        > profinet-dcp identity sender Other device.vendor-id="0x002a"
        > profinet-dcp identity sender Other device.device-id="0x0a01"
        > profinet-dcp role sender RemoteIo
        > profinet-dcp identity sender Other ip="192.168.0.6"
        > profinet-dcp bound 192.168.0.6 is at b8:27:eb:41:00:66
        "#,
    );
}

#[test]
fn settings_configure_and_reset() {
    check::frames(
        HEAD,
        &[
            "fefd 04 00 00000002 0000 000a 0202 0006 0001 6e657731",
            "fefd 04 01 00000002 0000 0008 0504 0003 0202 06 00",
            "fefd 04 00 00000003 0000 0006 0506 0002 0004",
            "fefd 04 00 00000004 0000 0012 0102 000e 0001 c0a8000a ffffff00 00000000",
        ],
        r#"
        > profinet-dcp command 4 "set" verb=configure Request station-name="new1"
        > profinet-dcp identity sender Other gave.name-of-station="new1"
        > profinet-dcp command 4 "set" verb=configure Response
        > profinet-dcp outcome 4 Refused status=6 "in operation, set not possible"
        > profinet-dcp command 4 "set" verb=reset Request dcp=5/6/0
        > profinet-dcp command 4 "set" verb=configure Request ip="192.168.0.10"
        > profinet-dcp identity sender Other gave.ip="192.168.0.10"
        "#,
    );
}

#[test]
fn captures() {
    check::capture("profinet_dcp/captures/supervisor.pcap", include_str!("captures/supervisor.expected"));
    check::shared(
        "profinet/iti__ChangeIPUsingDCP.pcap",
        &["profinet-dcp messages=4 malformed=0", "profinet-dcp 4 set=2", "profinet-dcp 5 identify=2"],
    );
}
