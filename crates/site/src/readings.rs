//! Captures that are being read, as the folding thread knows them: each of their batches counts once, whoever is killed
//! meanwhile, and what a full disk refuses is tried again while the capture waits.

use crate::heads::{ReadingId, Taken};
use crate::keeper::Keeper;
use crate::mirrors::Mirrors;
use facts::{NetworkId, Sink};
use std::sync::mpsc::Receiver;
use tokio::sync::oneshot;
use wire::CaptureId;

/// Interfaces of uploads have capture numbers from here on, far from those of live ports: what their addresses mean is
/// not known to be the same.
const FIRST_UPLOAD: u16 = 1000;
/// Numbers for uploads; then they begin again.
const UPLOADS: u16 = 1000;
/// Messages that are taken at once, so that the live sensor has its turn.
const TURN: u32 = 64;

/// What readers of captures say.
pub(crate) enum FromFile {
    /// A capture is about to be read; answered with what was taken of it before. Without a number of its own it gets
    /// the next of the uploads.
    Begin { id: ReadingId, first: Option<CaptureId>, answer: oneshot::Sender<Taken> },
    /// Observations.
    Batch(Batch),
    /// A capture with so many interfaces was read to its end; answered when everything of it is on the disk.
    End { id: ReadingId, interfaces: u16, answer: oneshot::Sender<()> },
    /// It is noted for good that a capture was read.
    Noted(ReadingId),
    /// What was counted in a capture of a watched folder, once that it was read is noted.
    Account { name: String, account: sensor::Account },
    /// How a watched folder is, at each look: whether it can be read, and what is wrong in it.
    Folder { name: String, is_open: bool, problem: Option<String> },
}

/// A batch of a capture.
pub(crate) struct Batch {
    pub(crate) id: ReadingId,
    pub(crate) taken: Taken,
    pub(crate) bytes: Vec<u8>,
}

/// What waits on the side of the folding thread.
pub(crate) struct Readings {
    said: Receiver<FromFile>,
    next_upload: u16,
    /// Refused by the disk.
    refused: Option<Batch>,
    /// Those who wait for the disk.
    ended: Vec<oneshot::Sender<()>>,
}

impl Readings {
    /// `known` are the networks that were heard before: an upload begins as one of its own.
    pub(crate) fn new(said: Receiver<FromFile>, known: impl Iterator<Item = NetworkId>) -> Self {
        let numbers = known.filter_map(|network| network.0.checked_sub(FIRST_UPLOAD));
        let last = numbers.filter(|number| *number < UPLOADS).max();
        Self { said, next_upload: last.map_or(0, |last| last + 1), refused: None, ended: Vec::new() }
    }

    /// Tries again what the disk refused.
    pub(crate) fn retry(&mut self, keeper: &mut Keeper, also: &mut dyn Sink) -> Result<(), String> {
        match self.refused.take() {
            Some(batch) => self.batch(batch, keeper, also),
            None => Ok(()),
        }
    }

    /// Takes what readers say. True when there may be something new to show.
    pub(crate) fn take(
        &mut self,
        keeper: &mut Keeper,
        also: &mut dyn Sink,
        mirrors: &mut Mirrors,
    ) -> Result<bool, String> {
        for turn in 0..TURN {
            if self.refused.is_some() {
                return Ok(turn > 0);
            }
            let Ok(said) = self.said.try_recv() else { return Ok(turn > 0) };
            match said {
                FromFile::Begin { id, first, answer } => drop(answer.send(self.begin(id, first, keeper))),
                FromFile::Batch(batch) => self.batch(batch, keeper, also)?,
                FromFile::End { id, interfaces, answer } => {
                    self.pass_over(id, interfaces, keeper);
                    self.ended.push(answer);
                }
                FromFile::Noted(id) => keeper.forget_reading(id)?,
                FromFile::Account { name, account } => mirrors.file_of(&name, &account),
                FromFile::Folder { name, is_open, problem } => mirrors.folder(&name, is_open, problem),
            }
        }
        Ok(true)
    }

    /// What was taken so far is on the disk.
    pub(crate) fn kept(&mut self) {
        for ended in self.ended.drain(..) {
            // One that waits no longer needs no answer.
            let _ = ended.send(());
        }
    }

    fn begin(&self, id: ReadingId, first: Option<CaptureId>, keeper: &Keeper) -> Taken {
        // The rest of a capture keeps the numbers that its beginning had.
        keeper.taken(id).unwrap_or_else(|| {
            let first = first.unwrap_or(CaptureId(FIRST_UPLOAD + self.next_upload % UPLOADS));
            Taken { first, batches: 0 }
        })
    }

    fn batch(&mut self, batch: Batch, keeper: &mut Keeper, also: &mut dyn Sink) -> Result<(), String> {
        let done = keeper.take_reading(batch.id, batch.taken, &batch.bytes, also);
        if done.is_err() && keeper.taken(batch.id).is_none_or(|taken| taken.batches < batch.taken.batches) {
            self.refused = Some(batch);
        }
        done
    }

    /// The next upload has other numbers than this one.
    fn pass_over(&mut self, id: ReadingId, interfaces: u16, keeper: &Keeper) {
        let Some(taken) = keeper.taken(id) else { return };
        let number = taken.first.0.checked_sub(FIRST_UPLOAD).filter(|number| *number < UPLOADS);
        if let Some(number) = number {
            self.next_upload = number.saturating_add(interfaces.max(1)) % UPLOADS;
        }
    }
}
