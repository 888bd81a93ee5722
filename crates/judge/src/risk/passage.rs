//! What a service meets at one boundary: its state and path factor (section 4.1).

use super::inputs::Service;
use super::network::{Broker, Passage, Verdict};
use super::tables::{ATTESTED_DAYS, BROKERED, BROKERED_IN_PART, EVIDENCE_DAYS, FRESH_DAYS};
use super::term::Spread;
use crate::{days_between, text};
use facts::id::{AssetUid, ZoneId};
use serde::{Deserialize, Serialize};
use wire::Time;

/// Rows of the table of path factors, told apart where the reason differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassageState {
    /// Traffic observed in 30 days. 1.00.
    Observed,
    /// Permitted by the imported applied rules, no traffic seen. 0.80.
    Permitted,
    /// No filter, no traffic seen. 0.80.
    NoFilter,
    /// No rule data, or nothing recorded for the service. 0.70.
    Unknown,
    /// Denied, but the evidence is older than 30 days; or separated by an attestation older than a year. 0.70.
    Aged,
    /// Denied, evidence 7 to 30 days old. 0.30.
    DeniedAging,
    /// Denied, evidence at most 7 days old. 0.10.
    Denied,
    /// Denied or separated, but matching traffic was seen since. 1.00, and an alert.
    DeniedButSeen,
    /// Denied by a boundary that lets other denied traffic pass: its rules count as not there. 0.80, at worst open.
    Distrusted,
    /// Physical separation or one-way gateway. 0.02.
    Separated,
}

impl PassageState {
    /// Path factor with its range. What is unknown is at best denied and at worst open.
    #[must_use]
    pub const fn factor(self) -> Spread {
        match self {
            Self::Observed | Self::DeniedButSeen => Spread::known(1.00),
            Self::Permitted | Self::NoFilter => Spread::known(0.80),
            // Without the contradiction the denial may have been aged, at worst open: to know of more is never better.
            Self::Distrusted => Spread { low: 0.80, value: 0.80, high: 1.00 },
            Self::Unknown | Self::Aged => Spread { low: 0.10, value: 0.70, high: 1.00 },
            Self::DeniedAging => Spread::known(0.30),
            Self::Denied => Spread::known(0.10),
            Self::Separated => Spread::known(0.02),
        }
    }

    /// Whether it stands for missing data.
    #[must_use]
    pub const fn is_unknown(self) -> bool {
        matches!(self, Self::Unknown | Self::Aged)
    }
}

/// A boundary that a way crosses.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crossing {
    /// From here; `None` for a zone that is not known.
    #[serde(with = "text::maybe_id")]
    pub from: Option<ZoneId>,
    /// To there.
    #[serde(with = "text::maybe_id")]
    pub to: Option<ZoneId>,
    /// What the service meets.
    pub state: PassageState,
    /// Path factor, that of a broker included.
    pub factor: f64,
    /// Time of the evidence: traffic seen, rules collected, separation attested.
    #[serde(with = "text::maybe_time")]
    pub evidence: Option<Time>,
}

/// State of a verdict with what was seen, and the time of the evidence.
///
/// Traffic counts against a denial when it was seen at or after the moment the rule took effect: a rule applied today is not
/// contradicted by what passed yesterday (section 4.2, points 4 and 5). `distrusted` is explained at [`PassageState::Distrusted`].
pub(super) fn state(verdict: Verdict, seen: Option<Time>, distrusted: bool, now: Time) -> Met {
    let recent = seen.filter(|seen| days_between(*seen, now) <= EVIDENCE_DAYS);
    let contradicts = |since: Time| recent.filter(|seen| *seen >= since);
    match verdict {
        Verdict::Denied { since, evidence } => match (contradicts(since), days_between(evidence, now)) {
            (Some(seen), _) => (PassageState::DeniedButSeen, Some(seen)),
            (None, _) if distrusted => (PassageState::Distrusted, Some(evidence)),
            (None, days) if days <= FRESH_DAYS => (PassageState::Denied, Some(evidence)),
            (None, days) if days <= EVIDENCE_DAYS => (PassageState::DeniedAging, Some(evidence)),
            (None, _) => (PassageState::Aged, Some(evidence)),
        },
        Verdict::Separated { attested } => match contradicts(attested) {
            Some(seen) => (PassageState::DeniedButSeen, Some(seen)),
            None if days_between(attested, now) <= ATTESTED_DAYS => (PassageState::Separated, Some(attested)),
            None => (PassageState::Aged, Some(attested)),
        },
        _ if recent.is_some() => (PassageState::Observed, recent),
        Verdict::NoFilter => (PassageState::NoFilter, None),
        Verdict::Permitted => (PassageState::Permitted, None),
        Verdict::Unknown => (PassageState::Unknown, None),
    }
}

/// Whether a boundary's denials cannot be relied on: one of them is contradicted by traffic. The worked example of section 5,
/// state 1b, reads so: traffic to one asset takes the other back to *permitted* as well.
pub(super) fn is_distrusted(passages: &[Passage], now: Time) -> bool {
    let contradicted = |passage: &Passage| {
        !passage.planned && state(passage.verdict, passage.seen, false, now).0 == PassageState::DeniedButSeen
    };
    passages.iter().any(contradicted)
}

/// What a broker multiplies its boundary by: 0.40 with MFA, approval and recording; 0.80 when one of them is missing, which is
/// the value of the model for the one it speaks of, MFA.
pub(super) fn broker_factor(broker: Option<Broker>) -> f64 {
    match broker {
        None => 1.0,
        Some(Broker { mfa: true, approval: true, recording: true }) => BROKERED,
        Some(_) => BROKERED_IN_PART,
    }
}

/// What is met, and the time of its evidence.
pub(super) type Met = (PassageState, Option<Time>);

/// The worst of what may be met, and the range of all of it: each end is the worst of that end, so that something worse never
/// lowers any of them.
pub(super) fn worst(met: impl Iterator<Item = Met>) -> Option<(Met, Spread)> {
    met.map(|met| (met, met.0.factor())).reduce(|one, other| {
        let state = if worse(&one.0, &other.0).is_lt() { other.0 } else { one.0 };
        (state, one.1.with(other.1, f64::max))
    })
}

/// A crossing in a state, with its path factor.
pub(super) fn crossed(
    from: Option<ZoneId>,
    to: Option<ZoneId>,
    ((state, evidence), factor): (Met, Spread),
    broker: f64,
) -> (Crossing, Spread) {
    let factor = factor.map(|factor| factor * broker);
    (Crossing { from, to, state, factor: factor.value, evidence }, factor)
}

/// Orders states by their factor, then by themselves and their evidence, so that the worst is always the same.
fn worse(a: &Met, b: &Met) -> core::cmp::Ordering {
    a.0.factor().value.total_cmp(&b.0.factor().value).then_with(|| b.cmp(a))
}

/// What is known for one asset, or, with none, for all assets of the zone. Passages are sorted.
pub(super) fn passages_of(passages: &[Passage], asset: Option<AssetUid>) -> impl Iterator<Item = &Passage> {
    let from = passages.partition_point(|passage| passage.asset < asset);
    let to = passages.partition_point(|passage| passage.asset <= asset);
    passages.get(from..to).unwrap_or(&[]).iter().filter(|passage| !passage.planned)
}

/// The passages that decide: for the asset and service; else for the asset; else for the service; else for all.
pub(super) fn most_exact(
    passages: &[Passage],
    asset: Option<AssetUid>,
    service: Option<Service>,
) -> impl Iterator<Item = &Passage> {
    let keys = [(asset, service), (asset, None), (None, service), (None, None)];
    let of = |key: (Option<AssetUid>, Option<Service>)| {
        let from = passages.partition_point(|passage| (passage.asset, passage.service) < key);
        let to = passages.partition_point(|passage| (passage.asset, passage.service) <= key);
        passages.get(from..to).unwrap_or(&[])
    };
    let applied = |passage: &&Passage| !passage.planned;
    let most = keys.into_iter().map(of).find(|found| found.iter().any(|passage| applied(&passage)));
    most.unwrap_or(&[]).iter().filter(applied)
}
