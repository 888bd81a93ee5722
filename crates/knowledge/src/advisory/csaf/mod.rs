//! Reads a document of the Common Security Advisory Framework, versions 2.0 and 2.1.
//!
//! Tolerant: a part that is not as the standard says is told with its JSON path and left out, and the rest is read.

mod part;
mod tree;
mod weakness;

use super::limits;
use super::types::{Advisory, Note, Reference};
use part::Part;
use serde_json::Value;

/// A part of a document that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// JSON path: `$.product_tree.branches[0].name`.
    pub path: String,
    /// What is wrong, one line.
    pub what: String,
}

/// Reads one document. The defects are in the order in which they were met, at most [`limits::DEFECTS`].
///
/// # Errors
/// The defects alone when the document has no identifier, so that nothing could refer to it.
pub fn read_csaf(document: &Value) -> Result<(Advisory, Vec<Defect>), Vec<Defect>> {
    let mut defects = Vec::new();
    let root = Part::root(document);
    let Some(head) = root.object("document", &mut defects) else { return Err(defects) };
    let tracking = head.object("tracking", &mut defects);
    let told = |key: &str, defects: &mut Vec<Defect>| {
        tracking.as_ref().and_then(|part| part.text(key, limits::NAME, defects)).unwrap_or_default()
    };
    let id = told("id", &mut defects);
    if id.is_empty() {
        return Err(defects);
    }
    let mut advisory = Advisory {
        id,
        revision: told("version", &mut defects),
        stage: told("status", &mut defects),
        first_released: told("initial_release_date", &mut defects),
        last_released: told("current_release_date", &mut defects),
        title: head.text("title", limits::NAME, &mut defects).unwrap_or_default(),
        references: references(&head, &mut defects),
        notes: notes(&head, &mut defects),
        ..Advisory::default()
    };
    if let Some(tracking) = &tracking {
        advisory.aliases = tracking.optional_texts("aliases", limits::ENTRIES, &mut defects);
    }
    if let Some(publisher) = head.object("publisher", &mut defects) {
        advisory.publisher = publisher.text("name", limits::NAME, &mut defects).unwrap_or_default();
    }
    let tree = tree::read(&root, &mut defects);
    weakness::read(&root, &tree, &mut advisory, &mut defects);
    advisory.products = tree.products;
    super::remedies::find_fixed(&mut advisory);
    Ok((advisory, defects))
}

/// Notes of a document or a weakness, without the legal text.
fn notes(part: &Part, defects: &mut Vec<Defect>) -> Vec<Note> {
    let mut notes = Vec::new();
    for note in part.optional_list("notes", limits::ENTRIES, defects) {
        let category = note.text("category", limits::NAME, defects).unwrap_or_default();
        let Some(text) = note.text("text", limits::TEXT, defects) else { continue };
        if category == "legal_disclaimer" {
            continue;
        }
        let title = note.optional_text("title", limits::NAME, defects).unwrap_or_default();
        notes.push(Note { category, title, text });
    }
    notes
}

fn references(part: &Part, defects: &mut Vec<Defect>) -> Vec<Reference> {
    let mut references = Vec::new();
    for entry in part.optional_list("references", limits::ENTRIES, defects) {
        let Some(url) = entry.text("url", limits::NAME, defects) else { continue };
        let summary = entry.optional_text("summary", limits::NAME, defects).unwrap_or_default();
        let category = entry.optional_text("category", limits::NAME, defects);
        references.push(Reference { url, summary, is_self: category.as_deref() == Some("self") });
    }
    references
}

#[cfg(test)]
mod tests;
