//! The registry: one `mod` line and one line in `protocols!` for each protocol, nothing else anywhere.

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use wire::{Direction, Malformed};

mod arp;
mod bacnet;
mod browser;
mod cdp;
mod cip;
mod cip_io;
mod cotp;
mod dcerpc;
mod dcerpc_datagram;
mod dhcp;
mod dhcpv6;
mod dnp3;
mod dns;
mod enip;
mod fins;
mod ftp;
mod ftp_data;
mod http;
mod icmp;
mod identification;
mod iec104;
mod kerberos;
mod ldap;
mod lldp;
mod llmnr;
mod mdns;
mod melsec;
mod modbus;
mod mqtt;
mod mrp;
mod nbdgm;
mod nbns;
mod ntp;
mod opcua;
mod pccc;
mod profinet_dcp;
mod profinet_io;
mod profinet_rt;
mod radius;
mod rdp;
mod s7comm;
mod s7comm_plus;
mod slmp;
mod smb;
mod snmp;
mod ssdp;
mod ssh;
mod stp;
mod syslog;
mod tds;
mod telnet;
mod tftp;
mod tls;
mod umas;
mod vnc;

/// What the registry knows of a protocol.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// Stable name.
    pub name: &'static str,
    /// Where it is found.
    pub carriers: &'static [Carrier],
    /// Longest message in bytes.
    pub message_max: usize,
    /// An interface of a remote procedure call protocol, without a row of its own over IP.
    pub interface: bool,
    /// What its use shows of how a machine is secured.
    pub shows: Option<facts::Weak>,
}

macro_rules! protocols {
    ($($name:ident => $dissector:ty,)*) => {
        /// Every protocol with a dissector.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each is documented at its dissector")]
        pub enum Protocol { $($name,)* }

        impl Protocol {
            /// All of them, in the order of the registry.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What the registry knows.
            #[must_use]
            pub fn info(self) -> Info {
                match self { $(Self::$name => Info {
                    name: <$dissector>::NAME,
                    carriers: <$dissector>::CARRIERS,
                    message_max: <$dissector>::MESSAGE_MAX,
                    interface: <$dissector>::INTERFACE,
                    shows: <$dissector>::SHOWS,
                },)* }
            }
        }

        /// The state of one protocol in one conversation.
        #[derive(Clone, Copy, Debug, Default)]
        pub(crate) enum Session { #[default] None, $($name(<$dissector as Dissector>::Session),)* }

        impl Session {
            pub(crate) fn new(protocol: Protocol) -> Self {
                match protocol { $(Protocol::$name => Self::$name(Default::default()),)* }
            }

            #[inline]
            pub(crate) fn protocol(&self) -> Option<Protocol> {
                match self { Self::None => None, $(Self::$name(_) => Some(Protocol::$name),)* }
            }
        }

        /// The state of each protocol over all conversations.
        #[derive(Debug, Default)]
        #[expect(non_snake_case, reason = "fields carry the names of the registry")]
        pub(crate) struct Pools { $($name: <$dissector as Dissector>::Pool,)* }

        pub(crate) fn probe(protocol: Protocol, head: &[u8], direction: Direction) -> Probe {
            match protocol { $(Protocol::$name => <$dissector>::probe(head, direction),)* }
        }

        pub(crate) fn frame(session: &Session, bytes: &[u8], direction: Direction) -> Frame {
            match session {
                Session::None => Frame::Lost,
                $(Session::$name(session) => <$dissector>::frame(bytes, direction, session),)*
            }
        }

        /// Tells a protocol that the bytes it asked to skip are passed over.
        pub(crate) fn skipped(session: &mut Session, direction: Direction) {
            match session {
                Session::None => {}
                $(Session::$name(session) => <$dissector>::skipped(session, direction),)*
            }
        }

        /// Whether a message parses, without saying anything.
        pub(crate) fn parses(session: &Session, bytes: &[u8], direction: Direction) -> bool {
            match session {
                Session::None => false,
                $(Session::$name(session) => <$dissector>::parse(bytes, direction, session).is_ok(),)*
            }
        }

        /// Parses one message and says what it tells.
        pub(crate) fn dissect<'a>(
            session: &mut Session,
            pools: &mut Pools,
            bytes: &'a [u8],
            tag: u64,
            out: &mut Out<'a, '_>,
        ) -> Result<(), Malformed> {
            let (seen, direction) = (out.seen, out.seen.direction);
            match session {
                Session::None => Ok(()),
                $(Session::$name(session) => {
                    let message = <$dissector>::parse(bytes, direction, session)?;
                    let mut context = Context { seen, session, pool: &mut pools.$name, tag };
                    <$dissector>::observe(&message, &mut context, out);
                    Ok(())
                })*
            }
        }

        const _: () = {
            $(
                assert!(size_of::<<$dissector as Dissector>::Session>() <= 64, "a session is at most 64 bytes");
                assert!(<$dissector>::MESSAGE_MAX <= 65_536, "a message is at most 64 KiB");
            )*
            assert!(Protocol::ALL.len() <= 250, "protocol ids fit one byte");
        };
    };
}

protocols! {
    Arp => arp::Arp,
    Bacnet => bacnet::Bacnet,
    Browser => browser::Browser,
    Cdp => cdp::Cdp,
    Cip => cip::Cip,
    CipIo => cip_io::CipIo,
    Cotp => cotp::Cotp,
    Dcerpc => dcerpc::Dcerpc,
    DcerpcDatagram => dcerpc_datagram::DcerpcDatagram,
    Dhcp => dhcp::Dhcp,
    Dhcpv6 => dhcpv6::Dhcpv6,
    Dnp3 => dnp3::Dnp3,
    Dns => dns::Dns,
    Enip => enip::Enip,
    Fins => fins::Fins,
    Ftp => ftp::Ftp,
    FtpData => ftp_data::FtpData,
    Http => http::Http,
    Icmp => icmp::Icmp,
    Iec104 => iec104::Iec104,
    Kerberos => kerberos::Kerberos,
    Ldap => ldap::Ldap,
    Lldp => lldp::Lldp,
    Llmnr => llmnr::Llmnr,
    Mdns => mdns::Mdns,
    Melsec => melsec::Melsec,
    Modbus => modbus::Modbus,
    Mqtt => mqtt::Mqtt,
    Mrp => mrp::Mrp,
    Nbdgm => nbdgm::Nbdgm,
    Nbns => nbns::Nbns,
    Ntp => ntp::Ntp,
    Opcua => opcua::Opcua,
    Pccc => pccc::Pccc,
    ProfinetDcp => profinet_dcp::ProfinetDcp,
    ProfinetIo => profinet_io::ProfinetIo,
    ProfinetRt => profinet_rt::ProfinetRt,
    Radius => radius::Radius,
    Rdp => rdp::Rdp,
    S7comm => s7comm::S7comm,
    S7commPlus => s7comm_plus::S7commPlus,
    Slmp => slmp::Slmp,
    Smb => smb::Smb,
    Snmp => snmp::Snmp,
    Ssdp => ssdp::Ssdp,
    Ssh => ssh::Ssh,
    Stp => stp::Stp,
    Syslog => syslog::Syslog,
    Tds => tds::Tds,
    Telnet => telnet::Telnet,
    Tftp => tftp::Tftp,
    Tls => tls::Tls,
    Umas => umas::Umas,
    Vnc => vnc::Vnc,
}

impl Protocol {
    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The protocol with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|protocol| protocol.name() == name)
    }
}

impl From<Protocol> for facts::Protocol {
    fn from(protocol: Protocol) -> Self {
        // What is kept or sent is known by its name alone, so one name is one number.
        let number = if protocol == Protocol::DcerpcDatagram { Protocol::Dcerpc } else { protocol };
        Self { id: number as u16, name: protocol.name() }
    }
}

#[cfg(test)]
mod tests {
    use super::Protocol;

    #[test]
    fn one_name_is_one_number() {
        for protocol in Protocol::ALL.iter().copied() {
            let named = Protocol::named(protocol.name()).expect("known by its name");
            let (one, other) = (facts::Protocol::from(protocol), facts::Protocol::from(named));
            assert_eq!((one.id, one.name), (other.id, other.name));
        }
    }
}
