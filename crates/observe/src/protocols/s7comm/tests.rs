use crate::check;

/// Wraps S7 messages into TPKT and a data TPDU.
fn transport(messages: &[&str]) -> Vec<String> {
    let wrap = |message: &&str| {
        let digits = message.chars().filter(char::is_ascii_hexdigit).count();
        let (way, body) = message.split_at(1);
        format!("{way} 0300 {:04x} 02f080 {body}", digits / 2 + 7)
    };
    messages.iter().map(wrap).collect()
}

fn check_messages(messages: &[&str], expected: &str) {
    let wrapped = transport(messages);
    let wrapped: Vec<&str> = wrapped.iter().map(String::as_str).collect();
    check::stream(102, &wrapped, expected);
    check::stream_on_another_port(102, &wrapped);
}

#[test]
fn reads_name_their_values() {
    check_messages(
        &[
            // Two items: 2 words of DB 5 from byte 10, bit 3 of flag byte 7.
            "> 3201 0000 0101 001a 0000 04 02 120a10 04 0002 0005 84 000050 120a10 01 0001 0000 83 00003b",
            "< 3203 0000 0101 0002 000d 0000 04 02 ff04 0020 00010002 ff03 0001 01",
        ],
        r#"
        > s7comm command 4 "read var" verb=read Request db5:10+4
        < s7comm command 4 "read var" verb=read Response
        < s7comm value server db5:10+2 = 1
        < s7comm value server db5:12+2 = 2
        < s7comm value server flag-bit:59+1 = true
        < s7comm role sender Controller
        "#,
    );
}

#[test]
fn writes_are_writes_and_refusals_outcomes() {
    check_messages(
        &[
            "> 3201 0000 0200 000e 0008 05 01 120a10 08 0001 0002 84 000000 00 07 0004 41480000",
            "< 3203 0000 0200 0002 0001 0000 05 01 05",
            "> 3201 0000 0300 000e 0005 05 01 120a10 01 0001 0000 82 000009 00 03 0001 01",
            "< 3202 0000 0300 0000 0000 8500",
        ],
        r#"
        > s7comm command 5 "write var" verb=write Request db2:0+4
        > s7comm value server db2:0+4 = 12.5
        < s7comm command 5 "write var" verb=write Response
        < s7comm outcome 5 Refused status=5 "invalid address"
        < s7comm role sender Controller
        > s7comm command 5 "write var" verb=write Request output-bit:9+1
        > s7comm value server output-bit:9+1 = true
        < s7comm outcome 5 Refused status=34048 "wrong pdu size"
        "#,
    );
}

#[test]
fn a_controller_says_who_it_is_even_in_two_messages() {
    check_messages(
        &[
            "> 3207 0000 0300 0008 0008 0001120411440100 ff090004 001c0000",
            // The second record is split: 10 of its 34 bytes are in this message.
            "< 3207 0000 0300 000c 0038 0001120812840101 0101 0000 ff090034 001c0000 0022 0003 0001 504c432d31000000000000000000000000000000000000000000000000000000 0002 4350552d33313500",
            "> 3207 0000 0400 000c 0004 0001120812440101 0000 0000 0a000000",
            "< 3207 0000 0400 000c 003e 0001120812840102 0100 0000 ff09003a 000000000000000000000000000000000000000000000000 0005 532043 2d433255523238393232303132 00000000000000000000000000000000",
        ],
        r#"
        > s7comm command userdata 1025 "read szl" verb=identify Request szl=28/0/0
        < s7comm command userdata 1025 "read szl" verb=identify Response
        < s7comm role sender Controller
        < s7comm identity server Name szl-1c.station-name="PLC-1"
        > s7comm command userdata 1025 "read szl" verb=diagnose Request
        < s7comm command userdata 1025 "read szl" verb=diagnose Response
        < s7comm role sender Controller
        < s7comm identity server Serial szl-1c.serial="S C-C2UR28922012"
        "#,
    );
}

#[test]
fn the_clock_is_read() {
    check_messages(
        &[
            "> 3207 0000 0700 0008 0004 0001120411470100 0a000000",
            "< 3207 0000 0700 000c 000e 0001120812870100 0000 0000 ff09000a 00191408201159439124",
        ],
        r#"
        > s7comm command userdata 1793 "read clock" verb=read Request
        < s7comm command userdata 1793 "read clock" verb=read Response
        < s7comm role sender Controller
        < s7comm clock 1408535983912000000
        "#,
    );
}

#[test]
fn a_download_is_activated_by_a_service() {
    check_messages(
        &[
            "> 3201 0000 0e00 0020 0000 1a 00 0100 00000000 09 5f30413030303031 50 0d 31303030353030303030343030",
            "< 3203 0000 0e00 0001 0000 0000 1a",
            "> 3201 0000 0f00 001a 0000 28 00000000 0000fd 000a 0100 3041303030303150 05 5f494e5345",
            "< 3203 0000 0f00 0001 0000 0000 28",
        ],
        r#"
        > s7comm command 26 "request download" verb=download-program Request block-db=65/1/0
        > s7comm role sender EngineeringStation
        < s7comm command 26 "request download" verb=download-program Response
        < s7comm role sender Controller
        > s7comm command 40 "pi-service: insert block" verb=download-program Request block-db=65/1/0
        < s7comm command 40 "pi-service: insert block" verb=download-program Response
        < s7comm role sender Controller
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared(
        "s7comm/iti__s7comm_downloading_block_db1.pcap",
        &[
            "cotp messages=78 malformed=0",
            "s7comm messages=48 malformed=0",
            "s7comm 26 request download=2",
            "s7comm 27 download block=6",
            "s7comm 28 download ended=2",
            "s7comm 40 pi-service: insert block=2",
            "s7comm 240 setup communication=6",
        ],
    );
    check::shared(
        "s7comm/ct__Plant1_S7comm.pcap",
        &["s7comm messages=10568 malformed=0", "s7comm 4 read var=9344", "s7comm 5 write var=1224"],
    );
    check::shared(
        "s7comm/icsnpp-s7comm__s7ident.pcap",
        &["s7comm 4 read var=2", "s7comm 29 start upload=4", "s7comm userdata 1025 read szl=10"],
    );
}

#[test]
fn stop_and_start_are_seen() {
    check::capture("s7comm/captures/stop-start.pcap", include_str!("captures/stop-start.expected"));
    check::capture("s7comm/captures/recon.pcap", include_str!("captures/recon.expected"));
    check::capture("s7comm/captures/blocks.pcap", include_str!("captures/blocks.expected"));
}
