//! Which version a remedy calls fixed, and for which product.

use super::limits;
use super::names;
use super::types::{Advisory, Fixed, RemediationKind};
use super::version::Version;
use std::cmp::Ordering;

/// Words behind which a version is one to go to.
const VERBS: [&str; 20] = [
    "update",
    "updates",
    "updated",
    "updating",
    "upgrade",
    "upgraded",
    "upgrading",
    "fixed",
    "fixes",
    "corrected",
    "resolved",
    "remediated",
    "mitigated",
    "addressed",
    "released",
    "install",
    "migrate",
    "patched",
    "solved",
    "available",
];

/// Versions which a text calls fixed, in its order.
#[must_use]
pub(super) fn fixed_versions(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut armed = false;
    for (place, word) in words.iter().enumerate() {
        let bare = word.trim_matches(['.', ',', ':', ';', '(', ')', '"', '*']).to_ascii_lowercase();
        if VERBS.contains(&bare.as_str()) {
            armed = true;
            continue;
        }
        if let Some(version) = version_at(&words, place) {
            let next = |ahead: usize| {
                words.get(place + ahead).map_or("", |word| word.trim_matches(['.', ',', ';', ')']))
            };
            let later = |at: usize| {
                matches!(next(at), "or" | "and")
                    && matches!(next(at + 1), "later" | "newer" | "higher" | "above" | "greater")
            };
            let earlier = matches!(next(1), "or" | "and")
                && matches!(next(2), "prior" | "earlier" | "below" | "older" | "lower" | "previous");
            let beyond = version.split(' ').count();
            if (armed || later(beyond))
                && !earlier
                && !found.contains(&version)
                && found.len() < limits::ENTRIES
            {
                found.push(version);
            }
        }
        let sentence_ends = word.ends_with(['.', ';']) && !word.contains("..");
        if sentence_ends || matches!(bare.as_str(), "prior" | "before" | "running" | "affected" | "until") {
            armed = false;
        }
    }
    found
}

/// The version that begins at a word, with its service pack and the like behind it.
fn version_at(words: &[&str], place: usize) -> Option<String> {
    let word = words.get(place)?;
    if word.contains("://") || word.contains('/') || word.contains("CVE") {
        return None;
    }
    let word = word.trim_matches(['"', ',', ';', ':', '*', '.', '[', '>', '=', '<']);
    let word = word.strip_prefix('(').unwrap_or(word);
    let word = if word.contains('(') { word } else { word.trim_end_matches([')', '.']) };
    let digits = word.trim_start_matches(['V', 'v', 'R', 'F', 'W']);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) || digits.len() > 30 {
        return None;
    }
    let prefixed = digits.len() < word.len();
    let dotted = digits.contains('.');
    let before =
        place.checked_sub(1).and_then(|place| words.get(place)).map(|word| word.to_ascii_lowercase());
    let told = before.is_some_and(|before| {
        matches!(
            before.as_str(),
            "version" | "versions" | "firmware" | "revision" | "frn" | "fw" | "v" | "ver." | "release"
        )
    });
    if !(dotted || prefixed || told) || digits.contains('-') && !dotted {
        return None;
    }
    let mut version = word.to_owned();
    let mut at = place + 1;
    while let Some(next) = words.get(at) {
        let next = next.trim_end_matches(['.', ',', ';', ')', ':']);
        let lower = next.to_ascii_lowercase();
        let counts = |text: &str| !text.is_empty() && text.chars().all(|digit| digit.is_ascii_digit());
        let packed = ["sp", "hf", "upd", "p", "r", "qu", "cu"]
            .iter()
            .any(|mark| lower.strip_prefix(mark).is_some_and(counts));
        let spelled = matches!(lower.as_str(), "update" | "upd" | "patch" | "hotfix" | "build" | "sp" | "hf");
        let number = words
            .get(at + 1)
            .map(|word| word.trim_end_matches(['.', ',', ';', ')', ':']))
            .filter(|word| counts(word));
        if packed {
            version = format!("{version} {next}");
            at += 1;
        } else if let (true, Some(number)) = (spelled, number) {
            version = format!("{version} {next} {number}");
            at += 2;
        } else {
            break;
        }
    }
    Some(version)
}

/// Fills in what the remedies call fixed, for themselves and for their products.
pub(super) fn find_fixed(advisory: &mut Advisory) {
    let all = advisory.products.len();
    let one_product = is_one_product(&advisory.products);
    for (place, remedy) in advisory.remediations.iter_mut().enumerate() {
        if !matches!(
            remedy.kind,
            RemediationKind::VendorFix | RemediationKind::OptionalPatch | RemediationKind::Mitigation
        ) {
            continue;
        }
        remedy.fixed_in = fixed_versions(&remedy.text);
        if remedy.fixed_in.is_empty() {
            continue;
        }
        let Ok(here) = u32::try_from(place) else { break };
        let meant: Vec<u32> = if remedy.products.is_empty() {
            (0..u32::try_from(all).unwrap_or(u32::MAX)).collect()
        } else {
            remedy.products.clone()
        };
        let name_of = |place: &u32| {
            let product = usize::try_from(*place).ok().and_then(|place| advisory.products.get(place));
            product.and_then(|product| product.path.last()).map(String::as_str).unwrap_or_default()
        };
        let first = meant.first().map(name_of).unwrap_or_default();
        let one_name = meant.iter().all(|place| name_of(place) == first);
        // A remedy that names none of its products is for each of them: a fix where the document lists its products,
        // and what is written for all of them only when they are one product.
        let told = |place: &&u32| names::told_in(name_of(place), &remedy.text);
        let is_listed = meant.len() < all && (one_name || remedy.kind == RemediationKind::VendorFix);
        let for_all = (is_listed || one_product) && (one_name || !meant.iter().any(|place| told(&place)));
        let told: Vec<u32> = meant.iter().filter(|place| for_all || told(place)).copied().collect();
        for place in told {
            let product = usize::try_from(place).ok().and_then(|place| advisory.products.get_mut(place));
            let Some(product) = product else { continue };
            for version in &remedy.fixed_in {
                if product.fixed.len() < limits::ENTRIES {
                    product.fixed.push(Fixed { version: version.clone(), remediation: Some(here) });
                }
            }
        }
    }
    for product in &mut advisory.products {
        product.fixed.sort_by(|one, two| {
            let (left, right) = (Version::new(&one.version), Version::new(&two.version));
            left.compare(&right).unwrap_or(Ordering::Equal)
        });
        product.fixed.dedup_by(|one, two| one.version == two.version);
    }
}

/// Whether the names of all products have the same numbers, whatever words stand around them.
fn is_one_product(products: &[super::types::Affected]) -> bool {
    let mut all = products.iter().map(|product| {
        let name = product.path.last().map(String::as_str).unwrap_or_default();
        let mut numbers = names::numbers_in(name);
        if numbers.is_empty() {
            numbers.push(name.to_lowercase());
        }
        numbers
    });
    let first = all.next();
    all.all(|numbers| Some(&numbers) == first.as_ref())
}
