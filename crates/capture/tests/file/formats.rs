//! Every kind of capture file gives the same frames.

use std::fs;
use std::io::Write;

use crate::common::{
    Order, SECOND, block, enhanced, interface, payload, pcap, pcapng, read, section, undecoded,
};
use capture::{OpenError, Source, expand, write};
use flate2::Compression;
use flate2::write::GzEncoder;
use wire::{CaptureId, Time};

const BOTH: [Order; 2] = [Order::Little, Order::Big];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn pcap_in_both_orders_and_all_variants() {
    for order in BOTH {
        for (magic, nanoseconds) in [(0xa1b2_c3d4, 5_000), (0xa1b2_3c4d, 5), (0xa1b2_cd34, 5_000)] {
            let (seen, report) = read(&pcap(order, magic, 5, 30)).unwrap();
            assert_eq!((seen.len(), report.format, undecoded(&report)), (30, "pcap", vec![]));
            for (number, (time, capture, link, original_len, bytes)) in (0..).zip(seen) {
                assert_eq!(time, Time::from_parts(i64::from(SECOND + number), nanoseconds));
                assert_eq!((capture, link), (0, 1), "the upper bits of the link type are no part of it");
                assert_eq!(bytes, payload(number));
                assert_eq!(original_len, bytes.len() as u32 + number % 2);
            }
            assert_eq!(report.truncated, 15);
            assert_eq!(report.interfaces[0].snap_length, 65_535);
            assert_eq!(report.last.unwrap().since(report.first.unwrap()), 29_000_000_000);
        }
    }
}

#[test]
fn pcapng_in_both_orders() {
    for order in BOTH {
        let (seen, report) = read(&pcapng(order, 30)).unwrap();
        assert_eq!((seen.len(), report.format, undecoded(&report)), (30, "pcapng", vec![]));
        for (number, (time, _, _, original_len, bytes)) in (0..).zip(seen) {
            assert_eq!(time, Time::from_parts(i64::from(SECOND + number), 0));
            assert_eq!(bytes, payload(number));
            assert_eq!(original_len, bytes.len() as u32);
        }
    }
}

#[test]
fn resolution_offset_and_name_belong_to_the_interface() {
    let order = Order::Big;
    let file = [
        section(order),
        interface(order, 1, 96, &[(2, b"eth\x07zero"), (9, &[9]), (14, &100_i64.to_be_bytes())]),
        interface(order, 101, 0, &[(3, b"a description"), (9, &[0x80 | 10]), (0, b"")]),
        enhanced(order, 0, 1_500_000_000, b"first"),
        enhanced(order, 1, 3 << 10 | 1 << 9, b"second"),
    ]
    .concat();
    let (seen, report) = read(&file).unwrap();
    assert_eq!(seen[0], (Time(101_500_000_000), 0, 1, 5, b"first".to_vec()));
    assert_eq!(seen[1], (Time(3_500_000_000), 1, 101, 6, b"second".to_vec()));
    let [first, second] = &report.interfaces[..] else { panic!("two interfaces") };
    assert_eq!((first.name.as_deref(), first.snap_length, first.packets), (Some("ethzero"), 96, 1));
    assert_eq!((second.name.as_deref(), second.ticks_per_second), (Some("a description"), 1_024));
}

#[test]
fn simple_and_obsolete_packets_and_unknown_blocks() {
    for order in BOTH {
        let mut obsolete = [order.u16(0), order.u16(9)].concat();
        obsolete.extend(order.numbers(&[0, 7_000_000, 3, 1_000]));
        obsolete.extend(b"old");
        let mut simple = order.u32(1_000).to_vec();
        simple.extend([0xaa; 64]);
        let file = [
            section(order),
            block(order, 5, &[0; 24]),
            interface(order, 1, 64, &[]),
            block(order, 2, &obsolete),
            block(order, 0x8000_1234, &vec![1; 700_000]),
            block(order, 3, &simple),
        ]
        .concat();
        let (seen, report) = read(&file).unwrap();
        assert_eq!(seen[0], (Time(7_000_000_000), 0, 1, 1_000, b"old".to_vec()));
        assert_eq!(seen[1], (Time(7_000_000_000), 0, 1, 1_000, vec![0xaa; 64]));
        assert_eq!((seen.len(), report.untimed, report.truncated), (2, 1, 2));
        assert_eq!((undecoded(&report), report.remark), (vec![], None));
    }
}

#[test]
fn sections_continue_their_interfaces_and_may_change_the_byte_order() {
    let (little, big) = (Order::Little, Order::Big);
    let file = [
        section(little),
        interface(little, 1, 0, &[(2, b"eth0")]),
        interface(little, 1, 0, &[(2, b"eth0")]),
        interface(little, 1, 0, &[]),
        enhanced(little, 1, 1_000_000, b"a"),
        section(big),
        interface(big, 1, 0, &[(2, b"eth1")]),
        interface(big, 1, 0, &[(2, b"eth0")]),
        interface(big, 1, 0, &[]),
        enhanced(big, 0, 2_000_000, b"b"),
        enhanced(big, 1, 3_000_000, b"c"),
        enhanced(big, 2, 4_000_000, b"d"),
        enhanced(big, 3, 5_000_000, b"of no interface"),
    ]
    .concat();
    let (seen, report) = read(&file).unwrap();
    let captures: Vec<_> =
        seen.iter().map(|(time, capture, ..)| (time.0 / 1_000_000_000, *capture)).collect();
    assert_eq!(captures, [(1, 1), (2, 3), (3, 0), (4, 2)]);
    assert_eq!(undecoded(&report), [("unknown_interface", 1)]);
    assert_eq!(report.interfaces.len(), 4);
}

#[test]
fn numbers_begin_where_the_caller_says() {
    let reader = Box::new(std::io::Cursor::new(pcapng(Order::Little, 1)));
    let mut source = Source::from_reader(reader, "-".to_owned(), CaptureId(40)).unwrap();
    assert_eq!(source.next().map(|frame| frame.capture), Some(CaptureId(40)));
    assert_eq!(source.report().interfaces[0].capture, CaptureId(40));
}

#[test]
fn compressed_captures() {
    let plain = pcapng(Order::Little, 2_000);
    let (expected, _) = read(&plain).unwrap();
    let halves = plain.split_at(plain.len() / 2);
    for (compressed, name) in [
        (gzip(&plain), "gzip"),
        ([gzip(halves.0), gzip(halves.1)].concat(), "gzip"),
        (zstd::encode_all(&plain[..], 3).unwrap(), "zstd"),
    ] {
        let (seen, report) = read(&compressed).unwrap();
        assert!(seen == expected);
        assert_eq!((report.compression, undecoded(&report)), (Some(name), vec![]));
    }
}

#[test]
fn clock_jumps_are_counted() {
    let mut file = Vec::new();
    write::header(&mut file).unwrap();
    for second in [1_000, 1_000, 4_600, 8_201, 8_200, 8_198, 0] {
        write::record(&mut file, Time(second * 1_000_000_000 + 1), 0, b"x").unwrap();
    }
    let (_, report) = read(&file).unwrap();
    assert_eq!((report.jumps_ahead, report.jumps_back), (1, 2));
    assert_eq!((report.first, report.last), (Some(Time(1)), Some(Time(8_201_000_000_001))));
}

#[test]
fn what_is_written_is_read_again() {
    let mut file = Vec::new();
    write::header(&mut file).unwrap();
    write::record(&mut file, Time(1_700_000_000_123_456_789), 1_514, &[7; 60]).unwrap();
    write::record(&mut file, Time(-5), 0, &vec![8; capture::RECORD_MAX + 1]).unwrap();
    let (seen, report) = read(&file).unwrap();
    assert_eq!(seen[0], (Time(1_700_000_000_123_456_789), 0, 1, 1_514, vec![7; 60]));
    assert_eq!((seen[1].0, seen[1].4.len()), (Time(0), capture::RECORD_MAX));
    assert_eq!(undecoded(&report), []);
}

#[test]
fn other_files_are_refused_in_one_line() {
    for (bytes, reason) in [
        (&b""[..], "test: not a capture: it is empty; pcap, pcapng, and both in gzip or zstd are read"),
        (b"PK\x03\x04 an archive, no capture", "its first four bytes are of no known capture format"),
        (&pcap(Order::Big, 0xa1b2_c3d4, 0, 1)[..23], "it ends inside its file header"),
        (&section(Order::Big)[..27], "it ends inside its section header"),
        (&gzip(b"a text file")[..], "its first four bytes are of no known capture format"),
        (&[0x1f, 0x8b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "its compressed data is damaged"),
    ] {
        let error = read(bytes).unwrap_err();
        assert!(matches!(error, OpenError::NotACapture { .. }));
        assert!(error.to_string().contains(reason) && !error.to_string().contains('\n'), "{error}");
    }
    let missing = Source::open("/nonexistent.pcap".as_ref(), CaptureId(0)).err().unwrap().to_string();
    assert!(missing.starts_with("/nonexistent.pcap: cannot be read: "), "{missing}");
}

#[test]
fn a_folder_stands_for_the_captures_in_it() {
    let folder = std::env::temp_dir().join(format!("capture-expand-{}", std::process::id()));
    fs::create_dir_all(folder.join("b/deeper")).unwrap();
    fs::create_dir_all(folder.join("empty")).unwrap();
    fs::write(folder.join("c.gz"), gzip(&pcapng(Order::Big, 1))).unwrap();
    fs::write(folder.join("a.cap"), pcap(Order::Big, 0xa1b2_c3d4, 0, 1)).unwrap();
    fs::write(folder.join("b/deeper/x"), pcapng(Order::Little, 1)).unwrap();
    fs::write(folder.join("notes.pcap"), "no capture").unwrap();
    let found = expand(&folder).unwrap();
    let empty = expand(&folder.join("empty")).unwrap_err().to_string();
    let as_file = Source::open(&folder, CaptureId(0)).err().unwrap().to_string();
    let single = expand(&folder.join("notes.pcap")).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(found, ["a.cap", "b/deeper/x", "c.gz"].map(|name| folder.join(name)));
    assert_eq!(single, [folder.join("notes.pcap")], "a file stands for itself");
    assert!(empty.contains("no capture in this folder") && as_file.contains("is a folder"));
}
