//! Message chunks (IEC 62541-6, 6.7.2 and 7.1.2).

use super::encoding;
use crate::dissector::{Frame, Probe};
use wire::{Defect, Direction, Malformed, Reader};

/// Longest chunk that is read; larger ones are passed over.
pub(super) const CHUNK_MAX: usize = 65_536;
const HEADER_LEN: usize = 8;
/// A length beyond this is no OPC UA.
const LENGTH_MAX: u32 = 0x0100_0000;
const POLICY_NONE: &[u8] = b"http://opcfoundation.org/UA/SecurityPolicy#None";

/// One chunk.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Chunk<'a> {
    /// HEL: the endpoint that the client wants.
    Hello { endpoint: &'a [u8] },
    /// RHE: a server calls its client; its URI and endpoint.
    ReverseHello { server: &'a [u8], endpoint: &'a [u8] },
    /// ACK.
    Acknowledge,
    /// ERR: status code.
    Error { status: u32 },
    /// OPN, MSG or CLO.
    Secure(Secure<'a>),
}

/// A chunk of a secure channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Secure<'a> {
    /// Opens or renews the channel: policy and the sender's certificate.
    pub(crate) opening: Option<(&'a [u8], &'a [u8])>,
    /// `F` final, `C` more follow, `A` aborted.
    pub(crate) end: u8,
    /// The same for all chunks of a message and for its answer; meaningless where encrypted.
    pub(crate) request: u32,
    /// The (first part of the) message.
    pub(crate) body: &'a [u8],
}

impl Secure<'_> {
    /// Whether an opening says that nothing is secured.
    pub(crate) fn unsecured(&self) -> Option<bool> {
        self.opening.map(|(policy, _)| policy == POLICY_NONE)
    }
}

pub(super) fn probe(head: &[u8], direction: Direction) -> Probe {
    let mut reader = Reader::new(head);
    let Ok([a, b, c, end]) = reader.array::<4>() else {
        let starts = [b"HEL", b"ACK", b"ERR", b"RHE", b"OPN", b"MSG", b"CLO"];
        let begins = |start: &&[u8; 3]| start.starts_with(head);
        return if starts.iter().any(begins) { Probe::Maybe } else { Probe::No };
    };
    let Ok(len) = reader.u32_le() else { return Probe::Maybe };
    let (kind, secure_end) = ([a, b, c], matches!(end, b'F' | b'C' | b'A'));
    match &kind {
        b"HEL" | b"RHE"
            if end == b'F' && (32..=8_192).contains(&len) || &kind == b"RHE" && end == b'F' && len >= 16 =>
        {
            if direction == Direction::ToServer {
                Probe::Yes
            } else {
                Probe::Maybe
            }
        }
        b"ACK" if end == b'F' && len == 28 && direction == Direction::ToClient => Probe::Yes,
        b"ACK" if end == b'F' && len == 28 => Probe::Maybe,
        b"ERR" if end == b'F' && (16..=8_192).contains(&len) => Probe::Maybe,
        b"OPN" if secure_end && (32..LENGTH_MAX).contains(&len) => Probe::Yes,
        b"MSG" | b"CLO" if secure_end && (24..LENGTH_MAX).contains(&len) => Probe::Yes,
        _ => Probe::No,
    }
}

pub(super) fn frame(bytes: &[u8]) -> Frame {
    let mut reader = Reader::new(bytes);
    let Ok([a, b, c, end]) = reader.array::<4>() else { return Frame::Need(HEADER_LEN) };
    if !matches!(&[a, b, c], b"HEL" | b"ACK" | b"ERR" | b"RHE" | b"OPN" | b"MSG" | b"CLO")
        || !matches!(end, b'F' | b'C' | b'A')
    {
        return Frame::Lost;
    }
    match reader.u32_le().map(|len| (len, usize::try_from(len))) {
        Err(_) => Frame::Need(HEADER_LEN),
        Ok((8..LENGTH_MAX, Ok(len))) if len <= CHUNK_MAX => Frame::Whole(len),
        Ok((8..LENGTH_MAX, Ok(len))) => Frame::Skip(len),
        Ok(_) => Frame::Lost,
    }
}

pub(super) fn parse(bytes: &[u8]) -> Result<Chunk<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let [a, b, c, end] = reader.array::<4>()?;
    reader.skip(4)?;
    match &[a, b, c] {
        b"HEL" => {
            // Version, two buffer sizes, longest message, most chunks.
            reader.skip(20)?;
            Ok(Chunk::Hello { endpoint: encoding::string(&mut reader)? })
        }
        b"RHE" => {
            let server = encoding::string(&mut reader)?;
            Ok(Chunk::ReverseHello { server, endpoint: encoding::string(&mut reader)? })
        }
        b"ACK" => reader.skip(20).map(|()| Chunk::Acknowledge),
        b"ERR" => Ok(Chunk::Error { status: reader.u32_le()? }),
        kind => {
            let _channel = reader.u32_le()?;
            let opening = if kind == b"OPN" {
                let policy = encoding::string(&mut reader)?;
                let certificate = encoding::string(&mut reader)?;
                let _thumbprint = encoding::string(&mut reader)?;
                reader.ensure(policy.is_ascii(), Defect::BadValue)?;
                Some((policy, certificate))
            } else {
                let _token = reader.u32_le()?;
                None
            };
            let (_sequence, request) = (reader.u32_le()?, reader.u32_le()?);
            Ok(Chunk::Secure(Secure { opening, end, request, body: reader.rest() }))
        }
    }
}
