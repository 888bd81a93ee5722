//! Bytes to messages: the header, and where parameters and data lie.

use crate::dissector::{Frame, Probe};
use wire::{Defect, Malformed, Reader};

/// Protocol identifier.
const MAGIC: u8 = 0x32;

/// One message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// Kind of message (`ROSCTR`).
    pub(crate) kind: Kind,
    /// Pairs an acknowledgement with its job.
    pub(crate) reference: u16,
    /// Error class and error code of an acknowledgement; 0 for none.
    pub(crate) error: u16,
    /// Parameters; the first byte is the function code of jobs and their acknowledgements.
    pub(crate) parameters: &'a [u8],
    /// Data.
    pub(crate) data: &'a [u8],
}

/// Kinds of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A request.
    Job,
    /// An acknowledgement without data.
    Ack,
    /// An acknowledgement with data.
    AckData,
    /// User data: a request, an answer or an indication, as its parameters say.
    Userdata,
}

impl Kind {
    fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Job),
            2 => Some(Self::Ack),
            3 => Some(Self::AckData),
            7 => Some(Self::Userdata),
            _ => None,
        }
    }

    fn header_len(self) -> usize {
        if matches!(self, Self::Ack | Self::AckData) { 12 } else { 10 }
    }
}

/// The identifier and a kind of message that exists.
pub(super) fn probe(head: &[u8]) -> Probe {
    match head {
        [] | [MAGIC] => Probe::Maybe,
        [MAGIC, kind, ..] if Kind::from_code(*kind).is_some() => Probe::Yes,
        _ => Probe::No,
    }
}

/// The header tells the lengths of parameters and data.
pub(super) fn frame(bytes: &[u8]) -> Frame {
    let mut reader = Reader::new(bytes);
    let (Ok(MAGIC), Ok(kind)) = (reader.u8(), reader.u8()) else { return Frame::Lost };
    let Some(kind) = Kind::from_code(kind) else { return Frame::Lost };
    if reader.skip(4).is_err() {
        return Frame::Need(kind.header_len());
    }
    let (Ok(parameters), Ok(data)) = (reader.u16(), reader.u16()) else {
        return Frame::Need(kind.header_len());
    };
    Frame::Whole(kind.header_len() + usize::from(parameters) + usize::from(data))
}

/// Reads one whole message.
pub(super) fn parse(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    reader.ensure(reader.peek() == Some(MAGIC), Defect::BadMagic)?;
    reader.skip(1)?;
    let kind = reader.u8()?;
    let kind = Kind::from_code(kind).ok_or(reader.defect(Defect::BadValue))?;
    reader.skip(2)?;
    let reference = reader.u16()?;
    let (parameters_len, data_len) = (usize::from(reader.u16()?), usize::from(reader.u16()?));
    let error = if kind.header_len() == 12 { reader.u16()? } else { 0 };
    let parameters = reader.take(parameters_len)?;
    let data = reader.take(data_len)?;
    // Only a bare acknowledgement may come without parameters.
    reader.ensure(!parameters.is_empty() || matches!(kind, Kind::Ack | Kind::AckData), Defect::Truncated)?;
    Ok(Message { kind, reference, error, parameters, data })
}
