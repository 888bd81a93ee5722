//! The analysis document, a public interface versioned by its `schema`: additive changes only.
//!
//! The types here are the interface and apart from the model's. Flows and commands, of which there may be a million,
//! are written one at a time.

mod asset;
mod capture;
mod rows;
mod schema;

pub(crate) use asset::part;
pub use asset::{asset_document, is_heard};
pub use capture::Capture;
pub use schema::schema;

use model::Inventory;
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::io::{self, Write};

/// Name and version of the document's form.
pub const SCHEMA: &str = "yagura.analysis/1";

/// Writes the document for what was read from `captures`.
pub fn write_document(
    out: &mut impl Write,
    captures: &[Capture],
    inventory: &Inventory<'_>,
) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Document { captures, inventory })?;
    out.write_all(b"\n")
}

struct Document<'a> {
    captures: &'a [Capture],
    inventory: &'a Inventory<'a>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inventory = self.inventory;
        let heard = || inventory.assets.iter().filter(|asset| asset::heard(asset));
        let mentioned = || inventory.assets.iter().filter(|asset| !asset::heard(asset));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", SCHEMA)?;
        map.serialize_entry("captures", self.captures)?;
        map.serialize_entry("protocols", &Rows(|| inventory.protocols.iter().map(rows::Protocol::from)))?;
        map.serialize_entry("assets", &Rows(|| heard().map(|asset| asset::Asset::new(asset, inventory))))?;
        map.serialize_entry(
            "mentioned",
            &Rows(|| mentioned().map(|asset| asset::Mentioned::new(asset, inventory))),
        )?;
        let links = || inventory.links().filter(|link| link.protocol != "unknown" || link.established);
        map.serialize_entry("flows", &Rows(|| links().map(|link| rows::Flow::new(&link))))?;
        map.serialize_entry("commands", &Rows(|| inventory.commands().map(|row| rows::Command::new(&row))))?;
        map.serialize_entry("failures", &Rows(|| inventory.failures.iter().map(rows::Failure::new)))?;
        map.serialize_entry("accounts", &Rows(|| inventory.accounts.iter().map(rows::Account::new)))?;
        map.serialize_entry("networks", &Rows(|| inventory.networks.iter().map(rows::Network::new)))?;
        map.serialize_entry("overflow", &rows::overflow(&inventory.overflow))?;
        map.end()
    }
}

/// A list that is made while it is written.
struct Rows<F>(F);

impl<F, I> Serialize for Rows<F>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
