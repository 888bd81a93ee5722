//! The subject of an X.509 certificate (RFC 5280, 4.1).

use wire::{Ber, Charset, Malformed, Reader, Text, trim};

const CONTEXT_0: u8 = 0xa0;
/// Object identifiers 2.5.4.3 and 2.5.4.10.
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANIZATION: &[u8] = &[0x55, 4, 10];

/// Common name and organization of the subject.
pub(super) fn subject(der: &[u8]) -> Result<[Option<Text<'_>>; 2], Malformed> {
    let certificate = Ber::read(&mut Reader::new(der))?;
    let mut fields = Ber::read(&mut certificate.inside())?.inside();
    if fields.peek() == Some(CONTEXT_0) {
        Ber::read(&mut fields)?;
    }
    // Serial number, signature algorithm, issuer, validity.
    for _ in 0..4 {
        Ber::read(&mut fields)?;
    }
    let mut names = Ber::read(&mut fields)?.inside();
    let mut found = [None; 2];
    while !names.is_empty() {
        let mut set = Ber::read(&mut names)?.inside();
        let mut pair = Ber::read(&mut set)?.inside();
        let (kind, value) = (Ber::read(&mut pair)?, Ber::read(&mut pair)?);
        match kind.contents {
            COMMON_NAME => found[0] = Some(text(&value)),
            ORGANIZATION => found[1] = Some(text(&value)),
            _ => {}
        }
    }
    Ok(found)
}

/// The string types of a directory string.
fn text<'a>(value: &Ber<'a>) -> Text<'a> {
    match value.tag.first {
        0x1e => Text { bytes: value.contents, charset: Charset::Utf16Be },
        0x14 => Text { bytes: trim(value.contents), charset: Charset::Latin1 },
        _ => Text::utf8(value.contents),
    }
}
