//! What the site takes from sensors on other machines, and from whom.

use super::rows::Known;
use super::*;
use crate::keeper::Keeper;
use batch::Writer;
use facts::{FlowSummary, Heard, NetworkId, Observation, Presence, Seen, Sink};
use login::certificate::{Authority, client_tls, request_sensor_certificate};
use observe::{Limits, Pipeline};
use sensor::remote::{FRAME_MAX, Frames, PROTOCOL, SITE_NAME, ToSensor, ToSite, send};
use simulator::Simulator;
use std::path::PathBuf;
use std::time::Duration;
use store::sensors::{self, Sensor};
use store::{Json, Moment};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use uuid::Uuid;
use wire::{Frame, Mac, Time};

const SENSOR: SensorId = SensorId(Uuid::from_u128(7));
const REMOTE: Remote = Remote { sensor: SENSOR, first: CaptureId(FIRST_CAPTURE) };
const NOW: i64 = 1_700_000_000_000_000;

struct Deaf;

impl Sink for Deaf {
    fn observation(&mut self, _: &Seen, _: &Observation<'_>) {}
    fn heard(&mut self, _: &Heard) {}
    fn presence(&mut self, _: &Presence) {}
    fn flow(&mut self, _: &FlowSummary<'_>) {}
    fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {}
    fn same_network(&mut self, _: NetworkId, _: NetworkId) {}
}

/// One batch for each of so many seconds of the demo plant, heard at ports from this number on.
fn batches(first: u16, seconds: i64) -> Vec<Vec<u8>> {
    let mut simulator = Simulator::new(simulator::demo().expect("the demo plant"), 3, Time(0));
    let mut pipeline = Pipeline::new(Limits::default());
    let mut writer = Writer::new(SENSOR, 1, 16 << 20);
    let batch = |second: i64| {
        simulator.run_until(Time(second * 1_000_000_000), |frame| {
            let capture = CaptureId(first + frame.capture.0);
            pipeline.frame(&Frame { capture, ..frame }, &mut writer);
        });
        pipeline.account(&mut writer);
        writer.take()
    };
    (1..=seconds).map(batch).collect()
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("yagura-remote-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn at(incarnation: u64, sequence: u64) -> Position {
    Position { incarnation, sequence }
}

fn snapshot(keeper: &Keeper) -> Vec<u8> {
    let mut bytes = Vec::new();
    keeper.model.snapshot(&mut bytes);
    bytes
}

/// What the sensor is told to be kept, and the end of its connection.
fn connect(
    remotes: &mut Remotes,
    keeper: &mut Keeper,
    link: u64,
) -> (Option<Position>, oneshot::Receiver<String>) {
    let (answer, mut answered) = oneshot::channel();
    let (cut, ended) = oneshot::channel();
    let said = Said::Connected { remote: REMOTE, link, answer, cut };
    remotes.take(said, keeper, &mut Deaf, NOW).expect("a disk");
    (answered.try_recv().expect("an answer"), ended)
}

fn deliver(remotes: &mut Remotes, keeper: &mut Keeper, link: u64, position: Position, batch: &[u8]) -> bool {
    let said = Said::Batch { remote: REMOTE, link, position, lost_before: 0, bytes: batch.to_vec() };
    remotes.take(said, keeper, &mut Deaf, NOW).expect("a disk")
}

#[test]
fn what_is_sent_again_counts_once_whoever_was_killed() {
    let batches = batches(FIRST_CAPTURE, 6);
    let path = folder("again");
    let mut keeper = Keeper::open(&path, model::Limits::default()).expect("a folder");
    let mut remotes = Remotes::default();
    assert_eq!(connect(&mut remotes, &mut keeper, 1).0, None);
    for (number, batch) in (1..=3).zip(&batches) {
        assert!(deliver(&mut remotes, &mut keeper, 1, at(9, number), batch));
    }
    // The link breaks before the word of the third arrives; of the former connection a batch still lies about.
    assert_eq!(connect(&mut remotes, &mut keeper, 2).0, Some(at(9, 3)));
    assert!(!deliver(&mut remotes, &mut keeper, 1, at(9, 4), &batches[3]), "a connection that is over");
    assert!(!deliver(&mut remotes, &mut keeper, 2, at(9, 3), &batches[2]), "kept before");
    assert!(deliver(&mut remotes, &mut keeper, 2, at(9, 4), &batches[3]));
    keeper.snapshot().expect("a disk");
    assert!(deliver(&mut remotes, &mut keeper, 2, at(9, 5), &batches[4]));
    keeper.sync().expect("a disk");
    // The site is killed: snapshot and journal know how far the sensor has come.
    drop(keeper);
    let mut keeper = Keeper::open(&path, model::Limits::default()).expect("a folder");
    let mut remotes = Remotes::default();
    assert_eq!(connect(&mut remotes, &mut keeper, 1).0, Some(at(9, 5)));
    assert!(!deliver(&mut remotes, &mut keeper, 1, at(9, 5), &batches[4]));
    assert!(deliver(&mut remotes, &mut keeper, 1, at(9, 6), &batches[5]));
    let mut once = Keeper::open(&folder("once"), model::Limits::default()).expect("a folder");
    for (number, batch) in (1..).zip(&batches) {
        once.take_remote(REMOTE, at(9, number), batch, &mut Deaf).expect("a disk");
    }
    assert!(snapshot(&keeper) == snapshot(&once));
    // A spool that was made anew begins at one, and what is missing before its first batch is counted.
    let said = Said::Batch {
        remote: REMOTE,
        link: 1,
        position: at(10, 3),
        lost_before: 4,
        bytes: batches[0].clone(),
    };
    remotes.take(said, &mut keeper, &mut Deaf, NOW).expect("a disk");
    let known = [Known { sensor: SENSOR, name: "s".into(), since_us: 0 }];
    assert_eq!(remotes.sensors(&known)[&SENSOR].lost_batches, 6);
}

#[test]
fn a_sensor_speaks_of_its_own_ports_only() {
    let mut keeper = Keeper::open(&folder("fence"), model::Limits::default()).expect("a folder");
    let empty = snapshot(&keeper);
    for first in [0, 1_000, FIRST_CAPTURE - 2, FIRST_CAPTURE + BLOCK] {
        let mut refused = 0;
        for batch in batches(first, 2) {
            refused += keeper.take_remote(REMOTE, at(1, 1), &batch, &mut Deaf).expect("a disk");
        }
        assert!(refused > 0 && snapshot(&keeper) == empty, "{first}");
    }
    assert!(keeper.take_remote(REMOTE, at(1, 2), b"nonsense", &mut Deaf) == Ok(1));
}

#[test]
fn a_sensor_that_is_away_is_never_shown_as_up() {
    let mut keeper = Keeper::open(&folder("away"), model::Limits::default()).expect("a folder");
    let mut remotes = Remotes::default();
    let known = [Known { sensor: SENSOR, name: "line 2".into(), since_us: NOW }];
    let shown = remotes.mirrors(&known, NOW);
    assert_eq!((shown.len(), shown[0].up, shown[0].sensor), (1, false, Some(SENSOR)));
    assert!(shown[0].remark.as_ref().is_some_and(|remark| remark.contains("not heard since 2023-11-14")));
    let (_, ended) = connect(&mut remotes, &mut keeper, 1);
    let mut state = sensor::remote::State { is_listening: true, ..Default::default() };
    state.account.captures = ["eth1", "eth2"]
        .map(|name| sensor::CaptureAccount { name: name.into(), ..Default::default() })
        .into();
    state.problems = vec![("eth2".into(), "eth2: is down".into()), ("eth3".into(), "eth3: absent".into())];
    let said = Said::State { sensor: SENSOR, link: 1, state: Box::new(state) };
    remotes.take(said, &mut keeper, &mut Deaf, NOW).expect("a disk");
    let ports = |remotes: &Remotes| -> Vec<(String, bool)> {
        remotes.mirrors(&known, NOW).into_iter().map(|mirror| (mirror.name, mirror.up)).collect()
    };
    let named =
        |up| vec![("line 2/eth1".into(), up), ("line 2/eth2".into(), false), ("line 2/eth3".into(), false)];
    assert_eq!(ports(&remotes), named(true));
    remotes.take(Said::Gone { sensor: SENSOR, link: 1 }, &mut keeper, &mut Deaf, NOW).expect("a disk");
    assert_eq!(ports(&remotes), named(false));
    assert!(!remotes.sensors(&known)[&SENSOR].connected);
    drop(ended);
}

/// A site that nobody folds for: sensors get as far as the greeting.
async fn site(name: &str) -> (listen::Hub, mpsc::Receiver<Said>, watch::Sender<Kept>) {
    let folder = folder(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    let url = format!("sqlite:{}", folder.join("yagura.db").display());
    let store = Store::open(&url, store::Options::default()).await.expect("a store");
    let (said_in, said) = mpsc::channel(8);
    let (kept_in, kept) = watch::channel(Kept::default());
    let hub = listen::Hub {
        store,
        authority: Authority::create("Kawasaki", now_us()).expect("an authority"),
        sensors_max: 3,
        said: said_in,
        kept,
        changed: watch::channel(0).0,
        links: std::sync::atomic::AtomicU64::new(0),
        clock: now_us,
    };
    (hub, said, kept_in)
}

/// What a sensor with a certificate of `issuer` is told at the door of `hub`; `None` when it is not let in.
async fn greeted(address: SocketAddr, site: &str, issuer: &Authority, sensor: SensorId) -> Option<ToSensor> {
    let request = request_sensor_certificate().expect("a key");
    let issued = issuer.issue_sensor(&request.request_pem, sensor, now_us()).expect("a certificate");
    let tls = client_tls(site, Some((&issued.pem, &request.key_pem))).expect("settings");
    let stream = TcpStream::connect(address).await.expect("the site");
    let name = ServerName::try_from(SITE_NAME).expect("a name");
    let stream = TlsConnector::from(Arc::new(tls)).connect(name, stream).await.ok()?;
    let (reading, mut writing) = tokio::io::split(stream);
    let hello = ToSite::Hello { protocol: PROTOCOL, program: "0".into() }.encode();
    send(&mut writing, &hello, Duration::from_secs(60)).await.ok()?;
    let frame = Frames::new(reading, FRAME_MAX).next().await.ok()?;
    ToSensor::decode(&frame).ok()
}

#[tokio::test]
async fn only_sensors_of_this_site_that_were_not_shut_out_are_greeted() {
    let (hub, mut said, _kept) = site("door").await;
    let row = |number, revoked_at| Sensor {
        id: SensorId(Uuid::from_u128(number)),
        name: "s".into(),
        interfaces: Json("[]".into()),
        certificate: "ab".into(),
        version: String::new(),
        enrolled_at: Some(Moment(NOW)),
        revoked_at,
        last_batch: 0,
        last_batch_at: None,
        first_capture: FIRST_CAPTURE,
    };
    let mut tx = hub.store.write().await.expect("a transaction");
    for row in [row(7, None), row(8, Some(Moment(NOW)))] {
        sensors::put(&mut tx, &row, Moment(NOW)).await.expect("a sensor");
    }
    tx.commit().await.expect("a commit");
    let (pem, key) = (hub.authority.certificate_pem().to_owned(), hub.authority.key_pem());
    let own = Authority::from_pem(&pem, &key).expect("the authority");
    let foreign = Authority::create("Kawasaki", now_us()).expect("an authority");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(Arc::new(hub).serve(listener));
    let folding = async {
        while let Some(message) = said.recv().await {
            if let Said::Connected { remote, answer, .. } = message {
                assert_eq!(remote, REMOTE);
                answer.send(Some(at(9, 5))).expect("a connection");
            }
        }
    };
    let asking = async {
        let known = greeted(address, &pem, &own, SENSOR).await;
        assert_eq!(known, Some(ToSensor::Welcome { last: Some(at(9, 5)) }));
        assert_eq!(greeted(address, &pem, &foreign, SENSOR).await, None, "another authority");
        for (number, why) in [(8, "shut out"), (9, "not known")] {
            let told = greeted(address, &pem, &own, SensorId(Uuid::from_u128(number))).await;
            assert!(matches!(&told, Some(ToSensor::Refused(told)) if told.contains(why)), "{told:?}");
        }
        let stranger = client_tls(&pem, None).expect("settings");
        let stream = TcpStream::connect(address).await.expect("the site");
        let name = ServerName::try_from(SITE_NAME).expect("a name");
        let stream =
            TlsConnector::from(Arc::new(stranger)).connect(name, stream).await.expect("let in to enrol");
        let (reading, mut writing) = tokio::io::split(stream);
        let batch = ToSite::Batch { position: at(1, 1), lost_before: 0, bytes: Vec::new() }.encode();
        send(&mut writing, &batch, Duration::from_secs(60)).await.expect("it is read");
        let told = Frames::new(reading, FRAME_MAX).next().await.expect("an answer");
        assert!(matches!(ToSensor::decode(&told), Ok(ToSensor::Refused(_))), "a stranger delivers nothing");
    };
    tokio::select! { () = folding => {}, () = asking => {} }
}
