//! Ends of support as endoflife.date keeps them: release data (JSON) and product pages (front matter of Markdown).

use crate::day::day;
use crate::item::{Item, Reading};
use crate::json::{bounded, document, maybe_text};
use crate::problem::Fault;
use knowledge::advisory::EndOfLife;
use serde_json::Value;
use std::io::Read;

/// The longest file of a product.
const FILE_MAX: u64 = 8 << 20;

/// Reads release data; `name` is the product's short name, which only the name of the file tells.
pub fn read(input: impl Read, name: &str, into: &mut Reading<'_>) {
    match document(input, FILE_MAX) {
        Ok(value) => releases(&value, name, into),
        Err(fault) => into.refuse(fault),
    }
}

/// Release data that was read already.
pub(crate) fn releases(value: &Value, name: &str, into: &mut Reading<'_>) {
    let Some(releases) = value.get("releases").and_then(Value::as_object) else {
        return into.refuse(Fault::new("/releases", "is missing or no object"));
    };
    let about = Product { name: name.to_owned(), ..Product::default() };
    for (key, release) in releases {
        match cycle(release, Some(key.as_str()), &about) {
            Ok(entry) => into.give(Item::EndOfLife(entry)),
            Err(fault) => into.refuse(fault.under(format_args!("/releases/{key}"))),
        }
    }
}

/// Reads a product page.
pub fn read_page(input: impl Read, into: &mut Reading<'_>) {
    let read = bounded(input, FILE_MAX).and_then(|bytes| {
        let text = String::from_utf8(bytes).map_err(|_| Fault::new("", "is no UTF-8"))?;
        let rest = text.strip_prefix("---").ok_or_else(|| Fault::new("line 1", "has no front matter"))?;
        let (head, _) =
            rest.split_once("\n---").ok_or_else(|| Fault::new("line 1", "the front matter does not end"))?;
        serde_yaml_ng::from_str::<Value>(head).map_err(|error| {
            let line = error.location().map_or(1, |location| location.line());
            Fault::new(format!("line {line}"), error)
        })
    });
    let page = match read {
        Ok(page) => page,
        Err(fault) => return into.refuse(fault),
    };
    let Some(name) = maybe_text(&page, "title") else {
        return into.refuse(Fault::new("/title", "is missing"));
    };
    let link = maybe_text(&page, "releasePolicyLink").unwrap_or_default().to_owned();
    let identifiers = page.get("identifiers").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let aliases = identifiers
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|pairs| pairs.values().filter_map(Value::as_str).map(str::to_owned))
        .chain(maybe_text(&page, "permalink").map(|link| link.trim_start_matches('/').to_owned()))
        .collect();
    let about = Product { name: name.to_owned(), aliases, link };
    let Some(releases) = page.get("releases").and_then(Value::as_array) else {
        return into.refuse(Fault::new("/releases", "is missing or no list"));
    };
    for (index, release) in releases.iter().enumerate() {
        match cycle(release, None, &about) {
            Ok(entry) => into.give(Item::EndOfLife(entry)),
            Err(fault) => into.refuse(fault.under(format_args!("/releases/{index}"))),
        }
    }
}

/// What all cycles of a product share.
#[derive(Default)]
struct Product {
    name: String,
    aliases: Vec<String>,
    link: String,
}

fn cycle(release: &Value, key: Option<&str>, about: &Product) -> Result<EndOfLife, Fault> {
    if !release.is_object() {
        return Err(Fault::new("", "is no object"));
    }
    let named = scalar(release, "releaseCycle").or_else(|| scalar(release, "name"));
    let cycle =
        named.or_else(|| key.map(str::to_owned)).ok_or_else(|| Fault::new("/releaseCycle", "is missing"))?;
    let date = |name: &str| match release.get(name) {
        // `false` and `true` say whether, not when.
        None | Some(Value::Null | Value::Bool(_)) => Ok(String::new()),
        Some(Value::String(text)) => {
            day(text).ok_or_else(|| Fault::new(format!("/{name}"), format!("is no day YYYY-MM-DD: {text}")))
        }
        Some(_) => Err(Fault::new(format!("/{name}"), "is no day YYYY-MM-DD")),
    };
    let mut aliases = about.aliases.clone();
    aliases.extend(["releaseLabel", "codename", "label"].into_iter().filter_map(|key| scalar(release, key)));
    let link = maybe_text(release, "link").unwrap_or(&about.link).to_owned();
    Ok(EndOfLife {
        vendor: String::new(),
        product: about.name.clone(),
        cycle,
        aliases,
        released: date("releaseDate")?,
        discontinued: date("discontinued")?,
        support: date("eoas")?,
        security: date("eol")?,
        extended: date("eoes")?,
        latest: scalar(release, "latest").unwrap_or_default(),
        url: link,
    })
}

/// A text, or a number that somebody forgot to quote.
fn scalar(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{read, read_page};
    use crate::item::{Item, all_of};
    use crate::shared::{shared, unpacked};

    #[test]
    fn cycles_are_read_and_bad_dates_told() {
        let text = r#"{"releases": {"9": {"name": "9", "releaseDate": "2017-06-17", "eol": "2020-07-18", "eoes": "2022-07-01"},
            "8": {"eol": "soon"}, "7": 3}}"#;
        let (items, mut problems) = all_of(|into| read(text.as_bytes(), "debian", into));
        let [Item::EndOfLife(one)] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!(
            (one.product.as_str(), one.security.as_str(), one.extended.as_str()),
            ("debian", "2020-07-18", "2022-07-01")
        );
        problems.sort();
        assert_eq!(
            problems,
            [
                "f: /releases/7: refused: is no object",
                "f: /releases/8/eol: refused: is no day YYYY-MM-DD: soon"
            ]
        );
        let page = "---\ntitle: Windows Server\npermalink: /windows-server\nreleasePolicyLink: https://x\nidentifiers:\n- cpe: cpe:/o:microsoft:windows_server\nreleases:\n  - releaseCycle: \"2022\"\n    eoas: 2026-10-13\n    eol: 2031-10-14\n    latest: 10.0\n  - eol: true\n---\ntext\n";
        let (items, problems) = all_of(|into| read_page(page.as_bytes(), into));
        let [Item::EndOfLife(one)] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!(
            (one.cycle.as_str(), one.support.as_str(), one.security.as_str()),
            ("2022", "2026-10-13", "2031-10-14")
        );
        assert_eq!(one.aliases, ["cpe:/o:microsoft:windows_server", "windows-server"]);
        assert_eq!(problems, ["f: /releases/1/releaseCycle: refused: is missing"]);
        for page in ["", "---\na: b\n", "---\na: [\n---\n", "---\ntitle: x\n---\n"] {
            assert_eq!(all_of(|into| read_page(page.as_bytes(), into)).1.len(), 1, "{page}");
        }
    }

    #[test]
    fn published_files_are_read() {
        let Some(folder) = shared("eol") else { return };
        let mut cycles = 0;
        for file in std::fs::read_dir(folder).expect("a folder") {
            let path = file.expect("a file").path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let (items, problems) =
                    all_of(|into| read(std::fs::File::open(&path).expect("a file"), "x", into));
                assert_eq!(problems, Vec::<String>::new(), "{}", path.display());
                cycles += items.len();
            }
        }
        for (name, bytes) in unpacked("eol/endoflife-products-md.tar.gz").expect("pages") {
            if name.ends_with(".md") {
                let (items, problems) = all_of(|into| read_page(bytes.as_slice(), into));
                assert_eq!(problems, Vec::<String>::new(), "{name}");
                assert!(!items.is_empty(), "{name}");
                cycles += items.len();
            }
        }
        println!("{cycles} cycles");
        assert!(cycles > 200, "{cycles}");
    }
}
