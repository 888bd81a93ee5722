//! Control data in SQL: plant structure, assets, register, access, audit, settings, deliveries and jobs.
//!
//! One code path with two back ends, chosen by a URL: a SQLite file, or a PostgreSQL server. What a function of this
//! crate has committed survives a killed process and a power cut. History rows never come here.
//!
//! Functions that change something take a [`Transaction`], so that a caller commits the change, its audit entry and
//! what follows from it together; functions that read take the [`Store`] or a transaction ([`Reader`]).
//! Nothing here reads a clock: times come in as [`Moment`].

pub mod access;
pub mod assets;
pub mod audit;
pub mod backup;
pub mod captures;
pub mod changes;
pub mod claims;
pub mod commissioning;
mod error;
mod fold;
pub mod history;
pub mod inspect;
pub mod jobs;
pub mod map;
mod migrate;
mod open;
mod page;
mod query;
mod record;
pub mod register;
pub mod risk;
pub mod sensors;
pub mod settings;
pub mod structure;
mod value;
pub mod views;
pub mod webhooks;

pub use error::{StoreError, Trouble};
pub use fold::fold;
pub use migrate::{VERSION, migrate_again, migrate_to, schema_of};
pub use open::{Options, Store};
pub use page::{Cursor, Limit, Page, ScopeFilter};
pub use query::{Reader, Transaction};
pub use value::{Json, Moment};
