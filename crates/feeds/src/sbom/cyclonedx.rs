//! CycloneDX 1.0 to 1.7.

use super::rules::{Faults, is_hash, is_license, is_time, is_urn_uuid};
use super::{Bom, BomLink, BomPart, PARTS_MAX, tree};
use crate::json::maybe_text;
use crate::problem::Fault;
use crate::xml::Element;
use serde_json::Value;
use std::collections::BTreeSet;

/// Deepest nesting of parts.
const DEPTH_MAX: usize = 100;

const KINDS: [&str; 13] = [
    "application",
    "framework",
    "library",
    "container",
    "platform",
    "operating-system",
    "device",
    "device-driver",
    "firmware",
    "file",
    "machine-learning-model",
    "data",
    "cryptographic-asset",
];

const ALGORITHMS: [&str; 14] = [
    "MD5",
    "SHA-1",
    "SHA-256",
    "SHA-384",
    "SHA-512",
    "SHA3-256",
    "SHA3-384",
    "SHA3-512",
    "BLAKE2b-256",
    "BLAKE2b-384",
    "BLAKE2b-512",
    "BLAKE3",
    "Streebog-256",
    "Streebog-512",
];

/// Fields of `metadata` in any version.
const METADATA: [&str; 11] = [
    "timestamp",
    "lifecycles",
    "tools",
    "authors",
    "component",
    "manufacture",
    "manufacturer",
    "supplier",
    "licenses",
    "properties",
    "distributionConstraints",
];

/// Reads the JSON form (1.2 on).
pub(super) fn json(value: &Value) -> Result<Bom, Vec<Fault>> {
    let mut faults = Faults::default();
    if maybe_text(value, "bomFormat") != Some("CycloneDX") {
        faults.add("", "bomFormat", "is not CycloneDX");
    }
    let version = faults.text(value, "specVersion", "").to_owned();
    document(value, minor(&version, 2, &mut faults), false, faults)
}

/// Reads the XML form.
pub(super) fn xml(root: &Element) -> Result<Bom, Vec<Fault>> {
    let mut faults = Faults::default();
    let namespace = root.namespace.clone().or_else(|| {
        // The namespace may have a prefix.
        root.attributes
            .iter()
            .map(|(_, value)| value)
            .find(|value| value.contains("cyclonedx.org/schema/bom/"))
            .cloned()
    });
    let version =
        namespace.as_deref().and_then(|namespace| namespace.strip_prefix("http://cyclonedx.org/schema/bom/"));
    let version = minor(version.unwrap_or_default(), 0, &mut faults);
    let value = tree::cyclonedx(root, &mut faults.0);
    document(&value, version, true, faults)
}

/// Minor number of a known version.
fn minor(version: &str, first: u8, faults: &mut Faults) -> u8 {
    let minor = version.strip_prefix("1.").and_then(|minor| minor.parse().ok());
    match minor.filter(|minor| (first..=7).contains(minor)) {
        Some(minor) => minor,
        None => {
            faults.add("", "specVersion", format!("{version} is none of 1.{first} to 1.7"));
            7
        }
    }
}

fn document(value: &Value, version: u8, is_xml: bool, faults: Faults) -> Result<Bom, Vec<Fault>> {
    let mut reader = Reader { version, is_xml, faults, refs: BTreeSet::new(), parts: Vec::new() };
    reader.whole(value);
    let links = reader.links(value);
    let Reader { faults, parts, .. } = reader;
    if !faults.0.is_empty() {
        return Err(faults.0);
    }
    let metadata = value.get("metadata").unwrap_or(&Value::Null);
    let subject = metadata.get("component").and_then(|component| maybe_text(component, "bom-ref"));
    Ok(Bom {
        format: "CycloneDX".into(),
        version: format!("1.{version}"),
        id: maybe_text(value, "serialNumber").unwrap_or_default().to_owned(),
        created: maybe_text(metadata, "timestamp").unwrap_or_default().to_owned(),
        subject: subject.unwrap_or_default().to_owned(),
        parts,
        links,
    })
}

struct Reader {
    version: u8,
    is_xml: bool,
    faults: Faults,
    refs: BTreeSet<String>,
    parts: Vec<BomPart>,
}

impl Reader {
    fn whole(&mut self, value: &Value) {
        if let Some(serial) = value.get("serialNumber")
            && !serial.as_str().is_some_and(is_urn_uuid)
        {
            self.faults.add("", "serialNumber", "is no urn:uuid:…");
        }
        if let Some(metadata) = value.get("metadata") {
            self.metadata(metadata);
        }
        self.components(value, "", 0);
        self.services(value, "", 0);
        for (index, citation) in self.faults.list(value, "citations", "").iter().enumerate() {
            let at = format!("/citations/{index}");
            if citation.get("attributedTo").is_none() && citation.get("process").is_none() {
                self.faults.add(&at, "", "names neither attributedTo nor process");
            }
            if citation.get("pointers").is_some() == citation.get("expressions").is_some() {
                self.faults.add(&at, "", "must have pointers or expressions, one of them");
            }
        }
    }

    fn metadata(&mut self, metadata: &Value) {
        let at = "/metadata";
        for key in metadata.as_object().into_iter().flat_map(|fields| fields.keys()) {
            if !METADATA.contains(&key.as_str()) {
                self.faults.add(at, key, "is not known here");
            }
        }
        if let Some(time) = metadata.get("timestamp")
            && !time.as_str().is_some_and(is_time)
        {
            self.faults.add(at, "timestamp", "is no time");
        }
        self.licenses(metadata, at);
        self.properties(metadata, at);
        if let Some(component) = metadata.get("component") {
            self.component(component, "/metadata/component", 0);
        }
        if let Some(tools) = metadata.get("tools").filter(|tools| tools.is_object()) {
            self.components(tools, "/metadata/tools", 1);
            self.services(tools, "/metadata/tools", 1);
        }
    }

    fn components(&mut self, value: &Value, at: &str, depth: usize) {
        for key in ["components", "ancestors", "descendants", "variants"] {
            for (index, component) in self.faults.list(value, key, at).iter().enumerate() {
                self.component(component, &format!("{at}/{key}/{index}"), depth);
            }
        }
    }

    fn component(&mut self, value: &Value, at: &str, depth: usize) {
        if depth > DEPTH_MAX || self.parts.len() >= PARTS_MAX {
            return self.faults.add(at, "", "is nested too deeply, or there are too many parts");
        }
        if !value.is_object() {
            return self.faults.add(at, "", "is no component");
        }
        let kind = self.faults.text(value, "type", at).to_owned();
        self.faults.one_of(value, "type", &KINDS, at);
        self.faults.one_of(value, "scope", &["required", "optional", "excluded"], at);
        let name = self.faults.text(value, "name", at).to_owned();
        let needs_version = self.version < 4;
        if needs_version && value.get("version").is_none() {
            self.faults.add(at, "version", "is missing");
        }
        self.reference(value, at);
        self.hashes(value, at);
        self.licenses(value, at);
        self.properties(value, at);
        if let Some(swid) = value.get("swid") {
            self.faults.text(swid, "tagId", &format!("{at}/swid"));
            self.faults.text(swid, "name", &format!("{at}/swid"));
        }
        self.range(value, at);
        self.parts.push(part(value, kind, &name));
        self.components(value, at, depth + 1);
        if let Some(pedigree) = value.get("pedigree") {
            self.pedigree(pedigree, &format!("{at}/pedigree"), depth);
        }
    }

    /// 1.7: a range of versions is for parts that somebody else brings.
    fn range(&mut self, value: &Value, at: &str) {
        if value.get("versionRange").is_none() {
            return;
        }
        if value.get("version").is_some() {
            self.faults.add(at, "versionRange", "stands beside version");
        }
        let is_external =
            value.get("isExternal").is_some_and(|flag| flag == &Value::Bool(true) || flag == "true");
        if !is_external {
            self.faults.add(at, "versionRange", "is for external parts only");
        }
    }

    fn reference(&mut self, value: &Value, at: &str) {
        let Some(reference) = value.get("bom-ref") else { return };
        match reference.as_str() {
            None | Some("") => self.faults.add(at, "bom-ref", "is empty"),
            Some(text) if !self.refs.insert(text.to_owned()) => {
                self.faults.add(at, "bom-ref", format!("{text} stands there twice"));
            }
            Some(_) => {}
        }
    }

    fn hashes(&mut self, value: &Value, at: &str) {
        for (index, hash) in self.faults.list(value, "hashes", at).iter().enumerate() {
            let at = format!("{at}/hashes/{index}");
            self.faults.text(hash, "alg", &at);
            self.faults.one_of(hash, "alg", &ALGORITHMS, &at);
            if !maybe_text(hash, "content").is_some_and(is_hash) {
                self.faults.add(&at, "content", "is no hash");
            }
        }
    }

    fn licenses(&mut self, value: &Value, at: &str) {
        let list = self.faults.list(value, "licenses", at);
        let expressions = list.iter().filter(|entry| entry.get("expression").is_some()).count();
        if expressions > 0 && list.len() > 1 && self.version < 7 {
            self.faults.add(at, "licenses", "has an expression beside other entries");
        }
        for (index, entry) in list.iter().enumerate() {
            let at = format!("{at}/licenses/{index}");
            let license = match (entry.get("license"), entry.get("expression")) {
                (Some(license), None) => license,
                (None, Some(Value::String(_))) => continue,
                (Some(_), Some(_)) => {
                    self.faults.add(&at, "", "has both a license and an expression");
                    continue;
                }
                _ => {
                    self.faults.add(&at, "", "has neither a license nor an expression");
                    continue;
                }
            };
            let at = format!("{at}/license");
            match (license.get("id"), license.get("name")) {
                (Some(id), None) => {
                    if !id.as_str().is_some_and(is_license) {
                        self.faults.add(&at, "id", format!("is no SPDX license: {id}"));
                    }
                }
                (None, Some(_)) => {}
                (Some(_), Some(_)) => self.faults.add(&at, "", "has both id and name"),
                (None, None) => self.faults.add(&at, "", "has neither id nor name"),
            }
            if let Some(text) = license.get("text") {
                self.faults.one_of(text, "encoding", &["base64"], &format!("{at}/text"));
            }
            self.properties(license, &at);
        }
    }

    fn properties(&mut self, value: &Value, at: &str) {
        // Until 1.5 the schema let a property be anything.
        if self.version < 6 {
            return;
        }
        for (index, property) in self.faults.list(value, "properties", at).iter().enumerate() {
            if property.get("name").and_then(Value::as_str).is_none() {
                self.faults.add(&format!("{at}/properties/{index}"), "name", "is missing");
            }
        }
    }

    fn pedigree(&mut self, pedigree: &Value, at: &str, depth: usize) {
        self.components(pedigree, at, depth + 1);
        for (index, patch) in self.faults.list(pedigree, "patches", at).iter().enumerate() {
            let at = format!("{at}/patches/{index}");
            self.faults.text(patch, "type", &at);
            self.faults.one_of(patch, "type", &["unofficial", "monkey", "backport", "cherry-pick"], &at);
            for (index, issue) in self.faults.list(patch, "resolves", &at).iter().enumerate() {
                let at = format!("{at}/resolves/{index}");
                self.faults.text(issue, "type", &at);
                self.faults.one_of(issue, "type", &["defect", "enhancement", "security"], &at);
            }
        }
    }

    fn services(&mut self, value: &Value, at: &str, depth: usize) {
        for (index, service) in self.faults.list(value, "services", at).iter().enumerate() {
            let at = format!("{at}/services/{index}");
            if depth > DEPTH_MAX {
                return self.faults.add(&at, "", "is nested too deeply");
            }
            self.faults.text(service, "name", &at);
            self.reference(service, &at);
            self.licenses(service, &at);
            self.properties(service, &at);
            for (index, data) in self.faults.list(service, "data", &at).iter().enumerate() {
                let at = format!("{at}/data/{index}");
                self.faults.text(data, "flow", &at);
                self.faults.one_of(data, "flow", &["inbound", "outbound", "bi-directional", "unknown"], &at);
            }
            self.services(service, &at, depth + 1);
        }
    }

    fn links(&mut self, value: &Value) -> Vec<BomLink> {
        let mut links = Vec::new();
        for (index, dependency) in self.faults.list(value, "dependencies", "").iter().enumerate() {
            let at = format!("/dependencies/{index}");
            let from = self.faults.text(dependency, "ref", &at).to_owned();
            for (index, to) in self.faults.list(dependency, "dependsOn", &at).iter().enumerate() {
                match to.as_str() {
                    Some(to) if !to.is_empty() => {
                        links.push(BomLink {
                            from: from.clone(),
                            kind: "depends_on".into(),
                            to: to.to_owned(),
                        });
                    }
                    _ => self.faults.add(&at, &format!("dependsOn/{index}"), "is empty"),
                }
            }
        }
        debug_assert!(self.is_xml || self.version >= 2 || !self.faults.0.is_empty());
        links
    }
}

fn part(value: &Value, kind: String, name: &str) -> BomPart {
    let field = |key: &str| maybe_text(value, key).unwrap_or_default().to_owned();
    let name_of = |key: &str| value.get(key).and_then(|party| maybe_text(party, "name"));
    let vendor =
        name_of("manufacturer").or_else(|| name_of("supplier")).or_else(|| maybe_text(value, "publisher"));
    let entries = |key: &str| value.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let license = |entry: &Value| {
        let license = entry.get("license").unwrap_or(&Value::Null);
        maybe_text(entry, "expression")
            .or_else(|| maybe_text(license, "id"))
            .or_else(|| maybe_text(license, "name"))
            .map(str::to_owned)
    };
    let hash = |hash: &Value| Some(format!("{}:{}", maybe_text(hash, "alg")?, maybe_text(hash, "content")?));
    BomPart {
        id: field("bom-ref"),
        kind,
        vendor: vendor.unwrap_or_default().to_owned(),
        name: maybe_text(value, "group").map_or_else(|| name.to_owned(), |group| format!("{group}/{name}")),
        version: field("version"),
        cpe: field("cpe"),
        purl: field("purl"),
        licenses: entries("licenses").iter().filter_map(license).collect(),
        hashes: entries("hashes").iter().filter_map(hash).collect(),
    }
}
