//! What a protocol must provide, and what it is given.

use crate::Out;
use facts::Seen;
use wire::{Direction, Malformed};

/// Where a protocol is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A registered TCP port of the server.
    Tcp(u16),
    /// Found by content on any TCP port, without a registered one.
    AnyTcp,
    /// A registered UDP port of the server.
    Udp(u16),
    /// Found by content on any UDP port, without a registered one.
    AnyUdp,
    /// An EtherType.
    EtherType(u16),
    /// An LLC destination service access point.
    Llc(u8),
    /// A SNAP protocol: OUI and number.
    Snap(u32, u16),
    /// An IP protocol number.
    Ip(u8),
    /// Inside another protocol, by that protocol's name.
    Inner(&'static str),
}

/// Could these bytes be the protocol's?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// They cannot.
    No,
    /// They can, but so could others'; on the registered port this is enough once a whole message parses.
    Maybe,
    /// They carry a mark that hardly anything else has.
    Yes,
}

/// Where the message at the front of a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// It is this many bytes long (at least 1); the driver waits until they are there.
    Whole(usize),
    /// This many bytes (at least 1) belong to the protocol but are measured, not parsed: cyclic data, file contents.
    Skip(usize),
    /// The length can be told only when this many bytes are there.
    Need(usize),
    /// No message starts here: the rest of this packet is given up and the next packet tried.
    Lost,
}

/// What `observe` may know besides the message.
#[derive(Debug)]
pub struct Context<'c, D: Dissector + ?Sized> {
    /// Time, ends and direction.
    pub seen: &'c Seen,
    /// State of this conversation.
    pub session: &'c mut D::Session,
    /// State of all conversations of this protocol.
    pub pool: &'c mut D::Pool,
    /// What the carrying protocol said about this payload (its own `tag`); 0 for outermost protocols.
    pub tag: u64,
}

/// A protocol. Implementations are stateless types; see `docs/how-to-add-a-protocol.md`.
pub trait Dissector {
    /// Stable name in documents.
    const NAME: &'static str;
    /// Where it is found.
    const CARRIERS: &'static [Carrier];
    /// Longest message in bytes, at most 65,536; a longer one is a defect and is passed over, never buffered.
    const MESSAGE_MAX: usize;
    /// It is an interface of a remote procedure call protocol: over IP its operations are commands of the
    /// conversation that carries it, which has the row in who talks to whom.
    const INTERFACE: bool = false;
    /// What its use shows of how a machine is secured, whoever uses it; `None` for most.
    const SHOWS: Option<facts::Weak> = None;
    /// A parsed message; borrows the packet, owns nothing.
    type Message<'a>;
    /// Per conversation, at most 64 bytes (checked when the program is compiled), inline in the flow slot.
    type Session: Default + Copy + core::fmt::Debug;
    /// Larger state for all conversations: bounded, allocated by `default()`, evicting and counting; `()` for most.
    type Pool: Default + core::fmt::Debug;

    /// Could these first bytes (1 to 64 of them) be ours? Must not fail on short input: say `Maybe`.
    fn probe(head: &[u8], direction: Direction) -> Probe;

    /// Where does the message at the front end? Datagrams and link frames: whole by default.
    fn frame(bytes: &[u8], direction: Direction, session: &Self::Session) -> Frame {
        let _ = (direction, session);
        Frame::Whole(bytes.len())
    }

    /// Bytes that [`Frame::Skip`] asked for are passed over; a protocol that counts down a body notes it here.
    fn skipped(session: &mut Self::Session, direction: Direction) {
        let _ = (session, direction);
    }

    /// Pure: the same bytes in the same session state give the same message or the same defect.
    fn parse<'a>(
        bytes: &'a [u8],
        direction: Direction,
        session: &Self::Session,
    ) -> Result<Self::Message<'a>, Malformed>;

    /// Say what this message tells about the plant.
    fn observe<'a>(message: &Self::Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>);
}
