use crate::check;

/// The fixed part with an all-zero server name and file: operation, addresses, hardware address, options.
fn message(operation: &str, given: &str, options: &str) -> String {
    let zeros = "00".repeat(10 + 64 + 128);
    format!(
        "{operation} 01 06 00 11223344 0000 0000 00000000 {given} 00000000 00000000 b827eb410066 {zeros} 63825363 {options} ff"
    )
}

#[test]
fn a_client_tells_who_it_is_and_gets_an_address() {
    let request =
        message("01", "00000000", "350103 0c03706931 3c0a756468637020312e3335 37020103 32040a290083");
    let fqdn = message("01", "00000000", "350108 5108 04 00 00 03706931 00 3d03 00aabb");
    let ack = message("02", "0a290083", "350105 36040a000002 03040a000002");
    check::datagrams(
        67,
        &[&format!("> {request}"), &format!("> {fqdn}"), &format!("< {ack}")],
        r#"
        > dhcp command 3 "request" verb=other Request
        > dhcp identity sender Other hardware-address="b8:27:eb:41:00:66"
        > dhcp identity sender Name host-name="pi1"
        > dhcp identity sender Description vendor-class="udhcp 1.35"
        > dhcp identity sender Fingerprint parameter-list="1,3"
        > dhcp identity sender Other requested-address="10.41.0.131"
        > dhcp command 8 "inform" verb=other Request
        > dhcp identity sender Other hardware-address="b8:27:eb:41:00:66"
        > dhcp identity sender Name fqdn="pi1"
        > dhcp identity sender Other client-id="00aabb"
        < dhcp command 5 "ack" verb=report Response
        < dhcp identity sender Other client.hardware-address="b8:27:eb:41:00:66"
        < dhcp identity sender Other server-id="10.0.0.2"
        < dhcp identity sender Other offers.router="10.0.0.2"
        < dhcp role sender Server
        < dhcp bound 10.41.0.131 is at b8:27:eb:41:00:66
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared(
        "testbed/scn_dhcp_rogue_server.pcap",
        &["dhcp 1 discover=4", "dhcp 2 offer=8", "dhcp 3 request=3", "dhcp 5 ack=3", "dhcp 6 nak=1"],
    );
    check::shared("it/suricata__dhcp-option-52-overload-both-input.pcap", &["dhcp 1 discover=1"]);
}
