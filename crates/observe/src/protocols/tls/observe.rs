//! Hand-shake messages to observations.

use super::{RECORD_HEADER, certificate, fingerprint, hello};
use crate::out::Out;
use facts::{Property, Subject};
use wire::{Digits, Reader, Text};

/// Bytes of a flight of several records that are put together to be read.
const JOINED_MAX: usize = 16_384;

/// Reads the messages of one flight. Messages inside one record are read in place.
pub(super) fn handshake(records: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(records);
    let single =
        reader.skip(3).and_then(|()| reader.u16()).is_ok_and(|len| usize::from(len) == reader.remaining());
    if single {
        messages(reader.rest(), out);
        return;
    }
    let mut joined = [0u8; JOINED_MAX];
    let mut len = 0;
    let mut reader = Reader::new(records);
    while reader.skip(RECORD_HEADER - 2).is_ok() {
        let Ok(record) = reader.u16().and_then(|len| reader.take(usize::from(len))) else { break };
        let fits = record.get(..JOINED_MAX - len).unwrap_or(record);
        if let Some(place) = joined.get_mut(len..len + fits.len()) {
            place.copy_from_slice(fits);
            len += fits.len();
        }
    }
    messages(joined.get(..len).unwrap_or_default(), out);
}

fn messages(bytes: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(bytes);
    while let (Ok(kind), Ok(len)) = (reader.u8(), reader.u24()) {
        let body = reader.take_up_to(usize::try_from(len).unwrap_or(usize::MAX));
        match kind {
            1 => client_hello(body, out),
            2 => server_hello(body, out),
            11 => certificate::message(body, out),
            _ => {}
        }
    }
}

fn client_hello(body: &[u8], out: &mut Out<'_, '_>) {
    let Some(hello) = hello::client(body) else { return };
    let client = Subject::Client;
    out.identity(Subject::Server, Property::Other, "server-name", Text::utf8(hello.server_name));
    out.identity(client, Property::Other, "alpn", Text::utf8(hello.first_alpn()));
    let ja3 = fingerprint::ja3(&hello);
    out.identity(client, Property::Fingerprint, "ja3", ja3.as_text());
    let ja4 = fingerprint::ja4(&hello);
    out.identity(client, Property::Fingerprint, "ja4", ja4.as_text());
}

fn server_hello(body: &[u8], out: &mut Out<'_, '_>) {
    let Some(hello) = hello::server(body) else { return };
    let version = match hello.version {
        0x0300 => "SSL 3.0",
        0x0301 => "TLS 1.0",
        0x0302 => "TLS 1.1",
        0x0303 => "TLS 1.2",
        0x0304 => "TLS 1.3",
        _ => "",
    };
    out.identity(Subject::Server, Property::Other, "version", Text::utf8(version.as_bytes()));
    let cipher = Digits::hex(u64::from(hello.cipher), 4);
    out.identity(Subject::Server, Property::Other, "cipher-suite", cipher.as_text());
}
