use crate::check;

#[test]
fn reads_name_their_values_and_writes_are_writes() {
    let messages = [
        "> 5000 00 ff ff03 00 0c00 1000 0104 0000 640000 a8 0200",
        "< d000 00 ff ff03 00 0600 0000 2a00 ffff",
        "> 5000 00 ff ff03 00 0e00 1000 0114 0100 0a0000 90 0300 1010",
        "< d000 00 ff ff03 00 0200 51c0",
        "> 5000 00 ff ff03 00 0600 1000 0101 0000",
        "< d000 00 ff ff03 00 1400 0000 51303355444543505520202020202020 6802",
        "> 5400 3412 0000 00 ff ff03 00 0a00 1000 0210 0000 01000000",
        "< d400 3412 0000 00 ff ff03 00 0200 0000",
    ];
    check::stream(
        5010,
        &messages,
        r#"
        > slmp command 1025 "device read" verb=read Request D:100+2
        < slmp command 1025 "device read" verb=read Response
        < slmp role server Controller
        < slmp value server D:100+1 = 42
        < slmp value server D:101+1 = 65535
        > slmp command 5121 "device write" verb=write Request M:10+3
        > slmp value server M:10+1 = true
        > slmp value server M:11+1 = false
        > slmp value server M:12+1 = true
        < slmp command 5121 "device write" verb=write Response
        < slmp outcome 5121 Refused status=49233 "request content error"
        > slmp command 257 "read type name" verb=identify Request
        < slmp command 257 "read type name" verb=identify Response
        < slmp role server Controller
        < slmp identity server Model type-name.model="Q03UDECPU"
        < slmp identity server Other type-name.model-code="0268"
        > slmp command 4098 "remote stop" verb=stop Request
        < slmp command 4098 "remote stop" verb=stop Response
        < slmp role server Controller
        "#,
    );
    check::stream_on_another_port(5010, &messages);
}

#[test]
fn ascii_frames_say_the_same() {
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    check::stream(
        5010,
        &[
            &format!("> {}", hex("500000FF03FF000018001004010000D*0001000002")),
            &format!("< {}", hex("D00000FF03FF00000C0000002AFFFF")),
        ],
        r#"
        > slmp command 1025 "device read" verb=read Request D:100+2
        < slmp command 1025 "device read" verb=read Response
        < slmp role server Controller
        < slmp value server D:100+1 = 42
        < slmp value server D:101+1 = 65535
        "#,
    );
}

#[test]
fn what_is_not_slmp_on_its_port_is_said_once() {
    check::stream(
        5010,
        &["> 45484c4f20612e6578616d706c650d0a", "< 3235302d622e6578616d706c650d0a"],
        r#"< slmp anomaly WrongProtocol { expected: "slmp" }"#,
    );
}

#[test]
fn what_is_written_into_a_program_file_is_the_program() {
    let open = |name: &str| {
        let name: String = name.bytes().map(|byte| format!("{byte:02x}00")).collect();
        format!("> 5000 00 ff ff03 00 1e00 1000 2718 4000 0000 0001 0000 0800 {name}")
    };
    let write = "> 5000 00 ff ff03 00 1000 1000 2918 0000 0100 00000000 0200 1234";
    let good = "< d000 00 ff ff03 00 0400 0000 0100";
    let close = "> 5000 00 ff ff03 00 0a00 1000 2a18 0000 01000000";
    let closed = "< d000 00 ff ff03 00 0200 0000";
    let (program, comment) = (open("MAIN.QPG"), open("MAIN.QCD"));
    check::stream(
        5010,
        &[&program, good, write, good, close, closed, &comment, good, write, good],
        r#"
        > slmp command 6183 "open file" verb=other Request file="MAIN.QPG"
        < slmp command 6183 "open file" verb=other Response
        < slmp role server Controller
        > slmp command 6185 "write file" verb=download-program Request
        < slmp command 6185 "write file" verb=download-program Response
        < slmp role server Controller
        > slmp command 6186 "close file" verb=other Request
        < slmp command 6186 "close file" verb=other Response
        < slmp role server Controller
        > slmp command 6183 "open file" verb=other Request file="MAIN.QCD"
        < slmp command 6183 "open file" verb=other Response
        < slmp role server Controller
        > slmp command 6185 "write file" verb=write-file Request
        < slmp command 6185 "write file" verb=write-file Response
        < slmp role server Controller
        "#,
    );
}

#[test]
fn engineering_traffic_is_not_slmp() {
    check::shared("melsec/iti__melsoft_variant_clean.pcap", &["melsec 1040 read values=11002"]);
}

#[test]
fn a_remote_stop_is_refused() {
    check::capture("slmp/captures/stop.pcap", include_str!("captures/stop.expected"));
}
