//! What is publicly known about weaknesses of products, and which device it is about.
//!
//! Plain values: the readers of source formats fill them, a bundle carries them, the matcher and the risk engine read
//! them. Nothing here asks a clock, a file or the network. Every list has a limit ([`limits`]); what is cut is told.

mod cpe;
mod csaf;
mod expand;
mod index;
mod library;
pub mod limits;
mod makers;
mod matching;
mod names;
mod pattern;
mod remedies;
mod side;
mod spoken;
mod systems;
mod types;
mod version;
mod version_key;
mod version_text;
mod words;

pub use csaf::{Defect, read_csaf};
pub use index::Index;
pub use library::{About, Beside, Library, PartAbout};
pub use makers::same_maker;
pub use matching::{Grade, Known, Match, matches, matches_known, matches_of_all};

pub use side::{EndOfLife, Epss, Exploited, Ssvc};
pub use spoken::Spoken;
pub use systems::system_cpes;
pub use types::{
    Advisory, Affected, Cvss, CvssVersion, Fixed, Flag, Helpers, Kind, Note, Reference, Relation,
    Remediation, RemediationKind, Score, State, Status, Threat, ThreatKind, Vulnerability,
};
pub use version::{Bound, Constraint, Range, Version};
