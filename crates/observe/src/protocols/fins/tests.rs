use crate::check;

#[test]
fn a_controller_says_its_model_and_reads_name_their_values() {
    let model = "4350314c2d454c323044522d440000002020202030312e3030000000000030312e303600000000000000000000";
    check::datagrams(
        9600,
        &[
            "> 800002 000000 006300 ef 0501 00",
            &format!("< c00002 006300 000000 ef 0501 0000 {model}"),
            "> 800002 000000 006300 01 0101 82 0064 00 0002",
            "< c00002 006300 000000 01 0101 0000 002a ffff",
            "> 800002 000000 006300 02 0102 30 000a 03 0001 01",
            "< c00002 006300 000000 02 0102 2104",
            "> 800002 000000 006300 03 0701",
            "< c00002 006300 000000 03 0701 0000 24022912304504",
        ],
        r#"
        > fins command 1281 "controller data read" verb=identify Request
        < fins command 1281 "controller data read" verb=identify Response
        < fins role sender Controller
        < fins identity sender Model controller-data.model="CP1L-EL20DR-D"
        < fins identity sender Firmware controller-data.version="01.00"
        > fins command 257 "memory area read" verb=read Request D:100+2
        < fins command 257 "memory area read" verb=read Response
        < fins role sender Controller
        < fins value server D:100+1 = 42
        < fins value server D:101+1 = 65535
        > fins command 258 "memory area write" verb=write Request CIO.bit:163+1
        > fins value server CIO.bit:163+1 = true
        < fins command 258 "memory area write" verb=write Response
        < fins outcome 258 Refused status=8452 "write not possible"
        > fins command 1793 "clock read" verb=read Request
        < fins command 1793 "clock read" verb=read Response
        < fins role sender Controller
        < fins clock 1709209845000000000
        "#,
    );
}

#[test]
fn tcp_has_a_header_and_gives_node_numbers() {
    let messages = [
        "> 46494e53 0000000c 00000000 00000000 00000000",
        "< 46494e53 00000010 00000001 00000000 000000fb 000000c8",
        "> 46494e53 00000014 00000002 00000000 800002 00c800 00fb00 05 0402",
        "< 46494e53 00000016 00000002 00000000 c00002 00fb00 00c800 05 0402 0000",
    ];
    check::stream(
        9600,
        &messages,
        r#"
        < fins identity client Address tcp.node="251"
        < fins identity server Address tcp.node="200"
        > fins command 1026 "stop" verb=stop Request
        < fins command 1026 "stop" verb=stop Response
        < fins role sender Controller
        "#,
    );
    check::stream_on_another_port(9600, &messages);
}

#[test]
fn what_is_not_fins_on_its_port_is_said_once() {
    check::stream(
        9600,
        &["> 474554202f20485454502f312e300d0a0d0a", "< 485454502f312e3020343034200d0a0d0a"],
        r#"< fins anomaly WrongProtocol { expected: "fins" }"#,
    );
}

#[test]
fn real_captures() {
    check::shared(
        "omron-fins/icsnpp-omron-fins__omron.pcapng",
        &[
            "fins messages=243 malformed=0",
            "fins 257 memory area read=104",
            "fins 774 program area read=2",
            "fins 775 program area write=2",
            "fins 776 program area clear=2",
            "fins 8961 forced set/reset=3",
        ],
    );
    check::shared("omron-fins/icsnpp-omron-fins__omron_test.pcap", &["fins messages=6 malformed=0"]);
}

#[test]
fn a_stop_is_refused() {
    check::capture("fins/captures/stop.pcap", include_str!("captures/stop.expected"));
}
