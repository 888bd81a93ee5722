//! A capture of the simulated plant, and what a local run makes of one.

use capture::Source;
use model::Model;
use simulator::Simulator;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use wire::{CaptureId, Time};

const SECOND: i64 = 1_000_000_000;

/// Writes so many seconds of the plant.
pub(crate) fn make(path: &Path, seconds: i64) -> PathBuf {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    // Nanoseconds, version 2.4, no zone, 64 KiB of each frame, Ethernet.
    for word in [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 65_535, 1] {
        file.write_all(&word.to_le_bytes()).expect("a disk");
    }
    let begin = 1_700_000_000 * SECOND;
    let mut simulator = Simulator::new(simulator::demo().expect("the demo plant"), 7, Time(begin));
    simulator.run_until(Time(begin + seconds * SECOND), |frame| {
        let (seconds, rest) = (frame.time.0 / SECOND, frame.time.0 % SECOND);
        let len = i64::try_from(frame.bytes.len()).expect("a frame");
        for word in [seconds, rest, len, i64::from(frame.original_len)] {
            file.write_all(&u32::try_from(word).expect("a word").to_le_bytes()).expect("a disk");
        }
        file.write_all(frame.bytes).expect("a disk");
    });
    file.flush().expect("a disk");
    path.to_owned()
}

/// The document and the model of a process that reads the capture itself, without any batch or link.
pub(crate) fn of_a_local_run(path: &Path, first: u16) -> String {
    let mut source = Source::open(path, CaptureId(first)).expect("a capture");
    let mut pipeline = observe::Pipeline::new(observe::Limits::default());
    let mut model = Model::new(model::Limits::default());
    while let Some(frame) = source.next() {
        pipeline.frame(&frame, &mut model);
    }
    pipeline.finish(&mut model);
    told(&model)
}

/// The same of a site that has ended, by the folder of its model.
pub(crate) fn known(folder: &Path) -> String {
    told(&site::Keeper::open(folder, model::Limits::default()).expect("the model of the site").model)
}

/// Everything that the model knows, counts and times included. Its own bytes are no measure: what repeats within a
/// second comes added up from a sensor and one by one here, which is kept differently and means the same.
fn told(model: &Model) -> String {
    let mut document = Vec::new();
    show::write_document(&mut document, &[], &model.inventory()).expect("memory");
    String::from_utf8(document).expect("JSON is UTF-8")
}
