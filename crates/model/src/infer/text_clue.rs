//! What the words of a model, description or operating system say about the kind.

use super::{Clue, Kind};
use crate::inventory::Claim;
use facts::{Part, Property};

/// A word, lower case, and what it speaks for; the first that is found counts.
const WORDS: &[(&str, Kind, u8)] = &[
    ("windows server", Kind::Server, 35),
    ("windows", Kind::Workstation, 30),
    ("firewall", Kind::Firewall, 76),
    ("fortigate", Kind::Firewall, 76),
    ("access point", Kind::AccessPoint, 76),
    ("switch", Kind::Switch, 76),
    ("router", Kind::Router, 70),
    ("printer", Kind::Printer, 76),
    ("laserjet", Kind::Printer, 76),
    ("camera", Kind::Camera, 76),
    ("simatic hmi", Kind::Hmi, 78),
    ("panelview", Kind::Hmi, 78),
    ("operator panel", Kind::Hmi, 76),
    ("historian", Kind::Historian, 74),
    ("scada", Kind::Scada, 74),
    ("frequency converter", Kind::Drive, 76),
    ("powerflex", Kind::Drive, 78),
    ("sinamics", Kind::Drive, 78),
    ("power meter", Kind::Meter, 76),
    ("remote i/o", Kind::RemoteIo, 76),
    ("et 200", Kind::RemoteIo, 74),
    ("et200", Kind::RemoteIo, 74),
    ("protection relay", Kind::Ied, 76),
    ("siprotec", Kind::Ied, 78),
    ("gateway", Kind::Gateway, 60),
    ("logix", Kind::Plc, 76),
    ("simatic s7", Kind::Plc, 76),
    ("s7-", Kind::Plc, 74),
    ("cpu", Kind::Plc, 66),
    ("plc", Kind::Plc, 66),
];

/// Clues from what the machine says of itself as a whole.
pub(crate) fn text_clues<'c>(claims: impl Iterator<Item = &'c Claim>) -> Vec<Clue> {
    let own = claims.filter(|claim| claim.part == Part::Whole);
    let tells = own.filter(|claim| {
        matches!(claim.property, Property::Model | Property::Description | Property::OperatingSystem)
    });
    tells.filter_map(text_clue).collect()
}

fn text_clue(claim: &Claim) -> Option<Clue> {
    let lower = claim.value.to_lowercase();
    let (word, kind, weight) = WORDS.iter().find(|(word, ..)| holds_word(&lower, word))?;
    // A word is worth no more than who said it.
    let weight = (*weight).min(claim.confidence.saturating_add(20));
    let reason = format!("{} {} says {word:?}", claim.protocol, claim.key);
    Some(Clue { kind: *kind, weight, reason })
}

/// Whether a word starts at a word boundary: `cpu` is in `CPU 315` and not in `ucpuser`.
fn holds_word(text: &str, word: &str) -> bool {
    let inner = word == "logix";
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        inner || before.is_none_or(|before| !before.is_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::holds_word;

    #[test]
    fn words_start_at_a_boundary() {
        assert!(holds_word("simatic s7, cpu-1500", "cpu"));
        assert!(holds_word("1756-l62/b logix5562", "logix"));
        assert!(holds_word("controllogix", "logix"));
        assert!(!holds_word("myplcs", "plc"));
    }
}
