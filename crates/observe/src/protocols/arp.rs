//! Address resolution (RFC 826), announcements and probes (RFC 5227). EtherType 0x0806.
//!
//! Requests and replies bind the sender's hardware address to its IP address; a probe (sender 0.0.0.0) binds nothing.
//! Only Ethernet and IPv4 addresses are read.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use core::net::{IpAddr, Ipv4Addr};
use facts::Observation;
use wire::{Defect, Direction, Mac, Malformed, Reader, is_group_ip};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Arp {}

/// The sender's addresses, where they are of the kinds that are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message {
    sender: Option<(Mac, Ipv4Addr)>,
}

impl Dissector for Arp {
    const NAME: &'static str = "arp";
    const CARRIERS: &'static [Carrier] = &[Carrier::EtherType(0x0806)];
    const MESSAGE_MAX: usize = 1500;
    type Message<'a> = Message;
    type Session = ();
    type Pool = ();

    fn probe(_: &[u8], _: Direction) -> Probe {
        Probe::Maybe
    }

    fn parse(bytes: &[u8], _: Direction, (): &()) -> Result<Message, Malformed> {
        let mut reader = Reader::new(bytes);
        let _hardware = reader.u16()?;
        let protocol = reader.u16()?;
        let lens = (reader.u8()?, reader.u8()?);
        let operation = reader.u16()?;
        reader.ensure((1..=25).contains(&operation), Defect::BadValue)?;
        if (protocol, lens) != (0x0800, (6, 4)) {
            reader.skip(2 * (usize::from(lens.0) + usize::from(lens.1)))?;
            return Ok(Message { sender: None });
        }
        let sender = (Mac(reader.array()?), Ipv4Addr::from(reader.u32()?));
        reader.skip(10)?;
        Ok(Message { sender: Some(sender).filter(|_| matches!(operation, 1 | 2)) })
    }

    fn observe<'a>(message: &Message, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        if let Some((mac, ip)) = message.sender
            && mac.is_host()
            && !is_group_ip(IpAddr::V4(ip))
        {
            out.push(&Observation::Bound { mac, ip: IpAddr::V4(ip) });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    const HEAD: &str = "ffffffffffff 020000000001 0806";

    #[test]
    fn senders_are_bound_and_probes_are_not() {
        check::frames(
            HEAD,
            &[
                "0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002",
                "0001 0800 06 04 0002 020000000002 0a000002 020000000001 0a000001",
                "0001 0800 06 04 0001 020000000001 00000000 000000000000 0a000009",
            ],
            "
            > arp bound 10.0.0.1 is at 02:00:00:00:00:01
            > arp bound 10.0.0.2 is at 02:00:00:00:00:02
            ",
        );
    }

    #[test]
    fn an_operation_that_does_not_exist_is_a_defect() {
        let text = "> arp malformed bad_value at 8";
        check::frames(HEAD, &["0001 0800 06 04 0909 020000000001 0a000001 000000000000 0a000002"], text);
    }
}
