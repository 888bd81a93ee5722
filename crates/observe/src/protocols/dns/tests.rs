use crate::check;

const QUERY: &str = "0001 0100 0001 0000 0000 0000 03706c63 0474657374 00 0001 0001";
const ANSWER: &str = "0001 8180 0001 0002 0000 0000 03706c63 0474657374 00 0001 0001
    c00c 0005 0001 0000003c 0005 027337 c010 c026 0001 0001 0000003c 0004 0a290012";

#[test]
fn an_answer_binds_both_the_alias_and_the_name_behind_it() {
    let (query, answer) = (format!("> {QUERY}"), format!("< {ANSWER}"));
    check::datagrams(
        53,
        &[&query, &answer],
        r#"
        > dns command 0 "query" verb=other Request domain-name="plc.test"
        < dns command 0 "query" verb=other Response domain-name="plc.test"
        < dns name "s7.test" is 10.41.0.18
        < dns name "plc.test" is 10.41.0.18
        < dns role sender Server
        "#,
    );
}

#[test]
fn streams_carry_a_length() {
    let (query, answer) = (format!("> 001a {QUERY}"), format!("< 003b {ANSWER}"));
    check::stream(
        53,
        &[&query, &answer, "> 001a 0002 0000 0001 0000 0000 0000 03706c64 0474657374 00 0001 0001"],
        r#"
        > dns command 0 "query" verb=other Request domain-name="plc.test"
        < dns command 0 "query" verb=other Response domain-name="plc.test"
        < dns name "s7.test" is 10.41.0.18
        < dns name "plc.test" is 10.41.0.18
        < dns role sender Server
        > dns command 0 "query" verb=other Request domain-name="pld.test"
        "#,
    );
}

#[test]
fn reverse_names_and_refusals() {
    check::datagrams(
        53,
        &[
            "< 0001 8180 0001 0001 0000 0000 0231380130023431023130 07696e2d61646472 0461727061 00 000c 0001
               c00c 000c 0001 0000003c 000a 03706c630474657374 00",
            "< 0002 8183 0001 0000 0000 0000 0378797a 00 0001 0001",
        ],
        r#"
        < dns command 0 "query" verb=other Response domain-name="18.0.41.10.in-addr.arpa"
        < dns name "plc.test" is 10.41.0.18
        < dns role sender Server
        < dns command 0 "query" verb=other Response domain-name="xyz"
        < dns outcome 0 Refused status=3 "name error"
        "#,
    );
}

#[test]
fn what_is_not_dns_on_its_port_is_said_once() {
    check::stream(
        53,
        &["> e1e2e3e4 e5e6e7e8 e9eaebec edeeeff0", "< f1f2f3f4 f5f6f7f8 f9fafbfc fdfefff0"],
        r#"< dns anomaly WrongProtocol { expected: "dns" }"#,
    );
}

#[test]
fn real_captures() {
    check::shared("it/wireshark__dns+icmp.pcapng", &["dns messages=11 malformed=0"]);
    check::shared("testbed/scn_dns_beacon.pcap", &["dns 0 query=78"]);
}
