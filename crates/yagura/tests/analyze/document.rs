//! The analysis document: the form that its schema promises, and the same bytes each time.

use crate::common::{analyze, file, pcap, pcapng, printed, record, shared};
use crate::schema::violations;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn check(schema: &Value, files: &[PathBuf]) {
    let found = violations(schema, &analyze(files));
    assert_eq!(found, Vec::<String>::new(), "{files:?}");
}

#[test]
fn the_document_keeps_to_its_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/analysis.schema.json");
    let text = std::fs::read_to_string(path).expect("the committed schema");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let demo = record(simulator::demo(), 30);
    let interfaces = demo.iter().map(|frame| frame.capture).max().unwrap_or(0) + 1;
    check(&schema, &[file("schema-demo.pcapng", &pcapng(&demo, interfaces, |frame| frame.capture))]);
    check(&schema, &[file("schema-names.pcap", &pcap(&record(simulator::japanese_names(), 30)))]);
    check(&schema, &[file("schema-nothing.pcap", &pcap([]))]);
    let whole = pcap(&demo);
    check(&schema, &[file("schema-cut.pcap", &whole[..whole.len() - 7])]);
    let Some(shared) = shared() else { return };
    let testbed = shared.join("captures/testbed");
    check(&schema, &[testbed.join("plant_all.pcap")]);
    check(&schema, &[testbed.join("enip_cip.pcap"), testbed.join("scn_fuzz.pcap")]);
}

#[test]
fn a_document_that_breaks_the_schema_is_noticed() {
    let schema = serde_json::json!({
        "type": "object",
        "required": ["a"],
        "properties": { "a": { "type": "array", "items": { "$ref": "#/$defs/N" } } },
        "additionalProperties": false,
        "$defs": { "N": { "type": ["integer", "null"], "minimum": 0, "maximum": 9 } }
    });
    for (document, count) in [
        (serde_json::json!({ "a": [1, null] }), 0),
        (serde_json::json!({}), 1),
        (serde_json::json!({ "a": [10, -1, "x", 1.5] }), 4),
        (serde_json::json!({ "a": [], "b": 1 }), 1),
    ] {
        assert_eq!(violations(&schema, &document).len(), count, "{document}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let demo = record(simulator::demo(), 30);
    let interfaces = demo.iter().map(|frame| frame.capture).max().unwrap_or(0) + 1;
    let file = [file("same.pcapng", &pcapng(&demo, interfaces, |frame| frame.capture))];
    for arguments in [&["--json"][..], &[]] {
        let first = printed(arguments, &file);
        assert!(first.len() > 1000);
        for _ in 0..2 {
            assert!(printed(arguments, &file) == first, "{arguments:?}: two runs differ");
        }
    }
}
