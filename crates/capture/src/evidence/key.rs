//! Between whom a frame travels: just enough of its headers to find it again.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use wire::{LinkType, Mac, Malformed, Reader};

/// Tags of 802.1Q and 802.1ad.
const TAGS: [u16; 3] = [0x8100, 0x88a8, 0x9100];
const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
/// More tags than this are no real frame.
const TAGS_MAX: usize = 4;
/// IP protocols whose header begins with two ports: TCP, UDP, SCTP.
const WITH_PORTS: [u8; 3] = [6, 17, 132];

/// An address that is told apart in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// Hardware address, for frames that carry no IP packet.
    Mac(Mac),
    /// IP address, for all others.
    Ip(IpAddr),
}

/// One end of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct End {
    /// Its address.
    pub address: Address,
    /// TCP, UDP or SCTP port; 0 where there is none, and in later fragments.
    pub port: u16,
}

/// Between whom, and in which IP protocol, a frame travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flow {
    /// Who sent it.
    pub source: End,
    /// To whom.
    pub destination: End,
    /// IP protocol number; 0 without IP.
    pub protocol: u8,
}

const NOBODY: End = End { address: Address::Mac(Mac([0; 6])), port: 0 };

impl Flow {
    /// Nothing is known: a frame too short for addresses, or of a link without them.
    pub(super) const UNKNOWN: Self = Self { source: NOBODY, destination: NOBODY, protocol: 0 };

    /// Reads the headers of a frame. What lies in tunnels is found by the tunnel's ends.
    pub fn of(link: LinkType, bytes: &[u8]) -> Self {
        match link {
            LinkType::ETHERNET => ethernet(bytes).unwrap_or(Self::UNKNOWN),
            LinkType::RAW | LinkType::IPV4 | LinkType::IPV6 => ip(bytes).unwrap_or(Self::UNKNOWN),
            _ => Self::UNKNOWN,
        }
    }

    /// A number that is equal for both directions.
    pub(super) fn hash(&self) -> u64 {
        let [low, high] = if self.source <= self.destination {
            [self.source, self.destination]
        } else {
            [self.destination, self.source]
        };
        let mut hash = u64::from(self.protocol);
        for end in [low, high] {
            let bits = match end.address {
                Address::Mac(mac) => mac.0.iter().fold(0, |bits, byte| bits << 8 | u128::from(*byte)),
                Address::Ip(IpAddr::V4(ip)) => u128::from(ip.to_bits()),
                Address::Ip(IpAddr::V6(ip)) => ip.to_bits(),
            };
            let [upper, lower] = [bits >> 64, bits & u128::from(u64::MAX)];
            for word in [upper, lower, u128::from(end.port)] {
                let word = u64::try_from(word).unwrap_or(0);
                // Multiplying by an odd constant spreads every bit upwards, and the rotation brings them down again.
                hash = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
            }
        }
        hash
    }
}

fn ethernet(bytes: &[u8]) -> Result<Flow, Malformed> {
    let mut reader = Reader::new(bytes);
    let destination = Mac(reader.array()?);
    let source = Mac(reader.array()?);
    let end = |mac| End { address: Address::Mac(mac), port: 0 };
    let by_hardware = Flow { source: end(source), destination: end(destination), protocol: 0 };
    let mut kind = reader.u16().unwrap_or(0);
    for _ in 0..TAGS_MAX {
        if !TAGS.contains(&kind) || reader.skip(2).is_err() {
            break;
        }
        kind = reader.u16().unwrap_or(0);
    }
    if kind == IPV4 || kind == IPV6 { Ok(ip(reader.rest()).unwrap_or(by_hardware)) } else { Ok(by_hardware) }
}

fn ip(bytes: &[u8]) -> Result<Flow, Malformed> {
    let mut reader = Reader::new(bytes);
    let version = reader.peek().unwrap_or(0) >> 4;
    let (protocol, is_first, addresses): (u8, bool, [IpAddr; 2]) = if version == 4 {
        let header_len = usize::from(reader.u8()? & 0x0f) * 4;
        reader.skip(5)?;
        let fragment = reader.u16()?;
        reader.skip(1)?;
        let protocol = reader.u8()?;
        reader.skip(2)?;
        let addresses = [reader.array()?, reader.array()?].map(|ip: [u8; 4]| Ipv4Addr::from(ip).into());
        reader.skip(header_len.saturating_sub(20)).ok();
        (protocol, fragment & 0x1fff == 0, addresses)
    } else {
        reader.skip(6)?;
        let protocol = reader.u8()?;
        reader.skip(1)?;
        let addresses = [reader.array()?, reader.array()?].map(|ip: [u8; 16]| Ipv6Addr::from(ip).into());
        (protocol, true, addresses)
    };
    let with_ports = is_first && WITH_PORTS.contains(&protocol);
    let mut end =
        |ip| End { address: Address::Ip(ip), port: if with_ports { reader.u16().unwrap_or(0) } else { 0 } };
    let [source, destination] = addresses;
    Ok(Flow { source: end(source), destination: end(destination), protocol })
}
