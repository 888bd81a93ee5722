//! JVN iPedia: details (VULDEF 3.1 and 3.2), the overview (JVNRSS with mod_sec) and the list of products of MyJVN.

mod japanese;
#[cfg(test)]
mod tests;

use crate::cpe::Cpe;
use crate::day::cve;
use crate::item::{Item, ListedProduct, Reading};
use crate::problem::{Fault, one_line};
use crate::xml::{Element, elements};
use knowledge::advisory::limits::{ENTRIES, PRODUCTS, TEXT, cut};
use knowledge::advisory::{
    Advisory, Affected, Constraint, Cvss, CvssVersion, Helpers, Kind, Note, Reference, Remediation,
    RemediationKind, Score, State, Status, Vulnerability,
};
use std::io::Read;

/// Name of the publisher in what is given.
const PUBLISHER: &str = "JVN iPedia";

/// Reads any of the three forms, entry by entry.
pub fn read(input: impl Read, into: &mut Reading<'_>) {
    let mut entries = 0_usize;
    let ended = elements(input, &["Vulinfo", "item", "Vendor"], &mut |element| {
        entries += 1;
        let place = format!("line {}", element.line);
        let read =
            match element.name.as_str() {
                "Vulinfo" => detail(&element, &place, into)
                    .map(|advisory| into.give(Item::Advisory(Box::new(advisory)))),
                "item" => overview(&element, &place, into)
                    .map(|advisory| into.give(Item::Advisory(Box::new(advisory)))),
                _ => vendor(&element, into),
            };
        if let Err(what) = read {
            into.refuse(Fault::new(place, what));
        }
    });
    match ended {
        Err(fault) => into.refuse(fault),
        Ok(()) if entries == 0 => into.warn(Fault::new("", "has no entry of JVN")),
        Ok(()) => {}
    }
}

/// The product list: the vendor with its products.
fn vendor(element: &Element, into: &mut Reading<'_>) -> Result<(), String> {
    let name = element.attribute("vname");
    if name.is_empty() {
        return Err("a vendor without vname".into());
    }
    for product in element.all("Product") {
        let (called, cpe) = (product.attribute("pname"), product.attribute("cpe"));
        if called.is_empty() || Cpe::read(cpe).is_none() {
            into.refuse(Fault::new(
                format!("line {}", product.line),
                format!("a product without pname and cpe: {called} {cpe}"),
            ));
            continue;
        }
        into.give(Item::Product(ListedProduct {
            list: "JVN".into(),
            vendor: name.to_owned(),
            vendor_cpe: element.attribute("cpe").to_owned(),
            product: called.to_owned(),
            cpe: cpe.to_owned(),
        }));
    }
    Ok(())
}

/// One entry with everything it says.
fn detail(element: &Element, place: &str, into: &mut Reading<'_>) -> Result<Advisory, String> {
    let data = element.at(&["VulinfoData"]).ok_or("an entry without VulinfoData")?;
    let mut advisory = named(element.text_at(&["VulinfoID"]), data.text_at(&["Title"]))?;
    advisory.first_released = data.text_at(&["DateFirstPublished"]).to_owned();
    advisory.last_released = data.text_at(&["DateLastUpdated"]).to_owned();
    let mut about = Vulnerability::default();
    let overview = data.text_at(&["VulinfoDescription", "Overview"]);
    let note = |category: &str, text: &str| Note {
        category: category.into(),
        title: String::new(),
        text: cut(text, TEXT).to_owned(),
    };
    about.notes.push(note("description", overview));
    for item in data.at(&["Impact"]).iter().flat_map(|impact| impact.all("ImpactItem")).take(ENTRIES) {
        about.notes.push(note("details", item.text_at(&["Description"])));
    }
    for item in data.at(&["Solution"]).iter().flat_map(|solution| solution.all("SolutionItem")).take(ENTRIES)
    {
        let text = cut(item.text_at(&["Description"]), TEXT).to_owned();
        advisory.remediations.push(Remediation {
            kind: RemediationKind::Mitigation,
            text,
            ..Remediation::default()
        });
    }
    let vectors = data.at(&["Impact"]).into_iter().flat_map(|impact| impact.all("Cvss")).filter_map(|cvss| {
        let vector = cvss.text_at(&["Vector"]);
        (!vector.is_empty()).then(|| score(vector, cvss.text_at(&["Base"])))
    });
    about.scores = scores(vectors.collect(), place, into);
    let mut cves = Vec::new();
    for item in data.at(&["Related"]).iter().flat_map(|related| related.all("RelatedItem")).take(ENTRIES) {
        let (id, url) = (item.text_at(&["VulinfoID"]), item.text_at(&["URL"]));
        match (cve(id), item.attribute("type")) {
            (Some(cve), "advisory") if !cves.contains(&cve) => cves.push(cve),
            (None, "cwe") if id.starts_with("CWE-") => about.cwes.push(id.to_owned()),
            _ => {}
        }
        if !url.is_empty() && !advisory.references.iter().any(|known| known.url == url) {
            let summary = item.text_at(&["Name"]).to_owned();
            advisory.references.push(Reference { url: url.to_owned(), summary, is_self: false });
        }
    }
    let items = data.at(&["Affected"]).map_or(Vec::new(), |affected| affected.all("AffectedItem").collect());
    for item in items {
        let versions: Vec<Constraint> = item
            .all("VersionNumber")
            .map(|version| version.text.trim())
            .filter(|text| !text.is_empty())
            .map(japanese::versions)
            .collect();
        let product = (item.text_at(&["Name"]), item.text_at(&["ProductName"]), item.text_at(&["Cpe"]));
        products(product, versions, &mut advisory);
    }
    Ok(finished(advisory, about, cves))
}

/// One entry of the overview: what products, no versions.
fn overview(element: &Element, place: &str, into: &mut Reading<'_>) -> Result<Advisory, String> {
    let mut advisory = named(element.text_at(&["identifier"]), element.text_at(&["title"]))?;
    advisory.first_released = element.text_at(&["issued"]).to_owned();
    advisory.last_released = element.text_at(&["modified"]).to_owned();
    let mut about = Vulnerability::default();
    let text = cut(element.text_at(&["description"]), TEXT).to_owned();
    about.notes.push(Note { category: "description".into(), title: String::new(), text });
    let vectors = element.all("cvss").filter(|cvss| !cvss.attribute("vector").is_empty());
    about.scores = scores(
        vectors.map(|cvss| score(cvss.attribute("vector"), cvss.attribute("score"))).collect(),
        place,
        into,
    );
    let mut cves = Vec::new();
    for reference in element.all("references").take(ENTRIES) {
        let id = reference.attribute("id");
        match cve(id) {
            Some(cve) if !cves.contains(&cve) => cves.push(cve),
            None if id.starts_with("CWE-") => about.cwes.push(id.to_owned()),
            _ => {}
        }
        let url = reference.text.trim();
        if !url.is_empty() && !advisory.references.iter().any(|known| known.url == url) {
            let summary = reference.attribute("source").to_owned();
            advisory.references.push(Reference { url: url.to_owned(), summary, is_self: false });
        }
    }
    for cpe in element.all("cpe") {
        products(
            (cpe.attribute("vendor"), cpe.attribute("product"), cpe.text.trim()),
            Vec::new(),
            &mut advisory,
        );
    }
    Ok(finished(advisory, about, cves))
}

fn named(id: &str, title: &str) -> Result<Advisory, String> {
    if !id.starts_with("JVNDB-") {
        return Err(format!("an entry without an identifier JVNDB-…: {id}"));
    }
    let year = id.split('-').nth(1).unwrap_or_default();
    Ok(Advisory {
        id: id.to_owned(),
        publisher: PUBLISHER.into(),
        title: one_line(title),
        stage: "final".into(),
        references: vec![Reference {
            url: format!("https://jvndb.jvn.jp/ja/contents/{year}/{id}.html"),
            summary: PUBLISHER.into(),
            is_self: true,
        }],
        ..Advisory::default()
    })
}

fn score(vector: &str, base: &str) -> Result<Cvss, String> {
    let scores = crate::cvss::scores(vector).map_err(|what| format!("{vector} {what}"))?;
    #[expect(clippy::cast_possible_truncation, reason = "a score has one decimal")]
    let computed = scores.base as f32;
    let base: f32 = base.parse().unwrap_or(computed);
    if (0.0..=10.0).contains(&base) {
        Ok(Cvss { version: scores.version, vector: vector.to_owned(), base })
    } else {
        Err(format!("{base} is not from 0 to 10"))
    }
}

fn scores(vectors: Vec<Result<Cvss, String>>, place: &str, into: &mut Reading<'_>) -> Vec<Score> {
    let mut read = Vec::new();
    for vector in vectors.into_iter().take(ENTRIES) {
        match vector {
            Ok(cvss) => read.push(cvss),
            Err(what) => into.partly(Fault::new(place, what)),
        }
    }
    read.sort_by_key(|cvss: &Cvss| std::cmp::Reverse(cvss.version));
    debug_assert!(read.iter().all(|cvss| cvss.version >= CvssVersion::V2));
    if read.is_empty() { Vec::new() } else { vec![Score { cvss: read, products: Vec::new() }] }
}

fn products((vendor, product, cpe): (&str, &str, &str), versions: Vec<Constraint>, advisory: &mut Advisory) {
    let known = Cpe::read(cpe);
    // Nothing said of versions: the product is named, the versions are not known.
    let versions = if versions.is_empty() { vec![Constraint::default()] } else { versions };
    for versions in versions.into_iter().take(ENTRIES) {
        if advisory.products.len() >= PRODUCTS {
            return;
        }
        let fixed = japanese::fixed(&versions);
        advisory.products.push(Affected {
            product_id: advisory.products.len().to_string(),
            vendor: one_line(vendor),
            path: vec![one_line(product)],
            name: one_line(&format!("{vendor} {product}")),
            kind: known.as_ref().map_or(Kind::Unknown, Cpe::kind),
            versions,
            fixed,
            helpers: Helpers {
                cpe: known.as_ref().map_or_else(String::new, |_| cpe.to_owned()),
                ..Helpers::default()
            },
            ..Affected::default()
        });
    }
}

/// One weakness per CVE, all of the same products.
fn finished(mut advisory: Advisory, mut about: Vulnerability, cves: Vec<String>) -> Advisory {
    let products: Vec<u32> = (0..u32::try_from(advisory.products.len()).unwrap_or(u32::MAX)).collect();
    about.ids.push(advisory.id.clone());
    if !products.is_empty() {
        about.states.push(State { status: Status::KnownAffected, products });
    }
    let cves = if cves.is_empty() { vec![String::new()] } else { cves };
    advisory.vulnerabilities = cves.into_iter().map(|cve| Vulnerability { cve, ..about.clone() }).collect();
    let count = u32::try_from(advisory.vulnerabilities.len()).unwrap_or(u32::MAX);
    for remediation in &mut advisory.remediations {
        remediation.vulnerabilities = (0..count).collect();
    }
    advisory
}
