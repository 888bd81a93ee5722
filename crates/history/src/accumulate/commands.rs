//! Commands, their failures, log-ins and files: runs of the same.

use super::key::{TargetKey, part_text};
use super::{Accumulate, CODES_MAX, Change, Dropped, Known, PAUSE_MIN_US, Resolve, Span, times_of};
use crate::hour::{HOUR_US, hour_of};
use crate::row::{CommandRow, RowOf, Word};
use facts::id::SiteId;
use facts::{
    Command, Endpoint, FileAction, FileMoved, Login, LoginOutcome, NetworkId, Outcome, OutcomeKind, Part,
    Phase, Protocol, Seen, Target, Verb,
};
use wire::Text;

/// What makes two commands the same; the target's name stands beside it. The hour is in it, so that a late
/// observation of the hour before finds its own run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CommandKey {
    hour: i64,
    network: NetworkId,
    protocol: Protocol,
    client: Endpoint,
    server: Endpoint,
    group: &'static str,
    code: u64,
    verb: Verb,
    phase: Phase,
    part: Part,
    target: TargetKey,
    outcome: &'static str,
    status: Option<u32>,
}

/// A run of one command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommandRun {
    pub(crate) span: Span,
    name: &'static str,
    reason: &'static str,
    bytes: Option<u64>,
    /// Its row has ended; it is remembered for its interval.
    resting: bool,
}

/// The rest of what a run says, beside its key.
struct Said {
    name: &'static str,
    reason: &'static str,
    bytes: Option<u64>,
}

impl Accumulate {
    pub(crate) fn command(&mut self, seen: &Seen, command: &Command<'_>) {
        let Command { group, code, name, verb, phase, part, ref target } = *command;
        let known = (seen.protocol.id, group, code);
        if self.codes.len() < CODES_MAX || self.codes.contains_key(&known) {
            self.codes.insert(known, (verb, name));
        }
        let (target, text) = TargetKey::new(target);
        let key = CommandKey { group, code, verb, phase, part, target, ..key_of(seen) };
        self.run(seen, key, text, Said { name, reason: "", bytes: None });
    }

    /// A failure is an answer: its verb and name are those of the command asked.
    pub(crate) fn outcome(&mut self, seen: &Seen, outcome: &Outcome) {
        let Outcome { group, code, kind, status, reason } = *outcome;
        let known = self.codes.get(&(seen.protocol.id, group, code));
        let (verb, name) = known.copied().unwrap_or((Verb::Other, ""));
        let outcome = match kind {
            OutcomeKind::Refused => "refused",
            OutcomeKind::Failed => "failed",
            OutcomeKind::Unanswered => "unanswered",
        };
        let status = Some(status);
        let key = CommandKey { group, code, verb, outcome, status, phase: Phase::Response, ..key_of(seen) };
        self.run(seen, key, &[], Said { name, reason, bytes: None });
    }

    pub(crate) fn login(&mut self, seen: &Seen, login: &Login<'_>) {
        let (phase, outcome) = match login.outcome {
            LoginOutcome::Attempted => (Phase::Request, "attempted"),
            LoginOutcome::Accepted => (Phase::Response, "accepted"),
            LoginOutcome::Refused => (Phase::Response, "refused"),
        };
        let (target, text) = named("user", login.user);
        let key = CommandKey { group: "login", verb: Verb::Login, phase, target, outcome, ..key_of(seen) };
        self.run(seen, key, text, Said { name: login.method, reason: "", bytes: None });
    }

    pub(crate) fn file(&mut self, seen: &Seen, file: &FileMoved<'_>) {
        let (verb, name) = match file.action {
            FileAction::Read => (Verb::ReadFile, "read"),
            FileAction::Write => (Verb::WriteFile, "write"),
            FileAction::Delete => (Verb::DeleteFile, "delete"),
            FileAction::List => (Verb::ReadFile, "list"),
        };
        let (target, text) = named("file", file.name);
        // Reading and listing share a verb: the code tells them apart.
        let code = u64::from(file.action == FileAction::List);
        let key = CommandKey { group: "file", code, verb, target, ..key_of(seen) };
        self.run(seen, key, text, Said { name, reason: "", bytes: file.size });
    }

    fn run(&mut self, seen: &Seen, key: CommandKey, text: &[u8], said: Said) {
        let times = times_of(seen);
        let Said { name, reason, bytes } = said;
        let mut interval = 0;
        if let Some(place) = self.commands.find(&key, text)
            && let Some(run) = self.commands.get_mut(place)
        {
            let gap = times.0.saturating_sub(run.span.last);
            if !run.resting && gap <= run.span.pause(PAUSE_MIN_US) {
                run.span.add(times);
                run.bytes = run.bytes.max(bytes);
                self.commands.change(place);
                return;
            }
            // A slow poll is one run from its second time on. What a person does is not: each time counts.
            if is_watching(key.verb) {
                interval = gap;
            }
            self.commands.end(place);
        }
        let mut span = Span::new(self.id(), times);
        span.interval = interval;
        let run = CommandRun { span, name, reason, bytes, resting: false };
        if !self.commands.add(key, text, run) {
            end_alone(&mut self.commands.ended, &mut self.dropped, self.limits.rows, (key, text.into(), run));
        }
    }

    /// Ends the rows of runs that are over. What watches may come back, so its run stays until its hour is over.
    pub(crate) fn sweep_commands(&mut self, now: i64) {
        self.commands.end_where(|key, run| {
            let over = run.span.is_over(now, PAUSE_MIN_US);
            over && (!is_watching(key.verb) || run.span.is_over(now, HOUR_US))
        });
        self.commands.split(|run| {
            let over = !run.resting && run.span.is_over(now, PAUSE_MIN_US);
            over.then(|| core::mem::replace(run, CommandRun { resting: true, ..*run }))
        });
    }

    pub(crate) fn drain_commands(&mut self, resolve: &Resolve<'_>, changes: &mut Vec<Change>) {
        let site = self.site;
        let mut put = |key: &CommandKey, text: &[u8], run: &CommandRun, closed| {
            if run.resting {
                return;
            }
            let row = RowOf::Command(row_of(site, key, text, run, resolve));
            changes.push(Change { id: run.span.id, closed, row });
        };
        for (key, text, run) in core::mem::take(&mut self.commands.ended) {
            put(&key, &text, &run, true);
        }
        self.commands.each_changed(|key, text, run| put(key, text, run, false));
    }
}

/// A run that finds no room is a row by itself, while there is room for rows.
pub(super) fn end_alone<T>(ended: &mut Vec<T>, dropped: &mut Dropped, limit: usize, run: T) {
    if ended.len() < limit {
        dropped.not_grown += 1;
        ended.push(run);
    } else {
        dropped.rows += 1;
    }
}

/// A command without code and target.
fn key_of(seen: &Seen) -> CommandKey {
    CommandKey {
        hour: hour_of(times_of(seen).0),
        network: seen.network,
        protocol: seen.protocol,
        client: Endpoint { port: 0, ..seen.client() },
        server: seen.server(),
        group: "",
        code: 0,
        verb: Verb::Other,
        phase: Phase::Request,
        part: Part::Whole,
        target: TargetKey::None,
        outcome: "",
        status: None,
    }
}

fn named<'a>(space: &'static str, name: Text<'a>) -> (TargetKey, &'a [u8]) {
    if name.is_empty() {
        TargetKey::new(&Target::None)
    } else {
        TargetKey::new(&Target::Name { space, name })
    }
}

/// Verbs that machines repeat by themselves and that change nothing.
fn is_watching(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Discover | Verb::Identify | Verb::Read | Verb::Subscribe | Verb::Report | Verb::Diagnose
    )
}

fn row_of(
    site: SiteId,
    key: &CommandKey,
    text: &[u8],
    run: &CommandRun,
    resolve: &Resolve<'_>,
) -> CommandRow {
    let (client, server) = (resolve(key.network, &key.client), resolve(key.network, &key.server));
    CommandRow {
        row: 0,
        site,
        time: run.span.first,
        last: run.span.last,
        count: run.span.count,
        network: server.network.or(client.network),
        protocol: Word::Borrowed(key.protocol.name),
        client_asset: client.asset,
        client_mac: key.client.mac,
        client_ip: key.client.ip,
        client_level: client.level,
        server_asset: server.asset,
        server_mac: key.server.mac,
        server_ip: key.server.ip,
        server_port: key.server.port,
        server_level: server.level,
        crosses_levels: crosses(&client, &server),
        verb: key.verb,
        phase: key.phase,
        group: Word::Borrowed(key.group),
        code: key.code,
        name: Word::Borrowed(run.name),
        part: Word::Owned(part_text(key.part)),
        space: Word::Borrowed(key.target.space()),
        target: key.target.text(text),
        outcome: Word::Borrowed(key.outcome),
        status: key.status,
        reason: Word::Borrowed(run.reason),
        bytes: run.bytes,
    }
}

pub(super) fn crosses(client: &Known, server: &Known) -> bool {
    client.level.zip(server.level).is_some_and(|(client, server)| client != server)
}
