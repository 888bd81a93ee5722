//! Datagrams put together from fragments, in a fixed amount of memory.
//!
//! Overlaps: the copy of a byte that came first wins, whatever order the offsets have; a different later copy is
//! counted as a conflict. Fragments that contradict the datagram's length are dropped and counted alike.

use crate::counters::Counters;
use core::net::IpAddr;
use wire::{CaptureId, Time};

/// Datagrams in progress at the same time; the oldest makes room for a new one.
const DATAGRAMS_MAX: usize = 256;

/// Bytes of a block, of which a datagram takes as many as its fragments touch.
const BLOCK_LEN: usize = 2048;

/// Blocks of all datagrams together: 3.5 MiB.
const BLOCKS_MAX: u16 = 1792;

/// The longest datagram, and the blocks and the units of offset (8 bytes) that it takes.
const DATAGRAM_LEN_MAX: usize = 65_535;
const DATAGRAM_BLOCKS: usize = (DATAGRAM_LEN_MAX + 1) / BLOCK_LEN;
const UNIT_LEN: usize = 8;
const SEEN_WORDS: usize = (DATAGRAM_LEN_MAX + 1) / UNIT_LEN / 64;

/// Fragments of one datagram follow each other; a receiver waits 15 to 60 seconds (RFC 1122, 3.3.2; RFC 8200, 4.5).
const TIMEOUT_NS: u64 = 30_000_000_000;

/// Mirrors show a frame twice within this time; a later fragment belongs to a new datagram with the same number.
const COPY_NS: u64 = 50_000_000;

/// What the fragments of one datagram have in common. An address means something only inside a network, hence the
/// capture and the VLAN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// First, because it is what differs most often when keys are compared.
    pub(crate) id: u32,
    pub(crate) capture: CaptureId,
    pub(crate) vlan: u16,
    pub(crate) source: IpAddr,
    pub(crate) destination: IpAddr,
    pub(crate) protocol: u8,
}

/// One fragment.
pub(crate) struct Piece<'b> {
    pub(crate) key: Key,
    pub(crate) time: Time,
    /// Where its bytes belong, in bytes from the start of the payload.
    pub(crate) offset: usize,
    /// No more fragments behind this one.
    pub(crate) last: bool,
    /// What this fragment says the datagram carries; the one at offset 0 is right.
    pub(crate) protocol: u8,
    /// What was captured of it.
    pub(crate) bytes: &'b [u8],
    /// Its length as IP says it.
    pub(crate) len: usize,
}

/// What became of a fragment.
pub(crate) enum Kept {
    /// Others are missing, or it is a copy.
    Waiting,
    /// It contradicts the others, or itself.
    Bad,
    /// The datagram is whole and stands in [`Fragments::assembled`].
    Whole { protocol: u8, len: usize },
}

/// What adding bytes to a datagram led to.
enum Added {
    Agreed,
    Differed,
    NoMemory,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Free,
    /// In progress since.
    Open(Time),
    /// Whole since; remembered so that copies of its fragments do not start it again.
    Whole(Time),
}

/// One datagram in progress.
#[derive(Clone, Debug)]
struct Datagram {
    /// Length of the payload, known when the last fragment has come.
    len: Option<usize>,
    /// Where the bytes end that have come so far.
    end: usize,
    protocol: u8,
    /// Units that have come, and which.
    units: usize,
    seen: [u64; SEEN_WORDS],
    blocks: [Option<u16>; DATAGRAM_BLOCKS],
}

/// The table of datagrams and their memory, allocated once.
#[derive(Debug)]
pub(crate) struct Fragments {
    /// Beside the datagrams, like the keys, so that a search touches little memory.
    states: Vec<State>,
    keys: Vec<Key>,
    datagrams: Vec<Datagram>,
    /// Where the next datagram goes: places are taken in turn, so here is about the oldest.
    next: usize,
    memory: Vec<u8>,
    free_blocks: Vec<u16>,
    assembled: Vec<u8>,
}

impl Fragments {
    /// An empty table.
    pub(crate) fn new() -> Self {
        let nobody = IpAddr::from([0; 4]);
        let key =
            Key { id: 0, capture: CaptureId(0), vlan: 0, source: nobody, destination: nobody, protocol: 0 };
        let (seen, blocks) = ([0; SEEN_WORDS], [None; DATAGRAM_BLOCKS]);
        let datagram = Datagram { len: None, end: 0, protocol: 0, units: 0, seen, blocks };
        Self {
            states: vec![State::Free; DATAGRAMS_MAX],
            keys: vec![key; DATAGRAMS_MAX],
            datagrams: vec![datagram; DATAGRAMS_MAX],
            next: 0,
            memory: vec![0; usize::from(BLOCKS_MAX) * BLOCK_LEN],
            free_blocks: (0..BLOCKS_MAX).collect(),
            assembled: vec![0; DATAGRAM_LEN_MAX + 1],
        }
    }

    /// The payload that [`Kept::Whole`] announced.
    pub(crate) fn assembled(&self, len: usize) -> &[u8] {
        self.assembled.get(..len).unwrap_or_default()
    }

    /// Adds a fragment to its datagram.
    pub(crate) fn keep(&mut self, piece: &Piece<'_>, counters: &mut Counters) -> Kept {
        let end = piece.offset.saturating_add(piece.len);
        // All but the last fill whole units, or nothing could follow them.
        if piece.len == 0 || end > DATAGRAM_LEN_MAX || !piece.last && !piece.len.is_multiple_of(UNIT_LEN) {
            counters.conflicts += 1;
            return Kept::Bad;
        }
        if piece.bytes.len() < piece.len {
            counters.cut += 1;
            return Kept::Waiting;
        }
        let Some(index) = self.place(piece, counters) else {
            return Kept::Waiting;
        };
        let added = loop {
            match self.add(index, piece, end) {
                Some(Added::NoMemory) if self.evict_another(index, counters) => {}
                added => break added,
            }
        };
        match added {
            Some(Added::Agreed) => self.finish(index, piece.time, counters).unwrap_or(Kept::Waiting),
            Some(Added::Differed) => {
                counters.conflicts += 1;
                self.finish(index, piece.time, counters).unwrap_or(Kept::Bad)
            }
            Some(Added::NoMemory) => Kept::Waiting,
            None => {
                counters.conflicts += 1;
                Kept::Bad
            }
        }
    }

    /// The place of the fragment's datagram, taken now if it is new; nothing for a copy of a finished one.
    fn place(&mut self, piece: &Piece<'_>, counters: &mut Counters) -> Option<usize> {
        let known = self
            .states
            .iter()
            .zip(&self.keys)
            .position(|(state, key)| *key == piece.key && *state != State::Free);
        let index = match known {
            Some(index) => match self.states.get(index)? {
                State::Open(since) if age(piece.time, *since) <= TIMEOUT_NS => return Some(index),
                State::Whole(since) if age(piece.time, *since) <= COPY_NS => return None,
                _ => index,
            },
            None => self.vacancy(),
        };
        self.release(index, piece.time, counters);
        *self.states.get_mut(index)? = State::Open(piece.time);
        *self.keys.get_mut(index)? = piece.key;
        let datagram = self.datagrams.get_mut(index)?;
        (datagram.len, datagram.end, datagram.units) = (None, 0, 0);
        datagram.protocol = piece.protocol;
        datagram.seen.fill(0);
        Some(index)
    }

    /// The first place in turn that nobody needs, or the oldest.
    fn vacancy(&mut self) -> usize {
        let open = |index: &usize| matches!(self.states.get(*index), Some(State::Open(_)));
        let index =
            (self.next..DATAGRAMS_MAX).chain(0..self.next).find(|index| !open(index)).unwrap_or(self.next);
        self.next = (index + 1) % DATAGRAMS_MAX;
        index
    }

    /// Gives a place's memory back, and counts the datagram there when it was in progress.
    fn release(&mut self, index: usize, now: Time, counters: &mut Counters) {
        let (Some(state), Some(datagram)) = (self.states.get_mut(index), self.datagrams.get_mut(index))
        else {
            return;
        };
        if let State::Open(since) = *state {
            let timed_out = age(now, since) > TIMEOUT_NS;
            *(if timed_out { &mut counters.timed_out } else { &mut counters.evicted }) += 1;
        }
        *state = State::Free;
        self.free_blocks.extend(datagram.blocks.iter_mut().filter_map(Option::take));
    }

    /// Gives up the oldest datagram in progress but this one; false when there is none.
    fn evict_another(&mut self, this: usize, counters: &mut Counters) -> bool {
        let oldest = (self.next..DATAGRAMS_MAX)
            .chain(0..self.next)
            .find(|index| *index != this && matches!(self.states.get(*index), Some(State::Open(_))));
        let Some(State::Open(since)) = oldest.and_then(|index| self.states.get(index)).copied() else {
            return false;
        };
        // Not a timeout, however old it is: its memory is what was needed.
        self.release(oldest.unwrap_or(this), since, counters);
        true
    }

    /// Copies the bytes that are new; nothing is done when they contradict the datagram's length.
    fn add(&mut self, index: usize, piece: &Piece<'_>, end: usize) -> Option<Added> {
        let datagram = self.datagrams.get_mut(index)?;
        let fits = match datagram.len {
            Some(len) if piece.last => len == end,
            Some(len) => end <= len,
            None => !piece.last || datagram.end <= end,
        };
        if !fits {
            return None;
        }
        for block in datagram.blocks.get_mut(piece.offset / BLOCK_LEN..=(end - 1) / BLOCK_LEN)? {
            if block.is_none() {
                *block = self.free_blocks.pop();
            }
            if block.is_none() {
                return Some(Added::NoMemory);
            }
        }
        if piece.last {
            datagram.len = Some(end);
        }
        if piece.offset == 0 {
            datagram.protocol = piece.protocol;
        }
        datagram.end = datagram.end.max(end);
        let mut added = Added::Agreed;
        for (unit, bytes) in (piece.offset / UNIT_LEN..).zip(piece.bytes.chunks(UNIT_LEN)) {
            let block = datagram.blocks.get(unit * UNIT_LEN / BLOCK_LEN).copied()??;
            let start = usize::from(block) * BLOCK_LEN + unit * UNIT_LEN % BLOCK_LEN;
            let place = self.memory.get_mut(start..start + bytes.len())?;
            let word = datagram.seen.get_mut(unit / 64)?;
            if *word & 1 << (unit % 64) == 0 {
                *word |= 1 << (unit % 64);
                datagram.units += 1;
                place.copy_from_slice(bytes);
            } else if place != bytes {
                added = Added::Differed;
            }
        }
        Some(added)
    }

    /// Brings a datagram that has all its units into one piece, and gives its memory back.
    fn finish(&mut self, index: usize, now: Time, counters: &mut Counters) -> Option<Kept> {
        let datagram = self.datagrams.get_mut(index)?;
        let len = datagram.len.filter(|len| datagram.units == len.div_ceil(UNIT_LEN))?;
        for (block, place) in datagram.blocks.iter().zip(self.assembled.chunks_mut(BLOCK_LEN)) {
            let Some(block) = block else { break };
            let start = usize::from(*block) * BLOCK_LEN;
            place.copy_from_slice(self.memory.get(start..start + BLOCK_LEN)?);
        }
        self.free_blocks.extend(datagram.blocks.iter_mut().filter_map(Option::take));
        let protocol = datagram.protocol;
        *self.states.get_mut(index)? = State::Whole(now);
        counters.reassembled += 1;
        Some(Kept::Whole { protocol, len })
    }
}

/// Nanoseconds between two moments, either way: the clock of a capture may jump.
fn age(now: Time, then: Time) -> u64 {
    now.since(then).unsigned_abs()
}
