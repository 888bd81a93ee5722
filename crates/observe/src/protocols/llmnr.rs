//! Link-Local Multicast Name Resolution (RFC 4795).
//!
//! UDP port 5355, 224.0.0.252 and ff02::1:3. Whoever holds a name answers for it, and so does whoever pretends to.

use super::dns::answers::{address, resolved};
use super::dns::observe::command;
use super::dns::wire::{self as dns, Message};
use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Property, Subject, Verb};
use wire::{Direction, Malformed, Text};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Llmnr {}

impl Dissector for Llmnr {
    const NAME: &'static str = "llmnr";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(5355)];
    const MESSAGE_MAX: usize = 9194;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        dns::probe(head)
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &()) -> Result<Message<'a>, Malformed> {
        dns::parse(bytes)
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        command(message, Verb::Discover, out);
        if !message.response {
            return;
        }
        resolved(message, message.answers(), out);
        let own = |record: &dns::Record<'_>| {
            address(record).is_some_and(|told| Some(told) == context.seen.source.ip)
        };
        if let Some(record) = message.answers().find(own) {
            let mut name = [0; 256];
            out.identity(
                Subject::Sender,
                Property::Name,
                "host-name",
                Text::utf8(record.name.dotted(&mut name)),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn a_name_is_asked_for_and_answered() {
        check::datagrams(
            5355,
            &[
                "> 0007 0000 0001 0000 0000 0000 0470726e34 00 0001 0001",
                "< 0007 8000 0001 0001 0000 0000 0470726e34 00 0001 0001 c00c 0001 0001 0000001e 0004 0a000002",
            ],
            r#"
            > llmnr command 0 "query" verb=discover Request domain-name="prn4"
            < llmnr command 0 "query" verb=discover Response domain-name="prn4"
            < llmnr name "prn4" is 10.0.0.2
            < llmnr identity sender Name host-name="prn4"
            "#,
        );
    }
}
