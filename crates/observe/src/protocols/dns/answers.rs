//! What addresses the records of a message bind to names; shared by DNS, mDNS and LLMNR.

use super::wire::{Message, Record, TYPE_A, TYPE_AAAA, TYPE_PTR};
use crate::out::Out;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use facts::Observation;
use wire::{DomainName, Reader, Text};

/// Addresses told of one message: a larger answer is there for its size, not for its content.
const TOLD_MAX: usize = 32;

/// The address of an A or AAAA record that could be a machine's.
pub(crate) fn address(record: &Record<'_>) -> Option<IpAddr> {
    let mut reader = Reader::new(record.data);
    let address = match (record.kind, record.data.len()) {
        (TYPE_A, 4) => IpAddr::V4(Ipv4Addr::from(reader.array::<4>().ok()?)),
        (TYPE_AAAA, 16) => IpAddr::V6(Ipv6Addr::from(reader.array::<16>().ok()?)),
        _ => return None,
    };
    own_address(address).then_some(address)
}

/// Whether an address could be a machine's and mean the same to whoever hears it.
pub(crate) fn own_address(address: IpAddr) -> bool {
    !wire::is_group_ip(address) && !address.is_loopback()
}

/// Says each name of an address: the record's own, and the one asked for when an alias led there.
pub(crate) fn resolved<'a>(
    message: &Message<'a>,
    records: impl Iterator<Item = Record<'a>>,
    out: &mut Out<'a, '_>,
) {
    let (mut owner, mut asked) = ([0; 256], [0; 256]);
    let asked = message.question.map(|(name, _)| name.dotted(&mut asked));
    for record in records.filter(|record| matches!(record.kind, TYPE_A | TYPE_AAAA | TYPE_PTR)).take(TOLD_MAX)
    {
        if let Some(address) = address(&record) {
            let owner = record.name.dotted(&mut owner);
            told(owner, address, out);
            if let Some(asked) = asked.filter(|asked| !asked.eq_ignore_ascii_case(owner)) {
                told(asked, address, out);
            }
        } else if record.kind == TYPE_PTR
            && let Some(address) = reverse(record.name.dotted(&mut owner))
            && let Ok(target) = DomainName::read(&mut record.at.clone())
        {
            told(target.dotted(&mut owner), address, out);
        }
    }
}

fn told(name: &[u8], address: IpAddr, out: &mut Out<'_, '_>) {
    let name = Text::unknown(name);
    if !name.is_empty() {
        out.push(&Observation::NameResolved { name, address });
    }
}

/// The address that a name under `in-addr.arpa` or `ip6.arpa` stands for (RFC 1035, 3.5; RFC 3596, 2.5).
fn reverse(name: &[u8]) -> Option<IpAddr> {
    let (labels, version_4) = match name.strip_suffix(b".in-addr.arpa") {
        Some(labels) => (labels, true),
        None => (name.strip_suffix(b".ip6.arpa")?, false),
    };
    let (mut bits, mut count) = (0u128, 0);
    for label in labels.rsplit(|byte| *byte == b'.') {
        let label = core::str::from_utf8(label).ok()?;
        bits = if version_4 {
            bits << 8 | u128::from(label.parse::<u8>().ok()?)
        } else {
            bits << 4 | u128::from(u8::from_str_radix(label, 16).ok().filter(|nibble| *nibble < 16)?)
        };
        count += 1;
        if count > 32 {
            return None;
        }
    }
    match (version_4, count) {
        (true, 4) => Some(IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(bits).ok()?))),
        (false, 32) => Some(IpAddr::V6(Ipv6Addr::from_bits(bits))),
        _ => None,
    }
}
