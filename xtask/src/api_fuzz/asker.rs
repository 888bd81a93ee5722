//! Who asks: a person of each role by a log-in, a machine of each role by a token; and some who are limited to a line.

use super::plant::Plant;
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
    /// How a person logs in again; null for a machine.
    pub(super) login: Value,
    /// Words that must not be answered.
    pub(super) forbidden: Vec<String>,
    /// Ids that are not to be removed: the asker's own.
    pub(super) keep: Vec<String>,
}

/// Name of the person who asks.
const NAME: &str = "fuzz";

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
        return Ok(Asker { header: "Authorization", value, login: Value::Null, forbidden, keep: Vec::new() });
    }
    let person = drive::add_person(&plant.administrator, &plant.nobody, NAME, &grant)?;
    let value = person.header("cookie").unwrap_or_default().to_owned();
    let login = json!({ "name": NAME, "password": drive::PASSWORD });
    // Whoever manages users could otherwise lock everybody out, and the rest of the trial would be about 401.
    let users = plant.administrator.get("/users")?.expect(200)?.json();
    let ids = users.pointer("/items").and_then(Value::as_array).into_iter().flatten();
    let keep = ids.filter_map(|user| user.get("id")?.as_str().map(String::from)).collect();
    Ok(Asker { header: "Cookie", value, login, forbidden, keep })
}
