//! Reading capture files into the pipeline.

use crate::error::Failure;
use capture::{Report, Source};
use decode::Undecoded;
use indicatif::{ProgressBar, ProgressStyle};
use model::Model;
use observe::Pipeline;
use show::Capture;
use std::path::{Path, PathBuf};
use std::time::Duration;
use wire::CaptureId;

/// Frames between two looks at the progress bar.
const PROGRESS_EVERY: u64 = 1 << 16;

/// Reads every file, folder or standard input in the order given.
pub(crate) fn read_all(
    files: &[PathBuf],
    pipeline: &mut Pipeline,
    model: &mut Model,
) -> Result<Vec<Capture>, Failure> {
    let mut sources = Vec::new();
    for file in files {
        if file.as_os_str() == "-" {
            sources.push(PathBuf::from("-"));
        } else {
            sources.extend(capture::expand(file).map_err(Failure::input)?);
        }
    }
    let progress = progress(&sources);
    let (mut next_id, mut read) = (0u16, Vec::new());
    for path in sources {
        let mut source = open(&path, CaptureId(next_id))?;
        read_one(&mut source, &progress, pipeline, model);
        let last_id = next_id
            .saturating_add(u16::try_from(source.report().interfaces.len().max(1)).unwrap_or(u16::MAX));
        read.push((source.report().clone(), next_id..last_id));
        (next_id..last_id).for_each(|id| pipeline.end_capture(CaptureId(id)));
        next_id = last_id;
    }
    pipeline.finish(model);
    progress.finish_and_clear();
    Ok(read.into_iter().map(|(report, ids)| entry(&report, ids, pipeline)).collect())
}

fn open(path: &Path, id: CaptureId) -> Result<Source, Failure> {
    let opened = if path.as_os_str() == "-" { Source::stdin(id) } else { Source::open(path, id) };
    opened.map_err(Failure::input)
}

fn read_one(source: &mut Source, progress: &ProgressBar, pipeline: &mut Pipeline, model: &mut Model) {
    let (mut frames, mut bytes) = (0u64, 0u64);
    while let Some(frame) = source.next() {
        pipeline.frame(&frame, model);
        frames += 1;
        bytes += 16 + u64::try_from(frame.bytes.len()).unwrap_or(0);
        if frames.is_multiple_of(PROGRESS_EVERY) {
            progress.inc(bytes);
            bytes = 0;
        }
    }
}

/// A bar on standard error for work of more than a few megabytes at a terminal; nothing otherwise.
fn progress(sources: &[PathBuf]) -> ProgressBar {
    let bytes: u64 = sources.iter().filter_map(|path| path.metadata().ok()).map(|data| data.len()).sum();
    if bytes < 32 << 20 || !std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(bytes);
    let style = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn entry(report: &Report, ids: std::ops::Range<u16>, pipeline: &Pipeline) -> Capture {
    let mut capture = Capture {
        path: report.path.clone(),
        format: report.format.into(),
        packets: report.packets,
        bytes: report.bytes,
        first_seen: report.first.map(show::utc),
        last_seen: report.last.map(show::utc),
        undecoded: report.undecoded().filter(|(_, n)| *n > 0).map(|(why, n)| (why.to_owned(), n)).collect(),
        truncated: report.truncated,
        clock_jumps: report.jumps_back + report.jumps_ahead,
        remark: report.remark.clone(),
        ..Capture::default()
    };
    for id in ids {
        add(&mut capture, &pipeline.capture(CaptureId(id)));
    }
    capture
}

/// Adds what the stages counted of one interface of a capture.
pub(crate) fn add(capture: &mut Capture, counters: &observe::CaptureCounters) {
    for (why, count) in &counters.undecoded {
        if let Undecoded::LinkType(number) = why {
            eprintln!(
                "yagura: {}: link type {number} is not read; its {count} packets are only counted",
                capture.path
            );
        }
        *capture.undecoded.entry(why.name()).or_default() += count;
    }
    for (vlan, packets) in &counters.vlans {
        *capture.vlans.entry(*vlan).or_default() += packets;
    }
    capture.duplicates += counters.duplicates + counters.routed;
    capture.values_sampled += counters.values_sampled;
    capture.gaps += counters.gaps;
    capture.one_way_flows += counters.one_way_flows;
}
