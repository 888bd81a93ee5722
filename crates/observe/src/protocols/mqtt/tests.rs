use crate::check;

/// CONNECT of client "edge" with user "op", CONNACK, SUBSCRIBE to a/b and all, its answer.
const EXCHANGE: &[&str] = &[
    "> 10 18 0004 4d515454 04 c2 003c 0004 65646765 0002 6f70 0002 7077",
    "< 20 02 00 00",
    "> 82 0c 0001 0003 612f62 00 0001 23 00",
    "< 90 04 0001 00 80",
];

#[test]
fn a_client_logs_in_and_subscribes_to_everything() {
    check::stream(
        1883,
        EXCHANGE,
        r##"
        > mqtt command 1 "connect" verb=login Request
        > mqtt identity client Other client-id="edge"
        > mqtt login "op" password Attempted
        < mqtt command 2 "connack" verb=login Response
        < mqtt login "op" password Accepted
        < mqtt role server Server
        > mqtt command 8 "subscribe" verb=subscribe Request topic="#"
        < mqtt command 9 "suback" verb=subscribe Response
        < mqtt outcome 8 Refused status=128 "unspecified error"
        "##,
    );
    check::stream_on_another_port(1883, EXCHANGE);
}

#[test]
fn properties_of_version_5_are_passed_over() {
    check::stream(
        1883,
        &[
            "> 10 12 0004 4d515454 05 02 003c 03 210014 0002 6333",
            "< 20 06 00 87 03 240010",
            "> 30 09 0002 7474 02 0101 68 69",
        ],
        r#"
        > mqtt command 1 "connect" verb=login Request
        > mqtt identity client Other client-id="c3"
        > mqtt login "" anonymous Attempted
        < mqtt command 2 "connack" verb=login Response
        < mqtt login "" anonymous Refused
        < mqtt outcome 1 Refused status=135 "not authorized"
        > mqtt command 3 "publish" verb=report Unsolicited topic="tt"
        "#,
    );
}

#[test]
fn a_damaged_connect_is_still_a_connect() {
    check::stream(
        1883,
        &["> 10 12 0004 4d515454 05 02 003c 7f 210014 0002 6333", "< 20 03 00 00 00"],
        r#"
        > mqtt command 1 "connect" verb=login Request
        > mqtt malformed truncated at 13
        > mqtt login "" anonymous Attempted
        < mqtt command 2 "connack" verb=login Response
        < mqtt login "" anonymous Accepted
        < mqtt role server Server
        "#,
    );
}

#[test]
fn sparkplug_names_node_and_values_and_writes() {
    // Topics spBv1.0/P/NBIRTH/gw and spBv1.0/P/NCMD/gw; a metric "t" of type 9 (float) 1.5 and an Int32 alias 7 of -2.
    check::stream(
        1883,
        &[
            "> 30 2d 0013 73704276312e302f502f4e42495254482f6777
               12 0a 0a0174 2009 650000c03f 12 0a 1007 2003 50feffffff0f",
            "> 30 13 0011 73704276312e302f502f4e434d442f6777",
        ],
        r#"
        > mqtt command 3 "publish" verb=report Unsolicited topic="spBv1.0/P/NBIRTH/gw"
        > mqtt identity client Domain sparkplug.group="P"
        > mqtt identity client Name sparkplug.edge-node="gw"
        > mqtt role client Gateway
        > mqtt value client metric="t" = 1.5
        > mqtt value client metric-alias:7+1 = -2
        > mqtt command 3 "publish" verb=write Unsolicited topic="spBv1.0/P/NCMD/gw"
        "#,
    );
}

#[test]
fn what_is_not_mqtt_on_its_port_is_said_once() {
    check::stream(
        1883,
        &["> 00e2e3e4 e5e6e7e8 e9eaebec edeeeff0", "< 01f2f3f4 f5f6f7f8 f9fafbfc fdfefff0"],
        r#"< mqtt anomaly WrongProtocol { expected: "mqtt" }"#,
    );
}

#[test]
fn real_captures() {
    check::shared(
        "testbed/mqtt_sparkplug.pcap",
        &[
            "mqtt 1 connect=1",
            "mqtt 2 connack=1",
            "mqtt 3 publish=50",
            "mqtt 8 subscribe=2",
            "mqtt 9 suback=2",
        ],
    );
    check::shared(
        "mqtt/suricata__mqtt5-excessiveproplen-input.pcap",
        &["mqtt 1 connect=1", "mqtt 2 connack=1"],
    );
}
