//! JA3 and JA4 of clients: hashes over what a hello offers, fed piece by piece.

use super::hello::{ALPN, ClientHello, SERVER_NAME, extensions, is_grease, numbers};
use md5::{Digest, Md5};
use sha2::Sha256;
use wire::Digits;

/// Numbers of one list that are sorted for JA4; a hello with more is told by its first ones.
const SORTED_MAX: usize = 256;

/// MD5 of version, ciphers, extensions, groups and point formats in decimal, without GREASE values.
pub(super) fn ja3(hello: &ClientHello<'_>) -> Digits {
    let mut hash = Md5::new();
    hash.update(Digits::decimal(u64::from(hello.version)).as_text().bytes);
    let kinds = extensions(hello.extensions).map(|(kind, _)| kind);
    list(&mut hash, numbers(hello.ciphers));
    list(&mut hash, kinds);
    list(&mut hash, numbers(hello.groups));
    list(&mut hash, hello.point_formats.iter().map(|format| u16::from(*format)));
    let hash = u128::from_be_bytes(hash.finalize().into());
    Digits::format(format_args!("{hash:032x}"))
}

/// A comma, then the numbers joined by dashes.
fn list(hash: &mut Md5, numbers: impl Iterator<Item = u16>) {
    hash.update(b",");
    for (at, number) in numbers.filter(|number| !is_grease(*number)).enumerate() {
        if at > 0 {
            hash.update(b"-");
        }
        hash.update(Digits::decimal(u64::from(number)).as_text().bytes);
    }
}

/// Transport, version, server name, numbers of ciphers and extensions, first protocol; then the truncated SHA-256 of
/// the sorted ciphers, and of the sorted extensions with the signature algorithms in their order.
pub(super) fn ja4(hello: &ClientHello<'_>) -> Digits {
    let version =
        numbers(hello.versions).filter(|version| !is_grease(*version)).max().unwrap_or(hello.version);
    let version = match version {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        _ => "00",
    };
    let name = if hello.has_server_name { 'd' } else { 'i' };
    let kinds = || extensions(hello.extensions).map(|(kind, _)| kind);
    let count = |count: usize| count.min(99);
    let ciphers = count(numbers(hello.ciphers).filter(|cipher| !is_grease(*cipher)).count());
    let offered = count(kinds().filter(|kind| !is_grease(*kind)).count());
    let (first, last) = alpn_ends(hello.first_alpn());
    let of_ciphers = sorted_hash(numbers(hello.ciphers), &[]);
    let of_extensions =
        sorted_hash(kinds().filter(|kind| !matches!(*kind, SERVER_NAME | ALPN)), hello.signatures);
    Digits::format(format_args!(
        "t{version}{name}{ciphers:02}{offered:02}{first}{last}_{of_ciphers:012x}_{of_extensions:012x}"
    ))
}

/// First and last character of the first protocol; where one is not alphanumeric, the first and last hexadecimal
/// digit of the name instead.
fn alpn_ends(name: &[u8]) -> (char, char) {
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return ('0', '0') };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        return (char::from(*first), char::from(*last));
    }
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    (digit(first >> 4), digit(last & 15))
}

/// The first 48 bits of the SHA-256 of the sorted numbers in hexadecimal joined by commas, and of the numbers of
/// `tail` behind an underscore; 0 for an empty list.
fn sorted_hash(numbers_in: impl Iterator<Item = u16>, tail: &[u8]) -> u64 {
    let mut sorted = [0u16; SORTED_MAX];
    let mut len = 0;
    for (place, number) in sorted.iter_mut().zip(numbers_in.filter(|number| !is_grease(*number))) {
        *place = number;
        len += 1;
    }
    let sorted = sorted.get_mut(..len).unwrap_or_default();
    if sorted.is_empty() {
        return 0;
    }
    sorted.sort_unstable();
    let mut hash = Sha256::new();
    joined(&mut hash, sorted.iter().copied());
    let mut tail = numbers(tail).filter(|number| !is_grease(*number)).peekable();
    if tail.peek().is_some() {
        hash.update(b"_");
        joined(&mut hash, tail);
    }
    let hash: [u8; 32] = hash.finalize().into();
    hash.iter().take(6).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn joined(hash: &mut Sha256, numbers: impl Iterator<Item = u16>) {
    for (at, number) in numbers.enumerate() {
        if at > 0 {
            hash.update(b",");
        }
        hash.update(Digits::hex(u64::from(number), 4).as_text().bytes);
    }
}
