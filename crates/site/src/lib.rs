//! The server of one plant: it connects the stages, keeps what they learn, and serves it.
//!
//! Two threads of duty: one folds observations into the model and is the only one that changes it; the others write
//! what is new into the stores and answer requests. A request never waits for the folding, nor the folding for a disk
//! that is full or a database that is locked.

pub mod identity;

mod certificates;
mod first;
mod fold;
mod heads;
mod keeper;
mod mirrors;
mod project;
mod remote;
mod run;
mod tasks;
mod uploads;
mod view;

pub use certificates::local as local_certificate;
pub use first::{FirstError, sensor_id};
pub use keeper::Keeper;
pub use remote::Entrance as SensorEntrance;
pub use run::{Entrance, Settings, SiteError, run};
