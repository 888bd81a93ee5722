//! The program as its users meet it: captures in, a document, tables or a page out.

#[cfg(test)]
mod command_line;
#[cfg(test)]
mod common;
#[cfg(test)]
mod document;
#[cfg(test)]
mod names;
#[cfg(test)]
mod networks;
#[cfg(test)]
mod plant;
#[cfg(test)]
mod schema;
