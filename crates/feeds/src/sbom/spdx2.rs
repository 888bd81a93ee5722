//! SPDX 2.2 and 2.3, from the shape of its JSON; the other forms are brought into that shape first.

use super::rules::{Faults, is_time};
use super::{Bom, BomLink, BomPart, PARTS_MAX};
use crate::json::maybe_text;
use crate::problem::Fault;
use serde_json::Value;
use std::collections::BTreeSet;

/// Kinds of relationships of 2.2 and 2.3.
const RELATIONS: [&str; 48] = [
    "AMENDS",
    "ANCESTOR_OF",
    "BUILD_DEPENDENCY_OF",
    "BUILD_TOOL_OF",
    "CONTAINED_BY",
    "CONTAINS",
    "COPY_OF",
    "DATA_FILE_OF",
    "DEPENDENCY_MANIFEST_OF",
    "DEPENDENCY_OF",
    "DEPENDS_ON",
    "DESCENDANT_OF",
    "DESCRIBED_BY",
    "DESCRIBES",
    "DEV_DEPENDENCY_OF",
    "DEV_TOOL_OF",
    "DISTRIBUTION_ARTIFACT",
    "DOCUMENTATION_OF",
    "DYNAMIC_LINK",
    "EXAMPLE_OF",
    "EXPANDED_FROM_ARCHIVE",
    "FILE_ADDED",
    "FILE_DELETED",
    "FILE_MODIFIED",
    "GENERATED_FROM",
    "GENERATES",
    "HAS_PREREQUISITE",
    "METAFILE_OF",
    "OPTIONAL_COMPONENT_OF",
    "OPTIONAL_DEPENDENCY_OF",
    "OTHER",
    "PACKAGE_OF",
    "PATCH_APPLIED",
    "PATCH_FOR",
    "PREREQUISITE_FOR",
    "PROVIDED_DEPENDENCY_OF",
    "REQUIREMENT_DESCRIPTION_FOR",
    "RUNTIME_DEPENDENCY_OF",
    "SPECIFICATION_FOR",
    "STATIC_LINK",
    "TEST_CASE_OF",
    "TEST_DEPENDENCY_OF",
    "TEST_OF",
    "TEST_TOOL_OF",
    "VARIANT_OF",
    "BUILD_OF",
    "EXAMPLES_OF",
    "TESTS_OF",
];

/// Reads a document.
pub(super) fn read(value: &Value) -> Result<Bom, Vec<Fault>> {
    let mut faults = Faults::default();
    let version = match faults.text(value, "spdxVersion", "") {
        "SPDX-2.2" | "SPDX-2.2.1" => "2.2",
        "SPDX-2.3" => "2.3",
        other => {
            faults.add("", "spdxVersion", format!("{other} is neither SPDX-2.2 nor SPDX-2.3"));
            "2.3"
        }
    };
    head(value, &mut faults);
    let mut known = BTreeSet::from(["SPDXRef-DOCUMENT".to_owned(), "NOASSERTION".into(), "NONE".into()]);
    let parts = packages(value, version, &mut faults, &mut known);
    for key in ["files", "snippets"] {
        for (index, file) in faults.list(value, key, "").iter().enumerate() {
            identifier(file, &format!("/{key}/{index}"), &mut faults, &mut known);
        }
    }
    let links = relationships(value, &known, &mut faults);
    if !faults.0.is_empty() {
        return Err(faults.0);
    }
    let described = value.get("documentDescribes").and_then(|list| list.get(0)).and_then(Value::as_str);
    let describes = links.iter().find(|link| link.kind == "DESCRIBES").map(|link| link.to.as_str());
    let creation = value.get("creationInfo").unwrap_or(&Value::Null);
    Ok(Bom {
        format: "SPDX".into(),
        version: version.into(),
        id: maybe_text(value, "documentNamespace").unwrap_or_default().to_owned(),
        created: maybe_text(creation, "created").unwrap_or_default().to_owned(),
        subject: described.or(describes).unwrap_or_default().to_owned(),
        parts,
        links,
    })
}

fn head(value: &Value, faults: &mut Faults) {
    if faults.text(value, "SPDXID", "") != "SPDXRef-DOCUMENT" {
        faults.add("", "SPDXID", "is not SPDXRef-DOCUMENT");
    }
    if faults.text(value, "dataLicense", "") != "CC0-1.0" {
        faults.add("", "dataLicense", "is not CC0-1.0");
    }
    faults.text(value, "name", "");
    let namespace = faults.text(value, "documentNamespace", "");
    if !namespace.contains(':') || namespace.contains(['#', ' ']) {
        faults.add("", "documentNamespace", "is no address without #");
    }
    let Some(creation) = value.get("creationInfo") else {
        return faults.add("", "creationInfo", "is missing");
    };
    if !is_time(faults.text(creation, "created", "/creationInfo")) {
        faults.add("/creationInfo", "created", "is no time");
    }
    let creators = faults.list(creation, "creators", "/creationInfo");
    let is_creator = |creator: &Value| {
        creator.as_str().is_some_and(|text| {
            ["Tool:", "Person:", "Organization:"].iter().any(|kind| text.starts_with(kind))
        })
    };
    if creators.is_empty() || !creators.iter().all(is_creator) {
        faults.add("/creationInfo", "creators", "names no Tool:, Person: or Organization:");
    }
}

fn identifier(value: &Value, at: &str, faults: &mut Faults, known: &mut BTreeSet<String>) -> String {
    let id = faults.text(value, "SPDXID", at).to_owned();
    let letters = |rest: &str| {
        !rest.is_empty()
            && rest.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._+".contains(letter))
    };
    if !id.is_empty() && !id.strip_prefix("SPDXRef-").is_some_and(letters) {
        faults.add(at, "SPDXID", format!("is no SPDXRef-…: {id}"));
    }
    if !id.is_empty() && !known.insert(id.clone()) {
        faults.add(at, "SPDXID", format!("{id} stands there twice"));
    }
    id
}

fn packages(value: &Value, version: &str, faults: &mut Faults, known: &mut BTreeSet<String>) -> Vec<BomPart> {
    let mut parts = Vec::new();
    for (index, package) in faults.list(value, "packages", "").iter().enumerate().take(PARTS_MAX) {
        let at = format!("/packages/{index}");
        let id = identifier(package, &at, faults, known);
        let name = faults.text(package, "name", &at).to_owned();
        faults.text(package, "downloadLocation", &at);
        for (index, checksum) in faults.list(package, "checksums", &at).iter().enumerate() {
            let at = format!("{at}/checksums/{index}");
            faults.text(checksum, "algorithm", &at);
            faults.text(checksum, "checksumValue", &at);
        }
        for key in ["licenseConcluded", "licenseDeclared", "copyrightText"] {
            // 2.3 lets them be absent.
            if version == "2.2" {
                faults.text(package, key, &at);
            }
        }
        parts.push(part(package, id, name));
    }
    parts
}

fn part(package: &Value, id: String, name: String) -> BomPart {
    let field = |key: &str| maybe_text(package, key).unwrap_or_default().to_owned();
    let entries = |key: &str| package.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let external = |kinds: &[&str]| {
        let of = entries("externalRefs").iter().find(|entry| {
            maybe_text(entry, "referenceType").is_some_and(|kind| kinds.iter().any(|end| kind.ends_with(end)))
        });
        of.and_then(|entry| maybe_text(entry, "referenceLocator")).unwrap_or_default().to_owned()
    };
    let party =
        maybe_text(package, "supplier").or_else(|| maybe_text(package, "originator")).unwrap_or_default();
    let vendor = party.trim_start_matches("Organization:").trim_start_matches("Person:").trim();
    let licenses =
        ["licenseConcluded", "licenseDeclared"].into_iter().filter_map(|key| maybe_text(package, key));
    let hash = |entry: &Value| {
        Some(format!("{}:{}", maybe_text(entry, "algorithm")?, maybe_text(entry, "checksumValue")?))
    };
    let mut licenses: Vec<String> =
        licenses.filter(|text| *text != "NOASSERTION" && *text != "NONE").map(str::to_owned).collect();
    licenses.dedup();
    BomPart {
        id,
        kind: field("primaryPackagePurpose").to_ascii_lowercase().replace('_', "-"),
        vendor: if vendor == "NOASSERTION" { String::new() } else { vendor.to_owned() },
        name,
        version: field("versionInfo"),
        cpe: external(&["cpe23Type", "cpe22Type"]),
        purl: external(&["purl"]),
        licenses,
        hashes: entries("checksums").iter().filter_map(hash).collect(),
    }
}

fn relationships(value: &Value, known: &BTreeSet<String>, faults: &mut Faults) -> Vec<BomLink> {
    let mut links = Vec::new();
    for (index, relationship) in faults.list(value, "relationships", "").iter().enumerate() {
        let at = format!("/relationships/{index}");
        let from = faults.text(relationship, "spdxElementId", &at).to_owned();
        let to = faults.text(relationship, "relatedSpdxElement", &at).to_owned();
        let kind = faults.text(relationship, "relationshipType", &at).to_ascii_uppercase();
        if !kind.is_empty() && !RELATIONS.contains(&kind.as_str()) {
            faults.add(&at, "relationshipType", format!("cannot be {kind}"));
        }
        for (key, id) in [("spdxElementId", &from), ("relatedSpdxElement", &to)] {
            if !id.is_empty() && !id.starts_with("DocumentRef-") && !known.contains(id) {
                faults.add(&at, key, format!("names {id}, which is not there"));
            }
        }
        links.push(BomLink { from, kind, to });
    }
    links
}
