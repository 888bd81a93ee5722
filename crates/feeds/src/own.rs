//! Advisories in our own words: `[[advisory]]` tables of the same TOML files as corrections. `docs/bundle.md` describes them.

use crate::day::{cve, day};
use crate::problem::Fault;
use knowledge::advisory::limits::{ENTRIES, NAME, PRODUCTS, TEXT, VULNERABILITIES};
use knowledge::advisory::{
    Advisory, Affected, Constraint, Cvss, Fixed, Helpers, Kind, Reference, Remediation, RemediationKind,
    Score, State, Status, Vulnerability,
};
use serde::Deserialize;

/// An advisory as people write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    publisher: String,
    title: String,
    released: String,
    #[serde(default)]
    revised: String,
    #[serde(default)]
    urls: Vec<String>,
    #[serde(default)]
    product: Vec<Product>,
    #[serde(default)]
    weakness: Vec<Weakness>,
    #[serde(default)]
    remedy: Vec<Remedy>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    vendor: String,
    /// From the widest family to the product.
    names: Vec<String>,
    #[serde(default)]
    models: Vec<String>,
    #[serde(default)]
    kind: Kind,
    versions: String,
    #[serde(default)]
    fixed: Vec<String>,
    #[serde(default)]
    cpe: String,
    #[serde(default)]
    status: Status,
    /// The CVEs it is about; empty: all of the advisory.
    #[serde(default)]
    only: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Weakness {
    cve: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    cwes: Vec<String>,
    #[serde(default)]
    cvss: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remedy {
    kind: RemediationKind,
    text: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    restart: String,
    #[serde(default)]
    fixed_in: Vec<String>,
}

/// Reads one `[[advisory]]` table.
pub(crate) fn advisory(table: toml::Table) -> Result<Advisory, Fault> {
    let written: Written = table.try_into().map_err(|error| Fault::new("", error.message()))?;
    bounded(&written)?;
    let mut advisory = Advisory {
        id: written.id,
        publisher: written.publisher,
        title: written.title,
        stage: "final".into(),
        first_released: dated("/released", &written.released)?,
        last_released: match written.revised.as_str() {
            "" => dated("/released", &written.released)?,
            revised => dated("/revised", revised)?,
        },
        ..Advisory::default()
    };
    let links = written.urls.into_iter().enumerate();
    advisory.references =
        links.map(|(at, url)| Reference { url, summary: String::new(), is_self: at == 0 }).collect();
    for (at, weakness) in written.weakness.into_iter().enumerate() {
        let read = read_weakness(weakness).map_err(|fault| fault.under(format_args!("/weakness/{at}")))?;
        advisory.vulnerabilities.push(read);
    }
    for (at, product) in written.product.into_iter().enumerate() {
        add_product(product, &mut advisory).map_err(|fault| fault.under(format_args!("/product/{at}")))?;
    }
    let weaknesses: Vec<u32> = (0_u32..).zip(&advisory.vulnerabilities).map(|(at, _)| at).collect();
    let remedy = |remedy: Remedy| Remediation {
        kind: remedy.kind,
        text: remedy.text,
        url: remedy.url,
        restart: remedy.restart,
        vulnerabilities: weaknesses.clone(),
        fixed_in: remedy.fixed_in,
        ..Remediation::default()
    };
    advisory.remediations = written.remedy.into_iter().map(remedy).collect();
    Ok(advisory)
}

fn bounded(written: &Written) -> Result<(), Fault> {
    for (at, text) in [("/id", &written.id), ("/publisher", &written.publisher), ("/title", &written.title)] {
        if text.trim().is_empty() || text.len() > NAME {
            return Err(Fault::new(at, "is empty or too long"));
        }
    }
    for (at, count, most) in [
        ("/product", written.product.len(), PRODUCTS),
        ("/weakness", written.weakness.len(), VULNERABILITIES),
        ("/remedy", written.remedy.len(), ENTRIES),
        ("/urls", written.urls.len(), ENTRIES),
    ] {
        if count > most || (count == 0 && matches!(at, "/product" | "/weakness")) {
            return Err(Fault::new(at, format!("has {count} entries: 1 to {most} are possible")));
        }
    }
    match written.remedy.iter().position(|remedy| remedy.text.len() > TEXT) {
        Some(at) => Err(Fault::new(format!("/remedy/{at}/text"), "is too long")),
        None => Ok(()),
    }
}

/// A day as the time at which it began.
fn dated(at: &str, text: &str) -> Result<String, Fault> {
    match day(text) {
        Some(day) if day == text => Ok(format!("{day}T00:00:00Z")),
        _ => Err(Fault::new(at, "is no day YYYY-MM-DD")),
    }
}

fn read_weakness(weakness: Weakness) -> Result<Vulnerability, Fault> {
    let id = cve(&weakness.cve).ok_or_else(|| Fault::new("/cve", "is no CVE identifier"))?;
    let mut vectors = Vec::new();
    for (at, vector) in weakness.cvss.into_iter().enumerate() {
        let scores = crate::cvss::scores(&vector)
            .map_err(|what| Fault::new(format!("/cvss/{at}"), format!("{vector} {what}")))?;
        #[expect(clippy::cast_possible_truncation, reason = "a score has one decimal")]
        let base = scores.base as f32;
        vectors.push(Cvss { version: scores.version, vector, base });
    }
    vectors.sort_by_key(|cvss| std::cmp::Reverse(cvss.version));
    let scores =
        if vectors.is_empty() { Vec::new() } else { vec![Score { cvss: vectors, products: Vec::new() }] };
    Ok(Vulnerability {
        cve: id,
        title: weakness.title,
        cwes: weakness.cwes,
        scores,
        ..Vulnerability::default()
    })
}

fn add_product(product: Product, advisory: &mut Advisory) -> Result<(), Fault> {
    let Some(last) = product.names.last().filter(|name| !name.trim().is_empty()) else {
        return Err(Fault::new("/names", "is empty"));
    };
    let versions = match product.versions.as_str() {
        "" => return Err(Fault::new("/versions", "is empty: vers:all/* means all")),
        text => Constraint::read(text),
    };
    if versions.ranges.is_empty() {
        return Err(Fault::new("/versions", format!("{} cannot be read", product.versions)));
    }
    let place = u32::try_from(advisory.products.len()).unwrap_or(u32::MAX);
    for cve in &product.only {
        if !advisory.vulnerabilities.iter().any(|weakness| weakness.cve == *cve) {
            return Err(Fault::new("/only", format!("{cve} is no weakness of this advisory")));
        }
    }
    for weakness in &mut advisory.vulnerabilities {
        if product.only.is_empty() || product.only.contains(&weakness.cve) {
            let here = weakness.states.iter_mut().find(|state| state.status == product.status);
            match here {
                Some(state) => state.products.push(place),
                None => weakness.states.push(State { status: product.status, products: vec![place] }),
            }
        }
    }
    advisory.products.push(Affected {
        product_id: place.to_string(),
        name: format!("{} {last}", product.vendor),
        vendor: product.vendor,
        path: product.names,
        models: product.models,
        kind: product.kind,
        versions,
        fixed: product.fixed.into_iter().map(|version| Fixed { version, remediation: None }).collect(),
        helpers: Helpers { cpe: product.cpe, ..Helpers::default() },
        ..Affected::default()
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::advisory;
    use knowledge::advisory::{Grade, Index, Spoken, matches};

    const TEXT: &str = r#"
id = "EX-1"
publisher = "Example"
title = "A press opens"
released = "2026-01-05"
urls = ["https://example.test/EX-1"]
[[product]]
vendor = "Example"
names = ["Press EX100"]
versions = "<2.9"
fixed = ["2.9"]
[[product]]
vendor = "Example"
names = ["Press EX100"]
versions = ">=2.9"
only = ["CVE-2026-0002"]
[[weakness]]
cve = "CVE-2026-0001"
cvss = ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"]
[[weakness]]
cve = "CVE-2026-0002"
[[remedy]]
kind = "vendor_fix"
text = "2.9"
fixed_in = ["2.9"]
"#;

    fn read(text: &str) -> Result<knowledge::advisory::Advisory, String> {
        advisory(toml::from_str(text).expect("TOML")).map_err(|fault| format!("{}: {}", fault.at, fault.what))
    }

    #[test]
    fn what_is_written_is_found_with_its_score_and_remedy() {
        let index = Index::new(vec![read(TEXT).expect("an advisory")]);
        let press = |version: &str| Spoken {
            vendor: "Example".into(),
            product: "Press EX100".into(),
            version: version.into(),
            ..Spoken::default()
        };
        let old = press("2.8");
        let found = matches(&index, &old);
        assert_eq!((found.len(), found[0].grade, found[0].cves.len()), (1, Grade::Range, 2));
        assert_eq!((found[0].fixed_in.as_slice(), found[0].remediations.len()), (&["2.9".to_owned()][..], 1));
        assert_eq!(found[0].document.vulnerabilities[0].scores[0].cvss[0].base, 9.8);
        let new = press("2.9");
        assert_eq!(matches(&index, &new)[0].cves, ["CVE-2026-0002"]);
    }

    #[test]
    fn what_is_unclear_is_refused_with_its_place() {
        for (from, to, place) in [
            ("2026-01-05", "5 January", "/released: "),
            ("CVE-2026-0001", "a bug", "/weakness/0/cve: "),
            ("AV:N", "AV:X", "/weakness/0/cvss/0: "),
            ("\"<2.9\"", "\"\"", "/product/0/versions: "),
            ("only = [\"CVE-2026-0002\"]", "only = [\"CVE-2020-0002\"]", "/product/1/only: "),
            ("[\"Press EX100\"]", "[]", "/product/0/names: "),
            ("title = \"A press opens\"", "title = \"\"", "/title: "),
            ("kind = \"vendor_fix\"", "kind = \"prayer\"", ": unknown variant"),
        ] {
            let fault = read(&TEXT.replacen(from, to, 1)).expect_err(from);
            assert!(fault.starts_with(place), "{fault}");
        }
    }
}
