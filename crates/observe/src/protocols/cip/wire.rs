//! Bytes to messages: the Message Router request and response (Volume 1, 2-4).

use wire::{Malformed, Reader};

/// Services that hold others, and those of the Connection Manager.
pub(super) const MULTIPLE_SERVICE_PACKET: u8 = 0x0a;
pub(super) const UNCONNECTED_SEND: u8 = 0x52;
pub(super) const FORWARD_OPEN: u8 = 0x54;
pub(super) const LARGE_FORWARD_OPEN: u8 = 0x5b;

/// One request or response.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// A service asked of an object.
    Request {
        /// Service code.
        service: u8,
        /// Padded EPATH.
        path: &'a [u8],
        /// What the service takes.
        data: &'a [u8],
    },
    /// The answer.
    Response {
        /// Service code without the response bit.
        service: u8,
        /// General status (Volume 1, appendix B).
        status: u8,
        /// What the service gives.
        data: &'a [u8],
    },
}

/// Reads one whole message.
pub(super) fn parse(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let code = reader.u8()?;
    let service = code & 0x7f;
    if code & 0x80 == 0 {
        let words = usize::from(reader.u8()?);
        let path = reader.take(words * 2)?;
        return Ok(Message::Request { service, path, data: reader.rest() });
    }
    reader.skip(1)?;
    let status = reader.u8()?;
    let words = usize::from(reader.u8()?);
    reader.skip(words * 2)?;
    Ok(Message::Response { service, status, data: reader.rest() })
}

/// The messages inside a Multiple Service Packet (Volume 1, appendix A, 4.10): a count, offsets from the count, the
/// messages.
pub(super) fn packed(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut reader = Reader::new(data);
    let count = reader.u16_le().unwrap_or(0);
    (0..count).map_while(move |at| {
        let start = usize::from(reader.u16_le().ok()?);
        let next = if at + 1 < count { Reader::new(reader.rest()).u16_le().ok()?.into() } else { data.len() };
        data.get(start..next)
    })
}

/// The message and the route of an Unconnected Send (Volume 1, 3-5.5.4).
pub(super) fn unconnected_send(data: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let mut reader = Reader::new(data);
    // Tick time and number of ticks.
    reader.skip(2)?;
    let len = usize::from(reader.u16_le()?);
    let message = reader.take(len)?;
    reader.skip(len % 2)?;
    let words = usize::from(reader.u8()?);
    reader.skip(1)?;
    Ok((message, reader.take(words * 2)?))
}

/// What a Forward Open asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct ForwardOpen<'a> {
    /// Connection number that the target will put on its packets.
    pub(super) to_originator: u32,
    /// Vendor and serial number of the originator.
    pub(super) originator: (u16, u32),
    /// Transport class, 0 and 1 for cyclic data, 3 for messages.
    pub(super) class: u8,
    /// Where the connection leads.
    pub(super) path: &'a [u8],
}

/// Reads the data of a Forward Open (Volume 1, 3-5.5.2) or, `large`, of a Large Forward Open.
pub(super) fn forward_open(data: &[u8], large: bool) -> Result<ForwardOpen<'_>, Malformed> {
    let mut reader = Reader::new(data);
    // Tick time, ticks, the number that the target shall choose itself.
    reader.skip(6)?;
    let to_originator = reader.u32_le()?;
    reader.skip(2)?;
    let originator = (reader.u16_le()?, reader.u32_le()?);
    // Timeout multiplier and reserved, then packet interval and parameters of each way.
    reader.skip(4 + 2 * if large { 8 } else { 6 })?;
    let class = reader.u8()? & 0x0f;
    let words = usize::from(reader.u8()?);
    Ok(ForwardOpen { to_originator, originator, class, path: reader.take_up_to(words * 2) })
}
