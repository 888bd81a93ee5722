//! A client that talks to a server: connects, asks in rounds, and gives each message its time and its way.

use core::net::Ipv4Addr;

use wire::Mac;

use crate::bytes::{Put, len16};
use crate::item::Item;
use crate::net::emitter::{Emitter, MICROSECOND, MILLISECOND, SECOND, Sender};
use crate::net::frame;
use crate::net::route::{self, Hop};
use crate::net::tcp::{self, Connection};
use crate::plant::{Conversation, Device, Plant};
use crate::protocols::{self, Dialogue, Transport, Turn};
use crate::random::Random;
use crate::script::{Message, Script, Side, To, Via};
use crate::values::Values;

/// How long a machine waits for data to carry an acknowledgement before it sends the acknowledgement alone.
const ACKNOWLEDGE_DELAY: i64 = 40 * MILLISECOND;

/// What all actors share.
pub(crate) struct Stage<'a> {
    pub(crate) plant: &'a Plant,
    pub(crate) values: &'a mut Values,
    pub(crate) emitter: &'a mut Emitter,
}

/// A conversation that goes on.
pub(crate) struct Talk {
    client_port: u16,
    dialogue: Box<dyn Dialogue>,
    transport: Transport,
    connection: Option<Connection>,
    connected_at: i64,
    random: Random,
}

impl Talk {
    /// A conversation that has not begun; `stream` gives it random numbers of its own.
    pub(crate) fn new(conversation: &Conversation, seed: u64, stream: u64) -> Option<Self> {
        let protocol = protocols::protocol(&conversation.protocol)?;
        Some(Self {
            client_port: 0,
            dialogue: (protocol.make)(),
            transport: protocol.transport,
            connection: None,
            connected_at: 0,
            random: Random::new(seed, stream),
        })
    }

    /// A delay of up to `limit` nanoseconds.
    pub(crate) fn jitter(&mut self, limit: i64) -> i64 {
        self.random.below(limit)
    }

    /// One round. Returns when its last frame has left.
    pub(crate) fn round(&mut self, stage: &mut Stage<'_>, conversation: &Conversation, time: i64) -> i64 {
        let mut time = time;
        let mut script = Script::default();
        let begins = self.connected_at == 0;
        if begins {
            time = self.connect(stage, conversation, time);
        } else if !matches!(self.transport, Transport::Link) {
            time = stage.emitter.resolve(time, &conversation.route);
        }
        let (Some(client), Some(server)) =
            (stage.plant.devices.get(conversation.client), stage.plant.devices.get(conversation.server))
        else {
            return time;
        };
        stage.values.advance(time);
        let mut turn = Turn {
            plant: stage.plant,
            client,
            server,
            unit: conversation.unit,
            period_us: conversation.period_ms.saturating_mul(1_000),
            values: stage.values,
            random: &mut self.random,
            time,
        };
        // Items were rehearsed when the plant was read, so that none fails here.
        if begins && !conversation.standing {
            self.dialogue.open(&mut turn, &mut script);
            for item in &conversation.once {
                let _ = self.dialogue.item(&mut turn, item, &mut script);
            }
        }
        for item in &conversation.items {
            let _ = self.dialogue.item(&mut turn, item, &mut script);
        }
        let mut end = self.play(stage, conversation, &script, time);
        if conversation.reconnect_s.is_some_and(|s| end > self.connected_at + i64::from(s) * SECOND) {
            end = self.hang_up(stage, conversation, end);
        }
        end
    }

    /// Ends the connection, so that the next round begins with a new one.
    pub(crate) fn hang_up(&mut self, stage: &mut Stage<'_>, conversation: &Conversation, time: i64) -> i64 {
        self.connected_at = 0;
        match self.connection.take() {
            Some(mut connection) => {
                connection.close(stage.emitter, &conversation.route, time + 500 * MICROSECOND)
            }
            None => time,
        }
    }

    /// The client is gone, and its connection with it.
    pub(crate) fn forget(&mut self) {
        self.connection = None;
        self.connected_at = 0;
    }

    /// The server does not answer: what the client still sends.
    pub(crate) fn unanswered(&mut self, stage: &mut Stage<'_>, conversation: &Conversation, time: i64) {
        self.forget();
        let Some(first) = conversation.route.there.first() else { return };
        if conversation.route.there.len() == 1 {
            stage.emitter.ask(time, first);
        } else if let Transport::Tcp(_) = self.transport {
            let mut connection = self.new_connection(stage.plant, conversation);
            // Routers ask for the missing machine; the first segment ends at the last router.
            let mut reached = conversation.route.clone();
            if let Some(last) = reached.there.pop() {
                stage.emitter.ask(time + MILLISECOND, &last);
            }
            connection.knock(stage.emitter, &reached, time);
        }
    }

    fn connect(&mut self, stage: &mut Stage<'_>, conversation: &Conversation, time: i64) -> i64 {
        self.connected_at = time.max(1);
        self.client_port = 49_152 + self.random.u16() % 16_000;
        if let Some(protocol) = protocols::protocol(&conversation.protocol) {
            self.dialogue = (protocol.make)();
        }
        let time = match self.transport {
            Transport::Link => return time,
            _ => stage.emitter.resolve(time, &conversation.route),
        };
        if let Transport::Udp { client, .. } = self.transport {
            self.client_port = client.unwrap_or(self.client_port);
        }
        let Transport::Tcp(_) = self.transport else { return time };
        let mut connection = self.new_connection(stage.plant, conversation);
        let time = match conversation.standing {
            true => time,
            false => connection.open(stage.emitter, &conversation.route, time),
        };
        self.connection = Some(connection);
        time
    }

    fn new_connection(&mut self, plant: &Plant, conversation: &Conversation) -> Connection {
        let system = |index: usize| plant.devices.get(index).map(|device| device.system).unwrap_or_default();
        Connection::new(
            (self.client_port, sender(plant, conversation.client), system(conversation.client)),
            (conversation.port, sender(plant, conversation.server), system(conversation.server)),
            &mut self.random,
        )
    }

    /// Sends a script's messages, each after the time that its sender needs.
    fn play(
        &mut self,
        stage: &mut Stage<'_>,
        conversation: &Conversation,
        script: &Script,
        start: i64,
    ) -> i64 {
        let mut time = start;
        let mut previous: Option<Side> = None;
        let response = stage.plant.devices.get(conversation.server).map_or(0, |server| server.response_us);
        for message in &script.messages {
            if let Some(previous) = previous {
                time += match message.side {
                    side if side == previous => 80,
                    Side::Client => 300 + self.random.below(900),
                    Side::Server => i64::from(response / 4 * 3) + self.random.below(i64::from(response / 2)),
                } * MICROSECOND;
            }
            time += i64::from(message.wait_us) * MICROSECOND;
            if message.wait_us > 100_000
                && let (Some(connection), Some(previous)) = (&mut self.connection, previous)
            {
                // The receiver of the last message does not wait that long with its acknowledgement.
                let early = time - i64::from(message.wait_us) * MICROSECOND + ACKNOWLEDGE_DELAY;
                connection.acknowledge(stage.emitter, &conversation.route, early, previous.other());
            }
            time = self.send(stage, conversation, message, time);
            previous = Some(message.side);
        }
        if let (Some(connection), Some(last)) = (&mut self.connection, previous) {
            let delay = ACKNOWLEDGE_DELAY.min(i64::from(conversation.period_ms) * MILLISECOND / 4);
            time += delay;
            connection.acknowledge(stage.emitter, &conversation.route, time, last.other());
        }
        time
    }

    fn send(
        &mut self,
        stage: &mut Stage<'_>,
        conversation: &Conversation,
        message: &Message,
        time: i64,
    ) -> i64 {
        if message.via == Via::Main
            && message.to == To::Peer
            && let Some(connection) = &mut self.connection
        {
            return connection.send(stage.emitter, &conversation.route, time, message.side, &message.bytes);
        }
        let device = match message.side {
            Side::Client => conversation.client,
            Side::Server => conversation.server,
        };
        let ports = match message.side {
            Side::Client => (self.client_port, conversation.port),
            Side::Server => (conversation.port, self.client_port),
        };
        let hops = match message.side {
            Side::Client => &conversation.route.there,
            Side::Server => &conversation.route.back,
        };
        deliver(stage, message, device, Way::Hops(hops), ports, time);
        time
    }
}

/// A device says something on its own account, not in a conversation.
/// Whoever gives addresses away there is the one that may answer.
pub(crate) fn announce(stage: &mut Stage<'_>, device: &Device, script: &Script, time: i64) -> i64 {
    let mut time = time;
    let Some(network) = device.first_interface().map(|interface| interface.network) else { return time };
    let answerer = stage.plant.networks.get(network).and_then(|network| network.dhcp).unwrap_or(device.index);
    for message in &script.messages {
        time += i64::from(message.wait_us) * MICROSECOND;
        let speaker = if message.side == Side::Client { device.index } else { answerer };
        deliver(stage, message, speaker, Way::Network(network), (0, 0), time);
        time += 200 * MICROSECOND;
    }
    time
}

/// Tries an item on a new dialogue: whether the protocol knows it.
pub(crate) fn rehearse(plant: &Plant, conversation: &Conversation, item: &Item) -> Result<(), &'static str> {
    let mut talk = Talk::new(conversation, 0, 0).ok_or("unknown protocol")?;
    let (client, server) = plant
        .devices
        .get(conversation.client)
        .zip(plant.devices.get(conversation.server))
        .ok_or("unknown device")?;
    let mut turn = Turn {
        plant,
        client,
        server,
        unit: conversation.unit,
        period_us: conversation.period_ms.saturating_mul(1_000),
        values: &mut Values::new(0),
        random: &mut talk.random,
        time: 0,
    };
    talk.dialogue.item(&mut turn, item, &mut Script::default())
}

/// Who a device is to the network stack.
pub(crate) fn sender(plant: &Plant, device: usize) -> Sender {
    let system = plant.devices.get(device).map(|device| device.system).unwrap_or_default();
    Sender { device, ttl: tcp::ttl(system) }
}

/// How a message without a connection leaves its sender.
#[derive(Clone, Copy)]
enum Way<'a> {
    /// Along a conversation's hops.
    Hops(&'a [Hop]),
    /// To many, on this network.
    Network(usize),
}

/// Puts one message that needs no connection on its way.
fn deliver(
    stage: &mut Stage<'_>,
    message: &Message,
    device: usize,
    way: Way<'_>,
    ports: (u16, u16),
    time: i64,
) {
    let alone;
    let hops = match (message.to, way) {
        (To::Peer, Way::Hops(hops)) => hops,
        (to, way) => {
            let Some(hop) = group_hop(stage.plant, device, way, to, message.no_address) else { return };
            alone = [hop];
            &alone
        }
    };
    let mut sender = sender(stage.plant, device);
    match message.via {
        Via::Link(kind) => {
            let Some(hop) = hops.first() else { return };
            stage.emitter.frame(time, hop, |out| {
                frame::ethernet(out, hop, kind);
                out.put(&message.bytes);
                frame::pad(out);
            });
        }
        Via::Llc => {
            let Some(hop) = hops.first() else { return };
            stage.emitter.frame(time, hop, |out| {
                frame::ethernet(out, hop, len16(message.bytes.len()));
                out.put(&message.bytes);
                frame::pad(out);
            });
        }
        Via::Icmp => {
            stage.emitter.ip(time, hops, sender, frame::ICMP, |out| {
                out.put(&message.bytes);
            });
        }
        Via::Main | Via::Udp(..) => {
            // Link-local groups are sent with the time to live that their standards ask for.
            match message.to {
                To::Group(_, ip) if ip == Ipv4Addr::new(224, 0, 0, 251) => sender.ttl = 255,
                To::Group(_, ip) if ip.octets().starts_with(&[224, 0, 0]) => sender.ttl = 1,
                To::Group(..) => sender.ttl = 4,
                _ => {}
            }
            let ports = if let Via::Udp(from, to) = message.via { (from, to) } else { ports };
            stage.emitter.udp(time, hops, sender, ports, &message.bytes);
        }
    }
}

/// The hop of a message to many: on the network of the conversation, or on the one given.
fn group_hop(plant: &Plant, device: usize, way: Way<'_>, to: To, no_address: bool) -> Option<Hop> {
    let index = match way {
        Way::Hops(hops) => hops.first()?.network,
        Way::Network(network) => network,
    };
    let sender = plant.devices.get(device)?;
    let interface = sender.interfaces.iter().find(|interface| interface.network == index)?;
    let network = plant.networks.get(index)?;
    let mut hop = route::local(network, index, sender, interface);
    (hop.to_mac, hop.to_ip) = match to {
        To::Group(mac, ip) => (mac, ip),
        To::Subnet => (Mac::BROADCAST, network.subnet.broadcast()),
        To::Everybody | To::Peer => (Mac::BROADCAST, Ipv4Addr::BROADCAST),
    };
    if no_address {
        hop.from_ip = Ipv4Addr::UNSPECIFIED;
    }
    Some(hop)
}
