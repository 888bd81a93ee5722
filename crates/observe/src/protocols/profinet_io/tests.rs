use crate::check;

/// A datagram of DCE/RPC, little-endian, to or from interface DEA00001; `object` is instance, device, vendor.
fn call(way: char, kind: u8, operation: u8, status: u32, blocks: &str) -> String {
    let len = blocks.chars().filter(char::is_ascii_hexdigit).count() / 2;
    let hex = |number: usize| {
        number.to_le_bytes()[..4].iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let first = if kind == 2 { hex(status as usize) } else { hex(4096) };
    let body = format!("{first} {} {} 00000000 {}", hex(len), hex(4096), hex(len));
    let object = "0000a0de976cd1118271 0001 0a01 002a";
    let interface = "0100a0de976cd111827100a02442df7d";
    let activity = "00112233445566778899aabbccddeeff";
    let total = &hex(len + 20)[..4];
    format!(
        "{way} 04{kind:02x}2000 100000 00 {object} {interface} {activity} 00000000 01000000 00000000 {operation:02x}00 ffff ffff {total} 0000 00 00 {body} {blocks}"
    )
}

fn check_calls(calls: &[String], expected: &str) {
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    check::datagrams(34964, &calls, expected);
    // Answers come from a port of the device's own choice, so content must be enough.
    check::datagrams(49155, &calls, expected);
}

/// Header of a record: its type, the index.
fn record(kind: &str, slot: &str, index: &str, len: &str) -> String {
    format!(
        "{kind} 003c 0100 0000 {} 00000000 {slot} 0001 0000 {index} {len} {}",
        "00".repeat(16),
        "00".repeat(24)
    )
}

#[test]
fn a_device_identifies_itself() {
    let order = "36455337203135352d3655363130304e3020202020".replace("3020202020", "30202020");
    let identification =
        format!("0020 0038 0100 002a {order} {} 0003 56030201 0000 0000 0000 0000 0000", "53".repeat(16));
    let answer = format!("{} {identification}", record("8009", "0000", "aff0", "0000003c"));
    check_calls(
        &[call('>', 0, 5, 0, &record("0009", "0000", "aff0", "00001000")), call('<', 2, 5, 0, &answer)],
        r#"
        > profinet-io command 5 "read implicit" verb=identify Request record=0/45040/1
        < profinet-io command 5 "read implicit" verb=identify Response record=0/45040/1
        < profinet-io identity sender Other im0.vendor-id="0x002a"
        < profinet-io identity sender OrderNumber im0.order-id="6ES7 155-6U6100N0"
        < profinet-io identity sender Serial im0.serial-number="SSSSSSSSSSSSSSSS"
        < profinet-io identity sender Hardware im0.hardware-revision="3"
        < profinet-io identity sender Firmware im0.software-revision="V3.2.1"
        "#,
    );
}

#[test]
fn a_controller_connects_and_is_refused() {
    let connect = format!(
        "0101 003b 0100 0001 {} 0001 020000000001 {} 00000011 0258 8892 0005 706c632d31",
        "11".repeat(16),
        "22".repeat(16)
    );
    check_calls(
        &[
            call('>', 0, 0, 0, &connect),
            call('<', 2, 0, 0xdb81_0105, ""),
            call('<', 2, 0, 0, "8106 0009 0100 0005 706c632d32"),
        ],
        r#"
        > profinet-io command 0 "connect" verb=login Request
        > profinet-io role sender Controller
        > profinet-io identity receiver Other object.vendor-id="0x002a"
        > profinet-io identity receiver Other object.device-id="0x0a01"
        > profinet-io identity sender Name ar.initiator-station-name="plc-1"
        < profinet-io command 0 "connect" verb=login Response
        < profinet-io outcome 0 Refused status=3682664709 "connect response"
        < profinet-io command 0 "connect" verb=login Response
        < profinet-io role sender RemoteIo
        < profinet-io identity sender Name ar.server-station-name="plc-2"
        "#,
    );
}

#[test]
fn alarms_are_reports() {
    check::frames(
        "020000000002 020000000001 8892",
        &[
            "fc01 0001 0002 11 01 ffff fffe 001e 0001 001a 0100 0003 00000000 0002 0001 00000001 00000001 0000 00000000",
        ],
        r#"
        > profinet-io command alarm 3 "pull" verb=report Unsolicited slot=0/2 sub-slot=2/1/0
        > profinet-io role sender RemoteIo
        "#,
    );
}

#[test]
fn captures() {
    check::capture("profinet_io/captures/identify.pcap", include_str!("captures/identify.expected"));
    check::shared(
        "profinet/icsnpp-profinet-io-cm__profinet_io_cm.pcapng",
        &[
            "dcerpc messages=950 malformed=0",
            "profinet-io 0 connect=326",
            "profinet-io 1 release=6",
            "profinet-io 2 read=12",
            "profinet-io 3 write=301",
            "profinet-io 4 control=290",
            "profinet-io 5 read implicit=6",
        ],
    );
}
