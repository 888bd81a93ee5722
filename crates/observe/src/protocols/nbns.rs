//! NetBIOS name service (RFC 1001, RFC 1002).
//!
//! UDP port 137. Machines register their names, ask for others and list all they hold (node status). Names are sixteen
//! bytes, the last of which says what the name is for, written as 32 letters in the first label.

use super::dns::answers::own_address;
use super::dns::wire::{self as dns, Message, Record};
use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use core::net::{IpAddr, Ipv4Addr};
use facts::{Command, Observation, OutcomeKind, Part, Phase, Property, Subject, Target, Verb};
use wire::{Direction, DomainName, Mac, Malformed, Reader, Text, TextBuffer};

const TYPE_NB: u16 = 0x20;
const TYPE_NBSTAT: u16 = 0x21;
/// Flag of a group name in resource data (RFC 1002, 4.2.1.3 and 4.2.18).
const GROUP: u16 = 0x8000;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Nbns {}

impl Dissector for Nbns {
    const NAME: &'static str = "nbns";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(137)];
    const MESSAGE_MAX: usize = 4096;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    /// The header of DNS with other opcodes, and a first name of 32 letters.
    fn probe(head: &[u8], _: Direction) -> Probe {
        let mut reader = Reader::new(head);
        if reader.skip(2).is_err() {
            return Probe::Maybe;
        }
        let (Ok(flags), Ok(questions)) = (reader.u16(), reader.u16()) else { return Probe::Maybe };
        if opcode(flags.to_be_bytes()[0] >> 3 & 15).0.is_empty() || questions > 1 {
            return Probe::No;
        }
        let letters = |name: &[u8]| name.iter().all(|letter| (b'A'..=b'P').contains(letter));
        match (reader.skip(6), reader.u8(), reader.take_up_to(32)) {
            (Ok(()), Ok(32), name) if letters(name) => Probe::Maybe,
            (Err(_), ..) | (_, Err(_), _) => Probe::Maybe,
            _ => Probe::No,
        }
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &()) -> Result<Message<'a>, Malformed> {
        dns::parse(bytes)
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        command(message, out);
        // A registration and what follows it is about a name its sender has, or soon will have; a plain query is not.
        let registers = !message.response && message.opcode != 0;
        for record in message.all() {
            match record.kind {
                TYPE_NB => addresses(&record, registers, context.seen.source.ip, out),
                TYPE_NBSTAT if message.response => node_status(&record, context.seen.source.ip, out),
                _ => {}
            }
        }
    }
}

/// A decoded name: fifteen characters and the suffix that tells its use.
struct NodeName {
    text: [u8; 15],
    suffix: u8,
}

impl NodeName {
    /// First-level decoding (RFC 1001, 14.1): each letter is half a byte.
    fn decode(name: &DomainName<'_>) -> Option<Self> {
        let (letters, []) = name.labels().next()?.ok()?.as_chunks::<2>() else { return None };
        let mut bytes = [0; 16];
        if letters.len() != bytes.len() {
            return None;
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(letters) {
            let half = |letter: u8| letter.checked_sub(b'A').filter(|half| *half < 16);
            *byte = half(*high)? << 4 | half(*low)?;
        }
        Some(Self::of(bytes))
    }

    fn of(bytes: [u8; 16]) -> Self {
        let [text @ .., suffix] = bytes;
        Self { text, suffix }
    }

    /// Padded with spaces, or with NULs as in `*`.
    fn plain(&self) -> Text<'_> {
        Text::unknown(&self.text)
    }

    /// `SCADA<20>`: control characters, too, are written as hexadecimal numbers in angle brackets.
    fn with_suffix(&self) -> TextBuffer {
        let mut text = TextBuffer::default();
        let padding = if self.text.ends_with(b" ") { b' ' } else { 0 };
        let len = self.text.iter().rposition(|byte| *byte != padding).map_or(0, |last| last + 1);
        for byte in self.text.iter().take(len).chain([&self.suffix]) {
            if byte.is_ascii_control() || core::ptr::eq(byte, &self.suffix) {
                text.push(b"<");
                text.push(TextBuffer::hex(&[*byte]).as_text().bytes);
                text.push(b">");
            } else {
                text.push(&[*byte]);
            }
        }
        text
    }

    /// Says that somebody holds the name. Suffixes: 0 workstation or domain, 0x20 file server, 0x1b to 0x1e domain and
    /// browser roles; other names are of programs.
    fn held(&self, subject: Subject, group: bool, out: &mut Out<'_, '_>) {
        out.identity(subject, Property::Other, "name", self.with_suffix().as_text());
        let readable = self.plain().bytes.iter().all(|byte| !byte.is_ascii_control() && *byte != b'*');
        match (group, self.suffix) {
            (false, 0 | 0x20) if readable => {
                out.identity(subject, Property::Name, "unique-name", self.plain())
            }
            (true, 0 | 0x1c..=0x1e) | (false, 0x1b | 0x1d) if readable => {
                out.identity(subject, Property::Domain, "group-name", self.plain());
            }
            _ => {}
        }
    }
}

fn command(message: &Message<'_>, out: &mut Out<'_, '_>) {
    let (name, verb) = opcode(message.opcode);
    let asked = message.question.and_then(|(name, kind)| Some((NodeName::decode(&name)?, kind)));
    let text = asked.as_ref().map(|(name, _)| name.with_suffix());
    let target = text
        .as_ref()
        .map_or(Target::None, |text| Target::Name { space: "netbios-name", name: text.as_text() });
    let verb = if asked.is_some_and(|(_, kind)| kind == TYPE_NBSTAT) { Verb::Identify } else { verb };
    let phase = if message.response { Phase::Response } else { Phase::Request };
    let code = u64::from(message.opcode);
    out.command(Command { group: "", code, name, verb, phase, part: Part::Whole, target });
    if message.response && message.rcode != 0 {
        out.outcome("", code, OutcomeKind::Refused, u32::from(message.rcode), reason(message.rcode));
    }
}

/// Flags and address, once for each address that holds the name (RFC 1002, 4.2.13).
fn addresses(record: &Record<'_>, registers: bool, sender: Option<IpAddr>, out: &mut Out<'_, '_>) {
    let Some(name) = NodeName::decode(&record.name) else { return };
    let mut reader = Reader::new(record.data);
    while let (Ok(flags), Ok(address)) = (reader.u16(), reader.array::<4>()) {
        let address = IpAddr::V4(Ipv4Addr::from(address));
        let group = flags & GROUP != 0;
        if registers || Some(address) == sender {
            name.held(Subject::Sender, group, out);
        }
        if !group && !name.plain().is_empty() && own_address(address) {
            out.push(&Observation::NameResolved { name: name.plain(), address });
        }
    }
}

/// The names of a node, eighteen bytes each, then its hardware address (RFC 1002, 4.2.18).
fn node_status(record: &Record<'_>, sender: Option<IpAddr>, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(record.data);
    let Ok(count) = reader.u8() else { return };
    for _ in 0..count {
        let (Ok(name), Ok(flags)) = (reader.array::<16>(), reader.u16()) else { return };
        NodeName::of(name).held(Subject::Sender, flags & GROUP != 0, out);
    }
    let mac = reader.array::<6>().map(Mac);
    if let (Ok(mac), Some(ip)) = (mac, sender)
        && mac.is_host()
    {
        out.push(&Observation::Bound { mac, ip });
    }
}

/// Operations (RFC 1002, 4.2.1.1; 15 is multi-homed registration).
fn opcode(code: u8) -> (&'static str, Verb) {
    match code {
        0 => ("query", Verb::Discover),
        5 => ("registration", Verb::Report),
        6 => ("release", Verb::Report),
        7 => ("wait for acknowledgement", Verb::Other),
        8 | 9 => ("refresh", Verb::Report),
        15 => ("multi-homed registration", Verb::Report),
        _ => ("", Verb::Other),
    }
}

/// Result codes (RFC 1002, 4.2.6 and 4.2.14).
fn reason(code: u8) -> &'static str {
    match code {
        1 => "format error",
        2 => "server failure",
        3 => "name error",
        4 => "unsupported request",
        5 => "refused",
        6 => "active",
        7 => "name in conflict",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn a_machine_registers_its_name() {
        // SCADA<20>, and the address in the additional record.
        check::datagrams(
            137,
            &["> 1234 2910 0001 0000 0000 0001
                20 46444544454245454542434143414341434143414341434143414341434143 41 00 0020 0001
                c00c 0020 0001 000493e0 0006 0000 0a000001"],
            r#"
            > nbns command 5 "registration" verb=report Request netbios-name="SCADA<20>"
            > nbns identity sender Other name="SCADA<20>"
            > nbns identity sender Name unique-name="SCADA"
            > nbns name "SCADA" is 10.0.0.1
            "#,
        );
    }

    #[test]
    fn a_node_lists_its_names() {
        check::datagrams(
            137,
            &["< 0007 8400 0000 0001 0000 0000
                20 434b4141414141414141414141414141414141414141414141414141414141 41 00 0021 0001 00000000 002b
                02 504c43202020202020202020202020 00 0400 504c414e5420202020202020202020 1d 8400 001b1b410011"],
            r#"
            < nbns command 0 "query" verb=discover Response
            < nbns identity sender Other name="PLC<00>"
            < nbns identity sender Name unique-name="PLC"
            < nbns identity sender Other name="PLANT<1d>"
            < nbns identity sender Domain group-name="PLANT"
            < nbns bound 10.0.0.2 is at 00:1b:1b:41:00:11
            "#,
        );
    }

    #[test]
    fn real_captures() {
        check::shared("testbed/scn_name_poison.pcap", &["nbns messages=4 malformed=0"]);
        check::shared("testbed/smb.pcap", &["nbns 5 registration=28"]);
    }
}
