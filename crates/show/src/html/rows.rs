//! Rows of the page that join two parties. The busiest are kept, so that a scan cannot make the page unusable.

use crate::document::part;
use facts::{OutcomeKind, Transport, Verb};
use model::{AssetIndex, CommandRow, Inventory, Party, ProtocolTotal};
use serde::Serialize;
use std::collections::HashMap;
use wire::Time;

/// Links on the page.
const LINKS_MAX: usize = 20_000;
/// Commands on the page.
const COMMANDS_MAX: usize = 20_000;
/// Kinds of failed exchange, and accounts, on the page.
const OTHERS_MAX: usize = 5_000;

/// One end of a conversation.
#[derive(Serialize)]
pub(super) struct End {
    address: String,
    /// Place in the page's assets; none for groups and for assets that found no room.
    asset: Option<u32>,
}

/// The ends met so far, each once.
pub(super) struct Ends<'a> {
    place_of_asset: &'a HashMap<AssetIndex, u32>,
    place: HashMap<Party, u32>,
    list: Vec<End>,
}

impl<'a> Ends<'a> {
    pub(super) fn new(place_of_asset: &'a HashMap<AssetIndex, u32>) -> Self {
        Self { place_of_asset, place: HashMap::new(), list: Vec::new() }
    }

    fn of(&mut self, party: Party) -> u32 {
        let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let asset = party.asset.and_then(|index| self.place_of_asset.get(&index).copied());
        *self.place.entry(party).or_insert_with(|| {
            self.list.push(End { address: party.address.to_string(), asset });
            next
        })
    }

    pub(super) fn into_list(self) -> Vec<End> {
        self.list
    }
}

/// Who talks to whom in which protocol.
#[derive(Serialize)]
pub(super) struct Link {
    client: u32,
    server: u32,
    protocol: &'static str,
    /// Place among the protocols of the conversation; only 0 adds to the packets of a pair.
    depth: u8,
    transport: &'static str,
    port: u16,
    packets: u64,
    messages: u64,
    malformed: u64,
    bytes: u64,
    established: bool,
    /// Packets were seen to the server, to the client.
    ways: [bool; 2],
    first: i64,
    last: i64,
}

/// Links on the page and how many found no room: recognised or accepted conversations before mere attempts.
pub(super) fn links(inventory: &Inventory<'_>, ends: &mut Ends<'_>) -> (Vec<Link>, usize) {
    let rank = |link: &model::Link| (link.protocol != "unknown" || link.established, link.packets);
    let (links, left_out) = most(|| inventory.links(), LINKS_MAX, rank);
    (links.into_iter().map(|link| Link::new(&link, ends)).collect(), left_out)
}

impl Link {
    fn new(link: &model::Link, ends: &mut Ends<'_>) -> Self {
        Self {
            client: ends.of(link.client),
            server: ends.of(link.server),
            protocol: link.protocol,
            depth: link.depth,
            transport: transport(link.transport),
            port: link.port,
            packets: link.packets,
            messages: link.messages,
            malformed: link.malformed,
            bytes: link.bytes.iter().sum(),
            established: link.established,
            ways: link.ways,
            first: milliseconds(link.first),
            last: milliseconds(link.last),
        }
    }
}

/// What one machine asked of another.
#[derive(Serialize)]
pub(super) struct Command {
    client: u32,
    server: u32,
    protocol: &'static str,
    group: &'static str,
    code: u64,
    name: &'static str,
    verb: &'static str,
    /// Whether it changes the plant or a device.
    changes: bool,
    part: Option<String>,
    requests: u64,
    responses: u64,
    unsolicited: u64,
    first: i64,
    last: i64,
}

/// Commands on the page and how many found no room: those that change something before those that look.
pub(super) fn commands(inventory: &Inventory<'_>, ends: &mut Ends<'_>) -> (Vec<Command>, usize) {
    let rank = |row: &CommandRow| (changes(row.verb), row.messages());
    let (rows, left_out) = most(|| inventory.commands(), COMMANDS_MAX, rank);
    (rows.into_iter().map(|row| Command::new(&row, ends)).collect(), left_out)
}

impl Command {
    fn new(row: &CommandRow, ends: &mut Ends<'_>) -> Self {
        Self {
            client: ends.of(row.client),
            server: ends.of(row.server),
            protocol: row.protocol,
            group: row.group,
            code: row.code,
            name: row.name,
            verb: row.verb.name(),
            changes: changes(row.verb),
            part: part(row.part),
            requests: row.requests,
            responses: row.responses,
            unsolicited: row.unsolicited,
            first: milliseconds(row.first),
            last: milliseconds(row.last),
        }
    }
}

/// Whether a verb changes the process, a program, a device or who may use it.
fn changes(verb: Verb) -> bool {
    match verb {
        Verb::Write
        | Verb::Operate
        | Verb::Force
        | Verb::Configure
        | Verb::SetClock
        | Verb::ManageUser
        | Verb::DownloadProgram
        | Verb::DeleteProgram
        | Verb::Start
        | Verb::Stop
        | Verb::ChangeMode
        | Verb::Reset
        | Verb::UpdateFirmware
        | Verb::WriteFile
        | Verb::DeleteFile => true,
        Verb::Discover
        | Verb::Identify
        | Verb::Read
        | Verb::Subscribe
        | Verb::Report
        | Verb::Login
        | Verb::Logout
        | Verb::UploadProgram
        | Verb::ReadFile
        | Verb::Diagnose
        | Verb::Other => false,
    }
}

/// A kind of exchange that did not succeed.
#[derive(Serialize)]
pub(super) struct Failure {
    client: u32,
    server: u32,
    protocol: &'static str,
    code: u64,
    kind: &'static str,
    reason: &'static str,
    status: u32,
    count: u64,
}

pub(super) fn failures(inventory: &Inventory<'_>, ends: &mut Ends<'_>) -> Vec<Failure> {
    let (rows, _) = most(|| inventory.failures.iter(), OTHERS_MAX, |failure| failure.count);
    let row = |failure: &model::Failure| Failure {
        client: ends.of(failure.client),
        server: ends.of(failure.server),
        protocol: failure.protocol,
        code: failure.code,
        kind: match failure.kind {
            OutcomeKind::Refused => "refused",
            OutcomeKind::Failed => "failed",
            OutcomeKind::Unanswered => "unanswered",
        },
        reason: failure.reason,
        status: failure.status,
        count: failure.count,
    };
    rows.into_iter().map(row).collect()
}

/// An account as seen in log-ins.
#[derive(Serialize)]
pub(super) struct Account<'a> {
    user: &'a str,
    method: &'static str,
    protocol: &'static str,
    client: u32,
    server: u32,
    attempted: u64,
    accepted: u64,
    refused: u64,
}

pub(super) fn accounts<'a>(inventory: &'a Inventory<'_>, ends: &mut Ends<'_>) -> Vec<Account<'a>> {
    let tries = |account: &&model::Account| account.attempted + account.accepted + account.refused;
    let (rows, _) = most(|| inventory.accounts.iter(), OTHERS_MAX, tries);
    let row = |account: &'a model::Account| Account {
        user: &account.user,
        method: account.method,
        protocol: account.protocol,
        client: ends.of(account.client),
        server: ends.of(account.server),
        attempted: account.attempted,
        accepted: account.accepted,
        refused: account.refused,
    };
    rows.into_iter().map(row).collect()
}

/// Totals of one protocol.
#[derive(Serialize)]
pub(super) struct Protocol {
    protocol: &'static str,
    packets: u64,
    messages: u64,
    malformed: u64,
}

impl From<&ProtocolTotal> for Protocol {
    fn from(total: &ProtocolTotal) -> Self {
        let ProtocolTotal { protocol, packets, messages, malformed } = *total;
        Self { protocol, packets, messages, malformed }
    }
}

/// A realm of addresses: proposed subnets with the reason for their size.
#[derive(Serialize)]
pub(super) struct Network {
    network: u16,
    subnets: Vec<(String, String)>,
}

impl Network {
    pub(super) fn new(network: &model::Network) -> Self {
        let subnet = |one: &model::Subnet| (format!("{}/{}", one.address, one.prefix), one.reason.clone());
        Self { network: network.id.0, subnets: network.subnets.iter().map(subnet).collect() }
    }
}

pub(super) fn transport(transport: Transport) -> &'static str {
    match transport {
        Transport::Link => "link",
        Transport::Ip => "ip",
        Transport::Tcp => "tcp",
        Transport::Udp => "udp",
    }
}

/// Milliseconds since 1970, which a script can hold exactly.
pub(super) fn milliseconds(time: Time) -> i64 {
    time.0.div_euclid(1_000_000)
}

/// At most `max` rows of highest rank, in their own order, and how many are left out. The rows are made twice,
/// because a million of them do not fit beside the page.
fn most<T, I: Iterator<Item = T>, R: Ord>(
    rows: impl Fn() -> I,
    max: usize,
    rank: impl Fn(&T) -> R,
) -> (Vec<T>, usize) {
    let mut ranks: Vec<R> = rows().map(|row| rank(&row)).collect();
    let left_out = ranks.len().saturating_sub(max);
    if left_out == 0 {
        return (rows().collect(), 0);
    }
    let last = ranks.len() - 1;
    let (_, lowest, above) = ranks.select_nth_unstable(left_out.min(last));
    let mut room = max - above.iter().filter(|one| *one > &*lowest).count();
    let mut keep = |row: &T| match rank(row).cmp(lowest) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => {
            let fits = room > 0;
            room -= usize::from(fits);
            fits
        }
    };
    (rows().filter(|row| keep(row)).collect(), left_out)
}

#[cfg(test)]
mod tests {
    use super::most;

    #[test]
    fn the_busiest_rows_are_kept_in_their_order() {
        let rows = [3, 9, 1, 9, 3, 3, 7];
        assert_eq!(most(|| rows.iter().copied(), 4, |row| *row), (vec![3, 9, 9, 7], 3));
        assert_eq!(most(|| rows.iter().copied(), 5, |row| *row), (vec![3, 9, 9, 3, 7], 2));
        assert_eq!(most(|| rows.iter().copied(), 9, |row| *row), (rows.to_vec(), 0));
        assert_eq!(most(|| rows.iter().copied(), 0, |row| *row).0, Vec::<i32>::new());
    }
}
