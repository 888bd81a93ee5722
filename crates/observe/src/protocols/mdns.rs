//! Multicast DNS (RFC 6762) with service discovery (RFC 6763).
//!
//! UDP port 5353, 224.0.0.251 and ff02::fb. Answers are the machine's own announcement: host name, services, and in
//! TXT records often model, vendor, version and serial number.

use super::dns::answers::{address, resolved};
use super::dns::observe::command;
use super::dns::wire::{self as dns, Message, Record, TYPE_PTR, TYPE_SRV, TYPE_TXT};
use crate::dissector::{Carrier, Context, Dissector, Probe};
use crate::out::Out;
use facts::{Part, Property, Role, Subject, Verb};
use wire::{Direction, DomainName, Malformed, Reader, Text};

/// Strings read of one TXT record.
const STRINGS_MAX: usize = 64;

/// The dissector.
#[derive(Debug)]
pub(crate) enum Mdns {}

impl Dissector for Mdns {
    const NAME: &'static str = "mdns";
    const CARRIERS: &'static [Carrier] = &[Carrier::Udp(5353)];
    const MESSAGE_MAX: usize = 9000;
    type Message<'a> = Message<'a>;
    type Session = ();
    type Pool = ();

    fn probe(head: &[u8], _: Direction) -> Probe {
        dns::probe(head)
    }

    fn parse<'a>(bytes: &'a [u8], _: Direction, _: &()) -> Result<Message<'a>, Malformed> {
        dns::parse(bytes)
    }

    fn observe<'a>(message: &Message<'a>, context: &mut Context<'_, Self>, out: &mut Out<'a, '_>) {
        command(message, Verb::Discover, out);
        if !message.response {
            return;
        }
        resolved(message, message.all(), out);
        for record in message.all() {
            match record.kind {
                TYPE_PTR => service(&record, out),
                TYPE_SRV => target(&record, out),
                TYPE_TXT => strings(&record, out),
                _ if address(&record).is_some_and(|told| Some(told) == context.seen.source.ip) => {
                    host_name(&record.name, "host-name", out);
                }
                _ => {}
            }
        }
    }
}

/// A host name without its `.local`, which every one has.
fn host_name(name: &DomainName<'_>, key: &'static str, out: &mut Out<'_, '_>) {
    let mut buffer = [0; 256];
    let dotted = name.dotted(&mut buffer);
    out.identity(
        Subject::Sender,
        Property::Name,
        key,
        Text::utf8(dotted.strip_suffix(b".local").unwrap_or(dotted)),
    );
}

/// `_ipp._tcp.local` points to `Printer 3._ipp._tcp.local` (RFC 6763, 4.1).
fn service(record: &Record<'_>, out: &mut Out<'_, '_>) {
    let mut buffer = [0; 256];
    let kind = record.name.dotted(&mut buffer);
    let Some(kind) = kind.strip_suffix(b".local").filter(|kind| kind.first() == Some(&b'_')) else { return };
    // The list of all kinds (RFC 6763, 9) points to kinds, not to instances.
    if kind == b"_services._dns-sd._udp" {
        if let Ok(kind) = DomainName::read(&mut record.at.clone()) {
            out.identity(Subject::Sender, Property::Other, "service", Text::utf8(kind.dotted(&mut [0; 256])));
        }
        return;
    }
    out.identity(Subject::Sender, Property::Other, "service", Text::utf8(kind));
    let instance =
        DomainName::read(&mut record.at.clone()).ok().and_then(|name| name.labels().flatten().next());
    if let Some(instance) = instance {
        out.identity(Subject::Sender, Property::Other, "service.instance", Text::utf8(instance));
    }
    let role = match kind {
        b"_ipp._tcp" | b"_ipps._tcp" | b"_printer._tcp" | b"_pdl-datastream._tcp" => Role::Printer,
        b"_axis-video._tcp" => Role::Camera,
        _ => return,
    };
    out.role(Subject::Sender, Part::Whole, role);
}

/// Priority, weight, port, and the host that offers the service (RFC 2782).
fn target(record: &Record<'_>, out: &mut Out<'_, '_>) {
    let mut reader = record.at;
    if reader.skip(6).is_ok()
        && let Ok(name) = DomainName::read(&mut reader)
    {
        host_name(&name, "service.target", out);
    }
}

/// Strings `key=value`, the key in any case (RFC 6763, 6.4).
fn strings(record: &Record<'_>, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(record.data);
    for _ in 0..STRINGS_MAX {
        let Ok(len) = reader.u8() else { return };
        let mut string = Reader::new(reader.take_up_to(usize::from(len)));
        let key = string.until(b'=');
        if let Some((property, stable)) = meaning(key) {
            out.identity(Subject::Sender, property, stable, Text::utf8(string.rest()));
        }
    }
}

/// Keys in common use: printers (Bonjour Printing Specification 1.2.1, table 2), `_device-info._tcp`, OPC UA, media and
/// building devices.
fn meaning(key: &[u8]) -> Option<(Property, &'static str)> {
    const KEYS: &[(&[u8], Property, &str)] = &[
        (b"ty", Property::Model, "txt.ty"),
        (b"product", Property::Model, "txt.product"),
        (b"usb_mdl", Property::Model, "txt.usb-mdl"),
        (b"model", Property::Model, "txt.model"),
        (b"md", Property::Model, "txt.md"),
        (b"modelname", Property::Model, "txt.model-name"),
        (b"usb_mfg", Property::Vendor, "txt.usb-mfg"),
        (b"mfg", Property::Vendor, "txt.mfg"),
        (b"vendor", Property::Vendor, "txt.vendor"),
        (b"manufacturer", Property::Vendor, "txt.manufacturer"),
        (b"fw", Property::Firmware, "txt.fw"),
        (b"fv", Property::Firmware, "txt.fv"),
        (b"firmware", Property::Firmware, "txt.firmware"),
        (b"version", Property::Software, "txt.version"),
        (b"hw", Property::Hardware, "txt.hw"),
        (b"sn", Property::Serial, "txt.sn"),
        (b"serial", Property::Serial, "txt.serial"),
        (b"serialnumber", Property::Serial, "txt.serial-number"),
        (b"note", Property::Location, "txt.note"),
        (b"osxvers", Property::Other, "txt.osxvers"),
        (b"mac", Property::Other, "txt.mac"),
        (b"macaddress", Property::Other, "txt.mac-address"),
    ];
    let found = KEYS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(key))?;
    Some((found.1, found.2))
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn a_printer_announces_itself() {
        check::datagrams(
            5353,
            &["< 0000 8400 0000 0004 0000 0000
                045f697070 045f746370 056c6f63616c 00 000c 0001 00000078 000a 074d792e505354 34 c00c
                c027 0021 8001 00000078 000d 0000 0000 0277 04 70726e34 c016
                c027 0010 8001 00000078 0016 0b 74793d42726f7468657231 09 75 73625f4d46473d42
                c043 0001 8001 00000078 0004 0a000002"],
            r#"
            < mdns command 0 "query" verb=discover Response
            < mdns name "prn4.local" is 10.0.0.2
            < mdns identity sender Other service="_ipp._tcp"
            < mdns identity sender Other service.instance="My.PST4"
            < mdns role sender Printer
            < mdns identity sender Name service.target="prn4"
            < mdns identity sender Model txt.ty="Brother1"
            < mdns identity sender Vendor txt.usb-mfg="B"
            < mdns identity sender Name host-name="prn4"
            "#,
        );
    }

    #[test]
    fn real_captures() {
        check::shared("profinet/iti__Profinet_Failed.pcap", &["mdns messages=2 malformed=0"]);
    }
}
