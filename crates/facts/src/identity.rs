//! Identity: what a device says about itself or another.

use crate::Part;
use core::net::IpAddr;
use wire::{Mac, Text};

/// Of whom something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The sender of the message.
    Sender,
    /// The receiver of the message.
    Receiver,
    /// The side that asked.
    Client,
    /// The side that offers the service.
    Server,
    /// The machine with this hardware address in the same network.
    Mac(Mac),
    /// The machine with this IP address in the same network.
    Ip(IpAddr),
}

/// One identity value as the device said it.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    /// Of whom.
    pub subject: Subject,
    /// Of which part of it.
    pub part: Part,
    /// What it tells; `Property::Other` for values that only stand as evidence.
    pub property: Property,
    /// The project's stable name of the source field, without the protocol: `device-id.product-code`.
    pub key: &'static str,
    /// The value.
    pub value: Text<'a>,
}

/// What an identity value tells about an asset. A value's weight is decided in `model`, by protocol and key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Property {
    /// The machine's own name (host name, station name, tag name).
    Name,
    /// Manufacturer.
    Vendor,
    /// Product name or model designation.
    Model,
    /// Order number or catalogue number.
    OrderNumber,
    /// Firmware version.
    Firmware,
    /// Hardware version or revision.
    Hardware,
    /// Serial number.
    Serial,
    /// Operating system with version.
    OperatingSystem,
    /// Application software with version (server banner, client agent).
    Software,
    /// Where it says it stands.
    Location,
    /// Whom it says to ask.
    Contact,
    /// Domain, workgroup or plant it says it belongs to.
    Domain,
    /// A free description that holds several of the above.
    Description,
    /// A number that is its address inside a protocol (device instance, station address, net id).
    Address,
    /// A fingerprint (JA3, JA4, certificate hash).
    Fingerprint,
    /// Evidence that fills no field.
    Other,
}
