//! The server of a trial and its plant: the machines of the repository's own captures, half of them on a line of which
//! limited askers must not hear.

use drive::{Client, Program, until};
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use std::time::Duration;

/// Stands in everything that people say of the second line.
const MARKER: &str = "LEAK-7f3a";
/// A server that starts or a capture that is read takes longer on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// Protocols whose captures are read: identities, commands, values and refusals among them.
const CAPTURES: [&str; 7] = [
    "modbus/captures/identity.pcap",
    "s7comm/captures/recon.pcap",
    "s7comm/captures/stop-start.pcap",
    "cip/captures/reset.pcap",
    "iec104/captures/control.pcap",
    "fins/captures/stop.pcap",
    "profinet_dcp/captures/supervisor.pcap",
];

/// A running server with its plant.
pub(super) struct Plant {
    pub(super) program: Program,
    pub(super) nobody: Client,
    pub(super) administrator: Client,
    /// Where it answers.
    pub(super) url: String,
    /// Id of the line of limited askers.
    pub(super) own_line: String,
    /// Words that stand only outside of that line.
    pub(super) foreign: Vec<String>,
    /// A moment far enough for a role that must end, RFC 3339.
    pub(super) in_a_year: String,
}

/// Starts a server in this folder and fills it.
pub(super) fn start(program: &Path, folder: &Path) -> io::Result<Plant> {
    let address = drive::free_address()?;
    let file = folder.join("yagura.toml");
    std::fs::write(&file, configuration(&address.to_string(), &folder.join("data")))?;
    let arguments = [Path::new("site"), Path::new("--config"), &file];
    let program = Program::start(program, &arguments, &folder.join("errors"))?;
    let link = program.ready(PATIENCE)?;
    let nobody = Client::new(address);
    let administrator = drive::enrol(&nobody, &link, Some("root"))?;
    let found = fill(&administrator)?;
    // A credential ends in a year, by the server's own clock.
    let in_a_year = made(&administrator, "/tokens", &json!({ "name": "clock", "role": "monitor" }))?;
    let in_a_year = text(&in_a_year, "/token/until");
    let url = format!("http://{address}");
    Ok(Plant { program, nobody, administrator, url, own_line: found.0, foreign: found.1, in_a_year })
}

fn configuration(address: &str, data: &Path) -> String {
    // Limits of rates as high as they go: they are tested elsewhere, and here they would hide what stands behind.
    format!(
        "[site]\nname = \"Trial\"\n[listen]\naddress = \"{address}\"\ntls = \"off\"\n\
         [data]\nfolder = \"{}\"\n[evidence]\nbytes = \"64 MiB\"\n\
         [limits]\nrequests_per_minute = 100000\nlogins_per_minute = 100\nupload_mib = 1\n",
        data.display()
    )
}

/// Fills the plant; the first line's id, and the words that stand only elsewhere.
fn fill(administrator: &Client) -> io::Result<(String, Vec<String>)> {
    let line = |name: &str| made(administrator, "/lines", &json!({ "name": name, "note": name }));
    let own = text(&line("充填 1")?, "/id");
    let foreign = text(&line(MARKER)?, "/id");
    let zone = made(administrator, "/zones", &json!({ "name": MARKER, "note": MARKER }))?;
    let zone = text(&zone, "/id");
    made(administrator, "/zones", &json!({ "name": "Cell zone" }))?;
    let cell = made(administrator, "/cells", &json!({ "name": MARKER, "line": foreign }))?;
    let cell = text(&cell, "/id");
    made(administrator, "/cells", &json!({ "name": "Filler", "line": own }))?;
    made(administrator, "/systems", &json!({ "name": MARKER }))?;
    upload(administrator)?;
    let assets = until("assets of the captures", PATIENCE, || {
        let list = items(administrator, "/assets?sort=address&limit=500");
        (list.len() >= 6).then_some(list)
    })?;
    let mut words = vec![MARKER.to_owned(), foreign.clone(), zone.clone(), cell.clone()];
    for (at, asset) in assets.iter().enumerate() {
        let id = text(asset, "/id");
        if at % 2 == 0 {
            let set = json!({ "set": { "line": own, "floor_name": format!("機械 {at}"), "owner": "髙橋" } });
            administrator.send("PATCH", &format!("/assets/{id}"), &set)?.expect(200)?;
            made(administrator, &format!("/assets/{id}/notes"), &json!({ "text": "a note" }))?;
        } else {
            hide(administrator, &id, &foreign, &cell, &zone, at)?;
            words.push(id);
        }
    }
    said_elsewhere(administrator, &assets)?;
    Ok((own, words))
}

/// Puts an asset on the second line, with the marker in everything that can be said of it.
fn hide(on: &Client, id: &str, line: &str, cell: &str, zone: &str, at: usize) -> io::Result<()> {
    let marked = |what: &str| format!("{MARKER} {what} {at}");
    let set = json!({ "set": {
        "line": line, "cell": cell, "zone": zone, "floor_name": marked("floor"), "building": marked("building"),
        "panel": marked("panel"), "switch_port": marked("port"), "equipment_number": marked("number"),
        "owner": marked("owner"), "tags": [MARKER],
    }});
    on.send("PATCH", &format!("/assets/{id}"), &set)?.expect(200)?;
    made(on, &format!("/assets/{id}/notes"), &json!({ "text": marked("note") }))?;
    let file = format!("/assets/{id}/files?name={MARKER}.txt");
    on.upload(&file, marked("file").as_bytes())?.expect(201)?;
    let over = json!({ "value": marked("name"), "reason": marked("reason") });
    on.send("PUT", &format!("/assets/{id}/overrides/name"), &over)?.expect(204)?;
    Ok(())
}

/// What other systems and the books say of the second line, and what is the whole plant's.
fn said_elsewhere(on: &Client, assets: &[Value]) -> io::Result<()> {
    let hidden: Vec<&Value> = assets.iter().skip(1).step_by(2).collect();
    let token = made(on, "/tokens", &json!({ "name": MARKER, "role": "enricher" }))?;
    let machine = Client::clone(on).without("Cookie");
    let machine = machine.with("Authorization", &format!("Bearer {}", text(&token, "/text")));
    let claim = |asset: &&Value| json!({ "asset": text(asset, "/id"), "key": "owner", "value": MARKER });
    let claims = json!({ "items": hidden.iter().map(claim).collect::<Vec<_>>() });
    machine.send("POST", "/claims", &claims)?.expect(200)?;
    let mut register = String::from("設備名,設備番号,IPアドレス,担当者\r\n");
    for (at, asset) in hidden.iter().enumerate() {
        register += &format!("{MARKER} {at},{MARKER} n{at},{},{MARKER}\r\n", text(asset, "/address"));
    }
    register += &format!("{MARKER} never,{MARKER} m,192.0.2.77,{MARKER}\r\n");
    let import = on.upload(&format!("/register/imports?file_name={MARKER}.csv"), register.as_bytes())?;
    let import = text(&import.expect(201)?.json(), "/id");
    on.send("POST", &format!("/register/imports/{import}/apply"), &json!({}))?.expect(200)?;
    let hook = json!({ "name": MARKER, "url": "https://192.0.2.1/", "enabled": false });
    made(on, "/webhooks", &hook)?;
    made(on, "/users", &json!({ "name": MARKER.to_lowercase(), "display_name": MARKER }))?;
    Ok(())
}

fn upload(on: &Client) -> io::Result<()> {
    for path in CAPTURES {
        let file = crate::root::root().join("crates/observe/src/protocols").join(path);
        let bytes = std::fs::read(&file)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", file.display())))?;
        let taken = on.upload(&format!("/uploads?name={MARKER}.pcap"), &bytes)?.expect(202)?.json();
        let path = format!("/uploads/{}", text(&taken, "/id"));
        until(&format!("{} is read", file.display()), PATIENCE, || {
            let state = text(&on.get(&path).ok()?.json(), "/state");
            matches!(state.as_str(), "done" | "failed").then_some(())
        })?;
    }
    Ok(())
}

fn made(on: &Client, path: &str, what: &Value) -> io::Result<Value> {
    let answer = on.send("POST", path, what)?;
    Ok(answer.expect(201).map_err(|error| io::Error::other(format!("POST {path}: {error}")))?.json())
}

fn items(on: &Client, path: &str) -> Vec<Value> {
    let list = on.get(path).map(|answer| answer.json()).unwrap_or_default();
    list.get("items").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn text(value: &Value, at: &str) -> String {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned()
}
