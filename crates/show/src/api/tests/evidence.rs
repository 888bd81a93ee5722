//! Packets of two lines whose machines have the same addresses.

use crate::api::state::Api;
use crate::api::testing::{ask, parts, person, put_site, send};
use crate::api::view::View;
use authz::{Role, Scope};
use capture::evidence::{Files, Limits, Writer};
use facts::id::{AssetUid, LineId, NetworkUid};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use store::assets::address::{AddressKey, AddressKind};
use store::assets::write::{self, Heard};
use store::structure::line::{self, Line};
use store::structure::network::{self, Network, NetworkState};
use store::{Json, Moment};
use tokio::sync::watch;
use uuid::Uuid;
use wire::{CaptureId, Frame, LinkType, Time};

const IP: &str = "192.168.1.10";

fn line(number: u128) -> LineId {
    LineId(Uuid::from_u128(10 + number))
}

fn network(number: u128) -> NetworkUid {
    NetworkUid(Uuid::from_u128(20 + number))
}

fn asset(number: u128) -> AssetUid {
    AssetUid(Uuid::from_u128(30 + number))
}

/// Two lines, each with a network of its own in which a machine has the same address.
async fn plant(api: &Api) {
    let (mut tx, at) = (api.store().write().await.expect("a transaction"), Moment(1));
    for number in [0, 1] {
        let row = Line {
            id: line(number),
            site: api.parts().site,
            name: format!("Line {number}"),
            code: String::new(),
            position: 0,
            calendar: String::new(),
            note: String::new(),
        };
        line::put(&mut tx, &row, at).await.expect("a line");
        let row = Network {
            id: network(number),
            site: api.parts().site,
            name: format!("network {number}"),
            state: NetworkState::Proposed,
            zone: None,
            model_key: format!("realm-{number}"),
            interfaces: Vec::new(),
            vlans: Vec::new(),
            prefixes: Vec::new(),
            note: String::new(),
        };
        network::put(&mut tx, &row, at).await.expect("a network");
        let heard = Heard {
            id: asset(number),
            name: format!("robot {number}"),
            kind: "plc".into(),
            role: String::new(),
            level: "1".into(),
            vendor: String::new(),
            model: String::new(),
            order_number: String::new(),
            firmware: String::new(),
            hardware: String::new(),
            serial: String::new(),
            os: String::new(),
            hearing: "heard".into(),
            network: Some(network(number)),
            first_seen: at,
            last_seen: at,
            addresses: vec![AddressKey {
                network: Some(network(number)),
                kind: AddressKind::Ip,
                address: IP.into(),
            }],
            document: Json("{}".into()),
        };
        write::put_all(&mut tx, &[heard], at).await.expect("an asset");
        let kept = store::assets::find(&mut tx, asset(number)).await.expect("assets").expect("the asset");
        let placement = store::assets::place::Placement {
            line: Some(line(number)),
            ..store::assets::place::Placement::of(&kept)
        };
        store::assets::place::put(&mut tx, asset(number), &placement, at).await.expect("a place");
    }
    tx.commit().await.expect("a commit");
}

/// Packets from the address, ten on the first line's mirror port and three on the second's; each says which.
fn ring(folder: &Path) {
    let limits = Limits { bytes: 4 << 20, segments: 4, snap: 65_535, flow_percent: 100 };
    let mut writer = Writer::new(Files::open(folder, limits).expect("a ring")).expect("a writer");
    for capture in [0_u16, 1] {
        writer.name(CaptureId(capture), LinkType::ETHERNET, &format!("mirror{capture}"));
    }
    for (capture, packets) in [(0_u8, 10), (1, 3)] {
        let mut bytes = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
        bytes.extend([0x45, 0, 0, 29, 0, 0, 0, 0, 64, 17, 0, 0, 192, 168, 1, 10, 192, 168, 1, 1]);
        bytes.extend([0x03, 0xe8, 0x01, 0xf6, 0, 9, 0, 0, b'A' + capture]);
        for _ in 0..packets {
            writer.write(&Frame {
                time: Time(1_000),
                capture: CaptureId(capture.into()),
                link: LinkType::ETHERNET,
                original_len: 43,
                bytes: &bytes,
            });
        }
    }
    writer.flush();
}

#[tokio::test]
async fn each_line_gets_the_packets_of_its_own_network() {
    let folder = tempfile::tempdir().expect("a folder");
    let evidence = folder.path().join("ring");
    ring(&evidence);
    let networks = [0, 1].map(|number| (network(number), vec![format!("mirror{number}")]));
    let (view, seen) = watch::channel(Arc::new(View::default()));
    let mut parts = parts(folder.path()).await;
    put_site(&parts.store).await;
    parts.evidence = Some(evidence);
    parts.view = seen;
    let api = Api::new(parts);
    plant(&api).await;
    let of_line = |number| Scope { lines: Some([line(number)].into()), ..Scope::everything() };
    let operator = |number| person(&[(Role::Operator, of_line(number))]);
    let path = |number| format!("/evidence?asset={}", asset(number));
    let early = ask(&api, &operator(0), "GET", &path(0), Value::Null).await;
    assert_eq!(early.status, 503, "while networks cannot be told apart nothing goes out");
    let looked = View { time_us: 1, networks: networks.into_iter().collect(), ..View::default() };
    view.send_replace(Arc::new(looked));
    for (number, packets, other) in [(0, "10", b'B'), (1, "3", b'A')] {
        let told = send(&api, &operator(number), "GET", &path(number), Vec::new()).await;
        assert_eq!(told.status, 200, "{}", told.json());
        assert_eq!(told.headers["yagura-packets"], packets);
        let foreign = [0x01, 0xf6, 0, 9, 0, 0, other];
        assert!(
            !told.bytes.windows(foreign.len()).any(|bytes| bytes == foreign),
            "a packet of the other line"
        );
        assert_eq!(ask(&api, &operator(1 - number), "GET", &path(number), Value::Null).await.status, 404);
    }
    let everything = person(&[(Role::Operator, Scope::everything())]);
    let told = ask(&api, &everything, "GET", &format!("/evidence?address={IP}"), Value::Null).await;
    assert_eq!(told.headers["yagura-packets"], "13", "by the address alone both lines are found");
    let told = ask(&api, &everything, "GET", &path(1), Value::Null).await;
    assert_eq!(told.headers["yagura-packets"], "3");
}
