//! What the folding thread knows of sensors on other machines.

use super::rows::Known;
use super::{Remote, Said};
use crate::keeper::Keeper;
use crate::mirrors::measured;
use facts::Sink;
use facts::id::SensorId;
use sensor::Position;
use sensor::remote::State;
use show::api::view::{Mirror, RemoteSensor};
use std::collections::BTreeMap;
use tokio::sync::oneshot;

/// Every sensor that was heard since the server began.
#[derive(Default)]
pub(crate) struct Remotes(BTreeMap<SensorId, Linked>);

struct Linked {
    /// The connection that counts.
    link: u64,
    /// Ends it; `None` when there is none.
    cut: Option<oneshot::Sender<String>>,
    heard_us: i64,
    state: State,
    /// Batches that are missing.
    lost: u64,
    /// Batches or records that could not be read, or lay outside of its block.
    defects: u64,
}

impl Remotes {
    /// Takes what a connection tells. True when there may be something new to show; the error is a trouble to be shown.
    pub(crate) fn take(
        &mut self,
        said: Said,
        keeper: &mut Keeper,
        also: &mut dyn Sink,
        now_us: i64,
    ) -> Result<bool, String> {
        match said {
            Said::Connected { remote, link, answer, cut } => {
                let linked = self.0.entry(remote.sensor).or_insert_with(Linked::new);
                // The former connection, if any, ends when its `cut` is dropped here.
                (linked.link, linked.cut, linked.heard_us) = (link, Some(cut), now_us);
                // Only what is on the disk may be said to be kept; without an answer the connection ends.
                keeper.sync()?;
                let _ = answer.send(keeper.last_of(remote.sensor));
                Ok(true)
            }
            Said::Batch { remote, link, position, lost_before, bytes } => {
                let Some(linked) = self.current(remote.sensor, link) else { return Ok(false) };
                linked.heard_us = now_us;
                linked.batch(remote, (position, lost_before, &bytes), keeper, also)
            }
            Said::State { sensor, link, state } => {
                let Some(linked) = self.current(sensor, link) else { return Ok(false) };
                linked.heard_us = now_us;
                Ok(std::mem::replace(&mut linked.state, *state) != linked.state)
            }
            Said::Gone { sensor, link } => {
                let ended = self.current(sensor, link).and_then(|linked| linked.cut.take());
                Ok(ended.is_some())
            }
        }
    }

    /// The sensor, when the message is of its newest connection and that was not cut.
    fn current(&mut self, sensor: SensorId, link: u64) -> Option<&mut Linked> {
        self.0.get_mut(&sensor).filter(|linked| linked.link == link && linked.cut.is_some())
    }

    /// The mirror ports of every sensor that has joined; one that is not connected has none that is up.
    pub(crate) fn mirrors(&self, known: &[Known], now_us: i64) -> Vec<Mirror> {
        let mut mirrors = Vec::new();
        for known in known {
            let nothing = Linked::new();
            let linked = self.0.get(&known.sensor).unwrap_or(&nothing);
            let absence = linked.absence(known.since_us);
            let state = &linked.state;
            let mirror = |mirror: Mirror| {
                let problem = state.problems.iter().find(|(name, _)| *name == mirror.name);
                let why = absence.clone().or_else(|| problem.map(|(_, problem)| problem.clone()));
                Mirror {
                    sensor: Some(known.sensor),
                    name: format!("{}/{}", known.name, mirror.name),
                    up: mirror.up && state.is_listening && why.is_none(),
                    remark: why.or_else(|| state.remarks.first().cloned()),
                    queue_drops: linked.lost,
                    ..mirror
                }
            };
            let is_told = |name: &String| state.account.captures.iter().any(|capture| capture.name == *name);
            let heard = state.account.captures.iter().map(|capture| measured(capture, now_us));
            let silent = state.problems.iter().filter(|(name, _)| !is_told(name));
            let silent = silent.map(|(name, _)| Mirror { name: name.clone(), ..Mirror::default() });
            let mut ports: Vec<Mirror> = heard.chain(silent).map(mirror).collect();
            if ports.is_empty() {
                let remark = absence.clone();
                let (sensor, name) = (Some(known.sensor), known.name.clone());
                ports.push(Mirror { sensor, name, remark, ..Mirror::default() });
            }
            mirrors.extend(ports);
        }
        mirrors
    }

    /// Each sensor that has joined, for its own page.
    pub(crate) fn sensors(&self, known: &[Known]) -> BTreeMap<SensorId, RemoteSensor> {
        let row = |known: &Known| {
            let Some(linked) = self.0.get(&known.sensor) else {
                return (known.sensor, RemoteSensor::default());
            };
            let mut remarks = linked.state.remarks.clone();
            if linked.state.dropped_batches > 0 {
                let dropped = linked.state.dropped_batches;
                remarks.push(format!("its disk had no room: {dropped} batches were dropped there"));
            }
            if linked.defects > 0 {
                let defects = linked.defects;
                remarks.push(format!("{defects} of its batches or records could not be used"));
            }
            let shown = RemoteSensor {
                connected: linked.cut.is_some(),
                heard_us: Some(linked.heard_us),
                spooled_batches: linked.state.spooled_batches,
                spooled_bytes: linked.state.spooled_bytes,
                lost_batches: linked.lost,
                remarks,
            };
            (known.sensor, shown)
        };
        known.iter().map(row).collect()
    }
}

impl Linked {
    fn new() -> Self {
        Self { link: 0, cut: None, heard_us: 0, state: State::default(), lost: 0, defects: 0 }
    }

    fn batch(
        &mut self,
        remote: Remote,
        (position, lost_before, bytes): (Position, u64, &[u8]),
        keeper: &mut Keeper,
        also: &mut dyn Sink,
    ) -> Result<bool, String> {
        let last = keeper.last_of(remote.sensor).filter(|last| last.incarnation == position.incarnation);
        let last = last.map_or(0, |last| last.sequence);
        if position.sequence <= last {
            return Ok(false);
        }
        match keeper.take_remote(remote, position, bytes, also) {
            Ok(defects) => {
                self.defects += defects;
                self.lost += lost_before + (position.sequence - last - 1);
                Ok(true)
            }
            Err(trouble) => {
                // The sensor keeps what this disk does not: it comes again when there is room.
                if let Some(cut) = self.cut.take() {
                    let _ = cut.send(format!("the site cannot keep batches now: {trouble}"));
                }
                Err(trouble)
            }
        }
    }

    /// Why it is not heard at present.
    fn absence(&self, since_us: i64) -> Option<String> {
        if self.cut.is_some() {
            return None;
        }
        let since_us = if self.heard_us > 0 { self.heard_us } else { since_us };
        Some(format!(
            "the sensor is not connected: not heard since {}",
            show::utc(wire::Time(since_us.saturating_mul(1_000)))
        ))
    }
}
