//! Blotting out what looks like a secret. Rather too much than too little: a bundle leaves the plant.

use regex::{Captures, Regex};
use std::borrow::Cow;
use std::sync::LazyLock;

const BLOT: &str = "[redacted]";

/// Words in the name of a key whose value is a secret.
const NAMES: &str = "pass(?:word|wd|phrase|code)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|\
    credentials?|cookie|authorization|session|totp|nonce|signature|hmac|salt|bind_?pw|psk|community";

/// Endings of names that hold one of those words and no secret.
const HARMLESS: [&str; 12] = [
    "_file",
    "_files",
    "_minutes",
    "_seconds",
    "_days",
    "_max",
    "_min",
    "_count",
    "_bytes",
    "_claim",
    "_at",
    "_per_minute",
];

/// Patterns whose every match is a secret; a group called `keep` in front of it stays.
static WHOLE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        // Keys in PEM (RFC 7468), also cut off; certificates are public.
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)",
        r"(?i)\bAGE-SECRET-KEY-[A-Z0-9-]*",
        // What the product makes itself: machine tokens, log-ins, one-time links.
        r"\by[gsern]_[A-Za-z0-9_-]+",
        // Password hashes (PHC string format), JSON Web Tokens (RFC 7519), one-time password links.
        r"\$(?:argon2(?:id|i|d)|scrypt|pbkdf2[a-z0-9-]*|2[aby])\$[A-Za-z0-9+/=$,.@_-]*",
        r"\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?",
        r"otpauth://\S*",
        r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
        // The password of a URL.
        r"(?P<keep>[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@]*:)[^\s/]*(?P<after>@)",
        // Header lines of HTTP, to their end.
        r"(?im)(?P<keep>\b(?:set-cookie|cookie|proxy-authorization|authorization|x-api-key)\s*:\s*)[^\r\n]+",
        r"(?i)(?P<keep>\b(?:bearer|basic)\s+)[A-Za-z0-9+/=._~-]{8,}",
    ];
    compile(&patterns)
});

/// `name = value`, `name: value`, `"name": "value"`, `name=value&…`, and values of several lines in TOML.
static VALUES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let value = r#""""(?s:.*?)(?:"""|\z)|'''(?s:.*?)(?:'''|\z)|"(?:[^"\\]|\\.)*"?|'[^'\n]*'?|\[[^\]]*\]?|[^\s,;&"'})\]]+"#;
    compile(&[&format!(
        r#"(?i)(?P<name>["']?[\w.-]*(?:{NAMES})[\w.-]*["']?)(?P<sign>\s*(?:=>|=|:)\s*)(?P<value>{value})"#
    )])
});

/// Long runs of letters and digits as random keys are written.
static RUNS: LazyLock<Vec<Regex>> = LazyLock::new(|| compile(&[r"[A-Za-z0-9+/_-]{40,}={0,2}"]));

fn compile(patterns: &[&str]) -> Vec<Regex> {
    // The patterns are constants; the test that each one compiles is below.
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
}

/// The text with everything that looks like a secret blotted out, and how often that happened.
#[must_use]
pub fn redact(text: &str) -> (String, usize) {
    let mut count = 0;
    let mut text = Cow::Borrowed(text);
    for pattern in WHOLE.iter() {
        text = replaced(pattern, text, |found| {
            count += 1;
            let group = |name| found.name(name).map_or("", |group| group.as_str());
            format!("{}{BLOT}{}", group("keep"), group("after"))
        });
    }
    for pattern in VALUES.iter() {
        text = replaced(pattern, text, |found| value(found, &mut count));
    }
    for pattern in RUNS.iter() {
        text = replaced(pattern, text, |found| run(found, &mut count));
    }
    (text.into_owned(), count)
}

fn replaced<'t>(
    pattern: &Regex,
    text: Cow<'t, str>,
    replace: impl FnMut(&Captures<'_>) -> String,
) -> Cow<'t, str> {
    match pattern.replace_all(&text, replace) {
        Cow::Borrowed(_) => text,
        Cow::Owned(changed) => Cow::Owned(changed),
    }
}

fn value(found: &Captures<'_>, count: &mut usize) -> String {
    let group = |name| found.name(name).map_or("", |group| group.as_str());
    let (name, sign, value) = (group("name"), group("sign"), group("value"));
    let bare = name.trim_matches(['"', '\'']).to_lowercase();
    let is_harmless = HARMLESS.iter().any(|ending| bare.ends_with(ending));
    let inner = value.trim_matches(['"', '\'']);
    let is_plain =
        matches!(inner, "" | "true" | "false" | "null" | "none" | "None") || inner.starts_with(BLOT);
    if is_harmless || is_plain || value.starts_with("[redacted") {
        return found.get(0).map_or_else(String::new, |all| all.as_str().to_owned());
    }
    *count += 1;
    let quote =
        value.chars().next().filter(|letter| "\"'".contains(*letter)).map(String::from).unwrap_or_default();
    format!("{name}{sign}{quote}{BLOT}{quote}")
}

/// A run is taken for a key when it mixes capitals, small letters and digits; numbers and paths do not.
fn run(found: &Captures<'_>, count: &mut usize) -> String {
    let text = found.get(0).map_or("", |all| all.as_str());
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    if has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit) {
        *count += 1;
        return BLOT.into();
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(redact(text).0, expected);
    }

    #[test]
    fn every_pattern_is_one() {
        assert_eq!((WHOLE.len(), VALUES.len(), RUNS.len()), (10, 1, 1));
    }

    #[test]
    fn secrets_are_blotted_out() {
        check("token yg_live_Ab3-x9 used", "token [redacted] used");
        check("ready: https://10.0.0.7:8443/enrol#ye_01_ab", "ready: https://10.0.0.7:8443/enrol#[redacted]");
        check("password = \"hunter 2\" # why", "password = \"[redacted]\" # why");
        check("password = 'hunter \" 2'", "password = '[redacted]'");
        check("db_password=hunter2, user=me", "db_password=[redacted], user=me");
        check(r#"{"clientSecret": "a\"b", "user": "me"}"#, r#"{"clientSecret": "[redacted]", "user": "me"}"#);
        check("GET /x?access_token=abc&y=1", "GET /x?access_token=[redacted]&y=1");
        check("postgres://me:hun@ter2@db/x", "postgres://me:[redacted]@db/x");
        check("Cookie: yagura=abc; theme=dark\nHost: a", "Cookie: [redacted]\nHost: a");
        check("authorization: Bearer abcdefgh12345", "authorization: [redacted]");
        check("sent Bearer abcdefgh12345.", "sent Bearer [redacted]");
        check("hash $argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA end", "hash [redacted] end");
        check("AGE-SECRET-KEY-1QQPQ2 x", "[redacted] x");
        check("jwt eyJhbGciOi.eyJzdWIi.c2ln!", "jwt [redacted]!");
        check("otpauth://totp/x?secret=ABC next", "[redacted] next");
        check("key 3q2Zx0T7bX1vYl9mKf4sUe8RjWc5NhGdPaOiQy6B+tk=", "key [redacted]");
        check("secret = \"\"\"\na\nb\n\"\"\"\nx = 1", "secret = \"[redacted]\"\nx = 1");
        check("YAGURA_SMTP__PASSWORD=hunter2", "YAGURA_SMTP__PASSWORD=[redacted]");
        check("tokens: [a, b]", "tokens: [redacted]");
    }

    #[test]
    fn private_keys_are_blotted_out_even_when_cut_off_and_certificates_stay() {
        let key = |end: &str| format!("a\n-----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n{end}");
        check(&key("-----END EC PRIVATE KEY-----\nb"), "a\n[redacted]\nb");
        check(&key(""), "a\n[redacted]");
        let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
        check(certificate, certificate);
    }

    #[test]
    fn what_helps_to_find_a_fault_stays() {
        for text in [
            "passphrase_file = \"/etc/yagura/secrets/backup\"",
            "session_minutes: 30",
            "asset 0192f0c1-2b3c-7d4e-8f50-617283940a1b at 10.0.0.7",
            "sha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "log-in refused: wrong password",
            "/var/lib/yagura/history/flows/2026/08/11/03.parquet",
            "{\"passwordSet\": true}",
            "http://10.0.0.1:8443/api/v1/assets",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn blotting_out_twice_changes_nothing() {
        let once = redact("password: x\nCookie: a=b\nhttps://a:b@c yg_abc \"token\": \"t\"").0;
        assert_eq!(redact(&once), (once.clone(), redact(&once).1));
        assert!(!once.contains("a=b") && !once.contains(":b@") && !once.contains("yg_abc"));
    }
}
