//! Which protocols are registered for which port, EtherType or carrier: sorted once at the start.

use crate::dissector::Carrier;
use crate::protocols::Protocol;
use decode::LinkProtocol;

/// Sorted tables made from the carriers of all dissectors.
#[derive(Debug)]
pub(crate) struct Registry {
    tcp: Vec<(u16, Protocol)>,
    udp: Vec<(u16, Protocol)>,
    link: Vec<(LinkProtocol, Protocol)>,
    ip: Vec<(u8, Protocol)>,
    inner: Vec<(&'static str, Protocol)>,
    /// Every protocol that TCP may carry.
    pub(crate) any_tcp: Vec<Protocol>,
    /// Every protocol that UDP may carry.
    pub(crate) any_udp: Vec<Protocol>,
    ports: Vec<u64>,
}

impl Registry {
    pub(crate) fn new() -> Self {
        let mut registry = Self {
            tcp: Vec::new(),
            udp: Vec::new(),
            link: Vec::new(),
            ip: Vec::new(),
            inner: Vec::new(),
            any_tcp: Vec::new(),
            any_udp: Vec::new(),
            ports: vec![0; 1024],
        };
        for (protocol, carrier) in
            Protocol::ALL.iter().flat_map(|p| p.info().carriers.iter().map(move |carrier| (*p, *carrier)))
        {
            registry.register(protocol, carrier);
        }
        registry.tcp.sort_by_key(|entry| entry.0);
        registry.udp.sort_by_key(|entry| entry.0);
        registry.any_tcp.dedup();
        registry.any_udp.dedup();
        registry
    }

    fn register(&mut self, protocol: Protocol, carrier: Carrier) {
        match carrier {
            Carrier::Tcp(port) => {
                self.tcp.push((port, protocol));
                self.any_tcp.push(protocol);
                self.serve(port);
            }
            Carrier::AnyTcp => self.any_tcp.push(protocol),
            Carrier::Udp(port) => {
                self.udp.push((port, protocol));
                self.any_udp.push(protocol);
                self.serve(port);
            }
            Carrier::AnyUdp => self.any_udp.push(protocol),
            Carrier::EtherType(number) => self.link.push((LinkProtocol::EtherType(number), protocol)),
            Carrier::Llc(number) => self.link.push((LinkProtocol::Llc(number), protocol)),
            Carrier::Snap(oui, number) => self.link.push((LinkProtocol::Snap(oui, number), protocol)),
            Carrier::Ip(number) => self.ip.push((number, protocol)),
            Carrier::Inner(name) => self.inner.push((name, protocol)),
        }
    }

    fn serve(&mut self, port: u16) {
        if let Some(word) = self.ports.get_mut(usize::from(port >> 6)) {
            *word |= 1 << (port & 63);
        }
    }

    /// Whether a service is registered for the port.
    pub(crate) fn serves(&self, port: u16) -> bool {
        self.ports.get(usize::from(port >> 6)).is_some_and(|word| word >> (port & 63) & 1 == 1)
    }

    /// Protocols registered for a port, TCP or UDP.
    pub(crate) fn for_port(&self, tcp: bool, port: u16) -> impl Iterator<Item = Protocol> {
        let table = if tcp { &self.tcp } else { &self.udp };
        let from = table.partition_point(|entry| entry.0 < port);
        table.iter().skip(from).take_while(move |entry| entry.0 == port).map(|entry| entry.1)
    }

    pub(crate) fn for_link(&self, kind: LinkProtocol) -> impl Iterator<Item = Protocol> {
        self.link.iter().filter(move |entry| entry.0 == kind).map(|entry| entry.1)
    }

    pub(crate) fn for_ip(&self, number: u8) -> impl Iterator<Item = Protocol> {
        self.ip.iter().filter(move |entry| entry.0 == number).map(|entry| entry.1)
    }

    pub(crate) fn inside(&self, carrier: Protocol) -> impl Iterator<Item = Protocol> {
        let name = carrier.name();
        self.inner.iter().filter(move |entry| entry.0 == name).map(|entry| entry.1)
    }
}
