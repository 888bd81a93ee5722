//! The model and what makes it outlive a killed process: a journal of batches since the last snapshot.
//!
//! A batch is written to the journal before it is folded, and acknowledged only when the journal is on the disk. On
//! start the newest snapshot that can be read is restored and the journal behind it is folded again, so that the model
//! is the one that a process without an end would have.

use crate::heads::{Origin, ReadingId, RecordHead, SnapshotHead, Taken};
use crate::remote::{Fence, Remote};
use batch::Words;
use facts::Sink;
use facts::id::SensorId;
use journal::{Appended, Journal, Limits, WhenFull};
use model::Model;
use sensor::Position;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Bytes of one file of the journal.
const SEGMENT_BYTES: u64 = 16 << 20;
/// Bytes of the journal at most. A snapshot is made long before.
const JOURNAL_BYTES: u64 = 1 << 30;
/// A snapshot is made when the journal behind the last one has grown to this.
const SNAPSHOT_AFTER_BYTES: u64 = 64 << 20;
/// Snapshots that are kept: the newest, and one to fall back on.
const SNAPSHOTS: usize = 2;

/// The model with its journal.
pub struct Keeper {
    folder: PathBuf,
    /// Everything learned.
    pub model: Model,
    words: Words,
    journal: Journal,
    last: Option<Position>,
    remotes: BTreeMap<SensorId, Position>,
    readings: BTreeMap<ReadingId, Taken>,
    /// Whether batches were folded that the journal could not take: only a snapshot makes them outlive this process.
    is_ahead: bool,
    /// Bytes written since the last snapshot.
    behind: u64,
    /// What was wrong at the start or since, one line each.
    pub remarks: Vec<String>,
}

/// What a batch told besides its observations.
pub(crate) type Told = batch::Report;

impl Keeper {
    /// Opens the folder: restores the newest snapshot that can be read and folds the journal behind it. The model
    /// remembers `remembered` at most, or what it remembered before if that is more.
    pub fn open(folder: &Path, remembered: model::Limits) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut words = words();
        let limits = Limits {
            segment_bytes: SEGMENT_BYTES,
            total_bytes: JOURNAL_BYTES,
            when_full: WhenFull::DropOldest,
        };
        let journal = Journal::open(&folder.join("journal"), limits).map_err(io::Error::other)?;
        let mut remarks: Vec<String> =
            journal.losses().iter().map(|loss| format!("the journal lost {loss:?}")).collect();
        let (model, head) = restore(folder, remembered, &mut words, &mut remarks);
        let folder = folder.to_path_buf();
        let SnapshotHead { next, last, remotes, readings } = head;
        let (is_ahead, behind) = (false, 0);
        let mut keeper =
            Self { folder, model, words, journal, last, remotes, readings, is_ahead, behind, remarks };
        keeper.fold_again(next)?;
        Ok(keeper)
    }

    /// The last batch that is kept of the sensor on this machine.
    #[must_use]
    pub fn last(&self) -> Option<Position> {
        self.last
    }

    /// The last batch that is kept of a sensor on another machine.
    #[must_use]
    pub fn last_of(&self, sensor: SensorId) -> Option<Position> {
        self.remotes.get(&sensor).copied()
    }

    /// The last batch that is kept of each sensor on another machine.
    #[must_use]
    pub fn remotes(&self) -> &BTreeMap<SensorId, Position> {
        &self.remotes
    }

    fn fold_again(&mut self, from: u64) -> io::Result<()> {
        let mut reading = self.journal.read_from(from);
        let mut passed_over = 0_u64;
        while let Some(record) = reading.next().map_err(io::Error::other)? {
            let Some((head, batch)) = RecordHead::read(&record.contents) else {
                passed_over += 1;
                continue;
            };
            self.behind += u64::try_from(batch.len()).unwrap_or(0);
            self.remember(head);
            let told = match head.0 {
                Origin::Here(_) | Origin::Reading(..) => {
                    batch::replay(batch, &mut self.words, &mut self.model).map(drop)
                }
                Origin::Remote(remote, _) => {
                    batch::replay(batch, &mut self.words, &mut Fence::new(remote, &mut self.model)).map(drop)
                }
                Origin::Read(_) => Ok(()),
            };
            if let Err(defect) = told {
                self.remarks.push(format!("a batch of the journal was passed over: {defect:?}"));
            }
        }
        if passed_over > 0 {
            let why = "not of version 3, which this program writes";
            self.remarks.push(format!("{passed_over} records of the journal were passed over: {why}"));
        }
        Ok(())
    }

    fn remember(&mut self, RecordHead(origin): RecordHead) {
        match origin {
            Origin::Remote(remote, position) => drop(self.remotes.insert(remote.sensor, position)),
            // Before version 3 batches of captures had no place of their own.
            Origin::Here(position) if position.incarnation > 0 => self.last = Some(position),
            Origin::Here(_) => {}
            Origin::Reading(id, taken) => drop(self.readings.insert(id, taken)),
            Origin::Read(id) => drop(self.readings.remove(&id)),
        }
    }

    /// Writes a batch to the journal and folds it; `also` hears the same observations. A disk that is full does not
    /// stop the watch: the batch is folded all the same, and the trouble is returned.
    pub fn take(
        &mut self,
        position: Position,
        batch: &[u8],
        also: &mut dyn Sink,
    ) -> (Option<Told>, Option<String>) {
        let head = RecordHead(Origin::Here(position));
        let trouble = self.write(head, batch).err();
        self.is_ahead |= trouble.is_some();
        self.remember(head);
        let told = batch::replay(batch, &mut self.words, &mut Both { first: &mut self.model, second: also });
        match told {
            Ok(told) => (Some(told), trouble),
            Err(defect) => (None, Some(format!("a batch of the sensor cannot be read: {defect:?}"))),
        }
    }

    /// The same for a batch of a sensor on another machine, held within its own numbers. When the disk refuses it,
    /// nothing is folded: the sensor still has it. Returns how many records, or batches, could not be used.
    pub(crate) fn take_remote(
        &mut self,
        remote: Remote,
        position: Position,
        batch: &[u8],
        also: &mut dyn Sink,
    ) -> Result<u64, String> {
        let head = RecordHead(Origin::Remote(remote, position));
        self.write(head, batch)?;
        self.remember(head);
        let mut both = Both { first: &mut self.model, second: also };
        let mut fence = Fence::new(remote, &mut both);
        let told = batch::replay(batch, &mut self.words, &mut fence);
        Ok(fence.refused + told.map_or(1, |told| told.damaged))
    }

    /// What was taken of a capture so far; `None` when nothing was, or when its end was noted.
    pub(crate) fn taken(&self, id: ReadingId) -> Option<Taken> {
        self.readings.get(&id).copied()
    }

    /// Takes a batch of a capture once: one that was taken before, by a server that was killed, counts for nothing.
    /// When the disk refuses it nothing is folded: the capture still has it.
    pub(crate) fn take_reading(
        &mut self,
        id: ReadingId,
        taken: Taken,
        batch: &[u8],
        also: &mut dyn Sink,
    ) -> Result<(), String> {
        if self.taken(id).is_some_and(|known| taken.batches <= known.batches) {
            return Ok(());
        }
        let head = RecordHead(Origin::Reading(id, taken));
        self.write(head, batch)?;
        self.remember(head);
        let mut both = Both { first: &mut self.model, second: also };
        let told = batch::replay(batch, &mut self.words, &mut both);
        told.map(drop).map_err(|defect| format!("a batch of a capture cannot be read: {defect:?}"))
    }

    /// What became of a capture is noted: how far it was read need not be known any more.
    pub(crate) fn forget_reading(&mut self, id: ReadingId) -> Result<(), String> {
        let head = RecordHead(Origin::Read(id));
        self.write(head, &[])?;
        self.remember(head);
        Ok(())
    }

    fn write(&mut self, head: RecordHead, batch: &[u8]) -> Result<(), String> {
        let record = head.record(batch);
        let next = self.journal.next_sequence();
        self.behind += u64::try_from(record.len()).unwrap_or(0);
        match self.journal.append(next, &record) {
            Ok(Appended::Written) => Ok(()),
            Ok(Appended::Refused) => Err("the journal is full".to_owned()),
            Err(error) => Err(format!("the journal cannot be written: {error}")),
        }
    }

    /// Puts the journal on the disk; only then may its batches be acknowledged.
    pub fn sync(&mut self) -> Result<(), String> {
        self.journal.sync().map_err(|error| format!("the journal cannot be put on the disk: {error}"))
    }

    /// Whether the journal has grown enough for a snapshot, or lacks something.
    #[must_use]
    pub fn wants_snapshot(&self) -> bool {
        self.is_ahead || self.behind > SNAPSHOT_AFTER_BYTES
    }

    /// Writes a snapshot and lets go of the journal before the one that came before it.
    pub fn snapshot(&mut self) -> io::Result<()> {
        self.journal.sync().map_err(io::Error::other)?;
        let next = self.journal.next_sequence();
        let mut bytes = Vec::with_capacity(1 << 20);
        let (remotes, readings) = (self.remotes.clone(), self.readings.clone());
        SnapshotHead { next, last: self.last, remotes, readings }.write(&mut bytes);
        self.model.snapshot(&mut bytes);
        let path = self.folder.join(format!("model-{next:020}.snapshot"));
        let fresh = path.with_extension("new");
        // A part of one that found no room would only take room.
        write_new(&fresh, &bytes).inspect_err(|_| drop(fs::remove_file(&fresh)))?;
        fs::rename(&fresh, &path)?;
        File::open(&self.folder)?.sync_all()?;
        (self.behind, self.is_ahead) = (0, false);
        let kept = snapshots(&self.folder);
        for (_, old) in kept.iter().skip(SNAPSHOTS) {
            let _ = fs::remove_file(old);
        }
        if let Some((oldest, _)) = kept.iter().take(SNAPSHOTS).next_back() {
            self.journal.forget_before(*oldest).map_err(io::Error::other)?;
        }
        Ok(())
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Names and ids of protocols are those of this program.
fn words() -> Words {
    Words::new(|name| observe::Protocol::named(name).map(|protocol| facts::Protocol::from(protocol).id))
}

/// The newest snapshot that can be read, where the journal goes on, and the last batches in it.
fn restore(
    folder: &Path,
    limits: model::Limits,
    words: &mut Words,
    remarks: &mut Vec<String>,
) -> (Model, SnapshotHead) {
    for (_, path) in snapshots(folder) {
        match read(&path, limits, words) {
            Ok(found) => return found,
            Err(why) => remarks.push(format!("snapshot {} was passed over: {why}", path.display())),
        }
    }
    (Model::new(limits), SnapshotHead::default())
}

fn read(path: &Path, limits: model::Limits, words: &mut Words) -> Result<(Model, SnapshotHead), String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let (head, rest) = SnapshotHead::read(&bytes)?;
    let model = Model::restore(rest, limits, words).map_err(|error| error.to_string())?;
    Ok((model, head))
}

/// Snapshots of the folder with the journal record that follows each, the newest first.
fn snapshots(folder: &Path) -> Vec<(u64, PathBuf)> {
    let name = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        name.strip_prefix("model-")?.strip_suffix(".snapshot")?.parse().ok()
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(u64, PathBuf)> =
        entries.filter_map(|entry| Some((name(&entry.path())?, entry.path()))).collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found
}

/// Two sinks that hear the same.
struct Both<'a> {
    first: &'a mut Model,
    second: &'a mut dyn Sink,
}

impl Sink for Both<'_> {
    fn observation(&mut self, seen: &facts::Seen, observation: &facts::Observation<'_>) {
        self.first.observation(seen, observation);
        self.second.observation(seen, observation);
    }

    fn heard(&mut self, heard: &facts::Heard) {
        self.first.heard(heard);
        self.second.heard(heard);
    }

    fn presence(&mut self, presence: &facts::Presence) {
        self.first.presence(presence);
        self.second.presence(presence);
    }

    fn flow(&mut self, summary: &facts::FlowSummary<'_>) {
        self.first.flow(summary);
        self.second.flow(summary);
    }

    fn forwarded(&mut self, network: facts::NetworkId, into: wire::Mac, out_of: wire::Mac) {
        self.first.forwarded(network, into, out_of);
        self.second.forwarded(network, into, out_of);
    }

    fn same_network(&mut self, kept: facts::NetworkId, joined: facts::NetworkId) {
        self.first.same_network(kept, joined);
        self.second.same_network(kept, joined);
    }
}
