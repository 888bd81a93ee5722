//! Lists of the parts of a product (SBOM): CycloneDX 1.0 to 1.7 (JSON, XML) and SPDX 2.2, 2.3 (JSON, XML, YAML, tag-value,
//! RDF) and 3.0 (JSON-LD). Read into one form; a document that its standard does not allow is refused with the reasons.
//!
//! The permissive crates for these formats read only some of the versions and forms (`cyclonedx-bom` 1.3 to 1.5, `spdx-rs`
//! 2.x in JSON and tag-value), so all of them are read here the same way: as one tree, with the rules that a list of parts
//! needs. License identifiers come from the crate `spdx`. It is no validator of the schemas: fields that do not speak of
//! parts are not looked at.

mod cyclonedx;
mod rdf;
mod rules;
mod spdx2;
mod spdx3;
mod tag_value;
#[cfg(test)]
mod tests;
mod tree;

use crate::problem::Fault;
use serde::Serialize;
use serde_json::Value;

/// The longest document, in bytes.
pub const DOCUMENT_MAX: usize = 256 << 20;
/// Most parts of one list.
pub const PARTS_MAX: usize = 1_000_000;
/// Most faults that are told of one document.
const FAULTS_MAX: usize = 50;

/// A list of parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bom {
    /// `CycloneDX` or `SPDX`.
    pub format: String,
    /// Version of the format: `1.6`, `2.3`.
    pub version: String,
    /// Identifier of the document: serial number or namespace.
    pub id: String,
    /// When it was made, RFC 3339; empty when not said.
    pub created: String,
    /// What the list is of: an identifier of one of its parts; empty when not said.
    pub subject: String,
    /// The parts.
    pub parts: Vec<BomPart>,
    /// Which part depends on, or contains, which: identifiers.
    pub links: Vec<BomLink>,
}

/// A part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BomPart {
    /// Identifier inside the document; may be empty.
    pub id: String,
    /// `library`, `application`, `operating-system`, `firmware`, …; empty when not said.
    pub kind: String,
    /// Who makes it.
    pub vendor: String,
    /// Name, with its group before it.
    pub name: String,
    /// Version; empty when not said.
    pub version: String,
    /// CPE name.
    pub cpe: String,
    /// Package URL.
    pub purl: String,
    /// Licences as identifiers, names or expressions.
    pub licenses: Vec<String>,
    /// Hashes: `SHA-256:…`.
    pub hashes: Vec<String>,
}

/// What one part has to do with another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BomLink {
    /// Identifier of the one.
    pub from: String,
    /// `depends_on`, `contains`, or the word of the document.
    pub kind: String,
    /// Identifier of the other.
    pub to: String,
}

/// Reads a document of any of the formats; the form is found by its first bytes.
///
/// # Errors
/// Every reason why it is refused, with its place; at least one.
pub fn read(bytes: &[u8]) -> Result<Bom, Vec<Fault>> {
    if bytes.len() > DOCUMENT_MAX {
        return Err(vec![Fault::new("", format!("is longer than {DOCUMENT_MAX} bytes"))]);
    }
    let text = text(bytes).map_err(|fault| vec![fault])?;
    let start = text.trim_start();
    if start.starts_with('{') {
        let value: Value = serde_json::from_str(&text).map_err(|error| vec![crate::json::fault(&error)])?;
        return json(&value);
    }
    if start.starts_with('<') {
        let root = crate::xml::root(text.as_bytes()).map_err(|fault| vec![fault])?;
        return match root.name.as_str() {
            "bom" => cyclonedx::xml(&root),
            "Document" => spdx2::read(&tree::spdx(&root)),
            "RDF" => spdx2::read(&rdf::document(&root)),
            name => Err(vec![Fault::new("line 1", format!("is no list of parts: <{name}>"))]),
        };
    }
    if start.lines().any(|line| line.starts_with("SPDXVersion:")) {
        return tag_value::document(&text).map_err(|fault| vec![fault]).and_then(|value| spdx2::read(&value));
    }
    match serde_yaml_ng::from_str::<Value>(&text) {
        Ok(value) if value.get("spdxVersion").is_some() => spdx2::read(&value),
        Ok(_) => Err(vec![Fault::new("", "is no list of parts")]),
        Err(error) => {
            let line = error.location().map_or(1, |location| location.line());
            Err(vec![Fault::new(format!("line {line}"), error)])
        }
    }
}

fn json(value: &Value) -> Result<Bom, Vec<Fault>> {
    if value.get("bomFormat").is_some() || value.get("specVersion").is_some() {
        cyclonedx::json(value)
    } else if value.get("@graph").is_some() || value.get("@context").is_some() {
        spdx3::read(value)
    } else if value.get("spdxVersion").is_some() || value.get("SPDXID").is_some() {
        spdx2::read(value)
    } else {
        Err(vec![Fault::new("", "is no list of parts: neither bomFormat nor spdxVersion nor @graph")])
    }
}

/// Text in UTF-8, or in UTF-16 with its mark.
fn text(bytes: &[u8]) -> Result<String, Fault> {
    let wide = |order: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units: Vec<u16> =
            bytes.chunks_exact(2).filter_map(|pair| Some(order(pair.try_into().ok()?))).collect();
        String::from_utf16(&units).map_err(|_| Fault::new("", "is no UTF-16"))
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => wide(u16::from_be_bytes, rest),
        _ => {
            let bytes = crate::json::strip_bom(bytes);
            String::from_utf8(bytes.to_vec()).map_err(|_| Fault::new("", "is neither UTF-8 nor UTF-16"))
        }
    }
}
