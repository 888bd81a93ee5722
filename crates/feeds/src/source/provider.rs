//! Providers of advisories: what a CSAF provider lists (ROLIE feeds, `changes.csv`, `index.txt`), read through a function
//! of the caller that fetches an address. The network lives outside.

use super::companion::{Beside, check};
use super::document::read_document;
use super::summary::Summary;
use super::{Options, note};
use crate::bundle::Content;
use crate::json::{list, maybe_text};
use crate::problem::{Fault, Problems, Weight};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Most documents that one provider may list.
pub const LISTED_MAX: usize = 1_000_000;
/// Most feeds and directories of one provider.
const FEEDS_MAX: usize = 200;

/// Fetches an address. `Ok(None)` when there is nothing; an error is one line.
pub type Fetch<'f> = dyn FnMut(&str) -> Result<Option<Vec<u8>>, String> + 'f;

/// A document that a provider lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Its address.
    pub url: String,
    /// When it changed last, RFC 3339; empty when the list does not say.
    pub updated: String,
    /// Addresses of hashes, as far as the list names them.
    pub hashes: Vec<String>,
    /// Address of the signature, likewise.
    pub signature: String,
}

/// Every document of a provider: of its `provider-metadata.json`, of a ROLIE feed, or of a folder with `changes.csv` or
/// `index.txt`, by the end of the address.
pub fn documents(address: &str, fetch: &mut Fetch<'_>, problems: &mut Problems) -> Vec<Listed> {
    let mut all = BTreeMap::new();
    let lists = match address.rsplit('/').next() {
        Some(name) if name.ends_with(".json") => feed_or_metadata(address, fetch, &mut all, problems),
        _ => vec![List::Directory(address.trim_end_matches('/').to_owned())],
    };
    for of in lists.into_iter().take(FEEDS_MAX) {
        match of {
            List::Feed(address) => {
                if let Some(feed) = json(&address, fetch, problems) {
                    feed_entries(&address, &feed, &mut all, problems);
                }
            }
            List::Directory(base) => directory(&base, fetch, &mut all, problems),
        }
    }
    all.into_values().take(LISTED_MAX).collect()
}

/// Reads every document that changed after `since` (RFC 3339; empty: all) into `content`, each checked against its hash,
/// and notes the provider as an origin.
pub fn import(
    address: &str,
    since: &str,
    options: &Options,
    fetch: &mut Fetch<'_>,
    content: &mut Content,
    problems: &mut Problems,
) -> Summary {
    let mut summary = Summary::default();
    let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let limit = time(since);
    let mut newest = String::new();
    for listed in documents(address, fetch, problems) {
        if let (Some(limit), Some(updated)) = (limit, time(&listed.updated))
            && updated <= limit
        {
            continue;
        }
        let refuse = |what: String, problems: &mut Problems| {
            problems.add(&listed.url, Weight::Refused, Fault::new("", what));
        };
        let (bytes, beside) = match fetched(&listed, fetch) {
            Ok(fetched) => fetched,
            Err(what) => {
                summary.refused += 1;
                summary.unreached += 1;
                refuse(what, problems);
                continue;
            }
        };
        match check(&listed.url, &bytes, &beside) {
            Ok(checks) => {
                if read_document(&listed.url, &bytes, options, content, problems, &mut summary) {
                    summary.file(&bytes, &checks);
                }
                if time(&listed.updated) > time(&newest) {
                    newest.clone_from(&listed.updated);
                }
            }
            Err(what) => {
                summary.refused += 1;
                summary.unreached += 1;
                refuse(what, problems);
            }
        }
    }
    // The time from which the next update goes on: what was out of reach is asked for again.
    if summary.unreached > 0 {
        since.clone_into(&mut summary.newest);
    } else if !newest.is_empty() {
        summary.newest = newest;
    }
    note(&summary, address, content);
    summary
}

enum List {
    Feed(String),
    Directory(String),
}

/// A document with its hashes; those that no list names are tried under the names that the standard gives them.
fn fetched(listed: &Listed, fetch: &mut Fetch<'_>) -> Result<(Vec<u8>, Beside), String> {
    let bytes = fetch(&listed.url)?.ok_or("is listed, but not there")?;
    let mut beside = Beside::new();
    let mut hashes = listed.hashes.clone();
    if hashes.is_empty() {
        hashes = [".sha512", ".sha256"].iter().map(|end| format!("{}{end}", listed.url)).collect();
    }
    for address in &hashes {
        let end = if address.ends_with(".sha256") { ".sha256" } else { ".sha512" };
        match fetch(address)? {
            Some(text) => {
                beside.insert(format!("{}{end}", listed.url), text);
                break;
            }
            None if listed.hashes.is_empty() => {}
            None => return Err(format!("its hash {address} is listed, but not there")),
        }
    }
    if !listed.signature.is_empty() {
        beside.insert(format!("{}.asc", listed.url), Vec::new());
    }
    Ok((bytes, beside))
}

fn json(address: &str, fetch: &mut Fetch<'_>, problems: &mut Problems) -> Option<Value> {
    let read = match fetch(address) {
        Ok(Some(bytes)) => serde_json::from_slice(&bytes).map_err(|error| crate::json::fault(&error)),
        Ok(None) => Err(Fault::new("", "is not there")),
        Err(what) => Err(Fault::new("", what)),
    };
    read.map_err(|fault| problems.add(address, Weight::Refused, fault)).ok()
}

fn feed_or_metadata(
    address: &str,
    fetch: &mut Fetch<'_>,
    all: &mut BTreeMap<String, Listed>,
    problems: &mut Problems,
) -> Vec<List> {
    let Some(value) = json(address, fetch, problems) else { return Vec::new() };
    if value.get("feed").is_some() {
        feed_entries(address, &value, all, problems);
        return Vec::new();
    }
    let mut lists = Vec::new();
    for distribution in list(&value, "distributions") {
        let feeds = distribution.pointer("/rolie/feeds").and_then(Value::as_array);
        for feed in feeds.into_iter().flatten() {
            // Feeds above TLP:WHITE (CLEAR) ask for a log-in.
            let open = matches!(maybe_text(feed, "tlp_label"), Some("WHITE" | "CLEAR") | None);
            if let (true, Some(url)) = (open, maybe_text(feed, "url")) {
                lists.push(List::Feed(url.to_owned()));
            }
        }
        // 2.0 has `directory_url` in the distribution, 2.1 an object `directory` with `url`.
        let url = maybe_text(distribution, "directory_url")
            .or_else(|| distribution.get("directory").and_then(|directory| maybe_text(directory, "url")));
        if let (None, Some(url)) = (feeds, url) {
            lists.push(List::Directory(url.trim_end_matches('/').to_owned()));
        }
    }
    if lists.is_empty() {
        problems.add(
            address,
            Weight::Refused,
            Fault::new("/distributions", "names no feed and no directory"),
        );
    }
    lists
}

fn feed_entries(address: &str, feed: &Value, all: &mut BTreeMap<String, Listed>, problems: &mut Problems) {
    let entries = feed.pointer("/feed/entry").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for (index, entry) in entries.iter().enumerate() {
        let links = |rel: &str| -> Vec<String> {
            let of = list(entry, "link").iter().filter(|link| maybe_text(link, "rel") == Some(rel));
            of.filter_map(|link| maybe_text(link, "href")).map(str::to_owned).collect()
        };
        let source = entry.get("content").and_then(|content| maybe_text(content, "src"));
        let Some(url) = source.map(str::to_owned).or_else(|| links("self").into_iter().next()) else {
            problems.add(
                address,
                Weight::Refused,
                Fault::new(format!("/feed/entry/{index}/content/src"), "is missing"),
            );
            continue;
        };
        let listed = Listed {
            url,
            updated: maybe_text(entry, "updated").unwrap_or_default().to_owned(),
            hashes: links("hash"),
            signature: links("signature").into_iter().next().unwrap_or_default(),
        };
        add(listed, all);
    }
}

fn directory(base: &str, fetch: &mut Fetch<'_>, all: &mut BTreeMap<String, Listed>, problems: &mut Problems) {
    let changes = format!("{base}/changes.csv");
    let (name, text) = match fetch(&changes) {
        Ok(Some(text)) => (changes, text),
        Err(what) => return problems.add(&changes, Weight::Refused, Fault::new("", what)),
        Ok(None) => {
            let index = format!("{base}/index.txt");
            match fetch(&index) {
                Ok(Some(text)) => (index, text),
                Ok(None) => {
                    return problems.add(
                        base,
                        Weight::Refused,
                        Fault::new("", "has no changes.csv and no index.txt"),
                    );
                }
                Err(what) => return problems.add(&index, Weight::Refused, Fault::new("", what)),
            }
        }
    };
    let mut seen = BTreeSet::new();
    for (at, line) in String::from_utf8_lossy(&text).lines().enumerate() {
        let mut fields = line.split(',').map(|field| field.trim().trim_matches('"'));
        let (path, updated) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        if path.is_empty() || !seen.insert(path.to_owned()) {
            continue;
        }
        if path.starts_with('/') || path.contains(':') || path.split('/').any(|piece| piece == "..") {
            let what = format!("is no path below the directory: {path}");
            problems.add(&name, Weight::Refused, Fault::new(format!("line {}", at + 1), what));
            continue;
        }
        let url = format!("{base}/{path}");
        add(Listed { url, updated: updated.to_owned(), hashes: Vec::new(), signature: String::new() }, all);
    }
}

/// Adds a document; of two with the same address the newer stays.
fn add(listed: Listed, all: &mut BTreeMap<String, Listed>) {
    match all.get(&listed.url) {
        Some(known) if known.updated >= listed.updated => {}
        _ if all.len() >= LISTED_MAX => {}
        _ => {
            all.insert(listed.url.clone(), listed);
        }
    }
}
