//! What each kind of data may take in this run: its quota, and the slack where the product promises one.

const MIB: u64 = 1 << 20;

/// Quotas of history, set as people set them. Small, so that a day meets them.
pub(super) const HISTORY: [(&str, u64); 4] =
    [("flows", 2 * MIB), ("commands", 2 * MIB), ("values", 4 * MIB), ("detections", MIB)];

/// A kind of data on the disk.
pub(super) struct Bound {
    /// What it is called, and the beginning of the paths of its files in the folder of data.
    pub(super) place: &'static str,
    pub(super) quota: u64,
    pub(super) slack: u64,
}

/// Files of history that were taken off their list wait for readers, together an eighth of all quotas of history at
/// most (`WAITING_SHARE` in the server); and files of one look for hours that are over come before the oldest go.
const HISTORY_SLACK: u64 = 9 * MIB / 8 + MIB;

/// Every kind. Where no setting bounds it, the quota is what the code says and the comment names.
pub(super) const ALL: [Bound; 8] = [
    // `EVIDENCE_BYTES` of the demo.
    Bound { place: "evidence/", quota: 64 * MIB, slack: 0 },
    Bound { place: "history/flows/", quota: 2 * MIB, slack: HISTORY_SLACK },
    Bound { place: "history/commands/", quota: 2 * MIB, slack: HISTORY_SLACK },
    Bound { place: "history/values/", quota: 4 * MIB, slack: HISTORY_SLACK },
    Bound { place: "history/detections/", quota: MIB, slack: HISTORY_SLACK },
    // Rows of open hours: those of the hours that are told within a minute.
    Bound { place: "history-log/", quota: 64 * MIB, slack: 0 },
    // Two snapshots, and the journal behind the older: a snapshot is made when 64 MiB are behind the last.
    Bound { place: "model/", quota: 256 * MIB, slack: 0 },
    // Control data and its write-ahead log.
    Bound { place: "yagura.db", quota: 64 * MIB, slack: 0 },
];
