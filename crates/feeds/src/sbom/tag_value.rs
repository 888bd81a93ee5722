//! The tag-value form of SPDX 2: lines `Tag: value`, texts over several lines between `<text>` and `</text>`.

use crate::problem::Fault;
use serde_json::{Map, Value, json};

/// What a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Document,
    Package,
    File,
    Snippet,
    Other,
}

/// The document in the shape of its JSON.
pub(super) fn document(text: &str) -> Result<Value, Fault> {
    let mut whole = json!({"creationInfo": {"creators": []}, "packages": [], "files": [], "snippets": [], "relationships": []});
    let mut section = Section::Document;
    for (line, tag, value) in tags(text)? {
        section = match tag.as_str() {
            "PackageName" => begin(&mut whole, "packages", Section::Package),
            "FileName" => begin(&mut whole, "files", Section::File),
            "SnippetSPDXID" | "SnippetSPDXIdentifier" => begin(&mut whole, "snippets", Section::Snippet),
            "LicenseID" | "Annotator" | "Reviewer" => Section::Other,
            _ => section,
        };
        if tag == "Relationship" {
            let words: Vec<&str> = value.split_whitespace().collect();
            let [from, kind, to] = words.as_slice() else {
                return Err(Fault::new(format!("line {line}"), format!("is no relationship: {value}")));
            };
            push(
                &mut whole,
                "relationships",
                json!({"spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to}),
            );
            continue;
        }
        let list = match section {
            Section::Document => {
                of_document(&mut whole, &tag, value);
                continue;
            }
            Section::Package => "packages",
            Section::File => "files",
            Section::Snippet => "snippets",
            Section::Other => continue,
        };
        let entry = whole.get_mut(list).and_then(Value::as_array_mut).and_then(|list| list.last_mut());
        if let Some(entry) = entry.and_then(Value::as_object_mut) {
            of_entry(entry, &tag, value).map_err(|what| Fault::new(format!("line {line}"), what))?;
        }
    }
    Ok(whole)
}

/// Lines and texts as tag and value, with the line they begin on.
fn tags(text: &str) -> Result<Vec<(usize, String, String)>, Fault> {
    let mut tags = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let Some((tag, value)) = trimmed.split_once(':') else {
            return Err(Fault::new(format!("line {}", at + 1), "is no tag with a value"));
        };
        let mut value = value.trim().to_owned();
        if let Some(begun) = value.strip_prefix("<text>") {
            let mut whole = begun.to_owned();
            while !whole.contains("</text>") {
                let Some((_, more)) = lines.next() else {
                    return Err(Fault::new(format!("line {}", at + 1), "the text does not end"));
                };
                whole.push('\n');
                whole.push_str(more);
            }
            value = whole.split("</text>").next().unwrap_or_default().trim().to_owned();
        }
        tags.push((at + 1, tag.trim().to_owned(), value));
    }
    Ok(tags)
}

fn begin(whole: &mut Value, list: &str, section: Section) -> Section {
    push(whole, list, Value::Object(Map::new()));
    section
}

fn push(whole: &mut Value, list: &str, value: Value) {
    if let Some(list) = whole.get_mut(list).and_then(Value::as_array_mut) {
        list.push(value);
    }
}

fn of_document(whole: &mut Value, tag: &str, value: String) {
    let creation = |key: &str| format!("/creationInfo/{key}");
    match tag {
        "Creator" => {
            if let Some(creators) = whole.pointer_mut(&creation("creators")).and_then(Value::as_array_mut) {
                creators.push(Value::String(value));
            }
        }
        "Created" => {
            if let Some(info) = whole.get_mut("creationInfo").and_then(Value::as_object_mut) {
                info.insert("created".into(), Value::String(value));
            }
        }
        _ => {
            let key = match tag {
                "SPDXVersion" => "spdxVersion",
                "DataLicense" => "dataLicense",
                "SPDXID" => "SPDXID",
                "DocumentName" => "name",
                "DocumentNamespace" => "documentNamespace",
                _ => return,
            };
            if let Some(fields) = whole.as_object_mut() {
                fields.insert(key.into(), Value::String(value));
            }
        }
    }
}

fn of_entry(entry: &mut Map<String, Value>, tag: &str, value: String) -> Result<(), String> {
    let add = |entry: &mut Map<String, Value>, list: &str, value: Value| {
        if let Value::Array(list) = entry.entry(list).or_insert_with(|| Value::Array(Vec::new())) {
            list.push(value);
        }
    };
    match tag {
        "PackageChecksum" | "FileChecksum" => {
            let (algorithm, digits) =
                value.split_once(':').ok_or_else(|| format!("is no checksum: {value}"))?;
            add(entry, "checksums", json!({"algorithm": algorithm.trim(), "checksumValue": digits.trim()}));
        }
        "ExternalRef" => {
            let words: Vec<&str> = value.split_whitespace().collect();
            let [category, kind, locator, ..] = words.as_slice() else {
                return Err(format!("is no external reference: {value}"));
            };
            add(
                entry,
                "externalRefs",
                json!({"referenceCategory": category, "referenceType": kind, "referenceLocator": locator}),
            );
        }
        _ => {
            let key = match tag {
                "PackageName" => "name",
                "FileName" => "fileName",
                "SPDXID" | "SnippetSPDXID" | "SnippetSPDXIdentifier" => "SPDXID",
                "PackageVersion" => "versionInfo",
                "PackageSupplier" => "supplier",
                "PackageOriginator" => "originator",
                "PackageDownloadLocation" => "downloadLocation",
                "PackageLicenseConcluded" => "licenseConcluded",
                "PackageLicenseDeclared" => "licenseDeclared",
                "PackageCopyrightText" => "copyrightText",
                "PrimaryPackagePurpose" => "primaryPackagePurpose",
                _ => return Ok(()),
            };
            // What is said to be empty is said: the standard asks for the tag, not for words.
            let value = if value.is_empty() { "NOASSERTION".to_owned() } else { value };
            entry.insert(key.into(), Value::String(value));
        }
    }
    Ok(())
}
