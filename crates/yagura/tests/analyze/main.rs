//! The program as its users meet it: captures in, a document, tables or a page out.

mod command_line;
mod common;
mod document;
mod names;
mod networks;
mod plant;
mod schema;
