//! The simulator itself: actors that wake in time order and put frames into the queue.

use wire::{CaptureId, Frame, LinkType, Time};

use crate::conversation::{Stage, Talk, announce};
use crate::events;
use crate::file::Hours;
use crate::net::emitter::{Due, Emitter, MILLISECOND, SECOND};
use crate::past::Past;
use crate::plant::{Event, Plant};
use crate::protocols::{self, Turn};
use crate::random::Random;
use crate::script::Script;
use crate::values::Values;

/// One that wakes.
enum Actor {
    /// A conversation of the plant, by index.
    Talk(usize, Box<Talk>),
    /// A device that announces itself: device, announcement, and its random numbers.
    Announcer(usize, &'static protocols::Announcement, Random),
    /// A scripted event, by index.
    Event(usize),
    /// A device that comes later than the others.
    Arrival(usize),
    /// A step of a chapter, which is then done.
    Step(Event),
}

/// Whether a device takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Present,
    /// Switched off or unplugged.
    Silent,
    /// Not yet there.
    Absent,
}

/// Runs a plant. Pure: it opens nothing and reads no clock; the caller decides how fast time passes.
/// The same plant, seed and start give the same bytes.
pub struct Simulator {
    plant: Plant,
    seed: u64,
    values: Values,
    emitter: Emitter,
    actors: Vec<Actor>,
    presence: Vec<Presence>,
    current: Vec<u8>,
    events_run: u64,
    past: Past,
    reached: i64,
}

impl Simulator {
    /// A plant whose simulated time begins at `start`.
    #[must_use]
    pub fn new(plant: Plant, seed: u64, start: Time) -> Self {
        Self::with_past(plant, seed, start, start)
    }

    /// The same, where everything before `present` is already past: machines spoke as they do, only more rarely the
    /// longer ago it is, less at night and at weekends, and some were not there yet. The present joins without a gap.
    #[must_use]
    pub fn with_past(plant: Plant, seed: u64, start: Time, present: Time) -> Self {
        let past = Past::new(present, plant.utc_offset);
        let comes_later = |since_h: Option<u32>| past.arrival(since_h).is_some_and(|at| at > start.0);
        let presence =
            plant.devices.iter().map(|device| match device.absent || comes_later(device.since_h) {
                true => Presence::Absent,
                false => Presence::Present,
            });
        let presence = presence.collect();
        let mut simulator = Self {
            values: Values::new(seed),
            emitter: Emitter::new(plant.devices.len(), seed),
            actors: Vec::new(),
            presence,
            current: Vec::new(),
            events_run: 0,
            past,
            reached: start.0,
            plant,
            seed,
        };
        simulator.enlist(start.0);
        simulator
    }

    /// The next frame in time order; its bytes are valid until the next call. `None` only when nothing in the plant
    /// will ever speak again.
    #[expect(
        clippy::should_implement_trait,
        reason = "the frame borrows the simulator, which an iterator cannot express"
    )]
    pub fn next(&mut self) -> Option<Frame<'_>> {
        loop {
            match self.emitter.pop()? {
                (time, Due::Frame { capture, bytes }) => return Some(self.present(time, capture, bytes)),
                (time, Due::Wake(actor)) => self.wake(time, actor),
            }
        }
    }

    /// Hands every frame before `end` to `take`, in time order.
    pub fn run_until(&mut self, end: Time, mut take: impl FnMut(Frame<'_>)) {
        self.reached = self.reached.max(end.0);
        while self.emitter.next_time().is_some_and(|time| time < end.0) {
            // A wake may be the only thing before `end`; what it causes may lie behind.
            match self.emitter.pop() {
                Some((time, Due::Wake(actor))) => self.wake(time, actor),
                Some((time, Due::Frame { capture, bytes })) => take(self.present(time, capture, bytes)),
                None => {}
            }
        }
    }

    /// The plant that runs.
    #[must_use]
    pub fn plant(&self) -> &Plant {
        &self.plant
    }

    /// Lets the steps of a chapter (or those that take it back) happen, from where the simulation stands.
    pub(crate) fn play(&mut self, steps: &[Event]) {
        for step in steps {
            self.emitter.wake(self.reached, self.actors.len());
            self.actors.push(Actor::Step(step.clone()));
        }
    }

    /// A frame that borrows the current buffer; the one before goes back to the pool.
    fn present(&mut self, time: i64, capture: u16, bytes: Vec<u8>) -> Frame<'_> {
        let old = core::mem::replace(&mut self.current, bytes);
        self.emitter.recycle(old);
        Frame {
            time: Time(time),
            capture: CaptureId(capture),
            link: LinkType::ETHERNET,
            original_len: crate::bytes::len32(self.current.len()),
            bytes: &self.current,
        }
    }

    /// Every actor gets its first time, spread over its period so that polls do not march in step.
    fn enlist(&mut self, start: i64) {
        for (index, conversation) in self.plant.conversations.iter().enumerate() {
            let stream = index as u64 + 1;
            let Some(mut talk) = Talk::new(conversation, self.seed, stream) else { continue };
            let first = match conversation.start_ms {
                Some(start_ms) => i64::from(start_ms) * MILLISECOND,
                None => talk.jitter(i64::from(conversation.period_ms.min(20_000)) * MILLISECOND),
            };
            self.emitter.wake(start + first, self.actors.len());
            self.actors.push(Actor::Talk(index, Box::new(talk)));
        }
        for device in &self.plant.devices {
            for (number, name) in device.announces.iter().enumerate() {
                let Some(announcement) = protocols::announcement(name) else { continue };
                let stream = 1_000_000 + device.index as u64 * 64 + number as u64;
                let mut random = Random::new(self.seed, stream);
                let first = random.below(i64::from(announcement.period_s) * SECOND);
                self.emitter.wake(start + first, self.actors.len());
                self.actors.push(Actor::Announcer(device.index, announcement, random));
            }
        }
        for device in &self.plant.devices {
            if let Some(at) = self.past.arrival(device.since_h).filter(|at| *at > start && !device.absent) {
                self.emitter.wake(at, self.actors.len());
                self.actors.push(Actor::Arrival(device.index));
            }
        }
        for (index, event) in self.plant.events.iter().enumerate() {
            self.emitter.wake(start + i64::from(event.at_s) * SECOND, self.actors.len());
            self.actors.push(Actor::Event(index));
        }
    }

    fn wake(&mut self, time: i64, actor: usize) {
        self.values.advance(time);
        let Some(known) = self.actors.get_mut(actor) else { return };
        let mut stage = Stage { plant: &self.plant, values: &mut self.values, emitter: &mut self.emitter };
        let again = match known {
            Actor::Talk(index, talk) => wake_talk(&mut stage, &self.presence, &self.past, *index, talk, time),
            Actor::Announcer(device, announcement, random) => {
                if self.presence.get(*device) == Some(&Presence::Present) {
                    speak(&mut stage, *device, announcement, random, time);
                }
                let period = self.past.gap(time, i64::from(announcement.period_s) * SECOND, Hours::Always);
                Some(time + period + random.below(period / 50 + 1))
            }
            Actor::Event(index) => {
                self.events_run += 1;
                let random = (self.seed, 2_000_000 + self.events_run);
                let event = self.plant.events.get(*index);
                event.and_then(|event| events::run(&mut stage, &mut self.presence, event, random, time))
            }
            Actor::Arrival(device) => {
                self.events_run += 1;
                let random = (self.seed, 2_000_000 + self.events_run);
                events::arrive(&mut stage, &mut self.presence, *device, random, time);
                None
            }
            Actor::Step(event) => {
                self.events_run += 1;
                let random = (self.seed, 2_000_000 + self.events_run);
                events::run(&mut stage, &mut self.presence, event, random, time);
                None
            }
        };
        if let Some(again) = again {
            self.emitter.wake(again, actor);
        }
    }
}

fn wake_talk(
    stage: &mut Stage<'_>,
    presence: &[Presence],
    past: &Past,
    index: usize,
    talk: &mut Talk,
    time: i64,
) -> Option<i64> {
    let conversation = stage.plant.conversations.get(index)?;
    let of = |device: usize| presence.get(device).copied().unwrap_or(Presence::Absent);
    let period = i64::from(conversation.period_ms.max(1)) * MILLISECOND;
    let period = past.gap(time, period, conversation.hours);
    let is_silent = conversation.hours == Hours::Closing && !past.is_busy(time, Hours::Closing);
    let end = match (of(conversation.client), of(conversation.server)) {
        _ if is_silent => {
            talk.hang_up(stage, conversation, time);
            time + SECOND
        }
        // A controller that stopped still answers; it asks nobody.
        _ if stage.values.is_frozen(conversation.client) => time + SECOND,
        (Presence::Present, Presence::Present) => talk.round(stage, conversation, time),
        (Presence::Present, Presence::Silent) => {
            talk.unanswered(stage, conversation, time);
            time + SECOND
        }
        _ => {
            talk.forget();
            time + SECOND
        }
    };
    let jitter = (i64::from(conversation.jitter_ms) * MILLISECOND).max(past.jitter(time, period));
    let next = time + period + talk.jitter(jitter);
    Some(next.max(end + MILLISECOND / 2))
}

/// A device's announcement, sent at once.
pub(crate) fn speak(
    stage: &mut Stage<'_>,
    device: usize,
    announcement: &protocols::Announcement,
    random: &mut Random,
    time: i64,
) -> i64 {
    let plant = stage.plant;
    let Some(device) = plant.devices.get(device) else { return time };
    let mut script = Script::default();
    let mut turn = Turn {
        plant,
        client: device,
        server: device,
        unit: 0,
        period_us: 0,
        values: stage.values,
        random,
        time,
    };
    (announcement.say)(&mut turn, &mut script);
    announce(stage, device, &script, time)
}
