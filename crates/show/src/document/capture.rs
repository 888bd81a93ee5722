//! What was read: one entry for each file or interface.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// One capture and how far it can be trusted.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Capture {
    /// File name as given, `-` for standard input, or the interface.
    pub path: String,
    /// `pcap`, `pcapng` or `live`.
    pub format: String,
    /// Packets read.
    pub packets: u64,
    /// Bytes captured of them.
    pub bytes: u64,
    /// Time of the earliest packet, RFC 3339 in UTC.
    pub first_seen: Option<String>,
    /// Time of the latest packet.
    pub last_seen: Option<String>,
    /// What could not be read, by reason, in packets or records.
    pub undecoded: BTreeMap<String, u64>,
    /// Holes in TCP streams.
    pub gaps: u64,
    /// TCP conversations of which only one direction was captured.
    pub one_way_flows: u64,
    /// Values of busy cyclic polls that were passed over: of such a conversation every fourth second is read.
    pub values_sampled: u64,
    /// Exact copies, and copies of packets seen on both sides of a router.
    pub duplicates: u64,
    /// Packets that the snap length cut short.
    pub truncated: u64,
    /// Jumps of the capture clock: backwards by more than a second or ahead by more than an hour.
    pub clock_jumps: u64,
    /// VLAN ids seen, with their packets; `0` stands for untagged frames.
    pub vlans: BTreeMap<u16, u64>,
    /// Packets that the kernel dropped (live only).
    pub kernel_drops: u64,
    /// A remark for people, such as where a damaged file ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}
