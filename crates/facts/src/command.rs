//! Commands: who did what to which part of whom.

use crate::Verb;
use wire::Text;

/// A command of an industrial (or management) protocol.
#[derive(Clone, Copy, Debug)]
pub struct Command<'a> {
    /// Sub-space of the code where the protocol has several (`confirmed`, `unconfirmed` in BACnet), else empty.
    pub group: &'static str,
    /// The number on the wire; a text command is its ASCII bytes read big-endian.
    pub code: u64,
    /// The standard's name for the code, lower case; empty when the code is not known.
    pub name: &'static str,
    /// What it does to the plant.
    pub verb: Verb,
    /// Request, response or unsolicited.
    pub phase: Phase,
    /// The unit, module or station inside the server that is meant.
    pub part: Part,
    /// What is read, written or operated.
    pub target: Target<'a>,
}

/// Where a message stands in its exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Asks.
    Request,
    /// Answers.
    Response,
    /// Sent without being asked.
    Unsolicited,
}

/// A part of a machine, or a machine behind a gateway, that an address alone does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Part {
    /// The addressed machine itself.
    #[default]
    Whole,
    /// A module in a rack.
    Slot {
        /// Rack or backplane, 0 for the only one.
        rack: u8,
        /// Slot in it.
        slot: u16,
    },
    /// A unit, station or node number behind the address (Modbus unit, FINS node, DNP3 outstation, BACnet device).
    Unit(u32),
}

/// What a command aims at, in the protocol's own address space.
#[derive(Clone, Copy, Debug, Default)]
pub enum Target<'a> {
    /// Nothing in particular, or not said.
    #[default]
    None,
    /// A run of numbered items.
    Range {
        /// Address space: `holding-register`, `DB1`-like areas as `db`, `D`, `ioa`.
        space: &'static str,
        /// Second number of the space (data block number, group); 0 where there is none.
        major: u32,
        /// First item.
        first: u32,
        /// How many.
        count: u32,
    },
    /// A named item (tag, node, file, block).
    Name {
        /// What kind of name.
        space: &'static str,
        /// The name.
        name: Text<'a>,
    },
    /// A numbered object, with a sub-number (object type and instance, class and instance, block type and number).
    Object {
        /// What kind of object.
        space: &'static str,
        /// Class or type.
        class: u32,
        /// Instance or number.
        instance: u32,
        /// Attribute or property; 0 where there is none.
        attribute: u32,
    },
}
