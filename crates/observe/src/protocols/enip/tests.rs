use crate::check;

const REGISTER: &str = "> 6500 0400 00000000 00000000 0000000000000000 00000000 0100 0000";
const REGISTERED: &str = "< 6500 0400 09a6183f 00000000 0000000000000000 00000000 0100 0000";

#[test]
fn a_device_says_who_it_is() {
    check::datagrams(
        44_818,
        &[
            "> 6300 0000 00000000 00000000 0000000000000000 00000000",
            "< 6300 3300 00000000 00000000 0000000000000000 00000000
             0100 0c00 2d00 0100 0002af12c0a80a780000000000000000 0100 0e00 3600 1014 6031 eeffc000
             0b 313735362d454e42542f41 03",
        ],
        r#"
        > enip command 99 "list identity" verb=discover Request
        < enip command 99 "list identity" verb=discover Response
        < enip identity sender Other identity.vendor-id="1"
        < enip identity sender Vendor identity.vendor="Rockwell Automation"
        < enip identity sender Other identity.device-type="14"
        < enip role sender Controller
        < enip identity sender Other identity.product-code="54"
        < enip identity sender Firmware identity.revision="16.20"
        < enip identity sender Other identity.revision-word="4116"
        < enip identity sender Other identity.status="3160"
        < enip identity sender Serial identity.serial="00c0ffee"
        < enip identity sender Model identity.product-name="1756-ENBT/A"
        < enip identity sender Other identity.socket-address="192.168.10.120"
        "#,
    );
}

#[test]
fn a_session_opens_and_a_refusal_is_an_outcome() {
    let messages = [
        REGISTER,
        REGISTERED,
        "> 6f00 0000 01000000 00000000 0000000000000000 00000000",
        "< 6f00 0000 01000000 64000000 0000000000000000 00000000",
    ];
    check::stream(
        44_818,
        &messages,
        r#"
        > enip command 101 "register session" verb=login Request
        < enip command 101 "register session" verb=login Response
        > enip command 111 "send rr data" verb=other Request
        < enip command 111 "send rr data" verb=other Response
        < enip outcome 111 Refused status=100 "invalid session handle"
        "#,
    );
    check::stream_on_another_port(44_818, &messages);
}

#[test]
fn what_is_not_enip_on_its_port_is_said_once() {
    check::stream(
        44_818,
        &["> 45484c4f20612e6578616d706c650d0a", "< 3235302d622e6578616d706c650d0a"],
        r#"< enip anomaly WrongProtocol { expected: "enip" }"#,
    );
}

#[test]
fn real_captures() {
    check::shared(
        "enip-cip/iti__CL5000EIP-IP_Address_Change_Attempt.pcap",
        &[
            "enip messages=1028 malformed=0",
            "enip 1 list targets=2",
            "enip 4 list services=2",
            "enip 99 list identity=74",
            "enip 100 list interfaces=2",
            "enip 101 register session=2",
            "enip 111 send rr data=946",
        ],
    );
    check::shared("enip-cip/iti__EthernetIP-CIP.pcap", &["enip 112 send unit data=8361"]);
}
