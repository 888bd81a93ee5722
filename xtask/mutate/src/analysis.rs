//! What `yagura analyze` does with one file, in this process and with nothing written.

use capture::{OpenError, Source};
use model::Model;
use observe::Pipeline;
use show::Capture;
use std::io::{self, Cursor};
use wire::CaptureId;

/// Reads a capture, folds it, and writes document, tables and page into nothing; how many packets it had.
pub(crate) fn analyse(bytes: Vec<u8>) -> Result<u64, OpenError> {
    let mut source = Source::from_reader(Box::new(Cursor::new(bytes)), "damaged".into(), CaptureId(0))?;
    let mut pipeline = Pipeline::new(observe::Limits::default());
    let mut model = Model::new(model::Limits::default());
    read(&mut source, &mut pipeline, &mut model);
    let captures = [entry(&source, &pipeline)];
    let inventory = model.inventory();
    // Nothing that is written to a sink can fail.
    let _ = show::write_document(&mut io::sink(), &captures, &inventory);
    let _ = show::write_tables(&mut io::sink(), &captures, &inventory);
    drop(show::page(&captures, &inventory));
    Ok(source.report().packets)
}

/// Names of the protocols that a capture shows.
pub(crate) fn protocols(bytes: Vec<u8>) -> Vec<String> {
    let mut model = Model::new(model::Limits::default());
    if let Ok(mut source) = Source::from_reader(Box::new(Cursor::new(bytes)), "whole".into(), CaptureId(0)) {
        read(&mut source, &mut Pipeline::new(observe::Limits::default()), &mut model);
    }
    model.inventory().protocols.iter().map(|total| total.protocol.to_owned()).collect()
}

fn read(source: &mut Source, pipeline: &mut Pipeline, model: &mut Model) {
    while let Some(frame) = source.next() {
        pipeline.frame(&frame, model);
    }
    for interface in &source.report().interfaces {
        pipeline.end_capture(interface.capture);
    }
    pipeline.finish(model);
}

fn entry(source: &Source, pipeline: &Pipeline) -> Capture {
    let report = source.report();
    let mut capture = Capture {
        path: report.path.clone(),
        format: report.format.into(),
        packets: report.packets,
        bytes: report.bytes,
        first_seen: report.first.map(show::utc),
        last_seen: report.last.map(show::utc),
        undecoded: report.undecoded().map(|(why, count)| (why.to_owned(), count)).collect(),
        remark: report.remark.clone(),
        ..Capture::default()
    };
    for interface in &report.interfaces {
        for (why, count) in pipeline.capture(interface.capture).undecoded {
            *capture.undecoded.entry(why.name()).or_default() += count;
        }
    }
    capture
}
