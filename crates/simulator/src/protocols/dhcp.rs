//! DHCP (RFC 2131, 2132): a machine joins, or renews its lease.

use core::net::Ipv4Addr;

use crate::bytes::{Put, len8};
use crate::item::Item;
use crate::plant::Device;
use crate::protocols::{Dialogue, Turn};
use crate::script::{Script, Side, To, Via};

const SERVER_PORT: u16 = 67;
const CLIENT_PORT: u16 = 68;
const DISCOVER: u8 = 1;
const OFFER: u8 = 2;
const REQUEST: u8 = 3;
const ACK: u8 = 5;
/// Lease time in seconds.
const LEASE: u32 = 28_800;

/// An exchange has no state beyond its transaction.
#[derive(Default)]
pub(crate) struct Dhcp;

impl Dialogue for Dhcp {
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        let transaction = turn.random.u32();
        match item.word(0) {
            "renew" => {
                script.ask(request(turn, REQUEST, transaction, true, Ipv4Addr::UNSPECIFIED));
                script.answer(reply(turn, turn.server, ACK, transaction, true));
                Ok(())
            }
            "join" => {
                let server = turn.server.ip();
                join(turn, turn.server, server, transaction, script);
                Ok(())
            }
            _ => Err("known items: renew, join"),
        }
    }
}

/// A device that was just plugged in asks for an address; its network's DHCP server answers by broadcast.
pub(crate) fn say_join(turn: &mut Turn<'_>, script: &mut Script) {
    let plant = turn.plant;
    let server = turn
        .client
        .first_interface()
        .and_then(|interface| plant.networks.get(interface.network))
        .and_then(|network| plant.devices.get(network.dhcp?));
    let transaction = turn.random.u32();
    if let Some(server) = server {
        join(turn, server, server.ip(), transaction, script);
    }
}

fn join(turn: &Turn<'_>, server: &Device, ip: Ipv4Addr, transaction: u32, script: &mut Script) {
    let ports = (Via::Udp(CLIENT_PORT, SERVER_PORT), Via::Udp(SERVER_PORT, CLIENT_PORT));
    for (ask, answer, server_ip) in [(DISCOVER, OFFER, Ipv4Addr::UNSPECIFIED), (REQUEST, ACK, ip)] {
        let request = request(turn, ask, transaction, false, server_ip);
        script.ask(request).via(ports.0).to(To::Everybody).no_address();
        script
            .say(Side::Server, reply(turn, server, answer, transaction, false))
            .via(ports.1)
            .to(To::Everybody);
        script.wait_ms(3);
    }
}

/// The fixed part of a message (RFC 2131, 2) up to the magic cookie.
fn message(turn: &Turn<'_>, operation: u8, transaction: u32, own: Ipv4Addr, given: Ipv4Addr) -> Vec<u8> {
    let mut out = vec![operation, 1, 6, 0];
    // Broadcast flag: a machine without an address cannot be reached otherwise.
    let flags = if own.is_unspecified() { 0x8000 } else { 0 };
    out.u32(transaction).u16(0).u16(flags).put(&own.octets()).put(&given.octets());
    out.u32(0).u32(0).put(&turn.client.mac().0).fixed(&[], 10 + 64 + 128, 0).u32(0x6382_5363);
    out
}

fn request(turn: &Turn<'_>, kind: u8, transaction: u32, renews: bool, server: Ipv4Addr) -> Vec<u8> {
    let own = if renews { turn.client.ip() } else { Ipv4Addr::UNSPECIFIED };
    let mut out = message(turn, 1, transaction, own, Ipv4Addr::UNSPECIFIED);
    out.put(&[53, 1, kind]).put(&[61, 7, 1]).put(&turn.client.mac().0);
    if !renews {
        out.put(&[50, 4]).put(&turn.client.ip().octets());
    }
    if !server.is_unspecified() {
        out.put(&[54, 4]).put(&server.octets());
    }
    let label = turn.client.label();
    out.u8(12).u8(len8(label.len())).put(&label);
    let class = class(turn.client);
    out.u8(60).u8(len8(class.len())).put(class.as_bytes());
    let wanted = wanted(turn.client);
    out.u8(55).u8(len8(wanted.len())).put(wanted).u8(255);
    pad(out)
}

fn reply(turn: &Turn<'_>, server: &Device, kind: u8, transaction: u32, renews: bool) -> Vec<u8> {
    let own = if renews { turn.client.ip() } else { Ipv4Addr::UNSPECIFIED };
    let network =
        turn.client.first_interface().and_then(|interface| turn.plant.networks.get(interface.network));
    let mask = network.map_or(0xffff_ff00, |network| network.subnet.mask());
    let router =
        network.and_then(|network| turn.plant.devices.get(network.router?)).map_or(server.ip(), Device::ip);
    let mut out = message(turn, 2, transaction, own, turn.client.ip());
    out.put(&[53, 1, kind, 54, 4]).put(&server.ip().octets()).put(&[51, 4]).u32(LEASE).put(&[1, 4]).u32(mask);
    out.put(&[3, 4]).put(&router.octets()).put(&[6, 4]).put(&server.ip().octets());
    out.u8(15).u8(11).put(b"plant.local").u8(255);
    pad(out)
}

/// Vendor class as each system sends it.
fn class(device: &Device) -> String {
    use crate::file::System;
    match device.system {
        System::Windows | System::WindowsXp => "MSFT 5.0".to_owned(),
        System::Linux => "dhcpcd-9.4.1:Linux-5.15.32:armv7l".to_owned(),
        _ => format!("{} {}", device.identity.vendor, device.identity.model),
    }
}

/// Parameter request list, by which systems are told apart.
fn wanted(device: &Device) -> &'static [u8] {
    use crate::file::System;
    match device.system {
        System::Windows => &[1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252],
        System::WindowsXp => &[1, 15, 3, 6, 44, 46, 47, 31, 33, 249, 43],
        System::Linux => &[1, 121, 33, 3, 6, 12, 15, 26, 28, 42, 51, 54, 58, 59, 119],
        _ => &[1, 3, 6, 12, 15],
    }
}

/// The shortest message that old servers accept (RFC 1542, 2.1).
fn pad(mut out: Vec<u8>) -> Vec<u8> {
    if out.len() < 300 {
        out.resize(300, 0);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::testing::{converse, holds};

    #[test]
    fn joining_takes_four_messages() {
        let messages = converse("dhcp", 0, &["join"]);
        let kinds: Vec<u8> = messages.iter().map(|message| message.bytes[242]).collect();
        assert_eq!(kinds, [1, 2, 3, 5]);
        assert!(messages[0].no_address && messages[2].no_address);
        assert!(holds(&messages[0].bytes, "髙橋～".as_bytes()), "host name");
        assert_eq!(messages[1].bytes[16..20], [192, 168, 5, 10], "your address");
    }
}
