//! How much of a document is kept. Real advisories stay far below; a hostile one cannot fill the memory.

/// Longest name, identifier or version text, in bytes.
pub const NAME: usize = 1_000;
/// Longest free text (a note, a remediation, a threat), in bytes.
pub const TEXT: usize = 8_000;
/// Most products of one advisory.
pub const PRODUCTS: usize = 20_000;
/// Most vulnerabilities of one advisory.
pub const VULNERABILITIES: usize = 5_000;
/// Most remediations of one advisory.
pub const REMEDIATIONS: usize = 5_000;
/// Most references, aliases, notes, threats or scores in one list.
pub const ENTRIES: usize = 500;
/// Most entries of a list of products that one statement is about.
pub const STATED: usize = 20_000;
/// Deepest nesting of product branches.
pub const DEPTH: usize = 30;
/// Most defects told of one document.
pub const DEFECTS: usize = 200;

/// The text, cut at a character boundary to `limit` bytes.
#[must_use]
pub fn cut(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}
