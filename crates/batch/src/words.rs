//! Words of the program that come back from bytes: bounded, each kept once for the life of the process.

use facts::Protocol;
use hashbrown::HashMap;

/// Most words kept.
const WORDS_MAX: usize = 20_000;
/// Most bytes of all words together.
const BYTES_MAX: usize = 1 << 20;
/// Longest word in bytes; names of commands and statuses are far shorter.
const WORD_MAX: usize = 256;
/// Stands for a word that found no room.
const DROPPED: &str = "…";
/// First number of a protocol that this version of the program does not know.
const FOREIGN_FIRST: u16 = 1024;
/// Most such protocols.
const FOREIGN_MAX: u16 = 256;
/// Number of a protocol that is no protocol: conversations in which none was recognised.
const NO_PROTOCOL: u16 = u16::MAX;

/// The words that were read so far. Make one for each process and keep it: a word that is new is kept for ever.
pub struct Words {
    known: HashMap<&'static str, ()>,
    protocols: HashMap<&'static str, Protocol>,
    bytes: usize,
    foreign: u16,
    dropped: u64,
    number: fn(&str) -> Option<u16>,
}

impl core::fmt::Debug for Words {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (words, bytes, dropped) = (self.known.len(), self.bytes, self.dropped);
        f.debug_struct("Words")
            .field("words", &words)
            .field("bytes", &bytes)
            .field("dropped", &dropped)
            .finish_non_exhaustive()
    }
}

impl Words {
    /// No words yet. `number` gives the number that a protocol of this name has in the running program: numbers
    /// change from version to version, names do not.
    #[must_use]
    pub fn new(number: fn(&str) -> Option<u16>) -> Self {
        Self { known: HashMap::new(), protocols: HashMap::new(), bytes: 0, foreign: 0, dropped: 0, number }
    }

    /// Words that found no room (20,000 words, 1 MiB, 256 bytes each) and stand as `…` since.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The word itself, for as long as the program runs.
    pub fn word(&mut self, text: &str) -> &'static str {
        if text.is_empty() {
            return "";
        }
        if let Some((known, ())) = self.known.get_key_value(text) {
            return known;
        }
        let full = self.known.len() >= WORDS_MAX || self.bytes + text.len() > BYTES_MAX;
        if full || text.len() > WORD_MAX {
            self.dropped += 1;
            return DROPPED;
        }
        self.bytes += text.len();
        let word: &'static str = text.to_owned().leak();
        self.known.insert(word, ());
        word
    }

    /// The protocol of a name that [`Words::word`] gave out. One that the program does not know gets a number above
    /// all others; beyond 256 of them it counts as no protocol.
    pub fn protocol(&mut self, name: &'static str) -> Protocol {
        if let Some(known) = self.protocols.get(name) {
            return *known;
        }
        let id = match (self.number)(name) {
            Some(id) => id,
            None if name.is_empty() || name == "unknown" || self.foreign == FOREIGN_MAX => NO_PROTOCOL,
            None => {
                self.foreign += 1;
                FOREIGN_FIRST + self.foreign - 1
            }
        };
        let protocol = Protocol { id, name };
        // As many as there are words, so bounded as they are.
        self.protocols.insert(name, protocol);
        protocol
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_once_and_never_without_bound() {
        let mut words = Words::new(|_| None);
        assert!(core::ptr::eq(words.word("read"), words.word(&String::from("read"))));
        for number in 0..WORDS_MAX + 10 {
            words.word(&number.to_string());
        }
        assert_eq!((words.word("late"), words.word("read")), (DROPPED, "read"));
        assert_eq!(words.dropped(), 12);
        assert_eq!(Words::new(|_| None).word(&"x".repeat(257)), DROPPED);
    }

    #[test]
    fn the_name_of_a_protocol_decides() {
        let mut words = Words::new(|name| (name == "modbus").then_some(7));
        assert_eq!(words.protocol("modbus").id, 7);
        assert_eq!((words.protocol("new").id, words.protocol("newer").id), (1024, 1025));
        assert_eq!((words.protocol("new").id, words.protocol("").id), (1024, NO_PROTOCOL));
        for number in 0..400 {
            words.protocol(number.to_string().leak());
        }
        assert_eq!(words.protocol("399").id, NO_PROTOCOL, "bounded");
    }
}
