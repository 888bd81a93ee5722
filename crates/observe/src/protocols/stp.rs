//! Spanning tree bridges (IEEE 802.1D-2004, clause 9): root and bridge identifiers. LLC 0x42, and Cisco's form per VLAN.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Part, Property, Role, Subject};
use wire::{Defect, Digits, Direction, Mac, Malformed, Reader};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Stp {}

/// A bridge identifier: priority, then address.
type Bridge = (u16, Mac);

/// Root and sender of a configuration; nothing in a notification of a change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message {
    bridges: Option<(Bridge, Bridge)>,
}

impl Dissector for Stp {
    const NAME: &'static str = "stp";
    const CARRIERS: &'static [Carrier] = &[Carrier::Llc(0x42), Carrier::Snap(0x0000_000c, 0x010b)];
    const MESSAGE_MAX: usize = 1500;
    type Message<'a> = Message;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        // GARP and other protocols of bridges have other protocol identifiers.
        if matches!(head, [0, 0, ..] | [0] | []) { Probe::Maybe } else { Probe::No }
    }

    fn parse(bytes: &[u8], _: Direction, (): &()) -> Result<Message, Malformed> {
        let mut reader = Reader::new(bytes);
        reader.skip(3)?;
        match reader.u8()? {
            0x80 => Ok(Message { bridges: None }),
            0x00 | 0x02 => {
                reader.skip(1)?;
                let root = (reader.u16()?, Mac(reader.array()?));
                reader.skip(4)?;
                let bridge = (reader.u16()?, Mac(reader.array()?));
                reader.skip(10)?;
                Ok(Message { bridges: Some((root, bridge)) })
            }
            _ => Err(reader.defect(Defect::BadValue)),
        }
    }

    fn observe<'a>(message: &Message, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let Some((root, bridge)) = message.bridges else { return };
        for (key, (priority, mac)) in [("root-bridge", root), ("bridge", bridge)] {
            let text = Digits::format(format_args!("{priority}/{mac}"));
            out.identity(Subject::Sender, Property::Other, key, text.as_text());
        }
        out.role(Subject::Sender, Part::Whole, Role::Switch);
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn a_bridge_names_itself_and_the_root() {
        check::frames(
            "0180c2000000 020000000001 0026 424203",
            &["0000 00 00 00 8000 00077c29de40 00000013 8001 001ef6735980 8002 0100 1400 0200 0f00"],
            r#"
            > stp identity sender Other root-bridge="32768/00:07:7c:29:de:40"
            > stp identity sender Other bridge="32769/00:1e:f6:73:59:80"
            > stp role sender Switch
            "#,
        );
    }
}
