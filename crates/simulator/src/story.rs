//! The story that the plant plays on demand: chapters in their order, each with steps that happen in the plant. It acts
//! on the simulated machines and on nothing else.

use wire::Time;

use crate::engine::Simulator;
use crate::net::emitter::SECOND;
use crate::plant::Chapter;

/// What somebody wants of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Go on, chapter after chapter, to the end; from there, take everything back and begin anew.
    Play,
    /// Stand still; the plant goes on.
    Pause,
    /// Begin the next chapter. What is left of this one happens at once, for the next builds on it.
    Next,
    /// Take this chapter back, as far as that is possible, and begin it again.
    Repeat,
}

impl Deed {
    /// The deed of this word: `play`, `pause`, `next` or `repeat`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "play" => Some(Self::Play),
            "pause" => Some(Self::Pause),
            "next" => Some(Self::Next),
            "repeat" => Some(Self::Repeat),
            _ => None,
        }
    }
}

/// How the story stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It waits for somebody.
    Paused,
    /// It plays.
    Playing,
    /// All chapters were played.
    Ended,
}

impl Mode {
    /// `paused`, `playing` or `ended`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Playing => "playing",
            Self::Ended => "ended",
        }
    }
}

/// Where the story stands. Pure: the caller tells the time.
#[derive(Debug)]
pub struct Story {
    chapter: usize,
    /// Nanoseconds of the chapter that were played.
    played: i64,
    steps_done: usize,
    mode: Mode,
    /// Whether the next chapter follows by itself.
    goes_on: bool,
    time: Time,
}

impl Story {
    /// Before the first chapter, standing still.
    #[must_use]
    pub fn new(now: Time) -> Self {
        Self { chapter: 0, played: 0, steps_done: 0, mode: Mode::Paused, goes_on: false, time: now }
    }

    /// Number of the chapter, from 0.
    #[must_use]
    pub fn chapter(&self) -> usize {
        self.chapter
    }

    /// Whole seconds of it that were played.
    #[must_use]
    pub fn played_s(&self) -> u32 {
        u32::try_from(self.played / SECOND).unwrap_or(u32::MAX)
    }

    /// How it stands.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Does what somebody wants; what follows from it happens in the plant with the next [`Self::advance`].
    pub fn act(&mut self, deed: Deed, simulator: &mut Simulator) {
        match deed {
            Deed::Play => {
                if self.mode == Mode::Ended {
                    let chapters = chapters(simulator).iter().rev();
                    let undo: Vec<_> = chapters.flat_map(|chapter| chapter.undo.clone()).collect();
                    simulator.play(&undo);
                    (self.chapter, self.played, self.steps_done) = (0, 0, 0);
                }
                (self.mode, self.goes_on) = (Mode::Playing, true);
            }
            Deed::Pause if self.mode == Mode::Playing => self.mode = Mode::Paused,
            Deed::Pause => {}
            Deed::Next => {
                self.steps(simulator, i64::MAX);
                self.turn_over(simulator);
                self.goes_on &= self.mode == Mode::Playing;
                self.mode = if self.mode == Mode::Ended { Mode::Ended } else { Mode::Playing };
            }
            Deed::Repeat => {
                if let Some(chapter) = chapters(simulator).get(self.chapter).cloned() {
                    simulator.play(&chapter.undo);
                }
                (self.played, self.steps_done, self.mode) = (0, 0, Mode::Playing);
            }
        }
    }

    /// Lets the story go on to `now`, up to where the simulation has been run.
    pub fn advance(&mut self, simulator: &mut Simulator, now: Time) {
        let passed = now.since(self.time).max(0);
        self.time = now;
        if self.mode != Mode::Playing {
            return;
        }
        self.played += passed;
        self.steps(simulator, self.played);
        let seconds = chapters(simulator).get(self.chapter).map_or(0, |chapter| chapter.seconds);
        if self.played >= i64::from(seconds) * SECOND {
            match self.goes_on {
                true => self.turn_over(simulator),
                false => self.mode = self.rest(simulator),
            }
        }
    }

    /// Lets every step happen that is due when so much of the chapter was played.
    fn steps(&mut self, simulator: &mut Simulator, played: i64) {
        let Some(chapter) = chapters(simulator).get(self.chapter) else { return };
        let due = chapter.steps.iter().take_while(|step| i64::from(step.at_s) * SECOND <= played).count();
        let steps = chapter.steps.get(self.steps_done..due).unwrap_or_default().to_vec();
        self.steps_done = self.steps_done.max(due);
        simulator.play(&steps);
    }

    fn turn_over(&mut self, simulator: &Simulator) {
        if self.chapter + 1 < chapters(simulator).len() {
            (self.chapter, self.played, self.steps_done) = (self.chapter + 1, 0, 0);
        } else {
            self.mode = Mode::Ended;
        }
    }

    /// How a story stands whose chapter is over and that does not go on by itself.
    fn rest(&self, simulator: &Simulator) -> Mode {
        if self.chapter + 1 < chapters(simulator).len() { Mode::Paused } else { Mode::Ended }
    }
}

fn chapters(simulator: &Simulator) -> &[Chapter] {
    simulator.plant().chapters()
}
