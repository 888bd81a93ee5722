//! Media redundancy of rings (IEC 62439-2). EtherType 0x88E3.
//!
//! A version, then elements; the first that is not the common one says what the frame is. Tests and changes of the
//! ring are told as reports, with the state of the ring as a value.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Command, Datum, Part, Phase, Property, Subject, Target, Value, Verb};
use wire::{Digits, Direction, Mac, Malformed, Reader, Text};

/// Elements of one frame that are read.
const ELEMENTS_MAX: usize = 8;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Mrp {}

/// The element that says what the frame is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    kind: u8,
    value: &'a [u8],
}

impl Dissector for Mrp {
    const NAME: &'static str = "mrp";
    const CARRIERS: &'static [Carrier] = &[Carrier::EtherType(0x88e3)];
    const MESSAGE_MAX: usize = 1500;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(_: &[u8], _: Direction) -> Probe {
        Probe::Maybe
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, (): &()) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        reader.skip(2)?;
        for _ in 0..ELEMENTS_MAX {
            let (kind, len) = (reader.u8()?, reader.u8()?);
            let value = reader.take(usize::from(len))?;
            if kind != 1 {
                return Ok(Message { kind, value });
            }
        }
        Ok(Message { kind: 0, value: &[] })
    }

    fn observe<'a>(message: &Message<'a>, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let name = match message.kind {
            2 => "test",
            3 => "topology change",
            4 => "link down",
            5 => "link up",
            6 => "in test",
            7 => "in topology change",
            8 => "in link down",
            9 => "in link up",
            10 => "in link status",
            0x7f => "option",
            _ => "",
        };
        let (code, phase, part) = (u64::from(message.kind), Phase::Unsolicited, Part::Whole);
        out.command(Command { group: "", code, name, verb: Verb::Report, phase, part, target: Target::None });
        if message.kind == 2 {
            test(message.value, out);
        }
    }
}

/// Priority and address of the manager, role of the port, state of the ring (0 open, 1 closed).
fn test(value: &[u8], out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(value);
    let (Ok(_priority), Ok(manager), Ok(_port), Ok(state)) =
        (reader.u16(), reader.array(), reader.u16(), reader.u16())
    else {
        return;
    };
    let manager = Digits::format(format_args!("{}", Mac(manager)));
    out.identity(Subject::Sender, Property::Other, "ring-manager", manager.as_text());
    let target = Target::Name { space: "ring", name: Text::utf8(b"closed") };
    out.value(Value { subject: Subject::Sender, part: Part::Whole, target, datum: Datum::Bool(state == 1) });
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn a_manager_tests_its_ring() {
        check::frames(
            "01154e000001 020000000001 88e3",
            &[
                "0001 0212 8000 020000000001 0001 0001 0000 00001234 0000 0112 0001 ffffffffffffffffffffffffffffffff 0000",
            ],
            r#"
            > mrp command 2 "test" verb=report Unsolicited
            > mrp identity sender Other ring-manager="02:00:00:00:00:01"
            > mrp value sender ring="closed" = true
            "#,
        );
    }
}
