//! Syslog (RFC 5424 over UDP RFC 5426; the older form RFC 3164).
//!
//! UDP port 514. Host and program names are evidence only: a relay passes on what others said.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Property, Subject};
use wire::{Defect, Direction, Malformed, Reader, Text};

/// The highest facility and severity together (RFC 5424, 6.2.1).
const PRIORITY_MAX: u32 = 191;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Syslog {}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    host: Text<'a>,
    program: Text<'a>,
}

impl Dissector for Syslog {
    const NAME: &'static str = "syslog";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(514)];
    const MESSAGE_MAX: usize = 65_536;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    /// Some senders leave out the priority, so readable text will do on the port.
    fn probe(head: &[u8], _: Direction) -> Probe {
        let readable = |byte: &u8| !byte.is_ascii_control() || matches!(byte, b'\t' | b'\r' | b'\n' | 0);
        if head.iter().all(readable) && head.first() != Some(&0) { Probe::Maybe } else { Probe::No }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &()) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        if reader.peek() == Some(b'<') {
            reader.skip(1)?;
            let number =
                core::str::from_utf8(reader.until(b'>')).ok().and_then(|text| text.parse::<u32>().ok());
            reader.ensure(number.is_some_and(|number| number <= PRIORITY_MAX), Defect::BadValue)?;
            if reader.rest().starts_with(b"1 ") {
                return Ok(versioned(reader));
            }
            return Ok(older(reader));
        }
        Ok(Message { host: Text::default(), program: Text::default() })
    }

    fn observe<'a>(message: &Message<'a>, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        out.identity(Subject::Sender, Property::Other, "host-name", message.host);
        out.identity(Subject::Sender, Property::Other, "app-name", message.program);
    }
}

/// Version, time, host name, program, each one word; `-` where there is none (RFC 5424, section 6).
fn versioned(mut reader: Reader<'_>) -> Message<'_> {
    let mut word = || Text::utf8(Some(reader.until(b' ')).filter(|word| *word != b"-").unwrap_or_default());
    let (_version, _time, host, program) = (word(), word(), word(), word());
    Message { host, program }
}

/// `Oct 11 22:14:15 host program[12]: text` (RFC 3164, 4.1); whoever writes otherwise has no names.
fn older(reader: Reader<'_>) -> Message<'_> {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let none = Message { host: Text::default(), program: Text::default() };
    let mut rest = reader;
    let Ok(time) = rest.take(16) else { return none };
    let month = MONTHS.as_chunks::<3>().0.iter().any(|month| time.starts_with(month));
    if !month || time.get(9) != Some(&b':') || time.last() != Some(&b' ') {
        return none;
    }
    let host = Text::unknown(rest.until(b' '));
    let tag = rest.until(b' ');
    let stop = tag.iter().position(|byte| matches!(byte, b'[' | b':'));
    Message { host, program: Text::unknown(stop.and_then(|stop| tag.get(..stop)).unwrap_or_default()) }
}

#[cfg(test)]
mod tests {
    use crate::check;

    fn text(line: &str) -> String {
        let hex: String = line.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!("> {hex}")
    }

    #[test]
    fn both_forms_name_host_and_program() {
        check::datagrams(
            514,
            &[
                &text("<165>1 2026-01-02T03:04:05.6Z sw-plc snmpd 12 - - link down"),
                &text("<34>Oct 11 22:14:15 fw-1 kernel: drop"),
                &text("not really a message"),
            ],
            r#"
            > syslog identity sender Other host-name="sw-plc"
            > syslog identity sender Other app-name="snmpd"
            > syslog identity sender Other host-name="fw-1"
            > syslog identity sender Other app-name="kernel"
            "#,
        );
    }

    #[test]
    fn real_captures() {
        check::shared("testbed/syslog.pcap", &["syslog messages=4 malformed=0"]);
        check::shared("it/zeek__syslog-missing-pri.pcap", &["syslog messages=1 malformed=0"]);
    }
}
