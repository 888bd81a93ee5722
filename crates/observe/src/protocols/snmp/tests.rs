use crate::check;

#[test]
fn an_agent_says_who_it_is() {
    check::datagrams(
        161,
        &[
            "> 3027 020101 0406 7075626c6963 a01a 020101 020100 020100 300f 300d 0609 2b06010201010500 00 0500",
            "> 3026 020101 0406 7075626c6963 a019 020101 020100 020100 300e 300c 0608 2b06010201010500 0500",
            "< 302a 020101 0406 7075626c6963 a21d 020101 020100 020100 3012 3010 0608 2b06010201010500 0404 706c6331",
        ],
        r#"
        > snmp command 0 "get-request" verb=read Request oid="1.3.6.1.2.1.1.5.0.0"
        > snmp login "" community Attempted
        > snmp command 0 "get-request" verb=read Request oid="1.3.6.1.2.1.1.5.0"
        < snmp command 2 "response" verb=read Response oid="1.3.6.1.2.1.1.5.0"
        < snmp login "" community Accepted
        < snmp identity sender Name sys-name="plc1"
        "#,
    );
}

#[test]
fn a_refused_set() {
    check::datagrams(
        161,
        &[
            "> 3029 020101 0405 6f74686572 a31d 020109 020100 020100 3012 3010 0608 2b06010201010500 0404 706c6331",
            "< 3029 020101 0405 6f74686572 a21d 020109 020111 020101 3012 3010 0608 2b06010201010500 0404 706c6331",
        ],
        r#"
        > snmp command 3 "set-request" verb=configure Request oid="1.3.6.1.2.1.1.5.0"
        > snmp login "" community Attempted
        < snmp command 2 "response" verb=configure Response oid="1.3.6.1.2.1.1.5.0"
        < snmp login "" community Accepted
        < snmp outcome 3 Refused status=17 "not writable"
        "#,
    );
}

#[test]
fn parts_of_a_machine_have_their_own_serial_number() {
    check::datagrams(
        161,
        &[
            "< 302d 020101 0406 7075626c6963 a220 020101 020100 020100 3015 3013 060c 2b060102012f010101010b07 0403 534e31",
        ],
        r#"
        < snmp command 2 "response" verb=read Response oid="1.3.6.1.2.1.47.1.1.1.1.11.7"
        < snmp login "" community Accepted
        < snmp identity sender unit=7 Serial ent-physical-serial-num="SN1"
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared("testbed/snmp.pcap", &["snmp messages=390 malformed=0", "snmp 2 response=195"]);
    check::shared("it/suricata__snmp-v3-get-bulk-unauth.pcap", &["snmp 8 report=4"]);
    // Fuzzed traps: from the seventh on tags and lengths are not those of X.690 (8.1.2.2, 8.1.3).
    check::shared(
        "it/suricata__public-wiresharkwiki-c06-snmpv1-trap-app-r1-1-12.pcap",
        &["snmp messages=12 malformed=6", "snmp 4 trap=6"],
    );
}
