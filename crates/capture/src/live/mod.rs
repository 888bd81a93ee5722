//! Frames of an interface as they pass: a packet socket with a ring shared with the kernel
//! (`TPACKET_V3`, Linux Documentation/networking/packet_mmap.rst).

mod block;
mod error;
mod ring;
mod system;

use std::env;
use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use wire::{CaptureId, Frame, LinkType};

pub use error::LiveError;

use self::block::Position;
use self::ring::Ring;

/// The kernel checks that blocks are a multiple of this; frames may be larger, up to a block.
const FRAME_SIZE: u32 = 2_048;

/// How to listen. The defaults hold 64 MiB of frames, half a second at one gigabit a second.
#[derive(Clone, Copy, Debug)]
pub struct LiveOptions {
    /// Bytes of a block; taken as a power of two from 256 KiB to 16 MiB, so that any frame fits.
    pub block_size: u32,
    /// Number of blocks; taken from 2 to 4,096.
    pub blocks: u32,
    /// After this time a block is handed over even if it is not full: the longest delay of a frame.
    pub handover: Duration,
    /// Whether to see frames for other machines.
    pub promiscuous: bool,
    /// Sockets with the same number share the frames of the interface: both directions of a flow always
    /// reach the same socket. The number is the machine's; choose one per capture, such as the process id.
    pub fanout: Option<u16>,
}

impl Default for LiveOptions {
    fn default() -> Self {
        let handover = Duration::from_millis(50);
        Self { block_size: 1024 * 1024, blocks: 64, handover, promiscuous: true, fanout: None }
    }
}

/// Counters of the kernel since the interface was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Frames that the kernel saw for this socket, the dropped ones included.
    pub received: u64,
    /// Frames that were lost because the ring was full.
    pub dropped: u64,
    /// How often the ring filled up.
    pub freezes: u64,
}

/// An interface that is listened to. Closed when dropped.
pub struct Live {
    interface: String,
    capture: CaptureId,
    link: LinkType,
    ring: Ring,
    socket: OwnedFd,
    /// Where in the ring's present block the next frame is; `None` when no block is open.
    position: Option<Position>,
    statistics: Statistics,
}

impl Live {
    /// Begins to listen. Frames get `capture` as their number.
    pub fn open(interface: &str, capture: CaptureId, options: LiveOptions) -> Result<Self, LiveError> {
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
        let ring = open_ring(&socket, options).map_err(|source| match source.kind() {
            io::ErrorKind::OutOfMemory => LiveError::NoMemory { mebibytes: mebibytes(options) },
            _ => failed("set up the capture ring")(source),
        })?;
        if hardware == libc::ARPHRD_LOOPBACK {
            // The loopback interface shows every frame twice: as sent and as received.
            system::set_option(&socket, libc::PACKET_IGNORE_OUTGOING, &1)
                .map_err(failed("leave out sent frames"))?;
        }
        if options.promiscuous {
            let request = libc::packet_mreq {
                mr_ifindex: i32::try_from(index).unwrap_or(0),
                mr_type: u16::try_from(libc::PACKET_MR_PROMISC).unwrap_or(0),
                mr_alen: 0,
                mr_address: [0; 8],
            };
            system::set_option(&socket, libc::PACKET_ADD_MEMBERSHIP, &request)
                .map_err(failed("make it promiscuous"))?;
        }
        system::bind(&socket, index).map_err(failed("listen"))?;
        if let Some(group) = options.fanout {
            let group_and_mode =
                i32::from(group) | i32::try_from(libc::PACKET_FANOUT_HASH).unwrap_or(0) << 16;
            system::set_option(&socket, libc::PACKET_FANOUT, &group_and_mode)
                .map_err(failed("share it with other sockets"))?;
        }
        let statistics = Statistics::default();
        let interface = interface.to_owned();
        Ok(Self { interface, capture, link, ring, socket, position: None, statistics })
    }

    /// The next frame; `None` when `timeout` passes, or a signal arrives, without one.
    ///
    /// [`LiveError::Down`] is said once; when the interface comes up again, so do its frames. One that
    /// was removed must be opened anew.
    pub fn next(&mut self, timeout: Duration) -> Result<Option<Frame<'_>>, LiveError> {
        let mut timeout = Some(timeout);
        let found = loop {
            if let Some(found) = self.advance() {
                break found;
            }
            match timeout.take() {
                Some(timeout) if self.wait(timeout)? => {}
                _ => return Ok(None),
            }
        };
        let block = self.ring.block().unwrap_or_default();
        let (original_len, bytes) = found.with_tag(block, self.link);
        Ok(Some(Frame { time: found.time, capture: self.capture, link: self.link, original_len, bytes }))
    }

    /// Kernel counters since the interface was opened.
    pub fn statistics(&mut self) -> Result<Statistics, LiveError> {
        let new: libc::tpacket_stats_v3 =
            system::option(&self.socket, libc::SOL_PACKET, libc::PACKET_STATISTICS)
                .map_err(|source| self.failed("read its counters", source))?;
        // The kernel counts from zero after every reading.
        self.statistics.received += u64::from(new.tp_packets);
        self.statistics.dropped += u64::from(new.tp_drops);
        self.statistics.freezes += u64::from(new.tp_freeze_q_cnt);
        Ok(self.statistics)
    }

    /// How the frames begin.
    #[must_use]
    pub fn link(&self) -> LinkType {
        self.link
    }

    /// Finds the next frame in the present block or, when that is used up, in the next one.
    fn advance(&mut self) -> Option<block::Found> {
        loop {
            let block = self.ring.block()?;
            let position = self.position.get_or_insert_with(|| Position::start(block));
            if let Some(found) = position.next(block) {
                return Some(found);
            }
            self.position = None;
            self.ring.release();
        }
    }

    fn wait(&self, timeout: Duration) -> Result<bool, LiveError> {
        let is_ready =
            system::wait(&self.socket, timeout).map_err(|source| self.failed("wait for frames", source))?;
        if !is_ready {
            return Ok(false);
        }
        match system::option::<i32>(&self.socket, libc::SOL_SOCKET, libc::SO_ERROR) {
            Ok(0) => Ok(true),
            Ok(libc::ENETDOWN) => Err(LiveError::Down { interface: self.interface.clone() }),
            Ok(code) => Err(self.failed("wait for frames", io::Error::from_raw_os_error(code))),
            Err(source) => Err(self.failed("wait for frames", source)),
        }
    }

    fn failed(&self, what: &'static str, source: io::Error) -> LiveError {
        LiveError::System { interface: self.interface.clone(), what, source }
    }
}

fn open_ring(socket: &OwnedFd, options: LiveOptions) -> io::Result<Ring> {
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
    system::set_option(socket, libc::PACKET_RX_RING, &request)?;
    let size = |number| usize::try_from(number).unwrap_or(0);
    Ring::map(socket, size(block_size), size(blocks))
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
