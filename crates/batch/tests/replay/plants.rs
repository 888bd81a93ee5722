//! Plants to observe: the simulated one, and the captures of this project.

use capture::Source;
use facts::Sink;
use observe::{Limits, Pipeline};
use std::path::{Path, PathBuf};
use wire::{CaptureId, Frame, LinkType, Time};

const LIMITS: Limits = Limits { flows: 16_384, stations: 1024 };

/// Observes some seconds of the demo plant.
pub(crate) fn demo(seconds: i64, sink: &mut dyn Sink) {
    let mut simulator = simulator::Simulator::new(
        simulator::demo().expect("the demo plant"),
        11,
        Time(1_700_000_000_000_000_000),
    );
    let mut pipeline = Pipeline::new(LIMITS);
    pipeline.account(sink);
    simulator.run_until(Time((1_700_000_000 + seconds) * 1_000_000_000), |frame| {
        let original_len = u32::try_from(frame.bytes.len()).expect("short");
        let (time, capture, link) = (frame.time, frame.capture, LinkType::ETHERNET);
        pipeline.frame(&Frame { time, capture, link, original_len, bytes: frame.bytes }, sink);
    });
    pipeline.account(sink);
    pipeline.finish(sink);
}

/// Observes a capture file.
pub(crate) fn file(path: &Path, sink: &mut dyn Sink) {
    let mut source = Source::open(path, CaptureId(0)).expect("a capture");
    let mut pipeline = Pipeline::new(LIMITS);
    while let Some(frame) = source.next() {
        pipeline.frame(&frame, sink);
    }
    pipeline.finish(sink);
}

/// The captures that stand beside the dissectors.
pub(crate) fn own_captures() -> Vec<PathBuf> {
    let protocols = Path::new(env!("CARGO_MANIFEST_DIR")).join("../observe/src/protocols");
    let mut found: Vec<PathBuf> = protocols
        .read_dir()
        .expect("the dissectors")
        .flatten()
        .filter_map(|entry| entry.path().join("captures").read_dir().ok())
        .flat_map(|captures| captures.flatten().map(|capture| capture.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "pcap"))
        .collect();
    found.sort();
    assert!(found.len() > 10, "{} captures", found.len());
    found
}
