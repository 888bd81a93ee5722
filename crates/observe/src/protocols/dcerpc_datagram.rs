//! DCE/RPC without connections (C706, chapter 12, version 4), as PROFINET uses it: UDP port 34964 and any other port.
//!
//! A header of 80 bytes names object, interface and operation in the byte order that it tells. Only the interfaces of
//! PROFINET and of its endpoint mapper are taken; their datagrams are handed on whole.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use wire::{Defect, Direction, Malformed, Reader};

/// Behind the first field of the interface identifiers DEA00001 to DEA00004-6C97-11D1-8271-00A02442DF7D.
const PROFINET: ([u8; 4], [u8; 8]) =
    ([0x6c, 0x97, 0x11, 0xd1], [0x82, 0x71, 0x00, 0xa0, 0x24, 0x42, 0xdf, 0x7d]);
/// Behind the first field of the endpoint mapper's, E1AF8308-5D1F-11C9-91A4-08002B14A0FA.
const MAPPER: ([u8; 4], [u8; 8]) =
    ([0x5d, 0x1f, 0x11, 0xc9], [0x91, 0xa4, 0x08, 0x00, 0x2b, 0x14, 0xa0, 0xfa]);

/// The dissector.
#[derive(Debug)]
pub(crate) enum DcerpcDatagram {}

/// The fields of a header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header<'a> {
    /// 0 request, 2 response, 3 fault, 6 reject; the others only keep the call alive.
    pub(crate) kind: u8,
    /// Numbers are little-endian.
    pub(crate) little: bool,
    /// The interface is one of PROFINET's.
    pub(crate) profinet: bool,
    /// Instance, device identifier and vendor identifier out of a PROFINET object identifier.
    pub(crate) object: [u16; 3],
    /// Operation number.
    pub(crate) operation: u16,
    /// Number of the fragment, 0 for the first.
    pub(crate) fragment: u16,
    /// What follows the header.
    pub(crate) body: &'a [u8],
}

/// Reads a header.
pub(crate) fn header(bytes: &[u8]) -> Result<Header<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let [version, kind, _, _] = reader.array()?;
    reader.ensure(version == 4 && kind <= 10, Defect::BadMagic)?;
    let little = reader.u8()? >> 4 == 1;
    reader.skip(3)?;
    // Object identifiers of PROFINET hold their three numbers at the end, always big-endian.
    reader.skip(10)?;
    let object = [reader.u16()?, reader.u16()?, reader.u16()?];
    let profinet = match interface(&mut reader, little)? {
        PROFINET => true,
        MAPPER => false,
        _ => return Err(reader.defect(Defect::BadMagic)),
    };
    reader.skip(28)?;
    let operation = number(&mut reader, little)?;
    reader.skip(4)?;
    let len = usize::from(number(&mut reader, little)?);
    let fragment = number(&mut reader, little)?;
    reader.skip(2)?;
    Ok(Header { kind, little, profinet, object, operation, fragment, body: reader.take(len)? })
}

/// Interface identifier behind its first field, in the order of its text form.
fn interface(reader: &mut Reader<'_>, little: bool) -> Result<([u8; 4], [u8; 8]), Malformed> {
    reader.skip(4)?;
    let [a, b, c, d] = reader.array()?;
    Ok((if little { [b, a, d, c] } else { [a, b, c, d] }, reader.array()?))
}

fn number(reader: &mut Reader<'_>, little: bool) -> Result<u16, Malformed> {
    if little { reader.u16_le() } else { reader.u16() }
}

impl Dissector for DcerpcDatagram {
    const NAME: &'static str = "dcerpc";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(34964)];
    const MESSAGE_MAX: usize = 65_536;
    /// The whole datagram, its header known to be sound.
    type Message<'a> = &'a [u8];
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        let mut reader = Reader::new(head);
        let (Ok([4, 0..=10, _, _]), Ok([drep, _, _, _])) = (reader.array::<4>(), reader.array::<4>()) else {
            return Probe::No;
        };
        if drep & 0x0f != 0 || drep >> 4 > 1 || reader.skip(16).is_err() {
            return Probe::No;
        }
        match interface(&mut reader, drep >> 4 == 1) {
            Ok(PROFINET | MAPPER) => Probe::Yes,
            _ => Probe::No,
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, (): &()) -> Result<&'a [u8], Malformed> {
        header(bytes).map(|_| bytes)
    }

    fn observe<'a>(message: &&'a [u8], _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        // Signs of life of a call carry nothing of the protocol above.
        if let Ok(Header { kind: 0 | 2 | 3 | 6, profinet: true, .. }) = header(message) {
            out.inner(message, 0);
        }
    }
}
