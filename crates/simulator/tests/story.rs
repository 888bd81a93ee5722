//! The story of the demo: what the plant does when its chapters are played, paused, passed over and repeated.

#![expect(clippy::expect_used, reason = "a test may fail loudly in what its cases share")]

use simulator::{Deed, Mode, Simulator, Story};
use wire::{Mac, Time};

const SECOND: i64 = 1_000_000_000;
/// 2026-04-01T00:00:00Z.
const START: Time = Time(1_775_001_600 * SECOND);
const LAPTOP: Mac = Mac([0xf8, 0x75, 0xa4, 0x70, 0x00, 0xa7]);

/// The demo's plant and its story, second by second.
struct Stage {
    simulator: Simulator,
    story: Story,
    seconds: i64,
}

impl Stage {
    fn new() -> Self {
        let simulator = Simulator::new(simulator::demo().expect("the demo plant"), 1, START);
        Self { simulator, story: Story::new(START), seconds: 0 }
    }

    /// Lets seconds pass; what the laptop sent in them.
    fn sent(&mut self, seconds: i64) -> Vec<Vec<u8>> {
        let mut sent = Vec::new();
        for _ in 0..seconds {
            self.seconds += 1;
            let now = Time(START.0 + self.seconds * SECOND);
            self.simulator.run_until(now, |frame| {
                if frame.bytes.get(6..12) == Some(LAPTOP.0.as_slice()) {
                    sent.push(frame.bytes.to_vec());
                }
            });
            self.story.advance(&mut self.simulator, now);
        }
        sent
    }

    /// The same, as a number.
    fn pass(&mut self, seconds: i64) -> usize {
        self.sent(seconds).len()
    }

    fn act(&mut self, deed: Deed) {
        self.story.act(deed, &mut self.simulator);
    }

    fn stands(&self) -> (usize, Mode) {
        (self.story.chapter(), self.story.mode())
    }
}

#[test]
fn all_chapters_fit_five_minutes_and_play_to_the_end() {
    let plant = simulator::demo().expect("the demo plant");
    let keys: Vec<&str> = plant.chapters().iter().map(|chapter| chapter.key.as_str()).collect();
    assert_eq!(keys, ["runs", "laptop", "scan", "program", "stop", "know"]);
    let seconds: i64 = plant.chapters().iter().map(|chapter| i64::from(chapter.seconds)).sum();
    assert!(seconds <= 300, "{seconds}");
    let mut stage = Stage::new();
    assert_eq!(stage.pass(30), 0, "nothing happens by itself");
    stage.act(Deed::Play);
    assert!(stage.pass(seconds - 1) > 100);
    assert_eq!(stage.stands(), (5, Mode::Playing));
    stage.pass(2);
    assert_eq!(stage.stands(), (5, Mode::Ended));
    stage.act(Deed::Play);
    stage.pass(5);
    assert_eq!((stage.stands(), stage.pass(10)), ((0, Mode::Playing), 0), "all is as before");
}

#[test]
fn next_begins_a_chapter_and_the_story_waits_behind_it() {
    let mut stage = Stage::new();
    stage.pass(5);
    stage.act(Deed::Next);
    assert_eq!(stage.stands(), (1, Mode::Playing));
    assert!(stage.pass(10) > 0, "the laptop is plugged in");
    stage.pass(30);
    assert_eq!(stage.stands(), (1, Mode::Paused));
    stage.act(Deed::Next);
    stage.act(Deed::Next);
    assert_eq!(stage.stands(), (3, Mode::Playing));
    assert!(stage.pass(5) > 50, "what was passed over happened all the same: the scan");
}

#[test]
fn a_pause_holds_the_story_and_not_the_plant() {
    let mut stage = Stage::new();
    stage.act(Deed::Play);
    stage.pass(10);
    stage.act(Deed::Pause);
    assert_eq!(stage.pass(60), 0);
    assert_eq!((stage.stands(), stage.story.played_s()), ((0, Mode::Paused), 10));
    stage.act(Deed::Play);
    stage.pass(30);
    assert_eq!(stage.stands(), (1, Mode::Playing));
}

#[test]
fn a_repeated_chapter_happens_again() {
    let mut stage = Stage::new();
    stage.act(Deed::Next);
    assert!(stage.pass(20) > 0);
    stage.act(Deed::Repeat);
    assert_eq!((stage.stands(), stage.story.played_s()), ((1, Mode::Playing), 0));
    stage.pass(1);
    assert!(stage.pass(10) > 0, "it is unplugged and plugged in again");
}

#[test]
fn the_unknown_laptop_asks_for_an_address_like_any_other() {
    let mut stage = Stage::new();
    stage.act(Deed::Next);
    let sent = stage.sent(20);
    // Behind the Ethernet header with its tag: nobody's address, to everybody.
    assert_eq!(sent[0][18 + 12..18 + 20], [0, 0, 0, 0, 255, 255, 255, 255]);
}
