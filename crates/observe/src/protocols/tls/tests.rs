use crate::check;

/// A certificate made for this test: CN plc1.plant.test, O Plant, names plc1 and 10.41.0.14, serial 0x1234.
const CERTIFICATE: &str = "308201b130820156a00302010202021234300a06082a8648ce3d040302302a310e300c060355040a0c05506c \
    616e743118301606035504030c0f706c63312e706c616e742e746573743020170d3236313132323233333330 \
    375a180f32313236313032393233333330375a302a310e300c060355040a0c05506c616e7431183016060355 \
    04030c0f706c63312e706c616e742e746573743059301306072a8648ce3d020106082a8648ce3d0301070342 \
    00045ca98d778621e74683a3fdb952e9eeedd5956eb2c70e4a363e20023f3bc4703c0a46c736c594e6eeae6b \
    324c8d1b31c94fd29916048a3ed015d127bcf6ece34aa36a3068301d0603551d0e04160414cb8a5567e63f59 \
    4d49b79fc27f42e1853b8aaae4301f0603551d23041830168014cb8a5567e63f594d49b79fc27f42e1853b8a \
    aae4300f0603551d130101ff040530030101ff30150603551d11040e300c8204706c633187040a29000e300a \
    06082a8648ce3d0403020349003046022100fb1aabe6e25bf1b146e4521a05271ab19de5455bb79cac5a825e \
    f75638afdef7022100beef9a11e5ceb3e1fc43afe029e4c9f76fc0820c577a82f91087d79b0aaa7167";

fn length(hex: &str) -> usize {
    hex.bytes().filter(u8::is_ascii_hexdigit).count() / 2
}

/// A hand-shake message.
fn message(kind: u8, body: &str) -> String {
    format!("{kind:02x}{:06x}{body}", length(body))
}

/// A record of hand-shake messages.
fn record(messages: &str) -> String {
    format!("160303{:04x}{messages}", length(messages))
}

/// The hello of the JA4 description's example: fifteen ciphers, sixteen extensions, GREASE among both.
fn client_hello() -> String {
    let ciphers = "0a0a 1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035";
    let signatures = "0403 0804 0401 0503 0805 0501 0806 0601";
    let extensions = [
        "1a1a0000".to_owned(),
        "0000000e 000c 00 0009 706c63312e74657374".to_owned(),
        "00170000 ff01000100".to_owned(),
        "000a000a 0008 2a2a 001d 0017 0018".to_owned(),
        "000b0002 0100 00230000".to_owned(),
        "0010000e 000c 02 6832 08 687474702f312e31".to_owned(),
        "00050005 0100000000".to_owned(),
        format!("000d0012 0010 {signatures}"),
        "00120000".to_owned(),
        "00330002 0000 002d0002 0101".to_owned(),
        "002b0007 06 3a3a 0304 0303".to_owned(),
        "001b0003 020002 44690005 0003026832 00150001 00".to_owned(),
    ]
    .concat();
    let body = format!(
        "0303 {} 00 {:04x} {ciphers} 0100 {:04x} {extensions}",
        "11".repeat(32),
        length(ciphers),
        length(&extensions)
    );
    message(1, &body)
}

#[test]
fn a_client_is_known_by_its_fingerprints() {
    let hello = format!("> {}", record(&client_hello()));
    let choice = message(2, &format!("0303 {} 00 1301 00 0006 002b00020304", "22".repeat(32)));
    let answer = format!("< {}", record(&choice));
    let messages = [
        hello.as_str(),
        answer.as_str(),
        "< 140303000101",
        "< 1703030014 0102030405060708090a0b0c0d0e0f1011121314",
    ];
    // The MD5 is of "771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,
    // 0-23-65281-10-11-35-16-5-13-18-51-45-43-27-17513-21,29-23-24,0" in one line.
    check::stream(
        443,
        &messages,
        r#"
        > tls identity server Other server-name="plc1.test"
        > tls identity client Other alpn="h2"
        > tls identity client Fingerprint ja3="cd08e31494f9531f560d64c695473da9"
        > tls identity client Fingerprint ja4="t13d1516h2_8daaf6152771_e5627efa2ab1"
        < tls identity server Other version="TLS 1.3"
        < tls identity server Other cipher-suite="1301"
        "#,
    );
    check::stream_on_another_port(443, &messages);
}

#[test]
fn a_certificate_may_span_records_and_names_its_owner() {
    let list = format!("{:06x}{CERTIFICATE}", length(CERTIFICATE));
    let all = message(11, &format!("{:06x}{list}", length(&list)));
    let digits: String = all.split_whitespace().collect();
    let (first, second) = digits.split_at(200);
    let hello = message(2, &format!("0303 {} 00 c02b 00 0000", "22".repeat(32)));
    let messages = [
        format!("> {}", record(&client_hello())),
        format!("< {} {} {}", record(&hello), record(first), record(second)),
    ];
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    check::stream(
        443,
        &messages,
        r#"
        > tls identity server Other server-name="plc1.test"
        > tls identity client Other alpn="h2"
        > tls identity client Fingerprint ja3="cd08e31494f9531f560d64c695473da9"
        > tls identity client Fingerprint ja4="t13d1516h2_8daaf6152771_e5627efa2ab1"
        < tls identity server Other version="TLS 1.2"
        < tls identity server Other cipher-suite="c02b"
        < tls identity sender Fingerprint certificate.sha256="5738f27fe94f7d418c938b5f7aa56f72191d26fbd64b6e528f3bacae0d4d773f"
        < tls identity sender Other certificate.subject-organization="Plant"
        < tls identity sender Other certificate.subject="plc1.plant.test"
        < tls identity sender Other certificate.issuer-organization="Plant"
        < tls identity sender Other certificate.issuer="plc1.plant.test"
        < tls identity sender Other certificate.not-before="261122233307Z"
        < tls identity sender Other certificate.not-after="21261029233307Z"
        < tls identity sender Other certificate.serial="1234"
        < tls identity sender Other certificate.alternative-name="plc1"
        < tls identity sender Other certificate.alternative-name="10.41.0.14"
        "#,
    );
}

#[test]
fn the_middle_of_a_session_is_passed_over() {
    let data = "1703030014 0102030405060708090a0b0c0d0e0f1011121314";
    let (up, down) = (format!("> {data}"), format!("< {data}"));
    check::stream(443, &[&up, &down, &up], "");
    check::stream_on_another_port(443, &[&up, &down, &up]);
}

#[test]
fn real_captures() {
    check::shared("it/wireshark__tls13-rfc8446.pcap", &["tls messages=21 malformed=0"]);
}
