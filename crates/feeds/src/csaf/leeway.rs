//! Findings of the crate that the published test documents do not share. Each is a warning instead of a refusal: the
//! crate follows a later text of CSAF 2.1 than the documents, or is stricter than they are.

use super::Finding;
use super::involvements::products;
use super::ranges;
use serde_json::Value;

/// Whether a finding of a mandatory test is a warning all the same.
pub(super) fn is_warning(document: &Value, finding: &Finding) -> bool {
    let of_21 = document.pointer("/document/csaf_version").and_then(Value::as_str) == Some("2.1");
    of_21
        && match finding.test.as_str() {
            "6.1.27.8" => is_no_vex(document),
            "6.1.27.13" => is_of_undefined(document, finding),
            "6.1.50" => ranges::is_all(document, &finding.at),
            "6.1.48" => is_of_extended_decision(document, finding),
            test => is_of_later_text(test),
        }
}

/// 6.1.62 and what follows came after the published test documents, which do not keep them.
fn is_of_later_text(test: &str) -> bool {
    let number = test.strip_prefix("6.1.").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    number.is_some_and(|number| number >= 62)
}

/// 6.1.27.8: the published documents ask VEX alone for an identifier of each weakness.
fn is_no_vex(document: &Value) -> bool {
    document.pointer("/document/category").and_then(Value::as_str) != Some("csaf_vex")
}

/// 6.1.27.13: a fixed product that nothing defines has no product name under which an affected one could stand; that it
/// is not defined is the finding of 6.1.1.
fn is_of_undefined(document: &Value, finding: &Finding) -> bool {
    let id =
        finding.what.split(" is missing a corresponding").next().and_then(|text| text.rsplit(' ').next());
    id.is_some_and(|id| !products(document).contains(id))
}

/// 6.1.48: the crate knows no later version of an exploit's maturity as `cvss` has it, and looks for its own words in
/// translations into other languages.
fn is_of_extended_decision(document: &Value, finding: &Finding) -> bool {
    let Some((list, rest)) = finding.at.split_once("/selections/") else { return false };
    let index = rest.split('/').next().unwrap_or_default();
    let Some(selection) = document.pointer(&format!("{list}/selections/{index}")) else { return false };
    let text = |key: &str| selection.get(key).and_then(Value::as_str).unwrap_or_default();
    match (text("namespace"), text("key"), text("version")) {
        ("cvss", "E", "3.0.1") => in_order(selection, &["U", "P", "A", "X"]),
        (namespace, ..) => {
            let language = namespace.split_once('$').map(|(_, language)| language);
            language.is_some_and(|language| !language.starts_with("en"))
                && finding.what.ends_with("not in correct order")
        }
    }
}

/// Whether the values of a selection are some of these, in their order.
fn in_order(selection: &Value, keys: &[&str]) -> bool {
    let place = |value: &Value| {
        let key = value.get("key")?.as_str()?;
        keys.iter().position(|known| *known == key)
    };
    let places: Option<Vec<usize>> = crate::json::list(selection, "values").iter().map(place).collect();
    places.is_some_and(|places| places.is_sorted_by(|one, two| one < two))
}
