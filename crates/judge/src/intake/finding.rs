//! Weak configuration that traffic shows by itself.

use super::{Caller, Known, Machine, Talk};
use crate::risk::{Finding, FindingKind, Role, Service};
use facts::Weak;
use knowledge::advisory::EndOfLife;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn findings(known: &Known<'_>, machine: &Machine, role: Role, talks: &[&Talk]) -> Vec<Finding> {
    let mut all: BTreeMap<(FindingKind, Arc<str>), Vec<Service>> = BTreeMap::new();
    for talk in talks {
        let told = [
            match talk.shows {
                Some(Weak::OpenWrites) => is_controller(role).then_some(FindingKind::UnauthenticatedWrites),
                Some(Weak::ClearAdministration) => Some(FindingKind::ClearTextAdministration),
                Some(Weak::RemoteSeat) => Some(FindingKind::UnbrokeredRemoteTool),
                None => None,
            },
            (talk.from == Caller::Internet).then_some(FindingKind::InternetReachable),
        ];
        for kind in told.into_iter().flatten() {
            all.entry((kind, Arc::from(talk.protocol))).or_default().push(talk.service);
        }
    }
    if let Some(end) = ended(&known.library.ends, machine, known.today) {
        all.entry((FindingKind::EndOfSupport, end)).or_default();
    }
    let finding = |((kind, reference), mut services): ((FindingKind, Arc<str>), Vec<Service>)| {
        services.sort_unstable();
        services.dedup();
        Finding { kind, reference, services, accepted_until: None }
    };
    all.into_iter().map(finding).collect()
}

fn is_controller(role: Role) -> bool {
    matches!(role, Role::Safety | Role::Controller | Role::Field)
}

/// The operating system of a machine when its last support has ended: `Windows 7, 2020-01-14`. Paid support counts as support,
/// for nobody can see from outside whether it was bought.
fn ended(ends: &[EndOfLife], machine: &Machine, today: &str) -> Option<Arc<str>> {
    let os = &machine.os;
    let mut best: Option<(usize, &EndOfLife)> = None;
    for end in ends {
        let name = format!("{} {}", end.product, end.cycle);
        let names = core::iter::once(&name).chain(&end.aliases);
        let longest = names.filter(|name| holds(os, name)).map(String::len).max();
        // `Windows Server 2012 R2` also holds `Windows Server 2012`: the longer name is the right one.
        if let Some(length) = longest.filter(|length| best.is_none_or(|(known, _)| *length > known)) {
            best = Some((length, end));
        }
    }
    if let Some((_, end)) = best {
        let last = last_day(end)?;
        return (last < today).then(|| Arc::from(format!("{} {}, {last}", end.product, end.cycle)));
    }
    // Which line of the product runs is not told: only when all of them have ended it is known.
    let is_of = |end: &&EndOfLife| {
        holds(os, &end.product)
            || end.aliases.iter().filter_map(|alias| product_of(alias)).any(|product| {
                machine.spoken.cpes.iter().filter_map(|cpe| product_of(cpe)).any(|own| own == product)
            })
    };
    let of: Vec<&EndOfLife> = ends.iter().filter(is_of).collect();
    let last = of.iter().map(|end| last_day(end)).collect::<Option<Vec<&str>>>()?.into_iter().max()?;
    let name = &of.first()?.product;
    (last < today).then(|| Arc::from(format!("{name}, {last}")))
}

/// The last day on which somebody mends it; `None` when the source names none.
fn last_day(end: &EndOfLife) -> Option<&str> {
    [&end.extended, &end.security, &end.support].into_iter().find(|day| !day.is_empty()).map(String::as_str)
}

/// Vendor and product of a CPE 2.3 name.
fn product_of(cpe: &str) -> Option<(&str, &str)> {
    let mut fields = cpe.strip_prefix("cpe:2.3:")?.split(':').skip(1);
    Some((fields.next()?, fields.next()?))
}

/// Whether a text holds a name as whole words.
fn holds(text: &str, name: &str) -> bool {
    let fold = |text: &str| -> Vec<String> {
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.');
        words.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect()
    };
    let (text, name) = (fold(text), fold(name));
    name.len() > 1 && text.windows(name.len()).any(|words| words == name)
}
