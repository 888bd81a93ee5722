//! People with a log-in: the first administrator by the link that was printed, others by an administrator.

use crate::http::{Answer, Client};
use serde_json::{Value, json};
use std::io;

/// The password of everybody here.
pub const PASSWORD: &str = "kumo no ue no shiro 7";

/// Uses an enrolment link (its whole URL, or what stands behind the `#`), as the first user under this name; the
/// client that is logged in.
pub fn enrol(nobody: &Client, link: &str, name: Option<&str>) -> io::Result<Client> {
    let link = link.rsplit('#').next().unwrap_or_default();
    let body = json!({ "link": link, "name": name, "display_name": name, "password": PASSWORD });
    logged_in(nobody, &nobody.send("POST", "/auth/enrolment", &body)?.expect(200)?)
}

/// Logs in with the password.
pub fn log_in(nobody: &Client, name: &str) -> io::Result<Client> {
    let body = json!({ "name": name, "password": PASSWORD });
    logged_in(nobody, &nobody.send("POST", "/auth/login", &body)?.expect(200)?)
}

/// An administrator adds a person with one role; the person, logged in. `grant` is the role as the interface takes it.
pub fn add_person(administrator: &Client, nobody: &Client, name: &str, grant: &Value) -> io::Result<Client> {
    let added = administrator.send("POST", "/users", &json!({ "name": name }))?.expect(201)?.json();
    let id = text(&added, "/user/id")?;
    administrator.send("POST", &format!("/users/{id}/roles"), grant)?.expect(201)?;
    enrol(nobody, text(&added, "/link")?, None)
}

fn text<'v>(value: &'v Value, at: &str) -> io::Result<&'v str> {
    let found = value.pointer(at).and_then(Value::as_str);
    found.ok_or_else(|| io::Error::other(format!("the answer has no {at}: {value}")))
}

fn logged_in(nobody: &Client, answer: &Answer) -> io::Result<Client> {
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    cookie.map(|cookie| nobody.with("Cookie", cookie)).ok_or_else(|| io::Error::other("no cookie was set"))
}
