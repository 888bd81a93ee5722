//! Folds observations into assets, links and their evidence.
//!
//! [`Model`] is a pure, single-writer state machine: it implements `facts::Sink`, reads no clock, performs no I/O
//! and does not panic. Every table is bounded ([`Limits`]) and what finds no room is counted ([`Overflow`]).
//! [`Model::inventory`] works out what the facts mean: which addresses are one machine and why, what each machine
//! is, where it stands. The same facts always give the same inventory.

mod address;
mod assemble;
mod flows;
mod fold;
mod infer;
mod inventory;
mod limits;
mod links;
mod merge;
mod presence;
mod realms;
mod records;
mod rows;
mod sink;
mod snapshot;
mod table;
mod talks;
mod text;

#[cfg(test)]
mod tests;

pub use address::Address;
pub use fold::Model;
pub use infer::{Hearing, Kind, Level, Standing, standing};
pub use inventory::{
    Account, Announcement, Asset, AssetId, AssetIndex, Claim, CommandRow, Failure, Field, Interface,
    InterfaceAddress, Inventory, Link, Marked, Module, Name, Network, Party, Service, Subnet, Variable, Zone,
};
pub use limits::{Limits, Overflow};
pub use links::ProtocolTotal;
pub use records::OwnedDatum;
pub use snapshot::RestoreError;
pub use text::decode_text;
