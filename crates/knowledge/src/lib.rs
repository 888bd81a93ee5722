//! What the field knows and no capture says: which vendor holds a hardware address prefix or a protocol's vendor number.
//!
//! The tables are embedded text, sorted, and searched in place: nothing is parsed or allocated at start.
//! Where each comes from stands in `data/README.md`.

pub mod advisory;
mod description;
mod oui;
mod table;
mod vendors;

pub use description::{Description, description};
pub use oui::{is_virtual_machine, mac_vendor};
pub use vendors::{bacnet_vendor, cip_vendor, profinet_vendor, vendor_in_text, vendor_name};
