//! Messages to observations.

use super::Message;
use super::block::{Block, blocks};
use crate::out::Out;
use core::net::IpAddr;
use facts::{Command, Observation, OutcomeKind, Part, Phase, Property, Role, Seen, Subject, Target, Verb};
use wire::{Digits, Mac, Reader, Text, is_group_ip};

const GET: u8 = 3;
const SET: u8 = 4;
const IDENTIFY: u8 = 5;

pub(super) fn observe(message: &Message<'_>, seen: &Seen, out: &mut Out<'_, '_>) {
    let phase = match (message.response, message.service) {
        (true, _) => Phase::Response,
        (false, 6) => Phase::Unsolicited,
        (false, _) => Phase::Request,
    };
    let (name, verb) = match message.service {
        GET => ("get", Verb::Identify),
        SET => ("set", Verb::Configure),
        IDENTIFY => ("identify", Verb::Discover),
        _ => ("hello", Verb::Report),
    };
    let told = message.response || message.service == 6;
    let setting = message.service == SET && !message.response;
    let first = || blocks(message.blocks, told || setting).next();
    // A reset or signal may follow other settings; the answer names the options that were set.
    let verb = match message.service {
        SET => blocks(message.blocks, setting).filter_map(|block| set_verb(&block)).next().unwrap_or(verb),
        _ => verb,
    };
    let address = first().map_or(Digits::decimal(0), |block| address(block.value));
    let target = if setting { set_target(first(), &address) } else { Target::None };
    let (code, part) = (u64::from(message.service), Part::Whole);
    out.command(Command { group: "", code, name, verb, phase, part, target });
    if message.unsupported {
        out.outcome("", code, OutcomeKind::Refused, 5, "service not supported");
    }
    match (message.service, message.response) {
        (SET, true) => blocks(message.blocks, true).for_each(|block| result(&block, out)),
        (SET, false) => blocks(message.blocks, true).for_each(|block| given(&block, "set", out)),
        (IDENTIFY, false) => blocks(message.blocks, false).for_each(|block| given(&block, "identify", out)),
        (GET, false) => {}
        _ => blocks(message.blocks, true).for_each(|block| identity(&block, seen, out)),
    }
}

/// What a setting does, when it is more than configuration. Answers name the option in their value.
fn set_verb(block: &Block<'_>) -> Option<Verb> {
    let option = match (block.option, block.sub, block.value) {
        (5, 4, [option, sub, ..]) => (*option, *sub),
        (option, sub, _) => (option, sub),
    };
    match option {
        (5, 3) => Some(Verb::Diagnose),
        (5, 5 | 6) => Some(Verb::Reset),
        _ => None,
    }
}

/// The new name or address, or the control that is asked for.
fn set_target<'a>(block: Option<Block<'a>>, address: &'a Digits) -> Target<'a> {
    match block {
        Some(Block { option: 2, sub: 2, value }) => {
            Target::Name { space: "station-name", name: Text::unknown(value) }
        }
        Some(Block { option: 1, sub: 2 | 3, .. }) => Target::Name { space: "ip", name: address.as_text() },
        Some(Block { option, sub, .. }) => {
            Target::Object { space: "dcp", class: u32::from(option), instance: u32::from(sub), attribute: 0 }
        }
        None => Target::None,
    }
}

fn address(value: &[u8]) -> Digits {
    Digits::dotted(value.get(..4).unwrap_or_default())
}

/// What a machine says of itself.
fn identity(block: &Block<'_>, seen: &Seen, out: &mut Out<'_, '_>) {
    let mut reader = Reader::new(block.value);
    let (property, key) = match (block.option, block.sub) {
        (1, 2 | 3) => {
            let text = address(block.value);
            out.identity(Subject::Sender, Property::Other, "ip", text.as_text());
            if let (Ok(ip), Some(mac)) =
                (reader.array::<4>(), seen.source.mac.filter(|mac: &Mac| mac.is_host()))
            {
                let ip = IpAddr::from(ip);
                if !is_group_ip(ip) {
                    out.push(&Observation::Bound { mac, ip });
                }
            }
            return;
        }
        (2, 1) => (Property::Model, "device.vendor-value"),
        (2, 2) => (Property::Name, "device.name-of-station"),
        (2, 3) => return numbers(&mut reader, ["device.vendor-id", "device.device-id"], out),
        (2, 4) => return roles(reader.u8().unwrap_or(0), out),
        (2, 6) => (Property::Other, "device.alias"),
        (2, 8) => return numbers(&mut reader, ["device.oem-vendor-id", "device.oem-device-id"], out),
        (3, 12) => (Property::Name, "dhcp.host-name"),
        _ => return,
    };
    out.identity(Subject::Sender, property, key, Text::unknown(block.value));
}

fn numbers(reader: &mut Reader<'_>, keys: [&'static str; 2], out: &mut Out<'_, '_>) {
    for key in keys {
        let Ok(number) = reader.u16() else { return };
        let text = Digits::format(format_args!("0x{number:04x}"));
        out.identity(Subject::Sender, Property::Other, key, text.as_text());
    }
}

/// Device roles (IEC 61158-6-10): device, controller, several devices, supervisor.
fn roles(bits: u8, out: &mut Out<'_, '_>) {
    for (mask, role) in [(1, Role::RemoteIo), (2, Role::Controller), (8, Role::EngineeringStation)] {
        if bits & mask != 0 {
            out.role(Subject::Sender, Part::Whole, role);
        }
    }
}

/// What a supervisor gives to others or looks for is evidence of its own doings, not of who it is.
fn given(block: &Block<'_>, service: &str, out: &mut Out<'_, '_>) {
    let set = service == "set";
    let address = address(block.value);
    let (key, text) = match (block.option, block.sub) {
        (1, 2 | 3) if set => ("gave.ip", address.as_text()),
        (2, 2) if set => ("gave.name-of-station", Text::unknown(block.value)),
        (2, 2) => ("sought.name-of-station", Text::unknown(block.value)),
        (2, 6) => ("sought.alias", Text::unknown(block.value)),
        _ => return,
    };
    out.identity(Subject::Sender, Property::Other, key, text);
}

/// What became of one setting (IEC 61158-6-10: block error).
fn result(block: &Block<'_>, out: &mut Out<'_, '_>) {
    let (5, 4, [_, _, error @ (1..), ..]) = (block.option, block.sub, block.value) else { return };
    let reason = match error {
        1 => "option not supported",
        2 => "sub-option not supported or no data set",
        3 => "sub-option not set",
        4 => "resource error",
        5 => "set not possible by local reasons",
        6 => "in operation, set not possible",
        _ => "",
    };
    out.outcome("", u64::from(SET), OutcomeKind::Refused, u32::from(*error), reason);
}
