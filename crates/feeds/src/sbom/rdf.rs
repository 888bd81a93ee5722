//! The RDF form of SPDX 2 (RDF/XML): elements with their identifier in `rdf:about`, nested wherever they are first named.

use crate::xml::Element;
use serde_json::{Map, Value, json};

/// The document in the shape of its JSON.
pub(super) fn document(root: &Element) -> Value {
    let mut whole = Map::new();
    let (mut packages, mut files, mut snippets, mut relationships) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    walk(root, &mut |element| match element.name.as_str() {
        "SpdxDocument" => whole.extend(head(element)),
        "Package" if has_identifier(element) => packages.push(package(element)),
        "File" if has_identifier(element) => files.push(json!({"SPDXID": identifier(element)})),
        "Snippet" if has_identifier(element) => snippets.push(json!({"SPDXID": identifier(element)})),
        _ => {}
    });
    let namespace = whole.get("documentNamespace").and_then(Value::as_str).unwrap_or_default().to_owned();
    walk(root, &mut |element| {
        for relationship in element.all("relationship").flat_map(|outer| outer.all("Relationship")) {
            relationships.extend(link(&identifier(element), relationship, &namespace));
        }
    });
    whole.insert("packages".into(), Value::Array(packages));
    whole.insert("files".into(), Value::Array(files));
    whole.insert("snippets".into(), Value::Array(snippets));
    whole.insert("relationships".into(), Value::Array(relationships));
    Value::Object(whole)
}

fn walk<'e>(element: &'e Element, each: &mut dyn FnMut(&'e Element)) {
    each(element);
    element.children.iter().for_each(|child| walk(child, each));
}

fn has_identifier(element: &Element) -> bool {
    !identifier(element).is_empty()
}

/// What stands behind `#` in `rdf:about`.
fn identifier(element: &Element) -> String {
    local(element.attribute("about")).to_owned()
}

fn local(address: &str) -> &str {
    address.rsplit_once('#').map_or("", |(_, local)| local)
}

/// The text of a property, or the end of the address it points to.
fn property(element: &Element, name: &str) -> Option<Value> {
    let property = element.at(&[name])?;
    let text = property.text.trim();
    if !text.is_empty() {
        return Some(Value::String(text.to_owned()));
    }
    let address = property.attribute("resource");
    let nested = property.children.first().map(|inner| inner.attribute("about")).unwrap_or_default();
    let address = if address.is_empty() { nested } else { address };
    let end = address.rsplit(['#', '/']).next().unwrap_or_default();
    match end {
        "noassertion" => Some("NOASSERTION".into()),
        "none" => Some("NONE".into()),
        // A licence set has no address; that something is said is enough.
        "" => Some("NOASSERTION".into()),
        end => Some(end.into()),
    }
}

fn head(element: &Element) -> Map<String, Value> {
    let mut fields = Map::new();
    let address = element.attribute("about");
    let (namespace, id) = address.rsplit_once('#').unwrap_or((address, ""));
    fields.insert("SPDXID".into(), id.into());
    fields.insert("documentNamespace".into(), namespace.into());
    for (name, key) in [("specVersion", "spdxVersion"), ("dataLicense", "dataLicense"), ("name", "name")] {
        if let Some(value) = property(element, name) {
            fields.insert(key.into(), value);
        }
    }
    if let Some(info) = element.at(&["creationInfo", "CreationInfo"]) {
        let creators: Vec<Value> = info.all("creator").map(|creator| creator.text.trim().into()).collect();
        fields.insert(
            "creationInfo".into(),
            json!({"created": info.text_at(&["created"]), "creators": creators}),
        );
    }
    fields
}

fn package(element: &Element) -> Value {
    let mut fields = Map::new();
    fields.insert("SPDXID".into(), identifier(element).into());
    for key in [
        "name",
        "versionInfo",
        "supplier",
        "originator",
        "downloadLocation",
        "licenseConcluded",
        "licenseDeclared",
        "copyrightText",
    ] {
        if let Some(value) = property(element, key) {
            fields.insert(key.into(), value);
        }
    }
    let checksums = element.all("checksum").flat_map(|outer| outer.all("Checksum")).map(|checksum| {
        let algorithm =
            local(checksum.at(&["algorithm"]).map_or("", |algorithm| algorithm.attribute("resource")));
        let algorithm = algorithm.trim_start_matches("checksumAlgorithm_").to_ascii_uppercase();
        json!({"algorithm": algorithm, "checksumValue": checksum.text_at(&["checksumValue"])})
    });
    fields.insert("checksums".into(), Value::Array(checksums.collect()));
    let references = element.all("externalRef").flat_map(|outer| outer.all("ExternalRef")).map(|reference| {
        let kind = property(reference, "referenceType").unwrap_or_default();
        json!({"referenceType": kind, "referenceLocator": reference.text_at(&["referenceLocator"])})
    });
    fields.insert("externalRefs".into(), Value::Array(references.collect()));
    Value::Object(fields)
}

/// `relationshipType_contains` of an element to another, which stands there or is pointed to.
fn link(from: &str, relationship: &Element, namespace: &str) -> Option<Value> {
    let kind = relationship.at(&["relationshipType"])?.attribute("resource");
    let kind = local(kind).trim_start_matches("relationshipType_");
    // Words are run together in RDF: `dependsOn` is DEPENDS_ON.
    let mut upper = String::new();
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() {
            upper.push('_');
        }
        upper.push(letter.to_ascii_uppercase());
    }
    let related = relationship.at(&["relatedSpdxElement"])?;
    let pointed = related.attribute("resource");
    let nested = related.children.first().map_or("", |element| element.attribute("about"));
    let address = if pointed.is_empty() { nested } else { pointed };
    let to = match address.rsplit_once('#') {
        Some((_, "noassertion")) => "NOASSERTION".to_owned(),
        Some((_, "none")) => "NONE".to_owned(),
        Some((place, id)) if place == namespace => id.to_owned(),
        Some((place, id)) => format!("DocumentRef-{place}:{id}"),
        None => return None,
    };
    (!from.is_empty())
        .then(|| json!({"spdxElementId": from, "relationshipType": upper, "relatedSpdxElement": to}))
}
