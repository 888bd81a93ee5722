//! Certificates (RFC 5280, 4.1) by a borrowing walk over their DER: whose, by whom, until when, for which names.

use crate::out::Out;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use facts::{Property, Subject};
use sha2::{Digest, Sha256};
use wire::{Ber, Charset, Digits, Malformed, Reader, Text, trim};

/// Alternative names of one certificate that are told.
const NAMES_MAX: usize = 16;
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANIZATION: &[u8] = &[0x55, 4, 10];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

/// The Certificate message of TLS 1.2 and older (RFC 5246, 7.4.2); only the sender's own certificate is told.
pub(super) fn message(body: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(body);
    let (Ok(_all), Ok(len)) = (reader.u24(), reader.u24()) else { return };
    if let Ok(der) = reader.take(usize::try_from(len).unwrap_or(usize::MAX)) {
        // What stands before a damaged field has been told.
        let _ = told(der, Subject::Sender, out);
    }
}

/// Says what a certificate tells about its owner.
fn told(der: &[u8], owner: Subject, out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    let certificate = Ber::read(&mut Reader::new(der))?;
    let mut fields = Ber::read(&mut certificate.inside())?.inside();
    // The version is there in all but the oldest.
    if fields.peek() == Some(0xa0) {
        Ber::read(&mut fields)?;
    }
    let serial = Ber::read(&mut fields)?;
    let (_algorithm, issuer, validity, subject) =
        (Ber::read(&mut fields)?, Ber::read(&mut fields)?, Ber::read(&mut fields)?, Ber::read(&mut fields)?);
    fingerprint(der, owner, out);
    attributes(&subject, owner, ["certificate.subject", "certificate.subject-organization"], out);
    attributes(&issuer, owner, ["certificate.issuer", "certificate.issuer-organization"], out);
    let mut moments = validity.inside();
    for key in ["certificate.not-before", "certificate.not-after"] {
        out.identity(owner, Property::Other, key, Text::utf8(Ber::read(&mut moments)?.contents));
    }
    if let Some(number) = serial.unsigned() {
        let number = Digits::hex(number, 2);
        out.identity(owner, Property::Other, "certificate.serial", number.as_text());
    }
    let _public_key = Ber::read(&mut fields)?;
    while !fields.is_empty() {
        let element = Ber::read(&mut fields)?;
        if element.tag.first == 0xa3 {
            extensions(&element, owner, out)?;
        }
    }
    Ok(())
}

fn fingerprint(der: &[u8], owner: Subject, out: &mut Out<'_, '_>) {
    let hash: [u8; 32] = Sha256::digest(der).into();
    let mut text = [0u8; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(hash) {
        for (place, nibble) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
            *place = if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        }
    }
    out.identity(owner, Property::Fingerprint, "certificate.sha256", Text::utf8(&text));
}

/// Common name and organization of a distinguished name (a sequence of sets of sequences).
fn attributes(name: &Ber<'_>, owner: Subject, keys: [&'static str; 2], out: &mut Out<'_, '_>) {
    let mut sets = name.inside();
    while let Ok(set) = Ber::read(&mut sets) {
        let mut pairs = set.inside();
        while let Ok(pair) = Ber::read(&mut pairs) {
            let mut pair = pair.inside();
            let (Ok(kind), Ok(value)) = (Ber::read(&mut pair), Ber::read(&mut pair)) else { return };
            let [common_name, organization] = keys;
            let key = match kind.contents {
                COMMON_NAME => common_name,
                ORGANIZATION => organization,
                _ => continue,
            };
            out.identity(owner, Property::Other, key, text(&value));
        }
    }
}

/// A string type tells its character set (X.680): UTF8String, T61String, BMPString; the others are ASCII.
fn text<'a>(value: &Ber<'a>) -> Text<'a> {
    let charset = match value.tag.number {
        20 => Charset::Latin1,
        30 => return Text { bytes: value.contents, charset: Charset::Utf16Be },
        _ => Charset::Utf8,
    };
    Text { bytes: trim(value.contents), charset }
}

fn extensions(element: &Ber<'_>, owner: Subject, out: &mut Out<'_, '_>) -> Result<(), Malformed> {
    let mut list = Ber::read(&mut element.inside())?.inside();
    while !list.is_empty() {
        let mut extension = Ber::read(&mut list)?.inside();
        let kind = Ber::read(&mut extension)?;
        let mut value = Ber::read(&mut extension)?;
        // The critical flag is left out where it is false.
        if value.tag.number == 1 {
            value = Ber::read(&mut extension)?;
        }
        if kind.contents == SUBJECT_ALT_NAME {
            let mut names = Ber::read(&mut value.inside())?.inside();
            for _ in 0..NAMES_MAX {
                let Ok(name) = Ber::read(&mut names) else { break };
                alternative(&name, owner, out);
            }
        }
    }
    Ok(())
}

/// GeneralName (RFC 5280, 4.2.1.6): DNS name, URI, IP address.
fn alternative(name: &Ber<'_>, owner: Subject, out: &mut Out<'_, '_>) {
    let key = "certificate.alternative-name";
    match (name.tag.number, name.contents) {
        (2 | 6, bytes) => out.identity(owner, Property::Other, key, Text::utf8(bytes)),
        (7, bytes) => {
            let address = match (<[u8; 4]>::try_from(bytes), <[u8; 16]>::try_from(bytes)) {
                (Ok(octets), _) => IpAddr::from(Ipv4Addr::from(octets)),
                (_, Ok(octets)) => IpAddr::from(Ipv6Addr::from(octets)),
                _ => return,
            };
            let digits = Digits::format(format_args!("{address}"));
            out.identity(owner, Property::Other, key, digits.as_text());
        }
        _ => {}
    }
}
