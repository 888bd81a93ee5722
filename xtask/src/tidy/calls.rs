//! Calls and marks that are forbidden in some crates: the stages stay pure, and damage is never a panic.

use super::Offence;
use crate::source::{Function, Source, words};

/// The stages that must give the same answer for the same bytes, at any time and on any machine.
const PURE: &[&str] = &["wire", "facts", "decode", "observe", "knowledge", "model", "judge"];

/// Words that must not stand in the code of these crates outside their tests.
struct Rule {
    name: &'static str,
    places: &'static [&'static str],
    words: &'static [&'static str],
    /// Functions in which they may stand all the same.
    except: &'static [&'static str],
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        name: "input-output",
        places: PURE,
        words: &[
            "std::fs",
            "std::io",
            "std::env",
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "UnixStream",
            "println!",
            "print!",
            "eprintln!",
            "eprint!",
        ],
        except: &[],
        why: "a core stage does no input and no output",
    },
    Rule {
        name: "clock",
        places: PURE,
        words: &["SystemTime", "Instant", "Timestamp::now", "Zoned::now"],
        except: &[],
        why: "a core stage reads no clock: packets bring their time",
    },
    Rule {
        name: "process",
        places: PURE,
        words: &["std::process", "std::thread", "static mut", "catch_unwind"],
        except: &[],
        why: "a core stage starts nothing and shares nothing",
    },
    // The counting allocator in the tests proves it for what they send; this finds the rest.
    Rule {
        name: "heap",
        places: &["observe", "decode", "wire"],
        words: &[
            "Vec::new",
            "Vec::with_capacity",
            "vec!",
            "String::new",
            "String::from",
            "format!",
            "to_string",
            "to_vec",
            "to_owned",
            "into_owned",
            "collect::<Vec",
            "collect::<String",
            "Box::new",
            "Rc::new",
            "Arc::new",
        ],
        except: &["new", "default", "with_limits"],
        why: "nothing is allocated per packet: tables are made at the start, in `new` or `default`",
    },
    Rule {
        name: "panic",
        places: &[
            "wire",
            "facts",
            "capture",
            "decode",
            "observe",
            "knowledge",
            "model",
            "judge",
            "show",
            "site",
            "yagura",
            "simulator",
        ],
        words: &["panic!", "unreachable!", "assert!(false", "process::abort", ".unwrap()"],
        except: &[],
        why: "hostile bytes are ordinary input: return what there is",
    },
];

pub(super) fn check(sources: &[Source]) -> Vec<Offence> {
    let mut offences = Vec::new();
    for source in sources {
        let functions = source.functions();
        for rule in RULES.iter().filter(|rule| rule.places.contains(&crate_of(source))) {
            for word in rule.words {
                offences.extend(uses(source, &functions, rule, word));
            }
        }
        offences.extend(unsafe_code(source));
        offences.extend(bare_allow(source));
    }
    offences
}

fn crate_of(source: &Source) -> &str {
    source.path.split('/').nth(1).unwrap_or_default()
}

fn uses(source: &Source, functions: &[Function], rule: &Rule, word: &str) -> Vec<Offence> {
    let inside = |at: usize| {
        let around = functions.iter().filter(|function| function.span.contains(&at));
        around.min_by_key(|function| function.span.len()).map(|function| function.name.as_str())
    };
    let excepted = |at: &usize| !inside(*at).is_some_and(|name| rule.except.contains(&name));
    let offence = |at| Offence {
        rule: rule.name,
        subject: source.path.clone(),
        amount: 1,
        text: format!("{}:{}: `{word}`: {}", source.path, source.line(at), rule.why),
    };
    words(&source.shipped, word).filter(excepted).map(offence).collect()
}

/// `unsafe` is for `capture` alone, and each says in the lines before why it is sound.
fn unsafe_code(source: &Source) -> Vec<Offence> {
    let explained = |line: usize| {
        let from = line.saturating_sub(8);
        source
            .text
            .lines()
            .skip(from)
            .take(line - from)
            .any(|text| text.contains("SAFETY:") || text.contains("# Safety"))
    };
    let offence = |at: usize| {
        let (line, path) = (source.line(at), &source.path);
        let text = match (crate_of(source) == "capture", explained(line)) {
            (true, true) => return None,
            (true, false) => {
                format!("{path}:{line}: no `SAFETY:` (or `# Safety` of a trait) in the lines before")
            }
            (false, _) => format!("{path}:{line}: only `capture` talks to the system below the language"),
        };
        Some(Offence { rule: "unsafe", subject: path.clone(), amount: 1, text })
    };
    words(&source.code, "unsafe").filter_map(offence).collect()
}

fn bare_allow(source: &Source) -> Vec<Offence> {
    let offence = |at| Offence {
        rule: "allow",
        subject: source.path.clone(),
        amount: 1,
        text: format!("{}:{}: write #[expect(..., reason = \"...\")]", source.path, source.line(at)),
    };
    ["#[allow(", "#![allow("].iter().flat_map(|mark| words(&source.code, mark)).map(offence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offences(path: &str, code: &str) -> Vec<&'static str> {
        let (text, code) = (code.to_owned(), code.to_owned());
        let source = Source { path: path.into(), shipped: code.clone(), code, text };
        check(&[source]).into_iter().map(|offence| offence.rule).collect()
    }

    #[test]
    fn pure_stages_stay_pure() {
        let clock = "fn a() { let now = Instant::now(); }";
        assert_eq!(offences("crates/model/src/a.rs", clock), ["clock"]);
        assert!(offences("crates/yagura/src/a.rs", clock).is_empty());
        assert_eq!(offences("crates/decode/src/a.rs", "use std::fs::File;"), ["input-output"]);
    }

    #[test]
    fn tables_are_made_at_the_start() {
        let table = |name: &str| format!("fn {name}() -> T {{ T(vec![0; 9]) }}");
        assert!(offences("crates/observe/src/a.rs", &table("default")).is_empty());
        assert_eq!(offences("crates/observe/src/a.rs", &table("parse")), ["heap"]);
        assert!(offences("crates/model/src/a.rs", &table("parse")).is_empty());
    }

    #[test]
    fn unsafe_is_for_one_crate_and_explained() {
        let (bare, told) = ("fn a() { unsafe { b() } }", "// SAFETY: b is sound.\nfn a() { unsafe { b() } }");
        assert_eq!(offences("crates/capture/src/a.rs", bare), ["unsafe"]);
        assert!(offences("crates/capture/src/a.rs", told).is_empty());
        assert_eq!(offences("crates/wire/src/a.rs", told), ["unsafe"]);
    }
}
