//! From a plant file to a checked plant. Every complaint names the line on which the wrong key stands.

use toml::Spanned;

use crate::file::{
    ActionEntry, ChapterEntry, ConversationEntry, DeviceEntry, EventEntry, Name, NatEntry, PlantFile,
};
use crate::item::Item;
use crate::net::emitter::SECOND;
use crate::net::route;
use crate::plant::{
    Action, Chapter, Conversation, Device, Event, Interface, Nat, NatHost, Network, Plant, PlantError,
};
use crate::protocols;

/// Most networks, devices and conversations that a plant may have.
const ENTRIES_MAX: usize = 100_000;

/// The file's text, to turn offsets into lines.
struct Source<'a>(&'a str);

impl Source<'_> {
    fn error(&self, offset: usize, reason: String) -> PlantError {
        let before = self.0.get(..offset).unwrap_or_default();
        PlantError { line: before.matches('\n').count() + 1, reason }
    }

    fn find<'n>(
        &self,
        name: &Name,
        key: &str,
        mut names: impl Iterator<Item = &'n str>,
    ) -> Result<usize, PlantError> {
        names.position(|known| known == name.get_ref()).ok_or_else(|| {
            self.error(name.span().start, format!("{key}: there is no \"{}\"", name.get_ref()))
        })
    }
}

/// Parses and checks a plant.
pub(crate) fn plant(text: &str) -> Result<Plant, PlantError> {
    let source = Source(text);
    let file: PlantFile = toml::from_str(text).map_err(|error| {
        source.error(error.span().map_or(0, |span| span.start), error.message().to_owned())
    })?;
    if file.network.len().max(file.device.len()).max(file.conversation.len()) > ENTRIES_MAX {
        return Err(source.error(0, format!("more than {ENTRIES_MAX} entries of one kind")));
    }
    let mut plant = Plant {
        name: file.name.clone(),
        networks: networks(&source, &file)?,
        devices: Vec::new(),
        conversations: Vec::new(),
        events: Vec::new(),
        chapters: Vec::new(),
        utc_offset: i64::from(file.utc_offset_h) * 3_600 * SECOND,
    };
    for (index, entry) in file.device.iter().enumerate() {
        plant.devices.push(device(&source, &file, index, entry)?);
    }
    for entry in &file.conversation {
        let conversation = conversation(&source, &plant, entry)?;
        if let Some(server) = plant.devices.get_mut(conversation.server)
            && !server.ports.contains(&conversation.port)
        {
            server.ports.push(conversation.port);
        }
        plant.conversations.push(conversation);
    }
    for entry in &file.event {
        let event = event(&source, &plant, entry)?;
        plant.events.push(event);
    }
    for entry in &file.chapter {
        let chapter = chapter(&source, &plant, entry)?;
        plant.chapters.push(chapter);
    }
    Ok(plant)
}

fn networks(source: &Source<'_>, file: &PlantFile) -> Result<Vec<Network>, PlantError> {
    let device = |name: &Option<Name>, key| {
        let names = file.device.iter().map(|device| device.name.get_ref().as_str());
        name.as_ref().map(|name| source.find(name, key, names)).transpose()
    };
    let mut networks: Vec<Network> = Vec::new();
    for entry in &file.network {
        if let Some(vlan) = &entry.vlan
            && !(1..=4094).contains(vlan.get_ref())
        {
            return Err(source.error(vlan.span().start, "network.vlan: 1 to 4094".to_owned()));
        }
        unique(source, &entry.name, networks.iter().map(|network| network.name.as_str()))?;
        networks.push(Network {
            name: entry.name.get_ref().clone(),
            subnet: *entry.subnet.get_ref(),
            vlan: entry.vlan.as_ref().map(|vlan| *vlan.get_ref()),
            capture: entry.capture,
            mirrored: entry.mirrored,
            router: device(&entry.router, "network.router")?,
            dhcp: device(&entry.dhcp, "network.dhcp")?,
            duplicate_percent: entry.duplicate_percent,
        });
    }
    Ok(networks)
}

fn device(
    source: &Source<'_>,
    file: &PlantFile,
    index: usize,
    entry: &DeviceEntry,
) -> Result<Device, PlantError> {
    let earlier = file.device.iter().take(index).map(|device| device.name.get_ref().as_str());
    unique(source, &entry.name, earlier)?;
    if entry.on.is_empty() {
        return Err(source.error(entry.name.span().start, "device.on: at least one interface".to_owned()));
    }
    let mut interfaces = Vec::new();
    for interface in &entry.on {
        let network = network(source, file, &interface.network, "device.on.network")?;
        if let (Some(ip), Some(entry)) = (&interface.ip, file.network.get(network))
            && !entry.subnet.get_ref().holds(*ip.get_ref())
        {
            let reason =
                format!("device.on.ip: {} lies outside network {}", ip.get_ref(), entry.name.get_ref());
            return Err(source.error(ip.span().start, reason));
        }
        interfaces.push(Interface {
            network,
            mac: interface.mac.0,
            ip: interface.ip.as_ref().map(|ip| *ip.get_ref()),
        });
    }
    for name in &entry.announces {
        if protocols::announcement(name.get_ref()).is_none() {
            let reason = format!("device.announces: there is no \"{}\"", name.get_ref());
            return Err(source.error(name.span().start, reason));
        }
    }
    Ok(Device {
        name: entry.name.get_ref().clone(),
        kind: entry.kind.clone(),
        index,
        interfaces,
        identity: entry.identity.clone(),
        system: entry.system,
        routes: entry.routes || entry.nat.is_some(),
        nat: entry.nat.as_ref().map(|nat| translation(source, file, nat)).transpose()?,
        announces: entry.announces.iter().map(|name| name.get_ref().clone()).collect(),
        ports: entry.listens.clone(),
        units: entry.unit.clone(),
        absent: entry.absent,
        since_h: entry.since_h,
        heard: entry.heard,
        response_us: entry.response_us,
    })
}

fn translation(source: &Source<'_>, file: &PlantFile, entry: &NatEntry) -> Result<Nat, PlantError> {
    let mut nat = Nat { inside: Vec::new(), hosts: Vec::new() };
    for name in &entry.inside {
        nat.inside.push(network(source, file, name, "device.nat.inside")?);
    }
    for host in &entry.hosts {
        let names = file.device.iter().map(|device| device.name.get_ref().as_str());
        let device = source.find(&host.device, "device.nat.hosts.device", names)?;
        nat.hosts.push(NatHost { outside: host.outside, device, inward: host.inward });
    }
    Ok(nat)
}

fn network(source: &Source<'_>, file: &PlantFile, name: &Name, key: &str) -> Result<usize, PlantError> {
    source.find(name, key, file.network.iter().map(|network| network.name.get_ref().as_str()))
}

fn unique<'n>(
    source: &Source<'_>,
    name: &Name,
    mut earlier: impl Iterator<Item = &'n str>,
) -> Result<(), PlantError> {
    match earlier.any(|known| known == name.get_ref()) {
        true => Err(source.error(name.span().start, format!("name: \"{}\" stands twice", name.get_ref()))),
        false => Ok(()),
    }
}

fn known_device(source: &Source<'_>, plant: &Plant, name: &Name, key: &str) -> Result<usize, PlantError> {
    source.find(name, key, plant.devices.iter().map(|device| device.name.as_str()))
}

fn conversation(
    source: &Source<'_>,
    plant: &Plant,
    entry: &ConversationEntry,
) -> Result<Conversation, PlantError> {
    let client = known_device(source, plant, &entry.client, "conversation.client")?;
    let server = known_device(source, plant, &entry.server, "conversation.server")?;
    let name = entry.protocol.get_ref();
    let protocol = protocols::protocol(name).ok_or_else(|| {
        source.error(entry.protocol.span().start, format!("conversation.protocol: there is no \"{name}\""))
    })?;
    let route = route::find(&plant.networks, &plant.devices, client, server).map_err(|reason| {
        source.error(entry.server.span().start, format!("conversation.server: {reason}"))
    })?;
    let conversation = Conversation {
        client,
        server,
        protocol: name.clone(),
        period_ms: entry.period_ms,
        jitter_ms: entry.jitter_ms.unwrap_or(entry.period_ms / 50),
        start_ms: entry.start_ms,
        reconnect_s: entry.reconnect_s,
        port: entry.port.unwrap_or(protocol.transport.server_port()),
        unit: entry.unit,
        standing: entry.standing,
        hours: entry.hours,
        once: plain(&entry.once),
        items: plain(&entry.items),
        route,
    };
    for item in entry.once.iter().chain(&entry.items) {
        crate::conversation::rehearse(plant, &conversation, item.get_ref()).map_err(|reason| {
            source.error(item.span().start, format!("conversation.items: {name}: {reason}"))
        })?;
    }
    Ok(conversation)
}

fn plain(items: &[Spanned<Item>]) -> Vec<Item> {
    items.iter().map(|item| item.get_ref().clone()).collect()
}

fn chapter(source: &Source<'_>, plant: &Plant, entry: &ChapterEntry) -> Result<Chapter, PlantError> {
    unique(source, &entry.key, plant.chapters.iter().map(|chapter| chapter.key.as_str()))?;
    let events = |entries: &[EventEntry]| {
        entries.iter().map(|entry| event(source, plant, entry)).collect::<Result<Vec<_>, _>>()
    };
    let steps = events(&entry.step)?;
    if steps.iter().any(|step| step.at_s > u32::from(entry.seconds)) {
        let reason = "chapter.seconds: a step comes after the chapter's end".to_owned();
        return Err(source.error(entry.key.span().start, reason));
    }
    Ok(Chapter {
        key: entry.key.get_ref().clone(),
        seconds: entry.seconds,
        look: entry.look.clone(),
        steps,
        undo: events(&entry.undo)?,
    })
}

fn event(source: &Source<'_>, plant: &Plant, entry: &EventEntry) -> Result<Event, PlantError> {
    let device = |name: &Name| known_device(source, plant, name, "event.action.device");
    let action = match &entry.action {
        ActionEntry::Join { device: name } => Action::Join(device(name)?),
        ActionEntry::Leave { device: name } => Action::Leave(device(name)?),
        ActionEntry::Silence { device: name } => Action::Silence(device(name)?),
        ActionEntry::Resume { device: name } => Action::Resume(device(name)?),
        ActionEntry::Freeze { device: name } => Action::Freeze(device(name)?),
        ActionEntry::Thaw { device: name } => Action::Thaw(device(name)?),
        ActionEntry::Scan(scan) => {
            let networks = plant.networks.iter().map(|network| network.name.as_str());
            Action::Scan {
                device: device(&scan.device)?,
                network: source.find(&scan.network, "event.action.scan.network", networks)?,
                ports: scan.ports.clone(),
                first: scan.first,
                last: scan.last,
            }
        }
        ActionEntry::Converse(entry) => Action::Converse(Box::new(conversation(source, plant, entry)?)),
    };
    Ok(Event { title: entry.title.clone(), at_s: entry.at_s, every_s: entry.every_s, action })
}
