//! One self-contained page: a fixed shell of markup, style and scripts, and beside it the data as JSON.
//!
//! The scripts draw everything from the data. What devices say is hostile: it reaches the document only as JSON that cannot end its element, and the
//! scripts put it there only as text. The page's own policy allows no script and no style but those written here.

mod data;
mod rows;
mod text;

use crate::document::Capture;
use data::PageData;
use model::Inventory;
use sha2::{Digest, Sha256};

const SHELL: &str = include_str!("shell.html");
const STYLE: &str = concat!(include_str!("style.css"), include_str!("map.css"));
const SCRIPT: &str = concat!(
    include_str!("base.js"),
    include_str!("data.js"),
    include_str!("table.js"),
    include_str!("detail.js"),
    include_str!("inventory.js"),
    include_str!("layout.js"),
    include_str!("map.js"),
    include_str!("sections.js"),
    include_str!("main.js"),
);

/// The page with its data: a file that needs nothing else, neither network nor server.
#[must_use]
pub fn page(captures: &[Capture], inventory: &Inventory<'_>) -> String {
    let data = in_script(&PageData::new(captures, inventory));
    fill(&data)
}

/// Angle brackets and ampersands occur in JSON only inside of strings, where an escape means the same.
fn in_script(value: &impl serde::Serialize) -> String {
    // Writing plain values into memory has no way to fail; `null` makes the page say that it has no data.
    let json = serde_json::to_string(value).unwrap_or_else(|_| "null".into());
    let mut safe = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            other => safe.push(other),
        }
    }
    safe
}

/// Puts the parts into the shell, each once and in order: a part is never searched for further marks.
fn fill(data: &str) -> String {
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; connect-src 'none'; base-uri 'none'; \
         form-action 'none'",
        source_hash(SCRIPT),
        source_hash(STYLE),
    );
    let texts = in_script(&text::texts());
    let parts = [
        ("{policy}", policy.as_str()),
        ("{style}", STYLE),
        ("{version}", env!("CARGO_PKG_VERSION")),
        ("{texts}", &texts),
        ("{data}", data),
        ("{script}", SCRIPT),
    ];
    let mut page = String::with_capacity(SHELL.len() + STYLE.len() + SCRIPT.len() + texts.len() + data.len());
    let mut rest = SHELL;
    for (mark, part) in parts {
        let Some((before, after)) = rest.split_once(mark) else { continue };
        page.push_str(before);
        page.push_str(part);
        rest = after;
    }
    page + rest
}

/// A hash source of Content Security Policy Level 3, section 2.3.1.
fn source_hash(content: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(content)))
}

/// Base 64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let word = (0..3).fold(0u32, |word, at| word << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = word >> (18 - 6 * at) & 63;
            let shown = usize::try_from(digit).ok().and_then(|digit| DIGITS.get(digit));
            text.push(if at <= group.len() { shown.copied().map_or('=', char::from) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests;
