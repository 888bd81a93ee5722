use super::provider::{self, documents};
use super::{Options, import};
use crate::bundle::Content;
use crate::item::{Item, Part};
use crate::problem::Problems;
use crate::shared::{shared, unpacked};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const KEV: &str = r#"{"catalogVersion": "1", "count": 1, "vulnerabilities": [{"cveID": "CVE-2021-0001", "dateAdded": "2021-11-03"}]}"#;

fn imported(path: &Path) -> (Content, Problems, super::Summary) {
    let (mut content, mut problems) = (Content::default(), Problems::default());
    let summary = import(path, &Options::default(), &mut content, &mut problems);
    (content, problems, summary)
}

fn sha512(text: &str) -> String {
    use sha2::Digest;
    crate::bundle::hex(&sha2::Sha512::digest(text))
}

#[test]
fn a_folder_is_read_with_its_hashes_and_one_bad_document_stops_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    put("kev.json", KEV);
    put("kev.json.sha512", &format!("{}  kev.json\n", sha512(KEV)));
    put("kev.json.asc", "-----BEGIN PGP SIGNATURE-----");
    put("changed.json", KEV);
    put("changed.json.sha512", &sha512("something else"));
    put("empty.json", "");
    put("strange.json", "{}");
    put("picture.png", "x");
    put("epss_scores-2021-04-14.csv", "cve,epss\nCVE-2021-0001,0.5\n");
    let (content, problems, summary) = imported(folder.path());
    let told: Vec<String> = problems.list.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "changed.json: refused: does not have the sha512 that stands beside it",
            "empty.json: line 1: refused: EOF while parsing a value at line 1 column 0",
            "strange.json: warning: is no source that is known",
        ]
    );
    assert_eq!(content.counts().collect::<Vec<_>>(), [(Part::Exploited, 1), (Part::Epss, 1)]);
    assert_eq!((summary.files, summary.passed_over, summary.refused), (3, 2, 2));
    assert_eq!(summary.checks(), ["sha512 1", "signature present, not checked 1"]);
}

#[test]
fn archives_are_read_like_folders_whatever_the_order_inside() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in [("d/kev.json", KEV), ("d/kev.json.sha512", "00")] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_cksum();
        tar.append_data(&mut header, name, text.as_bytes()).expect("an entry");
    }
    let bytes = tar.into_inner().expect("an archive");
    let path = folder.path().join("x.tar.zst");
    fs::write(&path, zstd::encode_all(bytes.as_slice(), 1).expect("packed")).expect("a file");
    let (content, problems, _) = imported(&path);
    assert_eq!(problems.list[0].to_string(), "d/kev.json: refused: the sha512 beside it is none");
    assert_eq!(content.counts().count(), 0);

    let broken = folder.path().join("y.tar.gz");
    fs::write(&broken, b"no archive").expect("a file");
    let (_, problems, summary) = imported(&broken);
    assert_eq!((problems.list.len(), summary.refused), (1, 1));
    let (_, problems, _) = imported(&folder.path().join("absent.json"));
    assert!(problems.list[0].what.starts_with("cannot be opened"), "{problems:?}");
}

#[test]
fn advisories_that_are_published_are_read_with_their_hashes() {
    let Some(folder) = shared("csaf-sample") else { return };
    let (content, problems, summary) = imported(&folder);
    for problem in &problems.list {
        println!("{problem}");
    }
    println!("{:?} {} refused {:?}", summary.items, summary.refused, summary.checks());
    assert_eq!((content.items(Part::Advisories).count(), summary.refused), (22, 0));
    assert_eq!(summary.checks(), ["sha512 22", "signature present, not checked 22"]);
}

#[test]
fn the_whole_collection_of_control_advisories_is_read() {
    let Some(archive) = shared("csaf-ot.tar.gz") else { return };
    let (content, problems, summary) = imported(&archive);
    let mut tests: BTreeMap<String, usize> = BTreeMap::new();
    for problem in &problems.list {
        let test = problem.what.split(':').next().unwrap_or_default();
        *tests.entry(format!("{:?} {test:.60}", problem.weight)).or_default() += 1;
    }
    println!("{:?} {} refused, newest {}", summary.items, summary.refused, summary.newest);
    println!("{tests:#?}");
    for problem in problems.list.iter().filter(|problem| problem.weight == crate::Weight::Refused).take(40) {
        println!("{problem}");
    }
    assert_eq!((content.items(Part::Advisories).count(), summary.refused), (2_035, 0));
}

#[test]
fn a_provider_is_read_through_a_function_that_fetches() {
    let Some(files) = unpacked("csaf-provider/cisa-develop-mini-2025.tar.gz") else { return };
    let root = "https://raw.githubusercontent.com/cisagov/CSAF/develop/";
    let mut asked = Vec::new();
    let mut fetch = |address: &str| -> Result<Option<Vec<u8>>, String> {
        asked.push(address.to_owned());
        let path = address.strip_prefix(root).ok_or("another place")?;
        Ok(files.get(&format!("CSAF-develop/{path}")).cloned())
    };
    let feed = format!("{root}csaf_files/OT/white/cisa-csaf-ot-feed-tlp-white.json");
    let mut problems = Problems::default();
    let by_feed = documents(&feed, &mut fetch, &mut problems);
    let by_directory = documents(&format!("{root}csaf_files/OT/white"), &mut fetch, &mut problems);
    println!("{} by feed, {} by directory", by_feed.len(), by_directory.len());
    assert!(!by_feed.is_empty() && !by_directory.is_empty());
    let mut content = Content::default();
    let summary =
        provider::import(&feed, "", &Options { lenient: true }, &mut fetch, &mut content, &mut problems);
    let ids: Vec<String> = content
        .items(Part::Advisories)
        .map(|item| match item {
            Item::Advisory(advisory) => advisory.id,
            _ => panic!("{item:?}"),
        })
        .collect();
    assert_eq!(ids, ["ICSMA-25-160-01"]);
    assert_eq!(summary.checks(), ["sha512 1", "signature present, not checked 1"]);
    let late = provider::import(
        &feed,
        "2099-01-01T00:00:00Z",
        &Options::default(),
        &mut fetch,
        &mut content,
        &mut problems,
    );
    assert_eq!(late.files, 0);
}

#[test]
fn lists_of_published_providers_are_read() {
    let Some(folder) = shared("csaf-provider") else { return };
    for (name, expected) in [
        ("cisa-csaf-ot-feed-tlp-white.json", 2_035),
        ("sick/csaf-feed-tlp-white.json", 1),
        ("siemens/ssa-feed-tlp-white.json", 1),
    ] {
        let bytes = fs::read(folder.join(name)).expect("a feed");
        let mut problems = Problems::default();
        let listed = documents("https://x/feed.json", &mut |_| Ok(Some(bytes.clone())), &mut problems);
        println!("{name}: {} documents", listed.len());
        assert!(listed.len() >= expected && problems.list.is_empty(), "{name} {}", listed.len());
    }
    let mut problems = Problems::default();
    let mut local = |address: &str| Ok(fs::read(folder.join(address.trim_start_matches("https://x/"))).ok());
    let listed = documents("https://x/", &mut local, &mut problems);
    assert_eq!((listed.len(), problems.list.len()), (2_035, 0));
    let mut evil = |_: &str| {
        Ok(Some(b"../../etc/passwd,2024\nhttps://y/z.json,2024\na/b.json,2024-01-01T00:00:00Z".to_vec()))
    };
    assert_eq!(documents("https://x", &mut evil, &mut problems).len(), 1);
    assert_eq!(problems.list.len(), 2);
}

#[test]
fn metadata_of_a_provider_leads_to_its_feeds() {
    let metadata = r#"{"canonical_url": "u", "distributions": [
        {"rolie": {"feeds": [{"url": "https://x/white.json", "tlp_label": "WHITE"}, {"url": "https://x/amber.json", "tlp_label": "AMBER"}]}},
        {"directory_url": "https://x/dir/"}]}"#;
    let feed = r#"{"feed": {"entry": [{"content": {"src": "https://x/1.json"}, "updated": "2024-01-01T00:00:00Z",
        "link": [{"rel": "hash", "href": "https://x/1.json.sha512"}]}, {"id": "none"}]}}"#;
    let mut fetch = |address: &str| -> Result<Option<Vec<u8>>, String> {
        match address {
            "https://x/provider-metadata.json" => Ok(Some(metadata.into())),
            "https://x/white.json" => Ok(Some(feed.into())),
            "https://x/dir/index.txt" => Ok(Some(b"2.json\n".to_vec())),
            "https://x/1.json" => Ok(Some(KEV.into())),
            "https://x/amber.json" => Err("asked for".to_owned()),
            _ => Ok(None),
        }
    };
    let mut problems = Problems::default();
    let urls: Vec<String> = documents("https://x/provider-metadata.json", &mut fetch, &mut problems)
        .into_iter()
        .map(|listed| listed.url)
        .collect();
    assert_eq!(urls, ["https://x/1.json", "https://x/dir/2.json"]);
    assert_eq!(problems.list.len(), 1);
    let mut content = Content::default();
    provider::import(
        "https://x/provider-metadata.json",
        "",
        &Options::default(),
        &mut fetch,
        &mut content,
        &mut problems,
    );
    let told: Vec<String> = problems.list.iter().map(ToString::to_string).collect();
    assert!(
        told.contains(
            &"https://x/1.json: refused: its hash https://x/1.json.sha512 is listed, but not there".into()
        ),
        "{told:?}"
    );
    assert!(told.contains(&"https://x/dir/2.json: refused: is listed, but not there".into()), "{told:?}");
}
