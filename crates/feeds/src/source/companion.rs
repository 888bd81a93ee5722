//! Hashes and signatures that stand beside a document: `X.json.sha512`, `X.json.sha256`, `X.json.asc`.

use crate::bundle::hex;
use sha2::{Digest, Sha256, Sha512};
use std::collections::BTreeMap;

/// Companion files by name.
pub(super) type Beside = BTreeMap<String, Vec<u8>>;

/// Ends of names of companions.
const ENDS: [&str; 4] = [".sha512", ".sha256", ".asc", ".sig"];

/// What the companions of a document say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Check {
    /// The SHA-512 beside it fits.
    Sha512,
    /// The SHA-256 beside it fits.
    Sha256,
    /// A signature is there; nobody here checks it.
    SignatureNotChecked,
}

impl Check {
    /// In a list of checks.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha512 => "sha512",
            Self::Sha256 => "sha256",
            Self::SignatureNotChecked => "signature present, not checked",
        }
    }
}

pub(super) fn is_companion(name: &str) -> bool {
    ENDS.iter().any(|end| name.ends_with(end))
}

pub(super) fn names(document: &str) -> impl Iterator<Item = String> {
    ENDS.iter().map(move |end| format!("{document}{end}"))
}

/// Checks the bytes of a document against what stands beside it.
///
/// # Errors
/// One line, when a hash does not fit or is none.
pub(super) fn check(name: &str, bytes: &[u8], beside: &Beside) -> Result<Vec<Check>, String> {
    let mut checks = Vec::new();
    if let Some(text) = beside.get(&format!("{name}.sha512")) {
        fits(text, &hex(&Sha512::digest(bytes)), "sha512")?;
        checks.push(Check::Sha512);
    }
    if let Some(text) = beside.get(&format!("{name}.sha256")) {
        fits(text, &hex(&Sha256::digest(bytes)), "sha256")?;
        checks.push(Check::Sha256);
    }
    if [".asc", ".sig"].iter().any(|end| beside.contains_key(&format!("{name}{end}"))) {
        checks.push(Check::SignatureNotChecked);
    }
    Ok(checks)
}

/// `HASH` or `HASH  NAME`, as the tools of every system write it.
fn fits(text: &[u8], expected: &str, kind: &str) -> Result<(), String> {
    let text = String::from_utf8_lossy(text);
    let stated = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    if stated == expected {
        Ok(())
    } else if stated.len() == expected.len() && stated.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Err(format!("does not have the {kind} that stands beside it"))
    } else {
        Err(format!("the {kind} beside it is none"))
    }
}
