//! What the decoder counted since it was made.

/// Counts of what happened to fragments and tunnels; they only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// IPv4 and IPv6 fragments seen.
    pub fragments: u64,
    /// Datagrams put together.
    pub reassembled: u64,
    /// Fragments that the snap length cut, so that they could not be used.
    pub cut: u64,
    /// Datagrams given up because the table or its memory was full.
    pub evicted: u64,
    /// Datagrams given up because parts were missing for too long.
    pub timed_out: u64,
    /// Fragments whose bytes or length contradicted what had come before.
    pub conflicts: u64,
    /// MPLS label stacks opened.
    pub mpls: u64,
    /// GRE packets opened, without ERSPAN.
    pub gre: u64,
    /// ERSPAN packets opened, of all types.
    pub erspan: u64,
    /// VXLAN packets opened.
    pub vxlan: u64,
    /// PPPoE session packets opened.
    pub pppoe: u64,
    /// IPv4 or IPv6 packets directly inside IP.
    pub ip_in_ip: u64,
}
