//! Which differences between two descriptions of the interface break a program that was written for the older one.

use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// What breaks, one line each.
pub(super) fn breaking(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (path, methods) in members(&old["paths"]) {
        for (method, operation) in members(methods) {
            let at = format!("{} {path}", method.to_uppercase());
            match new["paths"][path].get(method) {
                None => found.push(format!("{at}: is gone")),
                Some(now) => {
                    let mut compare = Compare { old, new, found: &mut found, seen: HashSet::new() };
                    compare.parameters(&at, operation, now);
                    compare.request(&at, operation, now);
                    compare.responses(&at, operation, now);
                }
            }
        }
    }
    found
}

struct Compare<'d> {
    old: &'d Value,
    new: &'d Value,
    found: &'d mut Vec<String>,
    /// Pairs of named schemas that were compared: schemas may contain themselves.
    seen: HashSet<(String, bool)>,
}

/// Who writes the value: a program must not be asked for more, and must not be given less.
#[derive(Clone, Copy, PartialEq)]
enum Writer {
    Program,
    Server,
}

impl<'d> Compare<'d> {
    fn tell(&mut self, at: &str, what: &str) {
        self.found.push(format!("{at}: {what}"));
    }

    fn parameters(&mut self, at: &str, old: &'d Value, new: &'d Value) {
        let name = |parameter: &Value| format!("{} {}", parameter["in"], parameter["name"]);
        let (olds, news) = (items(&old["parameters"]), items(&new["parameters"]));
        for parameter in olds {
            match news.iter().find(|now| name(now) == name(parameter)) {
                None => self.tell(at, &format!("parameter {} is gone", parameter["name"])),
                Some(now) => {
                    let at = format!("{at} {}", parameter["name"]);
                    if now["required"] == json!(true) && parameter["required"] != json!(true) {
                        self.tell(&at, "is required now");
                    }
                    self.schema(&at, &parameter["schema"], &now["schema"], Writer::Program);
                }
            }
        }
        for now in news.iter().filter(|now| now["required"] == json!(true)) {
            if !olds.iter().any(|parameter| name(parameter) == name(now)) {
                self.tell(at, &format!("parameter {} is new and required", now["name"]));
            }
        }
    }

    fn request(&mut self, at: &str, old: &'d Value, new: &'d Value) {
        let (old, new) = (&old["requestBody"], &new["requestBody"]);
        let needs = |body: &Value| body.is_object() && body["required"] == json!(true);
        if needs(new) && !needs(old) {
            self.tell(at, "a body is required now");
        }
        for (kind, content) in members(&old["content"]) {
            match new["content"].get(kind) {
                None => self.tell(at, &format!("a body of type {kind} is no longer taken")),
                Some(now) => self.schema(at, &content["schema"], &now["schema"], Writer::Program),
            }
        }
    }

    fn responses(&mut self, at: &str, old: &'d Value, new: &'d Value) {
        for (status, response) in members(&old["responses"]).filter(|(status, _)| status.starts_with('2')) {
            let at = format!("{at} {status}");
            let Some(now) = new["responses"].get(status) else {
                self.tell(&at, "is no longer answered");
                continue;
            };
            for (kind, content) in members(&response["content"]) {
                match now["content"].get(kind) {
                    None => self.tell(&at, &format!("is no longer answered as {kind}")),
                    Some(now) => self.schema(&at, &content["schema"], &now["schema"], Writer::Server),
                }
            }
        }
    }

    fn schema(&mut self, at: &str, old: &'d Value, new: &'d Value, writer: Writer) {
        if let Some(name) = old["$ref"].as_str()
            && !self.seen.insert((name.to_owned(), writer == Writer::Program))
        {
            return;
        }
        let (old, new) = (resolved(self.old, old), resolved(self.new, new));
        let (was, is) = (kinds(self.old, old), kinds(self.new, new));
        // Without a type, a schema allows anything.
        let narrows = |from: &HashSet<String>, to: &HashSet<String>| {
            !to.is_empty() && (from.is_empty() || !from.iter().all(|kind| to.contains(kind)))
        };
        let is_broken = match writer {
            Writer::Program => narrows(&was, &is),
            Writer::Server => narrows(&is, &was),
        };
        if is_broken {
            self.tell(at, &format!("was {was:?}, is {is:?}"));
            return;
        }
        if writer == Writer::Program {
            self.bounds(at, old, new);
        }
        self.fields(at, old, new, writer);
        if old["items"].is_object() && new["items"].is_object() {
            self.schema(&format!("{at}[]"), &old["items"], &new["items"], writer);
        }
        for (old, new) in alternatives(old).iter().zip(alternatives(new)) {
            self.schema(at, old, new, writer);
        }
    }

    fn bounds(&mut self, at: &str, old: &Value, new: &Value) {
        if new["enum"].is_array() {
            let gone = items(&old["enum"]).iter().filter(|word| !items(&new["enum"]).contains(word)).count();
            if gone > 0 || !old["enum"].is_array() {
                self.tell(at, "takes fewer words");
            }
        }
        for (bound, sign) in [("maximum", 1.0), ("maxLength", 1.0), ("maxItems", 1.0), ("minimum", -1.0)] {
            let Some(now) = new[bound].as_f64() else { continue };
            if old[bound].as_f64().is_none_or(|before| now * sign < before * sign) {
                self.tell(at, &format!("{bound} is narrower"));
            }
        }
    }

    fn fields(&mut self, at: &str, old: &'d Value, new: &'d Value, writer: Writer) {
        let needs = |schema: &Value, field: &str| items(&schema["required"]).iter().any(|name| name == field);
        for (field, schema) in members(&old["properties"]) {
            let at = format!("{at}.{field}");
            let Some(now) = new["properties"].get(field) else {
                self.tell(&at, "is gone");
                continue;
            };
            match writer {
                Writer::Server if needs(old, field) && !needs(new, field) => {
                    self.tell(&at, "is not always there now")
                }
                Writer::Program if needs(new, field) && !needs(old, field) => {
                    self.tell(&at, "is required now")
                }
                _ => self.schema(&at, schema, now, writer),
            }
        }
        for (field, _) in members(&new["properties"]) {
            let is_new = old["properties"].get(field).is_none();
            if writer == Writer::Program && is_new && needs(new, field) {
                self.tell(at, &format!("{field} is new and required"));
            }
        }
    }
}

fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    let path = schema["$ref"].as_str().and_then(|path| path.strip_prefix('#'));
    path.and_then(|path| document.pointer(path)).unwrap_or(schema)
}

/// The types that a schema allows; none is any.
fn kinds(document: &Value, schema: &Value) -> HashSet<String> {
    let schema = resolved(document, schema);
    let own = match &schema["type"] {
        Value::String(kind) => vec![kind.clone()],
        Value::Array(kinds) => kinds.iter().filter_map(|kind| kind.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    let parts = alternatives(schema).iter().flat_map(|part| kinds(document, part));
    let mut all: HashSet<String> = own.into_iter().chain(parts).collect();
    if all.remove("integer") && !all.contains("number") {
        all.insert("integer".into());
    }
    all
}

fn alternatives(schema: &Value) -> &[Value] {
    ["oneOf", "anyOf", "allOf"]
        .iter()
        .map(|word| items(&schema[word]))
        .find(|parts| !parts.is_empty())
        .unwrap_or(&[])
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

#[test]
fn what_breaks_is_found_and_what_does_not_is_not() {
    let with = |parameters: Value, body: Value, answer: Value| {
        json!({
            "paths": { "/a": { "post": {
                "parameters": parameters,
                "requestBody": { "required": true, "content": { "application/json": { "schema": body } } },
                "responses": { "200": { "content": { "application/json":
                    { "schema": { "$ref": "#/components/schemas/Row" } } } } },
            } } },
            "components": { "schemas": { "Row": answer } },
        })
    };
    let limit =
        json!([{ "in": "query", "name": "limit", "required": false, "schema": { "type": "integer" } }]);
    let body = json!({ "type": "object", "required": ["a"],
        "properties": { "a": { "type": "string" }, "b": { "type": ["string", "null"] } } });
    let row = json!({ "type": "object", "required": ["x"],
        "properties": { "x": { "type": "integer" }, "row": { "$ref": "#/components/schemas/Row" } } });
    let old = with(limit.clone(), body.clone(), row.clone());
    assert_eq!(breaking(&old, &old), Vec::<String>::new());
    let told = |parameters: &Value, body: &Value, row: &Value| {
        breaking(&old, &with(parameters.clone(), body.clone(), row.clone()))
    };
    let changed = |value: &Value, pointer: &str, to: Value| {
        let mut value = value.clone();
        *value.pointer_mut(pointer).expect("a place") = to;
        value
    };
    let wider = changed(&body, "/properties/a", json!({ "type": ["string", "null"] }));
    assert_eq!(told(&limit, &wider, &row), Vec::<String>::new(), "a program may leave it");
    let more = changed(&row, "/properties/row", json!({ "type": "object", "properties": { "new": {} } }));
    assert_eq!(told(&limit, &body, &more).len(), 0, "a schema that contains itself ends");
    let breaks = [
        told(&json!([]), &body, &row),
        told(&changed(&limit, "/0/required", json!(true)), &body, &row),
        told(&changed(&limit, "/0/schema/type", json!("string")), &body, &row),
        told(&limit, &changed(&body, "/required", json!(["a", "b"])), &row),
        told(&limit, &changed(&body, "/properties/b/type", json!("string")), &row),
        told(&limit, &changed(&body, "/properties/a", json!({ "type": "string", "maxLength": 3 })), &row),
        told(&limit, &changed(&body, "/properties", json!({ "b": {} })), &row),
        told(&limit, &body, &changed(&row, "/required", json!([]))),
        told(&limit, &body, &changed(&row, "/properties/x/type", json!(["integer", "null"]))),
        told(&limit, &body, &changed(&row, "/properties", json!({ "row": {} }))),
        breaking(&old, &json!({ "paths": {} })),
    ];
    for (at, broken) in breaks.iter().enumerate() {
        assert!(!broken.is_empty(), "difference {at} was not found");
    }
}
