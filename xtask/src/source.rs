//! Rust text as far as the house rules need it: code apart from comments and literals, tests apart from the rest.
//!
//! Not a parser. It knows comments, literals and brackets, which is enough to find functions and test modules in
//! formatted code that compiles.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One Rust file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Path from the project's folder.
    pub(crate) path: String,
    /// The file as it is.
    pub(crate) text: String,
    /// The same length, with comments and the insides of literals as blanks.
    pub(crate) code: String,
    /// `code` without test modules: what reaches the program. Empty in a file of tests.
    pub(crate) shipped: String,
}

/// A function's name and the bytes from its keyword to its closing brace.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
}

/// Every Rust file below `folders`, in the order of their paths.
pub(crate) fn read_all(root: &Path, folders: &[&str]) -> Result<Vec<Source>, String> {
    let mut paths = Vec::new();
    for folder in folders {
        walk(&root.join(folder), &mut paths)?;
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    paths.sort();
    let mut sources = Vec::new();
    for path in &paths {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        sources.push(Source { path: name, code: blank(&text), shipped: String::new(), text });
    }
    let tests: BTreeSet<String> = sources.iter().flat_map(test_modules).collect();
    for source in &mut sources {
        if !is_test_file(&source.path, &tests) {
            source.shipped = without(&source.code, &test_regions(&source.code));
        }
    }
    Ok(sources)
}

/// Folders of what others wrote and of what is built: no rule of ours is for them.
const NOT_OURS: [&str; 5] = ["target", ".git", "node_modules", "dist", "output"];

/// Every file below a folder, except what is built or belongs to version control.
pub(crate) fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() && !NOT_OURS.contains(&name.as_str()) {
            walk(&path, paths)?;
        } else if path.is_file() {
            paths.push(path);
        }
    }
    Ok(())
}

impl Source {
    /// The number of the line that holds this byte, from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
    }

    /// Every function with a body, tests included.
    pub(crate) fn functions(&self) -> Vec<Function> {
        words(&self.code, "fn").filter_map(|at| function(&self.code, at)).collect()
    }
}

/// Where `word` stands in `code` and is not a part of a longer word.
pub(crate) fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let (first, last) = (word.starts_with(is_part), word.ends_with(is_part));
    code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        let behind = code.get(at + word.len()..).and_then(|text| text.chars().next());
        !(first && before.is_some_and(is_part) || last && behind.is_some_and(is_part))
    })
}

fn function(code: &str, at: usize) -> Option<Function> {
    let name: String = code.get(at + 2..)?.trim_start().chars().take_while(|c| is_name(*c)).collect();
    let end = item_end(code, at)?;
    // A declaration without a body ends with a semicolon, `fn(u8)` as a type has no name.
    let has_body = code.get(..end)?.ends_with('}');
    (!name.is_empty() && has_body).then_some(Function { name, span: at..end })
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The end of the item that starts at `at`: behind its first semicolon or its first block, outside of brackets.
fn item_end(code: &str, at: usize) -> Option<usize> {
    let (mut depth, mut braces) = (0usize, 0usize);
    for (index, byte) in code.bytes().enumerate().skip(at) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.checked_sub(1)?,
            b'{' => braces += 1,
            b'}' if braces <= 1 => return (braces == 1).then_some(index + 1),
            b'}' => braces -= 1,
            b';' if depth == 0 && braces == 0 => return Some(index + 1),
            _ => {}
        }
    }
    None
}

const TEST_MARK: &str = "#[cfg(test)]";

fn test_regions(code: &str) -> Vec<Range<usize>> {
    code.match_indices(TEST_MARK)
        .filter_map(|(at, _)| Some(at..item_end(code, at + TEST_MARK.len())?))
        .collect()
}

/// Paths, without `.rs`, of modules in files of their own that are compiled for tests only.
fn test_modules(source: &Source) -> Vec<String> {
    let path = source.path.strip_suffix(".rs").unwrap_or(&source.path);
    let folder = match path.rsplit_once('/') {
        Some((folder, "mod" | "lib" | "main")) => folder,
        _ => path,
    };
    let item = |region: Range<usize>| {
        let text = source.code.get(region)?.strip_prefix(TEST_MARK)?.trim();
        let name = text.strip_suffix(';')?.rsplit_once("mod ")?.1;
        Some(format!("{folder}/{name}"))
    };
    test_regions(&source.code).into_iter().filter_map(item).collect()
}

fn is_test_file(path: &str, modules: &BTreeSet<String>) -> bool {
    let is_below = |module: &String| {
        path.strip_prefix(module.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    };
    path.split('/').nth(2) == Some("tests") || modules.iter().any(is_below)
}

fn without(code: &str, regions: &[Range<usize>]) -> String {
    let mut bytes = code.as_bytes().to_vec();
    regions.iter().for_each(|region| blank_range(&mut bytes, region.clone()));
    String::from_utf8(bytes).unwrap_or_default()
}

fn blank_range(bytes: &mut [u8], range: Range<usize>) {
    bytes.get_mut(range).into_iter().flatten().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
}

/// Code with comments and the insides of literals as blanks, byte for byte at the same places.
fn blank(text: &str) -> String {
    let source = text.as_bytes();
    let mut bytes = source.to_vec();
    let mut at = 0;
    while at < source.len() {
        let rest = source.get(at..).unwrap_or_default();
        let (start, end) = match rest {
            [b'/', b'/', ..] => (0, find(rest, b"\n", 0)),
            [b'/', b'*', ..] => (0, comment(rest)),
            [b'"', ..] => (1, string(rest)),
            [b'r', b'"' | b'#', ..] if !is_inside_word(source, at) => (1, raw_string(rest)),
            [b'\'', ..] => (1, character(rest)),
            _ => (0, 0),
        };
        if end > start {
            blank_range(&mut bytes, at + start..at + end);
        }
        at += end.max(1);
    }
    String::from_utf8(bytes).unwrap_or_default()
}

fn is_inside_word(source: &[u8], at: usize) -> bool {
    // `br"` and `cr"` are raw strings, too.
    let before = |n: usize| at.checked_sub(n).and_then(|index| source.get(index)).copied().unwrap_or(b' ');
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_prefix = matches!(before(1), b'b' | b'c') && !is_part(before(2));
    is_part(before(1)) && !is_prefix
}

fn find(bytes: &[u8], needle: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.windows(needle.len()).position(|window| window == needle).map_or(bytes.len(), |at| from + at)
}

fn comment(bytes: &[u8]) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => (depth, at) = (depth + 1, at + 2),
            Some(b"*/") if depth == 1 => return at + 2,
            Some(b"*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    bytes.len()
}

fn string(bytes: &[u8]) -> usize {
    let mut at = 1;
    loop {
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') | None => return at + 1,
            Some(_) => at += 1,
        }
    }
}

fn raw_string(bytes: &[u8]) -> usize {
    let marks = bytes.iter().skip(1).take_while(|byte| **byte == b'#').count();
    if bytes.get(1 + marks) != Some(&b'"') {
        return 1; // A raw name such as `r#for`.
    }
    let end = [b"\"".as_slice(), &b"#".repeat(marks)].concat();
    find(bytes, &end, 2 + marks) + end.len()
}

/// A character literal; a lifetime ends behind its mark.
fn character(bytes: &[u8]) -> usize {
    if bytes.get(1) == Some(&b'\\') {
        return find(bytes, b"'", 3) + 1;
    }
    let text = String::from_utf8_lossy(bytes.get(1..bytes.len().min(6)).unwrap_or_default()).into_owned();
    let len = text.chars().next().map_or(1, char::len_utf8);
    if bytes.get(1 + len) == Some(&b'\'') { len + 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source {
            path: "crates/a/src/b.rs".into(),
            text: text.into(),
            code: blank(text),
            shipped: String::new(),
        }
    }

    #[test]
    fn comments_and_literals_are_no_code() {
        let text =
            "a // fn\n/* x /* y */ z */ b \"c \\\" d\" r#\"e \" f\"# 'g' '\\'' '\\u{1f}' <'h> r#i \"é\" j";
        let code = blank(text);
        assert_eq!(code.len(), text.len());
        let left: Vec<&str> = code.split_whitespace().collect();
        assert_eq!(left, ["a", "b", "\"", "r", "'", "'", "'", "<'h>", "r#i", "\"", "j"]);
    }

    #[test]
    fn functions_end_at_their_brace() {
        let text = "fn a(x: [u8; 2]) -> u8 { if x { 1 } else { 2 } }";
        let source = source(&format!("{text} trait T {{ fn b(); }} type F = fn(u8);"));
        let names: Vec<String> = source.functions().into_iter().map(|f| f.name).collect();
        assert_eq!(names, ["a"]);
        assert_eq!(source.functions().first().map(|f| f.span.clone()), Some(0..text.len()));
    }

    #[test]
    fn test_modules_are_told_apart() {
        let source =
            source("#[cfg(test)]\nmod check;\nfn a() {}\n#[cfg(test)]\nmod tests { fn c() {} }\nfn b() {}");
        assert_eq!(test_modules(&source), ["crates/a/src/b/check"]);
        let shipped = without(&source.code, &test_regions(&source.code));
        assert_eq!(shipped.split_whitespace().collect::<Vec<_>>(), ["fn", "a()", "{}", "fn", "b()", "{}"]);
        let modules = BTreeSet::from(["crates/a/src/b/check".to_owned()]);
        assert!(is_test_file("crates/a/src/b/check/lines.rs", &modules));
        assert!(is_test_file("crates/a/tests/x.rs", &modules));
        assert!(!is_test_file("crates/a/src/b/checks.rs", &modules));
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(words("Instant Instantly MyInstant", "Instant").collect::<Vec<_>>(), [0]);
        assert_eq!(words("a.to_vec() to_vector()", "to_vec").count(), 1);
    }
}
