//! The whole model as bytes, and back: a restart reads the newest snapshot and replays what came after it.
//!
//! Tables are written row by row in their order, so that row numbers stay what they are; caches and indexes are built
//! anew. Protocols go by name, since another version of the program numbers them otherwise.

mod links;
mod types;

use crate::table::{Table, Texts};
use crate::{Limits, Model, Overflow};
use batch::{Code, Decoder, Encoder, Words};
use core::fmt;
use core::hash::Hash;
use hashbrown::HashMap;
use wire::{Malformed, Reader, Text};

/// The first bytes of every snapshot.
const MAGIC: [u8; 4] = *b"YGMS";
/// Version of the format; another one is not read.
const VERSION: u16 = 1;
/// Most rows of a table, so that every row has a number.
const ROWS_MAX: usize = u32::MAX as usize;

/// Why bytes are no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreError {
    /// They are no snapshot at all.
    NotASnapshot,
    /// They are a snapshot of another version of the format: this one.
    Version(u16),
    /// Their checksum is wrong: they were cut or changed.
    Damaged,
    /// The checksum is right and the contents are not: a fault of the program that wrote them.
    Unreadable(Malformed),
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotASnapshot => f.write_str("read the model: this is not a snapshot"),
            Self::Version(version) => write!(
                f,
                "read the model: the snapshot has format {version}, this program reads format {VERSION}"
            ),
            Self::Damaged => f.write_str("read the model: the snapshot was cut or changed"),
            Self::Unreadable(Malformed { at, defect }) => {
                write!(f, "read the model: the snapshot holds a wrong value ({} at {at})", defect.name())
            }
        }
    }
}

impl core::error::Error for RestoreError {}

impl Model {
    /// Writes everything that was learned behind what `into` holds. It needs about as much memory again as the bytes
    /// are long.
    pub fn snapshot(&self, into: &mut Vec<u8>) {
        let mut body = Encoder::new();
        self.encode(&mut body);
        let mut words = Encoder::new();
        words.unsigned(body.words().len() as u64);
        body.words().for_each(|word| words.sized(word.as_bytes()));
        let sum = checksum(checksum(0, words.bytes()), body.bytes());
        into.reserve(22 + words.bytes().len() + body.bytes().len());
        into.extend_from_slice(&MAGIC);
        into.extend_from_slice(&VERSION.to_le_bytes());
        into.extend_from_slice(&sum.to_le_bytes());
        into.extend_from_slice(&(words.bytes().len() as u64).to_le_bytes());
        into.extend_from_slice(words.bytes());
        into.extend_from_slice(body.bytes());
    }

    /// The model of a snapshot, which will keep at most `limits` from here on; what it holds already stays.
    pub fn restore(snapshot: &[u8], limits: Limits, words: &mut Words) -> Result<Self, RestoreError> {
        let mut reader = Reader::new(snapshot);
        let cut = |_| RestoreError::Damaged;
        if reader.array() != Ok(MAGIC) {
            return Err(RestoreError::NotASnapshot);
        }
        let version = reader.u16_le().map_err(cut)?;
        if version != VERSION {
            return Err(RestoreError::Version(version));
        }
        let sum = reader.u64_le().map_err(cut)?;
        let len = usize::try_from(reader.u64_le().map_err(cut)?).unwrap_or(usize::MAX);
        let (named, body) = (reader.take(len).map_err(cut)?, reader.rest());
        if checksum(checksum(0, named), body) != sum {
            return Err(RestoreError::Damaged);
        }
        let named: Result<Vec<String>, Malformed> =
            Decoder::over(named, &[], words, |decoder| decoder.list(ROWS_MAX));
        let named = named.map_err(RestoreError::Unreadable)?;
        let named: Vec<&str> = named.iter().map(String::as_str).collect();
        Decoder::over(body, &named, words, |decoder| Self::decode(decoder, limits))
            .map_err(RestoreError::Unreadable)
    }

    /// The tables in an order that may never change.
    fn encode(&self, encoder: &mut Encoder) {
        self.overflow.encode(encoder);
        encoder.list(self.texts.all().collect::<Vec<_>>().iter());
        encoder.list(self.realms.of.iter());
        (self.talked_about as u64).encode(encoder);
        table(&self.addresses, encoder);
        table(&self.pairs, encoder);
        table(&self.forwardings, encoder);
        table(&self.claims, encoder);
        let mut values: Vec<_> = self.values_per_key.iter().map(|(key, values)| (*key, *values)).collect();
        values.sort_unstable();
        encoder.list(values.iter());
        links::encode(self, encoder);
        table(&self.conversations, encoder);
        table(&self.commands, encoder);
        table(&self.outcomes, encoder);
        table(&self.variables, encoder);
        table(&self.accounts, encoder);
        table(&self.roles, encoder);
        table(&self.names, encoder);
        table(&self.neighbours, encoder);
        table(&self.markers, encoder);
        table(&self.anomalies, encoder);
        table(&self.clocks, encoder);
        table(&self.defects, encoder);
        table(&self.presences, encoder);
    }

    fn decode(decoder: &mut Decoder<'_, '_>, limits: Limits) -> Result<Self, Malformed> {
        let overflow: Overflow = Code::decode(decoder)?;
        let texts: Vec<Text<'_>> = decoder.list(ROWS_MAX)?;
        let mut model = Self::new(limits);
        model.overflow = overflow;
        model.texts = restored_texts(&texts, &limits);
        model.realms.of = decoder.list(ROWS_MAX)?;
        model.talked_about = usize::try_from(u64::decode(decoder)?).unwrap_or(usize::MAX);
        model.addresses = restored(limits.addresses, decoder)?;
        model.pairs = restored(limits.pairs, decoder)?;
        model.forwardings = restored(limits.marks, decoder)?;
        model.claims = restored(limits.claims, decoder)?;
        model.values_per_key = decoder.list(ROWS_MAX)?.into_iter().collect::<HashMap<_, _>>();
        links::decode(&mut model, decoder)?;
        model.conversations = restored(limits.conversations, decoder)?;
        model.commands = restored(limits.commands, decoder)?;
        model.outcomes = restored(limits.commands, decoder)?;
        model.variables = restored(limits.variables, decoder)?;
        model.accounts = restored(limits.accounts, decoder)?;
        model.roles = restored(limits.marks, decoder)?;
        model.names = restored(limits.names, decoder)?;
        model.neighbours = restored(limits.marks, decoder)?;
        model.markers = restored(limits.marks, decoder)?;
        model.anomalies = restored(limits.marks, decoder)?;
        model.clocks = restored(limits.marks, decoder)?;
        model.defects = restored(limits.marks, decoder)?;
        // Snapshots of earlier versions end here.
        if decoder.remaining() > 0 {
            model.presences = restored(limits.marks, decoder)?;
        }
        Ok(model)
    }
}

/// Writes a table's rows.
fn table<'v, K: Code<'v> + Hash + Eq + 'v, V: Code<'v> + 'v>(table: &Table<K, V>, encoder: &mut Encoder) {
    encoder.unsigned(table.rows().len() as u64);
    for (key, value) in table.rows() {
        key.encode(encoder);
        value.encode(encoder);
    }
}

/// Reads a table's rows.
fn restored<'a, K: Code<'a> + Hash + Eq, V: Code<'a>>(
    limit: usize,
    decoder: &mut Decoder<'a, '_>,
) -> Result<Table<K, V>, Malformed> {
    Ok(Table::restore(limit, decoder.list(ROWS_MAX)?))
}

/// The texts with the numbers they had, whatever the limits are now.
fn restored_texts(texts: &[Text<'_>], limits: &Limits) -> Texts {
    let bytes = texts.iter().map(|text| text.bytes.len()).sum();
    let mut restored = Texts::new(limits.texts.max(texts.len()), limits.text_bytes.max(bytes));
    for text in texts {
        restored.intern(*text);
    }
    restored
}

/// A sum that notices cut and changed bytes. Not against people: whoever can write the file can write its sum.
fn checksum(start: u64, bytes: &[u8]) -> u64 {
    let fold = |sum: u64, word: u64| (sum.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let (words, rest) = bytes.as_chunks::<8>();
    let sum = words.iter().fold(start, |sum, word| fold(sum, u64::from_le_bytes(*word)));
    let sum = rest.iter().fold(sum, |sum, byte| fold(sum, u64::from(*byte)));
    fold(sum, bytes.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::{Heard, NetworkId, Presence, Sink};
    use wire::{CaptureId, Mac, Time};

    fn second(second: i64) -> Time {
        Time(second * 1_000_000_000)
    }

    /// A model that heard one machine.
    fn one() -> Model {
        let mut model = Model::new(Limits::default());
        let (time, capture, network) = (second(0), CaptureId(0), NetworkId(0));
        let mac = Some(Mac([0, 1, 2, 3, 4, 5]));
        model.heard(&Heard { time, capture, network, mac, ip: None, vlan: 0, ttl: 0, to_group: false });
        model
    }

    fn restore(snapshot: &[u8]) -> Result<Model, RestoreError> {
        Model::restore(snapshot, Limits::default(), &mut Words::new(|_| None))
    }

    #[test]
    fn a_snapshot_from_before_presence_was_kept_is_read() {
        let mut snapshot = Vec::new();
        one().snapshot(&mut snapshot);
        // The table of presences stands last, and an empty one is a single zero.
        assert_eq!(snapshot.pop(), Some(0));
        let (head, rest) = snapshot.split_at_mut(22);
        let named =
            usize::try_from(u64::from_le_bytes(*head.last_chunk().expect("a length"))).expect("short");
        let sum = checksum(checksum(0, &rest[..named]), &rest[named..]);
        head[6..14].copy_from_slice(&sum.to_le_bytes());
        let model = restore(&snapshot).expect("it is read");
        assert_eq!(model.addresses.len(), 1);
        assert_eq!(model.presences.len(), 0);
    }

    #[test]
    fn who_is_missed_is_still_missed_after_a_restart() {
        let mut model = one();
        for step in 0..=8 {
            let (network, mac) = (NetworkId(0), Mac([0, 1, 2, 3, 4, 5]));
            let sent = u32::from(step == 0);
            model.presence(&Presence { time: second(step * 5), network, mac, sent, received: 1 });
        }
        let mut snapshot = Vec::new();
        model.snapshot(&mut snapshot);
        let restored = restore(&snapshot).expect("it is read");
        assert_eq!(restored.inventory().assets[0].hearing.name(), "no-longer-heard");
    }
}
