//! A validator for the part of JSON Schema (draft 2020-12) that the committed schema uses. A keyword that it does not
//! know fails the test, so that nothing is passed over.

use serde_json::Value;

/// Where a document breaks a schema, one line each.
pub(crate) fn violations(schema: &Value, document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, document, "$", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    let Some(keywords) = schema.as_object() else { return };
    for (keyword, rule) in keywords {
        let mut fail = |why: &str| found.push(format!("{place}: {why}"));
        match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" | "format" | "default" => {}
            "$ref" => {
                let pointer = rule.as_str().expect("text").trim_start_matches('#');
                check(root, root.pointer(pointer).expect("a definition"), value, place, found);
            }
            "type" if !has_type(rule, value) => fail(&format!("is no {rule}")),
            "const" if rule != value => fail(&format!("is not {rule}")),
            "minimum" if value.as_f64() < rule.as_f64() && value.is_number() => fail("is too small"),
            "maximum" if value.as_f64() > rule.as_f64() && value.is_number() => fail("is too large"),
            "type" | "const" | "minimum" | "maximum" => {}
            "required" => {
                let missing = rule.as_array().expect("a list").iter().filter_map(Value::as_str);
                missing.filter(|key| value.get(key).is_none()).for_each(|key| fail(&format!("lacks {key}")));
            }
            "anyOf" => {
                let any = rule.as_array().expect("a list").iter();
                let holds = |one: &Value| {
                    let mut inner = Vec::new();
                    check(root, one, value, place, &mut inner);
                    inner.is_empty()
                };
                if !any.into_iter().any(holds) {
                    fail("is none of several");
                }
            }
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, item, &format!("{place}[{at}]"), found);
                }
            }
            "properties" | "patternProperties" | "additionalProperties" => {
                members(root, schema, keyword, value, place, found);
            }
            other => panic!("the schema uses {other}, which this validator does not know"),
        }
    }
}

/// Members that the keyword is about, each against its rule.
fn members(root: &Value, schema: &Value, keyword: &str, value: &Value, place: &str, found: &mut Vec<String>) {
    let named = schema["properties"].as_object();
    let pattern = schema["patternProperties"].as_object();
    for (key, member) in value.as_object().into_iter().flatten() {
        let by_name = named.and_then(|named| named.get(key));
        let by_pattern = pattern.and_then(|patterns| {
            assert!(
                patterns.keys().all(|pattern| pattern == "^\\d+$"),
                "only numbers are known as a pattern"
            );
            patterns
                .values()
                .next()
                .filter(|_| !key.is_empty() && key.bytes().all(|digit| digit.is_ascii_digit()))
        });
        let rule = match keyword {
            "properties" => by_name,
            "patternProperties" => by_pattern,
            _ if by_name.is_none() && by_pattern.is_none() => schema.get(keyword),
            _ => None,
        };
        let place = format!("{place}.{key}");
        match rule {
            Some(Value::Bool(false)) => found.push(format!("{place}: is not known")),
            Some(rule) => check(root, rule, member, &place, found),
            None => {}
        }
    }
}

fn has_type(rule: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().expect("the name of a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no type {other}"),
    };
    rule.as_array().map_or_else(|| is(rule), |names| names.iter().any(is))
}
