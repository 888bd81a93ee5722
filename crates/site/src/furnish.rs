//! What the people of a demo's plant would have entered: its lines, its zones, its register. It goes through the
//! interface in the name of the demo's user, as if that person had done it, and nothing below the interface knows of it.

use facts::id::NetworkUid;
use serde_json::{Map, Value, json};
use show::api::{Api, DEMO, Errand, ErrandError, run_errand};
use std::collections::HashMap;
use tokio::sync::watch;

/// What people say of their plant, as data.
#[derive(Clone, Copy, Debug)]
pub struct People {
    /// JSON: `structure` is a list of requests (`method`, `path`, `body`; a text `@NAME` in a body stands for the id of
    /// what was added under that name before), `networks` says what each `proposed` one is, `register` names the
    /// file (without special characters) and says how many machines are to be heard first.
    pub said: &'static str,
    /// The register of assets, as a CSV file.
    pub register: &'static [u8],
}

/// Machines of one look at most.
const LOOK_MAX: usize = 500;

/// Enters everything that is not yet entered. Trouble goes to the log: a demo without its people is still a demo.
pub(crate) async fn furnish(api: Api, changed: watch::Receiver<u64>, people: People) {
    if let Err(why) = enter(&api, changed, people).await {
        tracing::warn!("cannot enter what the people of the plant say: {why}");
    }
}

async fn enter(api: &Api, mut changed: watch::Receiver<u64>, people: People) -> Result<(), String> {
    let said: Value = serde_json::from_str(people.said).map_err(|error| error.to_string())?;
    let told = |error: ErrandError| error.to_string();
    if items(api, "/lines").await.map_err(told)?.is_empty() {
        structure(api, &said).await.map_err(told)?;
    }
    if items(api, "/register/imports").await.map_err(told)?.is_empty() {
        let machines = said.pointer("/register/machines").and_then(Value::as_u64).unwrap_or_default();
        while !is_heard(api, machines).await.map_err(told)? {
            if changed.changed().await.is_err() {
                return Ok(());
            }
        }
        networks(api, &said).await.map_err(told)?;
        register(api, &said, people.register).await.map_err(told)?;
    }
    Ok(())
}

async fn structure(api: &Api, said: &Value) -> Result<(), ErrandError> {
    let mut ids: HashMap<String, Value> = HashMap::new();
    for request in list(said, "structure") {
        let word = |key: &str| request.get(key).and_then(Value::as_str).unwrap_or_default();
        let mut body = request.get("body").cloned().unwrap_or_default();
        for value in body.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let name = value.as_str().and_then(|text| text.strip_prefix('@'));
            if let Some(id) = name.and_then(|name| ids.get(name)) {
                *value = id.clone();
            }
        }
        let row = run_errand(api, DEMO, Errand::send(word("method"), word("path"), &body)).await?;
        if let (Some(name), Some(id)) = (row.get("name").and_then(Value::as_str), row.get("id")) {
            ids.insert(name.to_owned(), id.clone());
        }
    }
    Ok(())
}

/// Whether so many machines were heard.
async fn is_heard(api: &Api, machines: u64) -> Result<bool, ErrandError> {
    let rows = items(api, "/assets").await?;
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX) >= machines)
}

/// Confirms those networks of which something is said; the others are left for whoever looks at the demo.
async fn networks(api: &Api, said: &Value) -> Result<(), ErrandError> {
    let proposed = items(api, "/networks").await?;
    for network in list(said, "networks") {
        let is_it = |row: &&Value| row.get("name") == network.get("proposed");
        let id = proposed.iter().find(is_it).and_then(|row| row.get("id")).and_then(Value::as_str);
        let Some(id) = id.and_then(|id| id.parse::<NetworkUid>().ok()) else { continue };
        let body = network.get("body").cloned().unwrap_or_default();
        run_errand(api, DEMO, Errand::send("PUT", &format!("/networks/{id}"), &body)).await?;
    }
    Ok(())
}

/// Imports the register as a person does who looks at the preview and takes it as it is: rows that contradict what was
/// heard are left out.
async fn register(api: &Api, said: &Value, file: &[u8]) -> Result<(), ErrandError> {
    let name = said.pointer("/register/file_name").and_then(Value::as_str).unwrap_or("register.csv");
    let path = format!("/register/imports?file_name={name}");
    let kind = "application/octet-stream";
    let preview =
        run_errand(api, DEMO, Errand { method: "POST", path: &path, kind, body: file.to_vec() }).await?;
    let id = preview.get("id").and_then(Value::as_str).unwrap_or_default();
    let apply = format!("/register/imports/{id}/apply");
    run_errand(api, DEMO, Errand::send("POST", &apply, &json!({ "fill_placements": true }))).await?;
    Ok(())
}

fn list<'v>(said: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    said.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The rows of a list.
async fn items(api: &Api, path: &str) -> Result<Vec<Value>, ErrandError> {
    let path = format!("{path}?limit={LOOK_MAX}");
    let mut page = run_errand(api, DEMO, Errand::get(&path)).await?;
    Ok(match page.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    })
}
