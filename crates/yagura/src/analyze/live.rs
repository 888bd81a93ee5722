//! A live look at a mirror port, for a bounded time.

use crate::error::Failure;
use capture::{Live, LiveOptions};
use model::Model;
use observe::Pipeline;
use show::Capture;
use std::time::{Duration, Instant};
use wire::{CaptureId, Time};

/// How long one wait for frames lasts at most.
const WAIT: Duration = Duration::from_millis(100);

/// Listens on an interface and feeds the pipeline.
pub(crate) fn listen(
    interface: &str,
    time: Duration,
    pipeline: &mut Pipeline,
    model: &mut Model,
) -> Result<Capture, Failure> {
    let id = CaptureId(0);
    let mut live = Live::open(interface, id, LiveOptions::default()).map_err(Failure::input)?;
    let end = Instant::now() + time;
    let mut capture = Capture { path: interface.into(), format: "live".into(), ..Capture::default() };
    let (mut first, mut last): (Option<Time>, Option<Time>) = (None, None);
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        match live.next(left.min(WAIT)) {
            Ok(Some(frame)) => {
                capture.packets += 1;
                capture.bytes += u64::try_from(frame.bytes.len()).unwrap_or(0);
                capture.truncated +=
                    u64::from(usize::try_from(frame.original_len).is_ok_and(|len| len > frame.bytes.len()));
                first = first.or(Some(frame.time));
                last = Some(frame.time);
                pipeline.frame(&frame, model);
            }
            Ok(None) => {}
            Err(error) => {
                capture.remark = Some(error.to_string());
                break;
            }
        }
    }
    pipeline.end_capture(id);
    pipeline.finish(model);
    capture.kernel_drops = live.statistics().map_or(0, |statistics| statistics.dropped);
    capture.first_seen = first.map(show::utc);
    capture.last_seen = last.map(show::utc);
    super::read::add(&mut capture, &pipeline.capture(id));
    Ok(capture)
}
