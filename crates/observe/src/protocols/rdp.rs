//! RDP connection sequence ([MS-RDPBCGR] 1.3.1.1): user name of the cookie, agreed security, name and build of the
//! client.
//!
//! Port 3389 and any other by cookie or negotiation request. TPKT (RFC 1006) and X.224 class 0 carry it; after TLS is
//! agreed on the records go to `tls`. The session itself is passed over.

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use crate::protocols::{Protocol, tls};
use facts::{LoginOutcome, Marker, Observation, Property, Subject};
use wire::{Both, Defect, Digits, Direction, Malformed, Reader, Text};

/// Longest packet of the connection sequence that is read; later ones are passed over.
const PACKET_MAX: usize = 16_384;
const COOKIE: &[u8] = b"Cookie: mstshash=";
const CONNECTION_REQUEST: u8 = 0xe0;
const CONNECTION_CONFIRM: u8 = 0xd0;
const DATA: u8 = 0xf0;
/// Generic conference control's key of client data (T.124): "Duca".
const CLIENT_KEY: &[u8] = b"Duca";
const CLIENT_CORE: u16 = 0xc001;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Rdp {}

/// What the conversation remembers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Session {
    /// Which directions are encrypted by TLS.
    encrypted: Both<bool>,
    /// Client data were read: what follows is the session.
    connected: bool,
}

/// One packet.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// X.224 connection request: user name of the cookie.
    Request(&'a [u8]),
    /// X.224 connection confirm: the protocol that the server chose, or why not.
    Confirm(Option<Result<u32, u32>>),
    /// Data before the session.
    Data(&'a [u8]),
    /// A record of TLS in clear.
    Tls(&'a [u8]),
}

impl Dissector for Rdp {
    const NAME: &'static str = "rdp";
    const CARRIERS: &'static [Carrier] = &[Carrier::Tcp(3389)];
    const MESSAGE_MAX: usize = 65_535;
    type Message<'a> = Message<'a>;
    type Session = Session;
    type Pool = ();

    fn probe(head: &[u8], direction: Direction) -> Probe {
        let mut reader = Reader::new(head);
        let (Ok(3), Ok(0), Ok(len), Ok(_), Ok(code)) =
            (reader.u8(), reader.u8(), reader.u16(), reader.u8(), reader.u8())
        else {
            return if matches!(head, [3] | [3, 0] | [3, 0, _] | [3, 0, _, _] | [3, 0, _, _, _]) {
                Probe::Maybe
            } else {
                Probe::No
            };
        };
        let rest = head.get(11..).unwrap_or_default();
        let mark = match (direction, code) {
            (Direction::ToServer, CONNECTION_REQUEST) => {
                rest.starts_with(COOKIE) || matches!(rest, [1, _, 8, 0, _, 0, 0, 0, ..]) && len == 19
            }
            (Direction::ToClient, CONNECTION_CONFIRM) => len == 19 && matches!(rest, [2 | 3, _, 8, 0, ..]),
            (_, DATA) => return Probe::Maybe,
            _ => return Probe::No,
        };
        if mark { Probe::Yes } else { Probe::Maybe }
    }

    fn frame(bytes: &[u8], direction: Direction, session: &Session) -> Frame {
        match bytes {
            _ if session.connected => Frame::Skip(bytes.len()),
            [3, 0, high, low, ..] => match usize::from(u16::from_be_bytes([*high, *low])) {
                len @ 7..=PACKET_MAX => Frame::Whole(len),
                len @ 16_385.. => Frame::Skip(len),
                _ => Frame::Lost,
            },
            [3] | [3, 0] | [3, 0, _] => Frame::Need(4),
            [20..=24, ..] => tls::records(bytes, session.encrypted[direction]),
            // Fast-path output, or the inside of something that was not seen from its start.
            _ => Frame::Skip(bytes.len()),
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &Session) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        if bytes.first() != Some(&3) {
            return Ok(Message::Tls(bytes));
        }
        reader.skip(4)?;
        let (_len, code) = (reader.u8()?, reader.u8()?);
        match code {
            CONNECTION_REQUEST => {
                reader.skip(5)?;
                let line = reader.rest().strip_prefix(COOKIE).unwrap_or_default();
                Ok(Message::Request(Reader::new(line).until(b'\r')))
            }
            CONNECTION_CONFIRM => {
                reader.skip(5)?;
                if reader.is_empty() {
                    return Ok(Message::Confirm(None));
                }
                let kind = reader.u8()?;
                reader.skip(3)?;
                let value = reader.u32_le()?;
                Ok(Message::Confirm(Some(if kind == 2 { Ok(value) } else { Err(value) })))
            }
            DATA => {
                reader.skip(1)?;
                Ok(Message::Data(reader.rest()))
            }
            _ => Err(reader.defect(Defect::BadValue)),
        }
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        match *message {
            Message::Request(user) => {
                out.push(&Observation::Marker(Marker::RemoteControl));
                if !user.is_empty() {
                    out.login(Text::unknown(user), "password", LoginOutcome::Attempted);
                }
            }
            Message::Confirm(Some(Ok(protocol))) => {
                let name = security(protocol);
                out.identity(Subject::Server, Property::Other, "security", Text::utf8(name.as_bytes()));
            }
            Message::Confirm(_) => {}
            Message::Data(data) => {
                context.session.connected = client_core(data, out).is_some();
            }
            Message::Tls(record) => {
                if record.first() == Some(&20) {
                    context.session.encrypted[context.seen.direction] = true;
                }
                out.inner_as(Protocol::Tls, record, 0);
            }
        }
    }
}

/// Protocols that a server may choose ([MS-RDPBCGR], 2.2.1.2.1).
fn security(protocol: u32) -> &'static str {
    match protocol {
        0 => "rdp",
        1 => "tls",
        2 => "credssp",
        4 => "rdstls",
        8 => "credssp with early authorization",
        _ => "other",
    }
}

/// Client core data ([MS-RDPBCGR], 2.2.1.3.2) inside the conference request: build, name, keyboard.
fn client_core(data: &[u8], out: &mut Out<'_, '_>) -> Option<()> {
    let at = data.windows(CLIENT_KEY.len()).position(|part| part == CLIENT_KEY)?;
    let mut reader = Reader::new(data.get(at + CLIENT_KEY.len()..)?);
    // The length is packed: one octet, or two with the top bit set (X.691, 11.9).
    if reader.u8().ok()? & 0x80 != 0 {
        reader.skip(1).ok()?;
    }
    if reader.u16_le().ok()? != CLIENT_CORE {
        return None;
    }
    // Length, version, width, height, colour depth, access sequence.
    reader.skip(14).ok()?;
    let (keyboard, build) = (reader.u32_le().ok()?, reader.u32_le().ok()?);
    let name = until_zero_unit(reader.take(32).ok()?);
    let client = Subject::Client;
    out.identity(client, Property::Name, "client-name", Text::utf16_le(name));
    let (keyboard, build) = (Digits::hex(u64::from(keyboard), 8), Digits::decimal(u64::from(build)));
    out.identity(client, Property::Other, "client-build", build.as_text());
    out.identity(client, Property::Other, "keyboard-layout", keyboard.as_text());
    Some(())
}

/// UTF-16 up to the first zero unit.
fn until_zero_unit(bytes: &[u8]) -> &[u8] {
    let units = bytes.chunks_exact(2).take_while(|unit| *unit != [0, 0]).count();
    bytes.get(..2 * units).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn the_cookie_names_the_user_and_core_data_the_client() {
        check::stream(
            3389,
            &[
                "> 0300002b 26e00000000000 436f6f6b69653a206d737473686173683d6f70310d0a 0100080001000000 2020202020",
                "< 03000013 0ed00000123400 0200080000000000",
                "> 0300004a 02f080 000000000000 44756361 2e 01c0 2c00 04000800 0004 0003 01ca 03aa 11040000 80250000 \
                 450057005300 0000000000000000000000000000000000000000000000000000",
                "> 030000ff 00",
            ],
            r#"
            > rdp marker RemoteControl
            > rdp login "op1" password Attempted
            < rdp identity server Other security="rdp"
            > rdp identity client Name client-name="EWS"
            > rdp identity client Other client-build="9600"
            > rdp identity client Other keyboard-layout="00000411"
            "#,
        );
    }

    #[test]
    fn real_captures() {
        let Some(totals) = check::shared_totals("testbed/scn_rdp_to_hmi.pcap") else { return };
        assert!(totals.contains("rdp messages=") && totals.contains("tls messages="), "{totals}");
    }
}
