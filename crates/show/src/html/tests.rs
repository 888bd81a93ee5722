use super::*;
use facts::{
    Command, Endpoint, FlowId, FlowSummary, Heard, Identity, Layer, NetworkId, Observation, Part, Phase,
    Property, Protocol, Seen, Sink, Subject, Target, Transport, Verb,
};
use model::{Limits, Model};
use std::collections::BTreeSet;
use wire::{CaptureId, Charset, Direction, Mac, Text, Time};

const MODBUS: Protocol = Protocol { id: 0, name: "modbus" };

fn end(last: u8) -> Endpoint {
    Endpoint {
        mac: Some(Mac([0x00, 0x80, 0xf4, 0, 0, last])),
        ip: Some(std::net::IpAddr::from([10, 0, 0, last])),
        port: 502,
    }
}

/// A model of two machines: the second was asked by the first and said each of these names.
fn model(names: &[Text<'_>]) -> Model {
    let (time, capture, network) = (Time::from_parts(1_700_000_000, 0), CaptureId(0), NetworkId(0));
    let mut model = Model::new(Limits::default());
    for last in [1, 2] {
        let Endpoint { mac, ip, .. } = end(last);
        model.heard(&Heard { time, capture, network, mac, ip, vlan: 0, ttl: 64, to_group: false });
    }
    let seen = Seen {
        time,
        times: 1,
        since: time,
        capture,
        network,
        protocol: MODBUS,
        flow: FlowId(0),
        direction: Direction::ToServer,
        source: end(1),
        destination: end(2),
        copy: false,
    };
    for name in names {
        let identity = Identity {
            subject: Subject::Server,
            part: Part::Whole,
            property: Property::Name,
            key: "test.name",
            value: *name,
        };
        model.observation(&seen, &Observation::Identity(identity));
    }
    let command = Command {
        group: "",
        code: 6,
        name: "write single register",
        verb: Verb::Write,
        phase: Phase::Request,
        part: Part::Unit(3),
        target: Target::None,
    };
    model.observation(&seen, &Observation::Command(command));
    model.flow(&FlowSummary {
        flow: FlowId(0),
        capture,
        network,
        transport: Transport::Tcp,
        client: end(1),
        server: end(2),
        layers: &[Layer { protocol: MODBUS, messages: 1, malformed: 0, packets: 1, row: true }],
        packets: [1, 1],
        bytes: [66, 66],
        first: time,
        last: time,
        established: true,
        lost_bytes: 0,
        begun: true,
        ended: true,
        packets_in_all: [1, 1],
    });
    model
}

/// The page as a browser splits it: markup, and what stands in script elements.
fn split(page: &str) -> (String, Vec<String>) {
    let (mut markup, mut scripts) = (String::new(), Vec::new());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<script") {
        let (script, after) = after.split_once("</script>").expect("every script ends");
        let (_, script) = script.split_once('>').expect("a tag ends");
        markup.push_str(before);
        scripts.push(script.to_owned());
        rest = after;
    }
    (markup + rest, scripts)
}

fn data(page: &str) -> serde_json::Value {
    serde_json::from_str(&split(page).1[1]).expect("the data is JSON")
}

#[test]
fn what_a_device_says_stays_text() {
    let hostile = "</script><img src=x onerror=alert(1)>\"'`&<!--<script>\u{2028}";
    let model = model(&[Text::utf8(hostile.as_bytes())]);
    let capture = Capture { path: hostile.into(), remark: Some(hostile.into()), ..Capture::default() };
    let page = page(&[capture], &model.inventory());
    let (markup, scripts) = split(&page);
    assert_eq!(scripts.len(), 3, "a device opened or closed a script");
    assert!(!page.contains("<img") && !markup.contains("onerror"));
    assert_eq!(data(&page)["captures"][0]["path"], hostile);
    let assets = data(&page)["assets"].as_array().cloned().unwrap_or_default();
    assert!(
        assets
            .iter()
            .any(|asset| asset["name"][0].as_str().is_some_and(|name| name.starts_with("</script><img")))
    );
}

/// Nothing of the scripts can turn text into markup or code, and their policy would forbid it.
#[test]
fn scripts_have_no_way_to_make_markup_from_text() {
    let banned = [
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "new Function",
        "<!--",
        "</script",
        "srcdoc",
    ];
    for word in banned {
        assert!(!SCRIPT.contains(word), "{word}");
    }
    let page = page(&[], &model(&[]).inventory());
    assert!(page.contains("default-src 'none'") && page.contains(&source_hash(SCRIPT)));
    assert!(page.contains("connect-src 'none'"), "it asks nobody");
    assert!(!page.contains("unsafe-inline") && !page.contains(" style=\"") && !page.contains(" onclick"));
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"), "the page stands alone");
    assert!(!SHELL.contains("http://") && !SHELL.contains("https://"));
}

#[test]
fn a_source_hash_is_that_of_other_programs() {
    // printf abc | openssl dgst -sha256 -binary | base64
    assert_eq!(source_hash("abc"), "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    assert_eq!([b"".as_slice(), b"f", b"fo", b"foo"].map(base64), ["", "Zg==", "Zm8=", "Zm9v"]);
}

#[test]
fn every_word_the_scripts_ask_for_is_in_the_table() {
    let known: BTreeSet<&str> = text::texts().into_iter().map(|(key, _)| key).collect();
    let mut asked = 0;
    for (place, _) in SCRIPT.match_indices("t(\"") {
        let before = SCRIPT[..place].chars().next_back().unwrap_or(' ');
        if before.is_alphanumeric() {
            continue;
        }
        let key = SCRIPT[place + 3..].split('"').next().unwrap_or_default();
        assert!(known.contains(key), "{key}");
        asked += 1;
    }
    assert!(asked > 50, "{asked}");
    for (place, _) in SHELL.match_indices("data-text=\"").chain(SHELL.match_indices("data-label=\"")) {
        let key = SHELL[place..].split('"').nth(1).unwrap_or_default();
        assert!(known.contains(key), "{key}");
    }
    for id in ["column", "tile", "detail", "property"] {
        for (place, _) in SCRIPT.match_indices(&format!("\"{id}.")) {
            let key = SCRIPT[place + 1..].split('"').next().unwrap_or_default();
            assert!(known.contains(key), "{key}");
        }
    }
    let columns = SCRIPT.match_indices("{ id: \"").map(|(place, _)| &SCRIPT[place + 7..]);
    for column in columns.filter(|column| column.split(',').nth(1).is_some_and(|next| next.contains("width")))
    {
        let key = format!("column.{}", column.split('"').next().unwrap_or_default());
        assert!(known.contains(key.as_str()), "{key}");
    }
    for (place, _) in SCRIPT.match_indices("plain([\"") {
        let list = SCRIPT[place + 7..].split(']').next().unwrap_or_default();
        for column in list.split('"').skip(1).step_by(2) {
            assert!(known.contains(format!("column.{column}").as_str()), "{column}");
        }
    }
}

#[test]
fn lists_of_other_stages_have_words() {
    let known: BTreeSet<&str> = text::texts().into_iter().map(|(key, _)| key).collect();
    let model = Model::new(Limits::default());
    for (table, _) in model.inventory().overflow.rows() {
        assert!(known.contains(format!("overflow.{table}").as_str()), "{table}");
    }
    for lane in [
        "レベル4 オフィスネットワーク",
        "レベル3 情報/制御ネットワーク",
        "レベル2 プロセスネットワーク",
        "レベル1 コントロールネットワーク",
        "レベル0 現場機器",
    ] {
        assert!(page(&[], &model.inventory()).contains(lane), "{lane}");
    }
}

#[test]
fn japanese_names_come_through() {
    let utf16: Vec<u8> = "髙橋～".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let names: [(&[u8], Charset, &str); 3] = [
        // ｼﾞｭｳﾃﾝｷ2 and 充填機② as CP932 has them.
        (b"\xbc\xde\xad\xb3\xc3\xdd\xb7\x32", Charset::Cp932, "ｼﾞｭｳﾃﾝｷ2"),
        (b"\x8f\x5b\x93\x55\x8b\x40\x87\x41", Charset::Cp932, "充填機②"),
        (&utf16, Charset::Utf16Le, "髙橋～"),
    ];
    for (bytes, charset, expected) in names {
        let model = model(&[Text { bytes, charset }]);
        let page = page(&[], &model.inventory());
        assert!(page.contains(expected), "{expected}");
        assert!(
            data(&page)["assets"]
                .as_array()
                .is_some_and(|all| all.iter().any(|asset| asset["name"][0] == expected))
        );
    }
}

#[test]
fn rows_join_the_assets_they_belong_to() {
    let model = model(&[Text::utf8(b"FILLER-2")]);
    let data = data(&page(&[], &model.inventory()));
    let name = |end: &serde_json::Value| {
        let row = |list: &str, at: &serde_json::Value| {
            data.pointer(&format!("/{list}/{at}")).cloned().expect("a row")
        };
        row("assets", &row("ends", end)["asset"])["name"][0].clone()
    };
    let command = &data["commands"][0];
    assert_eq!(
        (name(&command["client"]), name(&command["server"])),
        (serde_json::Value::Null, "FILLER-2".into())
    );
    assert_eq!(
        (&command["verb"], &command["changes"], &command["part"]),
        (&"write".into(), &true.into(), &"unit 3".into())
    );
    assert_eq!(name(&data["links"][0]["server"]), "FILLER-2");
    assert_eq!(data["left_out"]["links"], 0);
}
