//! Bytes to messages: TPKT headers, TPDUs and their parameters.

use crate::dissector::{Frame, Probe};
use wire::{Defect, Malformed, Reader};

/// Data TPDUs of one TSDU that are put together.
const PIECES_MAX: usize = 256;
/// Bytes of a TPKT header.
const TPKT: usize = 4;

/// One TPDU, or the data TPDUs of one TSDU.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// What it is.
    pub(crate) kind: Kind,
    /// Parameters of connection TPDUs.
    pub(crate) parameters: Parameters<'a>,
    /// All its bytes, TPKT headers included; `pieces` finds the user data in them.
    pub(crate) bytes: &'a [u8],
}

/// Kinds of TPDU (ISO/IEC 8073, 13.2.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// CR.
    ConnectionRequest,
    /// CC.
    ConnectionConfirm,
    /// DR with its reason.
    DisconnectRequest(u8),
    /// DC.
    DisconnectConfirm,
    /// DT; `whole` when the end-of-TSDU mark is there.
    Data {
        /// The TSDU ends here.
        whole: bool,
    },
    /// ER with its reject cause.
    Error(u8),
    /// AK, RJ, ED, EA: nothing to tell.
    Other,
}

/// The parameters that tell something (ISO/IEC 8073, 13.3.4).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Parameters<'a> {
    /// Calling transport selector.
    pub(crate) calling: &'a [u8],
    /// Called transport selector.
    pub(crate) called: &'a [u8],
}

/// One TPDU with its TPKT.
struct Tpdu<'a> {
    code: u8,
    /// Header after the code.
    header: Reader<'a>,
    data: &'a [u8],
}

/// A TPKT, a length indicator that fits, a TPDU code with the length that its kind has.
pub(super) fn probe(head: &[u8]) -> Probe {
    let mut reader = Reader::new(head);
    let (Ok(3), Ok(0), Ok(len)) = (reader.u8(), reader.u8(), reader.u16()) else {
        let start = [3, 0];
        return if head.len() < TPKT && start.starts_with(head.get(..2).unwrap_or(head)) {
            Probe::Maybe
        } else {
            Probe::No
        };
    };
    let (Ok(indicator), Ok(code)) = (reader.u8(), reader.u8()) else { return Probe::Maybe };
    let len = usize::from(len);
    let fits = usize::from(indicator) + TPKT < len;
    let ends_here = usize::from(indicator) + TPKT + 1 == len;
    // Parameter codes have the top bit set (X.224, 13.2.3); RDP puts a cookie or a request of its own there.
    let parameter = if indicator > 6 && code != 0xf0 { head.get(TPKT + 7).copied() } else { Some(0x80) };
    if parameter.is_some_and(|code| code < 0x80) {
        return Probe::No;
    }
    match code {
        // Class 0 has no numbers: the third and last byte is the mark alone.
        0xf0 => match (indicator, reader.u8()) {
            (2, Ok(0x00 | 0x80)) if fits => Probe::Yes,
            (2, Err(_)) if fits => Probe::Maybe,
            _ => Probe::No,
        },
        // Requests carry no destination reference yet.
        0xe0..=0xef => match (indicator, reader.u16()) {
            (6..=254, Ok(0)) if fits => {
                if ends_here && parameter.is_some() {
                    Probe::Yes
                } else {
                    Probe::Maybe
                }
            }
            (6..=254, Err(_)) if fits => Probe::Maybe,
            _ => Probe::No,
        },
        0xd0..=0xdf if fits && indicator >= 6 => {
            if ends_here && parameter.is_some() {
                Probe::Yes
            } else {
                Probe::Maybe
            }
        }
        0x80 if fits && indicator >= 6 => Probe::Maybe,
        0xc0 if ends_here && indicator >= 5 => Probe::Maybe,
        0x70 if fits && indicator >= 4 => Probe::Maybe,
        _ => Probe::No,
    }
}

/// One TPDU, or data TPDUs up to the end of the TSDU. An empty one without the mark (S7 sends it as a sign of life)
/// adds nothing to the TSDU and stands alone.
pub(super) fn frame(bytes: &[u8]) -> Frame {
    let mut at = 0;
    for count in 0..PIECES_MAX {
        let rest = bytes.get(at..).unwrap_or_default();
        let mut reader = Reader::new(rest);
        let (Ok(version), Ok(_reserved), Ok(len)) = (reader.u8(), reader.u8(), reader.u16()) else {
            return Frame::Need(at + TPKT);
        };
        let len = usize::from(len);
        if version != 3 || len < 7 {
            return if count == 0 { Frame::Lost } else { Frame::Whole(at) };
        }
        let (Ok(indicator), Ok(code), Ok(mark)) = (reader.u8(), reader.u8(), reader.u8()) else {
            return if count == 0 { Frame::Whole(len) } else { Frame::Need(at + 7) };
        };
        let more = is_data(indicator, code) && mark & 0x80 == 0 && len > 7;
        if count > 0 && !is_data(indicator, code) {
            return Frame::Whole(at);
        }
        at += len;
        if !more || at > 65_536 {
            break;
        }
    }
    Frame::Whole(at)
}

/// A data TPDU of class 0 or 2 with a normal number.
fn is_data(indicator: u8, code: u8) -> bool {
    indicator == 2 && code & 0xf0 == 0xf0
}

/// Reads one message as framed.
pub(super) fn parse(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let mut first = tpdu(&mut reader)?;
    let mut parameters = Parameters::default();
    let kind = match first.code & 0xf0 {
        0xf0 => Kind::Data { whole: ends(bytes)? },
        0xe0 | 0xd0 => {
            // Destination and source reference, class and options.
            first.header.skip(5)?;
            parameters = self::parameters(&mut first.header)?;
            if first.code & 0xf0 == 0xe0 { Kind::ConnectionRequest } else { Kind::ConnectionConfirm }
        }
        0x80 => {
            first.header.skip(4)?;
            Kind::DisconnectRequest(first.header.u8()?)
        }
        0xc0 => Kind::DisconnectConfirm,
        0x70 => {
            first.header.skip(2)?;
            Kind::Error(first.header.u8()?)
        }
        0x10 | 0x20 | 0x50 | 0x60 => Kind::Other,
        _ => return Err(Malformed::new(TPKT + 1, Defect::BadValue)),
    };
    Ok(Message { kind, parameters, bytes })
}

/// Reads every data TPDU; whether the last one carries the mark.
fn ends(bytes: &[u8]) -> Result<bool, Malformed> {
    let mut reader = Reader::new(bytes);
    let mut last = false;
    while !reader.is_empty() {
        let mut tpdu = tpdu(&mut reader)?;
        last = tpdu.header.u8()? & 0x80 != 0;
    }
    Ok(last)
}

/// The user data of a message, a piece from each TPDU.
pub(super) fn pieces(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut reader = Reader::new(bytes);
    core::iter::from_fn(move || tpdu(&mut reader).ok().map(|tpdu| tpdu.data))
}

fn tpdu<'a>(reader: &mut Reader<'a>) -> Result<Tpdu<'a>, Malformed> {
    reader.skip(2)?;
    let len = usize::from(reader.u16()?);
    let mut body = reader.sub(len.saturating_sub(TPKT))?;
    let indicator = usize::from(body.u8()?);
    body.ensure((2..255).contains(&indicator), Defect::BadLength)?;
    let mut header = body.sub(indicator)?;
    let code = header.u8()?;
    Ok(Tpdu { code, header, data: body.rest() })
}

fn parameters<'a>(reader: &mut Reader<'a>) -> Result<Parameters<'a>, Malformed> {
    let mut parameters = Parameters::default();
    // What follows may be no parameters at all: RDP sends a cookie in ASCII here (MS-RDPBCGR, 2.2.1.1).
    while reader.remaining() >= 2 {
        let code = reader.u8()?;
        let len = usize::from(reader.u8()?);
        let Ok(value) = reader.take(len) else { break };
        match code {
            0xc1 => parameters.calling = value,
            0xc2 => parameters.called = value,
            _ => {}
        }
    }
    Ok(parameters)
}
