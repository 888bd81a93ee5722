//! Computer browser announcements ([MS-BRWS], [MS-CIFS] mailslots): names, comment, version and services of Windows
//! and Samba machines.
//!
//! Inside SMB transactions to `\MAILSLOT\BROWSE` and `\MAILSLOT\LANMAN`. Names and comments are in the OEM character
//! set of the sender (CP932 in Japan), which nothing in the message names.

use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Part, Property, Role, Subject};
use wire::{Digits, Direction, Malformed, Reader, Text};

/// Bytes of a name field.
const NAME_LEN: usize = 16;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Browser {}

/// One announcement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// HostAnnouncement and LocalMasterAnnouncement (2.2.1, 2.2.10).
    Host(Host<'a>),
    /// DomainAnnouncement (2.2.7): a group and its master browser.
    Domain {
        /// The group.
        domain: &'a [u8],
        /// Its master browser, the sender.
        master: &'a [u8],
    },
    /// A request that names its sender: RequestElection, AnnouncementRequest (2.2.2, 2.2.3).
    Asks(&'a [u8]),
    /// Anything else.
    Other,
}

/// A machine about itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Host<'a> {
    name: &'a [u8],
    major: u8,
    minor: u8,
    services: u32,
    comment: &'a [u8],
}

impl Dissector for Browser {
    const NAME: &'static str = "browser";
    const CARRIERS: &'static [Carrier] = &[Carrier::Inner("smb")];
    const MESSAGE_MAX: usize = 65_535;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    /// Only handed payloads of its mailslot.
    fn probe(_: &[u8], _: Direction) -> Probe {
        Probe::No
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, (): &()) -> Result<Message<'a>, Malformed> {
        let mut reader = Reader::new(bytes);
        match reader.u8()? {
            1 | 15 => {
                // Update count and periodicity.
                reader.skip(5)?;
                let name = reader.take(NAME_LEN)?;
                let (major, minor, services) = (reader.u8()?, reader.u8()?, reader.u32_le()?);
                // Browser version and signature.
                reader.skip(4)?;
                Ok(Message::Host(Host { name, major, minor, services, comment: reader.rest() }))
            }
            12 => {
                reader.skip(5)?;
                let domain = reader.take(NAME_LEN)?;
                reader.skip(10)?;
                Ok(Message::Domain { domain, master: reader.rest() })
            }
            2 => {
                reader.skip(1)?;
                Ok(Message::Asks(reader.rest()))
            }
            8 => {
                // Version, criteria, time since start, reserved.
                reader.skip(13)?;
                Ok(Message::Asks(reader.rest()))
            }
            _ => Ok(Message::Other),
        }
    }

    fn observe<'a>(message: &Message<'a>, _: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        let sender = Subject::Sender;
        match *message {
            Message::Host(host) => announcement(&host, out),
            Message::Domain { domain, master } => {
                out.identity(sender, Property::Domain, "domain", Text::unknown(domain));
                out.identity(sender, Property::Name, "master", Text::unknown(master));
            }
            Message::Asks(name) => out.identity(sender, Property::Name, "name", Text::unknown(name)),
            Message::Other => {}
        }
    }
}

/// Bits of the services ([MS-BRWS], 2.2.6).
const DOMAIN_CONTROLLERS: u32 = 0x18;
const NOVELL: u32 = 0x80;
const UNIX: u32 = 0x800;
const WORKSTATION_NT: u32 = 0x1000;
const SERVER_NT: u32 = 0x8000;

fn announcement(host: &Host<'_>, out: &mut Out<'_, '_>) {
    let sender = Subject::Sender;
    out.identity(sender, Property::Name, "server", Text::unknown(host.name));
    out.identity(sender, Property::Description, "comment", Text::unknown(host.comment));
    // Samba tells a Windows version that it only imitates, and marks itself as Unix.
    if host.services & UNIX == 0 {
        let version = Digits::format(format_args!("Windows NT {}.{}", host.major, host.minor));
        out.identity(sender, Property::OperatingSystem, "os-version", version.as_text());
    } else {
        let version = Digits::format(format_args!("{}.{}", host.major, host.minor));
        out.identity(sender, Property::Other, "os-version", version.as_text());
    }
    let services = Digits::hex(u64::from(host.services), 8);
    out.identity(sender, Property::Other, "services", services.as_text());
    if host.services & (DOMAIN_CONTROLLERS | NOVELL | SERVER_NT) != 0 {
        out.role(sender, Part::Whole, Role::Server);
    } else if host.services & WORKSTATION_NT != 0 {
        out.role(sender, Part::Whole, Role::Workstation);
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    /// A host announcement of PLC-ST01 with a comment in CP932.
    #[test]
    fn an_announcement_in_a_datagram_names_the_machine() {
        let name = |text: &str, suffix: u8| {
            let mut bytes = format!("{text:15}").into_bytes();
            bytes.push(suffix);
            let letters = bytes.iter().flat_map(|byte| [b'A' + (byte >> 4), b'A' + (byte & 15)]);
            format!("20{}00", letters.map(|letter| format!("{letter:02x}")).collect::<String>())
        };
        let browse = "5c4d41494c534c4f545c42524f57534500";
        let data = "01 00 80a90300 504c432d53543031 0000000000000000 06 01 03100000 0f01 55aa 91e58de300";
        let smb = format!(
            "ff534d42 25 00000000 00 0000 0000 0000000000000000 0000 0000 0000 0000 0000 \
             11 0000 2500 0000 0000 00 00 0000 e8030000 0000 0000 0000 2500 5600 03 00 0100 0000 0200 \
             3600 {browse} {data}"
        );
        let head = "110a 0001 0a000001 008a 00c0 0000";
        let datagram = format!("> {head} {} {} {smb}", name("PLC-ST01", 0), name("WORKS", 0x1d));
        check::datagrams(
            138,
            &[&datagram],
            r#"
            > nbdgm identity sender Name source-name="PLC-ST01"
            > nbdgm identity sender Domain destination-name="WORKS"
            > smb command smb1 37 "transaction" verb=other Request
            > browser identity sender Name server="PLC-ST01"
            > browser identity sender Description comment="\x91\xe5\x8d\xe3"
            > browser identity sender OperatingSystem os-version="Windows NT 6.1"
            > browser identity sender Other services="00001003"
            > browser role sender Workstation
            "#,
        );
    }
}
