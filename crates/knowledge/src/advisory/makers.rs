//! Which makers are one: spellings, former names, brands and houses that were bought.

use std::collections::BTreeSet;

/// A group of makers whose products advisories name under each other: the key, and how any of them is spelled (lower
/// case, at the beginning of a word). A maker may be in several groups.
const GROUPS: &[(&str, &[&str])] = &[
    ("siemens", &["siemens", "シーメンス", "ruggedcom", "simatic", "mentor", "siemens healthineers"]),
    ("rockwell", &["rockwell", "ロックウェル", "allen-bradley", "allen bradley"]),
    (
        "schneider",
        &[
            "schneider",
            "シュナイダー",
            "telemecanique",
            "modicon",
            "square d",
            "american power",
            "apc",
            "aveva",
            "wonderware",
            "invensys",
            "foxboro",
            "triconex",
            "eurotherm",
            "pro-face",
            "proface",
            "digital electronics",
            "osisoft",
            "citect",
            "indusoft",
            "pelco",
            "igss",
        ],
    ),
    ("mitsubishi", &["mitsubishi", "melco", "iconics", "三菱電機"]),
    ("omron", &["omron", "adept", "オムロン"]),
    ("abb", &["abb", "hitachi energy", "hitachi abb", "b&r", "bernecker", "busch-jaeger"]),
    ("honeywell", &["honeywell", "matrikon", "tridium", "saia", "elster", "trend"]),
    ("emerson", &["emerson", "fisher", "rosemount", "bristol", "ovation", "national instruments"]),
    ("ge", &["ge", "general electric", "emerson", "intelligent platforms", "bently", "baker hughes"]),
    ("yokogawa", &["yokogawa", "横河電機"]),
    ("moxa", &["moxa"]),
    ("phoenix", &["phoenix contact", "innominate"]),
    ("wago", &["wago", "m&m software"]),
    ("codesys", &["codesys", "3s-smart", "3s smart"]),
    ("beckhoff", &["beckhoff"]),
    ("delta", &["delta electronics", "delta industrial", "delta"]),
    ("advantech", &["advantech", "b+b", "b&b"]),
    ("belden", &["belden", "hirschmann", "garrettcom", "tofino", "prosoft"]),
    ("redlion", &["red lion", "sixnet", "n-tron", "spectris"]),
    (
        "automationdirect",
        &["automation direct", "automationdirect", "koyo", "jtekt", "red lion", "host engineering"],
    ),
    ("jtekt", &["jtekt", "ジェイテクト", "toyoda", "koyo"]),
    (
        "johnson",
        &[
            "johnson con",
            "exacq",
            "sensormatic",
            "kantech",
            "tyco",
            "american dynamics",
            "software house",
            "cks",
            "qolsys",
            "controlled electronic",
            "contolled electronic",
        ],
    ),
    ("carrier", &["carrier", "lenel", "interlogix", "automated logic", "utc fire"]),
    ("bosch", &["bosch", "rexroth", "lenze"]),
    ("pepperl", &["pepperl", "comtrol"]),
    ("ptc", &["ptc", "kepware"]),
    ("sel", &["schweitzer", "sel"]),
    ("hms", &["hms", "ewon", "intesis", "anybus"]),
    ("eaton", &["eaton", "cooper", "moeller"]),
    ("sick", &["sick"]),
    ("festo", &["festo"]),
    ("keyence", &["keyence"]),
    ("fanuc", &["fanuc"]),
    ("fuji", &["fuji electric", "hakko"]),
    ("panasonic", &["panasonic", "sunx", "nais"]),
    ("lsis", &["ls electric", "lsis", "ls industrial"]),
    ("idec", &["idec"]),
    ("unitronics", &["unitronics"]),
    ("toshiba", &["toshiba"]),
    ("yaskawa", &["yaskawa", "vipa"]),
    ("lantronix", &["lantronix"]),
    ("digi", &["digi international", "digi"]),
    ("cisco", &["cisco"]),
    ("windriver", &["wind river", "windriver"]),
    ("hikvision", &["hikvision"]),
    ("dahua", &["dahua"]),
    ("axis", &["axis"]),
    ("weidmueller", &["weidm"]),
    ("trihedral", &["trihedral"]),
    ("bd", &["becton", "bd ", "carefusion"]),
    ("baxter", &["baxter", "hillrom", "hill-rom", "welch allyn"]),
    ("motorola", &["motorola"]),
    ("westermo", &["westermo"]),
    ("korenix", &["korenix", "beijer"]),
    ("weintek", &["weintek", "maple systems"]),
];

/// Words of company names that say nothing.
const SUFFIXES: &[&str] = &[
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "ltd",
    "limited",
    "llc",
    "gmbh",
    "ag",
    "kg",
    "sa",
    "plc",
    "bv",
    "oy",
    "ab",
    "se",
    "srl",
    "spa",
    "the",
    "technologies",
    "technology",
    "technique",
    "electronics",
    "electronic",
    "group",
    "systems",
    "industries",
    "international",
    "industrial",
    "automation",
    "software",
    "solutions",
];

/// Keys of the groups a vendor text belongs to, sorted. Empty when the text names no maker, which then is any maker.
pub(super) fn groups(vendor: &str) -> Vec<String> {
    let lower = vendor.to_lowercase();
    let mut found: BTreeSet<String> = BTreeSet::new();
    for (key, spellings) in GROUPS {
        if spellings.iter().any(|spelling| has_start(&lower, spelling)) {
            found.insert((*key).to_owned());
        }
    }
    let apart =
        [",", "/", "(", ")", " and ", " - ", " & ", ";", "a subsidiary of", "an affiliate of", "formerly"];
    let mut rest = lower;
    for mark in apart {
        rest = rest.replace(mark, "|");
    }
    for part in rest.split('|') {
        let words: Vec<String> = part
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty() && !SUFFIXES.contains(word))
            .map(str::to_owned)
            .collect();
        let name = words.concat();
        if name.len() >= 2
            && !matches!(name.as_str(), "multiple" | "na" | "unknown" | "multipleopensource" | "various")
        {
            found.insert(name);
        }
    }
    found.into_iter().collect()
}

/// Whether two texts name the same maker, by any of its spellings. A text that names none is nobody's.
#[must_use]
pub fn same_maker(one: &str, other: &str) -> bool {
    let others = groups(other);
    groups(one).iter().any(|group| others.contains(group))
}

/// Keys of the groups that spell one of theirs exactly so.
pub(super) fn known(lower: &str) -> Vec<&'static str> {
    GROUPS.iter().filter(|(_, spellings)| spellings.contains(&lower)).map(|(key, _)| *key).collect()
}

fn has_start(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let behind = text.get(at + word.len()..).and_then(|tail| tail.chars().next());
        let whole = word.len() > 3 || !behind.is_some_and(char::is_alphanumeric);
        !before.is_some_and(char::is_alphanumeric) && whole
    })
}
