//! The products of a CVE record and the versions it means.

use crate::cpe::Cpe;
use crate::json::{list, maybe_text, text};
use crate::problem::Fault;
use crate::versions::{all, between, bound, is_beginning, plain, unread};
use knowledge::advisory::limits::{NAME, PRODUCTS, cut};
use knowledge::advisory::{Advisory, Affected, Bound, Constraint, Fixed, Helpers, Kind, State, Status};
use serde_json::Value;
use std::collections::BTreeSet;

/// Products of all containers of a record.
#[derive(Default)]
pub(super) struct Products {
    list: Vec<(Status, Affected)>,
    seen: BTreeSet<String>,
}

impl Products {
    /// Puts them into the advisory, with what is said of them.
    pub(super) fn finish(self, advisory: &mut Advisory) {
        let mut states = [Status::KnownAffected, Status::NotAffected, Status::UnderInvestigation]
            .map(|status| State { status, products: Vec::new() });
        for (at, (status, mut product)) in self.list.into_iter().enumerate().take(PRODUCTS) {
            product.product_id = at.to_string();
            advisory.products.push(product);
            if let (Some(state), Ok(at)) =
                (states.iter_mut().find(|state| state.status == status), u32::try_from(at))
            {
                state.products.push(at);
            }
        }
        if let Some(vulnerability) = advisory.vulnerabilities.first_mut() {
            vulnerability.states.extend(states.into_iter().filter(|state| !state.products.is_empty()));
        }
    }

    fn add(&mut self, status: Status, product: Affected) {
        let Affected { vendor, path, helpers, versions, .. } = &product;
        let key = format!("{status:?}\t{vendor}\t{path:?}\t{}\t{}", helpers.cpe, versions.text);
        if self.list.len() < PRODUCTS && self.seen.insert(key) {
            self.list.push((status, product));
        }
    }
}

/// Reads one entry of `affected`.
pub(super) fn products(entry: &Value, into: &mut Products) -> Result<(), Fault> {
    let vendor = maybe_text(entry, "vendor").unwrap_or_default();
    let product = match maybe_text(entry, "product").or_else(|| maybe_text(entry, "packageName")) {
        Some(product) => product,
        None => text(entry, "product")?,
    };
    let cpes: Vec<(&str, Cpe)> = list(entry, "cpes")
        .iter()
        .filter_map(Value::as_str)
        .filter_map(|name| Some((name, Cpe::read(name)?)))
        .collect();
    let claims = claims(entry)?;
    let one = |cpe: Option<&(&str, Cpe)>, claim: &Claim| Affected {
        vendor: cut(vendor, NAME).to_owned(),
        path: vec![cut(product, NAME).to_owned()],
        details: list(entry, "platforms")
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .take(50)
            .collect(),
        name: cut(&format!("{vendor} {product}"), NAME).trim().to_owned(),
        kind: cpe.map_or(Kind::Unknown, |cpe| cpe.1.kind()),
        versions: claim.versions.clone(),
        fixed: claim.fixed.clone(),
        helpers: Helpers { cpe: cpe.map_or_else(String::new, |cpe| cpe.0.to_owned()), ..Helpers::default() },
        ..Affected::default()
    };
    for claim in &claims {
        if cpes.is_empty() {
            into.add(claim.status, one(None, claim));
        }
        for cpe in &cpes {
            into.add(claim.status, one(Some(cpe), claim));
        }
    }
    Ok(())
}

/// What is said of some versions.
#[derive(Clone, Debug, PartialEq)]
struct Claim {
    status: Status,
    versions: Constraint,
    fixed: Vec<Fixed>,
}

fn claims(entry: &Value) -> Result<Vec<Claim>, Fault> {
    let mut claims = Vec::new();
    for (index, version) in list(entry, "versions").iter().enumerate() {
        claim(version, &mut claims).map_err(|fault| fault.under(format_args!("/versions/{index}")))?;
    }
    let default = maybe_text(entry, "defaultStatus").map_or(Ok(Status::UnderInvestigation), |text| {
        status(text).ok_or_else(|| Fault::new("/defaultStatus", format!("cannot be {text}")))
    })?;
    if let Some(rest) = others(default, &claims) {
        claims.push(rest);
    }
    Ok(claims)
}

/// What `defaultStatus` says of the versions that are not listed, where it matters: affected ones.
fn others(default: Status, claims: &[Claim]) -> Option<Claim> {
    if default != Status::KnownAffected {
        return None;
    }
    let affected = |versions, fixed| Some(Claim { status: Status::KnownAffected, versions, fixed });
    let listed: Vec<&Claim> = claims.iter().filter(|claim| claim.status != Status::KnownAffected).collect();
    match listed.as_slice() {
        [] => affected(all("*"), Vec::new()),
        [one] => match one.versions.ranges.as_slice() {
            // "Not affected from 2.1 on": the versions before it are, and 2.1 mends them.
            [range] if range.high.is_none() => {
                let low = range.low.as_ref()?;
                let fixed = vec![Fixed { version: low.version.text.clone(), remediation: None }];
                affected(between(None, Some(Bound { inclusive: !low.inclusive, ..low.clone() })), fixed)
            }
            _ => affected(unread(&format!("all except {}", one.versions.text)), Vec::new()),
        },
        _ => {
            let texts: Vec<&str> = listed.iter().map(|claim| claim.versions.text.as_str()).collect();
            affected(unread(&format!("all except {}", cut(&texts.join(", "), NAME))), Vec::new())
        }
    }
}

fn claim(version: &Value, claims: &mut Vec<Claim>) -> Result<(), Fault> {
    let from = cut(text(version, "version")?, NAME);
    let named = text(version, "status")?;
    let mut said = status(named).ok_or_else(|| Fault::new("/status", format!("cannot be {named}")))?;
    let end = match (maybe_text(version, "lessThan"), maybe_text(version, "lessThanOrEqual")) {
        (Some(end), _) => Some((cut(end, NAME), false)),
        (None, Some(end)) => Some((cut(end, NAME), true)),
        (None, None) => None,
    };
    let Some((end, inclusive)) = end else {
        claims.push(Claim { status: said, versions: plain(from), fixed: Vec::new() });
        return Ok(());
    };
    let mut low = (!is_beginning(from)).then(|| bound(from, true));
    // A change says what holds from a version inside the range on.
    for (index, change) in list(version, "changes").iter().enumerate() {
        let place = |fault: Fault| fault.under(format_args!("/changes/{index}"));
        let at = cut(text(change, "at").map_err(place)?, NAME);
        let named = text(change, "status").map_err(place)?;
        let next = status(named).ok_or_else(|| place(Fault::new("/status", format!("cannot be {named}"))))?;
        claims.push(made(said, between(low, Some(bound(at, false)))));
        (low, said) = (Some(bound(at, true)), next);
    }
    let high = (end != "*").then(|| bound(end, inclusive));
    claims.push(made(said, between(low, high)));
    Ok(())
}

/// A claim; the version before which something is affected is the one that mends it.
fn made(status: Status, versions: Constraint) -> Claim {
    let high = versions.ranges.first().and_then(|range| range.high.as_ref()).filter(|high| !high.inclusive);
    let fixed = high.filter(|_| status == Status::KnownAffected);
    let fixed = fixed.map(|high| Fixed { version: high.version.text.clone(), remediation: None });
    Claim { status, fixed: fixed.into_iter().collect(), versions }
}

fn status(text: &str) -> Option<Status> {
    match text {
        "affected" => Some(Status::KnownAffected),
        "unaffected" => Some(Status::NotAffected),
        "unknown" => Some(Status::UnderInvestigation),
        _ => None,
    }
}
