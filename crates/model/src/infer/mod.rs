//! What the facts about a machine mean: small tables and pure functions, each answer with its reason.

pub(crate) mod fields;
mod hearing;
mod kind;
mod level;
pub(crate) mod nat;
pub(crate) mod networks;
mod standing;
mod text_clue;
pub(crate) mod vendor;
pub(crate) mod weights;

pub use hearing::Hearing;
pub(crate) use hearing::hearing;
pub use kind::Kind;
pub(crate) use kind::{Clue, Usage, kind, role_clue};
pub use level::Level;
pub(crate) use level::{level, level_of_subnets};
pub use standing::{Standing, standing};
pub(crate) use text_clue::text_clues;
