//! TCP in order. Segments that come early wait in a pool of fixed blocks; the bound is per direction and for all.
//!
//! Overlap policy: the bytes that came first win; a later segment that disagrees with bytes still waiting is counted.
//! Bytes already delivered are gone, so a disagreement with them cannot be seen.

use crate::Segment;
use wire::Both;

/// Bytes of one waiting block; a longer segment takes several.
const BLOCK_BYTES: usize = 1500;
/// Blocks for all conversations together: 6 MiB.
const BLOCKS: usize = 4096;
/// Blocks that one direction of one conversation may hold.
const PENDING_MAX: u8 = 48;
/// A segment further ahead than this is no late neighbour: the stream is taken up anew there.
const AHEAD_MAX: i32 = 1 << 22;
const NONE: u32 = u32::MAX;

/// What a stream hands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery<'a> {
    /// The next bytes in order.
    Data(&'a [u8]),
    /// This many bytes will never come; what follows does not join on.
    Gap(u32),
}

/// One direction of a TCP connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Half {
    next: u32,
    /// First waiting block, by sequence number.
    head: u32,
    pending: u8,
    known: bool,
}

impl Default for Half {
    fn default() -> Self {
        Self { next: 0, head: NONE, pending: 0, known: false }
    }
}

#[derive(Debug)]
struct Block {
    sequence: u32,
    len: u16,
    following: u32,
    bytes: [u8; BLOCK_BYTES],
}

/// Waiting blocks of all conversations.
#[derive(Debug)]
pub(crate) struct SegmentPool {
    blocks: Vec<Block>,
    free: u32,
    pub(crate) overflow: u64,
    pub(crate) conflicts: u64,
}

/// Signed distance from `from` to `to` in sequence space (RFC 9293, 3.4).
fn distance(from: u32, to: u32) -> i32 {
    to.wrapping_sub(from).cast_signed()
}

impl SegmentPool {
    pub(crate) fn new() -> Self {
        Self { blocks: Vec::with_capacity(BLOCKS), free: NONE, overflow: 0, conflicts: 0 }
    }

    fn get(&self, id: u32) -> Option<&Block> {
        self.blocks.get(id as usize)
    }

    fn allocate(&mut self, sequence: u32, bytes: &[u8], following: u32) -> Option<u32> {
        let id = match self.get(self.free) {
            Some(block) => {
                let id = self.free;
                self.free = block.following;
                id
            }
            None if self.blocks.len() < BLOCKS => {
                self.blocks.push(Block { sequence: 0, len: 0, following: NONE, bytes: [0; BLOCK_BYTES] });
                u32::try_from(self.blocks.len() - 1).ok()?
            }
            None => return None,
        };
        let block = self.blocks.get_mut(id as usize)?;
        block.sequence = sequence;
        block.following = following;
        block.len = u16::try_from(bytes.len()).ok()?;
        block.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(id)
    }

    pub(crate) fn free(&mut self, id: u32) {
        if let Some(block) = self.blocks.get_mut(id as usize) {
            block.following = self.free;
            self.free = id;
        }
    }

    /// Gives back everything that waits in a flow.
    pub(crate) fn release(&mut self, halves: &mut Both<Half>) {
        for half in halves.iter_mut() {
            let mut id = half.head;
            while let Some(block) = self.get(id) {
                let following = block.following;
                self.free(id);
                id = following;
            }
            *half = Half::default();
        }
    }
}

impl Half {
    pub(crate) fn known(&self) -> bool {
        self.known
    }

    /// Whether a SYN with this sequence number is not the one that began this stream.
    pub(crate) fn differs_from_syn(&self, sequence: u32) -> bool {
        distance(sequence.wrapping_add(1), self.next) != 0
    }

    pub(crate) fn advance(&mut self, by: u32) {
        self.next = self.next.wrapping_add(by);
    }

    /// The part of the segment that is next in order, or `None` when it came early (and now waits) or brings nothing.
    pub(crate) fn accept<'a>(&mut self, segment: &Segment<'a>, pool: &mut SegmentPool) -> Option<&'a [u8]> {
        let syn = segment.has(Segment::FLAG_SYN);
        let start = if syn { segment.sequence.wrapping_add(1) } else { segment.sequence };
        if !self.known || (self.pending == 0 && distance(self.next, start).abs() > AHEAD_MAX) {
            self.known = true;
            self.next = start;
        }
        let ahead = distance(self.next, start);
        if segment.payload.is_empty() {
            return (ahead == 0 && segment.missing > 0).then_some(&[]);
        }
        if ahead > 0 {
            self.keep(start, segment.payload, pool);
            return None;
        }
        // A retransmission may carry more than was already delivered: only the new end counts.
        let new = segment.payload.get(ahead.unsigned_abs() as usize..)?;
        self.next = self.next.wrapping_add(u32::try_from(new.len()).ok()?);
        Some(new)
    }

    fn keep(&mut self, mut sequence: u32, bytes: &[u8], pool: &mut SegmentPool) {
        for chunk in bytes.chunks(BLOCK_BYTES) {
            if self.pending >= PENDING_MAX || !self.link(sequence, chunk, pool) {
                pool.overflow += 1;
                return;
            }
            sequence = sequence.wrapping_add(u32::try_from(chunk.len()).unwrap_or(0));
        }
    }

    /// Puts a chunk into the list, ordered by sequence number; an equal one that already waits wins.
    fn link(&mut self, sequence: u32, chunk: &[u8], pool: &mut SegmentPool) -> bool {
        let (mut before, mut at) = (NONE, self.head);
        while let Some(block) = pool.get(at) {
            match distance(block.sequence, sequence) {
                0 => {
                    let same = block.bytes.get(..usize::from(block.len).min(chunk.len()));
                    let conflict = same != chunk.get(..usize::from(block.len).min(chunk.len()));
                    if usize::from(block.len) >= chunk.len() || conflict {
                        pool.conflicts += u64::from(conflict);
                        return true;
                    }
                    (before, at) = (at, block.following);
                }
                1.. => (before, at) = (at, block.following),
                _ => break,
            }
        }
        let Some(id) = pool.allocate(sequence, chunk, at) else { return false };
        match pool.blocks.get_mut(before as usize) {
            Some(block) => block.following = id,
            None => self.head = id,
        }
        self.pending += 1;
        true
    }

    /// The waiting block that is next in order (or already passed), if any; the caller takes and frees it.
    pub(crate) fn ready(&mut self, pool: &SegmentPool) -> Option<u32> {
        let block = pool.get(self.head)?;
        if distance(self.next, block.sequence) > 0 {
            return None;
        }
        let id = self.head;
        self.head = block.following;
        self.pending -= 1;
        Some(id)
    }

    /// The bytes of a ready block that were not delivered yet.
    pub(crate) fn take<'p>(&mut self, id: u32, pool: &'p SegmentPool) -> Option<&'p [u8]> {
        let block = pool.get(id)?;
        let passed = distance(block.sequence, self.next).unsigned_abs() as usize;
        let new = block.bytes.get(passed.min(usize::from(block.len))..usize::from(block.len))?;
        self.next = self.next.wrapping_add(u32::try_from(new.len()).ok()?);
        Some(new)
    }

    /// The size of the hole before the first waiting block when the peer has acknowledged beyond it; moves over it.
    pub(crate) fn lost_before(&mut self, acknowledgement: u32, pool: &SegmentPool) -> Option<u32> {
        let block = pool.get(self.head)?;
        (distance(block.sequence, acknowledgement) > 0).then(|| self.skip_hole(pool)).flatten()
    }

    /// Gives up on a hole when too much waits behind it.
    pub(crate) fn give_up(&mut self, pool: &SegmentPool) -> Option<u32> {
        (self.pending >= PENDING_MAX).then(|| self.skip_hole(pool)).flatten()
    }

    /// Moves over the hole before the first waiting block and says how long it was.
    pub(crate) fn skip_hole(&mut self, pool: &SegmentPool) -> Option<u32> {
        let block = pool.get(self.head)?;
        let hole = distance(self.next, block.sequence);
        self.next = block.sequence;
        u32::try_from(hole).ok().filter(|hole| *hole > 0)
    }
}
