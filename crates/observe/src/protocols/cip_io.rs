//! The cyclic data of CIP connections of class 0 and 1 (ODVA, The CIP Networks Library, Volume 2, 2-6 and 3-4.1).
//!
//! UDP port 2222, or the port that a Forward Open states. A sequenced address item and a connected data item. What
//! the bytes mean is told by the device's configuration alone, so they are measured and not parsed.

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use wire::{Direction, Malformed, Reader};

const ITEM_SEQUENCED_ADDRESS: u16 = 0x8002;
const ITEM_CONNECTED_DATA: u16 = 0x00b1;

/// The dissector.
#[derive(Debug)]
pub(crate) enum CipIo {}

impl Dissector for CipIo {
    const NAME: &'static str = "cip-io";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(2222)];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = ();
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        if data_len(head).is_some() { Probe::Yes } else { Probe::No }
    }

    fn frame(bytes: &[u8], _: Direction, _: &Self::Session) -> Frame {
        match data_len(bytes) {
            Some(_) => Frame::Skip(bytes.len()),
            None => Frame::Lost,
        }
    }

    fn parse(_: &[u8], _: Direction, _: &Self::Session) -> Result<(), Malformed> {
        Ok(())
    }

    fn observe(_: &(), _: &mut Context<'_, Self>, _: &mut Out<'_, '_>) {}
}

/// The length of the data item, when the items are those of a cyclic connection.
fn data_len(bytes: &[u8]) -> Option<u16> {
    let mut reader = Reader::new(bytes);
    let count = reader.u16_le().ok()?;
    let (address, address_len) = (reader.u16_le().ok()?, reader.u16_le().ok()?);
    reader.skip(8).ok()?;
    let (data, data_len) = (reader.u16_le().ok()?, reader.u16_le().ok()?);
    let known = (count, address, address_len, data) == (2, ITEM_SEQUENCED_ADDRESS, 8, ITEM_CONNECTED_DATA);
    known.then_some(data_len)
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn cyclic_data_is_measured_and_nothing_else() {
        check::datagrams(2222, &["> 0200 0280 0800 03064b00 db943f00 b100 0600 a587e80f0300"], "");
        check::datagrams(
            2222,
            &["> 496e53656354540a"; 4],
            r#"> cip-io anomaly WrongProtocol { expected: "cip-io" }"#,
        );
    }

    #[test]
    fn real_captures() {
        check::shared("enip-cip/icsnpp-enip__enip_cip_example.pcap", &["cip-io messages=398 malformed=0"]);
    }
}
