use crate::check;

const HEAD: &str = "09a6183f 00000000 0000000000000000 00000000 00000000 0a00 0200 0000 0000 b200";
const REQUEST: &str = "4b 02 2067 2401 07 4d00 e0312b3d";
const ANSWER: &str = "cb 00 0000 07 4d00 e0312b3d";

/// Wraps commands and answers into Execute PCCC and EtherNet/IP, and compares the lines of `pccc`.
fn stream(messages: &[&str], expected: &str) {
    let wrapped: Vec<String> = messages
        .iter()
        .map(|message| {
            let (way, command) = message.split_at(1);
            let cip = format!("{} {command}", if way == ">" { REQUEST } else { ANSWER });
            let len = cip.bytes().filter(u8::is_ascii_hexdigit).count() / 2;
            format!("{way} 6f00 {:02x}00 {HEAD} {len:02x}00 {cip}", len + 16)
        })
        .collect();
    let expected: Vec<String> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .flat_map(|line| {
            let (way, _) = line.split_at(1);
            let phase = if way == ">" { "Request" } else { "Response" };
            let carriers = line.contains(" pccc command ").then(|| {
                [
                    format!("{way} enip command 111 \"send rr data\" verb=other {phase}"),
                    format!("{way} cip command 75 \"execute pccc\" verb=other {phase} pccc=103/1/0"),
                ]
            });
            carriers.into_iter().flatten().chain([line.to_owned()])
        })
        .collect();
    let wrapped: Vec<&str> = wrapped.iter().map(String::as_str).collect();
    check::stream(44_818, &wrapped, &expected.join("\n"));
}

#[test]
fn a_controller_says_its_name_and_stops_on_command() {
    stream(
        &[
            "> 06 00 63c5 03",
            "< 46 00 63c5 00ee4a9f23 313736362d4c454320202020 0000260036829efc01",
            "> 0f 00 64c5 80 01",
            "< 4f 00 64c5",
            "> 0f 00 65c5 80 06",
            "< 4f f0 65c5 0b",
        ],
        r#"
        > pccc command 1539 "diagnostic status" verb=identify Request
        < pccc command 1539 "diagnostic status" verb=identify Response
        < pccc identity server Model diagnostic-status.name="1766-LEC"
        < pccc identity server Other diagnostic-status.series-revision="23"
        < pccc role server Controller
        > pccc command 3968 "change mode" verb=stop Request
        < pccc command 3968 "change mode" verb=change-mode Response
        < pccc role server Controller
        > pccc command 3968 "change mode" verb=start Request
        < pccc command 3968 "change mode" verb=change-mode Response
        < pccc outcome 3968 Refused status=3056 "error code in the extended status"
        "#,
    );
}

#[test]
fn reads_and_writes_name_file_and_element() {
    stream(
        &[
            "> 0f 00 0100 a2 04 07 89 05 00",
            "< 4f 00 0100 2a00 feff",
            "> 0f 00 0200 aa 04 08 8a 00 00 0000803f",
        ],
        r#"
        > pccc command 4002 "protected typed logical read with three address fields" verb=read Request N7:5+2
        < pccc command 4002 "protected typed logical read with three address fields" verb=read Response
        < pccc value server N7:5+1 = 42
        < pccc value server N7:6+1 = -2
        < pccc role server Controller
        > pccc command 4010 "protected typed logical write with three address fields" verb=write Request F8:0+1
        > pccc value server F8:0+1 = 1.0
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared(
        "enip-cip/iti__cip_only.pcap",
        &["pccc messages=18781 malformed=0", "cip 75 execute pccc=18780", "cip 84 forward open=9"],
    );
}

#[test]
fn a_mode_change_and_a_read() {
    check::capture("pccc/captures/mode.pcap", include_str!("captures/mode.expected"));
}
