//! Where to listen next: which switch or port a mirror should take in so that machines that are not heard, or only
//! half heard, are heard.
//!
//! A mirror shows only frames that cross its ports. At which switch a machine stands is known where people wrote it
//! down, or, less surely, where a subnet holds one switch that announces itself (LLDP, CDP). Nothing else is
//! guessed: what cannot be told is listed with the reason.

mod named;
#[cfg(test)]
mod tests;

use facts::id::AssetUid;
use named::{Named, Names};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

pub use named::same_port;

/// Letters of a text of a machine or a person that are looked at.
const LETTERS_MAX: usize = 120;
/// Ports and chassis names of one switch at most: one that announces ever new ones must not fill the memory.
const ANNOUNCED_MAX: usize = 64;

/// A machine as it is heard, and what people say of its place.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Whose. A machine that people expect and nobody heard has no asset: the id of its row stands here.
    pub asset: AssetUid,
    /// Its names and addresses; the first that says something is shown.
    pub names: Vec<String>,
    /// Whether it is a switch, by what is known of it.
    pub is_switch: bool,
    /// Whether it is not heard in both directions.
    pub is_half_heard: bool,
    /// Switch and port as people wrote them down, empty where nobody did.
    pub switch_port: String,
}

/// How a machine named itself and one of its ports to its neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Who.
    pub asset: AssetUid,
    /// Its chassis, as sent.
    pub chassis: String,
    /// The port through which it was sent, as sent.
    pub port: String,
}

/// A subnet and who stands in it.
#[derive(Clone, Debug)]
pub struct Segment {
    /// How it is written.
    pub name: String,
    /// Its machines.
    pub assets: Vec<AssetUid>,
}

/// From what it is known that a machine stands at a switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// People wrote it down, in these words.
    Said(String),
    /// It stands in this subnet, and there is no other switch in it: likely, not certain.
    OnlySwitch(String),
}

/// A machine that would be heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gain {
    /// Which.
    pub asset: AssetUid,
    /// The port at which it stands, where people wrote it down.
    pub port: Option<String>,
    /// Whether the switch was heard announcing that very port: then a mirror takes the port in already, and what
    /// comes out of the machine is missing.
    pub is_port_heard: bool,
    /// Why there.
    pub basis: Basis,
}

/// A switch that a mirror should take in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The switch; `None` for one that is only written down and never was heard.
    pub switch: Option<AssetUid>,
    /// Its name as shown.
    pub name: String,
    /// How it names its chassis, in their order.
    pub chassis: Vec<String>,
    /// Ports whose announcements were heard: a mirror takes them in already.
    pub heard_ports: Vec<String>,
    /// Machines at it that are not heard, or only half; those written down first.
    pub gains: Vec<Gain>,
    /// Machines written down at it that are heard in both directions already.
    pub heard_well: Vec<AssetUid>,
}

/// Why it cannot be told where a machine stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Untold {
    /// Nobody wrote it down, and no switch that announces itself stands in its subnet.
    NoData,
    /// Nobody wrote it down, and several switches stand in its subnet.
    SeveralSwitches,
    /// What is written down names several switches.
    Ambiguous,
    /// What is written down names a port, and no switch.
    OnlyPort,
}

impl Untold {
    /// Stable word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoData => "no-data",
            Self::SeveralSwitches => "several-switches",
            Self::Ambiguous => "ambiguous",
            Self::OnlyPort => "only-port",
        }
    }
}

/// What follows from the neighbour data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advice {
    /// Switches, the one that adds most first; those written down count before those supposed.
    pub proposals: Vec<Proposal>,
    /// Machines that are not heard, or only half, and of which nobody can tell where they stand.
    pub untold: Vec<(AssetUid, Untold)>,
}

/// Which switch a machine stands at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Spot {
    Known(AssetUid),
    /// Folded name of a switch that was never heard.
    Written(String),
}

/// Works out where to listen next. The same facts in any order give the same answer.
#[must_use]
pub fn advise(machines: &[Machine], announcements: &[Announcement], segments: &[Segment]) -> Advice {
    let known: BTreeMap<AssetUid, &Machine> =
        machines.iter().map(|machine| (machine.asset, machine)).collect();
    let announced = by_asset(announcements, &known);
    let names = Names::new(known.values().copied(), &announced);
    let only_switch = only_switches(segments, &known, &announced);
    let mut spots: BTreeMap<Spot, Proposal> = BTreeMap::new();
    let mut advice = Advice::default();
    for machine in known.values() {
        let (spot, name, port, basis) = match place(machine, &names, &only_switch) {
            Ok(place) => place,
            Err(why) if machine.is_half_heard => {
                advice.untold.push((machine.asset, why));
                continue;
            }
            Err(_) => continue,
        };
        let proposal = spots.entry(spot.clone()).or_insert_with(|| proposal(&spot, name, &known, &announced));
        if machine.is_half_heard {
            let is_port_heard = port
                .as_ref()
                .is_some_and(|port| proposal.heard_ports.iter().any(|heard| same_port(port, heard)));
            proposal.gains.push(Gain { asset: machine.asset, port, is_port_heard, basis });
        } else if matches!(basis, Basis::Said(_)) {
            proposal.heard_well.push(machine.asset);
        }
    }
    advice.proposals = spots.into_values().filter(|proposal| !proposal.gains.is_empty()).collect();
    for proposal in &mut advice.proposals {
        proposal.gains.sort_by_key(|gain| (!matches!(gain.basis, Basis::Said(_)), gain.asset));
    }
    rank(&mut advice.proposals);
    advice
}

/// Puts the switch that adds most first; what people wrote down counts before what is supposed.
pub fn rank(proposals: &mut [Proposal]) {
    proposals.sort_by_cached_key(|proposal| {
        let said = proposal.gains.iter().filter(|gain| matches!(gain.basis, Basis::Said(_))).count();
        let order = (core::cmp::Reverse(said), core::cmp::Reverse(proposal.gains.len()));
        (order, proposal.name.clone(), proposal.switch)
    });
}

type Place = (Spot, String, Option<String>, Basis);

fn place(
    machine: &Machine,
    names: &Names,
    only_switch: &HashMap<AssetUid, Result<(AssetUid, &str), Untold>>,
) -> Result<Place, Untold> {
    let said = shown(&machine.switch_port);
    let supposed = || match only_switch.get(&machine.asset) {
        Some(Ok((switch, segment))) => Ok((*switch, Basis::OnlySwitch((*segment).to_owned()))),
        Some(Err(why)) => Err(*why),
        None => Err(Untold::NoData),
    };
    match names.find(&said, machine.asset) {
        Named::Switch(switch, port) => Ok((Spot::Known(switch), String::new(), port, Basis::Said(said))),
        Named::Unknown(name, port) => Ok((Spot::Written(crate::fold(&name)), name, port, Basis::Said(said))),
        Named::Ambiguous => Err(Untold::Ambiguous),
        Named::Port => supposed()
            .map(|(switch, basis)| (Spot::Known(switch), String::new(), Some(said.clone()), basis))
            .map_err(|_| Untold::OnlyPort),
        // Where a machine that is heard well stands is asked of people only.
        Named::Nothing if !machine.is_half_heard => Err(Untold::NoData),
        Named::Nothing => supposed().map(|(switch, basis)| (Spot::Known(switch), String::new(), None, basis)),
    }
}

fn proposal(
    spot: &Spot,
    name: String,
    known: &BTreeMap<AssetUid, &Machine>,
    announced: &HashMap<AssetUid, Announced>,
) -> Proposal {
    let (gains, heard_well) = (Vec::new(), Vec::new());
    let Spot::Known(switch) = spot else {
        return Proposal { switch: None, name, chassis: vec![], heard_ports: vec![], gains, heard_well };
    };
    let said = announced.get(switch).cloned().unwrap_or_default();
    let mut names = known.get(switch).into_iter().flat_map(|machine| &machine.names);
    let name = names.find(|name| !name.trim().is_empty()).map(|name| shown(name)).unwrap_or_default();
    let (chassis, heard_ports) = (said.chassis.into_iter().collect(), said.ports.into_iter().collect());
    Proposal { switch: Some(*switch), name, chassis, heard_ports, gains, heard_well }
}

/// What a machine told its neighbours.
#[derive(Clone, Debug, Default)]
struct Announced {
    chassis: BTreeSet<String>,
    ports: BTreeSet<String>,
}

fn by_asset(
    announcements: &[Announcement],
    known: &BTreeMap<AssetUid, &Machine>,
) -> HashMap<AssetUid, Announced> {
    let mut announced: HashMap<AssetUid, Announced> = HashMap::new();
    let add = |texts: &mut BTreeSet<String>, text: &str| {
        let text = shown(text);
        if !text.is_empty() {
            texts.insert(text);
        }
        // The first in their order stay, whatever came first.
        if texts.len() > ANNOUNCED_MAX {
            texts.pop_last();
        }
    };
    for told in announcements.iter().filter(|told| known.contains_key(&told.asset)) {
        let entry = announced.entry(told.asset).or_default();
        add(&mut entry.chassis, &told.chassis);
        add(&mut entry.ports, &told.port);
    }
    announced
}

/// The one switch of each machine's subnets, or why there is none.
fn only_switches<'s>(
    segments: &'s [Segment],
    known: &BTreeMap<AssetUid, &Machine>,
    announced: &HashMap<AssetUid, Announced>,
) -> HashMap<AssetUid, Result<(AssetUid, &'s str), Untold>> {
    let mut found: HashMap<AssetUid, Result<(AssetUid, &str), Untold>> = HashMap::new();
    for segment in segments {
        let is_switch = |asset: &&AssetUid| known.get(*asset).is_some_and(|machine| machine.is_switch);
        let switches: HashSet<AssetUid> = segment.assets.iter().filter(is_switch).copied().collect();
        let mut all = switches.iter();
        let here = match (all.next(), all.next()) {
            (Some(_), Some(_)) => Err(Untold::SeveralSwitches),
            (Some(switch), None) if announced.contains_key(switch) => Ok((*switch, segment.name.as_str())),
            _ => Err(Untold::NoData),
        };
        for asset in segment.assets.iter().filter(|asset| !switches.contains(*asset)) {
            let entry = found.entry(*asset).or_insert(here);
            *entry = match (*entry, here) {
                (Ok((one, name)), Ok((other, further))) if one == other => Ok((one, name.min(further))),
                (Ok(_), Ok(_)) | (Err(Untold::SeveralSwitches), _) | (_, Err(Untold::SeveralSwitches)) => {
                    Err(Untold::SeveralSwitches)
                }
                (Ok(told), _) | (_, Ok(told)) => Ok(told),
                _ => Err(Untold::NoData),
            };
        }
    }
    found
}

/// A text as it may be shown: on one line, short, without characters that hide or turn others.
fn shown(text: &str) -> String {
    let is_hidden = |letter: char| matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let plain = text.chars().filter(|letter| !is_hidden(*letter)).take(LETTERS_MAX);
    let plain: String = plain.map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
