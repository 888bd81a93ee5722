//! Bytes to messages: the fixed part, the magic cookie, options (RFC 2131, section 2 and 4.1).

use core::net::Ipv4Addr;
use wire::{Defect, Mac, Malformed, Reader};

const MAGIC: u32 = 0x6382_5363;

/// One message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// From a client (operation 1), not from a server.
    pub(crate) request: bool,
    /// The client's hardware address, on Ethernet.
    pub(crate) mac: Option<Mac>,
    /// The client's address as it says it.
    pub(crate) client: Ipv4Addr,
    /// The address given to the client.
    pub(crate) given: Ipv4Addr,
    /// The relay between client and server.
    pub(crate) relay: Ipv4Addr,
    places: [&'a [u8]; 3],
}

/// Reads one whole message. Without the magic cookie it is plain BOOTP and has no options.
pub(crate) fn parse(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let operation = reader.u8()?;
    let (kind, len) = (reader.u8()?, reader.u8()?);
    reader.ensure(matches!(operation, 1 | 2) && len <= 16, Defect::BadValue)?;
    reader.skip(9)?;
    let [client, given, _next, relay] =
        [reader.array::<4>()?, reader.array::<4>()?, reader.array::<4>()?, reader.array::<4>()?]
            .map(Ipv4Addr::from);
    let mac = Mac(reader.array::<6>()?);
    reader.skip(10)?;
    let (server_name, file) = (reader.take(64)?, reader.take(128)?);
    let mut places = [&[][..]; 3];
    if reader.u32() == Ok(MAGIC) {
        places[0] = reader.rest();
        // Option 52: options go on in the file field (1), the server name (2) or both (RFC 2132, 9.3).
        let overload =
            run(reader.rest()).find(|(code, _)| *code == 52).and_then(|(_, data)| data.first().copied());
        let overload = overload.unwrap_or(0);
        places[1] = if overload & 1 != 0 { file } else { &[] };
        places[2] = if overload & 2 != 0 { server_name } else { &[] };
    }
    let mac = (kind == 1 && len == 6 && mac.is_host()).then_some(mac);
    Ok(Message { request: operation == 1, mac, client, given, relay, places })
}

impl<'a> Message<'a> {
    /// All options that are whole, in their order.
    pub(crate) fn options(&self) -> impl Iterator<Item = (u8, &'a [u8])> {
        self.places.into_iter().flat_map(run)
    }

    /// The data of an option.
    pub(crate) fn option(&self, wanted: u8) -> Option<&'a [u8]> {
        self.options().find(|(code, _)| *code == wanted).map(|(_, data)| data)
    }
}

/// Code, length, data; 0 is padding, 255 the end.
fn run(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut reader = Reader::new(bytes);
    core::iter::from_fn(move || {
        loop {
            match reader.u8().ok()? {
                0 => {}
                255 => return None,
                code => {
                    let len = usize::from(reader.u8().ok()?);
                    return Some((code, reader.take(len).ok()?));
                }
            }
        }
    })
}
