//! Test 6.1.50 where the crate only warns: ranges of versions in the VERS notation whose scheme it does not know, and the
//! scheme `all`.

use super::Finding;
use super::check::finding;
use serde_json::Value;

/// What is wrong with ranges of the document, beyond what the crate finds.
pub(super) fn test(document: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut open = vec![("/product_tree".to_owned(), document.get("product_tree").unwrap_or(&Value::Null))];
    while let Some((at, value)) = open.pop() {
        let branches = value.get("branches").and_then(Value::as_array).into_iter().flatten();
        open.extend(branches.enumerate().map(|(index, branch)| (format!("{at}/branches/{index}"), branch)));
        if let Some(what) = range(value).and_then(wrong) {
            findings.push(finding("6.1.50", &format!("{at}/name"), what));
        }
    }
    findings.sort_by(|one, two| one.at.cmp(&two.at));
    findings
}

/// Whether the range at this place is `vers:/all`, which the published documents take for every version.
pub(super) fn is_all(document: &Value, at: &str) -> bool {
    let place = document.pointer(at.strip_suffix("/name").unwrap_or(at));
    place.and_then(range) == Some("vers:/all")
}

/// The name of a branch that is a range of versions.
fn range(branch: &Value) -> Option<&str> {
    let category = branch.get("category")?.as_str()?;
    branch.get("name")?.as_str().filter(|_| category == "product_version_range")
}

fn wrong(name: &str) -> Option<&'static str> {
    let (scheme, constraints) = name.strip_prefix("vers:")?.split_once('/')?;
    match (scheme, constraints) {
        ("", "all") | ("all", "*") => None,
        ("all", _) => Some("the scheme all has no other range than *"),
        _ if constraints.split('|').all(is_constraint) => None,
        _ => Some("is no list of constraints"),
    }
}

/// A comparator, or none, and a version.
fn is_constraint(text: &str) -> bool {
    let version =
        ["!=", "<=", ">=", "<", ">", "="].iter().find_map(|sign| text.strip_prefix(sign)).unwrap_or(text);
    !version.is_empty() && (version == "*" || !version.contains(['<', '>', '=', '!', '*', '|']))
}

#[cfg(test)]
mod tests {
    use super::wrong;

    #[test]
    fn ranges_in_vers_notation() {
        for name in [
            "vers:all/*",
            "vers:/all",
            "vers:odd/<4.2.0|>3.91.1|!=3.2.0",
            "vers:odd/>Jo_3,16|<=2.Ko_5",
            "<=2024.04",
        ] {
            assert_eq!(wrong(name), None, "{name}");
        }
        for name in ["vers:all/<V3.1", "vers:odd/<4.2.0|<>3.2.0", "vers:odd/||>3", "vers:odd/"] {
            assert!(wrong(name).is_some(), "{name}");
        }
    }
}
