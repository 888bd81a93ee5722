//! What a list hides: rows seen and rows hidden are together the rows of the whole plant, for every list there is.

use super::bench::{SITE, START_US, api_with, ask, machine, person, through_door};
use super::everybody::{Operation, operations};
use crate::api::Entry;
use crate::api::view::{Command, End, Known, Link, ProtocolTotal, View};
use authz::{Holder, Permission, Role, Scope};
use axum::Router;
use facts::Verb;
use facts::id::{AssetUid, LineId, ZoneId};
use serde_json::Value;
use std::collections::HashMap;
use store::assets::address::{AddressKey, AddressKind};
use store::assets::place::{self, Placement};
use store::assets::write::{self, Heard};
use store::structure::{line, zone};
use store::{Json, Moment};
use uuid::Uuid;

const LINE: LineId = LineId(Uuid::from_u128(0x11));
const OTHER_LINE: LineId = LineId(Uuid::from_u128(0x12));
const ZONE: ZoneId = ZoneId(Uuid::from_u128(0x21));
const ASSETS: u128 = 12;

fn asset(number: u128) -> AssetUid {
    AssetUid(Uuid::from_u128(0x100 + number))
}

/// A third stands on the line, a third on another, a third nowhere; half of them in the zone.
fn place_of(number: u128) -> (Option<LineId>, Option<ZoneId>) {
    let line = [Some(LINE), Some(OTHER_LINE), None].into_iter().nth((number % 3) as usize).flatten();
    (line, number.is_multiple_of(2).then_some(ZONE))
}

fn end(number: u128) -> End {
    End { address: format!("192.0.2.{number}"), asset: Some(asset(number)) }
}

fn view() -> View {
    let known = |number| {
        let (line, zone) = place_of(number);
        (asset(number), Known { name: format!("asset {number}"), line, zone, level: Some(1.0) })
    };
    let link = |number: u128| Link {
        network: 0,
        client: end(number),
        server: end((number * 5 + 1) % ASSETS),
        protocol: "modbus",
        transport: "tcp",
        port: 502,
        depth: 0,
        packets: 9,
        messages: 9,
        malformed: 0,
        flows: 1,
        bytes: [1, 1],
        ways: [true, true],
        established: true,
        first_us: START_US,
        last_us: START_US,
    };
    let command = |number: u128| Command {
        network: 0,
        client: end(number),
        server: end((number * 7 + 2) % ASSETS),
        protocol: "modbus",
        verb: Verb::Read,
        group: "",
        code: 3,
        name: "Read Holding Registers",
        part: String::new(),
        counts: [1, 1, 0],
        first_us: START_US,
        last_us: START_US,
    };
    let protocols = vec![ProtocolTotal { protocol: "modbus", packets: 9, messages: 9, malformed: 0 }];
    View {
        time_us: START_US,
        assets: (0..ASSETS).map(known).collect::<HashMap<_, _>>(),
        links: (0..ASSETS).map(link).collect(),
        commands: (0..ASSETS).map(command).collect(),
        protocols,
        ..View::default()
    }
    .sorted()
}

fn heard(number: u128) -> Heard {
    let word = |text: &str| text.to_owned();
    Heard {
        id: asset(number),
        name: format!("asset {number}"),
        kind: word("plc"),
        role: word(""),
        level: word("1"),
        vendor: word(""),
        model: word(""),
        order_number: word(""),
        firmware: word(""),
        hardware: word(""),
        serial: word(""),
        os: word(""),
        hearing: word("spoke"),
        network: None,
        first_seen: Moment(START_US),
        last_seen: Moment(START_US),
        addresses: vec![AddressKey {
            network: None,
            kind: AddressKind::Ip,
            address: format!("192.0.2.{number}"),
        }],
        document: Json("{}".into()),
    }
}

async fn plant(api: &crate::api::Api) {
    let at = Moment(START_US);
    let mut tx = api.store().write().await.expect("a transaction");
    for (id, name) in [(LINE, "1"), (OTHER_LINE, "2")] {
        let text = String::new;
        let line = line::Line {
            id,
            site: SITE,
            name: name.into(),
            code: name.into(),
            position: 0,
            calendar: text(),
            note: text(),
        };
        line::put(&mut tx, &line, at).await.expect("a line");
    }
    let zone = zone::Zone {
        id: ZONE,
        site: SITE,
        name: "z".into(),
        level: String::new(),
        security_target: 1,
        note: String::new(),
    };
    zone::put(&mut tx, &zone, at).await.expect("a zone");
    let all: Vec<Heard> = (0..ASSETS).map(heard).collect();
    write::put_all(&mut tx, &all, at).await.expect("assets");
    for number in 0..ASSETS {
        let (line, zone) = place_of(number);
        let placement = Placement { line, zone, ..Placement::default() };
        place::put(&mut tx, asset(number), &placement, at).await.expect("a place");
    }
    tx.commit().await.expect("a commit");
}

/// Whether the operation gives a page of rows that no id in the path chooses.
fn is_list(operation: &Operation) -> bool {
    let schema = &operation.described["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
    let name =
        schema.as_str().and_then(|name| name.strip_prefix("#/components/schemas/")).unwrap_or_default();
    let has_rows = name.starts_with("Page_") || name.starts_with("Drawing_");
    operation.method == "get" && has_rows && !operation.path.contains('{')
}

/// Every row, a few at a time where the list can be cut, and what each page says is hidden.
async fn rows(router: &Router, operation: &Operation, proof: &str) -> (Vec<Value>, u64) {
    let parameters = operation.described["parameters"].as_array().cloned().unwrap_or_default();
    let can_cut = parameters.iter().any(|parameter| parameter["name"] == "limit");
    let (mut all, mut cursor, mut hidden) = (Vec::new(), None::<String>, None::<u64>);
    for _ in 0..100 {
        let mut path = operation.path.clone();
        if can_cut {
            path.push_str("?limit=5");
        }
        if let Some(cursor) = &cursor {
            path.push_str("&cursor=");
            path.extend(cursor.bytes().map(|byte| format!("%{byte:02X}")));
        }
        let told = ask(router, "get", &path, proof, None).await;
        assert_eq!(told.status, 200, "{path}: {}", told.body);
        all.extend(told.body["items"].as_array().expect("rows").iter().cloned());
        let here = told.body["hidden"].as_u64().expect("a number");
        assert_eq!(*hidden.get_or_insert(here), here, "{path}: every page tells the same");
        match told.body["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return (all, here),
        }
    }
    panic!("{} does not end", operation.path);
}

#[tokio::test]
async fn every_list_counts_what_it_hides() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api_with(folder.path(), view(), Entry::default()).await;
    plant(&api).await;
    let router = through_door(&api);
    let until_us = Some(START_US + 86_400_000_000);
    let scopes = [
        ("line", Scope { lines: Some([LINE].into()), zones: None, until_us }),
        ("zone", Scope { lines: None, zones: Some([ZONE].into()), until_us }),
        ("both", Scope { lines: Some([LINE].into()), zones: Some([ZONE].into()), until_us }),
        ("nothing", Scope { lines: Some([].into()), zones: None, until_us }),
    ];
    let whole = Scope { until_us, ..Scope::everything() };
    let lists: Vec<Operation> = operations().into_iter().filter(is_list).collect();
    // All log-ins are made first: they are rows themselves, of lists that then stay as they are.
    let mut askers = Vec::new();
    for role in Role::ALL {
        for (word, scope) in
            [("whole", &whole)].into_iter().chain(scopes.iter().map(|(word, scope)| (*word, scope)))
        {
            let proof = match role.holder() {
                Holder::Person => person(&api, &format!("{role}-{word}"), *role, scope).await.1,
                Holder::Machine => machine(&api, *role, scope).await,
            };
            askers.push((*role, word, scope, proof));
        }
    }
    let (mut proved, mut hiding) = (0, 0);
    for list in &lists {
        let permission = list.permission.expect("no list is open");
        for role in permission.roles() {
            let of = |wanted: &str| {
                let mut all = askers.iter();
                all.find(|(known, word, ..)| known == role && *word == wanted).expect("an asker")
            };
            let (.., everything) = of("whole");
            let (all, none) = rows(&router, list, everything).await;
            assert_eq!(none, 0, "{}: nothing is hidden from who may see all", list.path);
            for (word, scope) in &scopes {
                let (.., proof) = of(word);
                if permission.reach() == authz::Reach::Whole {
                    assert_eq!(
                        ask(&router, "get", &list.path, proof, None).await.status,
                        403,
                        "{}",
                        list.path
                    );
                    continue;
                }
                let (seen, hidden) = rows(&router, list, proof).await;
                if permission == Permission::ManageOwnAccount {
                    assert_eq!(hidden, 0, "{}: nothing of one's own is hidden", list.path);
                    continue;
                }
                let sum = seen.len() + usize::try_from(hidden).expect("few");
                assert_eq!(sum, all.len(), "{} by {role} within {scope:?}", list.path);
                proved += 1;
                hiding += usize::from(hidden > 0 && !seen.is_empty());
            }
        }
    }
    assert!(hiding >= 20, "the plant of this test must hide something from somebody: {hiding} of {proved}");
    println!(
        "{} lists, {proved} numbers of hidden rows proved, {hiding} of them between nothing and all",
        lists.len()
    );
}
