//! Configurations of NVD: which products have a weakness, alone or on a platform.

use crate::cpe::Cpe;
use crate::item::Reading;
use crate::json::{is, list, maybe_text, text};
use crate::problem::Fault;
use crate::versions::{all, between, bound};
use knowledge::advisory::limits::{NAME, PRODUCTS, cut};
use knowledge::advisory::{Advisory, Affected, Fixed, Helpers, Relation, State, Status};
use serde_json::Value;
use std::collections::BTreeMap;

/// Most pairs of product and platform of one configuration; beyond it the platform is left out, and told.
const PAIRS_MAX: usize = 2_000;
/// Deepest nesting of nodes.
const DEPTH_MAX: usize = 8;

/// Reads every configuration into products and what is said of them.
pub(super) fn configurations(value: &Value, place: &str, advisory: &mut Advisory, into: &mut Reading<'_>) {
    let (mut table, mut affected) = (Table::default(), Vec::new());
    for (index, configuration) in list(value, "configurations").iter().enumerate() {
        let place = format!("{place}/configurations/{index}");
        if let Err(fault) = one(configuration, &place, (&mut table, advisory), &mut affected, into) {
            into.partly(fault.under(place));
        }
    }
    let state = State { status: Status::KnownAffected, products: affected };
    if let (false, Some(vulnerability)) = (state.products.is_empty(), advisory.vulnerabilities.first_mut()) {
        vulnerability.states.push(state);
    }
}

fn one(
    configuration: &Value,
    place: &str,
    (table, advisory): (&mut Table, &mut Advisory),
    affected: &mut Vec<u32>,
    into: &mut Reading<'_>,
) -> Result<(), Fault> {
    let nodes = list(configuration, "nodes");
    let mut weak = Vec::new();
    // Each list: any one of them must be there.
    let mut platforms: Vec<Vec<Affected>> = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let place = format!("{place}/nodes/{index}");
        if is(node, "negate") {
            into.partly(Fault::new(place, "a node that must not match is not understood"));
            continue;
        }
        let (mut vulnerable, mut beside) = (Vec::new(), Vec::new());
        matches(node, &place, 0, &mut vulnerable, &mut beside, into);
        weak.append(&mut vulnerable);
        if !beside.is_empty() {
            platforms.push(beside);
        }
    }
    if weak.is_empty() && platforms.is_empty() && !nodes.is_empty() {
        return Err(Fault::new("/nodes", "no criterion can be read"));
    }
    let both = maybe_text(configuration, "operator") == Some("AND");
    let pairs = platforms.iter().map(Vec::len).sum::<usize>().saturating_mul(weak.len());
    if !both || platforms.is_empty() || pairs > PAIRS_MAX {
        if pairs > PAIRS_MAX {
            into.partly(Fault::new(
                place,
                format!("{pairs} pairs of product and platform: the platforms are left out"),
            ));
        }
        for product in weak {
            affected.extend(table.add(advisory, product));
        }
        return Ok(());
    }
    for product in weak {
        let Some(component) = table.add(advisory, product.clone()) else { continue };
        for platform in platforms.iter().flatten() {
            let Some(whole) = table.add(advisory, platform.clone()) else { continue };
            let together = Affected {
                name: cut(&format!("{} on {}", product.name, platform.name), NAME).to_owned(),
                relation: Some(Relation { category: "installed_on".into(), component, whole }),
                ..product.clone()
            };
            affected.extend(table.add(advisory, together));
        }
    }
    Ok(())
}

/// The criteria of a node and of the nodes inside it.
fn matches(
    node: &Value,
    place: &str,
    depth: usize,
    weak: &mut Vec<Affected>,
    beside: &mut Vec<Affected>,
    into: &mut Reading<'_>,
) {
    for (index, criterion) in list(node, "cpeMatch").iter().enumerate() {
        match product(criterion) {
            Ok(product) if is(criterion, "vulnerable") => weak.push(product),
            Ok(product) => beside.push(product),
            Err(fault) => into.partly(fault.under(format_args!("{place}/cpeMatch/{index}"))),
        }
    }
    for (index, inner) in list(node, "children").iter().enumerate().filter(|_| depth < DEPTH_MAX) {
        matches(inner, &format!("{place}/children/{index}"), depth + 1, weak, beside, into);
    }
}

fn product(criterion: &Value) -> Result<Affected, Fault> {
    let name = text(criterion, "criteria")?;
    let cpe = Cpe::read(name).ok_or_else(|| Fault::new("/criteria", format!("is no CPE name: {name}")))?;
    let end = |including: &str, excluding: &str| {
        maybe_text(criterion, including)
            .map(|version| bound(cut(version, NAME), true))
            .or_else(|| maybe_text(criterion, excluding).map(|version| bound(cut(version, NAME), false)))
    };
    let low = end("versionStartIncluding", "versionStartExcluding");
    let high = end("versionEndIncluding", "versionEndExcluding");
    let exact = cpe.whole_version();
    let fixed = high.iter().filter(|high| !high.inclusive);
    let fixed = fixed.map(|high| Fixed { version: high.version.text.clone(), remediation: None }).collect();
    let versions = match (low, high) {
        (None, None) if exact.is_empty() => all("*"),
        (None, None) => between(Some(bound(&exact, true)), Some(bound(&exact, true))),
        (low, high) => between(low, high),
    };
    Ok(Affected {
        vendor: cpe.vendor.clone(),
        path: vec![cpe.product.clone()],
        name: cut(&format!("{} {}", cpe.vendor, cpe.product), NAME).to_owned(),
        kind: cpe.kind(),
        versions,
        fixed,
        helpers: Helpers { cpe: name.to_owned(), ..Helpers::default() },
        ..Affected::default()
    })
}

/// Products of an entry, each once, by what tells them apart.
#[derive(Default)]
struct Table {
    places: BTreeMap<String, u32>,
}

impl Table {
    /// The place of a product, which is added when it is not there yet.
    fn add(&mut self, advisory: &mut Advisory, mut product: Affected) -> Option<u32> {
        let relation = product.relation.as_ref().map(|relation| (relation.component, relation.whole));
        let key = format!("{}\t{}\t{relation:?}", product.helpers.cpe, product.versions.text);
        if let Some(at) = self.places.get(&key) {
            return Some(*at);
        }
        if advisory.products.len() >= PRODUCTS {
            return None;
        }
        let at = u32::try_from(advisory.products.len()).ok()?;
        product.product_id = at.to_string();
        advisory.products.push(product);
        self.places.insert(key, at);
        Some(at)
    }
}
