//! What happened, kept for years: flows, commands, values and raw detections as Parquet files by the hour.
//!
//! The way of a row: [`Accumulate`] (pure) turns observations into rows that grow with what changes, not with the
//! poll rate; [`Writer`] appends their changes to a small log per open hour, so that a killed process loses at most
//! what it was not told to write yet, and turns each hour into one sorted Parquet file; [`History`] reads files and
//! open hours together, by typed scans that skip what cannot match. The list of files is the caller's ([`Catalogue`]),
//! and so is the decision what to delete.
//!
//! Times are microseconds since 1970 UTC and always come in as parameters. Nothing here panics on a damaged file: it
//! is named and left out.

mod accumulate;
mod catalogue;
mod cell;
mod error;
mod file;
mod filter;
mod hour;
mod json;
mod log;
mod maintain;
mod meta;
mod open;
mod place;
mod read;
mod recover;
mod row;
mod scan;
mod seal;
mod write;

pub use accumulate::{Accumulate, Change, Dropped, Known, Limits, Resolve};
pub use catalogue::{Catalogue, CatalogueError, CatalogueFuture, Entry};
pub use error::Error;
pub use filter::{Filter, Who};
pub use hour::{HOUR_US, Range};
pub use json::JsonCatalogue;
pub use maintain::Compaction;
pub use object_store::ObjectStore;
pub use place::files_in;
#[cfg(feature = "s3")]
pub use place::files_in_bucket;
pub use row::{CommandRow, DetectionRow, FlowRow, Kind, RowOf, ValueRow, Word};
pub use scan::{Cursor, History, Order, Page, Reading, Row};
pub use write::{Options, Report, Writer};
