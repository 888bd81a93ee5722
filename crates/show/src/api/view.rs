//! What the server knows of the moment: made anew by the stages about once a second, read by every request.
//!
//! Assets themselves are read from the store; this holds what has no place there: who talks to whom, which commands,
//! how far each mirror can be trusted. It is replaced as a whole, so that no request sees half of it.

use facts::Verb;
use facts::id::{AssetUid, LineId, NetworkUid, SensorId, ZoneId};
pub use plant::mirror::{Announcement, Segment};
use std::collections::{BTreeMap, HashMap};

/// Everything of one moment.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// When it was made, microseconds since 1970 UTC.
    pub time_us: i64,
    /// Name and place of each asset that is mentioned below.
    pub assets: HashMap<AssetUid, Known>,
    /// Who talks to whom.
    pub links: Vec<Link>,
    /// Which commands.
    pub commands: Vec<Command>,
    /// Totals per protocol.
    pub protocols: Vec<ProtocolTotal>,
    /// How far each mirror port can be trusted.
    pub mirrors: Vec<Mirror>,
    /// How machines named themselves and their ports to their neighbours.
    pub announcements: Vec<Announcement>,
    /// Subnets with their machines.
    pub segments: Vec<Segment>,
    /// Names of the interfaces on which each network is heard.
    pub networks: HashMap<NetworkUid, Vec<String>>,
    /// Sensors on other machines.
    pub sensors: BTreeMap<SensorId, RemoteSensor>,
    /// Facts without room in a table, by table.
    pub overflow: BTreeMap<&'static str, u64>,
    /// The process itself.
    pub process: Process,
}

/// What is shown of an asset beside a link.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Floor name, or the name on the network, or an address.
    pub name: String,
    /// Line on which it stands.
    pub line: Option<LineId>,
    /// Zone to which it belongs.
    pub zone: Option<ZoneId>,
    /// Purdue level.
    pub level: Option<f32>,
}

/// One end of a link.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct End {
    /// IP address, or hardware address for protocols without IP.
    pub address: String,
    /// Whose it is.
    pub asset: Option<AssetUid>,
}

/// Who talks to whom in which protocol.
#[derive(Clone, Debug)]
pub struct Link {
    /// Realm of the addresses.
    pub network: u16,
    /// Who asks.
    pub client: End,
    /// Who offers.
    pub server: End,
    /// Protocol, `unknown` where none was recognised.
    pub protocol: &'static str,
    /// `link`, `ip`, `tcp`, `udp`.
    pub transport: &'static str,
    /// Port of the service, 0 where there is none.
    pub port: u16,
    /// Place among the protocols of the conversation, 0 for the outermost.
    pub depth: u8,
    /// Packets, messages, damaged messages, conversations.
    pub packets: u64,
    /// Whole messages.
    pub messages: u64,
    /// Messages that broke the protocol.
    pub malformed: u64,
    /// Conversations.
    pub flows: u32,
    /// Bytes to the server and to the client.
    pub bytes: [u64; 2],
    /// Whether packets were heard to the server, to the client.
    pub ways: [bool; 2],
    /// Whether one of them was accepted.
    pub established: bool,
    /// First packet, microseconds since 1970 UTC.
    pub first_us: i64,
    /// Last packet.
    pub last_us: i64,
}

/// What one machine asked of another.
#[derive(Clone, Debug)]
pub struct Command {
    /// Realm of the addresses.
    pub network: u16,
    /// Who asks.
    pub client: End,
    /// Who is asked.
    pub server: End,
    /// Protocol.
    pub protocol: &'static str,
    /// What it does to the plant.
    pub verb: Verb,
    /// Sub-space of the code, mostly empty.
    pub group: &'static str,
    /// Number on the wire.
    pub code: u64,
    /// The standard's name.
    pub name: &'static str,
    /// Unit or module, empty for the machine itself.
    pub part: String,
    /// Messages that ask, that answer, that were not asked for.
    pub counts: [u64; 3],
    /// First time, microseconds since 1970 UTC.
    pub first_us: i64,
    /// Last time.
    pub last_us: i64,
}

/// Totals of a protocol.
#[derive(Clone, Debug)]
pub struct ProtocolTotal {
    /// Its stable name.
    pub protocol: &'static str,
    /// Packets that carried it.
    pub packets: u64,
    /// Whole messages.
    pub messages: u64,
    /// Messages that broke it.
    pub malformed: u64,
}

/// How far one mirror port can be trusted.
#[derive(Clone, Debug, Default)]
pub struct Mirror {
    /// Which sensor listens.
    pub sensor: Option<SensorId>,
    /// Whether it is a watched folder: its frames may be old, and need not come.
    pub is_folder: bool,
    /// Interface, folder or feed.
    pub name: String,
    /// Whether frames arrive now.
    pub up: bool,
    /// Why not, or what restricts it, in one line.
    pub remark: Option<String>,
    /// Frames and bytes since the start.
    pub packets: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Frames that the kernel dropped because the sensor was too slow.
    pub kernel_drops: u64,
    /// Batches of observations dropped because the server was too slow.
    pub queue_drops: u64,
    /// Exact copies: the mirror delivers frames twice. What a router passed on is none.
    pub duplicates: u64,
    /// TCP conversations heard in one direction only.
    pub one_way_flows: u64,
    /// Holes in streams.
    pub gaps: u64,
    /// Values of busy polls that were passed over.
    pub values_sampled: u64,
    /// Frames that could not be decoded, by reason.
    pub undecoded: BTreeMap<String, u64>,
    /// Frames per VLAN id; 0 without a tag.
    pub vlans: BTreeMap<u16, u64>,
    /// Last frame, microseconds since 1970 UTC by the sensor's clock.
    pub last_us: Option<i64>,
    /// Nanoseconds by which the frames' clock is ahead of the server's.
    pub clock_ahead: Option<i64>,
}

/// How it is with a sensor on another machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteSensor {
    /// Whether it is connected now.
    pub connected: bool,
    /// When it was heard last, microseconds since 1970 UTC; `None` when it never was.
    pub heard_us: Option<i64>,
    /// Batches that wait on its disk.
    pub spooled_batches: u64,
    /// Bytes of its spool.
    pub spooled_bytes: u64,
    /// Batches that are missing: dropped on its machine, since this server began.
    pub lost_batches: u64,
    /// What restricts it, one line each.
    pub remarks: Vec<String>,
}

/// The server process.
#[derive(Clone, Debug, Default)]
pub struct Process {
    /// Batches received and not yet folded.
    pub queue_depth: u64,
    /// Batches folded since the start.
    pub batches: u64,
    /// Restarts of the sensor process since the start.
    pub sensor_restarts: u64,
    /// Milliseconds that making this view took.
    pub view_ms: u32,
    /// Bytes free on the data folder's disk.
    pub disk_free: Option<u64>,
    /// Trouble of now, each one line: disk full, database locked, clock jumped.
    pub troubles: Vec<String>,
}
