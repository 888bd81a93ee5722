//! A plant in words: each line is one call of the sink, so that a case of a test is a few lines of data.
//!
//! ```text
//! heard MAC IP TTL [vlan=N] [group]        addresses in the source fields of a frame; `-` for none
//! bound MAC IP                             an address protocol binds the two
//! flow END > END PROTOCOL[,PROTOCOL] N M   a conversation: packets there and back; END is [MAC/]IP[:PORT]
//! says END PROTOCOL KEY PROPERTY VALUE     an identity value of the sender; KEY@UNIT for a unit
//! command END > END PROTOCOL CODE VERB PHASE [UNIT]
//! login END > END PROTOCOL USER OUTCOME
//! role END PROTOCOL ROLE
//! chassis MAC CHASSIS PORT
//! resolved NAME IP
//! forwarded MAC MAC COUNT
//! same N N                                 two networks are one, the first stays
//! ```
//!
//! A line may start with `@N` for network N, and end in a remark behind `#`. MACs may be written `A1` for
//! `02:00:00:00:00:a1`.
mod inventory;
mod merge;
mod realms;

use crate::{Address, Asset, Hearing, Inventory, Limits, Model};
use core::net::IpAddr;
use facts::{
    Command, Datum, Endpoint, FlowId, FlowSummary, Heard, Identity, Layer, Login, LoginOutcome, Neighbour,
    NetworkId, Observation, Part, Phase, Property, Protocol, Role, Seen, Sink, Subject, Target, Transport,
    Value, Verb,
};

use wire::{CaptureId, Direction, Mac, Text, Time};

fn plant(lines: &str) -> Model {
    plant_with(Limits::default(), lines)
}

fn plant_with(limits: Limits, lines: &str) -> Model {
    let mut model = Model::new(limits);
    for (at, line) in (1..).zip(lines.lines()) {
        tell(&mut model, at, line);
    }
    model
}

/// One line per asset that was heard: MACs, then addresses, in the order of the inventory.
fn machines(model: &Model) -> Vec<String> {
    let inventory = model.inventory();
    inventory.assets.iter().filter(|asset| asset.hearing != Hearing::OnlyTalkedAbout).map(line_of).collect()
}

fn line_of(asset: &Asset) -> String {
    let macs = asset.interfaces.iter().filter_map(|interface| interface.mac).map(short);
    let ips =
        asset.interfaces.iter().flat_map(|interface| &interface.addresses).map(|one| one.ip.to_string());
    macs.chain(ips).collect::<Vec<_>>().join(" ")
}

/// The asset that holds an address, in network 0.
fn asset<'i>(inventory: &'i Inventory<'_>, address: &str) -> &'i Asset {
    let address = match address.parse::<IpAddr>() {
        Ok(ip) => Address::Ip(ip),
        Err(_) => Address::Mac(mac(address).expect("an address")),
    };
    let index = inventory.asset_at(NetworkId(0), address).expect("an asset");
    inventory.asset(index).expect("its index")
}

fn short(mac: Mac) -> String {
    match mac.0 {
        [2, 0, 0, 0, 0, last] => format!("{last:02X}"),
        _ => mac.to_string(),
    }
}

fn mac(text: &str) -> Option<Mac> {
    if let (2, Ok(last)) = (text.len(), u8::from_str_radix(text, 16)) {
        return Some(Mac([2, 0, 0, 0, 0, last]));
    }
    let octets: Vec<u8> = text.split(':').filter_map(|part| u8::from_str_radix(part, 16).ok()).collect();
    Some(Mac(octets.try_into().ok()?))
}

fn endpoint(text: &str) -> Endpoint {
    let (mac_text, rest) = match text.split_once('/') {
        Some((mac_text, rest)) => (Some(mac_text), rest),
        None => (None, text),
    };
    let (address, port) = match rest.rsplit_once(':') {
        Some((address, port)) if address.contains('.') => (address, port.parse().expect("port")),
        _ => (rest, 0),
    };
    match address.parse::<IpAddr>() {
        Ok(ip) => Endpoint { mac: mac_text.and_then(mac), ip: Some(ip), port },
        Err(_) => Endpoint { mac: Some(mac(address).expect("an address")), ip: None, port },
    }
}

/// Protocols get their number by name, the same in every run.
fn protocol(name: &str) -> Protocol {
    const NAMES: &[&str] = &[
        "modbus",
        "s7comm",
        "cip",
        "enip",
        "snmp",
        "lldp",
        "arp",
        "dns",
        "smb",
        "http",
        "profinet-dcp",
        "opcua",
        "ntp",
        "goose",
        "bacnet",
        "dhcp",
        "cotp",
        "ssh",
        "ftp",
        "profinet-io",
    ];
    let id = NAMES.iter().position(|known| *known == name).expect("a protocol of the list");
    Protocol { id: u16::try_from(id).expect("few"), name: NAMES[id] }
}

fn still(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn seen(network: u16, at: i64, name: &str, client: &str, server: &str, direction: Direction) -> Seen {
    let (client, server) = (endpoint(client), endpoint(server));
    let (source, destination) = match direction {
        Direction::ToServer => (client, server),
        Direction::ToClient => (server, client),
    };
    Seen {
        time: Time(at),
        times: 1,
        since: Time(at),
        capture: CaptureId(0),
        network: NetworkId(network),
        protocol: protocol(name),
        flow: FlowId(0),
        direction,
        source,
        destination,
        copy: false,
    }
}

fn tell(model: &mut Model, at: i64, line: &str) {
    let line = line.split(" #").next().unwrap_or_default();
    let mut words: Vec<&str> = line.split_whitespace().collect();
    let network = match words.first().and_then(|word| word.strip_prefix('@')) {
        Some(number) => {
            words.remove(0);
            number.parse().expect("a network")
        }
        None => 0,
    };
    let Some((verb, rest)) = words.split_first() else { return };
    match (*verb, rest) {
        ("heard", [mac_text, ip, ttl, options @ ..]) => {
            hear(model, network, at, [mac_text, ip, ttl], options)
        }
        ("bound", [mac_text, ip]) => {
            let seen = seen(network, at, "arp", mac_text, mac_text, Direction::ToServer);
            let (mac, ip) = (mac(mac_text).expect("mac"), ip.parse().expect("ip"));
            model.observation(&seen, &Observation::Bound { mac, ip });
        }
        ("flow", [client, ">", server, protocols, there, back]) => {
            flow(model, network, at, [client, server], protocols, [there, back]);
        }
        ("says", [end, name, key, property, value @ ..]) => {
            let (key, part) = unit(key);
            let value = value.join(" ");
            let seen = seen(network, at, name, end, "255.255.255.255", Direction::ToServer);
            let identity = Identity {
                subject: Subject::Sender,
                part,
                property: property_of(property),
                key: still(key),
                value: Text::unknown(value.as_bytes()),
            };
            model.observation(&seen, &Observation::Identity(identity));
        }
        ("command", [client, ">", server, name, code, verb, phase, unit @ ..]) => {
            command(model, network, at, [client, server, name, code, verb, phase], unit.first().copied());
        }
        ("forwarded", [into, out_of, count]) => {
            for _ in 0..count.parse().expect("count") {
                model.forwarded(NetworkId(network), mac(into).expect("mac"), mac(out_of).expect("mac"));
            }
        }
        ("same", [kept, joined]) => {
            let network = |number: &str| NetworkId(number.parse().expect("a network"));
            model.same_network(network(kept), network(joined));
        }
        _ => tell_more(model, network, at, verb, rest),
    }
}

fn hear(model: &mut Model, network: u16, at: i64, [mac_text, ip, ttl]: [&str; 3], options: &[&str]) {
    let vlan = options.iter().find_map(|option| option.strip_prefix("vlan="));
    model.heard(&Heard {
        time: Time(at),
        capture: CaptureId(0),
        network: NetworkId(network),
        mac: mac(mac_text),
        ip: ip.parse().ok(),
        vlan: vlan.map_or(0, |vlan| vlan.parse().expect("vlan")),
        ttl: ttl.parse().expect("ttl"),
        to_group: options.contains(&"group"),
    });
}

/// Lines that are observations besides identity and commands.
fn tell_more(model: &mut Model, network: u16, at: i64, verb: &str, rest: &[&str]) {
    match (verb, rest) {
        ("login", [client, ">", server, name, user, outcome]) => {
            let seen = seen(network, at, name, client, server, Direction::ToServer);
            let outcome = match *outcome {
                "accepted" => LoginOutcome::Accepted,
                "refused" => LoginOutcome::Refused,
                _ => LoginOutcome::Attempted,
            };
            let login = Login { user: Text::unknown(user.as_bytes()), method: "password", outcome };
            model.observation(&seen, &Observation::Login(login));
        }
        ("role", [end, name, role]) => {
            let seen = seen(network, at, name, end, "255.255.255.255", Direction::ToServer);
            let role = role_of(role);
            model
                .observation(&seen, &Observation::Role { subject: Subject::Sender, part: Part::Whole, role });
        }
        ("value", [end, name, tag, number]) => {
            let seen = seen(network, at, name, end, "255.255.255.255", Direction::ToServer);
            let target = Target::Name { space: "tag", name: Text::unknown(tag.as_bytes()) };
            let datum = Datum::Int(number.parse().expect("number"));
            let value = Value { subject: Subject::Sender, part: Part::Whole, target, datum };
            model.observation(&seen, &Observation::Value(value));
        }
        ("chassis", [sender, chassis, port]) => {
            let seen = seen(network, at, "lldp", sender, "01:80:c2:00:00:0e", Direction::ToServer);
            let (chassis, port) = (Text::utf8(chassis.as_bytes()), Text::utf8(port.as_bytes()));
            model.observation(&seen, &Observation::Neighbour(Neighbour { chassis, port }));
        }
        ("resolved", [name, ip]) => {
            let seen = seen(network, at, "dns", "10.0.0.1", "10.0.0.2", Direction::ToClient);
            let (name, address) = (Text::utf8(name.as_bytes()), ip.parse().expect("ip"));
            model.observation(&seen, &Observation::NameResolved { name, address });
        }
        _ => panic!("line {at}: {verb} {rest:?}"),
    }
}

fn unit(key: &str) -> (&str, Part) {
    match key.split_once('@') {
        Some((key, unit)) => (key, Part::Unit(unit.parse().expect("unit"))),
        None => (key, Part::Whole),
    }
}

fn flow(
    model: &mut Model,
    network: u16,
    at: i64,
    [client, server]: [&str; 2],
    protocols: &str,
    packets: [&str; 2],
) {
    let packets = packets.map(|count| count.parse::<u64>().expect("packets"));
    let both = u32::try_from(packets.iter().sum::<u64>()).expect("few");
    let layer =
        |name| Layer { protocol: protocol(name), messages: both, malformed: 0, packets: both, row: true };
    let layers: Vec<Layer> = protocols.split(',').filter(|name| *name != "-").map(layer).collect();
    let (client, server) = (endpoint(client), endpoint(server));
    model.flow(&FlowSummary {
        flow: FlowId(0),
        capture: CaptureId(0),
        network: NetworkId(network),
        transport: if client.ip.is_some() { Transport::Tcp } else { Transport::Link },
        client,
        server,
        layers: &layers,
        packets,
        bytes: packets.map(|packets| packets * 100),
        first: Time(at),
        last: Time(at + 10),
        established: packets.iter().all(|packets| *packets > 0),
        lost_bytes: 0,
        begun: true,
        ended: true,
        packets_in_all: packets,
    });
}

fn command(
    model: &mut Model,
    network: u16,
    at: i64,
    [client, server, name, code, verb, phase]: [&str; 6],
    unit: Option<&str>,
) {
    let (phase, direction) = match phase {
        "request" => (Phase::Request, Direction::ToServer),
        "response" => (Phase::Response, Direction::ToClient),
        _ => (Phase::Unsolicited, Direction::ToClient),
    };
    let seen = seen(network, at, name, client, server, direction);
    let verb = Verb::ALL.iter().copied().find(|known| known.name() == verb).expect("a verb");
    let part = unit.map_or(Part::Whole, |unit| Part::Unit(unit.parse().expect("unit")));
    let code = code.parse().expect("code");
    let command = Command { group: "", code, name: "some command", verb, phase, part, target: Target::None };
    model.observation(&seen, &Observation::Command(command));
}

fn property_of(word: &str) -> Property {
    match word {
        "name" => Property::Name,
        "vendor" => Property::Vendor,
        "model" => Property::Model,
        "firmware" => Property::Firmware,
        "serial" => Property::Serial,
        "description" => Property::Description,
        "other" => Property::Other,
        _ => panic!("no property {word}"),
    }
}

fn role_of(word: &str) -> Role {
    match word {
        "controller" => Role::Controller,
        "drive" => Role::Drive,
        "switch" => Role::Switch,
        "workstation" => Role::Workstation,
        _ => panic!("no role {word}"),
    }
}
