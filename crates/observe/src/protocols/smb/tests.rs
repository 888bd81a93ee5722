use crate::check;

#[test]
fn real_captures() {
    check::shared("testbed/smb.pcap", &["smb smb2 1 session setup=8"]);
}
