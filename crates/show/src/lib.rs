//! What people and programs see of the model: the analysis document, tables for a terminal, one HTML page.

mod document;
mod html;
mod serve;
mod table;
mod time;

pub use document::{Capture, SCHEMA, schema, write_document};
pub use html::page;
pub use serve::{Published, bind, serve};
pub use table::write_tables;
pub use time::utc;
