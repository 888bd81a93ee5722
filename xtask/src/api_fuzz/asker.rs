//! Who asks: a person of each role by a log-in, a machine of each role by a token; and some who are limited to a line.

use super::plant::Plant;
use drive::Client;
use serde_json::{Value, json};
use std::io;

/// A role of the trial.
pub(super) struct Role {
    /// Its word on the command line.
    pub(super) word: &'static str,
    /// The role as the interface knows it.
    role: &'static str,
    is_person: bool,
    /// Limited to the first line.
    pub(super) is_narrow: bool,
}

const fn person(word: &'static str) -> Role {
    Role { word, role: word, is_person: true, is_narrow: false }
}

const fn machine(word: &'static str) -> Role {
    Role { word, role: word, is_person: false, is_narrow: false }
}

const fn narrow(word: &'static str, role: &'static str, is_person: bool) -> Role {
    Role { word, role, is_person, is_narrow: true }
}

pub(super) const ROLES: [Role; 12] = [
    person("viewer"),
    person("operator"),
    person("site-leader"),
    person("auditor"),
    person("administrator"),
    machine("reader"),
    machine("enricher"),
    machine("monitor"),
    narrow("narrow-reader", "reader", false),
    narrow("narrow-operator", "operator", true),
    narrow("narrow-site-leader", "site-leader", true),
    narrow("narrow-auditor", "auditor", true),
];

/// An asker who is let in.
pub(super) struct Asker {
    /// The header that proves it, and its value.
    pub(super) header: &'static str,
    pub(super) value: String,
    /// Further log-ins of a person, which requests to log out may end.
    pub(super) spare: Vec<String>,
    /// Words that must not be answered.
    pub(super) forbidden: Vec<String>,
    /// Ids that are not to be removed: the asker's own.
    pub(super) keep: Vec<String>,
    /// Ids that the asker finds in lists, by noun.
    pub(super) known: Value,
}

/// Lists whose rows have an id; the last word is the noun.
const LISTS: [&str; 12] = [
    "/assets",
    "/lines",
    "/cells",
    "/zones",
    "/systems",
    "/networks",
    "/users",
    "/tokens",
    "/uploads",
    "/webhooks",
    "/sensors",
    "/register/imports",
];

/// Name of who asks.
const NAME: &str = "fuzz";
/// Further log-ins.
const SPARE: usize = 5;

pub(super) fn make(role: &Role, plant: &Plant) -> io::Result<Asker> {
    let reach = if role.is_narrow { json!({ "lines": [plant.own_line], "zones": null }) } else { json!({}) };
    let forbidden = if role.is_narrow { plant.foreign.clone() } else { Vec::new() };
    let until = (role.role == "auditor").then(|| plant.in_a_year.clone());
    let mut grant = json!({ "role": role.role, "reach": reach });
    if let (Some(until), Some(grant)) = (until, grant.as_object_mut()) {
        grant.insert("until".into(), until.into());
    }
    if !role.is_person {
        if let Some(grant) = grant.as_object_mut() {
            grant.insert("name".into(), NAME.into());
        }
        let issued = plant.administrator.send("POST", "/tokens", &grant)?.expect(201)?.json();
        let text = issued.get("text").and_then(Value::as_str).unwrap_or_default();
        let value = format!("Bearer {text}");
        let known = known(&plant.nobody.with("Authorization", &value), &[])?;
        let (spare, keep) = (Vec::new(), Vec::new());
        return Ok(Asker { header: "Authorization", value, spare, forbidden, keep, known });
    }
    let person = drive::add_person(&plant.administrator, &plant.nobody, NAME, &grant)?;
    // Whoever manages users could otherwise lock everybody out, and the rest of the trial would be about 401.
    let mut keep = ids(&plant.administrator.get("/users")?.expect(200)?.json());
    keep.extend(ids(&person.get("/account/sessions")?.expect(200)?.json()));
    let cookie = |person: &Client| person.header("cookie").unwrap_or_default().to_owned();
    let again = |_| drive::log_in(&plant.nobody, NAME).map(|person| cookie(&person));
    let spare = (0..SPARE).map(again).collect::<io::Result<_>>()?;
    let known = known(&person, &keep)?;
    Ok(Asker { header: "Cookie", value: cookie(&person), spare, forbidden, keep, known })
}

/// What the asker finds in lists; a list that is refused gives nothing.
fn known(asker: &Client, keep: &[String]) -> io::Result<Value> {
    let mut known = serde_json::Map::new();
    for list in LISTS {
        let mut found = ids(&asker.get(list)?.json());
        found.retain(|id| !keep.contains(id));
        known.insert(list.rsplit('/').next().unwrap_or_default().to_owned(), found.into());
    }
    Ok(Value::Object(known))
}

fn ids(list: &Value) -> Vec<String> {
    let rows = list.pointer("/items").and_then(Value::as_array).into_iter().flatten();
    rows.filter_map(|row| row.get("id")?.as_str().map(String::from)).collect()
}
