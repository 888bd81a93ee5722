use crate::check;

#[test]
fn real_captures() {
    let Some(totals) = check::shared_totals("it/wireshark__tls13-rfc8446.pcap") else { return };
    assert!(totals.contains("tls messages="), "{totals}");
}
