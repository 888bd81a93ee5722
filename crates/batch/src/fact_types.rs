//! The form of the types of `facts`. Fields and numbers are part of the format: new ones come last.

use crate::{Code, Decoder, Encoder, code_enum, code_struct};
use facts::{
    Anomaly, Command, Datum, Endpoint, FileAction, FileMoved, FlowId, FlowSummary, Heard, Identity, Layer,
    Login, LoginOutcome, Marker, Neighbour, NetworkId, Observation, Outcome, OutcomeKind, Part, Phase,
    Presence, Property, Protocol, Role, Seen, Subject, Target, Transport, Value, Verb,
};
use wire::{Defect, Direction, Malformed};

/// Layers of one conversation that are written; more nesting than this is not observed.
pub(crate) const LAYERS_MAX: usize = 16;

/// The message went to the client.
const TO_CLIENT: u8 = 1;
/// It is a further copy of one already seen.
const COPY: u8 = 1 << 1;
/// It was said more than once.
const REPEATED: u8 = 1 << 2;

impl<'a> Code<'a> for Seen {
    fn encode(&self, encoder: &mut Encoder) {
        let repeated = self.times != 1 || self.since != self.time;
        let flags = if self.direction == Direction::ToClient { TO_CLIENT } else { 0 }
            | if self.copy { COPY } else { 0 }
            | if repeated { REPEATED } else { 0 };
        encoder.byte(flags);
        self.time.encode(encoder);
        if repeated {
            self.times.encode(encoder);
            self.since.encode(encoder);
        }
        self.capture.encode(encoder);
        self.network.encode(encoder);
        self.protocol.encode(encoder);
        self.flow.encode(encoder);
        encoder.endpoint(self.source);
        encoder.endpoint(self.destination);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        let flags = decoder.byte()?;
        let time = decoder.time()?;
        let (times, since) = if flags & REPEATED != 0 { Code::decode(decoder)? } else { (1, time) };
        if times == 0 {
            return Err(decoder.defect(Defect::BadValue));
        }
        Ok(Self {
            time,
            times,
            since,
            capture: Code::decode(decoder)?,
            network: Code::decode(decoder)?,
            protocol: Code::decode(decoder)?,
            flow: Code::decode(decoder)?,
            direction: if flags & TO_CLIENT != 0 { Direction::ToClient } else { Direction::ToServer },
            source: decoder.endpoint()?,
            destination: decoder.endpoint()?,
            copy: flags & COPY != 0,
        })
    }
}

impl<'a> Code<'a> for Protocol {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.word(self.name);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        decoder.protocol()
    }
}

impl<'a> Code<'a> for NetworkId {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        Code::decode(decoder).map(Self)
    }
}

impl<'a> Code<'a> for FlowId {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        Code::decode(decoder).map(Self)
    }
}

/// Writes the accounts of a conversation. They borrow their layers, so reading them takes a place to put those.
pub(crate) fn encode_flow(summary: &FlowSummary<'_>, encoder: &mut Encoder) {
    let layers = summary.layers.get(..LAYERS_MAX).unwrap_or(summary.layers);
    encoder.list(layers.iter());
    summary.flow.encode(encoder);
    summary.capture.encode(encoder);
    summary.network.encode(encoder);
    summary.transport.encode(encoder);
    encoder.endpoint(summary.client);
    encoder.endpoint(summary.server);
    summary.packets.encode(encoder);
    summary.bytes.encode(encoder);
    summary.first.encode(encoder);
    summary.last.encode(encoder);
    summary.established.encode(encoder);
    summary.lost_bytes.encode(encoder);
    summary.begun.encode(encoder);
    summary.ended.encode(encoder);
    summary.packets_in_all.encode(encoder);
}

/// Reads the accounts of a conversation behind their layers.
pub(crate) fn decode_flow<'l>(
    layers: &'l [Layer],
    decoder: &mut Decoder<'_, '_>,
) -> Result<FlowSummary<'l>, Malformed> {
    Ok(FlowSummary {
        layers,
        flow: Code::decode(decoder)?,
        capture: Code::decode(decoder)?,
        network: Code::decode(decoder)?,
        transport: Code::decode(decoder)?,
        client: decoder.endpoint()?,
        server: decoder.endpoint()?,
        packets: Code::decode(decoder)?,
        bytes: Code::decode(decoder)?,
        first: Code::decode(decoder)?,
        last: Code::decode(decoder)?,
        established: Code::decode(decoder)?,
        lost_bytes: Code::decode(decoder)?,
        begun: Code::decode(decoder)?,
        ended: Code::decode(decoder)?,
        packets_in_all: Code::decode(decoder)?,
    })
}

code_struct! {
    Endpoint { mac, ip, port }
    Heard { time, capture, network, mac, ip, vlan, ttl, to_group }
    Presence { time, network, mac, sent, received }
    Layer { protocol, messages, malformed, packets, row }
    Command<'a> { group, code, name, verb, phase, part, target }
    Identity<'a> { subject, part, property, key, value }
    Value<'a> { subject, part, target, datum }
    Outcome { group, code, kind, status, reason }
    Login<'a> { user, method, outcome }
    FileMoved<'a> { name, action, size }
    Neighbour<'a> { chassis, port }
}

code_enum! {
    Observation<'a> {
        0 => Identity(identity),
        1 => Command(command),
        2 => Value(value),
        3 => Outcome(outcome),
        4 => Login(login),
        5 => File(file),
        6 => NameResolved { name, address },
        7 => Bound { mac, ip },
        8 => Role { subject, part, role },
        9 => Neighbour(neighbour),
        10 => Clock { told },
        11 => Marker(marker),
        12 => Malformed(malformed),
        13 => Anomaly(anomaly),
    }
    Transport { 0 => Link, 1 => Ip, 2 => Tcp, 3 => Udp }
    Phase { 0 => Request, 1 => Response, 2 => Unsolicited }
    Part { 0 => Whole, 1 => Slot { rack, slot }, 2 => Unit(unit) }
    Target<'a> {
        0 => None,
        1 => Range { space, major, first, count },
        2 => Name { space, name },
        3 => Object { space, class, instance, attribute },
    }
    Subject { 0 => Sender, 1 => Receiver, 2 => Client, 3 => Server, 4 => Mac(mac), 5 => Ip(ip) }
    Datum<'a> { 0 => Bool(value), 1 => Int(value), 2 => UInt(value), 3 => Float(value), 4 => Text(value) }
    OutcomeKind { 0 => Refused, 1 => Failed, 2 => Unanswered }
    LoginOutcome { 0 => Attempted, 1 => Accepted, 2 => Refused }
    FileAction { 0 => Read, 1 => Write, 2 => Delete, 3 => List }
    Marker { 0 => RemoteControl, 1 => Tunnel, 2 => Wireless }
    Anomaly {
        0 => WrongProtocol { expected },
        1 => UnusualPort,
        2 => OverlapConflict,
        3 => Gap { bytes },
        4 => AddressConflict,
    }
    Property {
        0 => Name, 1 => Vendor, 2 => Model, 3 => OrderNumber, 4 => Firmware, 5 => Hardware, 6 => Serial,
        7 => OperatingSystem, 8 => Software, 9 => Location, 10 => Contact, 11 => Domain, 12 => Description,
        13 => Address, 14 => Fingerprint, 15 => Other,
    }
    Role {
        0 => Controller, 1 => RemoteIo, 2 => Drive, 3 => Ied, 4 => Rtu, 5 => Meter, 6 => BuildingController,
        7 => Hmi, 8 => Scada, 9 => Historian, 10 => EngineeringStation, 11 => Gateway, 12 => Switch, 13 => Router,
        14 => AccessPoint, 15 => Server, 16 => Workstation, 17 => Printer, 18 => Camera, 19 => Phone,
        20 => TimeServer,
    }
    Verb {
        0 => Discover, 1 => Identify, 2 => Read, 3 => Subscribe, 4 => Report, 5 => Write, 6 => Operate, 7 => Force,
        8 => Configure, 9 => SetClock, 10 => Login, 11 => Logout, 12 => ManageUser, 13 => UploadProgram,
        14 => DownloadProgram, 15 => DeleteProgram, 16 => Start, 17 => Stop, 18 => ChangeMode, 19 => Reset,
        20 => UpdateFirmware, 21 => ReadFile, 22 => WriteFile, 23 => DeleteFile, 24 => Diagnose, 25 => Other,
    }
}
