//! SSH (RFC 4253): identification strings and key exchange offers; everything after NEWKEYS is passed over.
//!
//! Port 22 and any other by its identification string. The offers of both sides are told as HASSH fingerprints (the
//! MD5 of four name lists), which name an implementation even where its banner is hidden.

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use facts::{Property, Subject};
use md5::{Digest, Md5};
use wire::{Both, Defect, Digits, Direction, Malformed, Reader, Text};

/// Longest line before and with the identification string (RFC 4253, 4.2, says 255 for the string itself).
const LINE_MAX: usize = 1024;
/// Longest packet (RFC 4253, 6.1).
const PACKET_MAX: usize = 35_000;
const KEXINIT: u8 = 20;
const NEWKEYS: u8 = 21;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Ssh {}

/// Where one direction stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Lines of text until the identification string.
    #[default]
    Text,
    /// Packets in clear.
    Clear,
    /// Encrypted, or the older protocol.
    Closed,
}

/// One line or packet.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// A line before the identification string.
    Line,
    /// The identification string.
    Banner(&'a [u8]),
    /// Key exchange offer: the name lists.
    Offer(&'a [u8]),
    /// Keys are taken into use.
    NewKeys,
    /// Any other packet.
    Other,
}

impl Dissector for Ssh {
    const NAME: &'static str = "ssh";
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(22)];
    const MESSAGE_MAX: usize = PACKET_MAX + 4;
    type Message<'a> = Message<'a>;
    type Session = Both<Stage>;
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        let mark = b"SSH-";
        let len = head.len().min(mark.len());
        if head.get(..len) != mark.get(..len) {
            // Text before the banner, or the middle of an encrypted stream.
            return Probe::Maybe;
        }
        match head.get(4) {
            None => Probe::Maybe,
            Some(b'1' | b'2') => Probe::Yes,
            Some(_) => Probe::No,
        }
    }

    fn frame(bytes: &[u8], direction: Direction, session: &Both<Stage>) -> Frame {
        match session[direction] {
            Stage::Closed => Frame::Skip(bytes.len()),
            Stage::Text => line(bytes),
            Stage::Clear => packet(bytes),
        }
    }

    fn parse<'a>(
        bytes: &'a [u8],
        direction: Direction,
        session: &Both<Stage>,
    ) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        if session[direction] != Stage::Clear {
            return Ok(if bytes.starts_with(b"SSH-") { Message::Banner(bytes) } else { Message::Line });
        }
        let len = reader.u32()?;
        let padding = u32::from(reader.u8()?);
        let payload = len.checked_sub(padding + 1).and_then(|len| usize::try_from(len).ok());
        let mut payload = reader.sub(payload.ok_or(reader.defect(Defect::BadLength))?)?;
        match payload.u8()? {
            KEXINIT => {
                // A random cookie comes first.
                payload.skip(16)?;
                Ok(Message::Offer(payload.rest()))
            }
            NEWKEYS => Ok(Message::NewKeys),
            _ => Ok(Message::Other),
        }
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let direction = context.seen.direction;
        match *message {
            Message::Banner(banner) => {
                out.identity(Subject::Sender, Property::Software, "banner", Text::unknown(banner));
                let modern = banner.starts_with(b"SSH-2.") || banner.starts_with(b"SSH-1.99");
                context.session[direction] = if modern { Stage::Clear } else { Stage::Closed };
            }
            Message::Offer(lists) => fingerprint(lists, direction, out),
            Message::NewKeys => context.session[direction] = Stage::Closed,
            Message::Line | Message::Other => {}
        }
    }
}

/// A line of text; bytes that are none are the middle of a stream that was not captured from its start.
fn line(bytes: &[u8]) -> Frame {
    let within = bytes.get(..LINE_MAX).unwrap_or(bytes);
    let text = |byte: &u8| matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~' | 0x80..);
    match within.iter().position(|byte| *byte == b'\n') {
        Some(at) if within.iter().take(at).all(text) => Frame::Whole(at + 1),
        None if bytes.len() < LINE_MAX && within.iter().all(text) => Frame::Need(bytes.len() + 1),
        _ => Frame::Skip(bytes.len()),
    }
}

fn packet(bytes: &[u8]) -> Frame {
    let Ok(len) = Reader::new(bytes).u32() else { return Frame::Need(4) };
    match usize::try_from(len) {
        Ok(len) if (5..=PACKET_MAX).contains(&len) => Frame::Whole(len + 4),
        _ => Frame::Skip(bytes.len()),
    }
}

/// Key exchange, then encryption, authentication and compression towards one side, joined by semicolons (HASSH).
fn fingerprint(lists: &[u8], direction: Direction, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(lists);
    let mut names: [&[u8]; 8] = [&[]; 8];
    for place in &mut names {
        let Ok(len) = reader.u32() else { return };
        *place = reader.take_up_to(usize::try_from(len).unwrap_or(usize::MAX));
    }
    let [kex, _, cipher_out, cipher_in, mac_out, mac_in, pack_out, pack_in] = names;
    let (key, chosen) = match direction {
        Direction::ToServer => ("hassh", [kex, cipher_out, mac_out, pack_out]),
        Direction::ToClient => ("hassh-server", [kex, cipher_in, mac_in, pack_in]),
    };
    let mut hash = Md5::new();
    for (at, list) in chosen.into_iter().enumerate() {
        if at > 0 {
            hash.update(b";");
        }
        hash.update(list);
    }
    let hash = u128::from_be_bytes(hash.finalize().into());
    let digits = Digits::format(format_args!("{hash:032x}"));
    out.identity(Subject::Sender, Property::Fingerprint, key, digits.as_text());
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn banners_and_offers_name_the_software() {
        let messages = [
            "> 5353482d322e302d434c0d0a",
            "< 48656c6c6f0d0a 5353482d322e302d4f70656e5353485f392e3770310d0a",
            // KEXINIT with the lists a, b, c, d, e, f, g, h, two empty ones and the last fields.
            "> 0000004c 0a 14 00000000000000000000000000000000 0000000161 0000000162 0000000163 0000000164 \
             0000000165 0000000166 0000000167 0000000168 00000000 00000000 00 00000000 00000000000000000000",
            "> 0000000c 0a 15 00000000000000000000",
            "> 0102030405060708",
            "< 0000000c 0a 15 00000000000000000000 ffffffffffff",
        ];
        check::stream(
            22,
            &messages,
            // The hash is the MD5 of "a;c;e;g".
            r#"
            > ssh identity sender Software banner="SSH-2.0-CL"
            < ssh identity sender Software banner="SSH-2.0-OpenSSH_9.7p1"
            > ssh identity sender Fingerprint hassh="1dcec95d22563622775f87b354bc5ccc"
            "#,
        );
    }
}
