//! Readable tables for a terminal: who is there, who talks to whom, what was commanded, what could not be read.

use crate::document::Capture;
use facts::{Part, Verb};
use model::{Field, Hearing, Inventory};
use std::collections::BTreeMap;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Links shown before the rest is summed up.
const TALKS_MAX: usize = 200;
/// Widest column in terminal cells; longer text is cut with an ellipsis.
const CELL_MAX: usize = 36;

/// Writes all tables.
pub fn write_tables(out: &mut impl Write, captures: &[Capture], inventory: &Inventory<'_>) -> io::Result<()> {
    write_captures(out, captures)?;
    write_assets(out, inventory)?;
    write_talks(out, inventory)?;
    write_commands(out, inventory)?;
    write_unread(out, captures, inventory)
}

fn write_captures(out: &mut impl Write, captures: &[Capture]) -> io::Result<()> {
    let rows = captures.iter().map(|capture| {
        let span = |time: &Option<String>| time.clone().unwrap_or_else(|| "-".into());
        vec![
            capture.path.clone(),
            capture.format.clone(),
            capture.packets.to_string(),
            capture.bytes.to_string(),
            span(&capture.first_seen),
            span(&capture.last_seen),
        ]
    });
    write_table(out, "Captures", &["file", "format", "packets", "bytes", "first", "last"], rows.collect())
}

fn write_assets(out: &mut impl Write, inventory: &Inventory<'_>) -> io::Result<()> {
    let heard = inventory.assets.iter().filter(|asset| asset.hearing != Hearing::OnlyTalkedAbout);
    let rows: Vec<Vec<String>> = heard.map(asset_row).collect();
    let mentioned = inventory.assets.len() - rows.len();
    let title = format!("Assets: {} heard, {mentioned} only talked about", rows.len());
    let columns = ["address", "mac", "name", "kind", "level", "vendor", "model", "firmware", "heard"];
    write_table(out, &title, &columns, rows)
}

fn asset_row(asset: &model::Asset) -> Vec<String> {
    let text = |field: &Option<Field>| field.as_ref().map_or_else(|| "-".into(), |field| field.value.clone());
    let addresses: Vec<String> =
        asset.interfaces.iter().flat_map(|i| &i.addresses).map(|address| address.ip.to_string()).collect();
    let macs: Vec<String> =
        asset.interfaces.iter().filter_map(|i| i.mac).map(|mac| mac.to_string()).collect();
    vec![
        several(&addresses),
        several(&macs),
        text(&asset.name),
        asset.kind.name().into(),
        asset.level.as_ref().map_or_else(|| "-".into(), |(level, _)| level.number().to_string()),
        text(&asset.vendor),
        if asset.model.is_some() { text(&asset.model) } else { text(&asset.order_number) },
        text(&asset.firmware),
        asset.hearing.name().into(),
    ]
}

/// The first of a list and how many more there are.
fn several(values: &[String]) -> String {
    match values {
        [] => "-".into(),
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first} +{}", rest.len()),
    }
}

fn write_talks(out: &mut impl Write, inventory: &Inventory<'_>) -> io::Result<()> {
    let mut links: Vec<_> = inventory.links().filter(|link| link.established).collect();
    links.sort_by_key(|link| std::cmp::Reverse(link.packets));
    let all = links.len();
    let rows = links.into_iter().take(TALKS_MAX).map(|link| {
        let port = if link.port == 0 { String::new() } else { link.port.to_string() };
        vec![
            link.client.address.to_string(),
            link.server.address.to_string(),
            link.protocol.into(),
            port,
            link.packets.to_string(),
            link.messages.to_string(),
        ]
    });
    let title = match all.checked_sub(TALKS_MAX) {
        Some(rest @ 1..) => {
            format!("Who talks to whom: the {TALKS_MAX} busiest of {all} ({rest} not shown; --json has all)")
        }
        _ => format!("Who talks to whom: {all}"),
    };
    write_table(out, &title, &["client", "server", "protocol", "port", "packets", "messages"], rows.collect())
}

fn write_commands(out: &mut impl Write, inventory: &Inventory<'_>) -> io::Result<()> {
    type Row = (u64, std::collections::BTreeSet<String>, std::collections::BTreeSet<String>);
    let mut by_verb: BTreeMap<(Verb, &str, u64, &str), Row> = BTreeMap::new();
    for row in inventory.commands() {
        let entry = by_verb.entry((row.verb, row.protocol, row.code, row.name)).or_default();
        entry.0 += row.messages();
        entry.1.insert(row.client.address.to_string());
        entry.2.insert(unit(&row.server.address.to_string(), row.part));
    }
    let rows = by_verb.into_iter().map(|((verb, protocol, code, name), (messages, from, to))| {
        let name = if name.is_empty() { format!("code {code}") } else { name.to_owned() };
        let list = |set: std::collections::BTreeSet<String>| several(&set.into_iter().collect::<Vec<_>>());
        vec![verb.name().into(), protocol.into(), name, messages.to_string(), list(from), list(to)]
    });
    write_table(
        out,
        "Commands by verb",
        &["verb", "protocol", "command", "messages", "from", "to"],
        rows.collect(),
    )
}

fn unit(address: &str, part: Part) -> String {
    crate::document::part(part).map_or_else(|| address.to_owned(), |part| format!("{address} {part}"))
}

fn write_unread(out: &mut impl Write, captures: &[Capture], inventory: &Inventory<'_>) -> io::Result<()> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for capture in captures {
        let mut row = |what: &str, count: u64| {
            if count > 0 {
                rows.push(vec![capture.path.clone(), what.into(), count.to_string()]);
            }
        };
        capture.undecoded.iter().for_each(|(why, count)| row(why, *count));
        row("holes in TCP streams", capture.gaps);
        row("TCP conversations heard in one direction only", capture.one_way_flows);
        row("copies of packets", capture.duplicates);
        row("values of busy polls that were sampled", capture.values_sampled);
        row("packets cut by the snap length", capture.truncated);
        row("jumps of the capture clock", capture.clock_jumps);
        row("packets dropped by the kernel", capture.kernel_drops);
    }
    for total in inventory.protocols.iter().filter(|total| total.malformed > 0) {
        rows.push(vec![total.protocol.into(), "malformed messages".into(), total.malformed.to_string()]);
    }
    for (what, count) in inventory.overflow.rows().filter(|(_, count)| *count > 0) {
        rows.push(vec!["model".into(), format!("{what} that found no room"), count.to_string()]);
    }
    let unknown: u64 = inventory
        .links()
        .filter(|link| link.protocol == "unknown" && link.established)
        .map(|l| l.packets)
        .sum();
    if unknown > 0 {
        rows.push(vec!["all".into(), "packets of unrecognised protocols".into(), unknown.to_string()]);
    }
    if rows.is_empty() {
        return writeln!(out, "What could not be read: nothing");
    }
    write_table(out, "What could not be read", &["where", "what", "count"], rows)?;
    captures
        .iter()
        .filter_map(|capture| capture.remark.as_ref())
        .try_for_each(|remark| writeln!(out, "{remark}"))
}

/// Columns as wide as their widest cell; the width of Japanese text is counted in terminal cells.
fn write_table(
    out: &mut impl Write,
    title: &str,
    columns: &[&str],
    rows: Vec<Vec<String>>,
) -> io::Result<()> {
    writeln!(out, "{title}")?;
    let rows: Vec<Vec<String>> =
        rows.into_iter().map(|row| row.into_iter().map(|cell| fit(&cell)).collect()).collect();
    let width = |at: usize, name: &str| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
        cells.chain([name.width()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = columns.iter().enumerate().map(|(at, name)| width(at, name)).collect();
    let header: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    for row in std::iter::once(&header).chain(&rows) {
        let mut line = String::from(" ");
        for (cell, width) in row.iter().zip(&widths) {
            line.push(' ');
            line.push_str(cell);
            line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 1));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out)
}

fn fit(text: &str) -> String {
    if text.width() <= CELL_MAX {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if kept.width() + 2 > CELL_MAX {
            break;
        }
        kept.push(letter);
    }
    kept + "…"
}
