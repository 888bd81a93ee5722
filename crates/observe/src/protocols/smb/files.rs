//! Open files of all conversations: names by the request that opens them, then by their handle, so that the first read
//! or write of each can name it.

use wire::{Charset, Text};

/// Places of the table.
const PLACES: usize = 512;
/// Bytes of a name that are kept; of a longer one the end, which says most.
const NAME_MAX: usize = 160;

/// What stands for a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Key {
    /// Nothing: a free place.
    #[default]
    Free,
    /// The request that opens it, until the answer: conversation and message.
    Request(u32, u64),
    /// Its handle in a conversation.
    Handle(u32, u64),
}

/// One file.
#[derive(Clone, Copy, Debug)]
pub(super) struct File {
    key: Key,
    charset: Charset,
    len: u8,
    name: [u8; NAME_MAX],
    /// Reading it was told.
    pub(super) read: bool,
    /// Writing it was told.
    pub(super) written: bool,
    /// It is deleted when closed.
    pub(super) delete: bool,
}

impl File {
    pub(super) fn new(name: Text<'_>, delete: bool) -> Self {
        let mut file = Self {
            key: Key::Free,
            charset: name.charset,
            len: 0,
            name: [0; NAME_MAX],
            read: false,
            written: false,
            delete,
        };
        let from = name.bytes.len().saturating_sub(NAME_MAX);
        let end = name.bytes.get(from..).unwrap_or_default();
        if let (Some(place), Ok(len)) = (file.name.get_mut(..end.len()), u8::try_from(end.len())) {
            place.copy_from_slice(end);
            file.len = len;
        }
        file
    }

    pub(super) fn name(&self) -> Text<'_> {
        Text { bytes: self.name.get(..usize::from(self.len)).unwrap_or_default(), charset: self.charset }
    }
}

/// The table; a new file takes the place that its key falls on.
#[derive(Debug)]
pub(crate) struct Files {
    places: Vec<File>,
    /// Files whose place was taken before they were closed.
    evicted: u64,
}

impl Default for Files {
    fn default() -> Self {
        Self { places: vec![File::new(Text::default(), false); PLACES], evicted: 0 }
    }
}

impl Files {
    pub(super) fn put(&mut self, key: Key, file: File) {
        if let Some(place) = self.places.get_mut(place_of(key)) {
            self.evicted += u64::from(place.key != Key::Free && place.key != key);
            *place = File { key, ..file };
        }
    }

    pub(super) fn get(&mut self, key: Key) -> Option<&mut File> {
        self.places.get_mut(place_of(key)).filter(|place| place.key == key)
    }

    pub(super) fn take(&mut self, key: Key) -> Option<File> {
        let place = self.get(key)?;
        let file = *place;
        place.key = Key::Free;
        Some(file)
    }
}

fn place_of(key: Key) -> usize {
    let (kind, flow, number) = match key {
        Key::Free => (0, 0, 0),
        Key::Request(flow, message) => (1, flow, message),
        Key::Handle(flow, handle) => (2, flow, handle),
    };
    let mixed = (u64::from(flow) << 2 | kind)
        .wrapping_add(number.rotate_left(24))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 40).unwrap_or(0) % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_full_of_files_stays_bounded_and_counts() {
        let mut files = Files::default();
        for number in 0..10_000 {
            files.put(Key::Handle(1, number), File::new(Text::unknown(b"name"), false));
        }
        assert_eq!(files.places.len(), PLACES);
        assert!(files.evicted >= 10_000 - PLACES as u64);
        assert_eq!(
            files.get(Key::Handle(1, 9_999)).map(|file| file.name().bytes.to_vec()),
            Some(b"name".to_vec())
        );
        assert!(files.take(Key::Handle(1, 9_999)).is_some() && files.take(Key::Handle(1, 9_999)).is_none());
    }

    #[test]
    fn of_a_long_name_the_end_is_kept() {
        let name = [[b'a'; 200].as_slice(), b"\\end.exe"].concat();
        assert!(File::new(Text::unknown(&name), false).name().bytes.ends_with(b"\\end.exe"));
    }
}
