//! Frames of an interface as they pass: a packet socket with a ring shared with the kernel
//! (`TPACKET_V3`, Linux Documentation/networking/packet_mmap.rst).

mod block;
mod error;
mod port;
mod ring;
mod system;

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use wire::{CaptureId, Frame, LinkType};

pub use error::LiveError;
pub use port::{InterfaceState, Port, interface_state};
pub use system::keep_descriptors;

use self::block::Position;
use self::ring::Ring;

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
    /// Bytes that are given of each frame; what is behind them is cut off.
    pub snap_length: u32,
}

impl Default for LiveOptions {
    fn default() -> Self {
        let handover = Duration::from_millis(50);
        Self { block_size: 1024 * 1024, blocks: 64, handover, promiscuous: true, snap_length: 262_144 }
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
    snap_length: usize,
    ring: Ring,
    socket: OwnedFd,
    /// Where in the ring's present block the next frame is; `None` when no block is open.
    position: Option<Position>,
    statistics: Statistics,
}

impl Live {
    /// Begins to listen. Frames get `capture` as their number.
    pub fn open(interface: &str, capture: CaptureId, options: LiveOptions) -> Result<Self, LiveError> {
        Self::attach(Port::open(interface, options)?, capture)
    }

    /// Begins to read a port that may have been opened by another process, and read by one before.
    ///
    /// Blocks that wait in the ring are read, the oldest first. One that an earlier reader had begun is passed over:
    /// part of it was heard already, and one of its frames may be what ended that reader.
    pub fn attach(port: Port, capture: CaptureId) -> Result<Self, LiveError> {
        let size = |number| usize::try_from(number).unwrap_or(0);
        let Port { interface, link, block_size, blocks, snap_length, socket, .. } = port;
        let ring = Ring::map(&socket, size(block_size), size(blocks)).map_err(|source| {
            let interface = interface.clone();
            LiveError::System { interface, what: "map the capture ring", source }
        })?;
        let (snap_length, statistics) = (size(snap_length), Statistics::default());
        Ok(Self { interface, capture, link, snap_length, ring, socket, position: None, statistics })
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
        let bytes = bytes.get(..self.snap_length).unwrap_or(bytes);
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
        if !self.ring.is_placed(block::sequence) {
            return None;
        }
        loop {
            if self.position.is_none() {
                let start = Position::start(self.ring.block()?);
                self.ring.begin();
                self.position = Some(start);
            }
            let block = self.ring.block()?;
            let position = self.position.as_mut()?;
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

impl AsFd for Live {
    /// Readable when frames wait, or when there is something to report.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
