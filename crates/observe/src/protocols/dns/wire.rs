//! Bytes to messages: header, questions, records (RFC 1035, section 4). Records stay where they are.

use crate::dissector::Probe;
use wire::{Defect, DomainName, Malformed, Reader};

/// Bytes of the header.
pub(crate) const HEADER_LEN: usize = 12;
/// Questions and records read of one message.
const RECORDS_MAX: u32 = 512;

/// Record types that are looked into.
pub(crate) const TYPE_A: u16 = 1;
pub(crate) const TYPE_PTR: u16 = 12;
pub(crate) const TYPE_TXT: u16 = 16;
pub(crate) const TYPE_AAAA: u16 = 28;
pub(crate) const TYPE_SRV: u16 = 33;

/// One message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// Whether it answers.
    pub(crate) response: bool,
    /// Kind of query.
    pub(crate) opcode: u8,
    /// How it went (RFC 1035, 4.1.1, RCODE).
    pub(crate) rcode: u8,
    /// The name and type of the first question.
    pub(crate) question: Option<(DomainName<'a>, u16)>,
    records: Reader<'a>,
    counts: [u16; 3],
}

/// One resource record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    /// Whom it is about.
    pub(crate) name: DomainName<'a>,
    /// Its type.
    pub(crate) kind: u16,
    /// A reader over the whole message that stands at its data, for names in them.
    pub(crate) at: Reader<'a>,
    /// Its data.
    pub(crate) data: &'a [u8],
}

/// A header that makes sense, and so few records that they could fit.
pub(crate) fn probe(head: &[u8]) -> Probe {
    let mut reader = Reader::new(head);
    let (Ok(_id), Ok(flags)) = (reader.u16(), reader.u16()) else { return Probe::Maybe };
    let opcode = flags >> 11 & 15;
    // Bit Z is reserved; opcodes beyond stateful operations are not assigned.
    if flags & 0x0040 != 0 || opcode > 6 || (flags & 0x8000 == 0 && flags & 15 != 0) {
        return Probe::No;
    }
    let (Ok(questions), Ok(answers), Ok(_), Ok(_)) = (reader.u16(), reader.u16(), reader.u16(), reader.u16())
    else {
        return Probe::Maybe;
    };
    if u32::from(questions) > RECORDS_MAX || u32::from(answers) > RECORDS_MAX {
        Probe::No
    } else {
        Probe::Maybe
    }
}

/// Whether the head is a plain query, or the answer to one, of the Internet class with a name of host characters: what a
/// resolver on any port sends, and hardly anything else.
pub(crate) fn certain(head: &[u8]) -> bool {
    let mut reader = Reader::new(head);
    let _id = reader.u16();
    let (Ok(flags), Ok(1)) = (reader.u16(), reader.u16()) else { return false };
    let counts = [reader.u16(), reader.u16(), reader.u16()];
    // Opcode 0 and the flags that occur: response, authoritative, recursion wanted and there, data checked.
    let plain = flags & !0x85b5 == 0 && flags & 0x0100 != 0 && flags & 15 <= 5;
    let few = match (flags & 0x8000 != 0, counts) {
        (false, [Ok(0), Ok(0), Ok(0 | 1)]) => true,
        (true, [Ok(answers), Ok(authority), Ok(additional)]) => answers.max(authority).max(additional) <= 32,
        _ => false,
    };
    let Ok(name) = DomainName::read(&mut reader) else { return false };
    let host = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let readable = name.labels().flatten().all(|label| label.iter().all(host)) && name.labels().count() >= 2;
    let kind = matches!(reader.u16(), Ok(1 | 2 | 5 | 6 | 12 | 15 | 16 | 28 | 33 | 65));
    plain && few && readable && kind && reader.u16() == Ok(1)
}

/// Reads one whole message; every record must be whole.
pub(crate) fn parse(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    reader.skip(2)?;
    let flags = reader.u16()?;
    let questions = reader.u16()?;
    let counts = [reader.u16()?, reader.u16()?, reader.u16()?];
    let total = counts.iter().fold(u32::from(questions), |sum, count| sum + u32::from(*count));
    reader.ensure(total <= RECORDS_MAX, Defect::TooMany)?;
    let mut question = None;
    for _ in 0..questions {
        let name = DomainName::read(&mut reader)?;
        let kind = reader.u16()?;
        reader.skip(2)?;
        question = question.or(Some((name, kind)));
    }
    let message = Message {
        response: flags & 0x8000 != 0,
        opcode: flags.to_be_bytes()[0] >> 3 & 15,
        rcode: flags.to_be_bytes()[1] & 15,
        question,
        records: reader,
        counts,
    };
    let mut rest = reader;
    for _ in questions..u16::try_from(total).unwrap_or(u16::MAX) {
        record(&mut rest)?;
    }
    Ok(message)
}

impl<'a> Message<'a> {
    /// The answers.
    pub(crate) fn answers(&self) -> impl Iterator<Item = Record<'a>> {
        self.all().take(usize::from(self.counts[0]))
    }

    /// Answers, authority and additional records.
    pub(crate) fn all(&self) -> impl Iterator<Item = Record<'a>> {
        let count = self.counts.iter().map(|count| usize::from(*count)).sum();
        let mut reader = self.records;
        core::iter::from_fn(move || record(&mut reader).ok()).take(count)
    }
}

fn record<'a>(reader: &mut Reader<'a>) -> Result<Record<'a>, Malformed> {
    let name = DomainName::read(reader)?;
    let kind = reader.u16()?;
    // Class and time to live say nothing about the plant.
    reader.skip(6)?;
    let len = usize::from(reader.u16()?);
    let at = *reader;
    let data = reader.take(len)?;
    Ok(Record { name, kind, at, data })
}
