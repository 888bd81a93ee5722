//! A filled block of the ring: a header, then frames, each behind a header of its own
//! (`struct tpacket_hdr_v1` and `struct tpacket3_hdr` of linux/if_packet.h, in the host's byte order).

use wire::{LinkType, Malformed, Reader, Time};

/// Bytes of an IEEE 802.1Q tag, and the headroom that is asked for in front of each frame.
pub(super) const TAG_LEN: usize = 4;
/// Bytes of the header of a frame.
const HEADER_LEN: usize = 48;
/// The destination and the source address, which stand in front of the tag.
const ADDRESSES_LEN: usize = 12;
/// The protocol of a tag when the kernel does not say it: 802.1Q.
const TAG_PROTOCOL: u16 = 0x8100;

/// The next frame of a block, and how many are left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    at: usize,
    left: u32,
}

/// A frame in a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) time: Time,
    at: usize,
    len: usize,
    original_len: u32,
    /// The tag that the network card took out: its protocol and its value.
    tag: Option<(u16, u16)>,
}

impl Position {
    /// The first frame of a block.
    pub(super) fn start(block: &[u8]) -> Self {
        first_frame(block).unwrap_or(Self { at: 0, left: 0 })
    }

    /// The frame here; moves to the one behind it.
    pub(super) fn next(&mut self, block: &[u8]) -> Option<Found> {
        self.left = self.left.checked_sub(1)?;
        let (found, step) = frame(block, self.at).ok()?;
        self.at = self.at.saturating_add(step);
        // The last frame points nowhere. Any other way back or in place would never end.
        if step < HEADER_LEN {
            self.left = 0;
        }
        Some(found)
    }
}

impl Found {
    /// The length on the wire and the bytes, with the tag back in its place. Call it once per frame.
    ///
    /// Network cards take the outer tag out of the frame, and the kernel hands it over beside it. The
    /// addresses are moved into the headroom in front of the frame, so nothing else is copied.
    pub(super) fn with_tag(self, block: &mut [u8], link: LinkType) -> (u32, &[u8]) {
        let untagged = self.at..self.at.saturating_add(self.len);
        let is_restorable =
            link == LinkType::ETHERNET && self.len >= ADDRESSES_LEN && untagged.end <= block.len();
        let (Some((protocol, value)), Some(start), true) =
            (self.tag, self.at.checked_sub(TAG_LEN), is_restorable)
        else {
            return (self.original_len, block.get(untagged).unwrap_or_default());
        };
        block.copy_within(self.at..self.at + ADDRESSES_LEN, start);
        let tag = (u32::from(protocol) << 16 | u32::from(value)).to_be_bytes();
        if let Some(place) = block.get_mut(start + ADDRESSES_LEN..self.at + ADDRESSES_LEN) {
            place.copy_from_slice(&tag);
        }
        let bytes = block.get(start..untagged.end).unwrap_or_default();
        (self.original_len.saturating_add(4), bytes)
    }
}

/// The number that the kernel gave to this block; each block gets the next one. 0 when the block is damaged.
pub(super) fn sequence(block: &[u8]) -> u64 {
    let mut reader = Reader::new(block);
    // Version, offset of private data, status, number of frames, offset of the first, length.
    reader.skip(24).and_then(|()| reader.array().map(u64::from_ne_bytes)).unwrap_or(0)
}

fn first_frame(block: &[u8]) -> Result<Position, Malformed> {
    let mut reader = Reader::new(block);
    reader.skip(12)?; // Version, offset of private data, status.
    let left = u32(&mut reader)?;
    Ok(Position { at: size(u32(&mut reader)?), left })
}

/// The frame whose header stands at `at`, and the distance to the next header.
fn frame(block: &[u8], at: usize) -> Result<(Found, usize), Malformed> {
    let mut reader = Reader::new(block);
    reader.skip(at)?;
    let step = size(u32(&mut reader)?);
    let seconds = u32(&mut reader)?;
    let nanoseconds = u32(&mut reader)?;
    let len = size(u32(&mut reader)?);
    let original_len = u32(&mut reader)?;
    let status = u32(&mut reader)?;
    let offset = usize::from(u16(&mut reader)?);
    reader.skip(6)?; // Offset of the network layer, hash.
    let value = u32(&mut reader)?;
    let protocol = u16(&mut reader)?;
    let is_tagged = status & libc::TP_STATUS_VLAN_VALID != 0;
    let names_protocol = status & libc::TP_STATUS_VLAN_TPID_VALID != 0;
    let protocol = if names_protocol { protocol } else { TAG_PROTOCOL };
    let found = Found {
        time: Time::from_parts(i64::from(seconds), nanoseconds),
        at: at.saturating_add(offset),
        len,
        original_len,
        tag: is_tagged.then(|| (protocol, u16::try_from(value & 0xffff).unwrap_or(0))),
    };
    Ok((found, step))
}

fn u32(reader: &mut Reader<'_>) -> Result<u32, Malformed> {
    reader.array().map(u32::from_ne_bytes)
}

fn u16(reader: &mut Reader<'_>) -> Result<u16, Malformed> {
    reader.array().map(u16::from_ne_bytes)
}

fn size(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: &[u8] = b"\x01\x02\x03\x04\x05\x06\x11\x12\x13\x14\x15\x16\x08\x00payload";

    /// A block with this frame twice, 96 bytes behind each header, as the kernel lays it out.
    fn block(status: u32, value: u32, protocol: u16) -> Vec<u8> {
        let mut block = vec![0; 48];
        block[12..16].copy_from_slice(&2_u32.to_ne_bytes());
        block[16..20].copy_from_slice(&48_u32.to_ne_bytes());
        for next in [128_u32, 0] {
            let start = block.len();
            let len = u32::try_from(FRAME.len()).unwrap();
            for number in [next, 1_700_000_000, 5, len, 1_500, status] {
                block.extend(number.to_ne_bytes());
            }
            block.extend([96_u16.to_ne_bytes(), 110_u16.to_ne_bytes()].concat());
            block.extend([0_u32.to_ne_bytes(), value.to_ne_bytes()].concat());
            block.extend(protocol.to_ne_bytes());
            block.resize(start + 96, 0);
            block.extend(FRAME);
            block.resize(start + 128, 0);
        }
        block
    }

    fn frames(mut block: Vec<u8>, link: LinkType) -> Vec<(Time, u32, Vec<u8>)> {
        let mut position = Position::start(&block);
        let mut frames = Vec::new();
        while let Some(found) = position.next(&block) {
            let (original_len, bytes) = found.with_tag(&mut block, link);
            frames.push((found.time, original_len, bytes.to_vec()));
        }
        frames
    }

    #[test]
    fn frames_come_out_as_they_are() {
        let frames = frames(block(0, 7, 0x88a8), LinkType::ETHERNET);
        let frame = (Time(1_700_000_000_000_000_005), 1_500, FRAME.to_vec());
        assert_eq!(frames, [frame.clone(), frame]);
    }

    #[test]
    fn the_tag_returns_between_addresses_and_type() {
        let (tagged, named) = (libc::TP_STATUS_VLAN_VALID, libc::TP_STATUS_VLAN_TPID_VALID);
        for (status, tag) in [(tagged, [0x81, 0, 0x20, 7]), (tagged | named, [0x88, 0xa8, 0x20, 7])] {
            let frames = frames(block(status, 0x2007, 0x88a8), LinkType::ETHERNET);
            let expected = [&FRAME[..12], &tag, &FRAME[12..]].concat();
            assert_eq!(frames.len(), 2);
            assert!(frames.iter().all(|(_, len, bytes)| *len == 1_504 && *bytes == expected));
        }
        assert_eq!(frames(block(tagged, 7, 0), LinkType::RAW)[0].2, FRAME, "raw IP has no tag");
    }

    #[test]
    fn a_damaged_block_is_only_shorter() {
        let whole = block(libc::TP_STATUS_VLAN_VALID, 7, 0);
        for cut in 0..whole.len() {
            assert!(frames(whole[..cut].to_vec(), LinkType::ETHERNET).len() <= 2);
        }
        for at in 0..whole.len() {
            let mut block = whole.clone();
            block[at] = 0xff;
            let frames = frames(block, LinkType::ETHERNET);
            assert!(frames.iter().all(|(_, _, bytes)| bytes.len() <= whole.len()));
        }
    }
}
