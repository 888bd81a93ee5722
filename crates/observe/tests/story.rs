//! The chapters of the demo's story, as the pipeline understands them: who did what to whom, and what stands still.

use facts::{Datum, FlowSummary, Heard, NetworkId, Observation, Phase, Seen, Sink, Target, Verb};
use observe::{Limits, Pipeline};
use simulator::{Deed, Simulator, Story};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use wire::{Mac, Time};

const SECOND: i64 = 1_000_000_000;
const LAPTOP: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 10, 70, 167));
const MAINTENANCE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 10, 70, 99));
const LINE1: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 11));
/// The controller of line 2 as it is seen outside of its firewall.
const LINE2: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 10, 70, 112));

/// What was understood of one chapter.
#[derive(Default)]
struct Told {
    /// Requests: who, whom, verb.
    commands: BTreeSet<(IpAddr, IpAddr, &'static str)>,
    /// Servers that the laptop tried to reach.
    tried: BTreeSet<IpAddr>,
    heard: BTreeSet<IpAddr>,
    /// Different values of each word of the controller of line 2.
    values: BTreeMap<u32, BTreeSet<u64>>,
}

impl Sink for Told {
    fn observation(&mut self, seen: &Seen, observation: &Observation<'_>) {
        let (Some(source), Some(destination)) = (seen.source.ip, seen.destination.ip) else { return };
        match observation {
            Observation::Command(command) if command.phase == Phase::Request => {
                self.commands.insert((source, destination, command.verb.name()));
            }
            Observation::Value(value) if source == LINE2 => {
                if let (Target::Range { space: "D", first, .. }, Datum::UInt(word)) =
                    (value.target, value.datum)
                {
                    self.values.entry(first).or_default().insert(word);
                }
            }
            _ => {}
        }
    }

    fn presence(&mut self, _: &facts::Presence) {}

    fn heard(&mut self, heard: &Heard) {
        self.heard.extend(heard.ip);
    }

    fn flow(&mut self, summary: &FlowSummary<'_>) {
        if summary.client.ip == Some(LAPTOP) {
            self.tried.extend(summary.server.ip);
        }
    }

    fn forwarded(&mut self, _: NetworkId, _: Mac, _: Mac) {}
    fn same_network(&mut self, _: NetworkId, _: NetworkId) {}
}

/// What was understood of each chapter, by its key, while the story played at its normal speed.
fn played(plant: simulator::Plant) -> BTreeMap<String, Told> {
    let mut simulator = Simulator::new(plant, 5, Time(0));
    let mut story = Story::new(Time(0));
    let mut pipeline = Pipeline::new(Limits { flows: 16_384, stations: 0 });
    let keys: Vec<(String, i64)> = simulator
        .plant()
        .chapters()
        .iter()
        .map(|chapter| (chapter.key.clone(), chapter.seconds.into()))
        .collect();
    story.act(Deed::Play, &mut simulator);
    let (mut second, mut told) = (0, BTreeMap::new());
    for (key, seconds) in keys {
        let mut chapter = Told::default();
        for _ in 0..seconds {
            second += 1;
            let now = Time(second * SECOND);
            simulator.run_until(now, |frame| pipeline.frame(&frame, &mut chapter));
            story.advance(&mut simulator, now);
        }
        pipeline.account(&mut chapter);
        told.insert(key, chapter);
    }
    told
}

#[test]
fn each_chapter_shows_what_it_says() {
    let told = played(simulator::demo().expect("the demo plant"));
    let of = |key: &str| told.get(key).expect("the chapter");
    let verb = Verb::name;
    let programs = |key: &str| -> Vec<_> {
        let all = of(key).commands.iter();
        all.filter(|(.., did)| *did == verb(Verb::DownloadProgram))
            .map(|(who, whom, _)| (*who, *whom))
            .collect()
    };

    assert!(!of("runs").heard.contains(&LAPTOP), "the plant runs without it");
    assert!(programs("runs").is_empty());
    assert!(of("laptop").heard.contains(&LAPTOP), "it joins");

    let outside = (10, 10, 70);
    let behind: Vec<_> = of("scan").tried.iter().collect();
    assert!(behind.len() >= 5, "it reaches machines of line 2: {behind:?}");
    assert!(behind.iter().any(|ip| matches!(ip, IpAddr::V4(ip) if {
        let [a, b, c, _] = ip.octets();
        (a, b, c) == outside
    })));
    assert!(of("scan").commands.contains(&(LAPTOP, LINE2, verb(Verb::Identify))));

    let programs = programs("program");
    assert!(programs.contains(&(MAINTENANCE, LINE1)), "{programs:?}");
    assert!(programs.contains(&(LAPTOP, LINE2)), "{programs:?}");

    assert!(of("stop").commands.contains(&(LAPTOP, LINE2, verb(Verb::Stop))));
    let moving = |key: &str| of(key).values.values().filter(|values| values.len() > 3).count();
    assert!(
        moving("runs") > 10 && moving("stop") == 0,
        "{} moved, {} still do",
        moving("runs"),
        moving("stop")
    );

    let asked =
        of("know").commands.iter().filter(|(_, whom, did)| *whom == LINE2 && *did == verb(Verb::Identify));
    assert_eq!(asked.count(), 1, "the engineer asks the controller, and nobody else does");
}
