//! ICMP echo (RFC 792).

use crate::bytes::Put;
use crate::item::Item;
use crate::net::frame;
use crate::protocols::{Dialogue, Turn};
use crate::script::{Script, Via};

/// The last sequence number.
#[derive(Default)]
pub(crate) struct Ping {
    sequence: u16,
}

impl Dialogue for Ping {
    fn item(&mut self, _turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        if item.word(0) != "echo" {
            return Err("known items: echo");
        }
        self.sequence = self.sequence.wrapping_add(1);
        script.ask(self.echo(8)).via(Via::Icmp).answer(self.echo(0)).via(Via::Icmp);
        Ok(())
    }
}

impl Ping {
    /// The checksum is filled in when the packet is sent.
    fn echo(&self, kind: u8) -> Vec<u8> {
        let mut out = vec![kind, 0, 0, 0];
        out.u16(1).u16(self.sequence).put(b"abcdefghijklmnopqrstuvwabcdefghi");
        debug_assert!(frame::sum(&out) > 0, "a payload that is not empty");
        out
    }
}

#[cfg(test)]
mod tests {
    use crate::script::Via;
    use crate::testing::converse;

    #[test]
    fn the_answer_repeats_the_request() {
        let messages = converse("ping", 0, &["echo", "echo"]);
        assert_eq!(messages[0].bytes[1..], messages[1].bytes[1..]);
        assert_eq!((messages[2].bytes[7], messages[2].via), (2, Via::Icmp));
    }
}
