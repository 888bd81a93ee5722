//! The kinds of observation.

use crate::{Command, Identity, Part, Subject, Target};
use core::net::IpAddr;
use wire::{Mac, Malformed, Text};

/// What happened in the plant.
#[derive(Clone, Copy, Debug)]
pub enum Observation<'a> {
    /// A device says who it, or another, is.
    Identity(Identity<'a>),
    /// A command, its answer or a report.
    Command(Command<'a>),
    /// A named value of the process.
    Value(Value<'a>),
    /// An exchange did not succeed.
    Outcome(Outcome),
    /// Somebody tried to log in. Never carries a password or a hash.
    Login(Login<'a>),
    /// A file moved.
    File(FileMoved<'a>),
    /// A name stands for an address (an answer of DNS, NBNS, mDNS, LLMNR).
    NameResolved {
        /// The name.
        name: Text<'a>,
        /// The address it stands for.
        address: IpAddr,
    },
    /// A protocol binds a hardware address to an IP address on this segment (ARP, NDP, DHCP acknowledgement, DCP).
    Bound {
        /// Hardware address.
        mac: Mac,
        /// IP address.
        ip: IpAddr,
    },
    /// The subject plays this part in the plant, as this protocol shows it.
    Role {
        /// Who.
        subject: Subject,
        /// Which part of it.
        part: Part,
        /// The role.
        role: Role,
    },
    /// A neighbour announced itself on a link.
    Neighbour(Neighbour<'a>),
    /// The sender's clock as told in a message.
    Clock {
        /// Nanoseconds since 1970 as the device believes.
        told: wire::Time,
    },
    /// A trace of wireless or remote access.
    Marker(Marker),
    /// A message that breaks its protocol.
    Malformed(Malformed),
    /// The transport or the dispatch saw something that should not be.
    Anomaly(Anomaly),
}

/// A value that the protocol names.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    /// Whose.
    pub subject: Subject,
    /// Of which part.
    pub part: Part,
    /// Which variable: a `Range` with count 1, a name or an object.
    pub target: Target<'a>,
    /// The value.
    pub datum: Datum<'a>,
}

/// One value.
#[derive(Clone, Copy, Debug)]
pub enum Datum<'a> {
    /// On or off.
    Bool(bool),
    /// Signed.
    Int(i64),
    /// Unsigned.
    UInt(u64),
    /// Floating point.
    Float(f64),
    /// Text.
    Text(Text<'a>),
}

/// How an exchange failed.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Group of the command (see `Command::group`).
    pub group: &'static str,
    /// Code of the command.
    pub code: u64,
    /// Refused or failed.
    pub kind: OutcomeKind,
    /// The status on the wire.
    pub status: u32,
    /// The standard's name of the status, lower case; empty when unknown.
    pub reason: &'static str,
}

/// Kinds of failed exchanges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutcomeKind {
    /// The device says no: not allowed, not supported, not there.
    Refused,
    /// The device tried and could not.
    Failed,
    /// No answer came.
    Unanswered,
}

/// A log-in as seen on the wire.
#[derive(Clone, Copy, Debug)]
pub struct Login<'a> {
    /// User name as sent; empty when anonymous or not visible.
    pub user: Text<'a>,
    /// How: `password`, `ntlm`, `anonymous`, `certificate`, `public-key`, `community`.
    pub method: &'static str,
    /// How it ended.
    pub outcome: LoginOutcome,
}

/// How a log-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LoginOutcome {
    /// Asked; the answer is not known.
    Attempted,
    /// Let in.
    Accepted,
    /// Turned away.
    Refused,
}

/// A file on its way.
#[derive(Clone, Copy, Debug)]
pub struct FileMoved<'a> {
    /// Its name as sent.
    pub name: Text<'a>,
    /// What was done.
    pub action: FileAction,
    /// Bytes, where the protocol says.
    pub size: Option<u64>,
}

/// What was done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileAction {
    /// From server to client.
    Read,
    /// From client to server.
    Write,
    /// Removed.
    Delete,
    /// Listed.
    List,
}

/// A link-layer neighbour's announcement.
#[derive(Clone, Copy, Debug)]
pub struct Neighbour<'a> {
    /// `lldp`-style chassis identifier, as text.
    pub chassis: Text<'a>,
    /// The sender's port identifier, as text.
    pub port: Text<'a>,
}

/// A trace of wireless or remote access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Marker {
    /// Remote desktop or remote control software.
    RemoteControl,
    /// A VPN or tunnel.
    Tunnel,
    /// A wireless access point or client.
    Wireless,
}

/// What should not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Anomaly {
    /// A registered port carries another protocol.
    WrongProtocol {
        /// The protocol that belongs to the port.
        expected: &'static str,
    },
    /// A protocol was found away from its port.
    UnusualPort,
    /// Two different byte sequences for the same place of a stream.
    OverlapConflict,
    /// Bytes of a stream were never captured.
    Gap {
        /// How many.
        bytes: u32,
    },
    /// One address, two machines.
    AddressConflict,
}

/// What part a machine plays, as a protocol shows it. The kind of asset is inferred from these in `model`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Runs a control program (PLC, PAC, DCS controller).
    Controller,
    /// Remote or distributed input and output.
    RemoteIo,
    /// A drive or motion axis.
    Drive,
    /// Protection relay or other intelligent electronic device.
    Ied,
    /// Remote terminal unit or outstation.
    Rtu,
    /// A meter or sensor.
    Meter,
    /// Building controller.
    BuildingController,
    /// Operator panel or station.
    Hmi,
    /// Supervisory server (SCADA, OPC server).
    Scada,
    /// Stores process history.
    Historian,
    /// Programs controllers.
    EngineeringStation,
    /// Translates protocols.
    Gateway,
    /// A switch.
    Switch,
    /// A router or firewall.
    Router,
    /// A wireless access point.
    AccessPoint,
    /// A server of office services.
    Server,
    /// A workstation.
    Workstation,
    /// A printer.
    Printer,
    /// A camera.
    Camera,
    /// A telephone.
    Phone,
    /// Gives the time.
    TimeServer,
}
