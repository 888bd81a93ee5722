//! TCP (RFC 9293, 3.1) and UDP (RFC 768).

use crate::layers::Layers;
use crate::packet::{Content, Segment, Undecoded};
use crate::tunnel::vxlan;
use wire::Reader;

const TCP_HEADER_LEN: usize = 20;
const UDP_HEADER_LEN: usize = 8;

/// A TCP segment. `len` is its length as IP says it, which the captured bytes may not reach.
#[inline]
pub(crate) fn tcp<'a>(layers: &mut Layers<'_, 'a>, bytes: &'a [u8], len: usize) {
    let mut reader = Reader::new(bytes);
    let Ok(fixed) = reader.array::<TCP_HEADER_LEN>() else {
        return layers.cut(Undecoded::TruncatedTcp);
    };
    let [s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, offset, flags, w0, w1, _, _, _, _] = fixed;
    let header_len = usize::from(offset >> 4) * 4;
    if header_len < TCP_HEADER_LEN || header_len > len {
        return layers.cut(Undecoded::TruncatedTcp);
    }
    // Where the options are cut there is no payload either, but it is known how much is missing.
    reader.take_up_to(header_len - TCP_HEADER_LEN);
    let payload = reader.rest();
    layers.end(Content::Tcp(Segment {
        source_port: u16::from_be_bytes([s0, s1]),
        destination_port: u16::from_be_bytes([d0, d1]),
        sequence: u32::from_be_bytes([q0, q1, q2, q3]),
        acknowledgement: u32::from_be_bytes([a0, a1, a2, a3]),
        flags,
        window: u16::from_be_bytes([w0, w1]),
        payload,
        missing: u32::try_from((len - header_len).saturating_sub(payload.len())).unwrap_or(u32::MAX),
    }));
}

/// A UDP datagram, or the tunnel that it is.
#[inline]
pub(crate) fn udp<'a>(layers: &mut Layers<'_, 'a>, bytes: &'a [u8]) {
    let mut reader = Reader::new(bytes);
    let Ok([s0, s1, d0, d1, len0, len1, _, _]) = reader.array() else {
        return layers.cut(Undecoded::TruncatedUdp);
    };
    let (source_port, destination_port) = (u16::from_be_bytes([s0, s1]), u16::from_be_bytes([d0, d1]));
    // Offloading and jumbograms leave the length empty, and some senders state too much: IP's length then holds.
    let payload = match usize::from(u16::from_be_bytes([len0, len1])).checked_sub(UDP_HEADER_LEN) {
        Some(len) => reader.take_up_to(len),
        None => reader.rest(),
    };
    if !vxlan::content(layers, destination_port, payload) {
        layers.end(Content::Udp { source_port, destination_port, payload });
    }
}
