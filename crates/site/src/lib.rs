//! The server of one plant: it connects the stages, keeps what they learn, and serves it.
//!
//! Two threads of duty: one folds observations into the model and is the only one that changes it; the others write
//! what is new into the stores and answer requests. A request never waits for the folding, nor the folding for a disk
//! that is full or a database that is locked.

pub mod backup;
mod backups;
mod catalogue;
mod certificates;
mod clock;
mod first;
mod fold;
mod folders;
mod furnish;
mod heads;
pub mod host;
pub mod identity;
mod imported;
mod judging;
mod keeper;
mod lock;
mod mirrors;
mod project;
mod reader;
mod readings;
mod reload;
mod remote;
mod retention;
mod run;
mod settings;
pub mod support;
mod tasks;
mod uploads;
mod view;

pub use certificates::local as local_certificate;
pub use first::{FirstError, sensor_id};
pub use folders::WatchedFolder;
pub use furnish::People;
pub use imported::{import_certificate, imported_certificate};
pub use keeper::Keeper;
pub use lock::{FolderLock, lock};
pub use reload::Reload;
pub use remote::Entrance as SensorEntrance;
pub use run::run;
pub use settings::{Entrance, Figures, HostSettings, Settings, SiteError};
pub use show::api::Keeping;
pub use store::settings::Retention;
