use crate::check;

const REQUEST: &str = "00000011 1107 0000 ffff 0300 00fe0300 00";
const RESPONSE: &str = "00000011 117f 000000 a803 00ffff 0300 00";

#[test]
fn a_controller_says_its_model_and_files_are_named() {
    let zeros = "00".repeat(20);
    check::datagrams(
        5560,
        &[
            "> 5a000001",
            &format!("> 5701 {REQUEST} 2000 1c0a1614 {zeros} 0121 0100 00000001"),
            &format!(
                "< d701 {RESPONSE} 3800 9c0a1814 {zeros} 0000 0121 0100 0000
                 465835552d33324d542f455300000000 294a 000800000000"
            ),
            &format!(
                "> 5701 {REQUEST} 3800 1c0a1614 {zeros} 1867 0b00 00000000000000 01 0400 38080000 0c00
                 4d002e00500052004700 0000"
            ),
            &format!("> 5701 {REQUEST} 2000 1c0a1614 {zeros} 1002 0b00 00000100"),
            &format!("< d701 {RESPONSE} 2000 9c0a1814 8040 {} 1002 0b00 0000", "00".repeat(20)),
        ],
        r#"
        > melsec command search 1 "search" verb=discover Request
        > melsec command 289 "open initial" verb=identify Request
        < melsec command 289 "open initial" verb=identify Response
        < melsec role sender Controller
        < melsec identity sender Model open.model="FX5U-32MT/ES"
        < melsec identity sender Other open.model-number="4a29"
        > melsec command 6247 "file open" verb=download-program Request file="M.PRG"
        > melsec file Write "M.PRG" size=None
        > melsec command 4098 "remote stop" verb=stop Request
        < melsec command 4098 "remote stop" verb=stop Response
        < melsec outcome 4098 Refused status=16512 ""
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared(
        "melsec/iti__melsoft_UDP_clean_1.pcap",
        &[
            "melsec messages=1214 malformed=0",
            "melsec 289 open initial=46",
            "melsec 4098 remote stop=2",
            "melsec 6249 file write=34",
        ],
    );
    check::shared("melsec/iti__melsoft_129_clean.pcap", &["melsec 1041 read values=490"]);
}

#[test]
fn a_program_is_opened_for_writing() {
    check::capture("melsec/captures/download.pcap", include_str!("captures/download.expected"));
}
