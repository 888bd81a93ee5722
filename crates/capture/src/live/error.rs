//! Why an interface cannot be listened to.

use std::{error, fmt, io};

/// Why an interface cannot be listened to.
#[derive(Debug)]
pub enum LiveError {
    /// No interface has this name.
    UnknownInterface {
        /// The name that was asked for.
        interface: String,
        /// The names there are.
        available: Vec<String>,
    },
    /// The process may not open a packet socket.
    NotPermitted {
        /// The file of this program, which the permission can be given to.
        program: String,
    },
    /// The interface is, or went, down.
    Down {
        /// Its name.
        interface: String,
    },
    /// The frames of this kind of interface cannot be read.
    UnsupportedLink {
        /// Its name.
        interface: String,
        /// The system's number for its kind (`ARPHRD_...`).
        hardware: u16,
    },
    /// The kernel has no memory for the ring.
    NoMemory {
        /// The size that was asked for.
        mebibytes: usize,
    },
    /// Anything else that the system refuses.
    System {
        /// The name of the interface.
        interface: String,
        /// What was to be done.
        what: &'static str,
        /// What the system says.
        source: io::Error,
    },
}

impl fmt::Display for LiveError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownInterface { interface, available } => {
                write!(out, "{interface}: no such interface; there are: {}", available.join(", "))
            }
            Self::NotPermitted { program } => write!(
                out,
                "listening needs the capability CAP_NET_RAW: run as root, or once: sudo setcap cap_net_raw=ep {program}"
            ),
            Self::Down { interface } => {
                write!(out, "{interface}: the interface is down: sudo ip link set {interface} up")
            }
            Self::UnsupportedLink { interface, hardware } => {
                write!(
                    out,
                    "{interface}: frames of hardware type {hardware} are not read; use an Ethernet interface"
                )
            }
            Self::NoMemory { mebibytes } => {
                write!(
                    out,
                    "the kernel has no {mebibytes} MiB for the capture ring; use fewer or smaller blocks"
                )
            }
            Self::System { interface, what, source } => write!(out, "{interface}: cannot {what}: {source}"),
        }
    }
}

impl error::Error for LiveError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::System { source, .. } => Some(source),
            _ => None,
        }
    }
}
