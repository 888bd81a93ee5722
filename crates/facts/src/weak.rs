//! What the use of a protocol shows of how a machine is secured.

/// A weakness of a protocol itself: it is there wherever the protocol is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weak {
    /// Its common form takes writes to control from whoever asks.
    OpenWrites,
    /// People administer in clear text.
    ClearAdministration,
    /// People sit at a machine from afar.
    RemoteSeat,
}
