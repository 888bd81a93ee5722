use crate::check;

/// Text in UTF-16 as hex.
fn wide(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("{:04x}", unit.swap_bytes())).collect()
}

/// An SMB 2 message with its session header.
fn two(way: char, command: u8, message: u8, status: u32, body: &str) -> String {
    let response = u8::from(way == '<');
    let status = status.swap_bytes();
    let head = format!(
        "fe534d42 4000 0000 {status:08x} {command:02x}00 0100 {response:02x}000000 00000000 {message:02x}00000000000000 \
         0000000000000000 0000000000000000 {}",
        "00".repeat(16)
    );
    session(way, &format!("{head}{body}"))
}

fn session(way: char, bytes: &str) -> String {
    let len = bytes.bytes().filter(u8::is_ascii_hexdigit).count() / 2;
    format!("{way} {len:08x}{bytes}")
}

fn stream(messages: &[String], expected: &str) {
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    check::stream(445, &messages, expected);
}

/// FileId 0x11 of a create, read, write or close.
const HANDLE: &str = "1100000000000000 1100000000000000";

fn create(message: u8, name: &str) -> String {
    let (len, name) = (name.len() * 2, wide(name));
    let fields =
        "3900 00 00 02000000 0000000000000000 0000000000000000 89001200 00000000 07000000 05000000 40000000";
    two('>', 5, message, 0, &format!("{fields} 7800 {len:02x}00 00000000 00000000 {name}"))
}

fn created(message: u8) -> String {
    let times = "00".repeat(32);
    two(
        '<',
        5,
        message,
        0,
        &format!(
            "5900 00 00 01000000 {times} {} 20000000 00000000 {HANDLE} 0000000000000000",
            "00".repeat(16)
        ),
    )
}

#[test]
fn a_file_is_named_when_it_is_first_written_and_when_it_is_deleted() {
    let write = |len: &str, data: &str| {
        let fields =
            format!("3100 7000 {len} 0000000000000000 {HANDLE} 00000000 00000000 0000 0000 00000000");
        two('>', 9, 2, 0, &format!("{fields}{data}"))
    };
    stream(
        &[
            create(1, "update.exe"),
            created(1),
            write("04000000", "aabbccdd"),
            // FileDispositionInformation: delete
            two('>', 17, 3, 0, &format!("2100 01 0d 01000000 6000 0000 00000000 {HANDLE} 01")),
            two('>', 6, 4, 0, &format!("1800 0000 00000000 {HANDLE}")),
            create(5, "none"),
            two('<', 5, 5, 0xc000_0022, "0900 0000 00000000 00"),
        ],
        r#"
        > smb command smb2 5 "create" verb=other Request
        < smb command smb2 5 "create" verb=other Response
        > smb command smb2 9 "write" verb=write-file Request
        > smb file Write "update.exe" size=None
        > smb command smb2 17 "set info" verb=other Request
        > smb command smb2 6 "close" verb=other Request
        > smb file Delete "update.exe" size=None
        > smb command smb2 5 "create" verb=other Request
        < smb command smb2 5 "create" verb=other Response
        < smb outcome 5 Refused status=3221225506 "access denied"
        "#,
    );
}

/// A field of an NTLM token: length twice and offset.
fn field(len: usize, offset: usize) -> String {
    format!("{len:02x}00{len:02x}00{offset:02x}000000")
}

#[test]
fn a_log_in_names_both_machines_and_no_secret() {
    let info = format!("01000a00{} 02000a00{} 00000000", wide("SCADA"), wide("PLANT"));
    let challenge = format!(
        "4e544c4d53535000 02000000 {} 05028a62 0102030405060708 0000000000000000 {} 0a00 6345 0000000f {info}",
        field(0, 56),
        field(32, 56)
    );
    let (user, workstation) = (wide("operator"), wide("EWS"));
    let authenticate = format!(
        "4e544c4d53535000 03000000 {} {} {} {} {} {} 05028862 0a00 6345 0000000f {user} {workstation} {}",
        field(24, 94),
        field(24, 94),
        field(0, 72),
        field(16, 72),
        field(6, 88),
        field(0, 94),
        "5e".repeat(24)
    );
    let setup = |way: char, status: u32, token: &str| {
        let len = token.bytes().filter(u8::is_ascii_hexdigit).count() / 2;
        let body = match way {
            '>' => format!("1900 00 01 00000000 00000000 5800 {len:02x}00 0000000000000000 {token}"),
            _ => format!("0900 0000 4800 {len:02x}00 {token}"),
        };
        two(way, 1, 1, status, &body)
    };
    stream(
        &[setup('<', 0xc000_0016, &challenge), setup('>', 0, &authenticate), setup('<', 0xc000_006d, "")],
        r#"
        < smb command smb2 1 "session setup" verb=login Response
        < smb identity server Name ntlm.nb-computer-name="SCADA"
        < smb identity server Domain ntlm.nb-domain-name="PLANT"
        < smb identity server OperatingSystem ntlm.version="Windows NT 10.0 build 17763"
        > smb command smb2 1 "session setup" verb=login Request
        > smb identity client Name ntlm.workstation="EWS"
        > smb identity client OperatingSystem ntlm.version="Windows NT 10.0 build 17763"
        < smb command smb2 1 "session setup" verb=login Response
        < smb outcome 1 Refused status=3221225581 "logon failure"
        < smb login "operator" ntlm Refused
        "#,
    );
}

#[test]
fn an_old_system_names_itself_in_its_session_setup() {
    let head = |command: &str, flags: &str| {
        format!("ff534d42 {command} 00000000 {flags} 0040 0000 0000000000000000 0000 0000 0100 0000 0100")
    };
    let text =
        |text: &str| format!("{}00", text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
    let request = format!(
        "{} 0d ff000000 0411 3200 0000 00000000 0200 0000 00000000 d4000000 1e00 aaaa {} {} {} {}",
        head("73", "08"),
        text("OPER"),
        text("WORKS"),
        text("Windows 4.0"),
        text("LM")
    );
    let answer = format!(
        "{} 03 ff000000 0000 1300 {} {} {}",
        head("73", "88"),
        text("Unix"),
        text("Samba 2.2"),
        text("WKS")
    );
    let share = format!(
        "{} 04 ff000000 0000 0100 1800 00 {} {}",
        head("75", "08"),
        text("\\\\PLC\\recipes"),
        text("?????")
    );
    stream(
        &[session('>', &request), session('<', &answer), session('>', &share)],
        r#"
        > smb command smb1 115 "session setup andx" verb=login Request
        > smb identity client Other user-domain="WORKS"
        > smb identity client OperatingSystem native-os="Windows 4.0"
        > smb identity client Software native-lan-manager="LM"
        < smb command smb1 115 "session setup andx" verb=login Response
        < smb login "OPER" ntlm Accepted
        < smb identity server OperatingSystem native-os="Unix"
        < smb identity server Software native-lan-manager="Samba 2.2"
        < smb identity server Domain primary-domain="WKS"
        > smb command smb1 117 "tree connect andx" verb=other Request share="\\\\PLC\\recipes"
        > smb identity server Other share="recipes"
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared("testbed/smb.pcap", &["smb smb2 1 session setup=8", "smb smb2 3 tree connect=8"]);
    // Longer writes are passed over, and what follows them is read.
    check::shared(
        "testbed/scn_smb_exe.pcap",
        &["smb smb2 9 write=4", "smb smb2 8 read=2", "smb smb2 6 close=10"],
    );
    check::shared("it/zeek__raw_ntlm_in_smb.pcap", &["smb smb1 115 session setup andx=4"]);
}
