//! The Windows browser's host announcement (MS-BRWS) in a NetBIOS datagram (RFC 1002, 4.4), UDP port 138.

use crate::bytes::{Put, len16};
use crate::file::System;
use crate::protocols::Turn;
use crate::protocols::names::netbios_name;
use crate::script::{Script, To, Via};
use crate::text::{Encoding, encode};

const PORT: u16 = 138;
const MAILSLOT: &[u8] = b"\\MAILSLOT\\BROWSE\0";

/// A machine announces itself with its operating system's version and its comment.
pub(crate) fn announce(turn: &mut Turn<'_>, script: &mut Script) {
    let device = turn.client;
    let host = device.host_name().to_uppercase();
    let domain = if device.identity.domain.is_empty() { "WORKGROUP" } else { &device.identity.domain };
    let (major, minor) = match device.system {
        System::WindowsXp => (5, 1),
        System::Linux => (6, 1),
        _ => (10, 0),
    };
    // The comment is stored in the code page of the system's language.
    let encoding = match device.identity.encoding {
        Encoding::EucJp => Encoding::EucJp,
        _ => Encoding::Cp932,
    };
    let mut comment = encode(device.label_text(), encoding);
    comment.u8(0);
    let mut frame = vec![1, 0];
    // Every twelve minutes; a workstation and server with Windows NT.
    frame.u32_le(720_000).fixed(host.as_bytes(), 16, 0).u8(major).u8(minor).u32_le(0x0000_1003);
    frame.put(&[15, 1]).u16_le(0xaa55).put(&comment);
    let smb = transaction(&frame);
    let mut names = netbios_name(&host, 0x20);
    names.put(&netbios_name(domain, 0x1d));
    let mut out = vec![0x11, 0x0a];
    out.u16(turn.random.u16()).put(&device.ip().octets()).u16(PORT);
    out.u16(len16(names.len() + smb.len())).u16(0).put(&names).put(&smb);
    script.ask(out).via(Via::Udp(PORT, PORT)).to(To::Subnet);
}

/// SMB 1 transaction that writes to the browser's mailslot.
fn transaction(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0xff, b'S', b'M', b'B', 0x25];
    out.fixed(&[], 27, 0).u8(17);
    let len = len16(data.len());
    out.u16_le(0).u16_le(len).u16_le(0).u16_le(0).u8(0).u8(0).u16_le(0).u32_le(1_000).u16_le(0);
    // No parameters; the data begin after header, words, byte count and name.
    out.u16_le(0).u16_le(0).u16_le(len).u16_le(len16(32 + 1 + 34 + 2 + MAILSLOT.len())).u8(3).u8(0);
    out.u16_le(1).u16_le(1).u16_le(2).u16_le(len16(MAILSLOT.len() + data.len())).put(MAILSLOT).put(data);
    out
}

#[cfg(test)]
mod tests {
    use crate::testing::{announce, holds, u16_at};

    #[test]
    fn the_comment_is_in_code_page_932() {
        let bytes = &announce("browser")[0].bytes;
        assert_eq!(u16_at(bytes, 10), bytes.len() - 14);
        assert!(holds(bytes, b"\\MAILSLOT\\BROWSE\0\x01\0"));
        assert!(holds(bytes, &[0x55, 0xaa, 0x8f, 0x5b, 0x93, 0x55, 0x8b, 0x40, 0x87, 0x41, 0]));
    }
}
