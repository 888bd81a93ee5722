//! Packets made up for tests: a TCP connection with its hand-shake, datagrams.

use crate::Observer;
use decode::{Content, Ip, Link, Packet, Segment};
use facts::Sink;
use std::net::{IpAddr, Ipv4Addr};
use wire::{CaptureId, Direction, Mac, Time};

const CLIENT_PORT: u16 = 49_500;

/// Hex with any white space between digits.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    assert!(digits.len().is_multiple_of(2), "an odd number of hex digits: {text}");
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(pair).collect()
}

/// One TCP connection in the making.
pub(crate) struct Conversation {
    port: u16,
    next: [u32; 2],
    packets: i64,
}

impl Conversation {
    /// A connection whose hand-shake was seen.
    pub(crate) fn open(port: u16, observer: &mut Observer, sink: &mut dyn Sink) -> Self {
        let mut conversation = Self { port, next: [1000, 2000], packets: 0 };
        conversation.segment(Direction::ToServer, Segment::FLAG_SYN, &[], observer, sink);
        conversation.segment(Direction::ToClient, Segment::FLAG_SYN | Segment::FLAG_ACK, &[], observer, sink);
        conversation.next = [1001, 2001];
        conversation
    }

    /// Sends bytes in one segment.
    pub(crate) fn send(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        observer: &mut Observer,
        sink: &mut dyn Sink,
    ) {
        self.segment(direction, Segment::FLAG_ACK, bytes, observer, sink);
        self.next[direction.index()] += u32::try_from(bytes.len()).unwrap();
    }

    fn segment(
        &mut self,
        direction: Direction,
        flags: u8,
        payload: &[u8],
        observer: &mut Observer,
        sink: &mut dyn Sink,
    ) {
        self.packets += 1;
        let ports = if direction == Direction::ToServer {
            [CLIENT_PORT, self.port]
        } else {
            [self.port, CLIENT_PORT]
        };
        let content = Content::Tcp(Segment {
            source_port: ports[0],
            destination_port: ports[1],
            sequence: self.next[direction.index()],
            acknowledgement: if flags == Segment::FLAG_SYN { 0 } else { self.next[1 - direction.index()] },
            flags,
            window: 8192,
            payload,
            missing: 0,
        });
        observer.packet(&packet(direction, 6, content, self.packets), sink);
    }
}

/// Sends one datagram.
pub(crate) fn datagram(
    port: u16,
    direction: Direction,
    payload: &[u8],
    at: usize,
    observer: &mut Observer,
    sink: &mut dyn Sink,
) {
    let ports = if direction == Direction::ToServer { [CLIENT_PORT, port] } else { [port, CLIENT_PORT] };
    let content = Content::Udp { source_port: ports[0], destination_port: ports[1], payload };
    observer.packet(&packet(direction, 17, content, i64::try_from(at).unwrap() + 1), sink);
}

fn packet(direction: Direction, protocol: u8, content: Content<'_>, serial: i64) -> Packet<'_> {
    let (client, server) = (Mac([2, 0, 0, 0, 0, 1]), Mac([2, 0, 0, 0, 0, 2]));
    let (client_ip, server_ip) =
        (IpAddr::from(Ipv4Addr::new(10, 0, 0, 1)), IpAddr::from(Ipv4Addr::new(10, 0, 0, 2)));
    let turned = direction == Direction::ToClient;
    let turn = |pair: [Mac; 2]| if turned { [pair[1], pair[0]] } else { pair };
    let [source, destination] = turn([client, server]);
    let (from, to) = if turned { (server_ip, client_ip) } else { (client_ip, server_ip) };
    Packet {
        time: Time(serial * 1_000_000_000),
        capture: CaptureId(0),
        wire_len: 60,
        link: Link { source: Some(source), destination: Some(destination), vlans: [0; 2], vlan_count: 0 },
        ip: Some(Ip {
            source: from,
            destination: to,
            protocol,
            ttl: 64,
            id: u16::try_from(serial & 0xffff).unwrap(),
            reassembled: false,
        }),
        content,
        outer: None,
    }
}
