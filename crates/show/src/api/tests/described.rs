//! The description of the interface is committed, and nobody breaks it unnoticed.

use super::breaking::breaking;
use serde_json::Value;
use std::path::PathBuf;

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../openapi/site.json")
}

fn made() -> String {
    let mut text = crate::api::document().to_pretty_json().expect("a description");
    text.push('\n');
    text
}

fn committed() -> Option<Value> {
    let text = std::fs::read_to_string(path()).ok()?;
    Some(serde_json::from_str(&text).expect("the committed description is JSON"))
}

fn broken() -> Vec<String> {
    let made: Value = serde_json::from_str(&made()).expect("a description");
    committed().map(|committed| breaking(&committed, &made)).unwrap_or_default()
}

/// `UPDATE_GOLDEN=1` writes the description; what breaks it is only written with `UPDATE_GOLDEN=breaking`.
#[test]
fn openapi_is_committed_as_it_is() {
    if let Ok(wish) = std::env::var("UPDATE_GOLDEN") {
        let broken = broken();
        assert!(broken.is_empty() || wish == "breaking", "programs would break: {broken:#?}");
        std::fs::create_dir_all(path().parent().expect("a folder")).expect("a folder");
        std::fs::write(path(), made()).expect("a file");
    }
    let text = std::fs::read_to_string(path()).unwrap_or_default();
    assert!(text == made(), "openapi/site.json is out of date: UPDATE_GOLDEN=1 cargo test -p show openapi");
}

#[test]
fn openapi_breaks_no_program() {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return;
    }
    assert!(committed().is_some(), "openapi/site.json is missing");
    assert_eq!(broken(), Vec::<String>::new(), "programs written for the committed description would break");
}

/// Every endpoint says who may, tells errors in the one shape, and describes all it gives.
#[test]
fn openapi_is_complete() {
    let document: Value = serde_json::from_str(&made()).expect("a description");
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let at = format!("{method} {path}");
            let permission = operation["x-permission"].as_str();
            let is_known =
                |name: &str| authz::Permission::ALL.iter().any(|permission| permission.name() == name);
            assert!(permission.is_some_and(|name| name == "open" || is_known(name)), "{at}: {permission:?}");
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{at}: no summary");
            for (status, response) in operation["responses"].as_object().expect("responses") {
                let schema = &response["content"]["application/json"]["schema"]["$ref"];
                let is_problem = schema == "#/components/schemas/Problem";
                assert_eq!(status.starts_with(['4', '5']), is_problem, "{at}: {status}");
            }
        }
    }
}
