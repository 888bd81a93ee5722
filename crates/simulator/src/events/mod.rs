//! Scripted events: what happens in the plant at given times.

mod join;
mod scan;

use crate::conversation::{Stage, Talk};
use crate::engine::Presence;
use crate::net::emitter::SECOND;
use crate::plant::{Action, Event};

fn set(presence: &mut [Presence], device: usize, state: Presence) {
    if let Some(presence) = presence.get_mut(device) {
        *presence = state;
    }
}

/// A device that is new in the plant is switched on.
pub(crate) fn arrive(
    stage: &mut Stage<'_>,
    presence: &mut [Presence],
    device: usize,
    random: (u64, u64),
    time: i64,
) {
    set(presence, device, Presence::Present);
    join::run(stage, device, random, time);
}

/// Runs one event. Returns when it happens again.
pub(crate) fn run(
    stage: &mut Stage<'_>,
    presence: &mut [Presence],
    event: &Event,
    (seed, stream): (u64, u64),
    time: i64,
) -> Option<i64> {
    match &event.action {
        Action::Join(device) => arrive(stage, presence, *device, (seed, stream), time),
        Action::Leave(device) => set(presence, *device, Presence::Absent),
        // Who is not there yet falls silent no more than it comes back.
        Action::Silence(device) | Action::Resume(device)
            if presence.get(*device) == Some(&Presence::Absent) => {}
        Action::Silence(device) => {
            set(presence, *device, Presence::Silent);
            let ip = stage.plant.devices.get(*device).map(crate::plant::Device::ip);
            stage.emitter.forget(ip?);
        }
        Action::Resume(device) => set(presence, *device, Presence::Present),
        Action::Freeze(device) => stage.values.freeze(*device),
        Action::Thaw(device) => stage.values.thaw(*device),
        Action::Scan { device, network, ports, first, last } => {
            scan::run(stage, (*device, *network), ports, (*first, *last), (seed, stream), time);
        }
        Action::Converse(conversation) => {
            let mut talk = Talk::new(conversation, seed, stream)?;
            let end = talk.round(stage, conversation, time);
            talk.hang_up(stage, conversation, end);
        }
    }
    event.every_s.map(|every| time + i64::from(every.max(1)) * SECOND)
}
