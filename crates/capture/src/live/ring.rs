//! The memory that the kernel fills with blocks of frames and shares with us.

#![expect(unsafe_code, reason = "memory shared with the kernel is reached through a raw pointer")]

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where the status stands in a block: behind the version and the offset of private data
/// (`struct tpacket_block_desc` of linux/if_packet.h).
const STATUS_AT: usize = 8;

/// Set in the status of a block while it is read, so that whoever takes over a ring whose reader was killed knows that
/// the block was begun. The kernel looks only at `TP_STATUS_USER` and overwrites the whole word when it fills a block.
const BEGUN: u32 = 1 << 16;

/// A ring of blocks. Exactly one is looked at, the oldest one that was not given back.
pub(super) struct Ring {
    start: NonNull<u8>,
    block_size: usize,
    blocks: usize,
    /// Number of the present block.
    present: usize,
    /// Whether the present block is the oldest one; not known before the first block was found.
    is_found: bool,
}

// SAFETY: the memory belongs to this value alone on our side, and nothing in it depends on a thread.
unsafe impl Send for Ring {}

impl Ring {
    /// Maps the ring that was set up on this socket; `block_size` and `blocks` are those of the set-up.
    pub(super) fn map(socket: &OwnedFd, block_size: usize, blocks: usize) -> io::Result<Self> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        if block_size < 4_096 || !block_size.is_power_of_two() || blocks == 0 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let len = block_size.saturating_mul(blocks);
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory that is in use.
        let start =
            unsafe { libc::mmap(ptr::null_mut(), len, protection, libc::MAP_SHARED, socket.as_raw_fd(), 0) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { start, block_size, blocks, present: 0, is_found: false })
    }

    /// The present block, once the kernel has filled it and handed it over.
    pub(super) fn block(&mut self) -> Option<&mut [u8]> {
        if self.status().load(Ordering::Acquire) & libc::TP_STATUS_USER == 0 {
            return None;
        }
        // SAFETY: the block lies inside the mapping, because `present` < `blocks`. Its status says that
        // it is ours: the kernel neither reads nor writes it until `release` changes that. The mutable
        // borrow of the ring keeps `release` and a second slice away while this one lives.
        Some(unsafe { slice::from_raw_parts_mut(self.block_start().as_ptr(), self.block_size) })
    }

    /// Turns to the oldest block that the kernel has handed over, if there is one, and gives it back unread when an
    /// earlier reader had begun it. `sequence` reads the number that the kernel gave to a block.
    ///
    /// A ring that was mapped anew may have been read before, so it is not known where the kernel writes.
    #[cold]
    fn find(&mut self, sequence: impl Fn(&[u8]) -> u64) -> bool {
        // A block may be handed over behind the back of the first look, but none before those that it found.
        let oldest = self.oldest(&sequence).and_then(|_| self.oldest(&sequence));
        let Some(number) = oldest else { return false };
        self.present = number;
        self.is_found = true;
        if self.status().load(Ordering::Acquire) & BEGUN != 0 {
            self.release();
        }
        true
    }

    fn oldest(&mut self, sequence: &impl Fn(&[u8]) -> u64) -> Option<usize> {
        let mut oldest: Option<(u64, usize)> = None;
        for number in 0..self.blocks {
            self.present = number;
            if let Some(block) = self.block() {
                let found = (sequence(block), number);
                oldest = Some(oldest.map_or(found, |oldest| oldest.min(found)));
            }
        }
        oldest.map(|(_, number)| number)
    }

    /// Whether the present block can be asked for: the place in the ring is known.
    #[inline]
    pub(super) fn is_placed(&mut self, sequence: impl Fn(&[u8]) -> u64) -> bool {
        self.is_found || self.find(sequence)
    }

    /// Marks the present block as begun.
    pub(super) fn begin(&self) {
        self.status().fetch_or(BEGUN, Ordering::Relaxed);
    }

    /// Gives the present block back to the kernel and turns to the next one.
    pub(super) fn release(&mut self) {
        self.status().store(libc::TP_STATUS_KERNEL, Ordering::Release);
        self.present = (self.present + 1) % self.blocks;
    }

    fn status(&self) -> &AtomicU32 {
        // SAFETY: the status lies inside the block and is aligned, since blocks begin at pages. It is
        // only ever accessed atomically while the kernel may access it, and lives as long as the ring.
        unsafe { AtomicU32::from_ptr(self.block_start().add(STATUS_AT).as_ptr().cast()) }
    }

    fn block_start(&self) -> NonNull<u8> {
        // SAFETY: `present` < `blocks`, so the offset stays inside the mapping.
        unsafe { self.start.add(self.present * self.block_size) }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: this is exactly the mapping made in `map`; no slice of it outlives the ring.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.block_size * self.blocks) };
    }
}
