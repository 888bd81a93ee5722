//! TCP (RFC 9293, 3.1) and UDP (RFC 768).

use crate::layers::{Layers, cut};
use crate::packet::{Content, Segment, Undecoded};
use crate::tunnel::vxlan;
use wire::{Malformed, Reader};

const TCP_HEADER_LEN: usize = 20;
const UDP_HEADER_LEN: usize = 8;

/// A TCP segment. `len` is its length as IP says it, which the captured bytes may not reach.
#[inline]
pub(crate) fn tcp(bytes: &[u8], len: usize) -> Content<'_> {
    let mut reader = Reader::new(bytes);
    match tcp_header(&mut reader) {
        Ok((header_len, mut segment)) if header_len >= TCP_HEADER_LEN && header_len <= len => {
            // Where the options are cut there is no payload either, but it is known how much is missing.
            reader.take_up_to(header_len - TCP_HEADER_LEN);
            segment.payload = reader.rest();
            let missing = (len - header_len).saturating_sub(segment.payload.len());
            segment.missing = u32::try_from(missing).unwrap_or(u32::MAX);
            Content::Tcp(segment)
        }
        _ => cut(Undecoded::TruncatedTcp),
    }
}

/// The fixed part of the header and the header's length.
#[inline]
fn tcp_header<'a>(reader: &mut Reader<'a>) -> Result<(usize, Segment<'a>), Malformed> {
    let mut fixed = reader.sub(TCP_HEADER_LEN)?;
    let segment = Segment {
        source_port: fixed.u16()?,
        destination_port: fixed.u16()?,
        sequence: fixed.u32()?,
        acknowledgement: fixed.u32()?,
        flags: 0,
        window: 0,
        payload: &[],
        missing: 0,
    };
    let header_len = usize::from(fixed.u8()? >> 4) * 4;
    Ok((header_len, Segment { flags: fixed.u8()?, window: fixed.u16()?, ..segment }))
}

/// A UDP datagram, or the tunnel that it is.
#[inline]
pub(crate) fn udp<'a>(layers: &mut Layers<'a>, bytes: &'a [u8]) -> Content<'a> {
    let mut reader = Reader::new(bytes);
    let Ok((source_port, destination_port, len)) = udp_header(&mut reader) else {
        return cut(Undecoded::TruncatedUdp);
    };
    // Offloading and jumbograms leave the length empty, and some senders state too much: IP's length then holds.
    let payload = match len.checked_sub(UDP_HEADER_LEN) {
        Some(len) => reader.take_up_to(len),
        None => reader.rest(),
    };
    match vxlan::content(layers, destination_port, payload) {
        Some(content) => content,
        None => Content::Udp { source_port, destination_port, payload },
    }
}

#[inline]
fn udp_header(reader: &mut Reader<'_>) -> Result<(u16, u16, usize), Malformed> {
    let mut fixed = reader.sub(UDP_HEADER_LEN)?;
    Ok((fixed.u16()?, fixed.u16()?, usize::from(fixed.u16()?)))
}
