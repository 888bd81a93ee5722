use crate::check;

#[test]
fn reads_name_their_values_and_the_device() {
    check::stream(
        4840,
        &[
            "> 48454c46320000000000000000000100000001000000000000000000120000006f70632e7463703a2f2f706c633a34383430",
            "< 41434b461c0000000000000000000100000001000000000000000000",
            "> 4f504e467c000000050000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e65ffffffffffffffff01000000010000000100be01000000000000000000000700000000000000ffffffffe8030000000000000000000000000000000000",
            "< 4f504e4677000000050000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e65ffffffffffffffff01000000010000000100c1010000000000000000070000000000000000ffffffff000000000000000000000000000000",
            "> 4d534746b10000000500000001000000020000000200000001007702000000000000000000000700000000000000ffffffffe8030000000000000000000000000000000000050000000302000b000000426f696c65722e54656d700d000000ffffffff0000ffffffff0100d5080d000000ffffffff0000ffffffff0100d7080d000000ffffffff0000ffffffff0100d8080d000000ffffffff0000ffffffff010311000d000000ffffffff0000ffffffff",
            "< 4d534746680000000500000001000000020000000200000001007a020000000000000000070000000000000000ffffffff00000005000000010b0000000000605440010c06000000504643323030010c040000005741474f010c0500000030332e31300200003480",
        ],
        r#"
        > opcua identity receiver Other endpoint-url="opc.tcp://plc:4840"
        > opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        > opcua command 446 "open secure channel" verb=other Request
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        < opcua command 449 "open secure channel" verb=other Response
        > opcua command 631 "read" verb=read Request node="Boiler.Temp"
        < opcua command 634 "read" verb=read Response
        < opcua value sender node="Boiler.Temp" = 81.5
        < opcua identity sender Model build-info.product-name="PFC200"
        < opcua identity sender Vendor build-info.manufacturer-name="WAGO"
        < opcua identity sender Firmware build-info.software-version="03.10"
        "#,
    );
}

#[test]
fn writes_and_calls_have_targets_and_refusals() {
    check::stream(
        4840,
        &[
            "> 48454c46320000000000000000000100000001000000000000000000120000006f70632e7463703a2f2f706c633a34383430",
            "< 41434b461c0000000000000000000100000001000000000000000000",
            "> 4f504e467c000000050000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e65ffffffffffffffff01000000010000000100be01000000000000000000000700000000000000ffffffffe8030000000000000000000000000000000000",
            "< 4f504e4677000000050000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e65ffffffffffffffff01000000010000000100c1010000000000000000070000000000000000ffffffff000000000000000000000000000000",
            "> 4d53474657000000050000000100000002000000020000000100a102000000000000000000000700000000000000ffffffffe8030000000000010000000302000800000050756d702e52756e0d000000ffffffff010101",
            "< 4d53474640000000050000000100000002000000020000000100a4020000000000000000070000000000000000ffffffff0000000100000000003b8000000000",
            "> 4d53474649000000050000000100000003000000030000000100c802000000000000000000000700000000000000ffffffffe803000000000001000000010264000102650000000000",
            "< 4d53474648000000050000000100000003000000030000000100cb020000000000000000070000000000000000ffffffff0000000100000000000000000000000000000000000000",
            "> 4d53474642000000050000000100000004000000040000000100f401000000000000000000000700000000000000ffffffffe8030000000000010000000102070001",
            "< 4d534746340000000500000001000000040000000400000001008d0100000000000000000700000000001f8000ffffffff000000",
        ],
        r#"
        > opcua identity receiver Other endpoint-url="opc.tcp://plc:4840"
        > opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        > opcua command 446 "open secure channel" verb=other Request
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        < opcua command 449 "open secure channel" verb=other Response
        > opcua command 673 "write" verb=write Request node="Pump.Run"
        > opcua value receiver node="Pump.Run" = true
        < opcua command 676 "write" verb=write Response
        < opcua outcome 673 Refused status=2151350272 "bad not writable"
        > opcua command 712 "call" verb=operate Request node=2/101/0
        < opcua command 715 "call" verb=operate Response
        > opcua command 500 "delete nodes" verb=configure Request node=2/7/0
        < opcua command 397 "service fault" verb=other Response
        < opcua outcome 500 Refused status=2149515264 "bad user access denied"
        "#,
    );
}

#[test]
fn a_login_names_the_user_and_never_the_password() {
    check::stream(
        4840,
        &[
            "> 48454c46320000000000000000000100000001000000000000000000120000006f70632e7463703a2f2f706c633a34383430",
            "< 41434b461c0000000000000000000100000001000000000000000000",
            "> 4f504e467c000000050000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e65ffffffffffffffff01000000010000000100be01000000000000000000000700000000000000ffffffffe8030000000000000000000000000000000000",
            "< 4f504e4677000000050000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e65ffffffffffffffff01000000010000000100c1010000000000000000070000000000000000ffffffff000000000000000000000000000000",
            "> 4d53474679000000050000000100000002000000020000000100d301000000000000000000000700000000000000ffffffffe8030000000000ffffffffffffffff000000000000000001004401011f0000000100000070080000006f70657261746f7206000000534543524554ffffffffffffffffffffffff",
            "< 4d534746340000000500000001000000020000000200000001008d010000000000000000070000000000218000ffffffff000000",
            "> 4d53474679000000050000000100000003000000030000000100d301000000000000000000000700000000000000ffffffffe8030000000000ffffffffffffffff000000000000000001004401011f0000000100000070080000006f70657261746f7206000000534543524554ffffffffffffffffffffffff",
            "< 4d53474640000000050000000100000003000000030000000100d6010000000000000000070000000000000000ffffffff000000000000000000000000000000",
            "> 4d5347463a000000050000000100000004000000040000000100d901000000000000000000000700000000000000ffffffffe803000000000001",
        ],
        r#"
        > opcua identity receiver Other endpoint-url="opc.tcp://plc:4840"
        > opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        > opcua command 446 "open secure channel" verb=other Request
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        < opcua command 449 "open secure channel" verb=other Response
        > opcua command 467 "activate session" verb=login Request
        > opcua login "operator" password Attempted
        < opcua command 397 "service fault" verb=other Response
        < opcua outcome 467 Refused status=2149646336 "bad identity token rejected"
        < opcua login "operator" password Refused
        > opcua command 467 "activate session" verb=login Request
        > opcua login "operator" password Attempted
        < opcua command 470 "activate session" verb=login Response
        < opcua login "operator" password Accepted
        > opcua command 473 "close session" verb=logout Request
        "#,
    );
}

#[test]
fn a_secured_channel_hides_what_is_not_in_clear() {
    check::stream(
        4840,
        &[
            "> 48454c46320000000000000000000100000001000000000000000000120000006f70632e7463703a2f2f706c633a34383430",
            "< 41434b461c0000000000000000000100000001000000000000000000",
            "> 4f504e46990000000500000039000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234261736963323536536861323536ffffffffffffffff010000000100000093939393939393939393939393939393939393939393939393939393939393939393939393939393939393939393939393939393939393939393939393939393",
            "< 4f504e46990000000500000039000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234261736963323536536861323536ffffffffffffffff010000000100000071717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171",
            "> 4d5347466000000005000000010000005555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555555",
            "> 4d5347465b0000000500000001000000090000000900000001007702000000000000000000000700000000000000ffffffffe803000000000000000000000000000000000001000000010205000d000000ffffffff0000ffffffff",
        ],
        r#"
        > opcua identity receiver Other endpoint-url="opc.tcp://plc:4840"
        > opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256"
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256"
        > opcua command 631 "read" verb=read Request node=2/5/13
        "#,
    );
}

#[test]
fn a_message_in_chunks_is_one_command() {
    check::stream(
        4840,
        &[
            "> 48454c46320000000000000000000100000001000000000000000000120000006f70632e7463703a2f2f706c633a34383430",
            "< 41434b461c0000000000000000000100000001000000000000000000",
            "> 4f504e467c000000050000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e65ffffffffffffffff01000000010000000100be01000000000000000000000700000000000000ffffffffe8030000000000000000000000000000000000",
            "< 4f504e4677000000050000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e65ffffffffffffffff01000000010000000100c1010000000000000000070000000000000000ffffffff000000000000000000000000000000",
            "> 4d5347435c0000000500000001000000020000000200000001007702000000000000000000000700000000000000ffffffffe803000000000000000000000000000000000002000000010201000d000000ffffffff0000ffffffff01",
            "> 4d53474629000000050000000100000003000000020000000202000d000000ffffffff0000ffffffff",
            "> 4d5347463a000000050000000100000004000000040000000100d901000000000000000000000700000000000000ffffffffe803000000000001",
        ],
        r#"
        > opcua identity receiver Other endpoint-url="opc.tcp://plc:4840"
        > opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        > opcua command 446 "open secure channel" verb=other Request
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        < opcua command 449 "open secure channel" verb=other Response
        > opcua command 631 "read" verb=read Request node=2/1/13
        > opcua command 473 "close session" verb=logout Request
        "#,
    );
}

#[test]
fn servers_are_found() {
    check::stream(
        4840,
        &[
            "> 48454c46320000000000000000000100000001000000000000000000120000006f70632e7463703a2f2f706c633a34383430",
            "< 41434b461c0000000000000000000100000001000000000000000000",
            "> 4f504e467c000000050000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e65ffffffffffffffff01000000010000000100be01000000000000000000000700000000000000ffffffffe8030000000000000000000000000000000000",
            "< 4f504e4677000000050000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e65ffffffffffffffff01000000010000000100c1010000000000000000070000000000000000ffffffff000000000000000000000000000000",
            "> 4d53474657000000050000000100000002000000020000000100a601000000000000000000000700000000000000ffffffffe8030000000000120000006f70632e7463703a2f2f706c633a343834300000000000000000",
            "< 4d53474695000000050000000100000002000000020000000100a9010000000000000000070000000000000000ffffffff000000010000000d00000075726e3a706c616e743a706c6314000000687474703a2f2f6d616b65722e6578616d706c650209000000e58585e5a1abe6a99f00000000ffffffffffffffff01000000120000006f70632e7463703a2f2f706c633a34383430",
            "> 4d53474657000000050000000100000003000000030000000100ac01000000000000000000000700000000000000ffffffffe8030000000000120000006f70632e7463703a2f2f706c633a343834300000000000000000",
            "< 4d534746f0010000050000000100000003000000030000000100af010000000000000000070000000000000000ffffffff00000002000000120000006f70632e7463703a2f2f706c633a343834300d00000075726e3a706c616e743a706c6314000000687474703a2f2f6d616b65722e6578616d706c650209000000e58585e5a1abe6a99f00000000ffffffffffffffff01000000120000006f70632e7463703a2f2f706c633a34383430ffffffff010000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e650100000009000000616e6f6e796d6f757300000000ffffffffffffffffffffffff08000000687474703a2f2f7800120000006f70632e7463703a2f2f706c633a343834300d00000075726e3a706c616e743a706c6314000000687474703a2f2f6d616b65722e6578616d706c650209000000e58585e5a1abe6a99f00000000ffffffffffffffff01000000120000006f70632e7463703a2f2f706c633a34383430ffffffff010000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e650100000009000000616e6f6e796d6f757300000000ffffffffffffffffffffffff08000000687474703a2f2f7800",
        ],
        r#"
        > opcua identity receiver Other endpoint-url="opc.tcp://plc:4840"
        > opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        > opcua command 446 "open secure channel" verb=other Request
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        < opcua command 449 "open secure channel" verb=other Response
        > opcua command 422 "find servers" verb=discover Request
        < opcua command 425 "find servers" verb=discover Response
        < opcua identity sender Other application-uri="urn:plant:plc"
        < opcua identity sender Other product-uri="http://maker.example"
        < opcua identity sender Software application-name="\xe5\x85\x85\xe5\xa1\xab\xe6\xa9\x9f"
        > opcua command 428 "get endpoints" verb=discover Request
        < opcua command 431 "get endpoints" verb=discover Response
        < opcua identity sender Other endpoint-url="opc.tcp://plc:4840"
        < opcua identity sender Other application-uri="urn:plant:plc"
        < opcua identity sender Other product-uri="http://maker.example"
        < opcua identity sender Software application-name="\xe5\x85\x85\xe5\xa1\xab\xe6\xa9\x9f"
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        < opcua identity sender Other endpoint-url="opc.tcp://plc:4840"
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        "#,
    );
}

#[test]
fn a_server_calls_its_client_and_the_transport_refuses() {
    check::stream(
        4840,
        &[
            "> 524845462f0000000d00000075726e3a706c616e743a706c63120000006f70632e7463703a2f2f706c633a34383430",
            "< 48454c46320000000000000000000100000001000000000000000000120000006f70632e7463703a2f2f706c633a34383430",
            "> 41434b461c0000000000000000000100000001000000000000000000",
            "> 455252461200000000008380020000006e6f",
        ],
        r#"
        > opcua identity sender Other application-uri="urn:plant:plc"
        > opcua identity sender Other endpoint-url="opc.tcp://plc:4840"
        < opcua identity receiver Other endpoint-url="opc.tcp://plc:4840"
        > opcua outcome 4543058 Refused status=2156068864 "bad tcp endpoint url invalid"
        "#,
    );
}

#[test]
fn it_is_found_on_another_port() {
    check::stream_on_another_port(
        4840,
        &[
            "> 48454c46320000000000000000000100000001000000000000000000120000006f70632e7463703a2f2f706c633a34383430",
            "< 41434b461c0000000000000000000100000001000000000000000000",
            "> 4f504e467c000000050000002f000000687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e65ffffffffffffffff01000000010000000100be01000000000000000000000700000000000000ffffffffe8030000000000000000000000000000000000",
        ],
    );
}

#[test]
fn what_is_not_opcua_on_its_port_is_said_once() {
    check::stream(
        4840,
        &["> 45484c4f20612e6578616d706c650d0a", "< 3235302d622e6578616d706c650d0a"],
        r#"< opcua anomaly WrongProtocol { expected: "opcua" }"#,
    );
}

#[test]
fn a_session_of_the_test_bed() {
    check::capture(
        "opcua/captures/session.pcap",
        r#"
        > opcua identity receiver Other endpoint-url="opc.tcp://10.42.0.30:4840/plant/"
        > opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        > opcua command 446 "open secure channel" verb=other Request
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        < opcua command 449 "open secure channel" verb=other Response
        > opcua command 461 "create session" verb=login Request
        > opcua identity sender Other application-uri="urn:example.org:FreeOpcUa:opcua-asyncio"
        > opcua identity sender Other product-uri="urn:freeopcua.github.io:client"
        > opcua identity sender Software application-name="Pure Python Async Client"
        > opcua identity receiver Other endpoint-url="opc.tcp://10.42.0.30:4840/plant/"
        > opcua identity sender Other session-name="Pure Python Async Client Session1"
        < opcua command 464 "create session" verb=login Response
        < opcua identity sender Other certificate.common-name="opcua.plant.test"
        < opcua identity sender Other certificate.organization="Plant"
        < opcua identity sender Other endpoint-url="opc.tcp://10.42.0.30:4840/plant/"
        < opcua identity sender Other application-uri="urn:plant.test:opcua:server"
        < opcua identity sender Other product-uri="urn:freeopcua.github.io:python:server"
        < opcua identity sender Software application-name="Plant OPC UA Server"
        < opcua identity sender Other certificate.common-name="opcua.plant.test"
        < opcua identity sender Other certificate.organization="Plant"
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        < opcua identity sender Other endpoint-url="opc.tcp://10.42.0.30:4840/plant/"
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256"
        < opcua identity sender Other endpoint-url="opc.tcp://10.42.0.30:4840/plant/"
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256"
        > opcua command 467 "activate session" verb=login Request
        > opcua login "" anonymous Attempted
        < opcua command 470 "activate session" verb=login Response
        < opcua login "" anonymous Accepted
        > opcua command 631 "read" verb=read Request node=0/2255/13
        < opcua command 634 "read" verb=read Response
        > opcua command 631 "read" verb=read Request node=0/2260/13
        < opcua command 634 "read" verb=read Response
        < opcua identity sender Other build-info.product-uri="urn:plant.test:product"
        < opcua identity sender Vendor build-info.manufacturer-name="WAGO"
        < opcua identity sender Model build-info.product-name="PFC200"
        < opcua identity sender Firmware build-info.software-version="03.10.08"
        < opcua identity sender Other build-info.build-number="22"
        > opcua command 554 "translate browse paths to node ids" verb=read Request
        < opcua command 557 "translate browse paths to node ids" verb=read Response
        > opcua command 554 "translate browse paths to node ids" verb=read Request
        < opcua command 557 "translate browse paths to node ids" verb=read Response
        > opcua command 787 "create subscription" verb=subscribe Request
        < opcua command 790 "create subscription" verb=subscribe Response
        > opcua command 751 "create monitored items" verb=subscribe Request node=2/3/13
        "#,
    );
}

#[test]
fn a_secured_session_of_the_test_bed() {
    check::capture(
        "opcua/captures/secured.pcap",
        r#"
        > opcua identity receiver Other endpoint-url="opc.tcp://10.42.0.30:4840/plant/"
        > opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        > opcua command 446 "open secure channel" verb=other Request
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        < opcua command 449 "open secure channel" verb=other Response
        > opcua command 428 "get endpoints" verb=discover Request
        < opcua command 431 "get endpoints" verb=discover Response
        < opcua identity sender Other endpoint-url="opc.tcp://10.42.0.30:4840/plant/"
        < opcua identity sender Other application-uri="urn:plant.test:opcua:server"
        < opcua identity sender Other product-uri="urn:freeopcua.github.io:python:server"
        < opcua identity sender Software application-name="Plant OPC UA Server"
        < opcua identity sender Other certificate.common-name="opcua.plant.test"
        < opcua identity sender Other certificate.organization="Plant"
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#None"
        < opcua identity sender Other endpoint-url="opc.tcp://10.42.0.30:4840/plant/"
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256"
        < opcua identity sender Other endpoint-url="opc.tcp://10.42.0.30:4840/plant/"
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256"
        > opcua command 452 "close secure channel" verb=other Request
        > opcua identity receiver Other endpoint-url="opc.tcp://10.42.0.30:4840/plant/"
        > opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256"
        > opcua identity sender Other certificate.common-name="hist.plant.test"
        < opcua identity sender Other security-policy="http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256"
        < opcua identity sender Other certificate.common-name="opcua.plant.test"
        < opcua identity sender Other certificate.organization="Plant"
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared(
        "opcua/icsnpp-opcua-binary__open62541_client-server_mainloop-not-localhost-non-standard-port.pcap",
        &["opcua 826 publish=11", "opcua 488 add nodes=4"],
    );
    check::shared(
        "opcua/icsnpp-opcua-binary__open62541_client-server_encrypted.pcapng",
        &["opcua 428 get endpoints=1", "opcua 446 open secure channel=1"],
    );
    check::shared("testbed/scn_opcua_bruteforce.pcap", &["opcua 397 service fault=14", "opcua 673 write=2"]);
}
