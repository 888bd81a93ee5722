//! Trivial File Transfer Protocol (RFC 1350, options RFC 2347 and 2349).
//!
//! UDP port 69 for the request only: the server answers from a port of its own to the client's, which is announced as
//! a related conversation. File contents are passed over.

use crate::dissector::{Carrier, Context, Dissector, Frame, Probe};
use crate::out::{Expected, Out};
use crate::protocols::Protocol;
use facts::{
    Command, FileAction, FileMoved, Observation, OutcomeKind, Part, Phase, Role, Subject, Target, Transport,
    Verb,
};
use wire::{Defect, Direction, Malformed, Reader, Text};

/// The dissector.
#[derive(Debug)]
pub(crate) enum Tftp {}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    Request { write: bool, name: Text<'a>, size: Option<u64> },
    Acknowledgement { code: u16 },
    Error { status: u16 },
}

impl Dissector for Tftp {
    const NAME: &'static str = "tftp";
    const SHOWS: Option<facts::Weak> = Some(facts::Weak::ClearAdministration);
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(69)];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    /// A request is an operation, a readable file name and a mode; the rest is known by announcement alone.
    fn probe(head: &[u8], _: Direction) -> Probe {
        let mut reader = Reader::new(head);
        if !matches!(reader.u16(), Ok(1 | 2)) {
            return Probe::No;
        }
        let (name, mode) = (reader.until(0), reader.until(0));
        let readable = name.iter().all(|byte| !byte.is_ascii_control()) && !name.is_empty();
        match (readable, [&b"octet"[..], b"netascii"].iter().any(|known| known.eq_ignore_ascii_case(mode))) {
            (true, true) => Probe::Yes,
            (true, false) => Probe::Maybe,
            (false, _) => Probe::No,
        }
    }

    fn frame(bytes: &[u8], _: Direction, _: &()) -> Frame {
        match Reader::new(bytes).u16() {
            Ok(3) => Frame::Skip(bytes.len()),
            _ => Frame::Whole(bytes.len()),
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &()) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        match reader.u16()? {
            code @ (1 | 2) => {
                let name = Text::unknown(reader.until(0));
                let mode = reader.until(0);
                reader.ensure(!mode.is_empty(), Defect::Truncated)?;
                Ok(Message::Request { write: code == 2, name, size: transfer_size(reader) })
            }
            code @ (4 | 6) => Ok(Message::Acknowledgement { code }),
            5 => Ok(Message::Error { status: reader.u16()? }),
            _ => Err(Malformed::new(0, Defect::BadValue)),
        }
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        match *message {
            Message::Request { write, name, size } => {
                let target = Target::Name { space: "file", name };
                let verb = if write { Verb::WriteFile } else { Verb::ReadFile };
                let (code, called) = if write { (2, "write request") } else { (1, "read request") };
                command(code, called, verb, Phase::Request, target, out);
                let action = if write { FileAction::Write } else { FileAction::Read };
                out.push(&Observation::File(FileMoved { name, action, size }));
                let client = context.seen.source;
                if let Some(server) = client.ip {
                    // The answer comes to the client's port, so that end stands for the service there.
                    let (port, transport) = (client.port, Transport::Udp);
                    out.expect(Expected { server, port, transport, protocol: Protocol::Tftp });
                }
            }
            Message::Acknowledgement { code } => {
                let name = if code == 4 { "acknowledgement" } else { "option acknowledgement" };
                command(u64::from(code), name, Verb::Other, Phase::Response, Target::None, out);
            }
            Message::Error { status } => {
                command(5, "error", Verb::Other, Phase::Response, Target::None, out);
                out.outcome("", 5, OutcomeKind::Refused, u32::from(status), reason(status));
            }
        }
        if context.seen.direction == Direction::ToClient && context.seen.source.port == 69 {
            out.role(Subject::Sender, Part::Whole, Role::Server);
        }
    }
}

fn command(
    code: u64,
    name: &'static str,
    verb: Verb,
    phase: Phase,
    target: Target<'_>,
    out: &mut Out<'_, '_>,
) {
    out.command(Command { group: "", code, name, verb, phase, part: Part::Whole, target });
}

/// The option `tsize` of a request: the size of a file to be written; 0 asks for that of a file to be read.
fn transfer_size(mut options: Reader<'_>) -> Option<u64> {
    while !options.is_empty() {
        let (name, value) = (options.until(0), options.until(0));
        if name.eq_ignore_ascii_case(b"tsize") {
            return core::str::from_utf8(value).ok()?.parse().ok().filter(|size| *size > 0);
        }
    }
    None
}

fn reason(status: u16) -> &'static str {
    match status {
        1 => "file not found",
        2 => "access violation",
        3 => "disk full or allocation exceeded",
        4 => "illegal operation",
        5 => "unknown transfer id",
        6 => "file already exists",
        7 => "no such user",
        8 => "option negotiation failed",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn files_are_read_and_written() {
        check::datagrams(
            69,
            &[
                "> 0001 66772e62696e 00 6f63746574 00",
                "> 0002 72756e2e636667 00 6f63746574 00 7473697a65 00 3132 00",
                "< 0005 0002 6e6f 00",
            ],
            r#"
            > tftp command 1 "read request" verb=read-file Request file="fw.bin"
            > tftp file Read "fw.bin" size=None
            > tftp command 2 "write request" verb=write-file Request file="run.cfg"
            > tftp file Write "run.cfg" size=Some(12)
            < tftp command 5 "error" verb=other Response
            < tftp outcome 5 Refused status=2 "access violation"
            < tftp role sender Server
            "#,
        );
    }

    #[test]
    fn real_captures() {
        check::shared(
            "testbed/scn_tftp_firmware.pcap",
            &["tftp messages=274 malformed=0", "tftp 1 read request=2", "tftp 2 write request=2"],
        );
    }
}
