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
}
