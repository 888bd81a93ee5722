//! Every word of the page in English and Japanese.

/// One line each: key, English, Japanese. `{0}` stands for the first thing filled in. Keys that begin with `reason.`
/// are sentences of the model, recognised by their English form.
const TABLE: &str = include_str!("text.tsv");

/// Keys with English and Japanese, in the order of the table: verbs stand in that of the design.
pub(super) fn texts() -> Vec<(&'static str, [&'static str; 2])> {
    TABLE.lines().filter_map(row).collect()
}

fn row(line: &'static str) -> Option<(&'static str, [&'static str; 2])> {
    let (key, texts) = line.split_once('\t')?;
    let (english, japanese) = texts.split_once('\t')?;
    Some((key, [english, japanese]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn by_key() -> BTreeMap<&'static str, [&'static str; 2]> {
        texts().into_iter().collect()
    }

    #[test]
    fn every_line_is_a_key_with_both_languages() {
        for line in TABLE.lines() {
            let (key, both) = row(line).unwrap_or_else(|| panic!("no row: {line}"));
            assert!(!key.is_empty() && both.iter().all(|text| !text.trim().is_empty()), "{line}");
            assert!(!both.iter().any(|text| text.contains('\t')), "{line}");
            let holes =
                |text: &str| (0..9).filter(|n| text.contains(&format!("{{{n}}}"))).collect::<Vec<_>>();
            assert_eq!(holes(both[0]), holes(both[1]), "the languages fill in different things: {line}");
        }
        assert_eq!(by_key().len(), TABLE.lines().count(), "a key stands twice");
    }

    #[test]
    fn no_japanese_text_was_left_in_english() {
        let same = ["about.", "kind.plc", "kind.rtu", "column.mac", "property.mac", "lane.3.5"];
        for (key, [english, japanese]) in by_key() {
            let foreign = same.iter().any(|prefix| key.starts_with(prefix));
            assert!(foreign || !japanese.is_ascii(), "{key}: {english} / {japanese}");
        }
    }

    #[test]
    fn verbs_are_those_of_the_glossary() {
        for verb in facts::Verb::ALL {
            assert!(by_key().contains_key(format!("verb.{}", verb.name()).as_str()), "{}", verb.name());
        }
        assert_eq!(by_key()["verb.download-program"][1], "プログラム書込み（PC→PLC）");
    }

    /// Literals of the model with blanks in them that are no sentences a person reads, or parts of one.
    const NO_SENTENCES: &[&str] = &[
        // Keys of tables and notes for programs.
        "{} {}",
        "{space} {first}",
        "{space} {major}.{first}",
        "{space} {class}.{instance}",
        "{space} {class}.{instance}.{attribute}",
        // What devices say when nobody has set a value.
        "not set",
        // The name that is proposed for a network, which the operator may change.
        "Level {} in {at}",
        // Put together in two steps; `reason.mac` and `reason.virtual-mac` are the whole.
        "virtual network card, ",
        "{card}hardware address {mac}",
        // `reason.both-say` and `reason.word` take key and value as one thing.
        "both say {key} {text}",
        "{} {} says {word:?}",
    ];

    /// Words of devices that the model looks for; none of them is shown.
    const WORDS: &str = "infer/text_clue.rs";

    fn sources(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                sources(&entry, found);
            } else if entry.extension().is_some_and(|kind| kind == "rs") {
                found.push(entry);
            }
        }
    }

    /// String literals of a line of code, without those of attributes and comments.
    fn literals(line: &str) -> Vec<&str> {
        let code = line.trim_start();
        if code.starts_with("//") || code.starts_with("#[") || code.starts_with("reason = \"") {
            return Vec::new();
        }
        line.split('"').skip(1).step_by(2).collect()
    }

    /// A sentence with its holes emptied, whatever they are called.
    fn emptied(text: &str) -> String {
        let mut parts = text.split('{');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |all, part| all + "{}" + part.split_once('}').map_or("", |(_, rest)| rest))
    }

    #[test]
    fn every_sentence_of_the_model_is_in_the_table() {
        let reasons = by_key().into_iter().filter(|(key, _)| key.starts_with("reason."));
        let known: std::collections::HashSet<String> =
            reasons.map(|(_, [english, _])| emptied(english)).collect();
        let model = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/src");
        let (mut files, mut seen) = (Vec::new(), 0);
        sources(&model, &mut files);
        // What a snapshot's reader says goes to the log, never to the page.
        let is_shown = |path: &&std::path::PathBuf| {
            let path = path.strip_prefix(&model).unwrap_or(path).to_string_lossy();
            !path.contains("tests") && !path.contains("snapshot")
        };
        for path in files.iter().filter(is_shown) {
            let text = std::fs::read_to_string(path).unwrap();
            let shipped = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for (number, line) in shipped.lines().enumerate() {
                for literal in literals(line).into_iter().filter(|literal| literal.trim().contains(' ')) {
                    let is_word = path.ends_with(WORDS) && !literal.contains('{');
                    let is_known = known.contains(&emptied(literal));
                    seen += usize::from(is_known);
                    assert!(
                        is_known || is_word || NO_SENTENCES.contains(&literal),
                        "{}:{}: `{literal}` has no Japanese: give it a line `reason.…` in text.tsv",
                        path.display(),
                        number + 1
                    );
                }
            }
        }
        assert!(seen >= 15, "only {seen} sentences were found: where did they go?");
    }
}
