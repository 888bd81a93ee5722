//! Figures of the moment in Prometheus text form.

use super::view::{Mirror, View};
use ::metrics::{Label, gauge, with_local_recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

/// Everything that is counted, by the names that `docs/metrics.md` explains. Counters that count since the start of a
/// process are gauges here, since they are read, not added up.
pub(crate) fn text(view: &View) -> String {
    let recorder = PrometheusBuilder::new().build_recorder();
    with_local_recorder(&recorder, || {
        gauge!("yagura_view_time_seconds").set(seconds(view.time_us));
        gauge!("yagura_assets").set(float(view.assets.len() as u64));
        gauge!("yagura_links").set(float(view.links.len() as u64));
        gauge!("yagura_queue_depth").set(float(view.process.queue_depth));
        gauge!("yagura_batches").set(float(view.process.batches));
        gauge!("yagura_sensor_restarts").set(float(view.process.sensor_restarts));
        gauge!("yagura_troubles").set(float(view.process.troubles.len() as u64));
        if let Some(free) = view.process.disk_free {
            gauge!("yagura_disk_free_bytes").set(float(free));
        }
        for (table, count) in &view.overflow {
            gauge!("yagura_overflow", vec![Label::new("table", *table)]).set(float(*count));
        }
        for protocol in &view.protocols {
            let labels = vec![Label::new("protocol", protocol.protocol)];
            gauge!("yagura_protocol_messages", labels.clone()).set(float(protocol.messages));
            gauge!("yagura_protocol_malformed", labels).set(float(protocol.malformed));
        }
        view.mirrors.iter().for_each(mirror);
    });
    recorder.handle().render()
}

fn mirror(mirror: &Mirror) {
    let labels = || vec![Label::new("mirror", mirror.name.clone())];
    gauge!("yagura_mirror_up", labels()).set(f64::from(u8::from(mirror.up)));
    gauge!("yagura_mirror_frames", labels()).set(float(mirror.packets));
    gauge!("yagura_mirror_bytes", labels()).set(float(mirror.bytes));
    gauge!("yagura_mirror_kernel_drops", labels()).set(float(mirror.kernel_drops));
    gauge!("yagura_mirror_queue_drops", labels()).set(float(mirror.queue_drops));
    gauge!("yagura_mirror_duplicates", labels()).set(float(mirror.duplicates));
    gauge!("yagura_mirror_one_way_flows", labels()).set(float(mirror.one_way_flows));
    if let Some(last) = mirror.last_us {
        gauge!("yagura_mirror_last_frame_seconds", labels()).set(seconds(last));
    }
}

/// Exact up to 2^53, which no counter of a plant reaches in a lifetime.
fn float(number: u64) -> f64 {
    number as f64
}

fn seconds(time_us: i64) -> f64 {
    time_us as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_carry_their_labels() {
        let view = View {
            mirrors: vec![Mirror { name: "mirror\"1".into(), up: true, packets: 7, ..Mirror::default() }],
            ..View::default()
        };
        let text = text(&view);
        assert!(text.contains("yagura_mirror_frames{mirror=\"mirror\\\"1\"} 7"), "{text}");
        assert!(
            !text.contains("yagura_mirror_last_frame_seconds{"),
            "what was never heard has no time: {text}"
        );
    }
}
