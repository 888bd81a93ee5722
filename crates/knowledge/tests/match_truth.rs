//! The matcher against hand-made truth: which advisory is about a device that says this of itself.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

use flate2::read::GzDecoder;
use knowledge::advisory::{Advisory, Grade, Index, Spoken, matches, matches_of_all, read_csaf};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::PathBuf;

/// Where reference data lies, when it is there.
fn feeds() -> Option<PathBuf> {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    let shared = std::env::var_os("YAGURA_SHARED").map_or(beside, PathBuf::from);
    let feeds = shared.join("feeds");
    feeds.join("match-truth.tsv").is_file().then_some(feeds)
}

fn advisories(feeds: &std::path::Path) -> Vec<Advisory> {
    let file = std::fs::File::open(feeds.join("csaf-ot.tar.gz")).expect("archive");
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    let mut advisories = Vec::new();
    for entry in archive.entries().expect("entries") {
        let mut entry = entry.expect("entry");
        if !entry.path().expect("path").to_string_lossy().ends_with(".json") {
            continue;
        }
        let mut text = Vec::new();
        entry.read_to_end(&mut text).expect("bytes");
        let document: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        let (advisory, _) = read_csaf(&document).expect("an identifier");
        advisories.push(advisory);
    }
    advisories
}

struct Row {
    id: String,
    spoken: Spoken,
    expected: Vec<String>,
    forbidden: Vec<String>,
}

fn rows(feeds: &std::path::Path) -> Vec<Row> {
    let text = std::fs::read_to_string(feeds.join("match-truth.tsv")).expect("truth");
    let list = |text: &str| text.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
    let row = |line: &str| {
        let column: Vec<&str> = line.split('\t').collect();
        Row {
            id: column[0].to_owned(),
            spoken: Spoken {
                vendor: column[1].to_owned(),
                product: column[2].to_owned(),
                version: column[3].to_owned(),
                ..Spoken::default()
            },
            expected: list(column[7]),
            forbidden: list(column[8]),
        }
    };
    text.lines().skip(1).map(row).collect()
}

#[test]
fn truth_is_found_and_nothing_that_is_forbidden() {
    let Some(feeds) = feeds() else {
        println!("skipped: no reference advisories beside the repository");
        return;
    };
    let index = Index::new(advisories(&feeds));
    let only: Option<BTreeSet<String>> = std::env::var("YAGURA_TRUTH_ROWS")
        .ok()
        .map(|path| std::fs::read_to_string(path).expect("rows").lines().map(str::to_owned).collect());
    let (mut wanted, mut found, mut forbidden, mut reported) = (0, 0, 0, 0);
    let mut ratios = Vec::new();
    for row in rows(&feeds) {
        if only.as_ref().is_some_and(|only| !only.contains(&row.id)) {
            continue;
        }
        let got = matches(&index, &row.spoken);
        let ids: BTreeSet<&str> = got.iter().map(|found| found.advisory).collect();
        let said = format!("{} {} {}", row.id, row.spoken.product, row.spoken.version);
        for id in &row.expected {
            wanted += 1;
            if ids.contains(id.as_str()) {
                found += 1;
            } else {
                println!("missed\t{said}\t{id}");
            }
        }
        for id in &row.forbidden {
            forbidden += 1;
            if let Some(entry) = got.iter().find(|entry| entry.advisory == id) {
                reported += 1;
                println!("forbidden\t{said}\t{id}\t{:?}\t{}", entry.grade, entry.reason);
            }
        }
        if !row.expected.is_empty() {
            ratios.push(got.len() * 100 / row.expected.len());
        }
        if std::env::var_os("YAGURA_TRUTH_ALL").is_some() {
            for entry in &got {
                let note = if row.expected.iter().any(|id| id == entry.advisory) { "" } else { "other" };
                println!("got\t{said}\t{}\t{:?}\t{note}\t{}", entry.advisory, entry.grade, entry.reason);
            }
        }
    }
    ratios.sort_unstable();
    let median = ratios[ratios.len() / 2];
    println!("found {found} of {wanted}, forbidden {reported} of {forbidden}, median {median} %");
    assert!(found * 100 >= wanted * 97, "{found} of {wanted} expected advisories found");
    assert!(reported * 100 <= forbidden, "{reported} of {forbidden} forbidden advisories reported");
    assert!(median <= 200, "median entries per row {median} % of the expected ones");
}

/// Letters and digits of a text, lower case.
fn compact(text: &str) -> String {
    text.to_lowercase().chars().filter(|letter| letter.is_ascii_alphanumeric()).collect()
}

/// By the beginning of what a device calls itself: words of which the products of an advisory must have one to be of its
/// family. Written by hand for the rows of the truth.
const FAMILIES: &str = include_str!("match-families.tsv");

#[test]
fn whoever_is_surely_matched_is_of_the_family() {
    let Some(feeds) = feeds() else {
        println!("skipped: no reference advisories beside the repository");
        return;
    };
    let families: Vec<(&str, Vec<&str>)> = FAMILIES
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(start, words)| (start, words.split(',').collect()))
        .collect();
    let index = Index::new(advisories(&feeds));
    let (mut sure, mut strange) = (0, Vec::new());
    for row in rows(&feeds) {
        let said = compact(&row.spoken.product);
        let of = families.iter().find(|(start, _)| said.starts_with(start));
        let (_, words) = of.unwrap_or_else(|| panic!("{} has no family", row.spoken.product));
        for found in matches(&index, &row.spoken).iter().filter(|found| found.grade > Grade::Family) {
            sure += 1;
            let named = found.document.products.iter().any(|product| {
                let text = compact(&format!(
                    "{} {} {}",
                    product.path.join(" "),
                    product.name,
                    product.models.join(" ")
                ));
                words.iter().any(|word| text.contains(word))
            });
            if !named {
                strange.push(format!(
                    "{}\t{}\t{}\t{}",
                    row.id, row.spoken.product, found.advisory, found.source
                ));
            }
        }
    }
    println!("{sure} exact and range entries, {} of them with no product of the family", strange.len());
    assert!(strange.is_empty(), "{}", strange.join("\n"));
}

/// A device that calls itself as an advisory calls it is found, whatever the maker and the product.
#[test]
fn a_product_under_its_own_name_is_found() {
    let Some(feeds) = feeds() else {
        println!("skipped: no reference advisories beside the repository");
        return;
    };
    let index = Index::new(advisories(&feeds));
    let (mut asked, mut found, mut entries) = (0, 0, 0);
    for advisory in index.advisories() {
        let mut names = BTreeSet::new();
        for product in &advisory.products {
            let Some(name) = product.path.last() else { continue };
            if !names.insert(name) {
                continue;
            }
            let spoken =
                Spoken { vendor: product.vendor.clone(), product: name.clone(), ..Spoken::default() };
            let got = matches(&index, &spoken);
            asked += 1;
            entries += got.len();
            if got.iter().any(|entry| entry.advisory == advisory.id) {
                found += 1;
            } else if std::env::var_os("YAGURA_TRUTH_ALL").is_some() {
                println!("own\t{}\t{}\t{name}\t{}", advisory.id, product.vendor, product.versions.text);
            }
        }
    }
    println!("found {found} of {asked} under their own name, {entries} entries");
    assert!(found * 100 >= asked * 97, "{found} of {asked} products found under their own name");
}

/// Looked at by hand with `--ignored --release`: the time of a complete match and of one device.
#[test]
#[ignore = "a measurement"]
fn how_long_it_takes() {
    let Some(feeds) = feeds() else { return };
    let start = std::time::Instant::now();
    let index = Index::new(advisories(&feeds));
    println!("advisories read and indexed: {:?}", start.elapsed());
    let rows = rows(&feeds);
    let device = |(count, row): (usize, &Row)| Spoken { serial: count.to_string(), ..row.spoken.clone() };
    let devices: Vec<Spoken> = rows.iter().cycle().take(10_000).enumerate().map(device).collect();
    let start = std::time::Instant::now();
    let entries: usize = matches_of_all(&index, &devices).iter().map(Vec::len).sum();
    println!("10,000 devices matched: {:?}", start.elapsed());
    println!("{} types, {entries} entries", rows.len());
    let start = std::time::Instant::now();
    let entries: usize = devices.iter().take(1_000).map(|device| matches(&index, device).len()).sum();
    println!("one device matched anew: {:?}", start.elapsed() / 1_000);
    println!("{entries} entries of 1,000 devices");
}
