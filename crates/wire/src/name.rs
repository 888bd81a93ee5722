//! Domain names as DNS and its relatives write them (RFC 1035, 3.1 and 4.1.4): labels with compression, no heap.

use crate::{Defect, Malformed, Reader};

/// Longest name in octets, lengths included (RFC 1035, 2.3.4).
const NAME_MAX: usize = 255;
/// Compression pointers followed in one name. Each must point further back, so that this bounds work, not meaning.
const JUMPS_MAX: u8 = 16;

/// A name inside a message; it was read to its end once, so its labels are all there.
#[derive(Clone, Copy, Debug)]
pub struct DomainName<'a> {
    start: Reader<'a>,
}

impl<'a> DomainName<'a> {
    /// Reads a name and moves behind it. Pointers count from the first byte that `reader` was made over.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let name = Self { start: *reader };
        let mut labels = name.labels();
        for label in labels.by_ref() {
            label?;
        }
        reader.skip(labels.end.saturating_sub(reader.at()))?;
        Ok(name)
    }

    /// Its labels, the most specific first.
    #[must_use]
    pub fn labels(&self) -> Labels<'a> {
        Labels {
            next: self.start,
            limit: self.start.at(),
            end: self.start.at(),
            total: 0,
            jumps: 0,
            state: State::InPlace,
        }
    }

    /// Writes the name with dots between its labels; the root is empty. A dot inside a label is written as it is.
    pub fn dotted<'b>(&self, buffer: &'b mut [u8; 256]) -> &'b [u8] {
        let mut len = 0;
        for label in self.labels().flatten() {
            let dot = usize::from(len > 0);
            let Some(place) = buffer.get_mut(len..len + dot + label.len()) else { break };
            let (before, text) = place.split_at_mut(dot);
            before.fill(b'.');
            text.copy_from_slice(label);
            len += dot + label.len();
        }
        buffer.get(..len).unwrap_or_default()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    InPlace,
    Elsewhere,
    Done,
}

/// The labels of a name.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    next: Reader<'a>,
    limit: usize,
    end: usize,
    total: usize,
    jumps: u8,
    state: State,
}

impl<'a> Labels<'a> {
    fn step(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        loop {
            let first = self.next.u8()?;
            match first {
                0..=63 => {
                    let label = self.next.take(usize::from(first))?;
                    self.total += label.len() + 1;
                    self.next.ensure(self.total <= NAME_MAX, Defect::TooLong)?;
                    if self.state == State::InPlace {
                        self.end = self.next.at();
                    }
                    return Ok(Some(label).filter(|label| !label.is_empty()));
                }
                0xc0.. => {
                    let target = usize::from(first & 0x3f) << 8 | usize::from(self.next.u8()?);
                    if self.state == State::InPlace {
                        self.end = self.next.at();
                        self.state = State::Elsewhere;
                    }
                    self.jumps += 1;
                    self.next.ensure(target < self.limit, Defect::BadValue)?;
                    self.next.ensure(self.jumps <= JUMPS_MAX, Defect::TooMany)?;
                    self.limit = target;
                    self.next = Reader::new(self.next.whole());
                    self.next.skip(target)?;
                }
                _ => return Err(self.next.defect(Defect::BadValue)),
            }
        }
    }
}

impl<'a> Iterator for Labels<'a> {
    type Item = Result<&'a [u8], Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::Done {
            return None;
        }
        let label = self.step().transpose();
        if !matches!(label, Some(Ok(_))) {
            self.state = State::Done;
        }
        label
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(message: &[u8], at: usize) -> Result<(String, usize), Malformed> {
        let mut reader = Reader::new(message);
        reader.skip(at)?;
        let name = DomainName::read(&mut reader)?;
        Ok((String::from_utf8_lossy(name.dotted(&mut [0; 256])).into_owned(), reader.at()))
    }

    #[test]
    fn names_and_pointers() {
        let message = b"\x03plc\x05plant\x04test\x00\x02s7\xc0\x04\xc0\x10\x00";
        assert_eq!(at(message, 0), Ok(("plc.plant.test".into(), 16)));
        assert_eq!(at(message, 16), Ok(("s7.plant.test".into(), 21)));
        assert_eq!(at(message, 21), Ok(("s7.plant.test".into(), 23)), "a pointer to a name with a pointer");
        assert_eq!(at(message, 23), Ok((String::new(), 24)), "the root");
    }

    #[test]
    fn hostile_names_end() {
        assert_eq!(at(b"\xc0\x00", 0), Err(Malformed::new(2, Defect::BadValue)), "a pointer to itself");
        assert_eq!(at(b"\x01a\xc0\x02", 0).unwrap_err().defect, Defect::BadValue, "a pointer forward");
        assert_eq!(at(b"\x41ab", 0).unwrap_err().defect, Defect::BadValue, "a reserved kind of label");
        assert_eq!(at(b"\x05ab", 0), Err(Malformed::new(1, Defect::Truncated)));
        assert_eq!(at(&[1; 600], 0).unwrap_err().defect, Defect::TooLong);
        let mut chain = vec![0, 0];
        chain.extend((0..40u8).flat_map(|link| [0xc0, link * 2]));
        assert_eq!(at(&chain, 80).unwrap_err().defect, Defect::TooMany);
    }
}
