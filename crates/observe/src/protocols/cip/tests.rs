use crate::check;

/// Lines of CIP alone: those of the encapsulation are proved at `enip`.
fn stream(messages: &[&str], expected: &str) {
    let with_carrier: Vec<String> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .flat_map(|line| match line.split_once(" enip ") {
            Some((way, "unit")) => {
                vec![format!("{way} enip command 112 \"send unit data\" verb=other {}", phase(way))]
            }
            Some((way, _)) => {
                vec![format!("{way} enip command 111 \"send rr data\" verb=other {}", phase(way))]
            }
            None => vec![line.to_owned()],
        })
        .collect();
    check::stream(44_818, messages, &with_carrier.join("\n"));
}

fn phase(way: &str) -> &'static str {
    if way == ">" { "Request" } else { "Response" }
}

#[test]
fn a_module_behind_the_backplane_says_who_it_is() {
    stream(
        &[
            "> 6f00 2400 00010211 00000000 0481300018a7e100 00000000 00000000 0a00 0200 0000 0000 b200 1400
             52 02 2006 2401 06 9a 0600 01 02 2001 2401 01 00 0100",
            "< 6f00 3700 00010211 00000000 0481300018a7e100 00000000 00000000 0a00 0200 0000 0000 b200 2700
             81 00 00 00 0100 0e00 3600 1014 6030 3f825100 14 313735362d4c36312f42204c4f47495835353631",
        ],
        r#"
        > enip rr
        > cip command 82 "unconnected send" verb=other Request connection-manager=6/1/0
        > cip command 1 "get attributes all" verb=identify Request slot=0/0 identity=1/1/0
        < enip rr
        < cip command 1 "get attributes all" verb=identify Response slot=0/0 identity=1/1/0
        < cip identity server slot=0/0 Other identity.vendor-id="1"
        < cip identity server slot=0/0 Vendor identity.vendor="Rockwell Automation"
        < cip identity server slot=0/0 Other identity.device-type="14"
        < cip role server slot=0/0 Controller
        < cip identity server slot=0/0 Other identity.product-code="54"
        < cip identity server slot=0/0 Firmware identity.revision="16.20"
        < cip identity server slot=0/0 Other identity.revision-word="4116"
        < cip identity server slot=0/0 Other identity.status="3060"
        < cip identity server slot=0/0 Serial identity.serial="0051823f"
        < cip identity server slot=0/0 Model identity.product-name="1756-L61/B LOGIX5561"
        "#,
    );
}

#[test]
fn tags_are_named_in_both_directions_and_failures_are_outcomes() {
    stream(
        &[
            // Read SPEED[2], two elements; write RUN; a tag that does not exist: three services in one packet.
            "> 7000 4c00 01000000 00000000 0000000000000000 00000000 00000000 0a00 0200 a100 0400 01020304 b100 3800
             0100 0a 02 2002 2401 0300 0800 1600 2600
             4c 05 9105 5350454544 00 2802 0200
             4d 03 9103 52554e 00 c400 0100 2a000000
             4c 03 9104 4e4f4e45 0100",
            "< 7000 3800 01000000 00000000 0000000000000000 00000000 00000000 0000 0200 a100 0400 05060708 b100 2400
             0100 8a 00 1e 00 0300 0800 1600 1a00
             cc 00 00 00 c400 07000000 f9ffffff
             cd 00 00 00
             cc 00 05 00",
        ],
        r#"
        > enip unit
        > cip command 10 "multiple service packet" verb=other Request message-router=2/1/0
        > cip command 76 "read tag" verb=read Request tag="SPEED[2]"
        > cip command 77 "write tag" verb=write Request tag="RUN"
        > cip value server tag="RUN" = 42
        > cip command 76 "read tag" verb=read Request tag="NONE"
        < enip unit
        < cip command 10 "multiple service packet" verb=other Response message-router=2/1/0
        < cip outcome 10 Failed status=30 "embedded service error"
        < cip command 76 "read tag" verb=read Response tag="SPEED[2]"
        < cip value server tag="SPEED[2]" = 7
        < cip value server tag="SPEED[3]" = -7
        < cip role server Controller
        < cip command 77 "write tag" verb=write Response tag="RUN"
        < cip command 76 "read tag" verb=read Response tag="NONE"
        < cip outcome 76 Refused status=5 "path destination unknown"
        "#,
    );
}

#[test]
fn a_connection_leads_to_the_module_that_its_opening_named() {
    stream(
        &[
            "> 6f00 4000 01000000 00000000 5900000000000000 00000000 00000000 0a00 0200 0000 0000 b200 3000
             54 02 2006 2401 07 9b 00000000 0500fe80 0600 4d00 e0312b3d 02 000000 d0121300 1243 d0121300 1243 a3
             03 0100 2002 2401",
            "< 6f00 2e00 01000000 00000000 5900000000000000 00000000 00000000 0a00 0200 0000 0000 b200 1e00
             d4 00 00 00 6ef3240a 0500fe80 0600 4d00 e0312b3d d0121300 d0121300 00 00",
            "> 7000 1c00 01000000 00000000 0000000000000000 00000000 00000000 0000 0200 a100 0400 6ef3240a b100 0800
             0100 07 02 208e 2401",
            "< 7000 1a00 01000000 00000000 0000000000000000 00000000 00000000 0000 0200 a100 0400 0500fe80 b100 0600
             0100 87 00 0f 00",
        ],
        r#"
        > enip rr
        > cip identity client Other originator.serial="3d2b31e0"
        > cip command 84 "forward open" verb=other Request connection-manager=6/1/0
        < enip rr
        < cip command 84 "forward open" verb=other Response connection-manager=6/1/0
        > enip unit
        > cip command 7 "stop" verb=stop Request slot=0/0 mode=142/1/0
        < enip unit
        < cip command 7 "stop" verb=stop Response slot=0/0 mode=142/1/0
        < cip outcome 7 Refused status=15 "privilege violation"
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared(
        "enip-cip/iti__EthernetIP-CIP.pcap",
        &[
            "cip messages=8799 malformed=0",
            "cip 1 get attributes all=438",
            "cip 10 multiple service packet=8361",
            "cip 78 read modify write tag=2888",
            "cip 82 unconnected send=219",
        ],
    );
    check::shared("enip-cip/iti__cip_start_plc.pcap", &["cip 6 start=1"]);
    check::shared("enip-cip/iti__cip_stop_plc.pcap", &["cip 7 stop=1"]);
    check::shared("enip-cip/iti__CL5000EIP-Change_Time_Attempt.pcap", &["cip 4 set attribute list=2"]);
}

#[test]
fn a_stranger_resets_a_controller_and_writes_a_tag() {
    check::capture("cip/captures/reset.pcap", include_str!("captures/reset.expected"));
}
