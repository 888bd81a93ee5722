//! What the networks and events of a plant do to its frames.

use simulator::{Encoding, Plant, PlantError, Simulator, encode};
use wire::Time;

/// 2026-04-01T00:00:00Z.
const START: Time = Time(1_775_001_600_000_000_000);
const SECOND: i64 = 1_000_000_000;
const IP: usize = 14;

/// All frames of the first `seconds`: seconds since the start and bytes.
fn frames(plant: Plant, seconds: i64) -> Vec<(i64, Vec<u8>)> {
    let mut frames = Vec::new();
    Simulator::new(plant, 1, START).run_until(Time(START.0 + seconds * SECOND), |frame| {
        frames.push((frame.time.since(START) / SECOND, frame.bytes.to_vec()));
    });
    frames
}

/// A client on network `a`, a server on network `b`, a router between them, and more text at the end.
fn two_networks(router: &str, more: &str) -> Result<Plant, PlantError> {
    Plant::parse(&format!(
        r#"
name = "two networks"
[[network]]
name = "a"
subnet = "10.1.0.0/24"
[[network]]
name = "b"
subnet = "192.168.1.0/24"
[[device]]
name = "client"
on = [{{ network = "a", mac = "00:0c:29:00:00:01", ip = "10.1.0.5" }}]
system = "windows"
[[device]]
name = "router"
on = [
  {{ network = "a", mac = "00:a0:45:00:00:0a", ip = "10.1.0.1" }},
  {{ network = "b", mac = "00:a0:45:00:00:0b", ip = "192.168.1.1" }},
]
{router}
[[device]]
name = "server"
on = [{{ network = "b", mac = "00:80:f4:00:00:02", ip = "192.168.1.10" }}]
[[conversation]]
client = "client"
server = "server"
protocol = "modbus"
period_ms = 1000
start_ms = 0
items = ["read holding 0 4"]
{more}
"#
    ))
}

/// Source, destination and time to live of an IPv4 frame without a tag.
fn header(bytes: &[u8]) -> Option<([u8; 4], [u8; 4], u8)> {
    let mut reader = wire::Reader::new(bytes);
    reader.skip(12).ok()?;
    if reader.u16() != Ok(0x0800) {
        return None;
    }
    reader.skip(8).ok()?;
    let ttl = reader.u8().ok()?;
    reader.skip(3).ok()?;
    Some((reader.array().ok()?, reader.array().ok()?, ttl))
}

#[test]
fn a_routed_packet_shows_on_both_networks() {
    let frames = frames(two_networks("routes = true", "").expect("right"), 3);
    let mut packets =
        frames.iter().filter_map(|(_, bytes)| header(bytes).map(|header| (header, &bytes[..12])));
    let (first, second) = (packets.next().expect("a SYN"), packets.next().expect("its copy"));
    assert_eq!(first.0, ([10, 1, 0, 5], [192, 168, 1, 10], 128));
    assert_eq!(second.0, ([10, 1, 0, 5], [192, 168, 1, 10], 127));
    assert_eq!(first.1, [0, 0xa0, 0x45, 0, 0, 0x0a, 0, 0x0c, 0x29, 0, 0, 1]);
    assert_eq!(second.1, [0, 0x80, 0xf4, 0, 0, 2, 0, 0xa0, 0x45, 0, 0, 0x0b]);
}

#[test]
fn address_translation_hides_what_is_inside() {
    let nat = r#"nat = { inside = ["b"], hosts = [{ outside = "10.1.0.77", device = "server" }] }"#;
    let inside_out = r#"
[[device]]
name = "hidden"
on = [{ network = "b", mac = "00:80:f4:00:00:03", ip = "192.168.1.11" }]
[[conversation]]
client = "hidden"
server = "client"
protocol = "http"
items = ["get /"]
"#;
    let frames = frames(two_networks(nat, inside_out).expect("right"), 5);
    for (source, destination, _) in
        frames.iter().filter(|(_, b)| b[..12].contains(&0x0c)).filter_map(|(_, b)| header(b))
    {
        assert!(source[0] == 10 && destination[0] == 10, "{source:?} {destination:?} on the outside network");
    }
    let seen = |wanted: ([u8; 4], [u8; 4])| {
        frames.iter().filter_map(|(_, bytes)| header(bytes)).any(|(from, to, _)| (from, to) == wanted)
    };
    assert!(seen(([10, 1, 0, 5], [10, 1, 0, 77])) && seen(([10, 1, 0, 5], [192, 168, 1, 10])));
    assert!(seen(([10, 1, 0, 1], [10, 1, 0, 5])), "others appear as the gateway");
}

#[test]
fn a_host_behind_translation_needs_an_outside_address() {
    let error = two_networks(r#"nat = { inside = ["b"] }"#, "").err().expect("unreachable");
    assert!(error.to_string().contains("NAT"), "{error}");
    let error = two_networks("", "").err().expect("no router");
    assert_eq!(error.to_string(), "line 25: conversation.server: no router leads from client to server");
}

#[test]
fn a_mirror_may_hear_one_direction_and_repeat_itself() {
    let line = |device: &str, network: &str| {
        let text = LINE.replace("DEVICE", device).replace("NETWORK", network);
        frames(Plant::parse(&text).expect("right"), 10)
    };
    let from_server = |frames: &[(i64, Vec<u8>)]| frames.iter().filter(|(_, bytes)| bytes[6] == 0x02).count();
    let both = line("", "");
    assert!(from_server(&both) > 10);
    let one_way = line("heard = \"received\"", "");
    assert_eq!(from_server(&one_way), 0);
    assert_eq!(both.len() - from_server(&both), one_way.len());
    let twice = line("", "duplicate_percent = 100");
    assert_eq!(twice.len(), both.len() * 2);
}

#[test]
fn silence_freeze_and_writing() {
    let events = r#"
[[event]]
at_s = 10
action.silence = { device = "server" }
[[event]]
at_s = 20
action.resume = { device = "server" }
[[event]]
at_s = 30
action.freeze = { device = "server" }
[[event]]
at_s = 60
action.converse = { client = "client", server = "server", protocol = "modbus", items = ["write holding 0 = 4321"] }
"#;
    let text = LINE.replace("DEVICE", "").replace("NETWORK", "") + events;
    let frames = frames(Plant::parse(&text).expect("right"), 70);
    let answers = |from: i64, to: i64| {
        let wanted = move |(time, bytes): &&(i64, Vec<u8>)| {
            (from..to).contains(time) && bytes[6] == 0x02 && bytes.len() > IP + 47 && bytes[IP + 47] == 3
        };
        frames.iter().filter(wanted).map(|(_, bytes)| bytes[IP + 49..].to_vec()).collect::<Vec<_>>()
    };
    assert!(answers(11, 20).is_empty() && answers(21, 29).len() > 5);
    let asked =
        frames.iter().filter(|(time, bytes)| (11..20).contains(time) && bytes[12..14] == [8, 6]).count();
    assert!(asked >= 8, "the client asks in vain for the address: {asked}");
    let frozen = answers(31, 60);
    assert!(frozen.len() > 20 && frozen.iter().all(|answer| *answer == frozen[0]), "frozen");
    assert_ne!(answers(0, 10)[0], frozen[0], "the process moved before");
    assert!(answers(62, 70).iter().all(|answer| answer[..2] == [0x10, 0xe1]), "4321 stays");
}

#[test]
fn japanese_names_go_out_in_their_encodings() {
    let frames = frames(simulator::japanese_names().expect("right"), 900);
    let seen = |name: &str, encoding| {
        let wanted = encode(name, encoding);
        frames.iter().any(|(_, bytes)| bytes.windows(wanted.len()).any(|window| window == wanted))
    };
    for (name, encoding) in [
        ("ｼﾞｭｳﾃﾝｷ2", Encoding::Cp932),
        ("充填機②", Encoding::Cp932),
        ("充填機②", Encoding::EucJp),
        ("充填機②", Encoding::Utf16Be),
        ("充填機②", Encoding::Utf8),
        ("髙橋～", Encoding::Cp932),
        ("髙橋～", Encoding::EucJp),
        ("髙橋～", Encoding::Utf16Be),
    ] {
        assert!(seen(name, encoding), "{name} in {encoding:?}");
    }
}

#[test]
fn mistakes_are_named_with_their_line() {
    let cases = [
        ("name = \"x\"\nnetwrk = 1\n", 2, "netwrk"),
        ("name = \"x\"\n[[network]]\nname = \"n\"\nsubnet = \"10.0.0.0/99\"\n", 4, "subnet"),
        ("name = \"x\"\n[[network]]\nname = \"n\"\nsubnet = \"10.0.0.0/8\"\nvlan = 5000\n", 5, "vlan"),
        (
            "name = \"x\"\n[[network]]\nname = \"n\"\nsubnet = \"10.0.0.0/8\"\n[[device]]\nname = \"d\"\n\
             on = [{ network = \"m\", mac = \"00:00:00:00:00:01\" }]\n",
            7,
            "device.on.network: there is no \"m\"",
        ),
    ];
    for (text, line, reason) in cases {
        let error = Plant::parse(text).err().expect("a mistake");
        assert_eq!(error.line, line, "{error}");
        assert!(error.reason.contains(reason), "{error}");
    }
    let error =
        Plant::parse(&LINE.replace("DEVICE", "").replace("NETWORK", "").replace("read holding", "fetch"));
    let error = error.err().expect("an unknown item");
    assert!(error.reason.starts_with("conversation.items: modbus: known items: read coils"), "{error}");
}

const LINE: &str = r#"
name = "line"
[[network]]
name = "n"
subnet = "10.1.0.0/24"
NETWORK
[[device]]
name = "client"
on = [{ network = "n", mac = "00:00:00:00:00:01", ip = "10.1.0.5" }]
[[device]]
name = "server"
on = [{ network = "n", mac = "02:00:00:00:00:02", ip = "10.1.0.10" }]
DEVICE
[[conversation]]
client = "client"
server = "server"
protocol = "modbus"
start_ms = 0
items = ["read holding 0 60"]
"#;
