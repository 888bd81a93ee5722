//! Network Time Protocol (RFC 5905; SNTP RFC 4330; control messages RFC 9327).
//!
//! UDP port 123. Servers tell their clock and stratum. Control messages (mode 6) can tell version and operating
//! system and change settings; mode 7 is private to one implementation and known for abuse.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Command, Observation, Part, Phase, Property, Role, Subject, Target, Verb};
use wire::{Defect, Digits, Direction, Malformed, Reader, Text, Time};

/// Seconds from 1900 to 1970.
const EPOCH: i64 = 2_208_988_800;
/// Bytes of a time message without extensions.
const PACKET_LEN: usize = 48;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Ntp {}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// Modes 1 to 5.
    Time { mode: u8, stratum: u8, reference: [u8; 4], transmit: u64 },
    /// Mode 6: response bit, operation, data.
    Control { response: bool, operation: u8, data: &'a [u8] },
    /// Mode 7: response bit, request code.
    Private { response: bool, code: u8 },
}

impl Dissector for Ntp {
    const NAME: &'static str = "ntp";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(123)];
    const MESSAGE_MAX: usize = 9000;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        let Some(first) = head.first() else { return Probe::Maybe };
        if (1..=4).contains(&(first >> 3 & 7)) && first & 7 != 0 { Probe::Maybe } else { Probe::No }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &()) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        let first = reader.u8()?;
        Ok(match first & 7 {
            mode @ 1..=5 => {
                reader.ensure(bytes.len() >= PACKET_LEN, Defect::Truncated)?;
                let stratum = reader.u8()?;
                // Poll, precision, root delay, root dispersion; later the reference, origin and receive times.
                reader.skip(10)?;
                let reference = reader.array()?;
                reader.skip(24)?;
                Message::Time { mode, stratum, reference, transmit: reader.u64()? }
            }
            6 => {
                let operation = reader.u8()?;
                reader.skip(8)?;
                let len = usize::from(reader.u16()?);
                let data = reader.take_up_to(len);
                Message::Control { response: operation & 0x80 != 0, operation: operation & 0x1f, data }
            }
            7 => {
                reader.skip(2)?;
                Message::Private { response: first & 0x80 != 0, code: reader.u8()? }
            }
            _ => return Err(Malformed::new(0, Defect::BadValue)),
        })
    }

    fn observe<'a>(message: &Message<'a>, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        match *message {
            Message::Time { mode, stratum, reference, transmit } => {
                time(mode, stratum, reference, transmit, out)
            }
            Message::Control { response, operation, data } => {
                let (name, verb) = control(operation);
                command("control", operation, name, verb, response, out);
                if response && operation == 2 {
                    variables(data, out);
                }
            }
            Message::Private { response, code } => {
                command("private", code, "", Verb::Diagnose, response, out)
            }
        }
    }
}

fn time(mode: u8, stratum: u8, reference: [u8; 4], transmit: u64, out: &mut Out<'_, '_>) {
    // A client's transmit time may be a random number (RFC 5905 does not ask for more), so only servers tell a clock.
    if mode == 3 || !(1..=15).contains(&stratum) {
        return;
    }
    if mode >= 4 {
        out.role(Subject::Sender, Part::Whole, Role::TimeServer);
    }
    out.identity(Subject::Sender, Property::Other, "stratum", Digits::decimal(u64::from(stratum)).as_text());
    // The source of a primary server is four letters; of others an address, or a hash of one where that is longer.
    if stratum == 1 {
        out.identity(Subject::Sender, Property::Other, "reference", Text::unknown(&reference));
    } else {
        out.identity(Subject::Sender, Property::Other, "reference", Digits::dotted(&reference).as_text());
    }
    if transmit != 0 {
        out.push(&Observation::Clock { told: moment(transmit) });
    }
}

/// Seconds since 1900 and their fraction; a value below 2^31 is of the era that begins in 2036 (RFC 4330, section 3).
fn moment(stamp: u64) -> Time {
    let (seconds, fraction) = (stamp >> 32, stamp & 0xffff_ffff);
    let era = if seconds < 0x8000_0000 { 1 << 32 } else { 0 };
    let nanoseconds = u32::try_from((fraction * 1_000_000_000) >> 32).unwrap_or(0);
    Time::from_parts(i64::try_from(seconds).unwrap_or(0) + era - EPOCH, nanoseconds)
}

fn command(
    group: &'static str,
    code: u8,
    name: &'static str,
    verb: Verb,
    response: bool,
    out: &mut Out<'_, '_>,
) {
    let phase = if response { Phase::Response } else { Phase::Request };
    let code = u64::from(code);
    out.command(Command { group, code, name, verb, phase, part: Part::Whole, target: Target::None });
}

/// Operations of control messages (RFC 9327, table 2).
fn control(operation: u8) -> (&'static str, Verb) {
    match operation {
        1 => ("read status", Verb::Diagnose),
        2 => ("read variables", Verb::Identify),
        3 => ("write variables", Verb::Configure),
        4 => ("read clock variables", Verb::Diagnose),
        5 => ("write clock variables", Verb::Configure),
        6 => ("set trap", Verb::Subscribe),
        7 => ("asynchronous message", Verb::Report),
        8 => ("configure", Verb::Configure),
        9 => ("save configuration", Verb::Configure),
        10 => ("read most recently used list", Verb::Diagnose),
        11 => ("read ordered list", Verb::Diagnose),
        12 => ("request nonce", Verb::Other),
        31 => ("unset trap", Verb::Other),
        _ => ("", Verb::Other),
    }
}

/// `version="ntpd 4.2.8p15", processor="x86_64", system="Linux/5.10"`.
fn variables(data: &[u8], out: &mut Out<'_, '_>) {
    for variable in data.split(|byte| *byte == b',').take(32) {
        let mut reader = Reader::new(variable);
        let (property, key) = match reader.until(b'=').trim_ascii() {
            b"version" => (Property::Software, "control.version"),
            b"system" => (Property::OperatingSystem, "control.system"),
            b"processor" => (Property::Other, "control.processor"),
            _ => continue,
        };
        let value = reader.rest().trim_ascii();
        let value = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
        out.identity(Subject::Sender, property, key, Text::unknown(value));
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn a_server_tells_its_clock() {
        check::datagrams(
            123,
            &[
                "> 23 00 06 20 00000000 00000000 00000000 0000000000000000 0000000000000000 0000000000000000 83aa7e8000000001",
                "< 24 03 06 ec 00000000 00000000 0a2b0005 e7000000 00000000 0000000000000000 0000000000000000 83aa7e8180000000",
            ],
            r#"
            < ntp role sender TimeServer
            < ntp identity sender Other stratum="3"
            < ntp identity sender Other reference="10.43.0.5"
            < ntp clock 1500000000
            "#,
        );
    }

    #[test]
    fn a_server_tells_its_version() {
        let text: String =
            b"version=\"ntpd 4.2\", system=\"Linux\"".iter().map(|byte| format!("{byte:02x}")).collect();
        check::datagrams(
            123,
            &["> 16 02 0001 0000 0000 0000 0000", &format!("< 16 82 0001 0000 0000 0000 0022 {text}")],
            r#"
            > ntp command control 2 "read variables" verb=identify Request
            < ntp command control 2 "read variables" verb=identify Response
            < ntp identity sender Software control.version="ntpd 4.2"
            < ntp identity sender OperatingSystem control.system="Linux"
            "#,
        );
    }

    #[test]
    fn real_captures() {
        check::shared("testbed/ntp.pcap", &["ntp messages=14 malformed=0"]);
        check::shared("it/wireshark__ntp.pcap", &["ntp messages=1 malformed=0"]);
    }
}
