//! A ring that is written, killed, read meanwhile and exported.

use std::fs;
use std::io::Cursor;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use wire::{CaptureId, Frame, LinkType, Mac, Time};

use super::*;
use crate::Source;

const LIMITS: Limits = Limits { bytes: 4 << 20, segments: 4, snap: 65_535, flow_percent: 100 };

/// A folder of its own for each test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("yagura-evidence-{name}-{}", std::process::id()));
    fs::remove_dir_all(&folder).ok();
    folder
}

fn writer(folder: &std::path::Path, limits: Limits) -> Writer {
    let descriptors = Files::open(folder, limits).unwrap().into_descriptors();
    let mut writer = Writer::new(Files::from_descriptors(descriptors, limits)).unwrap();
    writer.name(CaptureId(0), LinkType::ETHERNET, "mirror0");
    writer
}

/// A UDP packet from 10.0.0.`host`, port 1000, to 10.0.0.1, port 502; its payload says its number.
fn packet(host: u8, number: u32, len: usize) -> Vec<u8> {
    let mut bytes = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, host, 0x81, 0, 0, 7, 8, 0];
    bytes.extend([0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, host, 10, 0, 0, 1]);
    bytes.extend([1000_u16.to_be_bytes(), 502_u16.to_be_bytes()].concat());
    bytes.extend(number.to_le_bytes());
    bytes.resize(len, host);
    bytes
}

fn put(writer: &mut Writer, capture: u16, host: u8, number: u32, len: usize) {
    let bytes = packet(host, number, len);
    writer.write(&Frame {
        time: Time(i64::from(number) * 1_000_000),
        capture: CaptureId(capture),
        link: LinkType::ETHERNET,
        original_len: u32::try_from(len).unwrap(),
        bytes: &bytes,
    });
}

fn ip(host: u8) -> EndFilter {
    EndFilter { address: Some(Address::Ip(IpAddr::V4(Ipv4Addr::new(10, 0, 0, host)))), port: None }
}

fn numbers(folder: &std::path::Path, query: &Query) -> Vec<u32> {
    let mut out = Vec::new();
    export(folder, query, &Heading::default(), |time| time.0.to_string(), &mut out).unwrap();
    let mut source = Source::from_reader(Box::new(Cursor::new(out)), "export".into(), CaptureId(0)).unwrap();
    let mut numbers = Vec::new();
    while let Some(frame) = source.next() {
        let number = u32::from_le_bytes(frame.bytes[42..46].try_into().unwrap());
        let host = frame.bytes[11];
        assert_eq!(frame.bytes, packet(host, number, frame.bytes.len()), "as it was captured");
        assert_eq!(frame.time, Time(i64::from(number) * 1_000_000));
        numbers.push(number);
    }
    assert_eq!(source.report().remark, None);
    numbers
}

fn bytes_on_disk(folder: &std::path::Path) -> u64 {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}

#[test]
fn packets_are_found_by_flow_and_time_in_both_directions() {
    let folder = folder("find");
    let mut writer = writer(&folder, LIMITS);
    for number in 0..300 {
        put(&mut writer, 0, u8::try_from(2 + number % 3).unwrap(), number, 200);
    }
    writer.flush();
    let one = EndFilter { port: Some(502), ..ip(1) };
    let flow = FlowFilter { one, other: ip(3), protocol: Some(17), interfaces: None };
    let query = Query { flows: vec![flow.clone()], ..Query::default() };
    assert_eq!(numbers(&folder, &query), (0..300).filter(|n| n % 3 == 1).collect::<Vec<_>>());
    let turned = FlowFilter { one: flow.other, other: flow.one, ..flow.clone() };
    assert_eq!(find(&folder, &Query { flows: vec![turned], ..Query::default() }).unwrap().packets.len(), 100);
    let other = FlowFilter { protocol: Some(6), ..flow };
    assert!(find(&folder, &Query { flows: vec![other], ..Query::default() }).unwrap().packets.is_empty());
    let (from, until) = (Some(Time(100_000_000)), Some(Time(110_000_000)));
    assert_eq!(numbers(&folder, &Query { from, until, ..Query::default() }), (100..110).collect::<Vec<_>>());
    let found = find(&folder, &Query { packets_max: 7, ..Query::default() }).unwrap();
    assert_eq!((found.packets.len(), found.beyond_limit), (7, 293));
    assert_eq!(found.packets[0].time, Time(293_000_000), "the newest are kept");
    assert_eq!(found.held, Some((Time(0), Time(299_000_000))));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn two_lines_with_the_same_addresses_are_told_apart_by_their_interfaces() {
    let folder = folder("lines");
    let mut writer = writer(&folder, Limits { flow_percent: 10, ..LIMITS });
    writer.name(CaptureId(1), LinkType::ETHERNET, "mirror1");
    for number in 0..300 {
        put(&mut writer, u16::try_from(number % 2).unwrap(), 2, number, 200);
    }
    writer.flush();
    let on = |interfaces: &[&str]| {
        let interfaces = Some(interfaces.iter().map(ToString::to_string).collect());
        Query {
            flows: vec![FlowFilter { one: ip(2), interfaces, ..FlowFilter::default() }],
            ..Query::default()
        }
    };
    assert_eq!(numbers(&folder, &on(&["mirror1"])), (0..300).filter(|n| n % 2 == 1).collect::<Vec<_>>());
    assert_eq!(numbers(&folder, &on(&["mirror1", "mirror0"])).len(), 300);
    assert_eq!(numbers(&folder, &on(&[])), [0_u32; 0]);
    // The number is given to another interface: what was heard before stays the first one's.
    writer.name(CaptureId(1), LinkType::ETHERNET, "mirror7");
    put(&mut writer, 1, 2, 300, 200);
    writer.flush();
    assert_eq!(numbers(&folder, &on(&["mirror1"])).len(), 150);
    assert_eq!(numbers(&folder, &on(&["mirror7"])), [300]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn frames_without_ip_are_found_by_hardware_address() {
    let folder = folder("mac");
    let mut writer = writer(&folder, LIMITS);
    let bytes = [[1, 0, 0x5e, 0, 0, 0], [2, 0, 0, 0, 0, 9]].concat();
    let bytes = [bytes, vec![0x88, 0x92, 0x80, 0]].concat();
    let (time, link, capture) = (Time(5), LinkType::ETHERNET, CaptureId(0));
    writer.write(&Frame { time, capture, link, original_len: 16, bytes: &bytes });
    writer.write(&Frame { time, capture, link, original_len: 16, bytes: &bytes[..3] });
    writer.flush();
    let address = Some(Address::Mac(Mac([2, 0, 0, 0, 0, 9])));
    let flow = FlowFilter { one: EndFilter { address, port: None }, ..FlowFilter::default() };
    let found = find(&folder, &Query { flows: vec![flow], ..Query::default() }).unwrap();
    assert_eq!(found.packets.len(), 1);
    assert_eq!(find(&folder, &Query::default()).unwrap().packets.len(), 2);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_ring_stays_in_its_bytes_and_forgets_the_oldest() {
    let folder = folder("ring");
    let mut writer = writer(&folder, LIMITS);
    for number in 0..20_000 {
        put(&mut writer, 0, 2, number, 800);
        if number % 500 == 0 {
            writer.flush();
            assert!(bytes_on_disk(&folder) <= LIMITS.bytes);
        }
    }
    writer.flush();
    assert!(bytes_on_disk(&folder) > LIMITS.bytes / 2);
    let numbers = numbers(&folder, &Query::default());
    assert_eq!(numbers, (numbers[0]..20_000).collect::<Vec<_>>(), "the newest, without a hole");
    assert!(numbers.len() > 2_000);
    // Many small packets fill the index before they fill the segment.
    for number in 20_000..80_000 {
        put(&mut writer, 0, 2, number, 60);
    }
    writer.flush();
    assert!(bytes_on_disk(&folder) <= LIMITS.bytes);
    assert_eq!(writer.counters().written, 80_000);
    assert!(Files::open(&folder, Limits { segments: 2, ..LIMITS }).is_ok());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 4, "a smaller ring gives up its files");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn one_conversation_gets_no_more_than_its_share() {
    let folder = folder("share");
    let mut writer = writer(&folder, Limits { flow_percent: 10, ..LIMITS });
    for number in 0..700 {
        put(&mut writer, 0, if number % 100 == 0 { 3 } else { 2 }, number, 1_000);
    }
    writer.name(CaptureId(1), LinkType::ETHERNET, "mirror1");
    let share = 786_432 / 10 / 1_016 + 1;
    assert_eq!(writer.counters().left_out, 693 - share);
    writer.flush();
    let flows = vec![FlowFilter { one: ip(3), ..FlowFilter::default() }];
    let found = find(&folder, &Query { flows, ..Query::default() }).unwrap();
    assert_eq!((found.packets.len(), found.left_out), (7, 693 - share));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_conversation_alone_does_not_stop_the_ring() {
    let folder = folder("alone");
    let mut writer = writer(&folder, Limits { flow_percent: 25, ..LIMITS });
    for number in 0..10_000 {
        put(&mut writer, 0, 2, number, 1_000);
    }
    writer.flush();
    let held = numbers(&folder, &Query::default());
    assert!(held.last() > Some(&9_200), "of each segment's time something is kept: {:?}", held.last());
    assert!(held.len() > 500 && held[0] < 8_000);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_cut_at_any_byte_leaves_whole_records_and_the_next_writer_goes_on() {
    let folder = folder("cut");
    let mut first = writer(&folder, LIMITS);
    for number in 0..20 {
        put(&mut first, 0, 2, number, 100);
    }
    first.flush();
    drop(first);
    let (data, index) = (folder.join("evidence-000.pcap"), folder.join("evidence-000.index"));
    let (whole_data, whole_index) = (fs::read(&data).unwrap(), fs::read(&index).unwrap());
    assert_eq!((whole_data.len(), whole_index.len()), (24 + 20 * 116, 4_096 + 20 * 64));
    let check = |data_len: usize, index_len: usize| {
        fs::write(&data, &whole_data[..data_len]).unwrap();
        fs::write(&index, &whole_index[..index_len]).unwrap();
        let in_data = data_len.saturating_sub(24) / 116;
        let in_index = index_len.saturating_sub(4_096) / 64;
        let whole = u32::try_from(in_data.min(in_index)).unwrap();
        assert_eq!(numbers(&folder, &Query::default()), (0..whole).collect::<Vec<_>>(), "a reader");
        let mut next = writer(&folder, LIMITS);
        put(&mut next, 0, 2, 99, 70);
        next.flush();
        let expected: Vec<u32> = (0..whole).chain([99]).collect();
        assert_eq!(numbers(&folder, &Query::default()), expected, "behind a cut at {data_len}, {index_len}");
    };
    (0..=whole_data.len()).step_by(7).for_each(|len| check(len, whole_index.len()));
    (0..=whole_index.len()).step_by(13).for_each(|len| check(whole_data.len(), len));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn damage_is_never_handed_out() {
    let folder = folder("damage");
    let mut first = writer(&folder, LIMITS);
    (0..20).for_each(|number| put(&mut first, 0, 2, number, 100));
    first.flush();
    drop(first);
    for name in ["evidence-000.pcap", "evidence-000.index"] {
        let path = folder.join(name);
        let whole = fs::read(&path).unwrap();
        for at in (24..whole.len()).step_by(11) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            fs::write(&path, damaged).unwrap();
            let found = numbers(&folder, &Query::default()); // Asserts that each is as it was captured.
            assert!(found.len() <= 20 && (found.len() >= 19 || name.ends_with("index")), "{name} {at}");
        }
        fs::write(&path, whole).unwrap();
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_reader_beside_the_writer_sees_only_whole_packets() {
    let folder = folder("beside");
    let mut writer = writer(&folder, LIMITS);
    let reading = folder.clone();
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let seen = stop.clone();
    let reader = std::thread::spawn(move || {
        let mut exports = 0;
        while !seen.load(std::sync::atomic::Ordering::Relaxed) {
            let found = numbers(&reading, &Query::default());
            assert!(found.is_sorted());
            exports += usize::from(!found.is_empty());
        }
        exports
    });
    for number in 0..60_000 {
        put(&mut writer, 0, 2, number, 700);
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(reader.join().unwrap() > 0);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn an_export_names_interfaces_and_what_is_missing() {
    let folder = folder("export");
    let mut writer = writer(&folder, LIMITS);
    writer.name(CaptureId(1), LinkType::ETHERNET, "mirror1");
    for number in 0..10_000 {
        put(&mut writer, u16::try_from(number % 2).unwrap(), 2, number, 500);
    }
    writer.flush();
    let heading =
        Heading { site: "工場".into(), filter: "all".into(), made: "now".into(), program: "p".into() };
    let query = Query { packets_max: 10, ..Query::default() };
    let mut out = Vec::new();
    let exported = export(&folder, &query, &heading, |time| time.0.to_string(), &mut out).unwrap();
    assert_eq!((exported.packets, exported.bytes, exported.overwritten), (10, 5_000, 0));
    let (first, last) = exported.held.unwrap();
    assert!(first > Time(0) && last == Time(9_999_000_000));
    let text = String::from_utf8_lossy(&out).into_owned();
    let held = format!("packets from {} to 9999000000; earlier ones are gone", first.0);
    let beyond = format!("limit of 10: {}", exported.beyond_limit);
    for part in ["site: 工場", "filter: all", "made: now", "found: 10 packets", &held, &beyond] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let mut source = Source::from_reader(Box::new(Cursor::new(out)), "export".into(), CaptureId(0)).unwrap();
    while source.next().is_some() {}
    let names: Vec<_> = source.report().interfaces.iter().map(|it| (it.name.clone(), it.packets)).collect();
    assert_eq!(names, [(Some("mirror0".into()), 5), (Some("mirror1".into()), 5)]);
    assert!(find(&folder.join("absent"), &Query::default()).unwrap().packets.is_empty());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_full_disk_costs_packets_and_nothing_else() {
    let folder = folder("full");
    fs::create_dir_all(&folder).unwrap();
    let mount = |options: &str| {
        let mut command = std::process::Command::new("mount");
        command.args(["-t", "tmpfs", "-o", options, "none"]).arg(&folder);
        command.output().is_ok_and(|output| output.status.success())
    };
    if !mount("size=1m") {
        println!("skipped: no permission to mount a small disk");
        return;
    }
    let mut writer = writer(&folder, LIMITS);
    let mut number = 0;
    let mut put_some = |writer: &mut Writer| {
        for _ in 0..1_000 {
            put(writer, 0, 2, number, 1_000);
            number += 1;
        }
        writer.flush();
    };
    (0..5).for_each(|_| put_some(&mut writer));
    let full = writer.counters();
    assert!(full.lost > 0 && full.is_failing, "{full:?}");
    let held = numbers(&folder, &Query::default()); // Asserts that each is as it was captured.
    assert!(!held.is_empty());
    assert!(mount("remount,size=32m"));
    (0..2).for_each(|_| put_some(&mut writer));
    let after = writer.counters();
    assert_eq!((after.lost, after.is_failing), (full.lost, false));
    assert_eq!(after.written + after.lost, 7_000);
    assert!(numbers(&folder, &Query::default()).ends_with(&(5_000..7_000).collect::<Vec<_>>()));
    drop(writer);
    assert!(std::process::Command::new("umount").arg(&folder).status().unwrap().success());
    fs::remove_dir_all(folder).unwrap();
}
