//! SSDP (UPnP Device Architecture 2.0, 1): a device says that it is there.

use core::net::Ipv4Addr;

use wire::Mac;

use crate::protocols::Turn;
use crate::script::{Script, To, Via};

const PORT: u16 = 1_900;
const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 255, 250);

/// One NOTIFY for the root device.
pub(crate) fn notify(turn: &mut Turn<'_>, script: &mut Script) {
    let device = turn.client;
    let identity = &device.identity;
    let mac: String = device.mac().0.iter().map(|octet| format!("{octet:02x}")).collect();
    let uuid = format!("2f402f80-da50-11e1-9b23-{mac}");
    let text = format!(
        "NOTIFY * HTTP/1.1\r\nHOST: {GROUP}:{PORT}\r\nCACHE-CONTROL: max-age=1800\r\n\
         LOCATION: http://{}:80/description.xml\r\nSERVER: Linux/4.14 UPnP/1.1 {}/{}\r\nNTS: ssdp:alive\r\n\
         NT: upnp:rootdevice\r\nUSN: uuid:{uuid}::upnp:rootdevice\r\n\r\n",
        device.ip(),
        identity.model.replace(' ', "-"),
        identity.firmware,
    );
    let to = To::Group(Mac([1, 0, 0x5e, 0x7f, 0xff, 0xfa]), GROUP);
    script.ask(text.into_bytes()).via(Via::Udp(PORT, PORT)).to(to);
}

#[cfg(test)]
mod tests {
    use crate::testing::{announce, holds};

    #[test]
    fn the_server_line_names_the_product() {
        let bytes = &announce("ssdp")[0].bytes;
        assert!(holds(bytes, b"SERVER: Linux/4.14 UPnP/1.1 MODEL-1/3.2.6\r\n"));
        assert!(bytes.ends_with(b"\r\n\r\n"));
    }
}
