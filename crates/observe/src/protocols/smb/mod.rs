//! SMB 1 ([MS-CIFS], [MS-SMB]) and SMB 2/3 ([MS-SMB2]) over NetBIOS sessions (RFC 1002, 4.3), directly on TCP, and in
//! datagrams.
//!
//! Ports 445 and 139. A message of more than 8 KiB (file contents, long listings) is read in its first 512 bytes and
//! passed over; encrypted messages are passed over. Hashes and keys of log-ins are never read.

mod files;
pub(crate) mod ntlm;
mod one;
mod session;
#[cfg(test)]
mod tests;
mod two;

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
pub(crate) use session::Session;
use wire::{Defect, Direction, Malformed, Reader};

/// Bytes of the NetBIOS session header.
const SESSION_HEADER: usize = 4;
/// Messages up to this size are read whole.
const WHOLE_MAX: usize = 8192;
/// What is read of a longer one.
const HEAD: usize = 512;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Smb {}

/// One message, or its head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    body: Body<'a>,
    /// Bytes of the message that are not here.
    left: u32,
}

/// What a NetBIOS session message or datagram holds.
#[derive(Clone, Copy, Debug)]
enum Body<'a> {
    /// A message of the NetBIOS session service itself, or an empty one.
    Service,
    /// SMB 1 from its header on.
    One(&'a [u8]),
    /// SMB 2 from its first header on; several may follow each other.
    Two(&'a [u8]),
}

impl Dissector for Smb {
    const NAME: &'static str = "smb";
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(445), Carrier::Tcp(139), Carrier::Inner("nbdgm")];
    const MESSAGE_MAX: usize = WHOLE_MAX;
    type Message<'a> = Message<'a>;
    type Session = Session;
    type Pool = files::Files;

    fn probe(head: &[u8], _: Direction) -> Probe {
        match head {
            [0, _, _, _, 0xfd..=0xff, b'S', b'M', b'B', ..] => Probe::Yes,
            [0xff, b'S', b'M', b'B', ..] => Probe::Maybe,
            [0x81, 0, 0, 68, 32, ..] | [0x82, 0, 0, 0] | [0x83, 0, 0, 1, _] | [0x85, 0, 0, 0, ..] => {
                Probe::Maybe
            }
            [] | [0] | [0, _] | [0, _, _] | [0, _, _, _] => Probe::Maybe,
            [0, _, _, _, 0xfd..=0xff] | [0, _, _, _, 0xfd..=0xff, b'S'] => Probe::Maybe,
            [0, _, _, _, 0xfd..=0xff, b'S', b'M'] => Probe::Maybe,
            [0x81..=0x85] | [0x81..=0x85, 0] | [0x81..=0x85, 0, 0] | [0x81, 0, 0, 68] => Probe::Maybe,
            _ => Probe::No,
        }
    }

    fn frame(bytes: &[u8], direction: Direction, session: &Session) -> Frame {
        let left = session.left[direction];
        if left > 0 {
            return Frame::Skip(usize::try_from(left).unwrap_or(bytes.len()));
        }
        match bytes {
            // In a datagram there is no session header.
            [0xff, b'S', b'M', b'B', ..] => Frame::Whole(bytes.len()),
            [0x81..=0x85, 0 | 1, high, low, ..] => {
                Frame::Whole(SESSION_HEADER + usize::from(u16::from_be_bytes([*high, *low])).min(256))
            }
            [0, 0, 0, 0, ..] => Frame::Whole(SESSION_HEADER),
            [0, high, middle, low, 0xfe..=0xff, b'S', b'M', b'B', ..] => {
                match message_len(*high, *middle, *low) {
                    len if len <= WHOLE_MAX => Frame::Whole(len),
                    _ => Frame::Whole(HEAD),
                }
            }
            // Encrypted or compressed ([MS-SMB2], 2.2.41 and 2.2.42).
            [0, high, middle, low, 0xfc..=0xfd, b'S', b'M', b'B', ..] => {
                Frame::Skip(message_len(*high, *middle, *low))
            }
            [0 | 0x81..=0x85, ..] if bytes.len() < 8 => Frame::Need(8),
            _ => Frame::Lost,
        }
    }

    fn skipped(session: &mut Session, direction: Direction) {
        session.left[direction] = 0;
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Session) -> Result<Message<'a>, Malformed> {
        let (body, left) = match bytes {
            [0xff, b'S', b'M', b'B', ..] => (bytes, 0),
            [0, high, middle, low, rest @ ..] if !rest.is_empty() => {
                let left = message_len(*high, *middle, *low).saturating_sub(bytes.len());
                (rest, u32::try_from(left).unwrap_or(u32::MAX))
            }
            _ => return Ok(Message { body: Body::Service, left: 0 }),
        };
        let reader = Reader::new(body);
        match body.first() {
            Some(0xff) => {
                reader.ensure(body.len() >= one::HEADER, Defect::Truncated)?;
                Ok(Message { body: Body::One(body), left })
            }
            Some(0xfe) => {
                reader.ensure(body.len() >= two::HEADER, Defect::Truncated)?;
                reader.ensure(body.get(4..6) == Some(&[64, 0]), Defect::BadLength)?;
                Ok(Message { body: Body::Two(body), left })
            }
            _ => Err(reader.defect(Defect::BadMagic)),
        }
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        context.session.left[context.seen.direction] = message.left;
        match message.body {
            Body::Service => {}
            Body::One(bytes) => one::observe(bytes, context, out),
            Body::Two(bytes) => two::observe(bytes, context, out),
        }
    }
}

fn message_len(high: u8, middle: u8, low: u8) -> usize {
    SESSION_HEADER + usize::try_from(u32::from_be_bytes([0, high, middle, low])).unwrap_or(WHOLE_MAX)
}

/// Hands data of a pipe on when they are a whole fragment of DCE/RPC; file contents are not looked at further.
fn pipe<'a>(data: &'a [u8], out: &mut Out<'a, '_>) {
    if let [5, 0 | 1, _, _, 0x10, _, _, _, low, high, ..] = data
        && usize::from(u16::from_le_bytes([*low, *high])) <= data.len()
    {
        out.inner(data, 0);
    }
}

/// The last part of `\\server\share`, in UTF-16 or in bytes.
fn share_name(path: wire::Text<'_>) -> wire::Text<'_> {
    let width = if path.charset == wire::Charset::Utf16Le { 2 } else { 1 };
    let after = path
        .bytes
        .chunks(width)
        .rposition(|unit| unit.first() == Some(&b'\\') && unit.get(1).is_none_or(|high| *high == 0));
    let bytes = path.bytes.get(after.map_or(0, |at| (at + 1) * width)..).unwrap_or_default();
    wire::Text { bytes, ..path }
}

/// Names of the errors that say most ([MS-ERREF], 2.3).
fn status_name(status: u32) -> &'static str {
    match status {
        0xc000_0008 => "invalid handle",
        0xc000_000d => "invalid parameter",
        0xc000_000f => "no such file",
        0xc000_0022 => "access denied",
        0xc000_0034 => "object name not found",
        0xc000_0035 => "object name collision",
        0xc000_003a => "object path not found",
        0xc000_0043 => "sharing violation",
        0xc000_0064 => "no such user",
        0xc000_006a => "wrong password",
        0xc000_006d => "logon failure",
        0xc000_006e => "account restriction",
        0xc000_0071 => "password expired",
        0xc000_0072 => "account disabled",
        0xc000_00ac => "pipe not available",
        0xc000_00bb => "not supported",
        0xc000_00cc => "bad network name",
        0xc000_0203 => "user session deleted",
        0xc000_0225 => "not found",
        0xc000_0234 => "account locked out",
        _ => "",
    }
}
