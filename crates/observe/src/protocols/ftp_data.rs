//! FTP data connections (RFC 959, 3.2): announced by the control connection, measured, never read.

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::Out;
use wire::{Direction, Malformed};

/// The dissector.
#[derive(Debug)]
pub(crate) enum FtpData {}

impl Dissector for FtpData {
    const NAME: &'static str = "ftp-data";
    const CARRIERS: &'static [Carrier] = &[];
    const MESSAGE_MAX: usize = 1;
    type Message<'a> = ();
    type Session = ();
    type Pool = ();

    fn probe(_: &[u8], _: Direction) -> Probe {
        Probe::Maybe
    }

    fn frame(bytes: &[u8], _: Direction, (): &()) -> Frame {
        Frame::Skip(bytes.len())
    }

    fn parse(_: &[u8], _: Direction, (): &()) -> Result<(), Malformed> {
        Ok(())
    }

    fn observe<'a>((): &(), _: &mut Context<'_, Self>, _: &mut Out<'a, '_>) {}
}
