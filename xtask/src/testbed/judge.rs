//! What the server shows of the plant against what the plant is.

use super::plant::{self, Host};
use crate::{Outcome, root};
use drive::{Client, Program, until};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(120);
/// The plant is listened to before it is judged; the slowest poll comes every twenty seconds.
const LISTEN: Duration = Duration::from_secs(60);
/// The bar: a port that left the mirror is noticed within this time.
const NOTICED: Duration = Duration::from_secs(60);
/// What is read from controllers only when somebody asks.
const SCENARIOS: [&str; 3] = ["modbus_identity", "s7_recon", "mms_recon"];
/// A controller, a meter that only the other side of the router calls, and the busiest client.
const PORTS: [(&str, &str); 3] =
    [("p-plc-mb", "10.41.0.14"), ("p-meter1", "10.41.0.21"), ("p-scada", "10.42.0.10")];

/// Vendor, model and firmware as the stack itself says them on the wire (`services.py`, `devices/`); empty where it says
/// nothing, and then the hardware address names the vendor.
///
/// `ied1` says its own in MMS, which is not read yet.
const ANNOUNCED: [(&str, &str, &str, &str); 6] = [
    ("sw-plc", "Hirschmann", "RSP35", "HiOS-2S-09.1.00"),
    ("plc-s7", "Siemens", "CPU 315-2 PN/DP", "V3.2.6"),
    ("plc-ab", "Rockwell Automation", "1756-L62/B LOGIX5562", "20.11"),
    ("plc-mb", "Schneider Electric", "BMXP342020", "V2.60"),
    ("ahu1", "Johnson Controls", "NAE55", "9.0.7"),
    ("opcua", "WAGO", "PFC200", "03.10.08"),
];

pub(super) fn run(program: &Path, folder: &Path) -> Outcome {
    let data = root::target().join("testbed");
    let _ = fs::remove_dir_all(&data);
    fs::create_dir_all(&data).map_err(|error| format!("cannot make {}: {error}", data.display()))?;
    let failed = |error: std::io::Error| error.to_string();
    let address = drive::free_address().map_err(failed)?;
    let file = data.join("yagura.toml");
    let text = format!(
        "[site]\nname = \"Test bed\"\n[listen]\naddress = \"{address}\"\ntls = \"off\"\n[data]\nfolder = \"{}\"\n\
         [[capture.interface]]\nname = \"mirror0\"\n",
        data.join("data").display()
    );
    fs::write(&file, text).map_err(failed)?;
    let record = data.join("mirror.pcap");
    let mut recorder = plant::record(&record)?;
    let arguments = [Path::new("site"), Path::new("--config"), &file];
    let server = Program::start(program, &arguments, &data.join("errors")).map_err(failed)?;
    let link = server.ready(PATIENCE).map_err(failed)?;
    let client = drive::enrol(&Client::new(address), &link, Some("root")).map_err(failed)?;
    // Some say who they are only when a connection begins: the services start when somebody listens.
    plant::script(folder, &["services"])?;
    plant::script(folder, &[&["play"], SCENARIOS.as_slice()].concat())?;
    sleep(LISTEN);
    let hosts = plant::hosts(folder)?;
    let rows = by_host(&client, &hosts);
    let _ = recorder.kill();
    let _ = recorder.wait();
    let mut missed = count(&hosts, &plant::senders(&record)?, &rows);
    missed += identities(&rows);
    for (port, host) in PORTS {
        missed += leaves(&client, port, host)?;
    }
    if missed == 0 { Ok(()) } else { Err(format!("{missed} differences")) }
}

/// The rows of the list of assets by the name of their host, which is found by address or hardware address; of others by
/// address.
fn by_host(client: &Client, hosts: &[Host]) -> BTreeMap<String, Value> {
    let name = |address: &str, row: &Value| {
        let detail = client
            .get(&format!("/assets/{}", text(row, "id")))
            .map(|answer| answer.text())
            .unwrap_or_default();
        let host = hosts.iter().find(|host| host.address == address || detail.contains(&host.mac));
        host.map_or_else(|| address.to_owned(), |host| host.name.clone())
    };
    assets(client).into_iter().map(|(address, row)| (name(&address, &row), row)).collect()
}

/// The rows of the list of assets by address.
fn assets(client: &Client) -> BTreeMap<String, Value> {
    let list = client.get("/assets?limit=500").map(|answer| answer.json()).unwrap_or_default();
    let rows = list.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    rows.into_iter().map(|row| (text(&row, "address"), row)).collect()
}

fn text(row: &Value, key: &str) -> String {
    row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Every host that spoke is one asset, the router with its five addresses is one, and there is nobody else.
fn count(hosts: &[Host], senders: &[String], rows: &BTreeMap<String, Value>) -> usize {
    let spoke = |word: &String| senders.binary_search(word).is_ok();
    let speakers: Vec<&Host> = hosts.iter().filter(|host| spoke(&host.address) || spoke(&host.mac)).collect();
    let is_router = |address: &String| address.starts_with("10.") && address.ends_with(".1");
    let routers = rows.keys().filter(|address| is_router(address)).count();
    let mut differences = usize::from(routers != 1);
    for host in &speakers {
        if !rows.contains_key(&host.name) {
            println!("missing: {} {}", host.name, host.address);
            differences += 1;
        }
    }
    for (address, row) in rows {
        if !is_router(address) && !speakers.iter().any(|host| host.name == *address) {
            println!("too many: {address} {row}");
            differences += 1;
        }
    }
    println!(
        "{}",
        json!({ "figure": "hosts of the test bed", "hosts": hosts.len(), "spoke": speakers.len(), "routers": routers,
                "assets": rows.len(), "differences": differences })
    );
    differences
}

fn identities(rows: &BTreeMap<String, Value>) -> usize {
    let mut differences = 0;
    for (name, vendor, model, firmware) in ANNOUNCED {
        let row = rows.get(name).cloned().unwrap_or_default();
        let shown = ["vendor", "model", "firmware"].map(|key| text(&row, key));
        if shown != [vendor, model, firmware] {
            println!("{name}: announced {vendor}, {model}, {firmware}; shown {}", shown.join(", "));
            differences += 1;
        }
    }
    let nameless: Vec<&String> =
        rows.iter().filter(|(_, row)| text(row, "vendor").is_empty()).map(|row| row.0).collect();
    println!(
        "{}",
        json!({ "figure": "identities of the test bed", "announced": ANNOUNCED.len(), "differences": differences,
                "without_vendor": nameless })
    );
    differences
}

/// Takes a port out of the mirror and puts it back: exactly its host changes how it is heard, and changes back.
fn leaves(client: &Client, port: &str, host: &str) -> Result<usize, String> {
    let before = hearing(client);
    let changed = |client: &Client| {
        let now = hearing(client);
        before
            .iter()
            .filter(|(address, was)| now.get(*address) != Some(was))
            .map(|row| row.0.clone())
            .collect::<Vec<_>>()
    };
    plant::take_out(port)?;
    let started = Instant::now();
    let noticed = until("the port is missed", NOTICED * 2, || (!changed(client).is_empty()).then_some(()));
    let after = started.elapsed();
    // Whoever else changes has the whole time to do so.
    sleep(NOTICED.saturating_sub(after));
    let changed_hosts = changed(client);
    plant::put_back(port)?;
    let back = Instant::now();
    let came_back = until("it is heard again", NOTICED * 2, || changed(client).is_empty().then_some(()));
    let exactly = changed_hosts == [host.to_owned()];
    println!(
        "{}",
        json!({ "figure": "a port left the mirror", "port": port, "noticed_s": after.as_secs_f64(), "bar_s": NOTICED.as_secs(),
                "changed": changed_hosts, "heard_again_s": back.elapsed().as_secs_f64() })
    );
    Ok(usize::from(noticed.is_err() || after > NOTICED || !exactly) + usize::from(came_back.is_err()))
}

fn hearing(client: &Client) -> BTreeMap<String, String> {
    assets(client).into_iter().map(|(address, row)| (address, text(&row, "hearing"))).collect()
}
