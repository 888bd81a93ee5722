//! What repeats stays one row; what changes makes a new one.

use super::*;
use crate::row::{CommandRow, FlowRow, ValueRow};
use facts::{
    Command, Datum, FileAction, FileMoved, FlowId, Layer, Login, LoginOutcome, Outcome, OutcomeKind, Part,
    Phase, Protocol, Subject, Target, Transport, Value,
};
use uuid::Uuid;
use wire::{CaptureId, Direction, Text};

const SECOND: i64 = 1_000_000;
/// A whole hour.
const START: i64 = 1_795_392_000 * SECOND;

const MODBUS: Protocol = Protocol { id: 3, name: "modbus" };

fn accumulate() -> Accumulate {
    Accumulate::new(SiteId(Uuid::nil()), Limits::default())
}

fn end(last: u8, port: u16) -> Endpoint {
    Endpoint { mac: Some(Mac([2, 0, 0, 0, 0, last])), ip: Some([192, 0, 2, last].into()), port }
}

fn seen(time: i64) -> Seen {
    Seen {
        time: Time(time * 1_000),
        times: 1,
        since: Time(time * 1_000),
        capture: CaptureId(0),
        network: NetworkId(0),
        protocol: MODBUS,
        flow: FlowId(0),
        direction: Direction::ToServer,
        source: end(1, 50_000),
        destination: end(2, 502),
        copy: false,
    }
}

fn poll(first: u32) -> Observation<'static> {
    command(Verb::Read, 3, first)
}

fn command(verb: Verb, code: u64, first: u32) -> Observation<'static> {
    Observation::Command(Command {
        group: "",
        code,
        name: "some command",
        verb,
        phase: Phase::Request,
        part: Part::Unit(1),
        target: Target::Range { space: "holding-register", major: 0, first, count: 10 },
    })
}

fn value(datum: Datum<'_>) -> Observation<'_> {
    let target = Target::Name { space: "tag", name: Text::utf8("圧力".as_bytes()) };
    Observation::Value(Value { subject: Subject::Server, part: Part::Whole, target, datum })
}

fn unknown(_: NetworkId, _: &Endpoint) -> Known {
    Known::default()
}

/// The rows as they ended up, by their beginning.
fn rows(changes: Vec<Change>) -> Vec<RowOf> {
    let mut rows = std::collections::BTreeMap::new();
    for change in changes {
        rows.insert(change.id, change.row);
    }
    let mut rows: Vec<RowOf> = rows.into_values().collect();
    rows.sort_by_key(RowOf::time);
    rows
}

fn commands(changes: Vec<Change>) -> Vec<CommandRow> {
    let row = |row| if let RowOf::Command(row) = row { Some(row) } else { None };
    rows(changes).into_iter().filter_map(row).collect()
}

fn values(changes: Vec<Change>) -> Vec<ValueRow> {
    let row = |row| if let RowOf::Value(row) = row { Some(row) } else { None };
    rows(changes).into_iter().filter_map(row).collect()
}

fn flows(changes: Vec<Change>) -> Vec<FlowRow> {
    let row = |row| if let RowOf::Flow(row) = row { Some(row) } else { None };
    rows(changes).into_iter().filter_map(row).collect()
}

/// Feeds observations at seconds after the start, with a drain each second; gives all changes.
fn play(accumulate: &mut Accumulate, happenings: &[(i64, Observation<'_>)]) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut clock = START;
    for (second, observation) in happenings {
        let time = START + second * SECOND;
        while clock < time {
            clock += SECOND;
            changes.extend(accumulate.drain(clock, &unknown));
        }
        accumulate.observation(&seen(time), observation);
    }
    changes.extend(accumulate.finish(&unknown));
    changes
}

fn counts(rows: &[CommandRow]) -> Vec<(i64, i64, u64)> {
    rows.iter().map(|row| ((row.time - START) / SECOND, (row.last - START) / SECOND, row.count)).collect()
}

#[test]
fn a_poll_is_one_row_until_it_pauses() {
    let mut happenings: Vec<_> = (0..100).map(|second| (second, poll(100))).collect();
    happenings.extend((200..300).map(|second| (second, poll(100))));
    let found = commands(play(&mut accumulate(), &happenings));
    assert_eq!(counts(&found), [(0, 99, 100), (200, 299, 100)]);
    assert_eq!(found[0].target, "100-109");
    assert_eq!(found[0].part, "unit 1");
}

#[test]
fn a_row_ends_with_its_hour() {
    let happenings: Vec<_> = (3_500..3_700).map(|second| (second, poll(0))).collect();
    assert_eq!(
        counts(&commands(play(&mut accumulate(), &happenings))),
        [(3_500, 3_599, 100), (3_600, 3_699, 100)]
    );
}

#[test]
fn a_slow_poll_is_one_row_from_its_second_time_but_a_write_counts_each_time() {
    let slow: Vec<_> = (0..8).map(|round| (round * 300, poll(0))).collect();
    assert_eq!(counts(&commands(play(&mut accumulate(), &slow))), [(0, 0, 1), (300, 2_100, 7)]);
    let written: Vec<_> = (0..3).map(|round| (round * 300, command(Verb::Write, 16, 0))).collect();
    assert_eq!(
        counts(&commands(play(&mut accumulate(), &written))),
        [(0, 0, 1), (300, 300, 1), (600, 600, 1)]
    );
}

#[test]
fn what_differs_is_apart_and_a_copy_is_nothing() {
    let mut accumulate = accumulate();
    for observation in [poll(0), poll(1), command(Verb::Write, 16, 0), poll(0)] {
        accumulate.observation(&seen(START), &observation);
    }
    accumulate.observation(&Seen { copy: true, ..seen(START) }, &poll(7));
    accumulate.observation(&Seen { source: end(9, 50_001), ..seen(START) }, &poll(0));
    // Another port of the same client is the same client.
    accumulate.observation(&Seen { source: end(1, 50_001), ..seen(START) }, &poll(0));
    let found = commands(accumulate.finish(&unknown));
    let mut counts: Vec<u64> = found.iter().map(|row| row.count).collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 1, 1, 3]);
}

#[test]
fn what_was_added_up_at_the_source_counts_as_often_as_it_was_said() {
    let mut accumulate = accumulate();
    let since = |second: i64, times| {
        let time = START + second * SECOND;
        Seen { times, since: Time((time - 9 * SECOND) * 1_000), ..seen(time) }
    };
    accumulate.observation(&since(10, 20), &poll(0));
    accumulate.observation(&since(20, 20), &poll(0));
    accumulate.observation(&since(20, 4), &value(Datum::Bool(true)));
    let changes = accumulate.finish(&unknown);
    assert_eq!(counts(&commands(changes.clone())), [(1, 20, 40)]);
    assert_eq!(values(changes)[0].count, 4);
}

#[test]
fn late_observations_find_their_row_and_their_hour() {
    let happenings = [(3_610, poll(0)), (3_605, poll(0)), (3_598, poll(0)), (3_611, poll(0))];
    let mut accumulate = accumulate();
    for (second, observation) in &happenings {
        accumulate.observation(&seen(START + second * SECOND), observation);
    }
    assert_eq!(counts(&commands(accumulate.finish(&unknown))), [(3_598, 3_598, 1), (3_605, 3_611, 3)]);
}

#[test]
fn a_clock_set_back_ends_rows_of_the_future() {
    let mut accumulate = accumulate();
    accumulate.observation(&seen(START + 86_400 * SECOND), &poll(0));
    accumulate.drain(START + 86_400 * SECOND, &unknown);
    accumulate.observation(&seen(START), &poll(0));
    let changes = accumulate.drain(START + SECOND, &unknown);
    let closed: Vec<bool> = changes.iter().map(|change| change.closed).collect();
    assert_eq!(closed, [true, false]);
    assert_eq!(accumulate.open()[0], 1);
}

#[test]
fn outcomes_logins_and_files_are_commands() {
    let outcome =
        Outcome { group: "", code: 16, kind: OutcomeKind::Refused, status: 1, reason: "illegal function" };
    let login = Login {
        user: Text::utf8(b"\xe9\xab\x99\xe6\xa9\x8b"),
        method: "password",
        outcome: LoginOutcome::Refused,
    };
    let file = FileMoved { name: Text::utf8(b"recipe.csv"), action: FileAction::Write, size: Some(77) };
    let happenings = [
        (0, command(Verb::Write, 16, 0)),
        (1, Observation::Outcome(outcome)),
        (2, Observation::Login(login)),
        (3, Observation::File(file)),
    ];
    let found = commands(play(&mut accumulate(), &happenings));
    let said: Vec<_> = found
        .iter()
        .map(|row| (row.verb, &*row.name, &*row.target, &*row.outcome, row.status, row.bytes))
        .collect();
    assert_eq!(
        said,
        [
            (Verb::Write, "some command", "0-9", "", None, None),
            (Verb::Write, "some command", "", "refused", Some(1), None),
            (Verb::Login, "password", "髙橋", "refused", None, None),
            (Verb::WriteFile, "write", "recipe.csv", "", None, Some(77)),
        ]
    );
    assert_eq!(found[1].reason, "illegal function");
}

#[test]
fn a_value_makes_a_row_when_it_changes_and_a_busy_number_one_a_minute() {
    let steady: Vec<_> = (0..3_000).map(|second| (second, value(Datum::UInt(7)))).collect();
    let found = values(play(&mut accumulate(), &steady));
    assert_eq!(found.iter().map(|row| (row.count, row.number)).collect::<Vec<_>>(), [(60, Some(7.0))]);
    assert_eq!(found[0].target, "圧力");

    let busy: Vec<_> = (0..180).map(|second| (second, value(Datum::Int(second - 50)))).collect();
    let found = values(play(&mut accumulate(), &busy));
    let said: Vec<_> =
        found.iter().map(|row| (row.min, row.max, row.number, row.count, row.changes)).collect();
    let minute = |least: f64, most: f64, changes| (Some(least), Some(most), Some(most), 60, changes);
    assert_eq!(said, [minute(-50.0, 9.0, 59), minute(10.0, 69.0, 60), minute(70.0, 129.0, 60)]);
}

#[test]
fn flags_and_texts_keep_each_change_up_to_a_number() {
    let flags: Vec<_> = (0..10).map(|second| (second, value(Datum::Bool(second / 2 % 2 == 1)))).collect();
    let found = values(play(&mut accumulate(), &flags));
    assert_eq!(
        found.iter().map(|row| (row.number, row.count)).collect::<Vec<_>>(),
        [(Some(0.0), 2), (Some(1.0), 2), (Some(0.0), 2), (Some(1.0), 2), (Some(0.0), 2)]
    );
    let texts: Vec<String> = (0..50).map(|number| number.to_string()).collect();
    let fast: Vec<_> =
        texts.iter().map(|text| (1, value(Datum::Text(Text::utf8(text.as_bytes()))))).collect();
    let found = values(play(&mut accumulate(), &fast));
    assert_eq!(found.len(), 21, "one to begin with and the twenty changes that each make a row");
    assert_eq!(found[20].text.as_deref(), Some("49"));
    assert_eq!(found.iter().map(|row| row.count).sum::<u64>(), 50);
}

#[test]
fn great_numbers_keep_their_digits_and_an_unchanged_value_is_stated_again_each_day() {
    let happenings: Vec<_> = (0..50).map(|hour| (hour * 3_600, value(Datum::UInt(u64::MAX)))).collect();
    let found = values(play(&mut accumulate(), &happenings));
    assert_eq!(found.iter().map(|row| row.changes).collect::<Vec<_>>(), [0, 0, 0]);
    assert_eq!(found[0].text.as_deref(), Some("18446744073709551615"));
}

fn summary(layers: &[Layer], from: i64, port: u16, ended: bool) -> FlowSummary<'_> {
    FlowSummary {
        flow: FlowId(1),
        capture: CaptureId(0),
        network: NetworkId(0),
        transport: Transport::Tcp,
        client: end(1, port),
        server: end(2, 502),
        layers,
        packets: [3, 2],
        bytes: [300, 200],
        first: Time((START + from * SECOND) * 1_000),
        last: Time((START + from * SECOND + SECOND) * 1_000),
        established: true,
        lost_bytes: 0,
        begun: true,
        ended,
        packets_in_all: [3, 2],
    }
}

#[test]
fn connections_of_every_poll_are_one_row_an_hour() {
    let layers = [Layer { protocol: MODBUS, messages: 2, malformed: 0, packets: 5, row: true }];
    let mut accumulate = accumulate();
    let mut changes = Vec::new();
    for poll in 0..120_u16 {
        let second = i64::from(poll) * 60;
        accumulate.flow(&summary(&layers, second, 50_000 + poll, true));
        changes.extend(accumulate.drain(START + (second + 2) * SECOND, &unknown));
    }
    changes.extend(accumulate.finish(&unknown));
    let found = flows(changes);
    let said: Vec<_> = found
        .iter()
        .map(|row| (row.begun, row.ended, row.client_port, row.messages, row.packets_to_server, &*row.layers))
        .collect();
    assert_eq!(said, [(60, 60, 0, 120, 180, "modbus"), (60, 60, 0, 120, 180, "modbus")]);
}

#[test]
fn a_full_table_still_writes_rows_and_counts_what_it_cannot() {
    let limits = Limits { commands: 2, variables: 1, rows: 3, ..Limits::default() };
    let mut accumulate = Accumulate::new(SiteId(Uuid::nil()), limits);
    for first in 0..10 {
        accumulate.observation(&seen(START), &poll(first));
    }
    accumulate.observation(&seen(START), &value(Datum::Bool(true)));
    let other =
        Value { subject: Subject::Client, part: Part::Whole, target: Target::None, datum: Datum::Bool(true) };
    accumulate.observation(&seen(START), &Observation::Value(other));
    assert_eq!(accumulate.dropped(), Dropped { not_grown: 3, rows: 5, values: 1 });
    assert_eq!(commands(accumulate.finish(&unknown)).len(), 5);
}

#[test]
fn what_the_model_knows_stands_in_the_row() {
    let mut accumulate = accumulate();
    accumulate.observation(&seen(START), &poll(0));
    let asset = AssetUid(Uuid::from_u128(5));
    let known = |_: NetworkId, end: &Endpoint| match end.port {
        502 => Known { asset: Some(asset), network: None, level: Some(Level::Control) },
        _ => Known { asset: None, network: None, level: Some(Level::Enterprise) },
    };
    let found = commands(accumulate.finish(&known));
    assert_eq!(
        (found[0].server_asset, found[0].client_asset, found[0].crosses_levels),
        (Some(asset), None, true)
    );
}
