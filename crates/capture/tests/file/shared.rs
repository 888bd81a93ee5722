//! Every capture of the shared collection, against the number of packets that its index states and,
//! for pcap, against an independent reader.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use capture::Source;
use pcap_file::pcapng::{Block, PcapNgReader};
use wire::CaptureId;

/// The one capture of the collection that ends inside a packet; the index notes it.
const CUT: &str = "melsec/iti__melsoft_129_clean.pcap";

/// The folder of the shared collection, or a printed line and `None` where it is absent.
fn captures() -> Option<PathBuf> {
    let shared = std::env::var_os("YAGURA_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let captures = shared.join("captures");
    if captures.join("INDEX.tsv").is_file() {
        return Some(captures);
    }
    println!("skipped: ../shared is absent");
    None
}

fn rows(index: &str) -> impl Iterator<Item = (&str, u64)> {
    let row = |line| {
        let fields: Vec<&str> = str::split(line, '\t').collect();
        (fields[0], fields[5].parse().expect("a number of packets"))
    };
    index.lines().skip(1).map(row)
}

#[test]
fn every_capture_has_the_packets_of_the_index() {
    let Some(folder) = captures() else { return };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut wrong = Vec::new();
    let mut files = 0;
    for (path, expected) in rows(&index) {
        let mut source = Source::open(&folder.join(path), CaptureId(7)).expect(path);
        let mut frames = 0;
        while let Some(frame) = source.next() {
            frames += 1;
            assert!(frame.capture >= CaptureId(7));
        }
        let report = source.report();
        assert_eq!(report.packets, frames, "{path}");
        assert_eq!(
            report.interfaces.iter().map(|interface| interface.packets).sum::<u64>(),
            frames,
            "{path}"
        );
        let undecoded: Vec<_> = report.undecoded().collect();
        let is_cut = path == CUT && undecoded == [("cut_record", 1)];
        if frames != expected || !(undecoded.is_empty() || is_cut) {
            wrong.push(format!("{path}: {frames} not {expected}, {undecoded:?} {:?}", report.remark));
        }
        files += 1;
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(files >= 477, "{files} files");
}

/// Compares the packets of a pcapng, without their times, which the other reader does not scale.
fn same_as_other_pcapng(path: &Path, file: BufReader<File>) -> u64 {
    let mut compared = 0;
    let Ok(mut other) = PcapNgReader::new(file) else { return 0 };
    let mut ours = Source::open(path, CaptureId(0)).unwrap();
    while let Some(Ok(block)) = other.next_block() {
        let Block::EnhancedPacket(packet) = block else { continue };
        let frame = ours.next().expect("as many packets");
        assert_eq!(frame.bytes, &packet.data[..], "{}", path.display());
        assert_eq!(frame.original_len, packet.original_len);
        compared += 1;
    }
    compared
}

#[test]
fn an_independent_reader_sees_the_same_packets() {
    let Some(folder) = captures() else { return };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut compared = 0;
    for (path, _) in rows(&index).filter(|(_, packets)| *packets < 20_000) {
        let path = folder.join(path);
        let mut magic = [0; 4];
        File::open(&path).unwrap().read_exact(&mut magic).unwrap();
        let file = BufReader::new(File::open(&path).unwrap());
        if magic == [0x0a, 0x0d, 0x0d, 0x0a] {
            compared += same_as_other_pcapng(&path, file);
            continue;
        }
        let Ok(mut other) = pcap_file::pcap::PcapReader::new(file) else { continue };
        let mut ours = Source::open(&path, CaptureId(0)).unwrap();
        // The other reader rejects what some writers do; up to there both agree.
        while let Some(Ok(packet)) = other.next_packet() {
            let frame = ours.next().expect("as many packets");
            assert_eq!(frame.time.0 as u128, packet.timestamp.as_nanos(), "{}", path.display());
            assert_eq!(frame.bytes, &packet.data[..]);
            assert_eq!(frame.original_len, packet.orig_len.max(packet.data.len() as u32));
            compared += 1;
        }
    }
    assert!(compared > 200_000, "{compared} packets");
}

#[test]
fn damage_behind_the_header_is_never_a_refusal() {
    let Some(folder) = captures() else { return };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut state = 0x2545_f491_4f6c_dd1d;
    let (mut packets, mut kept) = (0, 0);
    for (path, expected) in rows(&index) {
        let whole = fs::read(folder.join(path)).unwrap();
        if whole.len() > 1_000_000 || whole.len() < 200 {
            continue;
        }
        for _ in 0..4 {
            let mut file = whole.clone();
            crate::common::mutate(&mut file, 28, &mut state);
            let (seen, report) = crate::common::read(&file).expect(path);
            assert_eq!(report.packets, seen.len() as u64, "{path}");
            packets += expected;
            kept += report.packets.min(expected);
        }
    }
    println!("{kept} of {packets} packets read in spite of damage");
    assert!(kept > packets / 10 * 6, "{kept} of {packets}: a cut takes half a file, other damage a packet");
}
