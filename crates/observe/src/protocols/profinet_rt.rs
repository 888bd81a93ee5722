//! PROFINET real-time frames (IEC 61158-6-10: frame identifiers). EtherType 0x8892.
//!
//! The frame identifier says what a frame carries: discovery and configuration are handed to `profinet-dcp`, cyclic data
//! and alarms to `profinet-io`; clock synchronisation, isochronous data and fragments are measured only.

use super::Protocol;
use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use wire::{Defect, Direction, Malformed, Reader};

/// The dissector.
#[derive(Debug)]
pub(crate) enum ProfinetRt {}

/// A frame, its identifier included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    identifier: u16,
    frame: &'a [u8],
}

impl Dissector for ProfinetRt {
    const NAME: &'static str = "profinet-rt";
    const CARRIERS: &'static [Carrier] = &[Carrier::EtherType(0x8892)];
    const MESSAGE_MAX: usize = 1536;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(_: &[u8], _: Direction) -> Probe {
        Probe::Maybe
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, (): &()) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        let identifier = reader.u16()?;
        reader.ensure(!reader.is_empty(), Defect::Truncated)?;
        Ok(Message { identifier, frame: bytes })
    }

    fn observe<'a>(message: &Message<'a>, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        match message.identifier {
            0x8000..=0xfbff | 0xfc01 | 0xfe01 => out.inner_as(Protocol::ProfinetIo, message.frame, 0),
            0xfefc..=0xfeff => out.inner_as(Protocol::ProfinetDcp, message.frame, 0),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn cyclic_data_say_nothing() {
        check::frames("020000000002 020000000001 8892", &["8000 80808080000000000000 1234 3500"], "");
    }

    #[test]
    fn real_captures() {
        check::shared(
            "profinet/plc4x__working-profinet-recording-plc4x.pcapng",
            &["profinet-rt messages=242 malformed=0", "profinet-io messages=221 malformed=0"],
        );
    }
}
