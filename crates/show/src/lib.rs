//! What people and programs see of the model: the analysis document, tables for a terminal, one HTML page.

pub mod api;
mod console;
mod document;
mod html;
mod metrics_server;
pub mod server;
mod table;
mod time;
pub mod webhook_worker;

pub use document::{Capture, SCHEMA, asset_document, is_heard, schema, write_document};
pub use html::page;
pub use metrics_server::serve_metrics;
pub use table::write_tables;
pub use time::{utc, utc_us};
