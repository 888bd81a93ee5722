//! The hello messages (RFC 8446, 4.1.2 and 4.1.3; RFC 6066, 3; RFC 7301, 3.1).

use wire::Reader;

/// A client's offer; lists are as sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ClientHello<'a> {
    pub(super) version: u16,
    pub(super) ciphers: &'a [u8],
    /// Extensions: type, length and data of each.
    pub(super) extensions: &'a [u8],
    pub(super) has_server_name: bool,
    pub(super) server_name: &'a [u8],
    pub(super) groups: &'a [u8],
    pub(super) point_formats: &'a [u8],
    pub(super) signatures: &'a [u8],
    pub(super) versions: &'a [u8],
    /// Protocols: length and name of each.
    pub(super) alpn: &'a [u8],
}

/// A server's choice.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServerHello {
    pub(super) version: u16,
    pub(super) cipher: u16,
}

pub(super) const SERVER_NAME: u16 = 0;
pub(super) const ALPN: u16 = 16;

/// Values that clients send only to keep servers tolerant (RFC 8701).
pub(super) fn is_grease(value: u16) -> bool {
    let [high, low] = value.to_be_bytes();
    high == low && low & 0x0f == 0x0a
}

/// The numbers of 16 bits in a list.
pub(super) fn numbers(list: &[u8]) -> impl Iterator<Item = u16> {
    list.chunks_exact(2).map(|pair| pair.iter().fold(0, |number, byte| number << 8 | u16::from(*byte)))
}

/// The extensions: type and data.
pub(super) fn extensions(bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut reader = Reader::new(bytes);
    core::iter::from_fn(move || {
        let (kind, len) = (reader.u16().ok()?, reader.u16().ok()?);
        Some((kind, reader.take(usize::from(len)).ok()?))
    })
}

/// Reads a ClientHello; `None` when its fixed part is damaged.
pub(super) fn client(body: &[u8]) -> Option<ClientHello<'_>> {
    let mut reader = Reader::new(body);
    let mut hello = ClientHello { version: reader.u16().ok()?, ..ClientHello::default() };
    reader.skip(32).ok()?;
    short(&mut reader)?;
    hello.ciphers = long(&mut reader)?;
    short(&mut reader)?;
    hello.extensions = long(&mut reader).unwrap_or_default();
    for (kind, data) in extensions(hello.extensions) {
        let mut data = Reader::new(data);
        match kind {
            SERVER_NAME => {
                hello.has_server_name = true;
                hello.server_name = server_name(&mut data).unwrap_or_default();
            }
            10 => hello.groups = long(&mut data).unwrap_or_default(),
            11 => hello.point_formats = short(&mut data).unwrap_or_default(),
            13 => hello.signatures = long(&mut data).unwrap_or_default(),
            ALPN => hello.alpn = long(&mut data).unwrap_or_default(),
            43 => hello.versions = short(&mut data).unwrap_or_default(),
            _ => {}
        }
    }
    Some(hello)
}

/// Reads a ServerHello; TLS 1.3 tells its version in an extension.
pub(super) fn server(body: &[u8]) -> Option<ServerHello> {
    let mut reader = Reader::new(body);
    let mut version = reader.u16().ok()?;
    reader.skip(32).ok()?;
    short(&mut reader)?;
    let cipher = reader.u16().ok()?;
    reader.skip(1).ok()?;
    for (kind, data) in extensions(long(&mut reader).unwrap_or_default()) {
        if kind == 43 {
            version = Reader::new(data).u16().unwrap_or(version);
        }
    }
    Some(ServerHello { version, cipher })
}

impl<'a> ClientHello<'a> {
    /// The first application protocol offered.
    pub(super) fn first_alpn(&self) -> &'a [u8] {
        short(&mut Reader::new(self.alpn)).unwrap_or_default()
    }
}

/// The first host name (type 0) of the list.
fn server_name<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let mut list = Reader::new(long(reader)?);
    (list.u8().ok()? == 0).then(|| long(&mut list)).flatten()
}

fn short<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let len = reader.u8().ok()?;
    reader.take(usize::from(len)).ok()
}

fn long<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let len = reader.u16().ok()?;
    reader.take(usize::from(len)).ok()
}
