//! Risk as an index that can be opened down to its inputs.
//!
//! The way through: [`Inputs`] hold the facts; [`Plant::new`] sorts them once; [`assess`] gives each asset its [`Assessment`],
//! whose terms re-add to its number ([`readd`]); [`Snapshot::take`] keeps a day, with bands that do not flap; [`tiles`], [`cells`]
//! and [`groups`] count snapshots; [`reasons`] says why one day differs from another; [`Ranked`] paths lead to critical assets;
//! [`lowers_this`] and [`lowers_most`] apply actions to a copy. Section numbers in the comments are those of the risk model.

mod action;
mod aggregate;
mod assess;
mod evidence;
mod impact;
mod inputs;
mod method;
mod network;
mod own;
mod passage;
mod paths;
mod plant;
mod reach;
mod reasons;
mod search;
mod snapshot;
mod sum;
mod tables;
mod term;
mod tiles;
mod ways;
mod whatif;

pub use action::{Action, CostClass, candidates};
pub use aggregate::{Group, Posture, PostureGrade, PostureInputs, groups, posture};
pub use assess::{assess, reassess};
pub use evidence::{
    Alert, AlertState, Control, ControlKind, Finding, FindingKind, Grade, Weakness, WeaknessState,
};
pub use impact::{Consequence, Impact, Origin};
pub use inputs::{Asset, Decided, Inputs, NoService, Reference, Role, Service};
pub use method::{Band, Class, FORMULA, Level, Matrix, Method, NotMonotone, score};
pub use network::{Boundary, Broker, Link, Passage, Verdict, Zone};
pub use own::{TERMS_MAX, UNKNOWNS_MAX};
pub use passage::{Crossing, PassageState};
pub use paths::{Chokes, Hop, Paths, Ranked, Start, TARGETS_MAX, paths};
pub use plant::{Plant, forecast};
pub use reach::Reach;
pub use reasons::{Reason, ReasonKind, reasons};
pub use search::{HOPS_MAX, PATHS_MAX};
pub use snapshot::{Snapshot, recalculated};
pub use tables::{CRITICAL_IMPACT, threat};
pub use term::{Applied, Assessment, Basis, Spread, Sum, Term, TermKind, Unknown, readd};
pub use tiles::{Cell, Change, Tiles, cells, change, tiles};
pub use whatif::{Effect, Shift, lowers_most, lowers_this, what_if};
