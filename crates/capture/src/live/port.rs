//! A port that is open but not yet read: what a privileged process prepares and hands to one without privileges.

use std::env;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use wire::LinkType;

use super::{LiveError, LiveOptions, block, system};

/// The kernel checks that blocks are a multiple of this; frames may be larger, up to a block.
const FRAME_SIZE: u32 = 2_048;

/// An interface whose frames the kernel collects in a ring, for [`Live::attach`](super::Live::attach) in this process
/// or, with the descriptor handed over, in another one. The ring goes on filling while nobody reads it.
#[derive(Debug)]
pub struct Port {
    /// Name of the interface.
    pub interface: String,
    /// The system's number for the interface; another one when it was removed and made again.
    pub index: u32,
    /// How its frames begin.
    pub link: LinkType,
    /// Bytes of a block of the ring.
    pub block_size: u32,
    /// Number of blocks of the ring.
    pub blocks: u32,
    /// Bytes that are given of each frame.
    pub snap_length: u32,
    /// The packet socket.
    pub socket: OwnedFd,
}

/// Whether an interface can be listened to at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterfaceState {
    /// No interface has this name.
    Absent,
    /// It is there but down; its number.
    Down(u32),
    /// It is up; its number.
    Up(u32),
}

impl Port {
    /// Opens the interface and lets the kernel collect its frames; needs `CAP_NET_RAW`.
    pub fn open(interface: &str, options: LiveOptions) -> Result<Self, LiveError> {
        let index = system::interface_index(interface).ok_or_else(|| LiveError::UnknownInterface {
            interface: interface.to_owned(),
            available: system::interface_names(),
        })?;
        let failed = |what| move |source| LiveError::System { interface: interface.to_owned(), what, source };
        let socket = system::packet_socket().map_err(|source| match source.kind() {
            io::ErrorKind::PermissionDenied => LiveError::NotPermitted { program: program() },
            _ => failed("open a packet socket")(source),
        })?;
        if !system::is_up(&socket, interface).map_err(failed("read its state"))? {
            return Err(LiveError::Down { interface: interface.to_owned() });
        }
        let hardware = system::hardware_type(&socket, interface).map_err(failed("read its hardware type"))?;
        let link = link_type(hardware)
            .ok_or_else(|| LiveError::UnsupportedLink { interface: interface.to_owned(), hardware })?;
        set_up_ring(&socket, options).map_err(|source| match source.kind() {
            io::ErrorKind::OutOfMemory => LiveError::NoMemory { mebibytes: mebibytes(options) },
            _ => failed("set up the capture ring")(source),
        })?;
        if hardware == libc::ARPHRD_LOOPBACK {
            // The loopback interface shows every frame twice: as sent and as received.
            system::set_option(&socket, libc::PACKET_IGNORE_OUTGOING, &1)
                .map_err(failed("leave out sent frames"))?;
        }
        listen(&socket, index, options).map_err(|(what, source)| failed(what)(source))?;
        let ((block_size, blocks), snap_length) = (ring_size(options), options.snap_length);
        Ok(Self { interface: interface.to_owned(), index, link, block_size, blocks, snap_length, socket })
    }
}

impl AsFd for Port {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// Whether the interface of this name is there, and up.
pub fn interface_state(interface: &str) -> io::Result<InterfaceState> {
    let Some(index) = system::interface_index(interface) else { return Ok(InterfaceState::Absent) };
    let is_up = system::is_up(&system::any_socket()?, interface)?;
    Ok(if is_up { InterfaceState::Up(index) } else { InterfaceState::Down(index) })
}

fn listen(socket: &OwnedFd, index: u32, options: LiveOptions) -> Result<(), (&'static str, io::Error)> {
    let failed = |what| move |source| (what, source);
    if options.promiscuous {
        let request = libc::packet_mreq {
            mr_ifindex: i32::try_from(index).unwrap_or(0),
            mr_type: u16::try_from(libc::PACKET_MR_PROMISC).unwrap_or(0),
            mr_alen: 0,
            mr_address: [0; 8],
        };
        system::set_option(socket, libc::PACKET_ADD_MEMBERSHIP, &request)
            .map_err(failed("make it promiscuous"))?;
    }
    system::bind(socket, index).map_err(failed("listen"))
}

fn set_up_ring(socket: &OwnedFd, options: LiveOptions) -> io::Result<()> {
    let (block_size, blocks) = ring_size(options);
    let version = i32::try_from(libc::tpacket_versions::TPACKET_V3 as u32).unwrap_or(0);
    system::set_option(socket, libc::PACKET_VERSION, &version)?;
    system::set_option(socket, libc::PACKET_RESERVE, &i32::try_from(block::TAG_LEN).unwrap_or(0))?;
    let request = libc::tpacket_req3 {
        tp_block_size: block_size,
        tp_block_nr: blocks,
        tp_frame_size: FRAME_SIZE,
        tp_frame_nr: block_size / FRAME_SIZE * blocks,
        tp_retire_blk_tov: u32::try_from(options.handover.as_millis()).unwrap_or(u32::MAX).max(1),
        tp_sizeof_priv: 0,
        tp_feature_req_word: 0,
    };
    system::set_option(socket, libc::PACKET_RX_RING, &request)
}

/// Bytes of a block and number of blocks, within their limits.
fn ring_size(options: LiveOptions) -> (u32, u32) {
    let block_size = options.block_size.clamp(256 * 1024, 16 * 1024 * 1024).next_power_of_two();
    (block_size, options.blocks.clamp(2, 4_096))
}

fn mebibytes(options: LiveOptions) -> usize {
    let (block_size, blocks) = ring_size(options);
    usize::try_from((u64::from(block_size) * u64::from(blocks)) >> 20).unwrap_or(usize::MAX)
}

/// How frames of this kind of interface begin.
fn link_type(hardware: u16) -> Option<LinkType> {
    match hardware {
        libc::ARPHRD_ETHER | libc::ARPHRD_LOOPBACK => Some(LinkType::ETHERNET),
        libc::ARPHRD_NONE | libc::ARPHRD_TUNNEL | libc::ARPHRD_TUNNEL6 | libc::ARPHRD_SIT => {
            Some(LinkType::RAW)
        }
        _ => None,
    }
}

/// The file of this program, for a command that can be pasted.
fn program() -> String {
    env::current_exe().map_or_else(|_| "PROGRAM".to_owned(), |path| path.display().to_string())
}
