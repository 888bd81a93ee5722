//! The JSON Schema of the document, generated from the types that write it.

use super::{Capture, asset, rows};
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The schema as committed in `docs/analysis.schema.json`.
#[must_use]
pub fn schema() -> Value {
    let mut generator = SchemaGenerator::default();
    let list = |generator: &mut SchemaGenerator, items: schemars::Schema| {
        let _ = generator;
        json!({ "type": "array", "items": items })
    };
    let mut properties = Map::new();
    properties.insert("schema".into(), json!({ "const": super::SCHEMA }));
    macro_rules! lists {
        ($($name:literal $type:ty,)*) => {$(
            let items = generator.subschema_for::<$type>();
            properties.insert($name.into(), list(&mut generator, items));
        )*};
    }
    lists! {
        "captures" Capture,
        "protocols" rows::Protocol,
        "assets" asset::Asset<'_>,
        "mentioned" asset::Mentioned,
        "flows" rows::Flow,
        "commands" rows::Command,
        "failures" rows::Failure,
        "accounts" rows::Account<'_>,
        "networks" rows::Network,
    }
    properties.insert(
        "overflow".into(),
        json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
    );
    let mut required: Vec<String> = properties.keys().cloned().collect();
    required.sort_unstable();
    sorted(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Analysis document of Yagura",
        "type": "object",
        "properties": properties,
        "required": required,
        "$defs": generator.take_definitions(true),
    }))
}

/// Keys in the order of the alphabet, whatever order maps of the JSON library keep: that depends on what else is built.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<String, Value> =
                map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Value::Object(sorted.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/analysis.schema.json");
        let current = serde_json::to_string_pretty(&super::schema()).unwrap() + "\n";
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path, &current).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(path).unwrap(),
            current,
            "run with UPDATE_GOLDEN=1 and review the change"
        );
    }
}
