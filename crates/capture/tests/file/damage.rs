//! Damaged and cut captures: what is whole is read, what is not is counted, nothing panics.

use crate::common::{
    Order, block, enhanced, interface, mutate, payload, pcap, pcapng, read, section, undecoded,
};
use capture::RECORD_MAX;

const MICRO: u32 = 0xa1b2_c3d4;

/// Where the record of each test packet ends.
fn ends(start: usize, per_record: impl Fn(usize) -> usize, count: u32) -> Vec<usize> {
    let lens = (0..count).map(|number| per_record(payload(number).len()));
    lens.scan(start, |at, len| {
        Some({
            *at += len;
            *at
        })
    })
    .collect()
}

fn check_every_cut(file: &[u8], header_len: usize, ends: &[usize], also_whole: &[usize]) {
    let (all, _) = read(file).unwrap();
    assert_eq!(*ends.last().unwrap(), file.len());
    for cut in 0..file.len() {
        let Ok((seen, report)) = read(&file[..cut]) else {
            assert!(cut < header_len, "cut at {cut}");
            continue;
        };
        assert!(cut >= header_len);
        let whole = ends.iter().filter(|end| **end <= cut).count();
        assert!(seen == all[..whole], "cut at {cut}");
        let is_clean = cut == header_len || ends.contains(&cut) || also_whole.contains(&cut);
        assert_eq!(
            undecoded(&report),
            if is_clean { vec![] } else { vec![("cut_record", 1)] },
            "cut at {cut}"
        );
        assert_eq!(report.remark.is_some(), !is_clean);
    }
}

#[test]
fn a_pcap_cut_anywhere_gives_its_whole_packets() {
    for order in [Order::Little, Order::Big] {
        check_every_cut(&pcap(order, MICRO, 5, 8), 24, &ends(24, |len| len + 16, 8), &[]);
    }
}

#[test]
fn a_pcapng_cut_anywhere_gives_its_whole_packets() {
    let block_len = |len: usize| len.next_multiple_of(4) + 32 + 4;
    for order in [Order::Little, Order::Big] {
        check_every_cut(&pcapng(order, 8), 28, &ends(48, block_len, 8), &[48]);
    }
}

#[test]
fn compressed_captures_cut_anywhere_give_a_part() {
    let plain = pcap(Order::Little, MICRO, 5, 40);
    let (all, _) = read(&plain).unwrap();
    let compressed = zstd::encode_all(&plain[..], 1).unwrap();
    for cut in 0..compressed.len() {
        if let Ok((seen, report)) = read(&compressed[..cut]) {
            assert_eq!(seen, all[..seen.len()]);
            assert_eq!(report.read_error, 1, "cut at {cut}: {report:?}");
        }
    }
}

#[test]
fn a_damaged_pcap_record_costs_one_packet() {
    let starts: Vec<_> = [24].into_iter().chain(ends(24, |len| len + 16, 50)).collect();
    let (all, _) = read(&pcap(Order::Little, MICRO, 5, 50)).unwrap();
    for victim in [0_usize, 1, 20, 47, 48] {
        for absurd in [u32::MAX, RECORD_MAX as u32 + 1, 60_000, 1_000] {
            let mut file = pcap(Order::Little, MICRO, 5, 50);
            let captured = starts[victim] + 8..starts[victim] + 12;
            file[captured].copy_from_slice(&absurd.to_le_bytes());
            let (seen, report) = read(&file).unwrap();
            let expected = [&all[..victim], &all[victim + 1..]].concat();
            assert!(seen == expected, "record {victim} claims {absurd}");
            assert_eq!(undecoded(&report), [("bad_record", 1)]);
        }
    }
}

#[test]
fn much_damage_does_not_make_the_reader_slow() {
    let mut file = pcap(Order::Little, MICRO, 5, 100_000);
    let starts = ends(24, |len| len + 16, 99_999);
    for start in starts.iter().skip(1).step_by(4) {
        file[start + 8..start + 12].fill(0xff);
    }
    let begin = std::time::Instant::now();
    let (seen, report) = read(&file).unwrap();
    assert!(report.bad_record > 24_000 && seen.len() > 74_000, "{report:?}");
    assert!(begin.elapsed().as_secs() < 3, "{:?}", begin.elapsed());
}

#[test]
fn zeros_behind_the_records_are_one_damage() {
    let mut file = pcap(Order::Little, MICRO, 5, 10);
    file.resize(file.len() + 6_000_000, 0);
    let (seen, report) = read(&file).unwrap();
    assert_eq!((seen.len(), undecoded(&report)), (10, vec![("bad_record", 1)]));
    assert!(report.remark.unwrap().contains("no whole record found behind packet 10"));
}

#[test]
fn odd_writers_are_read() {
    // A fraction of more than a second, and no original length: seen in the wild, and harmless.
    let mut file = pcap(Order::Little, MICRO, 5_000_000, 10);
    let (seen, report) = read(&file).unwrap();
    assert_eq!((seen.len(), undecoded(&report)), (10, vec![]));
    for end in [24].into_iter().chain(ends(24, |len| len + 16, 9)) {
        file[end + 12..end + 16].fill(0);
    }
    let (seen, report) = read(&file).unwrap();
    assert_eq!((seen.len(), undecoded(&report), report.truncated), (10, vec![], 0));
}

#[test]
fn a_damaged_block_costs_one_packet() {
    let starts: Vec<_> = [48].into_iter().chain(ends(48, |len| len.next_multiple_of(4) + 36, 50)).collect();
    let (all, _) = read(&pcapng(Order::Big, 50)).unwrap();
    for victim in [0_usize, 20, 48] {
        // The block's length, its type together with its length, and the captured length inside.
        for (at, value) in [(4, u32::MAX), (4, 60), (4, 61), (4, 4_000), (4, 0), (20, u32::MAX)] {
            let mut file = pcapng(Order::Big, 50);
            let field = starts[victim] + at..starts[victim] + at + 4;
            if file[field.clone()] == value.to_be_bytes() {
                continue;
            }
            file[field].copy_from_slice(&value.to_be_bytes());
            let (seen, report) = read(&file).unwrap();
            let expected = [&all[..victim], &all[victim + 1..]].concat();
            assert!(seen == expected, "block {victim} has {value} at {at}");
            assert_eq!(undecoded(&report), [("bad_record", 1)]);
        }
        // The second length alone is not needed to read on.
        let mut file = pcapng(Order::Big, 50);
        file[starts[victim + 1] - 1] ^= 0x55;
        let (seen, report) = read(&file).unwrap();
        assert_eq!((seen.len(), undecoded(&report)), (50, vec![]));
    }
}

#[test]
fn hostile_numbers_of_interfaces_are_bounded() {
    let order = Order::Little;
    let mut file = section(order);
    for number in 0_u32..5_000 {
        file.extend(interface(order, 1, 0, &[(2, &[b'x'; 3_000]), (2, number.to_string().as_bytes())]));
    }
    file.extend(enhanced(order, 255, 0, b"last described"));
    file.extend(enhanced(order, 256, 0, b"beyond"));
    let (seen, report) = read(&file).unwrap();
    assert_eq!((seen.len(), report.interfaces.len()), (1, 256));
    assert_eq!(undecoded(&report), [("excess_interface", 4_744), ("unknown_interface", 1)]);
    assert!(report.interfaces.iter().all(|interface| interface.name.as_ref().unwrap().len() <= 128));
}

#[test]
fn mutated_files_never_panic_and_never_grow() {
    let mixed = [
        pcapng(Order::Big, 12),
        block(Order::Big, 3, &[0, 0, 0, 3, 1, 2, 3]),
        pcapng(Order::Little, 12),
        block(Order::Little, 0x0bad, &[7; 40]),
    ]
    .concat();
    let gzip = {
        let mut encoder = flate2::read::GzEncoder::new(&mixed[..], flate2::Compression::fast());
        let mut out = Vec::new();
        std::io::Read::read_to_end(&mut encoder, &mut out).unwrap();
        out
    };
    let bases = [
        pcap(Order::Little, MICRO, 5, 20),
        pcap(Order::Big, 0xa1b2_cd34, 5, 20),
        zstd::encode_all(&mixed[..], 1).unwrap(),
        gzip,
        mixed,
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let mut opened = 0;
    for number in 0..2_000 {
        let mut file = bases[number % bases.len()].clone();
        mutate(&mut file, 0, &mut state);
        let Ok((seen, report)) = read(&file) else { continue };
        opened += 1;
        let bytes: usize = seen.iter().map(|(.., bytes)| bytes.len()).sum();
        assert!(report.compression.is_some() || bytes < file.len());
        assert_eq!(report.bytes, bytes as u64);
        assert_eq!(report.packets, seen.len() as u64);
    }
    assert!(opened > 1_000, "{opened}");
}
