use crate::check;

/// A message of a version with its header and, when it `ends`, its trailer, in TPKT and a data TPDU.
fn message(way: char, version: u8, content: &str, ends: bool) -> String {
    let len = content.chars().filter(char::is_ascii_hexdigit).count() / 2;
    let trailer = if ends { format!("72{version:02x}0000") } else { String::new() };
    let whole = 7 + 4 + len + trailer.len() / 2;
    format!("{way} 0300 {whole:04x} 02f080 72{version:02x}{len:04x} {content} {trailer}")
}

fn check_messages(messages: &[String], expected: &str) {
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    check::stream(102, &messages, expected);
    check::stream_on_another_port(102, &messages);
}

#[test]
fn a_session_and_a_stop() {
    let create = "31 0000 04ca 0000 0001 00000120 36 0000011d 000400 00000000 a1 000000d3 821f 0000 a20000";
    let machine = "313b36455337203231342d31484533302d30584230203b56322e32";
    let created = format!("32 0000 04ca 0000 0001 36 00 01 87408707 a3 823f 0015 1b {machine} a2");
    check_messages(
        &[
            message('>', 1, create, true),
            message('<', 1, &created, true),
            message('>', 2, "31 0000 04f2 0000 0002 000003c0 34 00000034 01 9077 0008 01 00", true),
            message('<', 2, "32 0000 04f2 0000 0002 34 00 0000", true),
            message('>', 2, "31 0000 04bb 0000 0003 000003c0 34 00000003", true),
            message('<', 2, "32 0000 04bb 0000 0003 34 83ff74", true),
        ],
        r#"
        > s7comm-plus command 1226 "create object" verb=login Request object=0/285/0
        < s7comm-plus command 1226 "create object" verb=login Response
        < s7comm-plus role sender Controller
        < s7comm-plus identity server OrderNumber session.order-number="6ES7 214-1HE30-0XB0"
        < s7comm-plus identity server Firmware session.firmware="V2.2"
        > s7comm-plus command 1266 "set variable" verb=stop Request object=0/52/0
        < s7comm-plus command 1266 "set variable" verb=stop Response
        < s7comm-plus role sender Controller
        > s7comm-plus command 1211 "explore" verb=read Request object=0/3/0
        < s7comm-plus command 1211 "explore" verb=read Response
        < s7comm-plus outcome 1211 Refused status=65524 ""
        "#,
    );
}

#[test]
fn the_rest_of_a_message_is_no_message() {
    check_messages(
        &[
            message('<', 2, "32 0000 054c 0000 0003 34 00 010203", false),
            message('<', 2, "31323334", true),
            message('<', 3, "02 aabb 33 000000 01 0002 0003", true),
        ],
        r#"
        < s7comm-plus command 1356 "get multi variables" verb=read Response
        < s7comm-plus role sender Controller
        < s7comm-plus command notification 51 "notification" verb=report Unsolicited
        < s7comm-plus role sender Controller
        "#,
    );
}

#[test]
fn captures() {
    check::capture("s7comm_plus/captures/write.pcap", include_str!("captures/write.expected"));
    check::shared(
        "s7comm-plus/iti__S7-1200-Uploading-OB1-TIAV12.pcap",
        &["s7comm-plus messages=88 malformed=0", "s7comm-plus 1211 explore=4"],
    );
}
